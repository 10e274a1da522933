/* The COBOL scanner: all lexing, and the stack of open scopes.
 *
 * Tokens come in three sorts: what isn't language (blanks, columns, comments, directives), words and signs, and
 * zero-width tokens by which the scanner closes what the text leaves open (see close_one). A zero-width token
 * must be decided before mark_end, so that a look ahead which finds nothing ends in PEEKED, a zero-width token
 * after which the same word is read without looking ahead. */
#include "reference_format.h"
#include "words.h"
#include <stdlib.h>

#ifndef COBOL_FORMAT
#define COBOL_FORMAT FIXED
#endif

enum { SCOPES_MAX = 1000 };

enum Flag {
  LINE_START = 1,      /* no token yet on this line */
  DEBUGGING = 2,       /* WITH DEBUGGING MODE: D lines are code */
  DECIMAL_COMMA = 4,   /* DECIMAL-POINT IS COMMA */
  CARDS = 8,           /* before a program's first word, where CBL and PROCESS cards stand */
  LOOKED_AHEAD = 16,   /* PEEKED: read this word without looking ahead */
  IN_COPY = 32,        /* the next period ends COPY, and no sentence */
  PROGRAM = 64,        /* a division was seen: the text is no fragment */
  ENDING = 128,        /* behind END PROGRAM */
};

/* What the last token was, where that decides about the next. Comments and zero-width tokens don't count. */
enum Last {
  L_OTHER, L_OPERAND, L_CLOSE, L_SUFFIX_OF, L_QUALIFIER, L_PIC, L_EXEC, L_DIALECT, L_COMMENT_HEAD, L_COMMENT_PERIOD,
  L_COPY_END, L_EXEC_END, L_END,
};

typedef struct {
  uint8_t format, tab_shift, flags, last;
  uint16_t depth;
  uint8_t scopes[SCOPES_MAX];
  KeywordIndex index;
} Scanner;

enum { STATE_BYTES = 4 };

void *tree_sitter_cobol_external_scanner_create(void) {
  Scanner *scanner = calloc(1, sizeof(Scanner));
  scanner->format = COBOL_FORMAT;
  scanner->flags = LINE_START | CARDS;
  index_keywords(scanner->index);
  return scanner;
}

void tree_sitter_cobol_external_scanner_destroy(void *payload) { free(payload); }

unsigned tree_sitter_cobol_external_scanner_serialize(void *payload, char *buffer) {
  Scanner *scanner = payload;
  memcpy(buffer, scanner, STATE_BYTES);
  memcpy(buffer + STATE_BYTES, scanner->scopes, scanner->depth);
  return STATE_BYTES + scanner->depth;
}

void tree_sitter_cobol_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  scanner->depth = 0;
  if (length < STATE_BYTES) {
    scanner->format = COBOL_FORMAT;
    scanner->tab_shift = 0;
    scanner->last = L_OTHER;
    scanner->flags = LINE_START | CARDS;
    return;
  }
  memcpy(scanner, buffer, STATE_BYTES);
  scanner->depth = (uint16_t)(length - STATE_BYTES);
  memcpy(scanner->scopes, buffer + STATE_BYTES, scanner->depth);
}

/* One call of the scanner. */
typedef struct {
  Scanner *state;
  Cursor at;
  const bool *valid;
  bool recovering; /* after an error all tokens are valid: lex plainly, close nothing */
  bool area_a;     /* the token begins in Area A, as headers do */
} Scan;

static bool has(const Scan *scan, uint8_t flag) { return scan->state->flags & flag; }
static void set(Scan *scan, uint8_t flag) { scan->state->flags |= flag; }
static void clear(Scan *scan, uint8_t flag) { scan->state->flags &= (uint8_t)~flag; }

static bool emit_raw(Scan *scan, uint16_t token) {
  scan->at.lexer->result_symbol = token;
  return true;
}

/* A token that is no part of the language, ended by mark(). */
static bool emit_extra(Scan *scan, uint16_t token) {
  scan->state->tab_shift = (uint8_t)(scan->at.column - scan->at.physical);
  return emit_raw(scan, token);
}

static bool emit(Scan *scan, uint16_t token, uint8_t last) {
  clear(scan, LINE_START | LOOKED_AHEAD | CARDS);
  scan->state->last = last;
  return emit_extra(scan, token);
}

/* Ends the token here. */
static bool emit_here(Scan *scan, uint16_t token, uint8_t last) {
  mark(&scan->at);
  return emit(scan, token, last);
}

/* ---- scopes ---- */

static void push(Scan *scan, uint8_t scope) {
  if (scope && scan->state->depth < SCOPES_MAX) scan->state->scopes[scan->state->depth++] = scope;
}

static void pop(Scan *scan) {
  if (scan->state->depth) scan->state->depth--;
}

