package cobol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/** Intrinsic functions. */
public final class Functions {
  private static final LocalDate FIRST = LocalDate.of(1600, 12, 31);

  private Functions() {}

  private static String text(Object argument) {
    if (argument instanceof Field<?> field) {
      return field.sent();
    }
    return argument instanceof Figurative constant ? constant.pattern : argument.toString();
  }

  private static BigDecimal number(Object argument) {
    return Comparing.number(argument);
  }

  /** A reference modification of a function's text. */
  public static String part(String text, int start) {
    return text.substring(Math.min(start - 1, text.length()));
  }

  /** A reference modification of a function's text. */
  public static String part(String text, int start, int size) {
    return part(text, start).substring(0, Math.min(size, text.length() - start + 1));
  }

  /** The number of characters. */
  public static BigDecimal length(Object text) {
    return BigDecimal.valueOf(text(text).length());
  }

  /** ASCII letters in upper case. */
  public static String upperCase(Object text) {
    StringBuilder found = new StringBuilder();
    text(text).chars().forEach(c -> found.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c)));
    return found.toString();
  }

  /** ASCII letters in lower case. */
  public static String lowerCase(Object text) {
    StringBuilder found = new StringBuilder();
    text(text).chars().forEach(c -> found.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return found.toString();
  }

  /** Characters from the last to the first. */
  public static String reverse(Object text) {
    return new StringBuilder(text(text)).reverse().toString();
  }

  /** Without spaces at both ends; one space where nothing is left. */
  public static String trim(Object text) {
    String found = text(text).replaceAll("^ +| +$", "");
    return found.isEmpty() ? " " : found;
  }

  /** Texts one behind the other. */
  public static String concatenate(Object... texts) {
    StringBuilder found = new StringBuilder();
    for (Object one : texts) {
      found.append(text(one));
    }
    return found.toString();
  }

  /** Texts one behind the other. */
  public static String concat(Object... texts) {
    return concatenate(texts);
  }

  /** The number without its sign. */
  public static BigDecimal abs(Object number) {
    return number(number).abs();
  }

  /** The greatest. */
  public static BigDecimal max(Object... numbers) {
    BigDecimal found = number(numbers[0]);
    for (Object one : numbers) {
      found = found.max(number(one));
    }
    return found;
  }

  /** The smallest. */
  public static BigDecimal min(Object... numbers) {
    BigDecimal found = number(numbers[0]);
    for (Object one : numbers) {
      found = found.min(number(one));
    }
    return found;
  }

  /** The total. */
  public static BigDecimal sum(Object... numbers) {
    BigDecimal found = BigDecimal.ZERO;
    for (Object one : numbers) {
      found = found.add(number(one));
    }
    return found;
  }

  /** The greatest whole number not above it. */
  public static BigDecimal integer(Object number) {
    return number(number).setScale(0, RoundingMode.FLOOR);
  }

  /** The whole number left of its decimal point. */
  public static BigDecimal integerPart(Object number) {
    return number(number).setScale(0, RoundingMode.DOWN);
  }

  /** The rest, with the divisor's sign. */
  public static BigDecimal mod(Object number, Object divisor) {
    BigDecimal whole = integer(Numbers.quotient(number(number), number(divisor)));
    return number(number).subtract(number(divisor).multiply(whole));
  }

  /** The rest, with the number's sign. */
  public static BigDecimal rem(Object number, Object divisor) {
    BigDecimal whole = integerPart(Numbers.quotient(number(number), number(divisor)));
    return number(number).subtract(number(divisor).multiply(whole));
  }

  /** Days since 31 December 1600 of a date yyyymmdd; 0 where it is none. */
  public static BigDecimal integerOfDate(Object number) {
    int value = number(number).intValue();
    try {
      LocalDate day = LocalDate.of(value / 10000, value / 100 % 100, value % 100);
      return BigDecimal.valueOf(Math.max(day.toEpochDay() - FIRST.toEpochDay(), 0));
    } catch (DateTimeException error) {
      return BigDecimal.ZERO;
    }
  }

  /** Days since 31 December 1600 of a day yyyyddd; 0 where it is none. */
  public static BigDecimal integerOfDay(Object number) {
    int value = number(number).intValue();
    try {
      LocalDate day = LocalDate.ofYearDay(value / 1000, value % 1000);
      return BigDecimal.valueOf(Math.max(day.toEpochDay() - FIRST.toEpochDay(), 0));
    } catch (DateTimeException error) {
      return BigDecimal.ZERO;
    }
  }

  private static BigDecimal day(Object number, String pattern) {
    int value = number(number).intValue();
    if (value <= 0 || value >= 3067672) {
      return BigDecimal.ZERO;
    }
    return new BigDecimal(FIRST.plusDays(value).format(DateTimeFormatter.ofPattern(pattern)));
  }

  /** The date yyyymmdd of a number of days. */
  public static BigDecimal dateOfInteger(Object number) {
    return day(number, "yyyyMMdd");
  }

  /** The day yyyyddd of a number of days. */
  public static BigDecimal dayOfInteger(Object number) {
    return day(number, "yyyyDDD");
  }
}
