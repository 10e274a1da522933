/* The BMS scanner: all lexing.
 *
 * A statement is a label from column 1, an operation, operands up to the first blank, and remarks. A mark in column
 * 72 continues it on the next card from column 16. Where the operands ended with a comma the next card holds more of
 * them; else it holds more remarks. Columns come from the lexer: a card's text is short, and all behind it is one token. */
#include "../../cards.h"
#include "tree_sitter/alloc.h"
#include <string.h>

/* In the order of grammar.js's externals. */
enum Token {
  LABEL, MAPSET, MAP, FIELD, OPERATION,
  KEYWORD, WORD, NUMBER, STRING, EQUALS, COMMA, OPEN, CLOSE, OPERAND_TEXT,
  REMARKS, COMMENT, CONTINUATION, IDENTIFICATION_AREA,
  LINE_END, UNTERMINATED_STRING, UNCONTINUED, STRAY, ERROR_SENTINEL,
};

enum Mode { AT_LABEL, AT_OPERATION, BEFORE_OPERANDS, IN_OPERANDS, IN_TEXT, IN_REMARKS };

typedef struct {
  uint8_t mode;
  bool comma;     /* an operand must follow */
  bool continued; /* column 72 has a mark */
} Scanner;

typedef struct {
  Scanner *state;
  Card at;
} Scan;

static bool emit(Scan *scan, uint16_t token) {
  scan->at.lexer->result_symbol = token;
  return true;
}

static bool emit_here(Scan *scan, uint16_t token) {
  mark(&scan->at);
  return emit(scan, token);
}

static bool is_separator(int32_t c) { return c == ',' || c == '(' || c == ')' || c == '=' || c == '\''; }

/* At column 72: goes to column 16 of the next card, if there is one. Leaves the cursor anywhere if not. */
static bool next_card(Card *at) {
  if (at->column != CONTINUATION_COLUMN || end_of_line(at) || is_blank(look(at))) return false;
  to_end_of_line(at);
  if (end_of_text(at)) return false;
  advance(at);
  while (at->column < CONTINUED_TEXT && is_blank(look(at))) advance(at);
  return at->column == CONTINUED_TEXT;
}

/* ---- the margin ---- */

static void begin_statement(Scanner *state) { memset(state, 0, sizeof *state); }

static bool end_line(Scan *scan) {
  Scanner *state = scan->state;
  if (state->comma) {
    state->comma = false;
    state->mode = IN_REMARKS;
    return emit_here(scan, UNCONTINUED);
  }
  begin_statement(state);
  if (!end_of_text(&scan->at)) advance(&scan->at);
  return emit_here(scan, LINE_END);
}

static bool scan_token(Scan *scan);

/* The cursor is at the line's end, and column 72 had a mark. */
static bool resume(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  state->continued = false;
  if (end_of_text(at)) return end_line(scan);
  step(at, true);
  while (at->column < CONTINUED_TEXT && is_blank(look(at))) step(at, true);
  if (at->column < CONTINUED_TEXT && !end_of_line(at)) {
    mark(at);
    while (at->column < CONTINUED_TEXT && in_word(at)) advance(at);
    return emit_here(scan, STRAY);
  }
  if (state->comma) state->mode = IN_OPERANDS;
  if (state->mode == IN_OPERANDS && !in_word(at)) state->mode = IN_REMARKS;
  return scan_token(scan);
}

/* Behind column 71, or at the line's end. */
static bool scan_margin(Scan *scan) {
  Card *at = &scan->at;
  if (at->column == CONTINUATION_COLUMN && !end_of_line(at)) {
    bool marked = !is_blank(look(at));
    step(at, !marked);
    if (marked) {
      scan->state->continued = true;
      return emit_here(scan, CONTINUATION);
    }
  }
  while (!end_of_line(at) && is_blank(look(at))) step(at, true);
  if (!end_of_line(at)) {
    take_trimmed(at, UINT32_MAX);
    return emit(scan, IDENTIFICATION_AREA);
  }
  return scan->state->continued ? resume(scan) : end_line(scan);
}

/* ---- operands ---- */

/* Takes the rest of a word that fills its card up to column 71. */
static void take_word(Card *at) {
  for (;;) {
    while (in_word(at) && !is_separator(look(at))) advance(at);
    mark(at);
    if (!next_card(at) || !in_word(at) || is_separator(look(at))) return;
  }
}

/* The cursor is at the first quote. */
static bool scan_string(Scan *scan) {
  Card *at = &scan->at;
  advance(at);
  for (;;) {
    mark(at);
    if (!in_field(at) && !next_card(at)) break;
    bool quote = look(at) == '\'';
    if (end_of_line(at)) break;
    advance(at);
    if (!quote) continue;
    mark(at);
    if (at->column == CONTINUATION_COLUMN && !next_card(at)) return emit(scan, STRING);
    if (look(at) != '\'') return emit(scan, STRING);
    advance(at);
  }
  scan->state->mode = IN_REMARKS;
  return emit(scan, UNTERMINATED_STRING);
}

static bool is_sign(Scan *scan, uint16_t *token) {
  switch (look(&scan->at)) {
  case '=': *token = EQUALS; return true;
  case ',': *token = COMMA; return true;
  case '(': *token = OPEN; return true;
  case ')': *token = CLOSE; return true;
  default: return false;
  }
}

