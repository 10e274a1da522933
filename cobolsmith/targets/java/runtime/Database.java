package cobol;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database of a run: a JDBC connection, and what its errors mean to COBOL.
 *
 * <p>COBOL_DATABASE names a SQLite file, or a PostgreSQL database as postgresql://user@host/name, or
 * is a JDBC address; its driver must be on the class path. For a schema S of SQLite, COBOL_SCHEMA_S
 * names a file of its own.
 */
final class Database {
  private static final Pattern ADDRESS =
      Pattern.compile("postgres(?:ql)?://(?:([^:@/]+)(?::([^@/]*))?@)?([^?]*)(?:\\?(.*))?");
  private static final Map<String, Meaning> MEANINGS =
      Map.ofEntries(
          means("22001", -302, "22001"),
          means("22003", -413, "22003"),
          means("22012", -802, "22012"),
          means("23502", -407, "23502"),
          means("23503", -530, "23503"),
          means("23505", -803, "23505"),
          means("23514", -545, "23513"),
          means("40001", -911, "40001"),
          means("40P01", -911, "40001"),
          means("42703", -206, "42703"),
          means("42P01", -204, "42704"));
  private static final String[][] SAID = {
    {"NOT NULL", "23502"},
    {"FOREIGN KEY", "23503"},
    {"UNIQUE", "23505"},
    {"CHECK", "23514"},
    {"NO SUCH TABLE", "42P01"},
    {"NO SUCH COLUMN", "42703"}
  };
  private static Connection connection;
  private static boolean saves;

  /** Db2's SQLCODE and SQLSTATE for an error. */
  record Meaning(int code, String state) {}

  /** An operation on the database. */
  interface Operation<T> {
    T done() throws SQLException;
  }

  private Database() {}

  private static Map.Entry<String, Meaning> means(String state, int code, String ours) {
    return Map.entry(state, new Meaning(code, ours));
  }

  /** Lets programs work on a connection. */
  static void use(Connection given) {
    connection = given;
    saves = given.getClass().getName().startsWith("org.postgresql.");
  }

  /** The connection, made where there is none yet. */
  static Connection connected() throws SQLException {
    if (connection == null) {
      String address = System.getenv("COBOL_DATABASE");
      use(DriverManager.getConnection(jdbc(address == null ? "database.sqlite" : address)));
      if (connection.getMetaData().getURL().startsWith("jdbc:sqlite:")) {
        attach();
      }
      connection.setAutoCommit(false);
    }
    return connection;
  }

  private static String jdbc(String address) {
    Matcher found = ADDRESS.matcher(address);
    if (!found.matches()) {
      return address.startsWith("jdbc:") ? address : "jdbc:sqlite:" + address;
    }
    StringBuilder made = new StringBuilder("jdbc:postgresql://" + found.group(3));
    made.append("?stringtype=unspecified");
    String[] keys = {"&user=", "&password=", "", "&"};
    for (int i = 0; i < keys.length; i++) {
      if (!keys[i].isEmpty() && found.group(i + 1) != null) {
        made.append(keys[i]).append(found.group(i + 1));
      }
    }
    return made.toString();
  }

  private static void attach() throws SQLException {
    for (Map.Entry<String, String> one : System.getenv().entrySet()) {
      if (one.getKey().startsWith("COBOL_SCHEMA_")) {
        String schema = one.getKey().substring("COBOL_SCHEMA_".length());
        try (PreparedStatement statement =
            connection.prepareStatement("ATTACH ? AS \"" + schema + "\"")) {
          statement.setString(1, one.getValue());
          statement.execute();
        }
      }
    }
  }

  /** What an operation gives; one that failed has changed nothing. */
  static <T> T saving(Operation<T> operation) throws SQLException {
    if (!saves) {
      return operation.done();
    }
    Savepoint before = connection.setSavepoint();
    try {
      T done = operation.done();
      connection.releaseSavepoint(before);
      return done;
    } catch (SQLException error) {
      connection.rollback(before);
      throw error;
    }
  }

  /** What a driver's error means; -1 and its own state for others. */
  static Meaning meaning(SQLException error) {
    String state = error.getSQLState();
    String said = String.valueOf(error.getMessage()).toUpperCase(Locale.ROOT);
    for (int i = 0; state == null && i < SAID.length; i++) {
      state = said.contains(SAID[i][0]) ? SAID[i][1] : null;
    }
    state = state == null ? "58004" : state;
    return MEANINGS.getOrDefault(state, new Meaning(-1, state));
  }

  /** Ends the run's work: commits it, or rolls it back. */
  static void leave(boolean inOrder) {
    try {
      if (connection != null && inOrder) {
        connection.commit();
      } else if (connection != null) {
        connection.rollback();
      }
    } catch (SQLException error) {
      throw new RunError(error.getMessage());
    }
  }
}
