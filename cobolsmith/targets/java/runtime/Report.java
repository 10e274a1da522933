package cobol;

import cobol.ReportGroup.Line;
import cobol.ReportGroup.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A report as GnuCOBOL's Report Writer prints it: first put together, a group's clauses behind it.
 *
 * <p>A line is counted from 1 on its page. Without PAGE every line begins a page of its own, of
 * which nothing is seen but PAGE-COUNTER.
 */
public final class Report {
  private final SequentialFile file;
  private final Text area;
  private final String code;
  private final List<Field<?>> controls = new ArrayList<>();
  private final List<ReportGroup> groups = new ArrayList<>();
  private final Set<String> shown = new HashSet<>();
  private final List<byte[]> kept = new ArrayList<>();
  private int limit;
  private int heading;
  private int firstDetail = 1;
  private int lastDetail;
  private Binary lines;
  private Binary pages;
  private Runnable begun = ReportGroup.NOTHING;
  private Runnable adds = ReportGroup.NOTHING;
  private boolean active;
  private boolean isFirst;
  private boolean isFresh;
  private boolean stepsOn;
  private boolean inHeading;
  private boolean inFooting;
  private boolean inEnd;
  private boolean justSet;
  private int page = 1;
  private int at;
  private Place next = Place.NONE;

  Report(SequentialFile file, Text area, String code) {
    this.file = file;
    this.area = area;
    this.code = code;
  }

  /** PAGE LIMIT, HEADING, FIRST DETAIL and LAST DETAIL. */
  public Report linesOfPage(int limit, int heading, int firstDetail, int lastDetail) {
    this.limit = limit;
    this.heading = heading;
    this.firstDetail = firstDetail;
    this.lastDetail = lastDetail;
    return this;
  }

  /** LINE-COUNTER and PAGE-COUNTER. */
  public Report counters(Binary lines, Binary pages) {
    this.lines = lines;
    this.pages = pages;
    return this;
  }

  /** The next control, the most minor one first. */
  public Report control(Field<?> item) {
    controls.add(item);
    return this;
  }

  /** How its sums begin. */
  public Report sums(Runnable zero) {
    begun = zero;
    return this;
  }

  /** What each GENERATE adds to sums. */
  public Report adding(Runnable routine) {
    adds = routine;
    return this;
  }

  /** The next group; what follows belongs to it. */
  public Report group(String name, String kind, int control, boolean direct) {
    groups.add(new ReportGroup(name, kind, control, direct));
    return this;
  }

  /** NEXT GROUP of the group. */
  public Report nextGroup(String place, int number) {
    last().next = new Place(place, number);
    return this;
  }

  /** A line of the group. */
  public Report line(String place, int number, Group area, Runnable fill) {
    last().lines.add(new Line(new Place(place, number), area, fill));
    return this;
  }

  /** USE BEFORE REPORTING the group. */
  public Report before(Runnable routine) {
    last().before = routine;
    return this;
  }

  /** What becomes of the sums of a CONTROL FOOTING behind it. */
  public Report after(Runnable routine) {
    last().after = routine;
    return this;
  }

  private ReportGroup last() {
    return groups.get(groups.size() - 1);
  }

  // --- Statements ---

  /** INITIATE. */
  public void initiate() {
    if (active) {
      throw new RunError("INITIATE of a report that is initiated");
    }
    active = true;
    isFirst = true;
    isFresh = true;
    stepsOn = true;
    justSet = false;
    page = 1;
    at = 0;
    next = Place.NONE;
    shown.clear();
    count();
    begun.run();
  }

