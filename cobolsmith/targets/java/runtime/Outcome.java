package cobol;

/** What came of an operation on a file: done, or failed in the way its phrase names. */
public enum Outcome {
  DONE,
  FAILED,
  NEITHER;

  /** Whether it was done. */
  public boolean isDone() {
    return this == DONE;
  }

  /** Whether it failed as its phrase says. */
  public boolean hasFailed() {
    return this == FAILED;
  }
}