static bool same_scope(uint8_t open, uint8_t scope) {
  return open == scope || (open == SCOPE_ELSE && scope == SCOPE_IF);
}

static bool is_open(const Scan *scan, uint8_t scope) {
  for (int i = scan->state->depth; i-- > 0;)
    if (same_scope(scan->state->scopes[i], scope)) return true;
  return false;
}

static void pop_through(Scan *scan, uint8_t scope) {
  if (!is_open(scan, scope)) return;
  while (!same_scope(scan->state->scopes[scan->state->depth - 1], scope)) pop(scan);
  pop(scan);
}

static bool may_close(const Scan *scan) {
  return !scan->recovering &&
         (scan->valid[STATEMENT_END] || scan->valid[BLOCK_END] || scan->valid[SCOPE_END] || scan->valid[INLINE]);
}

/* Closes the innermost thing that is open: a statement, a block, or a statement that is a scope. */
static bool close_one(Scan *scan) {
  if (scan->valid[STATEMENT_END]) return emit_raw(scan, STATEMENT_END);
  if (scan->valid[INLINE]) {
    push(scan, SCOPE_PERFORM);
    return emit_raw(scan, INLINE);
  }
  if (scan->valid[BLOCK_END]) return emit_raw(scan, BLOCK_END);
  pop(scan);
  return emit_raw(scan, SCOPE_END);
}

/* Closes what must end before a statement can begin. False if none has to. */
static bool close_before_statement(Scan *scan) {
  if (scan->recovering || !(scan->valid[STATEMENT_END] || scan->valid[INLINE] || scan->valid[SCOPE_END])) return false;
  return close_one(scan);
}

/* ---- lines: what is no part of the language ---- */

static bool is_word_then_blank(Word *word, const Cursor *at, const char *text) {
  return is(word, text) && (is_blank(look(at)) || end_of_line(at) || look(at) == '.' || look(at) == ',');
}

static void note_format(Scan *scan, const Word *word) {
  if (is(word, "FREE")) scan->state->format = FREE;
  else if (is(word, "FIXED")) scan->state->format = FIXED;
  else if (is(word, "VARIABLE")) scan->state->format = VARIABLE;
}

/* A directive to the end of its line; >>SOURCE FORMAT and $SET SOURCEFORMAT change the format behind it. */
static bool scan_directive(Scan *scan) {
  bool source = false;
  Cursor *at = &scan->at;
  at->margin = NO_MARGIN;
  while (look(at) != '\n' && !end_of_text(at)) {
    if (is_word_character(look(at)) && look(at) != '$') {
      Word word = read_word(at);
      if (is(&word, "SOURCE") || is(&word, "SOURCEFORMAT")) source = true;
      else if (source) note_format(scan, &word);
      mark(at);
    } else {
      bool blank = is_blank(look(at));
      advance(at);
      if (!blank) mark(at);
    }
  }
  return emit_extra(scan, DIRECTIVE);
}

static bool scan_comment(Scan *scan, uint16_t token) {
  take_line(&scan->at);
  return emit_extra(scan, token);
}

/* Columns 1-6, where they hold anything; a CBL or PROCESS card may begin there. */
static bool scan_sequence_area(Scan *scan) {
  Cursor *at = &scan->at;
  if (has(scan, CARDS) && is_letter(look(at))) {
    Cursor before = *at;
    before.margin = INDICATOR_COLUMN + 1;
    Word word = {.digits = true};
    while (is_word_character(look(&before)) && before.column < before.margin) {
      take_character(&before, &word);
      if (before.column <= INDICATOR_COLUMN) mark(at);
    }
    word.text[word.length] = 0;
    *at = before;
    at->margin = scan->state->format == FIXED ? MARGIN : NO_MARGIN;
    if (is_word_then_blank(&word, at, "CBL") || is_word_then_blank(&word, at, "PROCESS")) return scan_directive(scan);
  }
  while (at->column < INDICATOR_COLUMN && look(at) != '\n' && look(at) != '\t' && !end_of_text(at)) {
    bool blank = is_blank(look(at));
    advance(at);
    if (!blank) mark(at);
  }
  return emit_extra(scan, SEQUENCE_AREA);
}

/* Column 7. False where it is blank or a token begins there; the cursor is then at text. */
static bool scan_indicator(Scan *scan) {
  Cursor *at = &scan->at;
  int32_t c = look(at);
  mark(at);
  if (c == '*') {
    advance(at);
    Word word = read_word(at);
    mark(at);
    return is(&word, "CBL") || is(&word, "CONTROL") ? scan_directive(scan) : scan_comment(scan, COMMENT);
  }
  if (c == '/') return scan_comment(scan, COMMENT);
  if (c == '$') return scan_directive(scan);
  if ((c == 'D' || c == 'd') && !has(scan, DEBUGGING)) return scan_comment(scan, DEBUG_LINE);
  if (c == '>') return false;
  bool known = c == '-' || c == 'D' || c == 'd';
  advance(at);
  mark(at);
  return known ? emit_extra(scan, INDICATOR) : emit(scan, STRAY, L_OTHER);
}

