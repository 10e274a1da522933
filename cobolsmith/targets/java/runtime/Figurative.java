package cobol;

/** A figurative constant, or ALL of a literal. */
public final class Figurative {
  final String pattern;

  Figurative(String pattern) {
    this.pattern = pattern;
  }

  /** The constant as long as what it stands beside. */
  String filled(int size) {
    return pattern.repeat(size / pattern.length() + 1).substring(0, size);
  }
}
