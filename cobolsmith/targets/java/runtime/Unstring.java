package cobol;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** An UNSTRING being put together: delimiters, then receivers. */
public final class Unstring {
  private record Delimiter(Object text, boolean repeated) {}

  private final String source;
  private final Number<?> pointer;
  private final Number<?> tally;
  private final List<Delimiter> delimiters = new ArrayList<>();
  private int at;
  private int count;
  private boolean overflown;
  private String found = "";

  Unstring(Object source, Number<?> pointer, Number<?> tally) {
    this.source = Cobol.textOf(source, 1);
    this.pointer = pointer;
    this.tally = tally;
    if (pointer != null) {
      at = pointer.intValue() - 1;
      overflown = at < 0 || at >= this.source.length();
    }
  }

  /** A delimiter. */
  public Unstring delimitedBy(Object delimiter) {
    delimiters.add(new Delimiter(delimiter, false));
    return this;
  }

  /** A delimiter that counts once however often it is repeated. */
  public Unstring delimitedByAll(Object delimiter) {
    delimiters.add(new Delimiter(delimiter, true));
    return this;
  }

  /** The next receiver, with what takes the delimiter and the number of characters. */
  public Unstring into(Field<?> target, Field<?> delimiter, Number<?> characters) {
    if (overflown || at >= source.length()) {
      return this;
    }
    String piece;
    found = "";
    if (delimiters.isEmpty()) {
      int sign = target instanceof Zoned zoned && zoned.isSeparate() ? 1 : 0;
      int size = Math.min(target.size() - sign, source.length() - at);
      piece = source.substring(at, at + size);
      at += size;
    } else {
      piece = piece();
    }
    target.move(piece.isEmpty() ? " " : piece);
    count++;
    if (delimiter != null) {
      delimiter.move(!found.isEmpty() ? found : delimiter.isNumber() ? (Object) 0 : " ");
    }
    if (characters != null) {
      characters.store(BigDecimal.valueOf(piece.length()));
    }
    return this;
  }

  private String piece() {
    int start = at;
    for (int i = start; i < source.length(); i++) {
      for (Delimiter one : delimiters) {
        String limit = Cobol.textOf(one.text(), 1);
        if (!source.startsWith(limit, i)) {
          continue;
        }
        found = limit;
        at = i + limit.length();
        while (one.repeated() && source.startsWith(limit, at)) {
          at += limit.length();
        }
        return source.substring(start, i);
      }
    }
    at = source.length();
    return source.substring(start);
  }

  /** Counts the receivers; whether the source was used up. */
  public boolean done() {
    if (tally != null && count > 0) {
      tally.add(BigDecimal.valueOf(count));
    }
    if (pointer != null) {
      pointer.store(BigDecimal.valueOf(at + 1L));
    }
    return !overflown && at >= source.length();
  }
}
