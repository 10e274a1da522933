package cobol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.Supplier;

/** A numeric field, or a numeric-edited one as a receiver of numbers. */
public abstract class Number<T extends Number<T>> extends Field<T> {
  /** The most digits of an item that cobc adds and subtracts as the machine's integer. */
  static final int MACHINE_DIGITS = 9;

  /** The most digits of a whole number that cobc compares as the machine's. */
  static final int LONG_DIGITS = 18;

  int digits;
  int scale;
  boolean signed;

  Number(Storage storage, int offset, int length, int digits, int scale) {
    super(storage, offset, length);
    this.digits = digits;
    this.scale = scale;
  }

  /** The number has a sign. */
  public T signed() {
    signed = true;
    return self();
  }

  @Override
  void begin(Object value) {
    move(value);
  }

  @Override
  boolean isNumber() {
    return true;
  }

  abstract Image image();

  /** Whether cobc compares with this field as with a whole number of the machine's. */
  boolean isWhole() {
    return scale <= 0 && digits <= LONG_DIGITS;
  }

  /**
   * What bytes that are no digits count for in a comparison of whole numbers, on its left or right;
   * null where they count for the field's value.
   */
  BigDecimal garbled(boolean left) {
    return null;
  }

  /** Whether this field and another are of the same digits, a byte each, without sign. */
  boolean isPlainAs(Number<?> other) {
    return false;
  }

  /** The number as MOVE gives it to a binary item. */
  public BigDecimal inBinary(int places) {
    return value();
  }

  /** The number as MOVE gives it to a binary item without decimals. */
  public BigDecimal inBinary() {
    return inBinary(0);
  }

  /** Puts a number into the field; with {@code keep} only if it fits, and says whether it did. */
  abstract boolean put(BigDecimal number, RoundingMode rounding, boolean keep);

  /** Puts a number into the field, cut to its digits. */
  public void store(BigDecimal number) {
    put(number, RoundingMode.DOWN, false);
  }

  /** Puts a number into the field, rounded. */
  public void store(BigDecimal number, RoundingMode rounding) {
    put(number, rounding, false);
  }

  /** Puts a result into the field, if there is one. */
  public void store(Supplier<BigDecimal> result) {
    store(result, RoundingMode.DOWN);
  }

  /** Puts a result into the field, rounded, if there is one. */
  public void store(Supplier<BigDecimal> result, RoundingMode rounding) {
    BigDecimal number = Numbers.orNone(result);
    if (number != null) {
      put(number, rounding, false);
    }
  }

  /** Puts a result into the field if it fits, and says whether it did. */
  public boolean fits(Supplier<BigDecimal> result) {
    return fits(result, RoundingMode.DOWN);
  }

  /** Puts a rounded result into the field if it fits, and says whether it did. */
  public boolean fits(Supplier<BigDecimal> result, RoundingMode rounding) {
    BigDecimal number = Numbers.orNone(result);
    return number != null && put(number, rounding, true);
  }

  /** ADD number TO this field. */
  public void add(BigDecimal number) {
    store(value().add(number));
  }

  /** SUBTRACT number FROM this field. */
  public void subtract(BigDecimal number) {
    store(value().subtract(number));
  }

  /** MULTIPLY number BY this field. */
  public void multiply(BigDecimal number) {
    store(value().multiply(number));
  }

  @Override
  String sent() {
    Image image = image();
    return image.digits() + "0".repeat(Math.max(-image.scale(), 0));
  }

  static String shown(Image image, boolean signed) {
    String text = image.digits();
    if (image.scale() > 0) {
      text = "0".repeat(Math.max(image.scale() - text.length(), 0)) + text;
      int at = text.length() - image.scale();
      text = text.substring(0, at) + Editing.point + text.substring(at);
    }
    return signed ? (image.sign() < 0 ? "-" : "+") + text : text;
  }
}
