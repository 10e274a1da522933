package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;

/** A number as ASCII digits, {@code scale} of them right of the point; the sign is -1 or 1. */
public record Image(String digits, int scale, int sign) {
  /** The digits that fall on so many positions with a scale, zeros where there are none. */
  String aligned(int size, int places) {
    return placed(size, places).replace(' ', '0').replace('\0', '0');
  }

  /** The bytes that fall on so many positions with a scale, zeros where there are none. */
  String placed(int size, int places) {
    int shift = places - scale;
    String text =
        shift >= 0
            ? digits + "0".repeat(shift)
            : digits.substring(0, Math.max(digits.length() + shift, 0));
    int length = text.length();
    return length >= size ? text.substring(length - size) : "0".repeat(size - length) + text;
  }

  /** Whether the digits are digits. */
  boolean isSound() {
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * What bytes of which not all are digits count for where each stands for its code's distance from
   * that of 0.
   */
  long summed() {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = number * 10 + digits.charAt(i) - '0';
    }
    return sign < 0 ? -number : number;
  }

  /** Bytes of which not all are digits as a binary item is given them: cut first, then summed. */
  BigDecimal inBinary(int places) {
    int shift = places - scale;
    int left = Math.max(digits.length() + Math.min(shift, 0), 0);
    String cut = digits.substring(0, left) + "0".repeat(Math.max(shift, 0));
    BigInteger number = new BigInteger(Long.toUnsignedString(new Image(cut, 0, 1).summed()));
    return new BigDecimal(sign < 0 ? number.negate() : number, places);
  }

  /** Bytes of which not all are digits, as a MOVE to a numeric-edited field shows them. */
  String edited(boolean signed, boolean behind) {
    int count = digits.length();
    String picture = "9".repeat(Math.min(Math.max(count - scale, 0), count)) + "0".repeat(Math.max(-scale, 0));
    if (scale > 0) {
      picture += Editing.point + "9".repeat(scale);
    }
    if (signed) {
      picture = behind ? picture + "+" : "+" + picture;
    }
    String text = Editing.edit(this, picture, false);
    return text.replace("\0", ""); // as GnuCOBOL shows what was never given a value
  }
}
