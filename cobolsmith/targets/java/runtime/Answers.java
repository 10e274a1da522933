package cobol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Answers from tables in place of a database: how a translation is run beside its COBOL.
 *
 * <p>CS_TABLE_name names a table for the blocks of a name: a line an answer, and in it, in
 * hexadecimal digits, the bytes for SQLCODE and each host variable in order; - leaves one as it is.
 * What goes into a block is noted in CALLS.name.
 */
final class Answers {
  /** A field that a block names, and whether it gets a value. */
  record Named(Field<?> field, boolean receives) {}

  private final Map<String, Deque<String>> left = new HashMap<>();

  /** Notes the bytes of the named fields, and gives those that may receive the next answer's. */
  void answer(String name, List<Named> named) {
    try {
      Path log = Path.of("CALLS." + name);
      if (!left.containsKey(name)) {
        Files.deleteIfExists(log);
        left.put(name, table(System.getenv("CS_TABLE_" + name)));
      }
      StringJoiner line = new StringJoiner(" ", "", "\n");
      named.forEach(one -> line.add(HexFormat.of().formatHex(one.field().raw())));
      Files.writeString(
          log, line.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    String row = left.get(name).poll();
    if (row == null && name.startsWith("SF")) {
      named.get(0).field().move(100);
    }
    String[] words = row == null ? new String[0] : row.trim().split(" +");
    for (int i = 0; i < Math.min(words.length, named.size()); i++) {
      if (named.get(i).receives() && !words[i].startsWith("-") && words[i].length() > 1) {
        give(named.get(i).field(), words[i]);
      }
    }
  }

  private static Deque<String> table(String path) throws IOException {
    boolean there = path != null && Files.isRegularFile(Path.of(path));
    return there ? new ArrayDeque<>(Files.readAllLines(Path.of(path))) : new ArrayDeque<>();
  }

  private static void give(Field<?> field, String word) {
    byte[] data = field.raw();
    byte[] given = HexFormat.of().parseHex(word.substring(0, word.length() / 2 * 2));
    System.arraycopy(given, 0, data, 0, Math.min(given.length, data.length));
    field.storage.write(field.offset, data);
  }
}