/* Skips blanks and line ends, and returns true with a token that is no part of the language. */
static bool scan_between(Scan *scan) {
  Cursor *at = &scan->at;
  for (;;) {
    if (at->column == 0 && at->physical == 0) set(scan, LINE_START);
    while (is_blank(look(at)) && at->column < at->margin) step(at, true);
    if (look(at) == '\n') {
      step(at, true);
      continue;
    }
    if (end_of_text(at)) return false;
    if (at->column >= at->margin) {
      if (is_blank(look(at))) {
        step(at, true);
        continue;
      }
      take_line(at);
      return emit_extra(scan, IDENTIFICATION_AREA);
    }
    if (!at->columns) return false;
    if (at->column < INDICATOR_COLUMN) return scan_sequence_area(scan);
    return at->column == INDICATOR_COLUMN && scan_indicator(scan);
  }
}

/* ---- literals, pictures, and texts of many lines ---- */

/* At the margin inside a literal: steps behind the opening quote of the line that continues it. */
static bool continue_literal(Cursor *at, int32_t quote) {
  if (!at->columns || next_line(at) != '-') return false;
  skip_blanks(at);
  if (look(at) != quote) return false;
  advance(at);
  return true;
}

/* A quote that closes at column 72 may be half of a doubled one, whose other half opens the next line: -"". */
static bool is_split_quote(Cursor *at, int32_t quote) {
  if (!at->columns || at->column != at->margin || !continue_literal(at, quote) || look(at) != quote) return false;
  advance(at);
  return true;
}

static bool scan_literal(Scan *scan) {
  Cursor *at = &scan->at;
  int32_t quote = look(at);
  advance(at);
  for (;;) {
    while (!end_of_line(at) && look(at) != quote) {
      bool blank = is_blank(look(at));
      advance(at);
      if (!blank) mark(at);
    }
    if (end_of_line(at)) {
      if (!continue_literal(at, quote)) return emit(scan, UNTERMINATED_LITERAL, L_OTHER);
      continue;
    }
    advance(at);
    if (look(at) == quote && at->column < at->margin) {
      advance(at);
      continue;
    }
    mark(at);
    if (!is_split_quote(at, quote)) return emit(scan, STRING_LITERAL, L_OPERAND);
  }
}

static bool is_prefix(const Word *word) {
  static const char *PREFIXES[] = {"X", "N", "G", "Z", "B", "H", "U", "L", "NX", "BX", "GX", "NC", "UX"};
  for (unsigned i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++)
    if (is(word, PREFIXES[i])) return true;
  return false;
}

/* A picture ends at a blank; a period or comma before that blank is punctuation. */
static bool scan_picture(Scan *scan) {
  Cursor *at = &scan->at;
  Word text = {0};
  while (!end_of_line(at) && !is_blank(look(at))) {
    int32_t c = look(at);
    if (text.length && (c == '.' || c == ',' || c == ';')) {
      mark(at);
      take_character(at, &text);
      if (end_of_line(at) || is_blank(look(at))) return emit(scan, PICTURE_STRING, L_OTHER);
    } else {
      take_character(at, &text);
    }
  }
  text.text[text.length] = 0;
  if (is(&text, "IS")) return emit_here(scan, T_IS, L_PIC);
  return emit_here(scan, is(&text, ".") ? PERIOD : PICTURE_STRING, L_OTHER);
}

static bool scan_pseudo_text(Scan *scan) {
  Cursor *at = &scan->at;
  for (;;) {
    if (end_of_line(at)) {
      if (!next_line(at)) return emit(scan, UNTERMINATED_LITERAL, L_OTHER);
      continue;
    }
    int32_t c = look(at);
    advance(at);
    if (c == '=' && look(at) == '=' && at->column < at->margin) {
      advance(at);
      if (look(at) == '=' && at->column < at->margin) advance(at);
      return emit_here(scan, PSEUDO_TEXT, L_OTHER);
    }
  }
}

/* The text of EXEC up to END-EXEC; where that lacks, up to the next line that begins with EXEC or a division. */
static bool scan_exec_text(Scan *scan) {
  Cursor *at = &scan->at;
  bool line_start = has(scan, LINE_START), any = false;
  for (;;) {
    skip_blanks(at);
    if (end_of_line(at)) {
      line_start = true;
      if (!next_line(at)) break;
    } else if (is_word_character(look(at))) {
      Word word = read_word(at);
      if (is(&word, "END-EXEC")) {
        if (any) break;
        return emit_here(scan, T_END_EXEC, L_EXEC_END);
      }
      if (line_start && (is(&word, "EXEC") || is(&word, "PROCEDURE"))) break;
      mark(at);
      any = true;
      line_start = false;
    } else {
      advance(at);
      mark(at);
      any = true;
      line_start = false;
    }
  }
  return emit(scan, EXEC_TEXT, L_OTHER);
}