  /** GENERATE a detail, or ("") only what a detail would bring about. */
  public void generate(String name) {
    if (!active) {
      throw new RunError("GENERATE of a report that is not initiated");
    }
    if (stepsOn) {
      stepsOn = false;
      at++;
      count();
    }
    if (isFirst) {
      printAll("REPORT HEADING");
      pageHeading();
      headings(controls.size());
      keep();
    } else {
      pageBegun();
      breaks();
    }
    adds.run();
    for (ReportGroup one : groups) {
      if (!name.isEmpty() && one.name.equals(name)) {
        detail(one);
      }
    }
    isFirst = false;
    justSet = false;
    at--;
    stepsOn = true;
    count();
  }

  /** TERMINATE. */
  public void terminate() {
    if (!active) {
      throw new RunError("TERMINATE of a report that is not initiated");
    }
    if (isFirst) {
      return;
    }
    for (int level = 1; level <= controls.size(); level++) {
      for (ReportGroup one : of("CONTROL FOOTING", level)) {
        footing(one);
      }
    }
    for (ReportGroup one : of("CONTROL FOOTING FINAL", 0)) {
      footing(one);
    }
    pageFooting();
    for (ReportGroup one : of("REPORT FOOTING", 0)) {
      one.before.run();
      inEnd = true;
      print(one);
      inEnd = false;
    }
    active = false;
  }

  /** SUPPRESS PRINTING. */
  public void suppress(String name) {
    for (ReportGroup one : groups) {
      one.suppressed |= one.name.equals(name);
    }
  }

  /** Whether an item with GROUP INDICATE is shown now: the first time after a break. */
  public boolean isIndicated(String item) {
    return shown.add(item);
  }

  // --- Groups ---

  private List<ReportGroup> of(String kind, int control) {
    return groups.stream().filter(one -> one.is(kind, control)).toList();
  }

  /** Begins the next page where this one is full, or was ended. */
  private void pageBegun() {
    if (at > lastDetail) {
      pageFooting();
    } else if (at > 1 && !isFresh) {
      return;
    } else if (!isFresh) {
      pageHeading();
      return;
    }
    at = 1;
    pageHeading();
  }

  /** Control footings and headings, up to the highest control that changed. */
  private void breaks() {
    int level = 0;
    List<byte[]> given = new ArrayList<>();
    for (int i = 0; i < controls.size(); i++) {
      given.add(controls.get(i).raw());
      level = java.util.Arrays.equals(given.get(i), kept.get(i)) ? level : i + 1;
    }
    for (int i = 0; i < level; i++) {
      set(controls.get(i), kept.get(i));
    }
    boolean turned = false;
    for (int i = 1; i <= level; i++) {
      for (ReportGroup one : of("CONTROL FOOTING", i)) {
        footing(one);
        shown.clear();
        justSet = false;
        if (next.is("PAGE")) {
          turned = true;
          next = Place.NONE;
        }
      }
      set(controls.get(i - 1), given.get(i - 1));
    }
    if (turned) {
      turn();
    }
    headings(level);
    keep();
  }

  private static void set(Field<?> item, byte[] bytes) {
    item.storage.write(item.offset, bytes);
  }

  private void keep() {
    kept.clear();
    for (Field<?> one : controls) {
      kept.add(one.raw());
    }
  }

  /** The control headings up to a level. */
  private void headings(int level) {
    for (int i = 1; i <= level; i++) {
      for (ReportGroup one : of("CONTROL HEADING", i)) {
        one.before.run();
        print(one);
      }
    }
  }

  /** A control footing, and what becomes of its sums. */
  private void footing(ReportGroup group) {
    group.before.run();
    if (!group.suppressed) {
      print(group);
    }
    group.suppressed = false;
    group.after.run();
  }

  /** The lines of a detail; several of them where the page has room for the empty ones. */
  private void detail(ReportGroup group) {
    if (group.lines.isEmpty() || group.direct) {
      justSet = false;
      print(group);
      return;
    }
    if (group.room() >= 0 && at + group.room() > lastDetail) {
      pageFooting();
      at = 1;
      pageHeading();
      count();
    }
    for (Line one : group.lines) {
      justSet = false;
      put(one, Place.NONE);
    }
  }

