package cobol;

/** STOP RUN, or the end of a program: no error. */
final class ProgramEnd extends RuntimeException {
  private static final long serialVersionUID = 1L;
  final boolean ofRun;

  ProgramEnd(boolean ofRun) {
    super(null, null, false, false);
    this.ofRun = ofRun;
  }
}
