/* The JCL scanner: all lexing.
 *
 * A statement is `//`, a name, an operation, operands up to the first blank, and remarks. Operands that end with a
 * comma go on behind `//` and blanks on a later card; comments may lie between. Before a card whose operation ends a
 * step, a branch, a procedure or a job, each of them is ended by a zero-width token, which stands before the comments
 * of that card. So the end of a statement looks ahead to the next card's operation. Where that wasn't possible (behind
 * data) a call at a card does so, and if nothing ends it gives PEEKED, a zero-width token behind which comments and
 * cards are read one by one. Columns come from the lexer: a card's text is short, and what
 * stands behind it is one token, as are all lines of in-stream data. */
#include "state.h"
#include "operands.h"
#include "tree_sitter/alloc.h"

static bool scan_token(Scan *scan);

/* ---- in-stream data ---- */

/* Whether the data ends before the line at which the cursor is. Leaves the cursor in that line's first columns. */
static bool ends_data(Scan *scan, bool *delimiter) {
  Card *at = &scan->at;
  const Scanner *state = scan->state;
  *delimiter = false;
  if (end_of_text(at)) return true;
  int32_t c = look(at);
  if (c != state->dlm[0] && c != '/') return false;
  advance(at);
  *delimiter = c == state->dlm[0] && look(at) == state->dlm[1];
  return *delimiter || (c == '/' && look(at) == '/' && state->data == STAR && !state->own_dlm);
}

static bool scan_delimiter(Scan *scan) {
  Scanner *state = scan->state;
  advance(&scan->at);
  state->mode = IN_REMARKS;
  state->data = NO_DATA;
  state->operation = O_NONE;
  return emit_here(scan, DELIMITER);
}

/* Takes a line with its end, and those behind it up to the delimiter, as one token. */
static bool take_data(Scan *scan) {
  Card *at = &scan->at;
  bool delimiter = false;
  do {
    to_end_of_line(at);
    if (!end_of_text(at)) advance(at);
    mark(at);
  } while (!ends_data(scan, &delimiter));
  scan->state->mode = delimiter ? BEHIND_DATA : AT_CARD;
  return emit(scan, INSTREAM_DATA);
}

static bool scan_data(Scan *scan) {
  Card *at = &scan->at;
  bool delimiter = false;
  if (at->column && look(at) == '\n') step(at, true);
  mark(at);
  if (!ends_data(scan, &delimiter)) return take_data(scan);
  if (delimiter) return scan_delimiter(scan);
  scan->state->mode = AT_CARD;
  return emit(scan, PEEKED);
}

static bool scan_behind_data(Scan *scan) {
  advance(&scan->at);
  return scan_delimiter(scan);
}

static void begin_data(Scanner *state, uint8_t data) {
  state->data = data;
  state->own_dlm = false;
  memcpy(state->dlm, "/*", 2);
}

/* ---- the end of a line ---- */

/* Behind a line's end: whether the next card is `//`, blanks and text. A comment may come first where operands go on.
   (Operands should go on by column 16, but there is nothing else that text behind it could be. An operation is none.) */
static bool is_continued(Scan *scan) {
  Card *at = &scan->at;
  const Scanner *state = scan->state;
  bool operands = state->comma || state->condition;
  advance(at);
  for (int slash = 0; slash < 2; slash++) {
    if (look(at) != '/') return false;
    advance(at);
  }
  if (look(at) == '*') return operands;
  if (!is_blank(look(at))) return false;
  while (in_field(at) && is_blank(look(at))) advance(at);
  if (!in_field(at)) return false;
  Word word = read_word(at);
  return !OPERATIONS[find(&word, OPERATIONS)];
}

static bool is_listed(Card *at) {
  if (look(at) != 'X') return false;
  advance(at);
  return look(at) == 'X' || look(at) == '/';
}

/* The operation of the next card; comments and empty lines before it don't count. Moves the cursor over it. */
static uint8_t look_ahead(Scan *scan) {
  Card *at = &scan->at;
  for (;;) {
    while (!end_of_text(at) && (is_blank(look(at)) || look(at) == '\n')) advance(at);
    if (end_of_text(at)) return O_END;
    if (at->column || (look(at) != '/' && look(at) != 'X')) return O_NONE;
    if (is_listed(at)) {
      to_end_of_line(at);
      continue;
    }
    if (look(at) != '/') return O_NONE;
    advance(at);
    if (look(at) != '/') return O_NONE;
    advance(at);
    if (look(at) != '*') return read_operation(scan->state, at);
    to_end_of_line(at);
  }
}

static bool end_line(Scan *scan) {
  Scanner *state = scan->state;
  Card *at = &scan->at;
  bool continuable = state->comma || state->condition || state->marked;
  mark(at);
  if (continuable) {
    if (!end_of_text(at) && is_continued(scan)) {
      state->mode = CONTINUING;
      return emit(scan, PEEKED);
    }
    if (state->comma) {
      state->comma = false;
      state->mode = IN_REMARKS;
      return emit(scan, UNCONTINUED);
    }
  }
  open_scope(state);
  state->condition = state->marked = false;
  state->mode = state->data ? IN_DATA : AT_CARD;
  if (state->depth && !state->data && !continuable) {
    state->operation = look_ahead(scan);
    state->looked = true;
  }
  return emit(scan, LINE_END);
}

