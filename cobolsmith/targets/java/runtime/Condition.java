package cobol;

/** A condition-name: true while its field has one of its values. */
public final class Condition {
  private final Field<?> field;
  private final Object[] values;
  private Object otherwise;

  Condition(Field<?> field, Object[] values) {
    this.field = field;
    this.values = values;
  }

  /** The value of SET TO FALSE. */
  public Condition otherwise(Object value) {
    otherwise = value;
    return this;
  }

  /** The condition on one occurrence. */
  public Condition at(int... subscripts) {
    return new Condition(field.at(subscripts), values).otherwise(otherwise);
  }

  /** Whether it holds. */
  public boolean isTrue() {
    for (Object value : values) {
      if (value instanceof Range range
          ? field.compare(range.from()) >= 0 && field.compare(range.to()) <= 0
          : field.is(value)) {
        return true;
      }
    }
    return false;
  }

  /** SET name TO TRUE. */
  public void set() {
    field.move(values[0] instanceof Range range ? range.from() : values[0]);
  }

  /** SET name TO FALSE. */
  public void reset() {
    field.move(otherwise);
  }
}
