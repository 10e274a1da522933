package cobol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** A CALL being put together: arguments in order, then {@code run}. */
public final class Call {
  private final Program caller;
  private final String name;
  final List<Storage> arguments = new ArrayList<>();
  final List<Integer> sizes = new ArrayList<>();

  Call(Program caller, String name) {
    this.caller = caller;
    this.name = name.trim().toUpperCase();
  }

  /** An argument whose bytes the called program sees and may change. */
  public Call byReference(Field<?> field) {
    Storage place = new Storage(0);
    place.bind(field.storage, field.storage.base + field.offset);
    arguments.add(place);
    sizes.add(field.size());
    return this;
  }

  /** An argument of which the called program gets a copy. */
  public Call byContent(Object value) {
    byte[] data =
        value instanceof Field<?> field ? field.raw() : value.toString().getBytes(ISO_8859_1);
    Storage place = new Storage(data.length);
    place.write(0, data);
    arguments.add(place);
    sizes.add(data.length);
    return this;
  }

  /** An argument left out. */
  public Call omitted() {
    arguments.add(null);
    sizes.add(0);
    return this;
  }

  /** Whether there is such a program. */
  public boolean found() {
    Program program = caller.find(name);
    return program != null && !program.isMissing();
  }

  /** Calls the program. */
  public void run() {
    Program program = caller.find(name);
    if (program == null || program.isMissing()) {
      throw new RunError("module '" + name + "' not found");
    }
    program.calledBy(this);
    caller.customs();
  }

  /** Calls the program; RETURN-CODE goes to a field. */
  public void run(Field<?> returning) {
    run();
    returning.move(caller.returnCode().value());
  }
}