/* Behind column 71, or at the line's end. */
static bool scan_margin(Scan *scan) {
  Card *at = &scan->at;
  if (at->column == CONTINUATION_COLUMN && !end_of_line(at)) {
    bool marked = !is_blank(look(at));
    step(at, !marked);
    if (marked) {
      scan->state->marked = true;
      return emit_here(scan, CONTINUATION);
    }
  }
  while (!end_of_line(at) && is_blank(look(at))) step(at, true);
  if (end_of_line(at)) return end_line(scan);
  take_trimmed(at, UINT32_MAX);
  return emit(scan, IDENTIFICATION_AREA);
}

static bool scan_remarks(Scan *scan) {
  Card *at = &scan->at;
  skip_blanks(at);
  if (!in_field(at)) return scan_margin(scan);
  take_trimmed(at, CONTINUATION_COLUMN);
  return emit(scan, REMARKS);
}

/* ---- comments and other cards ---- */

static bool take_line(Scan *scan, uint16_t token) {
  mark(&scan->at);
  take_trimmed(&scan->at, UINT32_MAX);
  return emit(scan, token);
}

/* MAIN CLASS=A is JES3's, MAIN STEP OF THE JOB a comment. The cursor is behind the asterisk. */
static bool is_jes3(Card *at) {
  static const char *const PARAMETERS[] = {"MAIN", "FORMAT", "NET", "NETACCT", "DATASET", NULL};
  static const char *const ALONE[] = {"ENDDATASET", "ENDPROCESS", "PAUSE", NULL};
  Word word = read_word(at);
  bool parameters = PARAMETERS[find(&word, PARAMETERS)], alone = ALONE[find(&word, ALONE)];
  bool process = is(&word, "PROCESS"), route = is(&word, "ROUTE");
  if (!(parameters || alone || process || route)) return false;
  while (in_field(at) && is_blank(look(at))) advance(at);
  if (alone || process) {
    Word rest = read_word(at);
    while (in_field(at) && is_blank(look(at))) advance(at);
    return !in_field(at) && (process ? rest.length > 0 : !rest.length);
  }
  if (route) {
    Word xeq = read_word(at);
    return is(&xeq, "XEQ");
  }
  for (; in_word(at); advance(at))
    if (look(at) == '=' || look(at) == ',') return true;
  return false;
}

/* The cursor is behind `//`, at an asterisk. */
static bool scan_comment(Scan *scan) {
  Card *at = &scan->at;
  advance(at);
  bool jes3 = scan->state->mode == AT_CARD && is_jes3(at);
  return take_line(scan, jes3 ? JES3_STATEMENT : COMMENT);
}

/* The cursor is behind `/`, at an asterisk. */
static bool scan_jes2(Scan *scan) {
  static const char *const STATEMENTS[] = {"JOBPARM", "MESSAGE", "NETACCT", "NOTIFY", "OUTPUT", "PRIORITY", "ROUTE",
                                           "SETUP", "SIGNOFF", "SIGNON", "XEQ", "XMIT", NULL};
  Card *at = &scan->at;
  advance(at);
  mark(at);
  scan->state->looked = false;
  bool command = look(at) == '$';
  Word word = read_word(at);
  if (command || STATEMENTS[find(&word, STATEMENTS)]) return take_line(scan, JES2_STATEMENT);
  scan->state->operation = O_NONE;
  scan->state->mode = IN_REMARKS;
  return emit(scan, DELIMITER);
}

/* ---- a card ---- */

/* Ends one of those things that the next card ends. ELSE, ENDIF and PEND end one branch or procedure, and what is
   open in it. */
static bool close_one(Scan *scan) {
  Scanner *state = scan->state;
  if (state->unended) {
    state->unended = false;
    if (scan->valid[UNENDED]) return emit(scan, UNENDED);
  }
  while (state->depth && !state->closed && closes(state->scopes[state->depth - 1], state->operation)) {
    state->depth--;
    uint8_t scope = state->scopes[state->depth];
    state->closed = scope != O_EXEC && !ends_job(state->operation);
    state->unended = (scope == O_IF || scope == O_ELSE) && ends_job(state->operation);
    if (scan->valid[END] || scan->valid[ENDIF]) return emit(scan, END);
  }
  return false;
}

static bool scan_statement(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  uint8_t ahead = state->operation;
  mark(at);
  if (!state->looked) ahead = read_operation(state, at);
  uint8_t depth = state->depth, scopes[SCOPES_MAX];
  bool in_cntl = ahead == O_CNTL || (state->in_cntl && ahead != O_ENDCNTL);
  memcpy(scopes, state->scopes, SCOPES_MAX);
  memset(state, 0, sizeof *state);
  memcpy(state->scopes, scopes, SCOPES_MAX);
  state->depth = depth;
  state->in_cntl = in_cntl;
  state->operation = ahead;
  state->mode = ahead == O_NULL ? IN_REMARKS : AT_NAME;
  if (ahead == O_XMIT) begin_data(state, DATA);
  return emit(scan, CARD + ahead);
}

