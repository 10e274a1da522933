package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** What zoned, packed and binary fields have in common. */
public abstract class Fixed<T extends Fixed<T>> extends Number<T> {
  Fixed(Storage storage, int offset, int length, int digits, int scale) {
    super(storage, offset, length, digits, scale);
  }

  /** Puts a whole number of last digits; with {@code keep} only if it fits. */
  abstract boolean put(BigInteger number, boolean keep);

  @Override
  boolean put(BigDecimal number, RoundingMode rounding, boolean keep) {
    return put(number.setScale(scale, rounding).unscaledValue(), keep);
  }

  @Override
  public void move(Object source) {
    if (source instanceof Group group) {
      takeBytes(group);
    } else if (source instanceof Fixed<?> field && isLike(field) && copies(field)) {
      raw(field.text());
    } else if (source instanceof Field<?> field) {
      take(field);
    } else if (source instanceof Figurative constant) {
      take(new Image(constant.filled(Numbers.MOST_DIGITS), 0, 0));
    } else if (source instanceof String text) {
      take(spelt(text));
    } else {
      store(Comparing.number(source));
    }
  }

  /** Whether a field's bytes are read as those of this one are: MOVE then copies them. */
  boolean isLike(Fixed<?> other) {
    return getClass() == other.getClass() && length == other.length && digits == other.digits
        && scale == other.scale && signed == other.signed;
  }

  /** Whether MOVE copies the bytes of a field of the same shape: not where one is no digit. */
  private boolean copies(Fixed<?> source) {
    return !(subscripted || source.subscripted) || source.isSound();
  }

  /** Whether the bytes are digits. */
  boolean isSound() {
    return true;
  }

  void take(Field<?> source) {
    Image image = source.deedited();
    if (source.isNumber()) {
      store(source.value());
    } else {
      take(image != null ? image : spelt(source.text()));
    }
  }

  Image spelt(String text) {
    return Editing.spelt(text, 2 * Numbers.MOST_DIGITS, Numbers.MOST_DIGITS);
  }

  void take(Image image) {
    int size = image.digits().length() + Math.abs(scale) + 1;
    BigInteger number = new BigInteger(image.aligned(size, scale));
    put(image.sign() < 0 ? number.negate() : number, false);
  }

  @Override
  Image image() {
    BigInteger number = value().setScale(scale, RoundingMode.DOWN).unscaledValue();
    String text = number.abs().toString();
    text = "0".repeat(Math.max(digits - text.length(), 0)) + text;
    return new Image(text.substring(text.length() - digits), scale, number.signum() < 0 ? -1 : 1);
  }

  @Override
  String characters() {
    return image().digits();
  }

  @Override
  String shown() {
    Image image = image();
    boolean zero = image.digits().replace("0", "").isEmpty();
    return shown(zero ? new Image(image.digits(), image.scale(), 1) : image, signed);
  }
}
