package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigDecimal;

/** A STRING being put together. */
public final class StringInto {
  private final Field<?> target;
  private final Number<?> pointer;
  private final int size;
  private int at;
  private boolean overflown;

  StringInto(Field<?> target, Number<?> pointer) {
    this.target = target;
    this.pointer = pointer;
    size = target.size();
    if (pointer != null) {
      at = pointer.intValue() - 1;
      overflown = at < 0 || at >= size;
    }
  }

  /** A sender up to its delimiter (null: all of it). */
  public StringInto add(Object sender, Object delimiter) {
    if (overflown) {
      return this;
    }
    String text = Cobol.textOf(sender, 1);
    int end = delimiter == null ? -1 : text.indexOf(Cobol.textOf(delimiter, 1));
    text = end >= 0 ? text.substring(0, end) : text;
    int room = size - at;
    overflown = text.length() > room;
    text = overflown ? text.substring(0, room) : text;
    target.storage.write(target.offset + at, text.getBytes(ISO_8859_1));
    at += text.length();
    return this;
  }

  /** Sets the pointer; whether all of the senders had room. */
  public boolean done() {
    if (pointer != null) {
      pointer.store(BigDecimal.valueOf(at + 1L));
    }
    return !overflown;
  }
}
