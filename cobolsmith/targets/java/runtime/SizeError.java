package cobol;

/** A result that doesn't exist, such as that of a division by zero. */
public final class SizeError extends ArithmeticException {
  private static final long serialVersionUID = 1L;
}
