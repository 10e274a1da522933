package cobol;

import java.io.IOException;

/**
 * A file whose records are found by a key: what relative and indexed ones share.
 *
 * <p>It is lost after a statement with a key that failed, but START: no standard says which record
 * comes next, and GnuCOBOL's own kinds of files disagree; so a READ NEXT ends the program until
 * START or READ finds one.
 */
public abstract class KeyedFile extends CobolFile {
  final String access;
  boolean begun;
  private boolean lost;

  KeyedFile(Object assign, Field<?> record, int shortest, int longest, String access) {
    super(assign, record, shortest, longest);
    this.access = access;
  }

  /** An operation on the file itself; its status. */
  interface Operation {
    String run() throws IOException;
  }

  abstract String followed(boolean forward) throws IOException;

  abstract String found(Field<?> key) throws IOException;

  abstract String sought(String relation, Field<?> key) throws IOException;

  abstract String added(int size) throws IOException;

  abstract String replaced(int size) throws IOException;

  abstract String removed() throws IOException;

  final boolean isSequential() {
    return access.equals("SEQUENTIAL");
  }

  private static String tried(Operation operation) {
    try {
      return operation.run();
    } catch (IOException error) {
      return "30";
    }
  }

  /** READ NEXT. */
  @Override
  public Outcome readNext(String handled) {
    return read(() -> step(true), ended ? "46" : "", handled);
  }

  /** READ PREVIOUS. */
  public final Outcome readPrevious() {
    return readPrevious("");
  }

  /** READ PREVIOUS, with its phrase. */
  public final Outcome readPrevious(String handled) {
    return read(() -> step(false), begun ? "46" : "", handled);
  }

  private String step(boolean forward) throws IOException {
    if (lost) {
      throw new RunError("READ NEXT after a statement with a key that failed: START first");
    }
    return followed(forward);
  }

  /** OPEN in a mode. */
  @Override
  public Outcome open(String mode) {
    lost = lost && isOpen;
    return super.open(mode);
  }

  /** READ the record of a key; null is the prime one. */
  public final Outcome readKey(Field<?> key) {
    return readKey(key, "");
  }

  /** READ the record of a key, with its phrase. */
  public final Outcome readKey(Field<?> key, String handled) {
    Outcome outcome = read(() -> found(key), "", handled);
    lost = !outcome.isDone();
    return outcome;
  }

  private Outcome read(Operation operation, String over, String handled) {
    wasRead = false;
    if (!isOpen || !(mode.equals(INPUT) || mode.equals(UPDATE))) {
      return finish("47", handled);
    }
    if (!over.isEmpty()) {
      return finish(over, handled);
    }
    if (missing) {
      String code = ended ? "23" : "10";
      ended = true;
      begun = true;
      return finish(code, handled);
    }
    String code = tried(operation);
    if (code.charAt(0) == '0') {
      wasRead = true;
      ended = false;
      begun = false;
    }
    return finish(code, handled);
  }

  /** START: the next READ gets the first record whose key has a relation to the given one. */
  public final Outcome start(String relation, Field<?> key) {
    return start(relation, key, "");
  }

  /** START, with its phrase. */
  public final Outcome start(String relation, Field<?> key, String handled) {
    wasRead = false;
    boolean readable = isOpen && (mode.equals(INPUT) || mode.equals(UPDATE));
    if (!readable || access.equals("RANDOM")) {
      return finish("47", handled);
    }
    String code = missing ? "23" : tried(() -> sought(relation, key));
    ended = !code.equals("00");
    begun = ended && missing;
    lost = false;
    return finish(code, handled);
  }

  /** WRITE a record. */
  @Override
  public Outcome write(Field<?> record, String handled) {
    wasRead = false;
    String other = isSequential() ? EXTEND : UPDATE;
    if (!isOpen || !(mode.equals(OUTPUT) || mode.equals(other))) {
      return finish("48", handled);
    }
    int size = measured(record);
    return noted(finish(size < 0 ? "44" : tried(() -> added(size)), handled));
  }

  /** REWRITE a record. */
  @Override
  public Outcome rewrite(Field<?> record, String handled) {
    int size = measured(record);
    String code = changeable();
    code = code.isEmpty() && size < 0 ? "44" : code;
    return noted(finish(code.isEmpty() ? tried(() -> replaced(size)) : code, handled));
  }

  /** DELETE a record. */
  public final Outcome delete() {
    return delete("");
  }

  /** DELETE a record, with its phrase. */
  public final Outcome delete(String handled) {
    String code = changeable();
    return noted(finish(code.isEmpty() ? tried(this::removed) : code, handled));
  }

  private Outcome noted(Outcome outcome) {
    lost = lost || !outcome.isDone();
    return outcome;
  }

  private String changeable() {
    boolean read = wasRead;
    wasRead = false;
    if (!isOpen || !mode.equals(UPDATE)) {
      return "49";
    }
    return isSequential() && !read ? "43" : "";
  }

  /** WRITE of bytes as a record (SORT GIVING). */
  @Override
  final void write(byte[] data) {
    byte[] record = new byte[longest];
    java.util.Arrays.fill(record, (byte) ' ');
    System.arraycopy(data, 0, record, 0, Math.min(data.length, longest));
    take(record);
    finish(tried(() -> added(longest)), "");
  }
}
