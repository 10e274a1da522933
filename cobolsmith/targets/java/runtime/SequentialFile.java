package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;

/** Records one behind the other; where their lengths vary, each after its length. */
public class SequentialFile extends CobolFile {
  private RandomAccessFile file;
  InputStream in;
  OutputStream out;
  boolean needsLine;
  private long next;

  /** A file with the first of its records, and their lengths. */
  public SequentialFile(Object assign, Field<?> record, int shortest, int longest) {
    super(assign, record, shortest, longest);
  }

  /** What its SELECT and FD say beside that; null where they don't. */
  public SequentialFile with(
      boolean variable, boolean optional, Field<?> status, Number<?> depending) {
    set(variable, optional, status, depending);
    return this;
  }

  @Override
  void opened(String mode) throws IOException {
    boolean reads = mode.equals(INPUT);
    if (mode.equals(OUTPUT)) {
      java.nio.file.Files.deleteIfExists(path());
    }
    file = new RandomAccessFile(path().toFile(), reads ? "r" : "rw");
    if (mode.equals(EXTEND)) {
      file.seek(file.length());
    }
    in = new BufferedInputStream(Channels.newInputStream(file.getChannel()), 1 << 16);
    out = new BufferedOutputStream(Channels.newOutputStream(file.getChannel()), 1 << 16);
    needsLine = false;
    next = 0;
  }

  @Override
  void closed() throws IOException {
    if (needsLine) {
      out.write('\n');
      needsLine = false;
    }
    if (!mode.equals(INPUT)) {
      out.flush();
    }
    file.close();
  }

  @Override
  public Outcome readNext(String handled) {
    String code = readable();
    try {
      code = code.isEmpty() ? fetched() : code;
    } catch (IOException error) {
      code = "30";
    }
    ended |= code.equals("10");
    wasRead = code.equals("00");
    return finish(code, handled);
  }

  String fetched() throws IOException {
    int size = longest;
    if (variable) {
      byte[] head = in.readNBytes(4);
      if (head.length < 4) {
        return head.length == 0 ? "10" : "30";
      }
      size = (head[0] & 0xFF) << 8 | (head[1] & 0xFF);
      next += 4;
    }
    byte[] data = in.readNBytes(size);
    next += data.length;
    if (data.length == 0) {
      return "10";
    }
    if (data.length < size) {
      area.write(0, data);
      return "04";
    }
    take(data);
    return "00";
  }

  @Override
  public Outcome write(Field<?> record, String handled) {
    return put(record, "", "", handled);
  }

  /** WRITE a record AFTER ADVANCING. */
  public Outcome writeAfter(Field<?> record, Object lines) {
    return put(record, advance(lines), "", "");
  }

  /** WRITE a record BEFORE ADVANCING. */
  public Outcome writeBefore(Field<?> record, Object lines) {
    return put(record, "", advance(lines), "");
  }

  static String advance(Object lines) {
    if (lines.equals(PAGE)) {
      return "\f";
    }
    int count = Comparing.number(lines).intValue();
    return count > 0 ? "\n".repeat(count) : "\r";
  }

  Outcome put(Field<?> record, String before, String after, String handled) {
    if (!writable()) {
      return finish("48", handled);
    }
    int size = measured(record);
    if (size < 0) {
      return finish("44", handled);
    }
    length = size;
    boolean plain = before.isEmpty() && after.isEmpty();
    try {
      out.write(before.getBytes(ISO_8859_1));
      out.write(framed(area.read(0, size), plain));
      out.write(after.getBytes(ISO_8859_1));
    } catch (IOException error) {
      return finish("30", handled);
    }
    needsLine = !before.isEmpty() || (needsLine && after.isEmpty());
    return finish("00", handled);
  }

  byte[] framed(byte[] data, boolean plain) {
    if (!variable) {
      return data;
    }
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    framed.write(data.length >> 8);
    framed.write(data.length);
    framed.write(0);
    framed.write(0);
    framed.writeBytes(data);
    return framed.toByteArray();
  }

  @Override
  final void write(byte[] data) {
    byte[] record = new byte[Math.min(Math.max(data.length, shortest), longest)];
    java.util.Arrays.fill(record, (byte) ' ');
    System.arraycopy(data, 0, record, 0, Math.min(data.length, record.length));
    try {
      out.write(framed(record, true));
    } catch (IOException error) {
      throw new RunError(error.getMessage());
    }
  }

  @Override
  public Outcome rewrite(Field<?> record, String handled) {
    boolean read = wasRead;
    wasRead = false;
    if (!isOpen || !mode.equals(UPDATE)) {
      return finish("49", handled);
    }
    if (!read) {
      return finish("43", handled);
    }
    if (length != (depending == null ? record.size() : depending.intValue())) {
      return finish("44", handled);
    }
    try {
      long after = file.getFilePointer();
      file.seek(next - length);
      file.write(area.read(0, length));
      file.seek(after);
    } catch (IOException error) {
      return finish("30", handled);
    }
    return finish("00", handled);
  }
}
