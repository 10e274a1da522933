package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;

/** Lines on pages: a file whose FD has LINAGE. */
public final class PagedFile extends LineSequentialFile {
  private Object[] page = {};
  private final Binary linageCounter =
      new CobolRecord(4).binary(0, 4, 10, 0).nativeOrder().uncut().value(0);
  private int lines;
  private int footing;
  private int top;
  private int bottom;
  private boolean begins;

  /** A file with the first of its records, and their lengths. */
  public PagedFile(Object assign, Field<?> record, int shortest, int longest) {
    super(assign, record, shortest, longest);
  }

  /**
   * The lines of a page, where the footing begins (0: nowhere), and how many empty lines stand
   * above and below. Fields are asked anew for each page.
   */
  public PagedFile page(Object... page) {
    this.page = page;
    return this;
  }

  @Override
  public PagedFile with(
      boolean variable, boolean optional, Field<?> status, Number<?> depending) {
    set(variable, optional, status, depending);
    return this;
  }

  /** The special register LINAGE-COUNTER. */
  public Binary linageCounter() {
    return linageCounter;
  }

  private int measure(int number) {
    return page[number] instanceof Field<?> field ? field.intValue() : (Integer) page[number];
  }

  /** Asks for the measures of the next page; whether there can be such a page. */
  private boolean turned() {
    lines = measure(0);
    footing = measure(1);
    top = measure(2);
    bottom = measure(3);
    boolean none = footing == 0 && page[1] instanceof Integer;
    boolean right = none || (footing > 0 && footing <= lines);
    boolean possible = lines > 0 && right && top >= 0 && bottom >= 0;
    linageCounter.store(Numbers.num(possible ? 1 : 0));
    return possible;
  }

  @Override
  void opened(String mode) throws IOException {
    super.opened(mode);
    if (!turned()) {
      super.closed();
      throw new PageException();
    }
    begins = true;
  }

  @Override
  public Outcome write(Field<?> record, String handled) {
    return printed(record, 1, false, handled);
  }

  @Override
  public Outcome writeAfter(Field<?> record, Object lines) {
    return printed(record, lines, true, "");
  }

  /** WRITE a record AFTER ADVANCING, with its phrase. */
  public Outcome writeAfter(Field<?> record, Object lines, String handled) {
    return printed(record, lines, true, handled);
  }

  @Override
  public Outcome writeBefore(Field<?> record, Object lines) {
    return printed(record, lines, false, "");
  }

  /** WRITE a record BEFORE ADVANCING, with its phrase. */
  public Outcome writeBefore(Field<?> record, Object lines, String handled) {
    return printed(record, lines, false, handled);
  }

  /** Writes a record before or after going on by lines. */
  private Outcome printed(Field<?> record, Object advance, boolean after, String handled) {
    int size = measured(record);
    if (!writable() || size < 0) {
      return finish(writable() ? "44" : "48", handled);
    }
    length = size;
    boolean ended;
    try {
      if (begins) {
        feed(top);
      }
      begins = false;
      byte[] line = (new String(area.read(0, size), ISO_8859_1).replaceAll(" +$", "") + "\n")
          .getBytes(ISO_8859_1);
      if (!after) {
        out.write(line);
      }
      if (linageCounter.intValue() == 0) {
        return finish("57", handled);
      }
      ended = advance.equals(PAGE) ? turnPage() : goOn(Comparing.number(advance).intValue());
      if (linageCounter.intValue() == 0) {
        return finish("57", handled);
      }
      if (after) {
        out.write(line);
      }
    } catch (IOException error) {
      return finish("30", handled);
    }
    finish("00", handled);
    return ended && handled.equals(END_OF_PAGE) ? Outcome.FAILED : Outcome.DONE;
  }

  /** Goes on by lines, to the next page behind the last of them; whether its end is near. */
  private boolean goOn(int count) throws IOException {
    int at = linageCounter.intValue() + count;
    if (at > lines) {
      turnPage();
      return true;
    }
    linageCounter.store(Numbers.num(at));
    feed(count - 1);
    return footing > 0 && at >= footing;
  }

  /** Goes to the first line of the next page. */
  private boolean turnPage() throws IOException {
    feed(lines - linageCounter.intValue() + bottom);
    if (turned()) {
      feed(top);
    }
    return false;
  }

  private void feed(int count) throws IOException {
    out.write("\n".repeat(Math.max(count, 0)).getBytes(ISO_8859_1));
  }
}
