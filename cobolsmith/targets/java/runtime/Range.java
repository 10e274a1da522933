package cobol;

/** Values of a condition-name from one to another. */
public record Range(Object from, Object to) {}
