package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;

/** USAGE DISPLAY: a digit a byte; the sign is in the last (or first) digit, or beside them. */
public final class Zoned extends Fixed<Zoned> {
  private boolean leading;
  private boolean separate;

  Zoned(Storage storage, int offset, int digits, int scale) {
    super(storage, offset, digits, digits, scale);
  }

  /** SIGN LEADING. */
  public Zoned leading() {
    leading = true;
    return this;
  }

  /** SIGN SEPARATE. */
  public Zoned separate() {
    separate = true;
    length = digits + 1;
    return this;
  }

  @Override
  boolean isLike(Fixed<?> other) {
    return super.isLike(other) && other instanceof Zoned zoned && leading == zoned.leading
        && separate == zoned.separate;
  }

  @Override
  boolean isSound() {
    return image().isSound();
  }

  boolean isSeparate() {
    return separate;
  }

  boolean isLeading() {
    return leading;
  }

  /** The digits as they stand, without a sign over them, and the sign. */
  @Override
  Image image() {
    String text = text();
    if (!signed) {
      return new Image(text, scale, 0);
    }
    int at = leading ? 0 : text.length() - 1;
    char last = text.charAt(at);
    if (separate) {
      return new Image(leading ? text.substring(1) : text.substring(0, at), scale, last == '-' ? -1 : 1);
    }
    if ((last >= '0' && last <= '9') || last == ' ') {
      return new Image(text, scale, 1);
    }
    boolean negative = last >= 'p' && last <= 'y';
    char digit = negative ? (char) (last - 0x40) : '0';
    return new Image(
        text.substring(0, at) + digit + text.substring(at + 1), scale, negative ? -1 : 1);
  }

  @Override
  public BigDecimal value() {
    Image image = image();
    String text = image.digits();
    if (!leading && image.isSound()) {
      return new BigDecimal(new BigInteger(image.sign() < 0 ? "-" + text : text), scale);
    }
    int first = raw()[separate && leading ? 1 : 0];
    if (first == -1 || first == 0) {
      BigInteger limit = BigInteger.TEN.pow(text.length());
      return new BigDecimal(first == 0 ? limit.negate() : limit, scale);
    }
    BigInteger number = unreadable(text);
    return new BigDecimal(image.sign() < 0 ? number.negate() : number, scale);
  }

  /** The number as the machine's integer: in an unsigned item what is no digit is 0. */
  @Override
  public int intValue() {
    if (scale != 0 || digits > MACHINE_DIGITS) {
      return super.intValue();
    }
    Image image = image();
    if (image.isSound() || signed) {
      return (int) image.summed();
    }
    return Integer.parseInt(image.digits().replaceAll("[^0-9]", "0"));
  }

  /** Whether cobc compares with this field as with a whole number of the machine's. */
  @Override
  boolean isWhole() {
    return scale <= 0 && length <= LONG_DIGITS;
  }

  /**
   * What bytes that are no digits count for in a comparison of whole numbers, on its left or right;
   * null where they count for the field's value.
   */
  @Override
  BigDecimal garbled(boolean left) {
    if (scale != 0 || length > LONG_DIGITS || (left && (separate || leading))) {
      return null;
    }
    Image image = image();
    if (image.isSound()) {
      return null;
    }
    String text = image.digits();
    if (left && signed && text.endsWith(" ")) {
      image = new Image(text.substring(0, text.length() - 1) + "0", 0, image.sign());
    }
    return BigDecimal.valueOf(image.summed());
  }

  /** Whether this field and another are of the same digits, a byte each, without sign. */
  @Override
  boolean isPlainAs(Number<?> other) {
    return other instanceof Zoned && length == other.length && scale == other.scale && !signed
        && !other.signed;
  }

  @Override
  public BigDecimal inBinary(int places) {
    Image image = image();
    return image.isSound() ? value() : image.inBinary(places);
  }

  private static BigInteger unreadable(String text) {
    int start = 0;
    while (text.length() - start > 1 && (text.charAt(start) & 0x0F) == 0) {
      start++;
    }
    String rest = text.substring(start);
    if (rest.length() < 20) {
      return new BigInteger(Long.toUnsignedString(new Image(rest, 0, 1).summed()));
    }
    StringBuilder found = new StringBuilder();
    for (char one : rest.toCharArray()) {
      found.append((one & 0x0F) % 10);
    }
    return new BigInteger(found.toString());
  }

  @Override
  boolean put(BigInteger number, boolean keep) {
    int places = length - (separate ? 1 : 0);
    String text = number.abs().toString();
    boolean fits = text.length() <= places;
    if (!fits && keep) {
      return false;
    }
    text = "0".repeat(Math.max(places - text.length(), 0)) + text;
    rewrite(text.substring(text.length() - places), number.signum() < 0 ? -1 : 1);
    return fits;
  }

  /** Puts digits as they are, and a sign over or beside them. */
  void rewrite(String text, int sign) {
    if (signed && separate) {
      String mark = sign < 0 ? "-" : "+";
      text = leading ? mark + text : text + mark;
    } else if (signed && sign < 0) {
      int at = leading ? 0 : text.length() - 1;
      text = text.substring(0, at) + (char) (text.charAt(at) | 0x40) + text.substring(at + 1);
    }
    raw(text);
  }

  @Override
  void take(Field<?> source) {
    if (source instanceof Fixed<?> number) {
      take(number.image());
    } else {
      super.take(source);
    }
  }

  @Override
  void take(Image image) {
    rewrite(image.aligned(length - (separate ? 1 : 0), scale), image.sign());
  }

  @Override
  Image spelt(String text) {
    return Editing.spelt(text, length - (separate ? 1 : 0), scale);
  }

  @Override
  String characters() {
    return separate ? text() : image().digits();
  }

  @Override
  String shown() {
    Image image = image();
    boolean behind = separate && !leading;
    if (!image.isSound()) {
      return image.edited(signed, behind);
    }
    String text = image.digits();
    if (scale > 0) {
      text = "0".repeat(Math.max(scale - text.length(), 0)) + text;
      int at = text.length() - scale;
      text = text.substring(0, at) + Editing.point + text.substring(at);
    } else {
      text += "0".repeat(-scale);
    }
    if (!signed) {
      return text;
    }
    boolean zero = image.digits().replace("0", "").isEmpty();
    String mark = image.sign() < 0 && !zero ? "-" : "+";
    return behind ? text + mark : mark + text;
  }
}