/* At the first column of a line, or at the end of the line before. */
static bool scan_card(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  if ((state->depth || state->unended) && !scan->recovering) {
    mark(at);
    if (state->looked && close_one(scan)) return true;
    if (!state->looked) {
      state->operation = look_ahead(scan);
      state->looked = true;
      return close_one(scan) || emit(scan, PEEKED);
    }
  }
  while (!end_of_text(at) && (is_blank(look(at)) || look(at) == '\n')) step(at, true);
  if (end_of_text(at)) return false;
  if (!at->column && look(at) == '/') {
    advance(at);
    if (look(at) == '*') return scan_jes2(scan);
    if (look(at) == '/') {
      advance(at);
      return look(at) == '*' ? scan_comment(scan) : scan_statement(scan);
    }
  } else if (!at->column && is_listed(at)) {
    return take_line(scan, LISTING_LINE);
  }
  begin_data(state, STAR);
  state->looked = false;
  return take_data(scan);
}

static bool scan_name(Scan *scan) {
  Card *at = &scan->at;
  scan->state->mode = AT_OPERATION;
  if (!in_word(at)) return scan_token(scan);
  while (in_word(at)) advance(at);
  return emit_here(scan, NAME);
}

static bool scan_operation(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  skip_blanks(at);
  if (!in_field(at) && state->operation != O_UNKNOWN) return scan_margin(scan);
  while (in_word(at)) advance(at);
  state->first = true;
  switch (state->operation) {
  case O_IF:
    state->condition = true;
    state->mode = IN_CONDITION;
    break;
  case O_SYSTEM: state->mode = IN_COMMAND; break;
  case O_UNKNOWN: state->mode = BEFORE_OPERANDS; return emit_here(scan, UNKNOWN_OPERATION);
  case O_PEND:
  case O_ELSE:
  case O_ENDIF:
  case O_ENDCNTL: state->mode = IN_REMARKS; break;
  default: state->mode = BEFORE_OPERANDS;
  }
  return emit_here(scan, OPERATION);
}

static bool scan_command(Scan *scan) {
  Card *at = &scan->at;
  skip_blanks(at);
  scan->state->mode = IN_REMARKS;
  if (!in_field(at)) return scan_margin(scan);
  take_trimmed(at, CONTINUATION_COLUMN);
  return emit(scan, COMMAND_TEXT);
}

/* The next card is known to go on with the statement, or to be a comment. */
static bool scan_continued(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  while (look(at) == '\n' || (at->column && is_blank(look(at)))) step(at, true);
  advance(at);
  advance(at);
  state->mode = state->comma ? IN_OPERANDS : state->condition ? IN_CONDITION : IN_REMARKS;
  if (look(at) == '*') {
    state->mode = IN_REMARKS;
    return scan_comment(scan);
  }
  mark(at);
  state->marked = false;
  state->resumed = true;
  return emit(scan, CONTINUATION);
}

static bool scan_token(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  bool resumed = state->resumed;
  state->resumed = false;
  switch (state->mode) {
  case AT_CARD: return scan_card(scan);
  case AT_NAME: return scan_name(scan);
  case AT_OPERATION: return scan_operation(scan);
  case IN_COMMAND: return scan_command(scan);
  case CONTINUING: return scan_continued(scan);
  case IN_DATA: return scan_data(scan);
  case BEHIND_DATA: return scan_behind_data(scan);
  case BEFORE_OPERANDS: resumed = true; break;
  case IN_CONDITION:
    skip_blanks(at);
    return in_field(at) ? scan_relation(scan) : scan_margin(scan);
  default: break;
  }
  if (resumed) skip_blanks(at);
  if (state->mode == IN_REMARKS || !in_word(at)) {
    state->mode = IN_REMARKS;
    return scan_remarks(scan);
  }
  state->mode = IN_OPERANDS;
  return scan_operand(scan);
}

bool tree_sitter_jcl_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scan scan = {
    .state = payload,
    .at = {.lexer = lexer, .column = lexer->get_column(lexer)},
    .valid = valid,
    .recovering = valid[ERROR_SENTINEL],
  };
  mark(&scan.at);
  return scan_token(&scan);
}

/* ---- the scanner's life ---- */

void *tree_sitter_jcl_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_jcl_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_jcl_external_scanner_serialize(void *payload, char *buffer) {
  const Scanner *state = payload;
  unsigned size = (unsigned)(offsetof(Scanner, scopes) + state->depth);
  memcpy(buffer, payload, size);
  return size;
}

void tree_sitter_jcl_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  memset(payload, 0, sizeof(Scanner));
  if (length) memcpy(payload, buffer, length);
}