static bool is_heading(const Word *word) {
  static const char *HEADINGS[] = {"PROGRAM-ID", "AUTHOR", "INSTALLATION", "DATE-WRITTEN", "DATE-COMPILED",
    "DATE-MODIFIED", "SECURITY", "REMARKS", "ENVIRONMENT", "DATA", "PROCEDURE", "IDENTIFICATION", "ID",
    "CONFIGURATION", "WORKING-STORAGE", "COPY"};
  for (unsigned i = 0; i < sizeof HEADINGS / sizeof *HEADINGS; i++)
    if (is(word, HEADINGS[i])) return true;
  return false;
}

/* What anybody wrote behind AUTHOR and the like: to the next line that has something in Area A or begins with
   the heading of another paragraph. */
static bool scan_comment_entry(Scan *scan) {
  Cursor *at = &scan->at;
  do {
    while (!end_of_line(at)) {
      bool blank = is_blank(look(at));
      advance(at);
      if (!blank) mark(at);
    }
    int32_t indicator;
    do indicator = next_line(at), skip_blanks(at);
    while (indicator && end_of_line(at));
    if (!indicator || (at->columns && at->column < AREA_B)) break;
    Word word = {0};
    if (look(at) == '*') break;
    word = read_word(at);
    if (is_heading(&word)) break;
    mark(at);
  } while (true);
  return emit(scan, COMMENT_ENTRY, L_OTHER);
}

/* ---- numbers and signs ---- */

static void take_digits(Cursor *at) {
  while (is_digit(look(at)) && at->column < at->margin) advance(at);
}

/* Behind digits: a fraction and an exponent. */
static void take_fraction(Scan *scan) {
  Cursor *at = &scan->at;
  mark(at);
  if (at->column >= at->margin || !(look(at) == '.' || (look(at) == ',' && has(scan, DECIMAL_COMMA)))) return;
  advance(at);
  if (!is_digit(look(at)) || at->column >= at->margin) return;
  take_digits(at);
  mark(at);
  if (look(at) != 'E' && look(at) != 'e') return;
  advance(at);
  if (look(at) == '+' || look(at) == '-') advance(at);
  if (!is_digit(look(at))) return;
  take_digits(at);
  mark(at);
}

/* `05 NAME` at the start of a line, where an entry lacks its period. */
static bool begins_entry(Scan *scan) {
  Cursor *at = &scan->at;
  skip_blanks(at);
  if (!is_letter(look(at)) || end_of_line(at)) return false;
  Word word = read_word(at);
  return is(&word, "FILLER") || !find_keyword(scan->state->index, &word);
}

static bool scan_number(Scan *scan, const Word *word) {
  Cursor *at = &scan->at;
  if (scan->valid[HEADER] && !scan->recovering && !scan->valid[NUMBER_LITERAL] &&
      (look(at) == '.' || !scan->valid[LEVEL_NUMBER] || word->length > 2))
    return emit_here(scan, HEADER, L_OTHER);
  bool level = word->length <= 2 && has(scan, LINE_START);
  if (level && scan->state->last == L_EXEC_END && may_close(scan)) return close_one(scan);
  if (level && scan->valid[NO_PERIOD] && !scan->recovering &&
      (scan->state->last == L_COPY_END || scan->state->last == L_EXEC_END))
    return emit_raw(scan, NO_PERIOD);
  if (scan->valid[LEVEL_NUMBER] && word->length <= 2 && (!scan->recovering || level)) return emit_here(scan, LEVEL_NUMBER, L_OTHER);
  take_fraction(scan);
  if (level && scan->valid[PERIOD] && !scan->valid[BLOCK_END] && begins_entry(scan))
    return emit(scan, LEVEL_NUMBER, L_OTHER);
  return emit(scan, NUMBER_LITERAL, L_OPERAND);
}

/* `-1` is a number where no operand stands before it; behind one it is an operator, if there may be one. */
static bool scan_sign(Scan *scan, int32_t sign) {
  Cursor *at = &scan->at;
  uint16_t token = sign == '+' ? PLUS : MINUS;
  bool behind_operand = scan->state->last == L_OPERAND || scan->state->last == L_CLOSE;
  advance(at);
  mark(at);
  bool number = is_digit(look(at)) || look(at) == '.';
  if (!number || at->column >= at->margin || (behind_operand && scan->valid[token])) return emit(scan, token, L_OTHER);
  if (look(at) == '.') {
    advance(at);
    if (!is_digit(look(at))) return emit(scan, token, L_OTHER);
  }
  take_digits(at);
  take_fraction(scan);
  return emit(scan, NUMBER_LITERAL, L_OPERAND);
}

