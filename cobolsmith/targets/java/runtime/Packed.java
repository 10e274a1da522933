package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;

/** COMP-3: two digits a byte, the sign in the last half byte (COMP-6: none). */
public final class Packed extends Fixed<Packed> {
  private boolean nibble = true;

  Packed(Storage storage, int offset, int digits, int scale) {
    super(storage, offset, digits / 2 + 1, digits, scale);
  }

  /** COMP-6: no half byte for the sign. */
  public Packed withoutSign() {
    nibble = false;
    length = (digits + 1) / 2;
    return this;
  }

  @Override
  boolean isLike(Fixed<?> other) {
    return super.isLike(other) && other instanceof Packed packed && nibble == packed.nibble;
  }

  private String nibbles() {
    StringBuilder found = new StringBuilder();
    for (byte one : raw()) {
      found.append(Character.forDigit((one >> 4) & 0x0F, 16));
      found.append(Character.forDigit(one & 0x0F, 16));
    }
    return found.toString();
  }

  @Override
  Image image() {
    String text = nibbles();
    int end = nibble ? text.length() - 1 : text.length();
    StringBuilder found = new StringBuilder();
    for (char one : text.substring(end - digits, end).toCharArray()) {
      found.append((char) ('0' + Character.digit(one, 16)));
    }
    boolean negative = nibble && signed && text.charAt(end) == 'd';
    return new Image(found.toString(), scale, negative ? -1 : 1);
  }

  boolean isNumeric() {
    String text = nibbles();
    int end = nibble ? text.length() - 1 : text.length();
    boolean right = !nibble || (signed ? "cd" : "f").indexOf(text.charAt(end)) >= 0;
    return right && text.substring(end - digits, end).matches("[0-9]*");
  }

  @Override
  public BigDecimal value() {
    Image image = image();
    BigInteger number = BigInteger.ZERO;
    for (char one : image.digits().toCharArray()) {
      number = number.multiply(BigInteger.TEN).add(BigInteger.valueOf(one - '0'));
    }
    return new BigDecimal(image.sign() < 0 ? number.negate() : number, scale);
  }

  @Override
  boolean put(BigInteger number, boolean keep) {
    String text = number.abs().toString();
    boolean fits = text.length() <= digits;
    if (!fits && keep) {
      return false;
    }
    write(fits ? text : text.substring(text.length() - digits), number.signum());
    return fits;
  }

  private void write(String text, int sign) {
    String mark = !nibble ? "" : !signed ? "f" : sign < 0 ? "d" : "c";
    String all = "0".repeat(Math.max(2 * length - text.length() - mark.length(), 0)) + text + mark;
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) Integer.parseInt(all.substring(2 * i, 2 * i + 2), 16);
    }
    storage.write(offset, data);
  }

  @Override
  void take(Field<?> source) {
    if (!(source instanceof Zoned zoned)) {
      super.take(source);
      return;
    }
    Image image = zoned.image();
    StringBuilder text = new StringBuilder();
    for (char one : image.aligned(digits, scale).toCharArray()) {
      text.append(Character.forDigit((one - '0') & 0x0F, 16));
    }
    write(text.toString(), image.sign());
  }
}
