package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.function.Supplier;

/**
 * What a PICTURE keeps of a value, for items that are ints, longs, BigDecimals and Strings: the last
 * digits before the point and the first behind it, the first characters.
 */
public final class Pictures {
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private Pictures() {}

  /** PIC 9(digits). */
  public static int pic9(int number, int digits) {
    return (int) Math.abs(number % POWERS[digits]);
  }

  /** PIC 9(digits). */
  public static long pic9(long number, int digits) {
    return Math.abs(number % POWERS[digits]);
  }

  /** PIC 9(digits). */
  public static long pic9(BigDecimal number, int digits) {
    return Math.abs(picS9(number, digits));
  }

  /** PIC 9(digits)V9(decimals). */
  public static BigDecimal pic9(BigDecimal number, int digits, int decimals) {
    return picS9(number, digits, decimals).abs();
  }

  /** PIC S9(digits). */
  public static int picS9(int number, int digits) {
    return (int) (number % POWERS[digits]);
  }

  /** PIC S9(digits). */
  public static long picS9(long number, int digits) {
    return number % POWERS[digits];
  }

  /** PIC S9(digits). */
  public static long picS9(BigDecimal number, int digits) {
    return picS9(number, digits, 0).longValue();
  }

  /** PIC S9(digits)V9(decimals). */
  public static BigDecimal picS9(BigDecimal number, int digits, int decimals) {
    BigInteger units = number.setScale(decimals, RoundingMode.DOWN).unscaledValue();
    return new BigDecimal(units.remainder(BigInteger.TEN.pow(digits + decimals)), decimals);
  }

  /** PIC X(size), without the spaces at its end. */
  public static String picX(String text, int size) {
    return (text.length() > size ? text.substring(0, size) : text).replaceFirst(" +$", "");
  }

  /** A number rounded to so many decimals. */
  public static BigDecimal rounded(BigDecimal number, int decimals, RoundingMode mode) {
    return number.setScale(decimals, mode);
  }

  /** What is computed, or what was there before where there is no result. */
  public static <T> T unlessError(T before, Supplier<T> result) {
    try {
      return result.get();
    } catch (SizeError error) {
      return before;
    }
  }

  /** A result as an item of so many digits takes it; null where it doesn't fit or there is none. */
  public static BigDecimal fitted(
      Supplier<BigDecimal> result, int digits, int decimals, boolean signed, RoundingMode mode) {
    BigDecimal number = Numbers.orNone(result);
    if (number == null) {
      return null;
    }
    BigDecimal rounded = number.setScale(decimals, mode);
    if (rounded.unscaledValue().abs().compareTo(BigInteger.TEN.pow(digits)) >= 0) {
      return null;
    }
    return signed ? rounded : rounded.abs();
  }

  /** The digits of a number without a sign, as DISPLAY shows them. */
  public static String digits(long number, int size) {
    return digits(BigDecimal.valueOf(number), size, 0);
  }

  /** The digits of a number, so many of them decimals, as DISPLAY shows them. */
  public static String digits(BigDecimal number, int size, int decimals) {
    String text = number.setScale(decimals, RoundingMode.DOWN).unscaledValue().abs().toString();
    text = "0".repeat(Math.max(size - text.length(), 0)) + text;
    int point = text.length() - decimals;
    return decimals == 0 ? text : text.substring(0, point) + "." + text.substring(point);
  }

  /** The digits of a number with its sign, as DISPLAY shows them. */
  public static String signedDigits(long number, int size) {
    return (number < 0 ? "-" : "+") + digits(number, size);
  }

  /** The digits of a number with its sign, so many of them decimals, as DISPLAY shows them. */
  public static String signedDigits(BigDecimal number, int size, int decimals) {
    return (number.signum() < 0 ? "-" : "+") + digits(number, size, decimals);
  }

  /** A text with spaces up to a size. */
  public static String padded(String text, int size) {
    return text + " ".repeat(size - text.length());
  }
}
