package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;

/** COMP (big-endian, cut to its digits) and COMP-5 (native order, cut to its bits). */
public final class Binary extends Fixed<Binary> {
  private boolean nativeOrder;
  private boolean narrow;
  private boolean cut = true;
  private boolean nine;

  Binary(Storage storage, int offset, int length, int digits, int scale) {
    super(storage, offset, length, digits, scale);
  }

  /** The least byte first. */
  public Binary nativeOrder() {
    nativeOrder = true;
    return this;
  }

  /** Not cut to the digits of its PICTURE. */
  public Binary uncut() {
    cut = false;
    return this;
  }

  /** COMP-X: cut to its digits where it is shown. */
  public Binary narrow() {
    narrow = true;
    return this;
  }

  /** DISPLAY shows nine digits, as of RETURN-CODE. */
  Binary shownAsNine() {
    nine = true;
    return this;
  }

  @Override
  boolean isLike(Fixed<?> other) {
    return super.isLike(other) && other instanceof Binary binary && cut == binary.cut
        && nativeOrder == binary.nativeOrder;
  }

  private byte[] ordered(byte[] data) {
    if (!nativeOrder) {
      return data;
    }
    byte[] turned = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      turned[i] = data[data.length - 1 - i];
    }
    return turned;
  }

  private BigInteger whole() {
    byte[] data = ordered(raw());
    return signed ? new BigInteger(data) : new BigInteger(1, data);
  }

  @Override
  public BigDecimal value() {
    return new BigDecimal(whole(), scale);
  }

  @Override
  boolean put(BigInteger number, boolean keep) {
    number = signed ? number : number.abs();
    BigInteger limit = BigInteger.TEN.pow(digits);
    int bits = 8 * length - (signed ? 1 : 0);
    boolean fits = number.abs().bitLength() <= bits || number.bitLength() <= bits;
    if (cut && number.abs().compareTo(limit) >= 0) {
      fits = false;
    }
    if (!fits && keep) {
      return false;
    }
    if (!fits && cut) {
      number = number.remainder(limit);
    }
    byte[] all = number.toByteArray();
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      int from = all.length - length + i;
      data[i] = from >= 0 ? all[from] : (byte) (number.signum() < 0 ? -1 : 0);
    }
    storage.write(offset, ordered(data));
    return fits;
  }

  @Override
  void take(Field<?> source) {
    if (source instanceof Number<?> number && number.isNumber()) {
      store(number.inBinary(scale));
    } else {
      super.take(source);
    }
  }

  @Override
  Image image() {
    BigInteger number = whole();
    String text = number.abs().toString();
    text = "0".repeat(Math.max(digits - text.length(), 0)) + text;
    return new Image(text, scale, number.signum() < 0 ? -1 : 1);
  }

  @Override
  String sent() {
    String text = image().digits();
    return text.substring(text.length() - digits);
  }

  @Override
  String characters() {
    return sent();
  }

  @Override
  String shown() {
    Image image = image();
    if (cut || narrow) {
      return shown(new Image(sent(), scale, image.sign()), signed);
    }
    int places = nine ? 9 : length == 1 ? 3 : length == 2 ? 5 : length == 4 ? 10 : length == 8 ? 20 : digits;
    String text = image.digits();
    text = "0".repeat(Math.max(places - text.length(), 0)) + text;
    return shown(new Image(text, 0, image.sign()), signed);
  }
}
