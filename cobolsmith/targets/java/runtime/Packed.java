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

  /** The number as the machine's integer: all half bytes but the last count. */
  @Override
  public int intValue() {
    String text = nibbles();
    int end = text.length() - 1;
    if (scale != 0 || !nibble || !text.substring(0, end).matches("[0-9]{1,9}")) {
      return super.intValue();
    }
    int number = Integer.parseInt(text.substring(0, end));
    return signed && text.charAt(end) == 'd' ? -number : number;
  }

  @Override
  public BigDecimal inBinary(int places) {
    Image image = image();
    return image.isSound() ? value() : image.inBinary(places);
  }

  @Override
  String shown() {
    Image image = image();
    if (image.isSound()) {
      return super.shown();
    }
    String text = image.digits();
    if (text.charAt(text.length() - 1) > '9') {
      text = text.substring(0, text.length() - 1) + "0";
    }
    return new Image(text, scale, image.sign()).edited(signed, false);
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
    Image aligned = new Image(image.placed(digits, scale).replace(' ', '0'), scale, image.sign());
    if (aligned.isSound()) {
      write(aligned.digits(), aligned.sign());
    } else {
      writeGarbled(aligned.digits(), aligned.sign());
    }
  }

  /** Bytes that are no digits, two in one: the right one of them may reach into the left. */
  private void writeGarbled(String text, int sign) {
    byte[] data = new byte[length];
    int first = 2 * length - text.length() - (nibble ? 1 : 0);
    for (int i = 0; i < text.length(); i++) {
      int half = text.charAt(i) - '0';
      int at = first + i;
      data[at / 2] |= (byte) (at % 2 == 1 ? half : half << 4);
    }
    if (nibble) {
      data[length - 1] = (byte) (data[length - 1] & 0xF0 | (!signed ? 0x0F : sign < 0 ? 0x0D : 0x0C));
    }
    storage.write(offset, data);
  }
}