static bool scan_period(Scan *scan) {
  Cursor *at = &scan->at;
  advance(at);
  if (is_digit(look(at)) && at->column < at->margin && !scan->valid[PERIOD]) {
    take_digits(at);
    take_fraction(scan);
    return emit(scan, NUMBER_LITERAL, L_OPERAND);
  }
  if (has(scan, IN_COPY)) {
    clear(scan, IN_COPY);
    return emit_here(scan, PERIOD, L_COPY_END);
  }
  if (may_close(scan)) return close_one(scan);
  bool ending = has(scan, ENDING);
  uint8_t last = scan->state->last == L_COMMENT_HEAD ? L_COMMENT_PERIOD : L_OTHER;
  scan->state->depth = 0;
  clear(scan, ENDING);
  emit_here(scan, PERIOD, last);
  if (ending) set(scan, CARDS);
  return true;
}

static bool scan_sign_or_text(Scan *scan) {
  Cursor *at = &scan->at;
  int32_t c = look(at);
  switch (c) {
  case '.': return scan_period(scan);
  case '+':
  case '-': return scan_sign(scan, c);
  case '"':
  case '\'': return scan_literal(scan);
  default: advance(at);
  }
  int32_t next = at->column < at->margin ? look(at) : 0;
  mark(at);
  switch (c) {
  case ',':
  case ';': return emit(scan, SEPARATOR, L_OTHER);
  case '(':
    return emit(scan, scan->valid[SUFFIX_END] && !scan->recovering ? SUFFIX_OPEN : OPEN, L_OTHER);
  case ')': return emit(scan, CLOSE, L_CLOSE);
  case '&': return emit(scan, AMPERSAND, L_OTHER);
  case '/': return emit(scan, SLASH, L_OTHER);
  case '*':
    if (next == '>') return scan_comment(scan, COMMENT);
    if (next != '*') return emit(scan, STAR, L_OTHER);
    advance(at);
    return emit_here(scan, POWER, L_OTHER);
  case '<':
    if (next != '=' && next != '>') return emit(scan, LESS_THAN, L_OTHER);
    advance(at);
    return emit_here(scan, next == '=' ? AT_MOST : UNEQUAL, L_OTHER);
  case '>':
    if (next == '>') return scan_directive(scan);
    if (next != '=') return emit(scan, GREATER_THAN, L_OTHER);
    advance(at);
    return emit_here(scan, AT_LEAST, L_OTHER);
  case '=':
    if (next != '=' || !scan->valid[PSEUDO_TEXT]) return emit(scan, EQUALS, L_OTHER);
    advance(at);
    return scan_pseudo_text(scan);
  case '$':
    if (has(scan, LINE_START)) return scan_directive(scan);
  }
  return emit(scan, STRAY, L_OTHER);
}

/* ---- words ---- */

static bool at_colon(const Cursor *at) { return look(at) == ':' && at->column < at->margin; }

/* Behind a colon: reads `TAG:` and what is joined to it. False if there is none; what is ahead of it is marked. */
static bool take_tag(Cursor *at) {
  Word tag = read_word(at);
  if (!tag.length || !at_colon(at)) return false;
  do {
    advance(at);
    read_word(at);
    mark(at);
  } while (at_colon(at) && (advance(at), take_tag(at)));
  return true;
}

/* A word at the end of its line goes on in the next, if that has a hyphen in its indicator. */
static void take_continuation(Cursor *at, Word *word) {
  while (at->columns) {
    skip_blanks(at);
    if (!end_of_line(at) || next_line(at) != '-') return;
    skip_blanks(at);
    if (!in_word(at)) return;
    read_characters(at, word);
    mark(at);
  }
}

