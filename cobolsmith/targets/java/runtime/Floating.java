package cobol;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** COMP-1 and COMP-2. */
public final class Floating extends Number<Floating> {
  Floating(Storage storage, int offset, int length) {
    super(storage, offset, length, 38, 0);
    signed = true;
  }

  private ByteBuffer buffer(byte[] data) {
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
  }

  double number() {
    return length == 4 ? buffer(raw()).getFloat() : buffer(raw()).getDouble();
  }

  private void number(double number) {
    byte[] data = new byte[length];
    if (length == 4) {
      buffer(data).putFloat((float) number);
    } else {
      buffer(data).putDouble(number);
    }
    storage.write(offset, data);
  }

  @Override
  public BigDecimal value() {
    double number = number();
    if (number == 0 || Double.isNaN(number) || Double.isInfinite(number)) {
      return BigDecimal.ZERO;
    }
    return Numbers.trimmed(new BigDecimal(number, new MathContext(96, RoundingMode.DOWN)));
  }

  @Override
  boolean put(BigDecimal value, RoundingMode rounding, boolean keep) {
    double near = value.doubleValue();
    if (Double.isInfinite(near)) {
      near = 0;
    } else if (new BigDecimal(near).abs().compareTo(value.abs()) > 0) {
      near = near > 0 ? Math.nextDown(near) : Math.nextUp(near);
    }
    number(near);
    return true;
  }

  @Override
  public void move(Object source) {
    if (source instanceof Group group) {
      takeBytes(group);
    } else if (source instanceof Floating other) {
      number(other.number());
    } else if (Comparing.number(source) != null) {
      store(Comparing.number(source));
    } else {
      Zoned through = new Zoned(new Storage(76), 0, 76, 38).signed();
      through.move(source);
      store(through.value());
    }
  }

  @Override
  Image image() {
    BigDecimal number = value();
    String text = number.unscaledValue().abs().toString();
    return new Image(text, number.scale(), number.signum() < 0 ? -1 : 1);
  }

  /** As C's %G has it: 8 digits of a COMP-1, 16 of a COMP-2, without zeros at the end. */
  @Override
  String shown() {
    double number = number();
    if (number == 0 || Double.isNaN(number) || Double.isInfinite(number)) {
      return number == 0 ? "0" : String.valueOf(number).replace("Infinity", "INF").toUpperCase();
    }
    int most = length == 4 ? 8 : 16;
    BigDecimal near = new BigDecimal(number).round(new MathContext(most, RoundingMode.HALF_EVEN));
    int exponent = near.precision() - near.scale() - 1;
    BigDecimal brief = near.stripTrailingZeros();
    if (exponent >= -4 && exponent < most) {
      return brief.toPlainString();
    }
    String digits = brief.unscaledValue().abs().toString();
    String rest = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = number < 0 ? "-" : "";
    String power = (exponent < 0 ? "-" : "+") + Math.abs(exponent);
    return sign + digits.charAt(0) + rest + "E" + power;
  }
}
