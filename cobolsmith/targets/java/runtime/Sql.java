package cobol;

import cobol.SqlStatement.Host;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * EXEC SQL on a JDBC connection: a program's cursors and its SQLCA.
 *
 * <p>The connection is that of {@link #use}, else that of COBOL_DATABASE; see {@link Database}. A run
 * that ends in order commits, another one rolls back. Characters go to the database without the
 * blanks at their end.
 */
public final class Sql {
  private static final int NOT_FOUND = 100;
  private static final int CURSOR_CLOSED = -501;
  private static final Map<Integer, String> STATES =
      Map.of(0, "00000", NOT_FOUND, "02000", -305, "22002", -811, "21000", CURSOR_CLOSED, "24501");

  /** A cursor that is open. */
  private record Cursor(PreparedStatement statement, ResultSet rows, boolean holds) {}

  final Number<?> code;
  final Answers answers = "answered".equals(System.getenv("COBOL_SQL")) ? new Answers() : null;
  private final Field<?> state;
  private final Number<?> rows;
  private final Number<?> length;
  private final Field<?> message;
  private final Map<String, Cursor> cursors = new HashMap<>();

  Sql(Number<?> code, Field<?> state, Number<?> rows, Number<?> length, Field<?> message) {
    this.code = code;
    this.state = state;
    this.rows = rows;
    this.length = length;
    this.message = message;
  }

  /** Lets programs work on a connection. */
  public static void use(Connection given) {
    Database.use(given);
  }

  /** SELECT INTO: one row. */
  public SqlStatement select(String text, String name) {
    return new SqlStatement(
        this,
        name,
        (values, into) -> {
          try (PreparedStatement statement = prepared(text, values);
              ResultSet found = Database.saving(statement::executeQuery)) {
            if (!found.next()) {
              ended(NOT_FOUND, 0);
              return;
            }
            receive(found, into);
            if (found.next()) {
              ended(-811, 0);
            }
          }
        });
  }

  /** INSERT, UPDATE, DELETE, MERGE. */
  public SqlStatement change(String text, String name) {
    return new SqlStatement(
        this,
        name,
        (values, into) -> {
          try (PreparedStatement statement = prepared(text, values)) {
            int count = Database.saving(statement::executeUpdate);
            ended(count > 0 ? 0 : NOT_FOUND, count);
          }
        });
  }

  /** OPEN a cursor, which a COMMIT closes unless it {@code holds}. */
  public SqlStatement open(String cursor, String text, boolean holds, String name) {
    return new SqlStatement(
        this,
        name,
        (values, into) -> {
          if (cursors.containsKey(cursor)) {
            ended(-502, 0);
            return;
          }
          PreparedStatement statement = prepared(text, values);
          ResultSet rows = Database.saving(statement::executeQuery);
          cursors.put(cursor, new Cursor(statement, rows, holds));
        });
  }

  /** FETCH the next row. */
  public SqlStatement fetch(String cursor, String name) {
    return new SqlStatement(
        this,
        name,
        (values, into) -> {
          Cursor one = cursors.get(cursor);
          if (one == null) {
            ended(CURSOR_CLOSED, 0);
          } else if (one.rows().next()) {
            receive(one.rows(), into);
          } else {
            ended(NOT_FOUND, 0);
          }
        });
  }

  /** CLOSE a cursor. */
  public SqlStatement close(String cursor, String name) {
    return new SqlStatement(
        this,
        name,
        (values, into) -> {
          if (!cursors.containsKey(cursor)) {
            ended(CURSOR_CLOSED, 0);
            return;
          }
          cursors.remove(cursor).statement().close();
        });
  }

  /** COMMIT. */
  public SqlStatement commit(String name) {
    return new SqlStatement(
        this,
        name,
        (values, into) -> {
          closeCursors(false);
          Database.connected().commit();
        });
  }

  /** ROLLBACK. */
  public SqlStatement rollback(String name) {
    return new SqlStatement(
        this,
        name,
        (values, into) -> {
          closeCursors(true);
          Database.connected().rollback();
        });
  }

  private void closeCursors(boolean all) throws SQLException {
    for (Cursor one : cursors.values()) {
      if (all || !one.holds()) {
        one.statement().close();
      }
    }
    cursors.values().removeIf(one -> all || !one.holds());
  }

  private static PreparedStatement prepared(String text, List<Object> values) throws SQLException {
    PreparedStatement statement = Database.connected().prepareStatement(text);
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
    return statement;
  }

  private void receive(ResultSet row, List<Host> into) throws SQLException {
    int columns = Math.min(into.size(), row.getMetaData().getColumnCount());
    for (int i = 0; i < columns; i++) {
      if (!into.get(i).receive(row.getString(i + 1))) {
        ended(-305, 0);
      }
    }
  }

  /** Sets SQLCODE, SQLSTATE and the rows that were changed. */
  void ended(int number, int changed) {
    code.store(Numbers.num(number));
    if (state != null) {
      state.move(STATES.getOrDefault(number, "58004"));
    }
    if (rows != null) {
      rows.store(Numbers.num(Math.max(changed, 0)));
    }
  }

  /** Sets the SQLCA to what a driver's error says. */
  void failed(SQLException error) {
    Database.Meaning meaning = Database.meaning(error);
    String text = String.valueOf(error.getMessage());
    ended(meaning.code(), 0);
    if (state != null) {
      state.move(meaning.state());
    }
    if (length != null && message != null) {
      length.store(Numbers.num(Math.min(text.length(), message.size())));
      message.move(text.isEmpty() ? " " : text);
    }
  }

  /** Ends the run's work: commits it, or rolls it back. */
  static void leave(boolean inOrder) {
    Database.leave(inOrder);
  }
}
