package cobol;

import java.math.BigDecimal;

/** A STRING being put together. */
public final class StringInto {
  private final Field<?> target;
  private final Number<?> pointer;
  private final StringBuilder data;
  private int at;
  private boolean overflown;

  StringInto(Field<?> target, Number<?> pointer) {
    this.target = target;
    this.pointer = pointer;
    data = new StringBuilder(target.text());
    if (pointer != null) {
      at = pointer.intValue() - 1;
      overflown = at < 0 || at >= data.length();
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
    int room = data.length() - at;
    overflown = text.length() > room;
    text = overflown ? text.substring(0, room) : text;
    data.replace(at, at + text.length(), text);
    at += text.length();
    return this;
  }

  /** Puts the result into the receiver; whether all of it had room. */
  public boolean done() {
    target.raw(data.toString());
    if (pointer != null) {
      pointer.store(BigDecimal.valueOf(at + 1L));
    }
    return !overflown;
  }
}
