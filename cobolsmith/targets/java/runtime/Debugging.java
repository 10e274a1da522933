package cobol;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * USE FOR DEBUGGING: DEBUG-ITEM, and the sections that look at what happens. They run where
 * COB_SET_DEBUG of the environment says so, and not otherwise.
 */
public final class Debugging {
  private static final int LINE = 0;
  private static final int NAME = 1;
  private static final int SUBSCRIPTS = 2;
  private static final int CONTENTS = 5;

  private final Field<?>[] register;
  private final boolean on;
  private final Set<String> turned = new HashSet<>();
  private boolean looking;

  /** Fills a line, a name, three subscripts and contents; without them, nothing is looked at. */
  Debugging(Field<?>... register) {
    this.register = register;
    String given = System.getenv("COB_SET_DEBUG");
    given = given == null ? "" : given.toUpperCase(Locale.ROOT);
    on = register.length > 0 && List.of("1", "ON", "Y", "YES", "TRUE").contains(given);
    for (int i = 0; i < register.length; i++) {
      put(i, "");
    }
  }

  private void put(int place, String text) {
    int size = register[place].size();
    String cut = text.length() > size ? text.substring(0, size) : text;
    register[place].raw(cut + " ".repeat(size - cut.length()));
  }

  private void look(String name, String contents, Runnable section) {
    put(NAME, name);
    put(CONTENTS, contents);
    perform(section);
  }

  private void perform(Runnable section) {
    looking = true;
    section.run();
    looking = false;
  }

  /** DEBUG-CONTENTS from now on, until something else happens. */
  void says(String contents) {
    if (on) {
      put(CONTENTS, contents);
    }
  }

  /** A statement of a line begins; not so the GO TO of an altered paragraph. */
  public void at(int line, String... paragraph) {
    if (on && !isTurned(paragraph)) {
      put(LINE, String.format("%6d", line));
    }
  }

  /** Control comes to a procedure from the one before; not so in debugging sections. */
  void falls() {
    if (!looking) {
      says("FALL THROUGH");
    }
  }

  /** A procedure that is watched begins. */
  public void reached(String name, Runnable section) {
    if (on) {
      put(NAME, name);
      perform(section);
    }
  }

  private boolean isTurned(String... paragraph) {
    return paragraph.length > 0 && turned.contains(paragraph[0]);
  }

  /** ALTER of a paragraph; with a section where it is watched. */
  public void altered(String name, String target, Runnable... section) {
    turned.add(name);
    if (on && section.length > 0) {
      look(name, target, section[0]);
    }
  }

  /** PERFORM of procedures. */
  public void performs() {
    says("PERFORM LOOP");
  }

  /** GO TO a procedure that is watched; of a paragraph that may be altered. */
  public void left(String... paragraph) {
    if (!isTurned(paragraph)) {
      says("");
    }
  }

  /** GO TO DEPENDING ON: where procedures of these numbers are watched. */
  public void leftFor(Object number, int... watched) {
    for (int one : watched) {
      if (one == number(number)) {
        says("");
      }
    }
  }

  /** A statement referred to an item, an occurrence {@code at} subscripts. */
  public void saw(String name, Field<?> field, Runnable section, Object... at) {
    if (on) {
      for (int i = 0; i < CONTENTS - SUBSCRIPTS; i++) {
        put(SUBSCRIPTS + i, i < at.length ? String.format("%+05d", number(at[i])) : "");
      }
      look(name, field.text(), section);
    }
  }

  private static int number(Object one) {
    return one instanceof Field<?> field ? field.intValue() : Integer.parseInt(one.toString());
  }

  /** A loop varied an item, or asked for it. */
  public void changed(String name, Field<?> field, Runnable section) {
    if (on) {
      look(name, field.text(), section);
    }
  }

  /** OPEN, CLOSE, START or DELETE of a file. */
  public void used(String name, Runnable section) {
    if (on) {
      look(name, "", section);
    }
  }

  /** READ of a file. */
  public void read(String name, Field<?> record, Runnable section) {
    if (on) {
      look(name, record.text(), section);
    }
  }
}