/* A keyword, a number, any other word, or a literal with its type before it. */
static bool scan_word(Scan *scan) {
  Card *at = &scan->at;
  bool digits = true;
  uint32_t length = 0;
  for (; in_word(at) && !is_separator(look(at)); length++) {
    digits = digits && look(at) >= '0' && look(at) <= '9';
    advance(at);
  }
  if (in_field(at) && look(at) == '\'' && length <= 2) return scan_string(scan);
  mark(at);
  if (in_field(at) && look(at) == '=') return emit(scan, KEYWORD);
  if (at->column < CONTINUATION_COLUMN) return emit(scan, digits ? NUMBER : WORD);
  take_word(at);
  return emit(scan, digits ? NUMBER : WORD);
}

static bool scan_operand(Scan *scan) {
  Card *at = &scan->at;
  uint16_t sign = 0;
  scan->state->comma = look(at) == ',';
  if (look(at) == '\'') return scan_string(scan);
  if (!is_sign(scan, &sign)) return scan_word(scan);
  advance(at);
  return emit_here(scan, sign);
}

/* The first operand stands behind blanks. */
static bool scan_first_operand(Scan *scan) {
  skip_blanks(&scan->at);
  if (!in_field(&scan->at)) return scan_margin(scan);
  scan->state->mode = IN_OPERANDS;
  return scan_operand(scan);
}

/* Blanks end the operands. */
static bool scan_operands(Scan *scan) {
  Card *at = &scan->at;
  if (in_word(at)) return scan_operand(scan);
  if (!in_field(at)) return scan_margin(scan);
  scan->state->mode = IN_REMARKS;
  return scan_token(scan);
}

/* The operands and remarks of an instruction that isn't BMS's, over all its cards. */
static bool scan_operand_text(Scan *scan) {
  Card *at = &scan->at;
  skip_blanks(at);
  if (!in_field(at)) return scan_margin(scan);
  do take_trimmed(at, CONTINUATION_COLUMN);
  while (next_card(at));
  scan->state->mode = IN_REMARKS;
  return emit(scan, OPERAND_TEXT);
}

static bool scan_remarks(Scan *scan) {
  Card *at = &scan->at;
  skip_blanks(at);
  if (!in_field(at)) return scan_margin(scan);
  take_trimmed(at, CONTINUATION_COLUMN);
  return emit(scan, REMARKS);
}

/* ---- the statement's head ---- */

static bool scan_comment(Scan *scan) {
  take_trimmed(&scan->at, UINT32_MAX);
  return emit(scan, COMMENT);
}

static bool scan_label(Scan *scan) {
  Card *at = &scan->at;
  if (look(at) == '*') return scan_comment(scan);
  bool point = look(at) == '.';
  advance(at);
  if (point && look(at) == '*') return scan_comment(scan);
  while (in_word(at)) advance(at);
  scan->state->mode = AT_OPERATION;
  return emit_here(scan, LABEL);
}

static bool scan_operation(Scan *scan) {
  static const char *const MACROS[] = {"DFHMSD", "DFHMDI", "DFHMDF"};
  Card *at = &scan->at;
  char name[7] = "";
  uint32_t length = 0;
  for (; in_word(at); length++) {
    if (length < 6) name[length] = (char)upper(look(at));
    advance(at);
  }
  scan->state->mode = IN_TEXT;
  for (uint16_t macro = 0; length == 6 && macro < 3; macro++) {
    if (strcmp(name, MACROS[macro])) continue;
    scan->state->mode = BEFORE_OPERANDS;
    return emit_here(scan, MAPSET + macro);
  }
  return emit_here(scan, OPERATION);
}

/* A card may be empty, or hold nothing but its number. */
static bool scan_head(Scan *scan) {
  Card *at = &scan->at;
  for (;;) {
    if (at->column == 0 && in_word(at)) return scan_label(scan);
    while (!end_of_line(at) && is_blank(look(at))) step(at, true);
    if (end_of_text(at)) return false;
    if (look(at) != '\n') break;
    step(at, true);
  }
  if (in_field(at)) return scan_operation(scan);
  take_trimmed(at, UINT32_MAX);
  return emit(scan, IDENTIFICATION_AREA);
}

static bool scan_token(Scan *scan) {
  Card *at = &scan->at;
  switch (scan->state->mode) {
  case AT_LABEL: return scan_head(scan);
  case AT_OPERATION:
    skip_blanks(at);
    return in_field(at) ? scan_operation(scan) : scan_margin(scan);
  case BEFORE_OPERANDS: return scan_first_operand(scan);
  case IN_OPERANDS: return scan_operands(scan);
  case IN_TEXT: return scan_operand_text(scan);
  default: return scan_remarks(scan);
  }
}

bool tree_sitter_bms_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)valid; /* what a card says doesn't depend on the grammar's state */
  Scan scan = {.state = payload, .at = {.lexer = lexer, .column = lexer->get_column(lexer)}};
  mark(&scan.at);
  return scan_token(&scan);
}

/* ---- the scanner's life ---- */

void *tree_sitter_bms_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_bms_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_bms_external_scanner_serialize(void *payload, char *buffer) {
  memcpy(buffer, payload, sizeof(Scanner));
  return sizeof(Scanner);
}

void tree_sitter_bms_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  memset(payload, 0, sizeof(Scanner));
  if (length == sizeof(Scanner)) memcpy(payload, buffer, length);
}