/* The phrase that begins at this word, or 0. Leaves the cursor anywhere. */
static uint16_t phrase_ahead(Scan *scan, Word word) {
  Cursor *at = &scan->at;
  bool negated = is(&word, "NOT"), at_or_on = false;
  for (int words = 0; words < 2 && (is(&word, "NOT") || is(&word, "AT") || is(&word, "ON")); words++) {
    at_or_on = at_or_on || !is(&word, "NOT");
    if (!to_next_text(at) || !in_word(at)) return 0;
    word = read_word(at);
  }
  if (is(&word, "INVALID")) return negated ? NOT_INVALID_KEY : INVALID_KEY;
  if (is(&word, "EXCEPTION") || is(&word, "ESCAPE")) return negated ? NOT_EXCEPTION : EXCEPTION;
  if (is(&word, "OVERFLOW")) return negated ? NOT_OVERFLOWS : OVERFLOWS;
  if (is(&word, "EOP") || is(&word, "END-OF-PAGE")) return negated ? NOT_END_OF_PAGE : END_OF_PAGE;
  bool size = is(&word, "SIZE");
  if (!size && !is(&word, "END")) return 0;
  bool more = to_next_text(at) && in_word(at);
  word = more ? read_word(at) : (Word){0};
  if (size) return !is(&word, "ERROR") ? 0 : negated ? NOT_SIZE_ERROR : SIZE_ERROR;
  if (!at_or_on && (is(&word, "PROGRAM") || is(&word, "DECLARATIVES") || is(&word, "FUNCTION"))) return ERROR_SENTINEL;
  return negated ? NOT_AT_END : AT_END;
}

/* Whether a statement of this scope takes the phrase. */
static bool takes_phrase(uint8_t scope, uint16_t phrase) {
  switch (scope) {
  case SCOPE_READ: return phrase <= NOT_INVALID_KEY;
  case SCOPE_RETURN:
  case SCOPE_RECEIVE:
  case SCOPE_SEARCH: return phrase <= NOT_AT_END;
  case SCOPE_WRITE: return phrase >= END_OF_PAGE || phrase == INVALID_KEY || phrase == NOT_INVALID_KEY;
  case SCOPE_REWRITE:
  case SCOPE_DELETE:
  case SCOPE_START: return phrase == INVALID_KEY || phrase == NOT_INVALID_KEY;
  case SCOPE_ADD:
  case SCOPE_SUBTRACT:
  case SCOPE_MULTIPLY:
  case SCOPE_DIVIDE:
  case SCOPE_COMPUTE: return phrase == SIZE_ERROR || phrase == NOT_SIZE_ERROR;
  case SCOPE_ACCEPT:
  case SCOPE_DISPLAY:
  case SCOPE_INVOKE:
  case SCOPE_JSON:
  case SCOPE_XML: return phrase == EXCEPTION || phrase == NOT_EXCEPTION;
  case SCOPE_CALL: return phrase >= EXCEPTION && phrase <= NOT_OVERFLOWS;
  case SCOPE_STRING:
  case SCOPE_UNSTRING: return phrase == OVERFLOWS || phrase == NOT_OVERFLOWS;
  default: return false;
  }
}

static bool is_taken(const Scan *scan, uint16_t phrase) {
  for (int i = scan->state->depth; i-- > 0;)
    if (takes_phrase(scan->state->scopes[i], phrase)) return true;
  return false;
}

/* A phrase goes to the innermost statement that can take it: what is open inside of that is closed first. */
static bool scan_phrase(Scan *scan, const Word *word) {
  uint16_t phrase = phrase_ahead(scan, *word);
  if (phrase == ERROR_SENTINEL && may_close(scan)) return close_one(scan);
  if (phrase && phrase != ERROR_SENTINEL) {
    if (scan->valid[phrase]) return emit_raw(scan, phrase);
    if (may_close(scan) && is_taken(scan, phrase)) return close_one(scan);
  }
  set(scan, LOOKED_AHEAD);
  return emit_raw(scan, PEEKED);
}

static bool may_begin_phrase(const Scan *scan, uint16_t token) {
  if (token != T_AT && token != T_ON && token != T_NOT && token != T_END && token != T_INVALID && token != T_SIZE &&
      token != T_EXCEPTION && token != T_OVERFLOW && token != T_EOP)
    return false;
  for (uint16_t phrase = AT_END; phrase <= NOT_END_OF_PAGE; phrase++)
    if (scan->valid[phrase]) return true;
  return may_close(scan) && (scan->state->depth || token == T_END);
}

/* Whether a header follows: `NAME.`, `NAME SECTION`, `DATA DIVISION`. Leaves the cursor anywhere. */
static bool is_header_ahead(Scan *scan) {
  Cursor *at = &scan->at;
  if (!to_next_text(at)) return false;
  if (look(at) == '.') return true;
  Word word = read_word(at);
  return is(&word, "SECTION") || is(&word, "DIVISION");
}

static bool is_division(const Keyword *keyword) {
  return keyword && (keyword->token == T_DATA || keyword->token == T_PROCEDURE || keyword->token == T_ENVIRONMENT ||
                     keyword->token == T_IDENTIFICATION);
}

/* A header where the sentence before it isn't closed. */
static bool scan_unexpected_header(Scan *scan) {
  if (is_header_ahead(scan)) {
    if (may_close(scan)) return close_one(scan);
    return emit_raw(scan, NO_PERIOD);
  }
  set(scan, LOOKED_AHEAD);
  return emit_raw(scan, PEEKED);
}

