package cobol;

/** Numeric editing: digits into a PICTURE such as {@code Z,ZZ9.99-}, and back. */
final class Editing {
  static char point = '.';
  static char comma = ',';
  static char currency = '$';

  private final String shape;
  private final String digits;
  private final boolean negative;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int end = -1;
  private char pad = ' ';
  private boolean suppressing = true;
  private boolean zero = true;
  private int pointAt = -2;
  private boolean behindDigits;
  private int trailing;
  private char sign;
  private char money;
  private boolean signCameFirst;
  private boolean floats;
  private int fixedAt = -1;
  private char fixed;

  private Editing(String shape, Image image) {
    this.shape = shape;
    digits = image.digits();
    at = digits.length() - image.scale() - left(shape);
    negative = image.sign() < 0;
  }

  /** A number in the form of a PICTURE. */
  static String edit(Image image, String picture, boolean blankWhenZero) {
    Editing editing = new Editing(symbols(picture), image);
    editing.walk();
    if (editing.suppressing || (editing.zero && blankWhenZero)) {
      return editing.suppressed(blankWhenZero);
    }
    return editing.finished();
  }

  /** A PICTURE with its repetitions written out; C and D stand for CR and DB. */
  static String symbols(String picture) {
    StringBuilder found = new StringBuilder();
    String text = picture.toUpperCase().replace("CR", "C").replace("DB", "D");
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '(') {
        int close = text.indexOf(')', i);
        int count = Integer.parseInt(text.substring(i + 1, close));
        found.append(String.valueOf(text.charAt(i - 1)).repeat(count - 1));
        i = close;
      } else {
        found.append(text.charAt(i));
      }
    }
    return found.toString();
  }

  private static int left(String shape) {
    int count = 0;
    boolean seen = false;
    for (char symbol : shape.toCharArray()) {
      if (symbol == 'V' || symbol == point || (symbol == 'P' && count == 0)) {
        break;
      }
      if ("9Z*P".indexOf(symbol) >= 0) {
        count++;
        seen = true;
      } else if (!seen && (symbol == '+' || symbol == '-' || symbol == currency)) {
        count++;
      }
    }
    return count;
  }

  private char digit() {
    char found = at >= 0 && at < digits.length() ? digits.charAt(at) : '0';
    at++;
    if (found != '0') {
      zero = false;
      suppressing = false;
    }
    return found;
  }

  private void walk() {
    boolean onlyLeft = shape.replaceFirst("^[SV]*", "").startsWith("P");
    for (int i = 0; i < shape.length(); i++) {
      char symbol = shape.charAt(i);
      boolean repeated = i + 1 < shape.length() && shape.charAt(i + 1) == symbol;
      if (symbol == '9') {
        out.append(digit());
        suppressing = false;
        behindDigits = true;
      } else if (symbol == 'Z' || symbol == '*') {
        char found = digit();
        pad = symbol == '*' ? '*' : ' ';
        out.append(suppressing ? pad : found);
        behindDigits = true;
      } else if (symbol == '+' || symbol == '-' || symbol == currency) {
        symbol(symbol, repeated);
      } else if (symbol == 'P') {
        at += onlyLeft ? 1 : 0;
      } else {
        insertion(symbol);
      }
    }
  }

  private void insertion(char symbol) {
    if (symbol == 'V') {
      pointAt = out.length() - 1;
    } else if (symbol == point) {
      pointAt = out.length();
      out.append(symbol);
    } else if (symbol == 'C' || symbol == 'D') {
      end = out.length();
      out.append(!negative || zero ? "  " : symbol == 'C' ? "CR" : "DB");
    } else if (symbol == 'B' || symbol == comma) {
      out.append(suppressing ? pad : symbol);
    } else {
      out.append(symbol);
    }
  }

  private void symbol(char symbol, boolean repeated) {
    char found = digit();
    boolean isMoney = symbol == currency;
    if (behindDigits) {
      out.append(isMoney ? symbol : signed(symbol));
      trailing++;
    } else if (out.length() == 0 || suppressing) {
      out.append(pad);
      if (isMoney) {
        money = symbol;
      } else {
        sign = symbol;
        signCameFirst |= money == 0;
      }
    } else {
      out.append(found);
    }
    if (repeated || (fixedAt >= 0 && fixed == symbol)) {
      floats = true;
    } else if (!behindDigits) {
      if (fixedAt >= 0) {
        out.setCharAt(fixedAt, fixed);
      }
      fixedAt = out.length() - 1;
      fixed = symbol;
    }
  }

  private char signed(char symbol) {
    if (negative && !zero) {
      return '-';
    }
    return symbol == '+' ? '+' : ' ';
  }

  private String suppressed(boolean blank) {
    if (pad == ' ' || blank) {
      return " ".repeat(out.length());
    }
    StringBuilder text = new StringBuilder();
    for (char one : out.toString().toCharArray()) {
      text.append(one == point ? one : pad);
    }
    return text.toString();
  }

  private String finished() {
    int stop = (end < 0 ? out.length() : end) - trailing;
    if (pointAt > -2) {
      for (int i = pointAt + 1; i < stop; i++) {
        if ("0123456789,+-/B".indexOf(out.charAt(i)) < 0) {
          out.setCharAt(i, '0');
        }
      }
    }
    if (sign != 0 || money != 0) {
      putFloating(stop);
    }
    boolean begun = false;
    for (int i = 0; i < stop; i++) {
      if (out.charAt(i) == 'B') {
        out.setCharAt(i, begun ? ' ' : pad);
      } else {
        begun = true;
      }
    }
    return out.toString();
  }

  private void putFloating(int stop) {
    char shown = sign != 0 ? signed(sign) : 0;
    if (!floats) {
      out.setCharAt(fixedAt, fixed == currency ? money : shown);
      return;
    }
    int place = stop - 1;
    while (place > 0 && out.charAt(place) != ' ') {
      place--;
    }
    if (sign != 0 && money != 0) {
      out.setCharAt(place, signCameFirst ? money : shown);
    } else {
      out.setCharAt(place, sign != 0 ? shown : money);
    }
  }

  /** The number that an edited text shows. */
  static Image plain(String text, String picture) {
    StringBuilder digits = new StringBuilder();
    int scale = 0;
    int sign = 1;
    boolean right = false;
    for (char one : text.toCharArray()) {
      if (one >= '0' && one <= '9') {
        digits.append(one);
        scale += right ? 1 : 0;
      } else if (one == point) {
        right = true;
      } else if (one == '-' || one == 'C') {
        sign = -1;
      }
    }
    return new Image(digits.toString(), scale != 0 ? scale : hiddenScale(picture, right), sign);
  }

  private static int hiddenScale(String picture, boolean right) {
    int scale = 0;
    int count = 0;
    for (char symbol : symbols(picture).toCharArray()) {
      if ("90Z*".indexOf(symbol) >= 0) {
        scale += right ? 1 : 0;
        count += right ? 0 : 1;
      } else if (symbol == 'P') {
        right |= count == 0;
        scale += right && count == 0 ? 1 : -1;
      } else if (symbol == 'V') {
        right = true;
      }
    }
    return scale;
  }

  /** Characters in the form of an alphanumeric-edited PICTURE. */
  static String editText(String text, String picture) {
    StringBuilder found = new StringBuilder();
    int next = 0;
    for (char symbol : symbols(picture).toCharArray()) {
      if ("AX9".indexOf(symbol) >= 0) {
        found.append(next < text.length() ? text.charAt(next) : ' ');
        next++;
      } else {
        found.append(symbol == 'B' ? ' ' : symbol);
      }
    }
    return found.toString();
  }

  /** The number that characters spell, on so many positions; zero where they don't. */
  static Image spelt(String text, int digits, int scale) {
    Image none = new Image("0".repeat(digits), scale, 0);
    String body = text.replaceFirst("^[ \\t\\n\\x0B\\f\\r]+", "");
    int sign = 0;
    if (body.startsWith("+") || body.startsWith("-")) {
      sign = body.charAt(0) == '+' ? 1 : -1;
      body = body.substring(1);
    }
    int decimal = body.indexOf(point);
    String before = decimal < 0 ? body : body.substring(0, decimal);
    int whole = (int) before.chars().filter(one -> one >= '0' && one <= '9').count();
    int room = digits - scale;
    StringBuilder out = new StringBuilder("0".repeat(Math.max(room - whole, 0)));
    int surplus = Math.max(whole - room, 0);
    int points = 0;
    for (char one : body.toCharArray()) {
      if (out.length() >= digits) {
        break;
      }
      if (one >= '0' && one <= '9') {
        if (surplus > 0) {
          surplus--;
        } else {
          out.append(one);
        }
      } else if (one == point) {
        if (++points > 1) {
          return none;
        }
      } else if (surplus == 0 && " \t\n\u000B\f\r".indexOf(one) < 0 && one != comma) {
        return none;
      }
    }
    return new Image(out + "0".repeat(digits - out.length()), scale, sign);
  }
}
