package cobol;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.BiFunction;

/** Functions of analysis: their results have 96 digits, as GnuCOBOL's. */
final class Analysis {
  private static final MathContext FINE = new MathContext(120, RoundingMode.HALF_EVEN);
  private static final MathContext RESULT = new MathContext(96, RoundingMode.HALF_EVEN);
  private static final BigDecimal LEAST = BigDecimal.ONE.movePointLeft(125);
  private static final BigDecimal ONE = BigDecimal.ONE;
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigDecimal PI = arctangent(ONE).multiply(BigDecimal.valueOf(4));
  private static final BigDecimal TEN_LOGARITHM = logarithm(BigDecimal.TEN);

  private Analysis() {}

  /** A result with 96 digits. */
  static BigDecimal rounded(BigDecimal number) {
    return Numbers.trimmed(number.round(RESULT));
  }

  private static BigDecimal series(BigDecimal first, BiFunction<BigDecimal, Integer, BigDecimal> next) {
    BigDecimal total = first;
    BigDecimal term = first;
    for (int nth = 1; term.abs().compareTo(LEAST) > 0; nth++) {
      term = next.apply(term, nth);
      total = total.add(term, FINE);
    }
    return total;
  }

  static BigDecimal arctangent(BigDecimal number) {
    BigDecimal near = number;
    BigDecimal factor = ONE;
    while (near.abs().compareTo(new BigDecimal("0.1")) > 0) {
      BigDecimal root = near.multiply(near, FINE).add(ONE, FINE).sqrt(FINE);
      near = near.divide(root.add(ONE), FINE);
      factor = factor.multiply(TWO);
    }
    BigDecimal square = near.multiply(near, FINE).negate();
    BigDecimal total = near;
    BigDecimal power = near;
    for (int nth = 3; power.abs().compareTo(LEAST) > 0; nth += 2) {
      power = power.multiply(square, FINE);
      total = total.add(power.divide(BigDecimal.valueOf(nth), FINE), FINE);
    }
    return total.multiply(factor, FINE);
  }

  /** An angle between -pi and pi. */
  private static BigDecimal reduced(BigDecimal angle) {
    BigDecimal round = PI.multiply(TWO);
    BigDecimal turns = angle.divide(round, FINE).setScale(0, RoundingMode.HALF_EVEN);
    return angle.subtract(turns.multiply(round), FINE);
  }

  private static BigDecimal wave(BigDecimal first, BigDecimal near, int step) {
    BigDecimal square = near.multiply(near, FINE).negate();
    return series(
        first,
        (term, nth) ->
            term.multiply(square, FINE)
                .divide(BigDecimal.valueOf(2L * nth * (2L * nth + step)), FINE));
  }

  static BigDecimal sine(BigDecimal angle) {
    BigDecimal near = reduced(angle);
    return wave(near, near, 1);
  }

  static BigDecimal cosine(BigDecimal angle) {
    return wave(ONE, reduced(angle), -1);
  }

  static BigDecimal tangent(BigDecimal angle) {
    return sine(angle).divide(cosine(angle), FINE);
  }

  /** An angle by its sine; 0 for what is no sine. */
  static BigDecimal arcsine(BigDecimal number) {
    int beside = number.abs().compareTo(ONE);
    if (beside >= 0) {
      return beside > 0 ? BigDecimal.ZERO : number.multiply(PI).divide(TWO, FINE);
    }
    BigDecimal root = ONE.subtract(number.multiply(number)).sqrt(FINE);
    return arctangent(number.divide(root, FINE));
  }

  /** An angle by its cosine; 0 for what is no cosine. */
  static BigDecimal arccosine(BigDecimal number) {
    if (number.abs().compareTo(ONE) > 0) {
      return BigDecimal.ZERO;
    }
    return PI.divide(TWO, FINE).subtract(arcsine(number), FINE);
  }

  /** The natural logarithm; 0 where there is none. */
  static BigDecimal logarithm(BigDecimal number) {
    if (number.signum() <= 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal near = number;
    BigDecimal factor = TWO;
    while (near.subtract(ONE).abs().compareTo(new BigDecimal("0.1")) > 0) {
      near = near.sqrt(FINE);
      factor = factor.multiply(TWO);
    }
    BigDecimal part = near.subtract(ONE).divide(near.add(ONE), FINE);
    BigDecimal square = part.multiply(part, FINE);
    BigDecimal total = part;
    BigDecimal power = part;
    for (int nth = 3; power.abs().compareTo(LEAST) > 0; nth += 2) {
      power = power.multiply(square, FINE);
      total = total.add(power.divide(BigDecimal.valueOf(nth), FINE), FINE);
    }
    return total.multiply(factor, FINE);
  }

  static BigDecimal logarithm10(BigDecimal number) {
    return logarithm(number).divide(TEN_LOGARITHM, FINE);
  }

  /** The square root; 0 where there is none. */
  static BigDecimal root(BigDecimal number) {
    return number.signum() > 0 ? number.sqrt(FINE) : BigDecimal.ZERO;
  }
}