  private void printAll(String kind) {
    of(kind, 0).forEach(this::print);
  }

  /** A group: itself as a line, or its lines. */
  private void print(ReportGroup group) {
    if (group.direct) {
      put(group.lines.get(0), group.next);
      return;
    }
    put(new Line(Place.NONE, null, null), group.next);
    for (Line one : group.lines) {
      put(one, Place.NONE);
    }
  }

  // --- Pages ---

  private void turn() {
    pageFooting();
    pageHeading();
  }

  /** The page footing, and the rest of the page but its last line. */
  private void pageFooting() {
    if (inFooting) {
      return;
    }
    inFooting = true;
    printAll("PAGE FOOTING");
    if (at < limit) {
      feed(limit - at);
      at = limit;
      stepsOn = false;
    } else {
      at = 1;
    }
    count();
    isFresh = true;
    inFooting = false;
  }

  /** The rest of the last page, the page heading, and the way to the first detail. */
  private void pageHeading() {
    if (inHeading) {
      return;
    }
    if (!isFirst && 0 < heading && heading < at && at <= limit) {
      downTo(limit + 1, false);
      at = 1;
      count();
    }
    inHeading = true;
    page += isFirst ? 0 : 1;
    isFresh = false;
    downTo(heading, true);
    printAll("PAGE HEADING");
    downTo(firstDetail, true);
    shown.clear();
    inHeading = false;
  }

  // --- Lines ---

  /** Goes to where a line belongs, and prints it; {@code following} is the NEXT GROUP behind it. */
  private void put(Line line, Place following) {
    if (at > lastDetail && !inEnd && !inFooting) {
      turn();
    }
    boolean on = placed(line.place());
    boolean first = at == firstDetail && firstDetail > 0;
    if (on && line.place().is("PLUS") && line.place().number() > 1 && !first) {
      feed(line.place().number() - 1);
      at += line.place().number() - 1;
    }
    if (at > lastDetail && !inEnd && !inHeading && !inFooting) {
      turn();
    }
    count();
    if (line.area() != null) {
      line.fill().run();
      write(line.area().text(), 1);
      at++;
      count();
    }
    if (following != Place.NONE) {
      next = following;
      justSet = true;
    }
  }

  /** Does what NEXT GROUP or LINE asks for; whether PLUS still counts from there. */
  private boolean placed(Place place) {
    Place asked = justSet ? Place.NONE : next;
    if (asked != Place.NONE) {
      next = Place.NONE;
    }
    if (asked.is("PLUS")) {
      feed(asked.number());
      at += asked.number();
    } else if (asked.is("LINE")) {
      if (at > asked.number()) {
        turn();
      }
      downTo(asked.number(), false);
    } else if (asked.is("PAGE")) {
      turn();
    } else if (place.is("LINE")) {
      reach(place.number());
    }
    return asked.is("PLUS") || asked.is("LINE") || (asked == Place.NONE && !place.is("LINE"));
  }

  /** Goes to a LINE, on the next page where it is past. */
  private void reach(int number) {
    if (at > number) {
      pageFooting();
      if (inEnd) {
        page++;
        at = 1;
      } else {
        pageHeading();
      }
      isFresh = false;
    }
    downTo(number, false);
  }

  private void downTo(int line, boolean counted) {
    while (at < line) {
      feed(1);
      at++;
      if (counted) {
        count();
      }
    }
  }

  private void count() {
    lines.store(Numbers.num(0 < at && at <= limit ? at : 0));
    pages.store(Numbers.num(page));
  }

  private void feed(int count) {
    if (code.isEmpty()) {
      if (count > 0) {
        write("", count);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      write("", 1);
    }
  }

  private void write(String text, int count) {
    if (text.indexOf('\0') >= 0) {
      throw new RunError("a line of a report has a byte of value zero");
    }
    area.move(code + text);
    file.writeBefore(area, count);
  }
}
