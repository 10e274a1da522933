package cobol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An SD: records released to it come back in order. */
public final class SortFile extends SequentialFile {
  final List<byte[]> kept = new ArrayList<>();
  int given;

  /** A sort file with the first of its records, and their lengths. */
  public SortFile(Field<?> record, int shortest, int longest) {
    super("", record, shortest, longest);
  }

  /** SORT. */
  public Sorting sort() {
    return new Sorting(this);
  }

  /** MERGE. */
  public Sorting merge() {
    return new Sorting(this);
  }

  /** RELEASE a record. */
  public void release(Field<?> record) {
    kept.add(padded(area.read(0, record.size())));
  }

  byte[] padded(byte[] data) {
    byte[] record = new byte[longest];
    Arrays.fill(record, (byte) ' ');
    System.arraycopy(data, 0, record, 0, Math.min(data.length, longest));
    return record;
  }

  /** RETURN the next record. */
  public Outcome returnRecord() {
    return returnRecord("");
  }

  /** RETURN the next record, with its phrase. */
  public Outcome returnRecord(String handled) {
    if (given >= kept.size()) {
      return Outcome.FAILED;
    }
    area.write(0, kept.get(given++));
    length = longest;
    return Outcome.DONE;
  }
}