/* Behind `A OF B` and `A (1)`, where there may be more of it. */
static bool in_suffix(const Scan *scan) {
  uint8_t last = scan->state->last;
  return !scan->recovering && scan->valid[SUFFIX_END] && (last == L_CLOSE || last == L_QUALIFIER);
}

/* Zero-width tokens before a word: true if one was emitted. */
static bool scan_before_word(Scan *scan, const Word *word, const Keyword *keyword) {
  Scanner *state = scan->state;
  uint16_t token = keyword ? keyword->token : NAME;
  uint8_t class = keyword ? keyword->class : CONTEXTUAL;
  bool line_start = has(scan, LINE_START), supplied = state->last == L_COPY_END || state->last == L_EXEC_END;
  if (class == VERB && !scan->valid[token]) return close_before_statement(scan);
  if (class == SOFT_VERB && !scan->valid[token]) return line_start && close_before_statement(scan);
  if (class == TERMINATOR && !scan->valid[token])
    return may_close(scan) && (is_open(scan, keyword->scope) || scan->valid[INLINE]) && close_one(scan);
  if (token == T_ELSE && !scan->valid[token]) return may_close(scan) && is_open(scan, SCOPE_IF) && close_one(scan);
  if (token == T_WHEN && !scan->valid[token])
    return may_close(scan) && (is_open(scan, SCOPE_EVALUATE) || is_open(scan, SCOPE_SEARCH)) && close_one(scan);
  if (has(scan, LOOKED_AHEAD)) return false;
  if (may_begin_phrase(scan, token)) return scan_phrase(scan, word);
  bool open = may_close(scan) || (supplied && scan->valid[NO_PERIOD]);
  bool header = is_division(keyword) || (!keyword && (scan->area_a || !scan->valid[NAME]));
  if (open && line_start && header && !scan->valid[token == NAME ? HEADER : token]) return scan_unexpected_header(scan);
  return false;
}

static uint8_t last_of(const Scan *scan, uint16_t token) {
  switch (token) {
  case T_PIC: return L_PIC;
  case T_IS: return scan->state->last == L_PIC ? L_PIC : L_OTHER;
  case T_EXEC: return L_EXEC;
  case T_END_EXEC: return L_EXEC_END;
  case T_END: return L_END;
  case T_FIGURATIVE_CONSTANT: return L_OPERAND;
  case T_AUTHOR:
  case T_INSTALLATION:
  case T_DATE_WRITTEN:
  case T_DATE_COMPILED:
  case T_DATE_MODIFIED:
  case T_SECURITY:
  case T_REMARKS: return L_COMMENT_HEAD;
  default: return L_OTHER;
  }
}

static bool emit_keyword(Scan *scan, const Keyword *keyword) {
  Scanner *state = scan->state;
  uint16_t token = keyword->token;
  if (keyword->class == TERMINATOR) pop_through(scan, keyword->scope);
  else if (token == T_ELSE && state->depth && state->scopes[state->depth - 1] == SCOPE_IF)
    state->scopes[state->depth - 1] = SCOPE_ELSE;
  else if (token != T_PERFORM && token != T_NEXT) push(scan, keyword->scope);
  if (token == T_DEBUGGING && !scan->recovering) set(scan, DEBUGGING);
  if (token == T_DECIMAL_POINT && !scan->recovering) set(scan, DECIMAL_COMMA);
  if (token == T_DIVISION) set(scan, PROGRAM);
  if (token == T_COPY) set(scan, IN_COPY);
  if ((token == T_PROGRAM || token == T_FUNCTION) && state->last == L_END) set(scan, ENDING);
  if (token == T_COPY && !scan->valid[T_COPY]) token = COPY_INLINE;
  if ((token == T_OF || token == T_IN) && scan->valid[SUFFIX_END] && !scan->recovering)
    return emit(scan, SUFFIX_OF, L_SUFFIX_OF);
  return emit(scan, token, last_of(scan, token));
}

static bool is_keyword_here(const Scan *scan, const Keyword *keyword) {
  if (!keyword || scan->state->last == L_EXEC) return false;
  if (scan->recovering) return keyword->class != CONTEXTUAL || has(scan, LINE_START);
  if (keyword->class == CONTEXTUAL || keyword->class == SOFT_VERB) return scan->valid[keyword->token];
  return true;
}

static bool emit_name(Scan *scan) {
  uint8_t last = scan->state->last == L_SUFFIX_OF ? L_QUALIFIER : scan->state->last == L_EXEC ? L_DIALECT : L_OPERAND;
  bool header = !scan->recovering && (scan->valid[HEADER] || (scan->area_a && !scan->valid[NAME]));
  return emit(scan, header ? HEADER : NAME, last);
}

