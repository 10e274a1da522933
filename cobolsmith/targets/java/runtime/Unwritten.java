package cobol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands where a program is to be written that is called and whose COBOL wasn't there. A CALL finds
 * no program here; while a translation is run beside its COBOL, COBOL_CALLS says that it is
 * answered from a table.
 */
public abstract class Unwritten extends Program {
  private static final Answers ANSWERS = new Answers();
  private final String name;

  /** A program of a run, by its name. */
  protected Unwritten(RunUnit unit, String name) {
    super(unit, null);
    this.name = name;
  }

  @Override
  protected int step(int paragraph) {
    return NEXT;
  }

  @Override
  protected int paragraphs() {
    return 0;
  }

  @Override
  boolean isMissing() {
    return !"answered".equals(System.getenv("COBOL_CALLS"));
  }

  @Override
  void calledBy(Call call) {
    String symbol = name.replace("-", "__");
    List<Answers.Named> fields = new ArrayList<>();
    for (int i = 0; i < call.arguments.size(); i++) {
      Storage given = call.arguments.get(i);
      Storage place = given == null ? new Storage(0) : given;
      fields.add(new Answers.Named(new Text(place, 0, call.sizes.get(i)), given != null));
    }
    if (!fields.isEmpty()) {
      ANSWERS.answer(symbol, fields);
    } else {
      try {
        Files.write(Path.of("CALLS." + symbol), new byte[0]);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
    returnCode().store(Numbers.num(0));
  }
}
