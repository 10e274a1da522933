package cobol;

import java.util.ArrayList;
import java.util.List;

/** A report group: one line, if {@code direct}, else what holds lines. */
final class ReportGroup {
  /** A line: at a LINE of its page, or some lines on (PLUS); the area that {@code fill} fills. */
  record Line(Place place, Group area, Runnable fill) {}

  /** LINE, PLUS or PAGE with a number; a word "" where nothing is said. */
  record Place(String word, int number) {
    static final Place NONE = new Place("", 0);

    boolean is(String one) {
      return word.equals(one);
    }
  }

  static final Runnable NOTHING = () -> {};

  final String name;
  final String kind;
  final int control;
  final boolean direct;
  final List<Line> lines = new ArrayList<>();
  Place next = Place.NONE;
  Runnable before = NOTHING;
  Runnable after = NOTHING;
  boolean suppressed;

  ReportGroup(String name, String kind, int control, boolean direct) {
    this.name = name;
    this.kind = kind;
    this.control = control;
    this.direct = direct;
  }

  boolean is(String kind, int control) {
    return this.kind.equals(kind) && this.control == control;
  }

  /** How many lines several of them leave empty between them. */
  int room() {
    int room = 0;
    for (Line one : lines) {
      room += one.place.is("PLUS") && one.place.number > 1 ? one.place.number : 0;
    }
    return lines.size() > 1 ? room : -1;
  }
}
