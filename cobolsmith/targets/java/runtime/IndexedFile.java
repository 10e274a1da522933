package cobol;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A file whose records are found by keys in them. They are all in memory from OPEN to CLOSE, which
 * writes a file of its own format: for each record its length, its bytes, and for each alternate
 * key its turn among those with the same value.
 */
public final class IndexedFile extends KeyedFile {
  private static final byte[] NONE = {};

  /** A key's value, and the turn that tells records with the same value apart. */
  private record Entry(byte[] value, long turn) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int order = Arrays.compareUnsigned(value, other.value);
      return order != 0 ? order : Long.compare(turn, other.turn);
    }
  }

  /** Where READ NEXT goes on: whether the record there comes first. */
  private record Place(int key, Entry entry, boolean first) {}

  private final List<Field<?>> keys = new ArrayList<>();
  private final List<Boolean> many = new ArrayList<>();
  private final List<NavigableMap<Entry, byte[]>> tables = new ArrayList<>();
  private final Map<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);
  private Place place;
  private byte[] last = NONE;

  /** An indexed file with its RECORD KEY. */
  public IndexedFile(
      Object assign, Field<?> record, int shortest, int longest, String access, Field<?> key) {
    super(assign, record, shortest, longest, access);
    alternate(key, false);
  }

  /** An ALTERNATE RECORD KEY, WITH DUPLICATES or without. */
  public IndexedFile alternate(Field<?> key, boolean duplicates) {
    keys.add(key);
    many.add(duplicates);
    tables.add(new TreeMap<>());
    return this;
  }

  /** What its description says besides. */
  public IndexedFile with(
      boolean variable, boolean optional, Field<?> status, Number<?> depending) {
    set(variable, optional, status, depending);
    return this;
  }

  @Override
  void opened(String mode) throws IOException {
    records.clear();
    tables.forEach(Map::clear);
    place = null;
    last = NONE;
    if (!mode.equals(OUTPUT) && Files.exists(path())) {
      load();
    } else {
      save();
    }
    if (mode.equals(EXTEND) && !tables.get(0).isEmpty()) {
      last = tables.get(0).lastEntry().getValue();
    }
  }

  private void load() throws IOException {
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path())))) {
      for (int left = in.readInt(); left > 0; left--) {
        byte[] data = in.readNBytes(in.readInt());
        byte[] prime = former(0, data);
        records.put(prime, data);
        tables.get(0).put(new Entry(prime, 0), prime);
        for (int nth = 1; nth < keys.size(); nth++) {
          tables.get(nth).put(new Entry(former(nth, data), in.readLong()), prime);
        }
      }
    }
  }

  private void save() throws IOException {
    Path beside = Path.of(path() + ".new");
    try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(beside)))) {
      out.writeInt(records.size());
      for (Map.Entry<byte[], byte[]> one : records.entrySet()) {
        out.writeInt(one.getValue().length);
        out.write(one.getValue());
        for (int nth = 1; nth < keys.size(); nth++) {
          out.writeLong(entry(nth, former(nth, one.getValue()), one.getKey()).turn);
        }
      }
    }
    Files.move(beside, path(), StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  void closed() throws IOException {
    if (!mode.equals(INPUT)) {
      save();
    }
  }

  private byte[] value(int nth) {
    return keys.get(nth).storage.read(keys.get(nth).offset, keys.get(nth).size());
  }

  /** A key as a stored record has it. */
  private byte[] former(int nth, byte[] data) {
    int start = keys.get(nth).offset;
    return Arrays.copyOfRange(data, start, start + keys.get(nth).size());
  }

  /** Which key a field is, or begins. */
  private int number(Field<?> key) {
    int found = -1;
    for (int nth = keys.size() - 1; key != null && nth >= 0; nth--) {
      Field<?> one = keys.get(nth);
      boolean same = one.size() == key.size();
      if (one.offset == key.offset && (same || (found < 0 && one.size() > key.size()))) {
        found = nth;
      }
    }
    return Math.max(found, 0);
  }

  private String got(int nth, Map.Entry<Entry, byte[]> row) {
    take(records.get(row.getValue()));
    place = new Place(nth, row.getKey(), false);
    last = row.getValue();
    return "00";
  }

  @Override
  String followed(boolean forward) {
    int nth = place == null ? 0 : place.key;
    NavigableMap<Entry, byte[]> table =
        forward ? tables.get(nth) : tables.get(nth).descendingMap();
    Map.Entry<Entry, byte[]> row;
    if (place == null) {
      row = table.firstEntry();
    } else {
      row = place.first ? table.ceilingEntry(place.entry) : table.higherEntry(place.entry);
    }
    if (row != null) {
      return got(nth, row);
    }
    ended |= forward;
    begun |= !forward;
    byte[] highest = new byte[keys.get(nth).size()];
    Arrays.fill(highest, (byte) 0xFF);
    Entry end = forward ? new Entry(highest, Long.MAX_VALUE) : new Entry(NONE, -1);
    place = new Place(nth, end, false);
    return "10";
  }

  /** The first entry of a value, or null. */
  private Map.Entry<Entry, byte[]> first(int nth, byte[] value) {
    Map.Entry<Entry, byte[]> row = tables.get(nth).ceilingEntry(new Entry(value, 0));
    return row != null && Arrays.equals(row.getKey().value, value) ? row : null;
  }

  @Override
  String found(Field<?> key) {
    int nth = number(key);
    Map.Entry<Entry, byte[]> row = first(nth, value(nth));
    if (row != null) {
      return got(nth, row);
    }
    place = new Place(nth, new Entry(value(nth), 0), false);
    return "23";
  }

  @Override
  String sought(String relation, Field<?> key) {
    int nth = number(key);
    int size = key == null ? keys.get(nth).size() : key.size();
    byte[] wanted = Arrays.copyOf(value(nth), size);
    byte[] above = Arrays.copyOf(wanted, keys.get(nth).size());
    Arrays.fill(above, size, above.length, (byte) 0xFF);
    Entry low = new Entry(wanted, 0);
    Entry high = new Entry(above, Long.MAX_VALUE);
    NavigableMap<Entry, byte[]> table = tables.get(nth);
    Map.Entry<Entry, byte[]> row =
        switch (relation) {
          case ">" -> table.higherEntry(high);
          case "<" -> table.lowerEntry(low);
          case "<=" -> table.floorEntry(high);
          default -> table.ceilingEntry(low);
        };
    if (row != null && relation.equals("=") && !starts(row.getKey().value, wanted)) {
      row = null;
    }
    place = row == null ? new Place(nth, low, false) : new Place(nth, row.getKey(), true);
    return row == null ? "23" : "00";
  }

  private static boolean starts(byte[] value, byte[] with) {
    return Arrays.equals(value, 0, with.length, with, 0, with.length);
  }

  @Override
  String added(int size) {
    byte[] prime = value(0);
    int order = Arrays.compareUnsigned(prime, last);
    if (isSequential() && (order < 0 || (order == 0 && mode.equals(OUTPUT)))) {
      return "21";
    }
    if (records.containsKey(prime) || taken(prime)) {
      return "22";
    }
    records.put(prime, area.read(0, size));
    boolean twice = false;
    tables.get(0).put(new Entry(prime, 0), prime);
    for (int nth = 1; nth < keys.size(); nth++) {
      twice |= enter(nth, prime);
    }
    last = isSequential() ? prime : last;
    return twice ? "02" : "00";
  }

  /** Whether another record has one of the alternate keys, and may not. */
  private boolean taken(byte[] prime) {
    for (int nth = 1; nth < keys.size(); nth++) {
      Map.Entry<Entry, byte[]> row = many.get(nth) ? null : first(nth, value(nth));
      if (row != null && !Arrays.equals(row.getValue(), prime)) {
        return true;
      }
    }
    return false;
  }

  /** Puts a record among those of an alternate key, and says whether others have the same. */
  private boolean enter(int nth, byte[] prime) {
    byte[] value = value(nth);
    Entry before = tables.get(nth).floorKey(new Entry(value, Long.MAX_VALUE));
    boolean twice = before != null && Arrays.equals(before.value, value);
    tables.get(nth).put(new Entry(value, twice ? before.turn + 1 : 0), prime);
    return twice;
  }

  private Entry entry(int nth, byte[] value, byte[] prime) {
    Entry low = new Entry(value, 0);
    for (var one : tables.get(nth).subMap(low, true, new Entry(value, Long.MAX_VALUE), true).entrySet()) {
      if (Arrays.equals(one.getValue(), prime)) {
        return one.getKey();
      }
    }
    throw new IllegalStateException("a record without its alternate key");
  }

  @Override
  String replaced(int size) {
    byte[] prime = value(0);
    if (isSequential() && !Arrays.equals(prime, last)) {
      return "21";
    }
    if (taken(prime)) {
      return "22";
    }
    byte[] former = records.get(prime);
    if (former == null) {
      return "23";
    }
    records.put(prime, area.read(0, size));
    boolean twice = false;
    for (int nth = 1; nth < keys.size(); nth++) {
      byte[] old = former(nth, former);
      if (!Arrays.equals(old, value(nth))) {
        tables.get(nth).remove(entry(nth, old, prime));
        twice |= enter(nth, prime);
      }
    }
    return twice ? "02" : "00";
  }

  @Override
  String removed() {
    byte[] prime = isSequential() ? last : value(0);
    byte[] former = records.remove(prime);
    if (former == null) {
      return "23";
    }
    tables.get(0).remove(new Entry(prime, 0));
    for (int nth = 1; nth < keys.size(); nth++) {
      tables.get(nth).remove(entry(nth, former(nth, former), prime));
    }
    return "00";
  }
}
