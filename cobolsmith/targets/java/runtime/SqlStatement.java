package cobol;

import cobol.Answers.Named;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** An EXEC SQL statement being put together: host variables in their order, then {@code run}. */
public final class SqlStatement {
  /** A host variable: its bytes, the field of its value, a VARCHAR's length, its indicator. */
  static final class Host {
    private final Field<?> whole;
    private final Field<?> field;
    private final Number<?> length;
    private Number<?> indicator;

    Host(Field<?> whole, Field<?> field, Number<?> length) {
      this.whole = whole;
      this.field = field;
      this.length = length;
    }

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
  private Host last;

  SqlStatement(Sql sql, String name, Work work) {
    this.sql = sql;
    this.name = name;
    this.work = work;
    named.add(new Named(sql.code, true));
  }

  /** A host variable that the database is given. */
  public SqlStatement given(Field<?> field) {
    return enter(values, new Host(field, field, null), false);
  }

  /** A VARCHAR that the database is given. */
  public SqlStatement givenVarying(Field<?> whole, Number<?> length, Field<?> text) {
    return enter(values, new Host(whole, text, length), false);
  }

  /** A host variable that gets a value. */
  public SqlStatement into(Field<?> field) {
    return enter(receivers, new Host(field, field, null), true);
  }

  /** A VARCHAR that gets a value. */
  public SqlStatement intoVarying(Field<?> whole, Number<?> length, Field<?> text) {
    return enter(receivers, new Host(whole, text, length), true);
  }

  /** A structure that the block names; its members follow, bound or filled. */
  public SqlStatement naming(Field<?> whole, boolean receives) {
    named.add(new Named(whole, receives));
    return this;
  }

  /** A member of a structure that gets values. */
  public SqlStatement filled(Field<?> field) {
    receivers.add(new Host(field, field, null));
    return this;
  }

  /** A VARCHAR of a structure that gets values. */
  public SqlStatement filledVarying(Field<?> whole, Number<?> length, Field<?> text) {
    receivers.add(new Host(whole, text, length));
    return this;
  }

  /** A host variable of a cursor's query, or a member of a structure. */
  public SqlStatement bound(Field<?> field) {
    return bind(new Host(field, field, null));
  }

  /** A VARCHAR of a cursor's query. */
  public SqlStatement boundVarying(Field<?> whole, Number<?> length, Field<?> text) {
    return bind(new Host(whole, text, length));
  }

  /** The indicator of the host variable before. */
  public SqlStatement indicator(Number<?> field) {
    last.indicator = field;
    Named before = named.get(named.size() - 1);
    if (before.field() == last.whole) {
      named.add(new Named(field, before.receives()));
    }
    return this;
  }

  private SqlStatement bind(Host host) {
    last = host;
    values.add(host);
    return this;
  }

  private SqlStatement enter(List<Host> where, Host host, boolean receives) {
    last = host;
    where.add(host);
    named.add(new Named(host.whole, receives));
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
