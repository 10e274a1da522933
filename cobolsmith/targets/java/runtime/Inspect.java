package cobol;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** An INSPECT being put together; {@code done} carries it out. */
public final class Inspect {
  private final Field<?> field;
  private final StringBuilder data;
  private final boolean[] marked;
  private final int sign;
  private final Character[] changed;

  Inspect(Field<?> field) {
    this.field = field;
    boolean digits = field instanceof Zoned zoned && !zoned.isSeparate();
    Image image = digits ? ((Zoned) field).image() : null;
    data = new StringBuilder(digits ? image.digits() : field.text());
    sign = digits ? image.sign() : 0;
    marked = new boolean[data.length()];
    changed = new Character[data.length()];
  }

  private int[] limits(Object before, Object after) {
    int start = 0;
    int end = data.length();
    if (before != null) {
      int found = data.indexOf(Cobol.textOf(before, 1));
      end = found >= 0 ? found : end;
    }
    if (after != null) {
      String limit = Cobol.textOf(after, 1);
      int found = data.indexOf(limit);
      start = found >= 0 && found + limit.length() <= end ? found + limit.length() : end;
    }
    return new int[] {start, end};
  }

  private List<Integer> places(String pattern, int[] limits, String how) {
    List<Integer> found = new ArrayList<>();
    int size = pattern.length();
    boolean trailing = how.equals("trailing");
    int at = trailing ? limits[1] - size : limits[0];
    while (limits[0] <= at && at <= limits[1] - size) {
      boolean here = data.substring(at, at + size).equals(pattern);
      boolean free = here;
      for (int i = at; free && i < at + size; i++) {
        free = !marked[i];
      }
      if (free) {
        found.add(at);
        java.util.Arrays.fill(marked, at, at + size, true);
        if (how.equals("first")) {
          break;
        }
      } else if (!here && (trailing || how.equals("leading"))) {
        break;
      }
      int step = free ? size : 1;
      at += trailing ? -step : step;
    }
    return found;
  }

  private Inspect tally(String how, Number<?> tally, Object pattern, Object before, Object after) {
    int count = places(Cobol.textOf(pattern, 1), limits(before, after), how).size();
    if (count > 0) {
      tally.add(BigDecimal.valueOf(count));
    }
    return this;
  }

  /** TALLYING tally FOR ALL pattern. */
  public Inspect tallyAll(Number<?> tally, Object pattern, Object before, Object after) {
    return tally("all", tally, pattern, before, after);
  }

  /** TALLYING tally FOR LEADING pattern. */
  public Inspect tallyLeading(Number<?> tally, Object pattern, Object before, Object after) {
    return tally("leading", tally, pattern, before, after);
  }

  /** TALLYING tally FOR CHARACTERS. */
  public Inspect tallyCharacters(Number<?> tally, Object before, Object after) {
    int[] limits = limits(before, after);
    int count = 0;
    for (int i = limits[0]; i < limits[1]; i++) {
      count += marked[i] ? 0 : 1;
      marked[i] = true;
    }
    if (count > 0) {
      tally.add(BigDecimal.valueOf(count));
    }
    return this;
  }

  private Inspect replace(String how, Object pattern, Object by, Object before, Object after) {
    String old = Cobol.textOf(pattern, 1);
    String text = Cobol.textOf(by, old.length());
    if (old.length() == text.length()) {
      for (int at : places(old, limits(before, after), how)) {
        for (int i = 0; i < text.length(); i++) {
          changed[at + i] = text.charAt(i);
        }
      }
    }
    return this;
  }

  /** REPLACING ALL pattern BY by. */
  public Inspect replaceAll(Object pattern, Object by, Object before, Object after) {
    return replace("all", pattern, by, before, after);
  }

  /** REPLACING LEADING pattern BY by. */
  public Inspect replaceLeading(Object pattern, Object by, Object before, Object after) {
    return replace("leading", pattern, by, before, after);
  }

  /** REPLACING FIRST pattern BY by. */
  public Inspect replaceFirst(Object pattern, Object by, Object before, Object after) {
    return replace("first", pattern, by, before, after);
  }

  /** REPLACING TRAILING pattern BY by. */
  public Inspect replaceTrailing(Object pattern, Object by, Object before, Object after) {
    return replace("trailing", pattern, by, before, after);
  }

  /** REPLACING CHARACTERS BY by. */
  public Inspect replaceCharacters(Object by, Object before, Object after) {
    int[] limits = limits(before, after);
    for (int i = limits[0]; i < limits[1]; i++) {
      if (!marked[i]) {
        changed[i] = Cobol.textOf(by, 1).charAt(0);
      }
      marked[i] = true;
    }
    return this;
  }

  /** CONVERTING old TO text. */
  public Inspect convert(Object old, Object text, Object before, Object after) {
    String from = Cobol.textOf(old, 1);
    String to = Cobol.textOf(text, from.length());
    int[] limits = limits(before, after);
    for (int i = limits[0]; from.length() == to.length() && i < limits[1]; i++) {
      int found = from.indexOf(data.charAt(i));
      if (found >= 0) {
        changed[i] = to.charAt(found);
      }
    }
    return this;
  }

  /** Puts what is replaced into the field. */
  public void done() {
    boolean any = false;
    for (int i = 0; i < changed.length; i++) {
      if (changed[i] != null) {
        data.setCharAt(i, changed[i]);
        any = true;
      }
    }
    if (any && field instanceof Zoned zoned && !zoned.isSeparate()) {
      zoned.rewrite(data.toString(), sign);
    } else if (any) {
      field.raw(data.toString());
    }
  }
}
