package cobol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** A numeric-edited field; as a sender it is characters, or the number they show. */
public final class EditedNumber extends Number<EditedNumber> {
  private final String picture;
  private boolean blankWhenZero;

  EditedNumber(Storage storage, int offset, int length, String picture, int digits, int scale) {
    super(storage, offset, length, digits, scale);
    this.picture = picture;
  }

  /** BLANK WHEN ZERO. */
  public EditedNumber blankWhenZero() {
    blankWhenZero = true;
    return this;
  }

  @Override
  void begin(Object value) {
    new Text(storage, offset, length).move(value);
  }

  @Override
  boolean isNumber() {
    return false;
  }

  @Override
  Image image() {
    return Editing.plain(text(), picture);
  }

  @Override
  Image deedited() {
    return image();
  }

  @Override
  public BigDecimal value() {
    Image image = image();
    BigInteger number = new BigInteger("0" + image.digits());
    return new BigDecimal(image.sign() < 0 ? number.negate() : number, image.scale());
  }

  @Override
  String sent() {
    return text();
  }

  @Override
  boolean put(BigDecimal number, RoundingMode rounding, boolean keep) {
    Zoned through = new Zoned(new Storage(digits), 0, digits, scale).signed();
    boolean fits = through.put(number, rounding, true);
    if (!fits && keep) {
      return false;
    }
    if (!fits) {
      through.put(number, rounding, false);
    }
    move(through);
    return fits;
  }

  @Override
  public void move(Object source) {
    if (source instanceof Group group) {
      takeBytes(group);
    } else if (source instanceof Figurative constant) {
      boolean zeros = constant.pattern.equals("0");
      edit(zeros ? new Image("0", 0, 0) : spelt(constant.filled(length)));
    } else if (source instanceof Field<?> field) {
      Image image = field.deedited();
      if (image == null) {
        image = field instanceof Number<?> number ? number.image() : spelt(field.text());
      }
      edit(image);
    } else if (source instanceof String text) {
      edit(spelt(text));
    } else {
      BigDecimal number = Comparing.number(source);
      String digits = number.unscaledValue().abs().toString();
      edit(new Image(digits, number.scale(), number.signum() < 0 ? -1 : 1));
    }
  }

  private static Image spelt(String text) {
    return Editing.spelt(text, 2 * Numbers.MOST_DIGITS, Numbers.MOST_DIGITS);
  }

  private void edit(Image image) {
    raw(Editing.edit(image, picture, blankWhenZero).substring(0, length));
  }
}
