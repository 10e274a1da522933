package cobol;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A COBOL program: how control goes through its paragraphs, and how it calls others. */
public abstract class Program {
  /** What a paragraph gives that leads nowhere else: on with the next. */
  protected static final int NEXT = -1;

  private final RunUnit unit;
  private final Program outer;
  private final Map<String, Program> inside = new HashMap<>();
  private final Map<Integer, Integer> altered = new HashMap<>();
  private final Map<Integer, Integer> kept = new HashMap<>();
  private final List<CobolFile> files = new ArrayList<>();
  private final List<Use> uses = new ArrayList<>();
  private static Program running;
  private boolean called;
  private Debugging debugging = new Debugging();

  /** A USE procedure: its paragraphs, and about which files or modes. */
  private record Use(int first, int last, boolean within, List<Object> about) {}

  /** A program of a run, contained in another or not. */
  protected Program(RunUnit unit, Program outer) {
    this.unit = unit;
    this.outer = outer;
  }

  /** Runs the paragraph of a number; gives the one to go to, or NEXT. */
  protected abstract int step(int paragraph);

  /** The number of paragraphs. */
  protected abstract int paragraphs();

  /** The paragraph where control begins. */
  protected int first() {
    return 0;
  }

  /** The records of PROCEDURE DIVISION USING. */
  protected List<Storage> linkage() {
    return List.of();
  }

  /**
   * Lets hold what SPECIAL-NAMES says: programs that have other signs or orders say so. From now on
   * this is the program that runs.
   */
  protected void customs() {
    running = this;
    Cobol.useSigns(".", ",", "$");
    Cobol.useCollation();
  }

  /**
   * USE AFTER ERROR: paragraphs for what goes wrong with files, or files in open modes; if {@code
   * within}, in the programs contained in this one, too.
   */
  protected final void use(int first, int last, boolean within, Object... about) {
    uses.add(new Use(first, last, within, List.of(about)));
  }

