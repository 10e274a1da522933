package cobol;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Random numbers: the row that a seed begins is that of the GNU C library's {@code rand}. */
final class Chance {
  private static final int LAST = 0x7FFFFFFF;
  private static final long[] STATE = new long[31];
  private static int at = -1;

  private Chance() {}

  static void begin(int seed) {
    STATE[0] = seed == 0 ? 1 : seed;
    for (int i = 1; i < STATE.length; i++) {
      STATE[i] = STATE[i - 1] * 16807 % LAST;
    }
    at = 3;
    for (int i = 0; i < 310; i++) {
      following();
    }
  }

  /** A number from 0 up to 1. */
  static BigDecimal number() {
    if (at < 0) {
      begin(1);
    }
    BigDecimal exact = new BigDecimal((double) following() / LAST);
    return exact.round(new MathContext(96, RoundingMode.DOWN));
  }

  private static long following() {
    STATE[at] = (STATE[at] + STATE[(at + 28) % 31]) & 0xFFFFFFFFL;
    long found = STATE[at] >> 1;
    at = (at + 1) % 31;
    return found;
  }
}
