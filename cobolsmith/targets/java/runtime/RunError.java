package cobol;

/** What ends a run with a message and exit status 1. */
public final class RunError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public RunError(String message) {
    super(message);
  }
}
