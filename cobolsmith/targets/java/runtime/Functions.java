package cobol;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLConnection;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Intrinsic functions. */
public final class Functions {
  private static final LocalDate FIRST = LocalDate.of(1600, 12, 31);

  private static final Pattern VALUE =
      Pattern.compile(" *([+-]?) *(\\d*)(?:\\.(\\d*))? *([+-]|CR|DB)? *", Pattern.CASE_INSENSITIVE);

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

  /** Without spaces before the text; spaces alone leave nothing. */
  public static String trimLeading(Object text) {
    return text(text).replaceAll("^ +", "");
  }

  /** Without spaces behind the text; spaces alone leave nothing. */
  public static String trimTrailing(Object text) {
    return text(text).replaceAll(" +$", "");
  }

  /** A function's number as DISPLAY shows it: on nine digits, on twenty, or as many as it has. */
  public static String shown(Object operand) {
    return shown(operand, 0);
  }

  /** A function's number as DISPLAY shows it on so many digits; 0: on those that fit it. */
  public static String shown(Object operand, int given) {
    BigDecimal number = number(operand).stripTrailingZeros();
    number = number.scale() < 0 ? number.setScale(0) : number;
    int scale = number.scale();
    int bits = number.unscaledValue().abs().bitLength() + (number.signum() < 0 ? 1 : 0);
    int width = given > 0 ? given : bits < 33 && scale < 10 ? 9 : bits < 65 ? 20 : 0;
    String digits = number.unscaledValue().abs().toString();
    digits = "0".repeat(Math.max(Math.max(width, scale) - digits.length(), 0)) + digits;
    int at = digits.length() - scale;
    String decimals = scale > 0 ? Editing.point + digits.substring(at) : "";
    return (number.signum() < 0 ? "-" : "") + digits.substring(0, at) + decimals;
  }

  /** When this translation was compiled, as CURRENT-DATE shows a moment. */
  public static String whenCompiled() {
    try {
      URLConnection own = Functions.class.getResource("Functions.class").openConnection();
      ZonedDateTime made =
          Instant.ofEpochMilli(own.getLastModified()).atZone(ZoneId.systemDefault());
      return made.format(DateTimeFormatter.ofPattern("yyyyMMddHHmmss'00'xx"));
    } catch (IOException error) {
      throw new RunError(error.getMessage());
    }
  }

