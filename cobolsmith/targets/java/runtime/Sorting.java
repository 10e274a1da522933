package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** A SORT being put together; {@code done} carries it out. */
public final class Sorting {
  private record Key(Field<?> field, int way) {}

  private final SortFile file;
  private final List<Key> keys = new ArrayList<>();
  private int[] collation = Comparing.collation;
  private final List<Runnable> sources = new ArrayList<>();
  private final List<Runnable> targets = new ArrayList<>();
  private Debugging debugging = new Debugging();
  private String verb = "";

  Sorting(SortFile file) {
    this.file = file;
    file.kept.clear();
  }

  /** A key, smallest first. */
  public Sorting ascending(Field<?> key) {
    keys.add(new Key(key, 1));
    return this;
  }

  /** A key, greatest first. */
  public Sorting descending(Field<?> key) {
    keys.add(new Key(key, -1));
    return this;
  }

  /** COLLATING SEQUENCE: places with the characters that share them. */
  public Sorting collated(String... places) {
    collation = Comparing.inOrder(places);
    return this;
  }

  /** USING. */
  public Sorting using(CobolFile... files) {
    for (CobolFile one : files) {
      sources.add(() -> load(one));
    }
    return this;
  }

  /** GIVING. */
  public Sorting giving(CobolFile... files) {
    for (CobolFile one : files) {
      targets.add(() -> store(one));
    }
    return this;
  }

  /** INPUT PROCEDURE. */
  public Sorting reading(Runnable procedure) {
    sources.add(() -> perform(" INPUT", procedure));
    return this;
  }

  /** OUTPUT PROCEDURE. */
  public Sorting writing(Runnable procedure) {
    targets.add(() -> perform(" OUTPUT", procedure));
    return this;
  }

  /** Tells a program's debugging sections what performs its procedures. */
  public Sorting told(Debugging debugging, String verb) {
    this.debugging = debugging;
    this.verb = verb;
    return this;
  }

  private void perform(String how, Runnable procedure) {
    debugging.says(verb + how);
    procedure.run();
  }

  private void load(CobolFile one) {
    one.open(CobolFile.INPUT);
    while (one.readNext(CobolFile.AT_END).isDone()) {
      file.kept.add(file.padded(one.area.read(0, one.length)));
    }
    one.close();
  }

  private void store(CobolFile one) {
    one.open(CobolFile.OUTPUT);
    file.kept.forEach(one::write);
    one.close();
  }

  /** Gathers the records, puts them in order, hands them out. */
  public void done() {
    sources.forEach(Runnable::run);
    file.kept.sort(this::order);
    for (Runnable target : targets) {
      file.given = 0;
      target.run();
    }
  }

  private int order(byte[] one, byte[] two) {
    for (Key key : keys) {
      Field<?> field = key.field();
      int result;
      if (field.isNumber()) {
        byte[] saved = file.area.read(0, file.longest);
        file.area.write(0, one);
        java.math.BigDecimal first = field.value();
        file.area.write(0, two);
        result = first.compareTo(field.value());
        file.area.write(0, saved);
      } else {
        int size = field.size();
        result =
            Comparing.text(
                new String(one, field.offset, size, ISO_8859_1),
                new String(two, field.offset, size, ISO_8859_1),
                collation);
      }
      if (result != 0) {
        return result * key.way();
      }
    }
    return 0;
  }
}
