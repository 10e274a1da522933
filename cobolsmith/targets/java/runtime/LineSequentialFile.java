package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;

/** Records as lines of text, without spaces at their end. */
public class LineSequentialFile extends SequentialFile {
  /** A file with the first of its records, and their lengths. */
  public LineSequentialFile(Object assign, Field<?> record, int shortest, int longest) {
    super(assign, record, shortest, longest);
  }

  @Override
  String fetched() throws IOException {
    int one = in.read();
    if (one < 0) {
      return "10";
    }
    StringBuilder line = new StringBuilder();
    while (one >= 0 && one != '\n') {
      if (one != '\r' && line.length() < longest) {
        line.append((char) one);
      }
      one = in.read();
    }
    length = line.length();
    line.append(" ".repeat(longest - length));
    area.write(0, line.toString().getBytes(ISO_8859_1));
    if (depending != null) {
      depending.store(Numbers.num(length));
    }
    return "00";
  }

  @Override
  byte[] framed(byte[] data, boolean plain) {
    String text = new String(data, ISO_8859_1);
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return (text.substring(0, end) + (plain ? "\n" : "")).getBytes(ISO_8859_1);
  }

  @Override
  Outcome put(Field<?> record, String before, String after, String handled) {
    Outcome outcome = super.put(record, before, after, handled);
    needsLine = !before.isEmpty();
    return outcome;
  }

  @Override
  int measured(Field<?> record) {
    int size = record.size();
    if (depending != null) {
      size = Math.min(depending.intValue(), size);
    }
    return size <= longest ? size : -1;
  }

  @Override
  public Outcome rewrite(Field<?> record, String handled) {
    return finish(mode.equals(UPDATE) ? "30" : "49", handled);
  }
}
