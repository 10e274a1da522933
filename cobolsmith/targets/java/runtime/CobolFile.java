package cobol;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of a program. Its records share one area. */
public abstract class CobolFile {
  /** The phrase AT END. */
  public static final String AT_END = "1";

  /** The phrase INVALID KEY. */
  public static final String INVALID_KEY = "2";

  /** The phrase END-OF-PAGE. */
  public static final String END_OF_PAGE = "P";

  /** Modes of OPEN. */
  public static final String INPUT = "INPUT";

  public static final String OUTPUT = "OUTPUT";
  public static final String UPDATE = "UPDATE";
  public static final String EXTEND = "EXTEND";

  /** ADVANCING PAGE. */
  public static final String PAGE = "PAGE";

  private final Object assign;
  final Storage area;
  final int shortest;
  final int longest;
  boolean variable;
  private boolean optional;
  private Field<?> status;
  Number<?> depending;
  String mode = "";
  boolean isOpen;
  private boolean locked;
  boolean missing;
  boolean ended;
  boolean wasRead;
  int length;

  CobolFile(Object assign, Field<?> record, int shortest, int longest) {
    this.assign = assign;
    area = record.storage;
    this.shortest = shortest;
    this.longest = longest;
    length = longest;
    area.reach(longest);
  }

  /** Where the file lies: what the environment says for its name, or DD_x for a name like UT-S-x,
   * or the name itself. */
  final Path path() {
    String name = (assign instanceof Field<?> field ? field.text() : assign.toString()).stripTrailing();
    if (name.contains("/")) {
      return Path.of(name);
    }
    String last = name.substring(name.lastIndexOf('-') + 1);
    for (String key : new String[] {"DD_" + name, "dd_" + name, name, "DD_" + last}) {
      if (System.getenv(key) != null) {
        name = System.getenv(key);
        break;
      }
    }
    return Path.of(System.getenv().getOrDefault("COB_FILE_PATH", "")).resolve(name);
  }

  final void set(boolean variable, boolean optional, Field<?> status, Number<?> depending) {
    this.variable = variable;
    this.optional = optional;
    this.status = status;
    this.depending = depending;
  }

  /** FILE STATUS of the program that works with an EXTERNAL file; null for none. */
  public final void status(Field<?> status) {
    this.status = status;
  }

  final Outcome finish(String code, String handled) {
    if (status != null) {
      status.storage.write(status.offset, code.getBytes());
    }
    if (code.charAt(0) == '0') {
      return Outcome.DONE;
    }
    if (code.substring(0, 1).equals(handled)) {
      return Outcome.FAILED;
    }
    if (!Program.handledByUse(this, mode) && status == null) {
      throw new RunError("file " + path() + " has status " + code);
    }
    return Outcome.NEITHER;
  }

  /** OPEN. */
  public Outcome open(String mode) {
    if (locked) {
      return finish("38", "");
    }
    if (isOpen) {
      return finish("41", "");
    }
    this.mode = mode;
    missing = false;
    ended = false;
    wasRead = false;
    boolean exists = Files.exists(path());
    if (!exists && !mode.equals(OUTPUT) && !optional) {
      return finish("35", "");
    }
    if (!exists && mode.equals(INPUT)) {
      missing = true;
      isOpen = true;
      return finish("05", "");
    }
    try {
      opened(mode);
    } catch (AccessDeniedException error) {
      return finish("37", "");
    } catch (PageException error) {
      return finish("57", "");
    } catch (IOException error) {
      return finish("30", "");
    }
    isOpen = true;
    return finish(exists || mode.equals(OUTPUT) ? "00" : "05", "");
  }

  /** CLOSE. */
  public final Outcome close() {
    if (!isOpen) {
      return finish("42", "");
    }
    leave();
    return finish("00", "");
  }

  /** CLOSE WITH LOCK. */
  public final Outcome closeWithLock() {
    Outcome outcome = close();
    locked = true;
    return outcome;
  }

  /** CLOSE REEL or UNIT: a file on a disk has none, and stays open. */
  public final Outcome closeReel() {
    return finish(isOpen ? "07" : "42", "");
  }

  /** CLOSE WITH NO REWIND. */
  public final Outcome closeWithoutRewind() {
    if (!isOpen) {
      return finish("42", "");
    }
    leave();
    return finish("07", "");
  }

  final void leave() {
    if (isOpen && !missing) {
      try {
        closed();
      } catch (IOException error) {
        throw new RunError(error.getMessage());
      }
    }
    isOpen = false;
  }

  /** READ the next record. */
  public final Outcome readNext() {
    return readNext("");
  }

  /** READ the next record, with its phrase. */
  public abstract Outcome readNext(String handled);

  /** WRITE a record. */
  public final Outcome write(Field<?> record) {
    return write(record, "");
  }

  /** WRITE a record, with its phrase. */
  public abstract Outcome write(Field<?> record, String handled);

  /** REWRITE the record read last, or that of the key. */
  public final Outcome rewrite(Field<?> record) {
    return rewrite(record, "");
  }

  /** REWRITE, with its phrase. */
  public abstract Outcome rewrite(Field<?> record, String handled);

  /** WRITE of bytes as a record (SORT GIVING). */
  abstract void write(byte[] data);

  abstract void opened(String mode) throws IOException;

  abstract void closed() throws IOException;

  final void take(byte[] data) {
    length = data.length;
    area.write(0, data);
    if (depending != null) {
      depending.store(Numbers.num(data.length));
    }
  }

  /** MOVE the record to an item (READ INTO). */
  public final void moveRecord(Field<?> target) {
    target.move(length > 0 ? new Text(area, 0, length) : " ");
  }

  int measured(Field<?> record) {
    int size = record.size();
    if (depending != null) {
      size = Math.min(depending.intValue(), size);
    }
    return shortest <= size && size <= longest ? size : -1;
  }

  final String readable() {
    wasRead = false;
    if (!isOpen || !(mode.equals(INPUT) || mode.equals(UPDATE))) {
      return "47";
    }
    if (ended) {
      return "46";
    }
    if (missing) {
      ended = true;
      return "10";
    }
    return "";
  }

  final boolean writable() {
    wasRead = false;
    return isOpen && (mode.equals(OUTPUT) || mode.equals(EXTEND));
  }
}
