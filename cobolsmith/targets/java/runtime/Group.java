package cobol;

import java.util.function.IntSupplier;

/** A group: what is moved to it or from it is bytes, whatever its items are. */
public class Group extends Field<Group> {
  private IntSupplier counted;
  private boolean countsItself;

  Group(Storage storage, int offset, int length) {
    super(storage, offset, length);
  }

  /** The length of a group with a table that OCCURS DEPENDING ON. */
  public Group counted(IntSupplier length) {
    counted = length;
    return this;
  }

  /** The item that counts is in the group: a MOVE to it goes to all of its bytes. */
  public Group countsItself() {
    countsItself = true;
    return this;
  }

  @Override
  public int size() {
    return counted == null ? length : counted.getAsInt();
  }

  @Override
  public void move(Object source) {
    int size = countsItself ? length : size();
    Text bytes = new Text(storage, offset, size);
    bytes.move(source instanceof Field<?> field ? asBytes(field) : source);
  }

  private static Object asBytes(Field<?> field) {
    String text = field.text();
    return text.isEmpty() ? " " : text;
  }
}
