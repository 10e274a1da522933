package cobol;

import java.math.BigDecimal;
import java.util.Arrays;

/** Comparisons: by number where both sides are numeric, else by characters. */
final class Comparing {
  /** The place of each character in the collating sequence that holds; null: its own code. */
  static int[] collation;

  private Comparing() {}

  /**
   * For each character its place in a collating sequence, in which characters may share one; those
   * not named follow as they are.
   */
  static int[] inOrder(String... places) {
    int[] ranks = new int[256];
    Arrays.fill(ranks, -1);
    int rank = 0;
    for (; rank < places.length; rank++) {
      for (char one : places[rank].toCharArray()) {
        ranks[one] = rank;
      }
    }
    for (int code = 0; code < ranks.length; code++) {
      if (ranks[code] < 0) {
        ranks[code] = rank++;
      }
    }
    return ranks;
  }

  static int compare(Object left, Object right) {
    if (right instanceof Figurative constant) {
      return withConstant(left, constant);
    }
    if (left instanceof Figurative constant) {
      return -withConstant(right, constant);
    }
    if (left instanceof Number<?> field && right instanceof Number<?> other && field.isPlainAs(other)) {
      return Integer.signum(field.text().compareTo(other.text()));
    }
    BigDecimal one = number(left);
    BigDecimal two = number(right);
    if (one == null || two == null) {
      return text(characters(left), characters(right));
    }
    if (left instanceof Floating || right instanceof Floating) {
      double a = one.doubleValue();
      double b = two.doubleValue();
      return a == b || (a != 0 && Math.abs((a - b) / a) < 0.0000001) ? 0 : a < b ? -1 : 1;
    }
    if (right instanceof Number<?> field ? field.isWhole() : !(right instanceof BigDecimal)) {
      two = counted(right, two, false);
      if (two.signum() < 0 && left instanceof Number<?> field && !field.signed && field.scale == 0) {
        return 1;
      }
      one = counted(left, one, true);
    }
    return one.compareTo(two);
  }

  /** What an operand counts for in a comparison of whole numbers. */
  private static BigDecimal counted(Object operand, BigDecimal value, boolean left) {
    BigDecimal found = operand instanceof Number<?> field ? field.garbled(left) : null;
    return found == null ? value : found;
  }

  static int text(String one, String two) {
    return text(one, two, collation);
  }

  static int text(String one, String two, int[] ranks) {
    int size = Math.max(one.length(), two.length());
    for (int i = 0; i < size; i++) {
      char a = i < one.length() ? one.charAt(i) : ' ';
      char b = i < two.length() ? two.charAt(i) : ' ';
      int first = ranks == null ? a : ranks[a];
      int second = ranks == null ? b : ranks[b];
      if (first != second) {
        return first < second ? -1 : 1;
      }
    }
    return 0;
  }

  static BigDecimal number(Object operand) {
    if (operand instanceof Field<?> field) {
      return field.isNumber() ? field.value() : null;
    }
    if (operand instanceof Integer number) {
      return BigDecimal.valueOf(number);
    }
    if (operand instanceof Long number) {
      return BigDecimal.valueOf(number);
    }
    return operand instanceof BigDecimal number ? number : null;
  }

  static String characters(Object operand) {
    return operand instanceof Field<?> field ? field.characters() : operand.toString();
  }

  private static int withConstant(Object operand, Figurative constant) {
    BigDecimal number = number(operand);
    if (number != null && constant.pattern.equals("0")) {
      return counted(operand, number, true).signum();
    }
    String text = characters(operand);
    return text(text, constant.filled(text.length()));
  }
}
