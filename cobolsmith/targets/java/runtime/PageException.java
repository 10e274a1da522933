package cobol;

import java.io.IOException;

/** The measures of a page (LINAGE) can't be. */
final class PageException extends IOException {
  private static final long serialVersionUID = 1;
}