/* EJECT, SKIP1 to SKIP3 and TITLE stand alone on their line. */
static bool is_listing_word(const Word *word) {
  return is(word, "EJECT") || is(word, "TITLE") ||
         (word->length == 5 && !strncmp(word->text, "SKIP", 4) && word->text[4] >= '1' && word->text[4] <= '3');
}

static bool scan_listing_word(Scan *scan, const Word *word) {
  Cursor *at = &scan->at;
  mark(at);
  skip_blanks(at);
  bool literal = look(at) == '"' || look(at) == '\'';
  if (is(word, "TITLE") ? literal : end_of_line(at) || look(at) == '.') {
    while (!end_of_line(at)) {
      bool blank = is_blank(look(at));
      advance(at);
      if (!blank) mark(at);
    }
    return emit_extra(scan, DIRECTIVE);
  }
  return emit_name(scan);
}

static bool scan_word(Scan *scan) {
  Cursor *at = &scan->at;
  Word word = read_word(at);
  const Keyword *keyword = find_keyword(scan->state->index, &word);
  if (in_suffix(scan) && !is(&word, "OF") && !is(&word, "IN")) return emit_raw(scan, SUFFIX_END);
  if (has(scan, CARDS) && has(scan, LINE_START) && (is(&word, "CBL") || is(&word, "PROCESS")) && look(at) != '.')
    return mark(at), scan_directive(scan);
  if ((look(at) == '"' || look(at) == '\'') && at->column < at->margin && word.length <= 2 && is_prefix(&word))
    return scan_literal(scan);
  if (scan->state->last == L_COMMENT_PERIOD && scan->valid[COMMENT_ENTRY] && !scan->area_a &&
      !(has(scan, LINE_START) && is_heading(&word)))
    return mark(at), scan_comment_entry(scan);
  if (!scan->recovering && scan_before_word(scan, &word, keyword)) return true;
  if (has(scan, LINE_START) && is_listing_word(&word)) return scan_listing_word(scan, &word);
  if (word.digits) return scan_number(scan, &word);
  mark(at);
  if (at_colon(at)) {
    advance(at);
    if (take_tag(at)) keyword = NULL;
  } else {
    take_continuation(at, &word);
    keyword = find_keyword(scan->state->index, &word);
  }
  return is_keyword_here(scan, keyword) ? emit_keyword(scan, keyword) : emit_name(scan);
}

/* Nothing is left: close what is open. A fragment needs no last period. */
static bool scan_end(Scan *scan) {
  mark(&scan->at);
  if (scan->recovering) return false;
  if (in_suffix(scan)) return emit_raw(scan, SUFFIX_END);
  if (may_close(scan)) return close_one(scan);
  bool supplied = scan->state->last == L_COPY_END || scan->state->last == L_EXEC_END || has(scan, IN_COPY);
  if (scan->valid[NO_PERIOD] && (supplied || !has(scan, PROGRAM))) {
    clear(scan, IN_COPY);
    return emit_raw(scan, NO_PERIOD);
  }
  return false;
}

static bool scan_text(Scan *scan) {
  Cursor *at = &scan->at;
  uint8_t last = scan->state->last;
  int32_t c = look(at);
  mark(at);
  scan->area_a = at->columns && at->column >= AREA_A && at->column < AREA_B && has(scan, LINE_START);
  if (last == L_DIALECT) return scan_exec_text(scan);
  if (last == L_COMMENT_PERIOD && scan->valid[COMMENT_ENTRY] && !scan->area_a && c != '*' && !is_letter(c))
    return scan_comment_entry(scan);
  if (last == L_PIC) return scan_picture(scan);
  if (!at->columns && has(scan, LINE_START) && at->physical == 0 && (c == '*' || c == '/'))
    return scan_comment(scan, COMMENT);
  if (in_suffix(scan) && c != '(' && !is_letter(c)) return emit_raw(scan, SUFFIX_END);
  if (is_word_character(c) && c != '-' && !(c == '$' && has(scan, LINE_START))) return scan_word(scan);
  if (c == ':') {
    advance(at);
    mark(at);
    return take_tag(at) ? emit_name(scan) : emit(scan, COLON, L_OTHER);
  }
  return scan_sign_or_text(scan);
}

bool tree_sitter_cobol_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *state = payload;
  uint32_t physical = lexer->get_column(lexer);
  Scan scan = {
    .state = state,
    .at = {.lexer = lexer,
           .physical = physical,
           .column = physical ? physical + state->tab_shift : 0,
           .margin = state->format == FIXED ? MARGIN : NO_MARGIN,
           .columns = state->format != FREE},
    .valid = valid,
    .recovering = valid[ERROR_SENTINEL],
  };
  if (scan_between(&scan)) return true;
  return end_of_text(&scan.at) ? scan_end(&scan) : scan_text(&scan);
}
