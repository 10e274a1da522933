package cobol;

import java.util.Arrays;

/** Bytes that fields look into. A LINKAGE record is bound to those its caller gives. */
public final class Storage {
  byte[] data;
  int base;

  /** Storage of a size, filled with spaces. */
  public Storage(int size) {
    data = new byte[size];
    Arrays.fill(data, (byte) ' ');
  }

  Storage(byte[] data) {
    this.data = data;
  }

  /** Looks into another storage's bytes, from an offset of them on. */
  public void bind(Storage other, int offset) {
    data = other.data;
    base = offset;
  }

  /** Makes the storage at least so long. */
  void reach(int size) {
    if (base + size > data.length) {
      data = Arrays.copyOf(data, base + size);
    }
  }

  byte[] read(int offset, int size) {
    check(offset, size);
    return Arrays.copyOfRange(data, base + offset, base + offset + size);
  }

  void write(int offset, byte[] bytes) {
    check(offset, bytes.length);
    System.arraycopy(bytes, 0, data, base + offset, bytes.length);
  }

  private void check(int offset, int size) {
    if (base + offset < 0 || size < 0 || base + offset + size > data.length) {
      throw new RunError(
          "bytes " + (offset + 1) + " to " + (offset + size) + " are outside of the record");
    }
  }
}
