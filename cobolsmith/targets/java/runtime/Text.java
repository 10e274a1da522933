package cobol;

/** PIC X and A. */
public class Text extends Field<Text> {
  private boolean justified;

  Text(Storage storage, int offset, int length) {
    super(storage, offset, length);
  }

  /** JUSTIFIED RIGHT. */
  public Text justified() {
    justified = true;
    return this;
  }

  @Override
  public void move(Object source) {
    int size = size();
    String text = source instanceof Figurative constant ? constant.filled(size) : sentBy(source);
    int lacking = size - text.length();
    if (justified) {
      raw(lacking > 0 ? " ".repeat(lacking) + text : text.substring(-lacking));
    } else {
      raw(lacking > 0 ? text + " ".repeat(lacking) : text.substring(0, size));
    }
  }

  static String sentBy(Object source) {
    if (source instanceof Group group) {
      String text = group.text();
      return text.isEmpty() ? " " : text;
    }
    if (source instanceof Field<?> field) {
      return field.sent();
    }
    String text = source.toString();
    return text.isEmpty() ? " " : text;
  }
}
