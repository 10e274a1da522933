package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * What a COBOL data item is, looking into the bytes of its record: a place and a form.
 *
 * <p>Tables are subscripted from 1: {@code field.at(3)}. Comparisons are COBOL's.
 */
public abstract class Field<T extends Field<T>> implements Cloneable {
  Storage storage;
  int offset;
  int length;
  int[] steps = {};
  int[] counts = {};
  private IntSupplier occurrences;

  /** Whether this is an occurrence of a table's item: MOVE makes digits of what is none. */
  boolean subscripted;


  Field(Storage storage, int offset, int length) {
    this.storage = storage;
    this.offset = offset;
    this.length = length;
  }

  @SuppressWarnings("unchecked")
  T self() {
    return (T) this;
  }

  /** The tables the item is in, outermost first: bytes of an occurrence, number of them. */
  public T times(int... pairs) {
    steps = new int[pairs.length / 2];
    counts = new int[pairs.length / 2];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = pairs[2 * i];
      counts[i] = pairs[2 * i + 1];
    }
    return self();
  }

  /** The initial value of every occurrence; of characters as they are written. */
  public T value(Object value) {
    for (T one : every()) {
      one.begin(value);
    }
    return self();
  }

  /** The usual initial value of every occurrence of an edited item. */
  public T initial() {
    for (T one : every()) {
      one.move(one instanceof EditedNumber ? Cobol.ZEROS : Cobol.SPACES);
    }
    return self();
  }

  void begin(Object value) {
    new Text(storage, offset, length).move(value);
  }

  /** The storage the field looks into, to be bound to a caller's. */
  public final Storage storage() {
    return storage;
  }

  /** Bytes of one occurrence. */
  public int size() {
    return length;
  }

  /** The bytes as they stand. */
  public byte[] raw() {
    return storage.read(offset, size());
  }

  void raw(String text) {
    storage.write(offset, text.getBytes(ISO_8859_1));
  }

  /** The characters as they stand. */
  public String text() {
    return new String(raw(), ISO_8859_1);
  }

  /** The number, where it is one. */
  public BigDecimal value() {
    throw new RunError("what is no number is used as one");
  }

  /** The number without its decimals. */
  public int intValue() {
    return value().intValue();
  }

  String characters() {
    return text();
  }

  String sent() {
    String text = text();
    return text.isEmpty() ? " " : text;
  }

  String shown() {
    return text();
  }

  Image deedited() {
    return null;
  }

  boolean isNumber() {
    return false;
  }

  /** How many occurrences there are now, where OCCURS DEPENDING ON says so. */
  public void occurs(IntSupplier occurrences) {
    this.occurrences = occurrences;
  }

  /** One occurrence of a table's item; there must be such an occurrence. */
  public T at(int... subscripts) {
    for (int i = 0; i < subscripts.length; i++) {
      boolean varies = i == 0 && occurrences != null;
      int count = varies ? occurrences.getAsInt() : counts[i];
      if (subscripts[i] < 1 || subscripts[i] > count) {
        throw new RunError("subscript out of bounds: " + subscripts[i] + " of " + count);
      }
    }
    return occurrence(subscripts);
  }

  private T occurrence(int... subscripts) {
    try {
      @SuppressWarnings("unchecked")
      T one = (T) clone();
      for (int i = 0; i < subscripts.length; i++) {
        one.offset += steps[i] * (subscripts[i] - 1);
      }
      one.steps = Arrays.copyOfRange(steps, subscripts.length, steps.length);
      one.counts = Arrays.copyOfRange(counts, subscripts.length, counts.length);
      one.occurs(null);
      one.subscripted = true;
      return one;
    } catch (CloneNotSupportedException error) {
      throw new AssertionError(error);
    }
  }

  /** All occurrences of a table's item; the field itself where it is in no table. */
  public List<T> every() {
    List<T> found = new ArrayList<>();
    if (counts.length == 0) {
      found.add(self());
      return found;
    }
    for (int i = 1; i <= counts[0]; i++) {
      found.addAll(occurrence(i).every());
    }
    return found;
  }

  /** A reference modification from a character (from 1) to the end. */
  public Text part(int start) {
    return part(start, size() - start + 1);
  }

  /** A reference modification: so many characters from one (from 1). */
  public Text part(int start, int size) {
    int whole = size();
    if (start < 1 || start > whole || size < 0 || size > whole - start + 1) {
      throw new RunError("characters " + start + " to " + (start + size - 1) + " of " + whole);
    }
    return new Text(storage, offset + start - 1, size);
  }

  /** MOVE source TO this field. */
  public abstract void move(Object source);

  void takeBytes(Group source) {
    String text = source.text();
    int size = size();
    raw(text.length() >= size ? text.substring(0, size) : text + " ".repeat(size - text.length()));
  }

  /** A level 88 on this field. */
  public Condition condition(Object... values) {
    return new Condition(this, values);
  }

  /** Whether this field equals an operand. */
  public boolean is(Object other) {
    return Comparing.compare(this, other) == 0;
  }

  /** Less than 0, 0 or more than 0, as this field compares with an operand. */
  public int compare(Object other) {
    return Comparing.compare(this, other);
  }
}
