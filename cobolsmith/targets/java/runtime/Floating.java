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

  @Override
  String shown() {
    throw new RunError("DISPLAY of a floating-point number isn't translated to Java");
  }
}
