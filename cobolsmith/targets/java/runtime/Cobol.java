package cobol;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What statements are made of: figurative constants, tests, DISPLAY, INSPECT and the like. */
public final class Cobol {
  /** SPACES. */
  public static final Figurative SPACES = new Figurative(" ");

  /** ZEROS. */
  public static final Figurative ZEROS = new Figurative("0");

  /** HIGH-VALUES. */
  public static final Figurative HIGH_VALUES = new Figurative("\u00ff");

  /** LOW-VALUES. */
  public static final Figurative LOW_VALUES = new Figurative("\0");

  /** QUOTES. */
  public static final Figurative QUOTES = new Figurative("\"");

  private static final Map<Integer, Boolean> SWITCHES = new HashMap<>();

  private Cobol() {}

  /** ALL of a literal. */
  public static Figurative allOf(String text) {
    return new Figurative(text);
  }

  /** Values from one to another, for a condition-name. */
  public static Range range(Object from, Object to) {
    return new Range(from, to);
  }

  /** DECIMAL-POINT IS COMMA, CURRENCY SIGN. */
  public static void useSigns(String point, String comma, String currency) {
    Editing.point = point.charAt(0);
    Editing.comma = comma.charAt(0);
    Editing.currency = currency.charAt(0);
  }

  /** Lets a collating sequence hold; without places that of the codes. */
  public static void useCollation(String... places) {
    Comparing.collation = places.length == 0 ? null : Comparing.inOrder(places);
  }

  /** Compares two operands. */
  public static int compare(Object left, Object right) {
    return Comparing.compare(left, right);
  }

  /** IS NUMERIC. */
  public static boolean isNumeric(Field<?> field) {
    if (field instanceof Binary || field instanceof Floating) {
      return field instanceof Binary;
    }
    if (field instanceof Packed packed) {
      return packed.isNumeric();
    }
    String text = field.text();
    if (field instanceof Zoned zoned && zoned.signed) {
      int at = zoned.isLeading() ? 0 : text.length() - 1;
      char last = text.charAt(at);
      String rest = text.substring(0, at) + text.substring(at + 1);
      boolean sign = last == '+' || last == '-';
      boolean digit = (last >= '0' && last <= '9') || (last >= 'p' && last <= 'y');
      return (zoned.isSeparate() ? sign : digit) && rest.matches("[0-9]*");
    }
    return text.matches("[0-9]*");
  }

  /** IS NUMERIC, of a function's text. */
  public static boolean isNumeric(String text) {
    return text.matches("[0-9]*");
  }

  /** IS ALPHABETIC. */
  public static boolean isAlphabetic(Object operand) {
    return textOf(operand, 1).matches("[A-Za-z ]*");
  }

  /** IS ALPHABETIC-LOWER. */
  public static boolean isAlphabeticLower(Object operand) {
    return textOf(operand, 1).matches("[a-z ]*");
  }

  /** IS ALPHABETIC-UPPER. */
  public static boolean isAlphabeticUpper(Object operand) {
    return textOf(operand, 1).matches("[A-Z ]*");
  }

  /** A class of SPECIAL-NAMES. */
  public static boolean isMadeOf(Object operand, String characters) {
    return textOf(operand, 1).chars().allMatch(one -> characters.indexOf(one) >= 0);
  }

  /** Whether a switch is on; COB_SWITCH_n of the environment sets it at first. */
  public static boolean isOn(int number) {
    return SWITCHES.computeIfAbsent(
        number,
        one -> {
          String given = System.getenv().getOrDefault("COB_SWITCH_" + one, "").toUpperCase();
          return given.matches("1|ON|Y|YES|TRUE");
        });
  }

  /** SET a switch ON or OFF. */
  public static void setSwitch(int number, boolean on) {
    SWITCHES.put(number, on);
  }

  /** MOVE a value to every occurrence of a table's item. */
  public static void fill(Field<?> field, Object value) {
    field.every().forEach(one -> one.move(value));
  }

  /** SEARCH ALL: looks for an occurrence by halves; the index stays at it. */
  public static boolean searchAll(
      Number<?> index, int count, BooleanSupplier found, BooleanSupplier before) {
    int low = 0;
    int high = count + 1;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      index.store(Numbers.num(middle));
      if (found.getAsBoolean()) {
        return true;
      }
      if (before.getAsBoolean()) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return false;
  }

  /** DISPLAY. */
  public static void display(Object... values) {
    Console.write(false, true, values);
  }

  /** DISPLAY WITH NO ADVANCING. */
  public static void displayWithoutAdvancing(Object... values) {
    Console.write(false, false, values);
  }

  /** DISPLAY UPON SYSERR. */
  public static void displayError(Object... values) {
    Console.write(true, true, values);
  }

  /** DISPLAY UPON SYSERR WITH NO ADVANCING. */
  public static void displayErrorWithoutAdvancing(Object... values) {
    Console.write(true, false, values);
  }

  /** ACCEPT. */
  public static void accept(Field<?> field) {
    Console.accept(field);
  }

  /** ACCEPT FROM DATE, DAY, TIME or DAY-OF-WEEK. */
  public static void acceptDate(Field<?> field, String form) {
    Console.acceptDate(field, form);
  }

  /** STOP with a literal: waits for a line of standard input. */
  public static void awaitEnter() {
    Console.line();
  }

  /** DISPLAY UPON ENVIRONMENT-NAME: what ACCEPT FROM ENVIRONMENT-VALUE asks for. */
  public static void nameEnvironment(Object... names) {
    Console.named = Console.text(names);
  }

  /** ACCEPT FROM an environment variable, spaces where there is none; whether there is. */
  public static boolean acceptEnvironment(Field<?> field, Object name) {
    String text = System.getenv(Console.text(name).stripTrailing());
    field.move(text == null || text.isEmpty() ? " " : text);
    return text != null;
  }

  /** ACCEPT FROM ENVIRONMENT-VALUE. */
  public static boolean acceptEnvironmentValue(Field<?> field) {
    return acceptEnvironment(field, Console.named);
  }

  /** ACCEPT FROM COMMAND-LINE: all arguments of the program. */
  public static void acceptCommandLine(Field<?> field) {
    String text = String.join(" ", Console.arguments);
    field.move(text.isEmpty() ? " " : text);
  }

  /** ACCEPT FROM ARGUMENT-NUMBER: how many arguments there are. */
  public static void acceptArgumentNumber(Field<?> field) {
    field.move(Numbers.num(Console.arguments.length));
  }

  /** ACCEPT FROM ARGUMENT-VALUE: the next argument; whether there is one. */
  public static boolean acceptArgument(Field<?> field) {
    if (Console.taken >= Console.arguments.length) {
      return false;
    }
    String text = Console.arguments[Console.taken++];
    field.move(text.isEmpty() ? " " : text);
    return true;
  }

  /** INSPECT. */
  public static Inspect inspect(Field<?> field) {
    return new Inspect(field);
  }

  /** STRING. */
  public static StringInto stringInto(Field<?> target, Number<?> pointer) {
    return new StringInto(target, pointer);
  }

  /** UNSTRING. */
  public static Unstring unstring(Object source, Number<?> pointer, Number<?> tally) {
    return new Unstring(source, pointer, tally);
  }

  static String textOf(Object operand, int size) {
    if (operand instanceof Field<?> field) {
      return field.text();
    }
    if (operand instanceof Figurative constant) {
      return size > 1 ? constant.filled(size) : constant.pattern;
    }
    return operand.toString();
  }
}
