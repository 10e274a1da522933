package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/** Standard input and output. */
final class Console {
  private static final OutputStream OUT =
      new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
  private static final InputStream IN = new BufferedInputStream(System.in);

  static String[] arguments = {};
  static int taken;
  static String named = "";

  private Console() {}

  static String text(Object... values) {
    StringBuilder text = new StringBuilder();
    for (Object value : values) {
      if (value instanceof Field<?> field) {
        text.append(field.shown());
      } else {
        text.append(value instanceof Figurative constant ? constant.pattern : value);
      }
    }
    return text.toString();
  }

  static void write(boolean error, boolean advancing, Object... values) {
    String text = text(values) + (advancing ? "\n" : "");
    try {
      if (error) {
        flush();
        System.err.write(text.getBytes(ISO_8859_1));
      } else {
        OUT.write(text.getBytes(ISO_8859_1));
      }
    } catch (IOException failure) {
      throw new RunError(failure.getMessage());
    }
  }

  static void flush() {
    try {
      OUT.flush();
    } catch (IOException failure) {
      throw new RunError(failure.getMessage());
    }
  }

  /** The next line of standard input; a space behind its end. */
  static String line() {
    flush();
    StringBuilder line = new StringBuilder();
    try {
      int one = IN.read();
      if (one < 0) {
        line.append(' ');
      }
      while (one >= 0 && one != '\n') {
        line.append((char) one);
        one = IN.read();
      }
    } catch (IOException failure) {
      throw new RunError(failure.getMessage());
    }
    return line.toString();
  }

  static void accept(Field<?> field) {
    String text = line();
    if (field instanceof Zoned && text.length() > field.size()) {
      text = text.substring(0, field.size());
    }
    field.move(text.isEmpty() ? " " : text);
  }

  /** The clock; COB_CURRENT_DATE of the environment sets it, as it does GnuCOBOL's. */
  static LocalDateTime now() {
    String digits = System.getenv().getOrDefault("COB_CURRENT_DATE", "").replaceAll("\\D", "");
    if (digits.length() < 14) {
      return LocalDateTime.now();
    }
    DateTimeFormatter form = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");
    return LocalDateTime.parse(digits.substring(0, 14), form);
  }

  static void acceptDate(Field<?> field, String form) {
    LocalDateTime now = now();
    String pattern =
        switch (form) {
          case "DATE" -> "yyMMdd";
          case "DATE YYYYMMDD" -> "yyyyMMdd";
          case "DAY" -> "yyDDD";
          case "DAY YYYYDDD" -> "yyyyDDD";
          case "TIME" -> "HHmmssSS";
          default -> "e";
        };
    String text =
        pattern.equals("e")
            ? String.valueOf(now.getDayOfWeek().getValue())
            : now.format(DateTimeFormatter.ofPattern(pattern));
    field.move(field.isNumber() ? new java.math.BigDecimal(text) : text);
  }
}
