package cobol;

import cobol.Answers.Named;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** An EXEC SQL statement being put together: host variables in their order, then {@code run}. */
public final class SqlStatement {
  /** A host variable: its bytes, the field of its value, a VARCHAR's length, its indicator. */
  record Host(Field<?> whole, Field<?> field, Number<?> length, Number<?> indicator) {
    /** What the database is given. */
    Object value() {
      if (indicator != null && indicator.intValue() < 0) {
        return null;
      }
      if (length != null) {
        return field.text().substring(0, length.intValue());
      }
      return field.isNumber() ? field.value() : field.text().stripTrailing();
    }

    /** Takes what the database gives; false for a NULL without an indicator. */
    boolean receive(Object value) {
      if (indicator != null) {
        indicator.store(Numbers.num(value == null ? -1 : 0));
      }
      if (value == null) {
        return indicator != null;
      }
      if (field instanceof Number<?> number) {
        number.store(new BigDecimal(value.toString()));
        return true;
      }
      String text = value.toString();
      field.move(text.isEmpty() ? " " : text);
      if (length != null) {
        length.store(Numbers.num(Math.min(text.length(), field.size())));
      }
      return true;
    }
  }

  /** What a statement does with the values it is given, and the variables that get some. */
  interface Work {
    void done(List<Object> values, List<Host> into) throws SQLException;
  }

  private final Sql sql;
  private final String name;
  private final Work work;
  private final List<Host> values = new ArrayList<>();
  private final List<Host> receivers = new ArrayList<>();
  private final List<Named> named = new ArrayList<>();

  SqlStatement(Sql sql, String name, Work work) {
    this.sql = sql;
    this.name = name;
    this.work = work;
    named.add(new Named(sql.code, true));
  }

  /** A host variable that the database is given. */
  public SqlStatement given(Field<?> field, Number<?> indicator) {
    return enter(values, new Host(field, field, null, indicator), false);
  }

  /** A VARCHAR that the database is given. */
  public SqlStatement givenVarying(
      Field<?> whole, Number<?> length, Field<?> text, Number<?> indicator) {
    return enter(values, new Host(whole, text, length, indicator), false);
  }

  /** A host variable that gets a value. */
  public SqlStatement into(Field<?> field, Number<?> indicator) {
    return enter(receivers, new Host(field, field, null, indicator), true);
  }

  /** A VARCHAR that gets a value. */
  public SqlStatement intoVarying(
      Field<?> whole, Number<?> length, Field<?> text, Number<?> indicator) {
    return enter(receivers, new Host(whole, text, length, indicator), true);
  }

  /** A host variable of a cursor's query. */
  public SqlStatement bound(Field<?> field, Number<?> indicator) {
    values.add(new Host(field, field, null, indicator));
    return this;
  }

  /** A VARCHAR of a cursor's query. */
  public SqlStatement boundVarying(
      Field<?> whole, Number<?> length, Field<?> text, Number<?> indicator) {
    values.add(new Host(whole, text, length, indicator));
    return this;
  }

  private SqlStatement enter(List<Host> where, Host host, boolean receives) {
    where.add(host);
    named.add(new Named(host.whole(), receives));
    if (host.indicator() != null) {
      named.add(new Named(host.indicator(), receives));
    }
    return this;
  }

  /** Carries the statement out, and sets the SQLCA. */
  public void run() {
    if (sql.answers != null) {
      sql.answers.answer(name, named);
      return;
    }
    List<Object> given = new ArrayList<>();
    values.forEach(one -> given.add(one.value()));
    try {
      sql.ended(0, 0);
      work.done(given, receivers);
    } catch (SQLException error) {
      sql.failed(error);
    }
  }
}