  /**
   * Performs the USE procedure for what went wrong with a file: of the program that runs, or a
   * GLOBAL one of a program around it. Whether there is one.
   */
  static boolean handledByUse(CobolFile file, String mode) {
    Program here = running;
    for (Program holder = here; holder != null; holder = holder.outer) {
      for (Object subject : new Object[] {file, mode}) {
        for (Use use : holder.uses) {
          if (use.about.contains(subject) && (use.within || holder == here)) {
            holder.customs();
            holder.debugging.says("USE PROCEDURE");
            holder.perform(use.first, use.last);
            here.customs();
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Makes LOCAL-STORAGE anew; programs that have some do. */
  protected void begin() {}

  /** A contained program by its name, or null. */
  protected Program contained(String name) {
    return null;
  }

  /** The run the program belongs to. */
  protected final RunUnit unit() {
    return unit;
  }

  /** A file of the program, closed when the run ends. */
  protected final <F extends CobolFile> F file(F file) {
    files.add(file);
    return file;
  }

  /** The program's EXEC SQL, with the items of its SQLCA. */
  protected final Sql useSql(
      Number<?> code, Field<?> state, Number<?> rows, Number<?> length, Field<?> message) {
    return new Sql(code, state, rows, length, message);
  }

  /** The program's debugging sections, with the items of DEBUG-ITEM. */
  protected final Debugging useDebugging(Field<?>... register) {
    debugging = new Debugging(register);
    return debugging;
  }

  /** A report of a file, whose lines go through an area. */
  protected final Report report(SequentialFile file, Text area, String code) {
    return new Report(file, area, code);
  }

  /** The special register RETURN-CODE. */
  protected final Binary returnCode() {
    return unit.returnCode;
  }

  /** The special register TALLY. */
  protected final Binary tally() {
    return unit.tally;
  }

  /** The special register SORT-RETURN. */
  protected final Binary sortReturn() {
    return unit.sortReturn;
  }

  /** The place behind a paragraph: where EXIT SECTION goes. */
  protected static int endOf(int paragraph) {
    return -2 - paragraph;
  }

  /** PERFORM of a paragraph. */
  protected final void perform(int paragraph) {
    perform(paragraph, paragraph);
  }

  /** PERFORM first THRU last. */
  protected final void perform(int first, int last) {
    int at = first;
    while (true) {
      int going = step(at);
      if (going < NEXT) {
        at = -2 - going;
        going = NEXT;
      }
      if (going != NEXT) {
        at = going;
      } else if (at == last) {
        return;
      } else if (++at == paragraphs()) {
        throw new ProgramEnd(false);
      } else {
        debugging.falls();
      }
    }
  }

  /** ALTER paragraph TO PROCEED TO target. */
  protected final void alter(int paragraph, int target) {
    altered.put(paragraph, target);
  }

  /** Where the GO TO of a paragraph leads, if an ALTER didn't change it. */
  protected final int altered(int paragraph, int target) {
    return altered.getOrDefault(paragraph, target);
  }

  /** Whether an ALTER changed the GO TO of a paragraph. */
  protected final boolean isAltered(int paragraph) {
    return altered.containsKey(paragraph);
  }

  /** Keeps what ALTER made of paragraphs' GO TOs. */
  protected final void keepAltered(int... paragraphs) {
    for (int one : paragraphs) {
      kept.put(one, altered.get(one));
    }
  }

  /** Lets the GO TOs of paragraphs lead again where they led when they were kept. */
  protected final void putBackAltered(int... paragraphs) {
    for (int one : paragraphs) {
      altered.compute(one, (paragraph, target) -> kept.get(paragraph));
    }
  }

  /** Lets the GO TOs of paragraphs lead where they are written to. */
  protected final void forgetAltered(int... paragraphs) {
    for (int one : paragraphs) {
      altered.remove(one);
    }
  }

  /** GO TO ... DEPENDING ON. */
  protected static int oneOf(int number, int... paragraphs) {
    return number >= 1 && number <= paragraphs.length ? paragraphs[number - 1] : NEXT;
  }

  /** STOP RUN. */
  protected final void stopRun() {
    throw new ProgramEnd(true);
  }

  /** STOP RUN with an exit status. */
  protected final void stopRun(BigDecimal status) {
    unit.returnCode.store(status);
    throw new ProgramEnd(true);
  }

  /** GOBACK. */
  protected final void goback() {
    throw new ProgramEnd(false);
  }

  /** EXIT PROGRAM: back to the caller; in a main program nothing. */
  protected final void exitProgram() {
    if (called) {
      throw new ProgramEnd(false);
    }
  }

  /** CALL. */
  protected final Call call(Object name) {
    return new Call(this, name instanceof Field<?> field ? field.text() : name.toString());
  }

  /** CANCEL. */
  protected final void cancel(Object... names) {
    for (Object one : names) {
      String name = (one instanceof Field<?> field ? field.text() : one.toString()).trim();
      unit.programs.remove(name.toUpperCase());
      inside.remove(name.toUpperCase());
    }
  }

  final Program find(String name) {
    for (Program holder = this; holder != null; holder = holder.outer) {
      Program known = holder.inside.get(name);
      if (known == null) {
        known = holder.contained(name);
      }
      if (known != null) {
        holder.inside.put(name, known);
        return known;
      }
    }
    return unit.programs.computeIfAbsent(name, this::module);
  }

  private Program module(String name) {
    if (name.isEmpty()) {
      return null;
    }
    StringBuilder type = new StringBuilder();
    for (String part : name.split("[-_]+")) {
      type.append(part.substring(0, 1).toUpperCase()).append(part.substring(1).toLowerCase());
    }
    boolean digit = Character.isDigit(name.charAt(0));
    String home = (digit ? "p_" : "") + name.toLowerCase().replace('-', '_');
    for (String place : List.of(home, home + "_program")) {
      try {
        Class<?> kind = Class.forName(place + (digit ? ".P" : ".") + type);
        return (Program) kind.getConstructor(RunUnit.class).newInstance(unit);
      } catch (ClassNotFoundException error) {
        continue;
      } catch (ReflectiveOperationException error) {
        return null;
      }
    }
    return null;
  }

  /** Whether a CALL finds no program here; see {@link Unwritten}. */
  boolean isMissing() {
    return false;
  }

  /** Runs the program for a CALL. */
  void calledBy(Call call) {
    enter(call.arguments, true);
  }

  final void enter(List<Storage> arguments, boolean byCall) {
    called = byCall;
    List<Storage> places = linkage();
    for (int i = 0; i < places.size() && i < arguments.size(); i++) {
      if (arguments.get(i) != null) {
        places.get(i).bind(arguments.get(i), arguments.get(i).base);
      }
    }
    begin();
    customs();
    debugging.says("START PROGRAM");
    try {
      if (paragraphs() > 0) {
        perform(first(), -9);
      }
    } catch (ProgramEnd end) {
      if (end.ofRun) {
        throw end;
      }
    }
  }

  private void leave() {
    files.forEach(CobolFile::leave);
    inside.values().forEach(Program::leave);
  }

  /** Runs as the main program with its arguments, and exits with its RETURN-CODE. */
  public final void run(String... arguments) {
    Console.arguments = arguments;
    int status = 0;
    try {
      enter(List.of(), false);
    } catch (ProgramEnd end) {
      // STOP RUN: the run has come to its end.
    } catch (RunError error) {
      Console.flush();
      System.err.println(error.getMessage());
      status = 1;
    }
    leave();
    unit.programs.values().forEach(Program::leave);
    Sql.leave(status == 0);
    Console.flush();
    System.exit(status != 0 ? status : returnCode().intValue() & 0xFF);
  }
}
