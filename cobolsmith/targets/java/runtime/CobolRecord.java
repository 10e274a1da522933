package cobol;

import java.util.Arrays;

/** A level 01 with its storage, and the making of the fields in it. */
public class CobolRecord extends Group {
  /** A record of a size with bytes of its own. */
  public CobolRecord(int size) {
    super(new Storage(size), 0, size);
  }

  /** A table with bytes of its own: occurrences of a size, the bytes from one to the next. */
  public CobolRecord(int size, int step, int count) {
    super(new Storage(step * count), 0, size);
    times(step, count);
  }

  /** A record over another field's bytes (REDEFINES, records of one file). */
  public CobolRecord(int size, Field<?> over) {
    super(over.storage, over.offset, size);
    storage.reach(offset + size);
  }

  /** Bytes without an initial value: of a file, or of the LINKAGE SECTION. */
  public CobolRecord cleared() {
    Arrays.fill(storage.data, (byte) 0);
    return this;
  }

  /** A numeric field, USAGE DISPLAY. */
  public final Zoned zoned(int offset, int digits, int scale) {
    return new Zoned(storage, this.offset + offset, digits, scale);
  }

  /** A COMP-3 field. */
  public final Packed packed(int offset, int digits, int scale) {
    return new Packed(storage, this.offset + offset, digits, scale);
  }

  /** A COMP or COMP-5 field. */
  public final Binary binary(int offset, int size, int digits, int scale) {
    return new Binary(storage, this.offset + offset, size, digits, scale);
  }

  /** A COMP-1 (4 bytes) or COMP-2 field. */
  public final Floating floating(int offset, int size) {
    return new Floating(storage, this.offset + offset, size);
  }

  /** A PIC X or A field. */
  public final Text string(int offset, int size) {
    return new Text(storage, this.offset + offset, size);
  }

  /** A numeric-edited field. */
  public final EditedNumber edited(int offset, int size, String picture, int digits, int scale) {
    return new EditedNumber(storage, this.offset + offset, size, picture, digits, scale);
  }

  /** An alphanumeric-edited field. */
  public final EditedText editedText(int offset, int size, String picture) {
    return new EditedText(storage, this.offset + offset, size, picture);
  }

  /** A group of fields. */
  public final Group group(int offset, int size) {
    return new Group(storage, this.offset + offset, size);
  }
}
