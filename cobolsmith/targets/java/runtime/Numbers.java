package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Supplier;

/** Exact decimal arithmetic as COBOL does it: sums keep every digit, quotients are cut. */
public final class Numbers {
  /** The digits a number may have. */
  public static final int MOST_DIGITS = 38;

  private Numbers() {}

  /** A whole number. */
  public static BigDecimal num(long number) {
    return BigDecimal.valueOf(number);
  }

  /** A number as it is spelt. */
  public static BigDecimal num(String number) {
    return new BigDecimal(number);
  }

  /** A quotient with 38 digits more than its operands have. Throws SizeError. */
  public static BigDecimal quotient(BigDecimal dividend, BigDecimal divisor) {
    if (divisor.signum() == 0) {
      throw new SizeError();
    }
    if (dividend.signum() == 0) {
      return BigDecimal.ZERO;
    }
    int scale = dividend.scale() - divisor.scale();
    int shift = MOST_DIGITS + Math.max(-scale, 0);
    BigInteger above = dividend.unscaledValue().multiply(BigInteger.TEN.pow(shift));
    return new BigDecimal(above.divide(divisor.unscaledValue()), scale + shift);
  }

  /** A power with a whole exponent. Throws SizeError for one that isn't. */
  public static BigDecimal power(BigDecimal base, BigDecimal exponent) {
    if (exponent.signum() == 0 && base.signum() == 0) {
      throw new RunError("0 ** 0: COBOL stores 1 and has a size error at once");
    }
    if (exponent.signum() == 0) {
      return BigDecimal.ONE;
    }
    if (base.signum() == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal high = trimmed(exponent);
    BigDecimal low = trimmed(base);
    if (high.scale() > 0) {
      if (low.signum() > 0 && high.compareTo(new BigDecimal("0.5")) == 0) {
        return low.sqrt(new MathContext(120, RoundingMode.DOWN));
      }
      throw new SizeError();
    }
    BigDecimal raised = trimmed(low.pow(Math.abs(high.intValueExact())));
    return high.signum() > 0 ? raised : trimmed(quotient(BigDecimal.ONE, raised));
  }

  /** A number without the decimals beyond a scale. */
  public static BigDecimal cut(BigDecimal number, int scale) {
    return number.setScale(scale, RoundingMode.DOWN);
  }

  /** A number without zeros at the end of its decimals. */
  static BigDecimal trimmed(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  /** A result, or null where there is none. */
  public static BigDecimal orNone(Supplier<BigDecimal> result) {
    try {
      return result.get();
    } catch (SizeError error) {
      return null;
    }
  }

  /** A result that was computed before. Throws SizeError where there is none. */
  public static BigDecimal the(BigDecimal result) {
    if (result == null) {
      throw new SizeError();
    }
    return result;
  }
}
