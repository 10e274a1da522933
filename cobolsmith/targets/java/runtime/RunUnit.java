package cobol;

import java.util.HashMap;
import java.util.Map;

/** What all programs of one run share. */
public final class RunUnit {
  final Map<String, Program> programs = new HashMap<>();
  private final Map<String, Storage> external = new HashMap<>();
  private final Map<String, CobolFile> files = new HashMap<>();
  final Binary returnCode = special(9).shownAsNine();
  final Binary tally = new CobolRecord(4).binary(0, 4, 5, 0).value(0);
  final Binary sortReturn = special(9).shownAsNine();

  /** The bytes of an EXTERNAL record, the same for all programs. */
  public Storage external(String name, int size) {
    Storage found = external.computeIfAbsent(name, unused -> new Storage(new byte[size]));
    found.reach(size);
    return found;
  }

  /** The EXTERNAL file of a name, the same for all programs: that of the first one. */
  @SuppressWarnings("unchecked")
  public <F extends CobolFile> F file(String name, F made) {
    return (F) files.computeIfAbsent(name, unused -> made);
  }

  private static Binary special(int digits) {
    return new CobolRecord(4).binary(0, 4, digits, 0).signed().nativeOrder().uncut().value(0);
  }
}