  /** Without spaces at both ends; spaces alone leave nothing. */
  public static String trim(Object text) {
    return text(text).replaceAll("^ +| +$", "");
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

  /** 0 for a date yyyymmdd, else which of year, month and day (1, 2, 3) is none. */
  public static BigDecimal testDateYyyymmdd(Object number) {
    int value = number(number).intValue();
    int month = value / 100 % 100;
    if (value < 16010000 || value > 99999999) {
      return BigDecimal.ONE;
    }
    if (month < 1 || month > 12) {
      return BigDecimal.valueOf(2);
    }
    int days = YearMonth.of(value / 10000, month).lengthOfMonth();
    return value % 100 < 1 || value % 100 > days ? BigDecimal.valueOf(3) : BigDecimal.ZERO;
  }

  /** 0 for a day yyyyddd, else which of year and day (1, 2) is none. */
  public static BigDecimal testDayYyyyddd(Object number) {
    int value = number(number).intValue();
    if (value < 1601000 || value > 9999999) {
      return BigDecimal.ONE;
    }
    int days = Year.of(value / 1000).length();
    return value % 1000 < 1 || value % 1000 > days ? BigDecimal.valueOf(2) : BigDecimal.ZERO;
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

  private static Object extreme(Object[] arguments, int way) {
    Object found = arguments[0];
    for (Object one : arguments) {
      found = Comparing.compare(one, found) * way > 0 ? one : found;
    }
    return found;
  }

  /** The greatest of texts. */
  public static String greatest(Object... texts) {
    return text(extreme(texts, 1));
  }

  /** The least of texts. */
  public static String least(Object... texts) {
    return text(extreme(texts, -1));
  }

  /** The place of the greatest argument, the first one where several are. */
  public static BigDecimal ordMax(Object... arguments) {
    return BigDecimal.valueOf(Arrays.asList(arguments).indexOf(extreme(arguments, 1)) + 1L);
  }

  /** The place of the least argument, the first one where several are. */
  public static BigDecimal ordMin(Object... arguments) {
    return BigDecimal.valueOf(Arrays.asList(arguments).indexOf(extreme(arguments, -1)) + 1L);
  }

  /** The character at a place of the collating sequence, counted from 1. */
  public static String char_(Object number) {
    int place = number(number).intValue();
    return String.valueOf((char) (place >= 1 && place <= 256 ? place - 1 : 0));
  }

  /** The place of a character in the collating sequence, counted from 1. */
  public static BigDecimal ord(Object text) {
    return BigDecimal.valueOf(text(text).charAt(0) + 1L);
  }

  /** Date, time to the hundredth of a second, and difference to UTC. */
  public static String currentDate() {
    return Console.now()
        .atZone(ZoneId.systemDefault())
        .format(DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSxx"));
  }

  /** The number that a text spells; 0 where it spells none. */
  public static BigDecimal numval(Object text) {
    Matcher found = VALUE.matcher(text(text).replace(Editing.point, '.'));
    if (!found.matches()) {
      return BigDecimal.ZERO;
    }
    String decimals = found.group(3) == null ? "" : found.group(3);
    String sign = found.group(1) + (found.group(4) == null ? "" : found.group(4));
    BigDecimal number = new BigDecimal("0" + found.group(2) + "." + decimals + "0");
    return Numbers.trimmed(sign.contains("-") || sign.length() == 2 ? number.negate() : number);
  }

  /** The number that a text with currency signs and commas spells; 0 where it spells none. */
  public static BigDecimal numvalC(Object text) {
    return numvalC(text, String.valueOf(Editing.currency));
  }

  /** The number that a text with currency signs and commas spells; 0 where it spells none. */
  public static BigDecimal numvalC(Object text, Object currency) {
    String plain = text(text).replaceFirst(Pattern.quote(text(currency).strip()), "");
    return numval(plain.replace(String.valueOf(Editing.comma), ""));
  }

  /** 0 where a text spells a number, else where its first character is that doesn't belong. */
  public static BigDecimal testNumval(Object text) {
    return BigDecimal.valueOf(oddPlace(text(text)));
  }

  private static int oddPlace(String row) {
    int at = 0;
    int digits = 0;
    boolean signed = false;
    boolean spaced = false;
    boolean pointed = false;
    while (at < row.length()) {
      char one = row.charAt(at++);
      boolean begun = digits > 0 || pointed;
      if (Character.isDigit(one)) {
        if (++digits > Numbers.MOST_DIGITS || spaced) {
          return at;
        }
      } else if (one == ' ') {
        spaced = begun;
      } else if (one == Editing.point && !pointed && !spaced) {
        pointed = true;
      } else if ((one == '+' || one == '-') && !signed) {
        signed = true;
      } else if ((one == 'C' || one == 'D') && begun && !signed) {
        if (!row.startsWith(one == 'C' ? "R" : "B", at++)) {
          return at;
        }
        signed = true;
      } else {
        return at;
      }
    }
    return digits > 0 ? 0 : at + 1;
  }

  /** The angle of a cosine, in radians. */
  public static BigDecimal acos(Object number) {
    return Analysis.rounded(Analysis.arccosine(number(number)));
  }

  /** The angle of a sine, in radians. */
  public static BigDecimal asin(Object number) {
    return Analysis.rounded(Analysis.arcsine(number(number)));
  }

  /** The angle of a tangent, in radians. */
  public static BigDecimal atan(Object number) {
    return Analysis.rounded(Analysis.arctangent(number(number)));
  }

  /** The cosine of an angle in radians. */
  public static BigDecimal cos(Object number) {
    return Analysis.rounded(Analysis.cosine(number(number)));
  }

  /** The sine of an angle in radians. */
  public static BigDecimal sin(Object number) {
    return Analysis.rounded(Analysis.sine(number(number)));
  }

  /** The tangent of an angle in radians. */
  public static BigDecimal tan(Object number) {
    return Analysis.rounded(Analysis.tangent(number(number)));
  }

  /** The natural logarithm. */
  public static BigDecimal log(Object number) {
    return Analysis.rounded(Analysis.logarithm(number(number)));
  }

  /** The logarithm to the base 10. */
  public static BigDecimal log10(Object number) {
    return Analysis.rounded(Analysis.logarithm10(number(number)));
  }

  /** The square root. */
  public static BigDecimal sqrt(Object number) {
    return Analysis.rounded(Analysis.root(number(number)));
  }

  /** The product of the whole numbers up to this one. */
  public static BigDecimal factorial(Object number) {
    BigDecimal found = BigDecimal.ONE;
    for (int one = 2; one <= number(number).intValue(); one++) {
      found = found.multiply(BigDecimal.valueOf(one));
    }
    return found;
  }

  /** The next random number from 0 up to 1. */
  public static BigDecimal random() {
    return Chance.number();
  }

  /** The first random number of the row that a seed begins. */
  public static BigDecimal random(Object seed) {
    Chance.begin(number(seed).intValue());
    return Chance.number();
  }

  /** What is paid each period for 1 at a rate of interest. */
  public static BigDecimal annuity(Object rate, Object periods) {
    BigDecimal interest = number(rate);
    BigDecimal count = integerPart(periods);
    if (interest.signum() == 0) {
      return Numbers.trimmed(Numbers.quotient(BigDecimal.ONE, count));
    }
    BigDecimal raised = Numbers.power(interest.add(BigDecimal.ONE), count);
    BigDecimal paid = BigDecimal.ONE.subtract(Numbers.quotient(BigDecimal.ONE, raised));
    return Numbers.trimmed(Numbers.quotient(interest, paid));
  }

  /** What amounts at the ends of periods are worth now. */
  public static BigDecimal presentValue(Object rate, Object... amounts) {
    BigDecimal total = BigDecimal.ZERO;
    BigDecimal factor = BigDecimal.ONE;
    for (Object one : amounts) {
      factor = factor.multiply(number(rate).add(BigDecimal.ONE));
      total = total.add(Numbers.quotient(number(one), factor));
    }
    return Numbers.trimmed(total);
  }

  private static BigDecimal average(BigDecimal total, int count) {
    return Numbers.quotient(total, BigDecimal.valueOf(count));
  }

  /** The average. */
  public static BigDecimal mean(Object... numbers) {
    return Numbers.trimmed(average(sum(numbers), numbers.length));
  }

  /** The number in the middle, or the average of the two there. */
  public static BigDecimal median(Object... numbers) {
    BigDecimal[] row = new BigDecimal[numbers.length];
    Arrays.setAll(row, at -> number(numbers[at]));
    Arrays.sort(row);
    int half = row.length / 2;
    if (row.length % 2 == 1) {
      return row[half];
    }
    return Numbers.trimmed(average(row[half - 1].add(row[half]), 2));
  }

  /** The average of the least and the greatest. */
  public static BigDecimal midrange(Object... numbers) {
    return Numbers.trimmed(average(max(numbers).add(min(numbers)), 2));
  }

  /** The difference of the greatest and the least. */
  public static BigDecimal range(Object... numbers) {
    return max(numbers).subtract(min(numbers));
  }

  /** The average of the squares of what numbers differ from their average. */
  public static BigDecimal variance(Object... numbers) {
    BigDecimal middle = average(sum(numbers), numbers.length);
    BigDecimal total = BigDecimal.ZERO;
    for (Object one : numbers) {
      total = total.add(number(one).subtract(middle).pow(2));
    }
    return Numbers.trimmed(average(total, numbers.length));
  }

  /** The square root of the variance. */
  public static BigDecimal standardDeviation(Object... numbers) {
    return Analysis.rounded(Analysis.root(variance(numbers)));
  }
}
