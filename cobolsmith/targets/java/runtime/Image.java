package cobol;

/** A number as ASCII digits, {@code scale} of them right of the point; the sign is -1 or 1. */
public record Image(String digits, int scale, int sign) {
  /** The digits that fall on so many positions with a scale; zeros where there are none. */
  String aligned(int size, int places) {
    int shift = places - scale;
    String text =
        shift >= 0
            ? digits + "0".repeat(shift)
            : digits.substring(0, Math.max(digits.length() + shift, 0));
    text = text.replace(' ', '0').replace('\0', '0');
    int length = text.length();
    return length >= size ? text.substring(length - size) : "0".repeat(size - length) + text;
  }
}
