package cobol;

/** An alphanumeric-edited field. */
public final class EditedText extends Field<EditedText> {
  private final String picture;

  EditedText(Storage storage, int offset, int length, String picture) {
    super(storage, offset, length);
    this.picture = picture;
  }

  @Override
  public void move(Object source) {
    if (source instanceof Group group) {
      takeBytes(group);
      return;
    }
    boolean constant = source instanceof Figurative;
    String text = constant ? ((Figurative) source).filled(length) : Text.sentBy(source);
    raw(Editing.editText(text, picture));
  }
}
