package cobol;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A file whose records are found by their number, counted from 1: slots of one size, each with the
 * length of its record before it (8 bytes, 0 where there is none), as GnuCOBOL writes them on a
 * little-endian machine.
 *
 * <p>{@code next} is the slot that READ NEXT looks at first. As GnuCOBOL's it is the place in the
 * file, so every statement that looks at a slot moves it.
 */
public final class RelativeFile extends KeyedFile {
  private static final int HEAD = 8;

  private final Number<?> key;
  private RandomAccessFile file;
  private long next;
  private long last;

  /** A relative file with its RELATIVE KEY, or null. */
  public RelativeFile(
      Object assign, Field<?> record, int shortest, int longest, String access, Number<?> key) {
    super(assign, record, shortest, longest, access);
    this.key = key;
  }

  /** What its description says besides. */
  public RelativeFile with(
      boolean variable, boolean optional, Field<?> status, Number<?> depending) {
    set(variable, optional, status, depending);
    return this;
  }

  @Override
  void opened(String mode) throws IOException {
    file = new RandomAccessFile(path().toFile(), mode.equals(INPUT) ? "r" : "rw");
    if (mode.equals(OUTPUT)) {
      file.setLength(0);
    }
    next = mode.equals(EXTEND) ? slots() : 0;
  }

  @Override
  void closed() throws IOException {
    file.close();
  }

  private long slots() throws IOException {
    return file.length() / (HEAD + longest);
  }

  /** The length of a slot's record, 0 for none; the file stands behind it. */
  private int size(long slot) throws IOException {
    next = slot;
    file.seek(slot * (HEAD + longest));
    byte[] head = new byte[HEAD];
    if (slot >= slots()) {
      return 0;
    }
    file.readFully(head);
    return (int) ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private long wanted() {
    return key.intValue() - 1L;
  }

  private String got(long slot, int size) throws IOException {
    next = slot + 1;
    last = slot;
    byte[] data = new byte[longest];
    file.readFully(data);
    take(data);
    length = size;
    if (depending != null) {
      depending.store(Numbers.num(size));
    }
    return "00";
  }

  @Override
  String followed(boolean forward) throws IOException {
    for (long slot = next; slot < slots(); slot++) {
      int size = size(slot);
      if (size > 0) {
        return numbered(slot) ? got(slot, size) : "14";
      }
    }
    ended = true;
    return "10";
  }

  /** Puts a slot's number into the key, and says whether it has digits enough. */
  private boolean numbered(long slot) {
    if (key != null) {
      key.store(Numbers.num(slot + 1));
    }
    return key == null || key.intValue() == slot + 1;
  }

  @Override
  String found(Field<?> unused) throws IOException {
    long slot = wanted();
    int size = slot >= 0 ? size(slot) : 0;
    return size > 0 ? got(slot, size) : "23";
  }

  @Override
  String sought(String relation, Field<?> unused) throws IOException {
    long slot = wanted();
    boolean up = relation.startsWith(">");
    boolean down = relation.startsWith("<");
    if (relation.equals(">") || relation.equals("<")) {
      slot += up ? 1 : -1;
    }
    slot = up ? Math.max(slot, 0) : down ? Math.min(slot, slots() - 1) : slot;
    while (0 <= slot && slot < slots()) {
      if (size(slot) > 0) {
        return "00";
      }
      if (!up && !down) {
        break;
      }
      slot += up ? 1 : -1;
    }
    return "23";
  }

  @Override
  String added(int size) throws IOException {
    if (isSequential()) {
      put(next, size);
      numbered(next - 1);
      return "00";
    }
    long slot = wanted();
    if (slot < 0) {
      return "24";
    }
    if (size(slot) > 0) {
      return "22";
    }
    put(slot, size);
    return "00";
  }

  private void put(long slot, int size) throws IOException {
    head(slot, size);
    file.write(area.read(0, longest));
    next = slot + 1;
  }

  private void head(long slot, long size) throws IOException {
    file.seek(slot * (HEAD + longest));
    file.write(ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN).putLong(size).array());
  }

  /** REWRITE: that the slot is empty is no error to GnuCOBOL, and it stays empty. */
  @Override
  String replaced(int size) throws IOException {
    long slot = isSequential() ? last : wanted();
    if (slot < 0 || slot >= slots()) {
      return slot < 0 ? "24" : "23";
    }
    file.seek(slot * (HEAD + longest) + HEAD);
    file.write(area.read(0, longest));
    next = slot + 1;
    return "00";
  }

  /** DELETE: that the slot is empty already is no error. */
  @Override
  String removed() throws IOException {
    long slot = key != null ? wanted() : last;
    if (slot < 0 || slot >= slots()) {
      return slot < 0 ? "24" : "23";
    }
    head(slot, 0);
    next = slot + 1;
    return "00";
  }
}
