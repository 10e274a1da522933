/* The COBOL scanner: all lexing, and the closing of what the text leaves open.
 *
 * Tokens come in three sorts: what isn't language (between.h), words and signs, and zero-width tokens. Those that
 * close (a statement, a block, a scope) stand where the last token ended, before blanks and comments. So a call
 * that may have to close looks ahead to the next text first; if nothing closes and there were comments or columns
 * on the way, it ends in PEEKED, a zero-width token behind which they are read one by one. */
#include "between.h"
#include "closing.h"
#include "state.h"
#include "texts.h"
#include <stdlib.h>

#ifndef COBOL_FORMAT
#define COBOL_FORMAT FIXED
#endif

/* ---- numbers and signs ---- */

static void take_digits(Cursor *at) {
  while (is_digit(look(at)) && at->column < at->margin) advance(at);
}

/* A number at the end of its line goes on in the next, as words do; its point may stand anywhere. */
static void take_continued_digits(Cursor *at) {
  while (is_continued(at) && (is_digit(look(at)) || look(at) == '.')) {
    if (look(at) == '.') {
      advance(at);
      if (!is_digit(look(at)) && !is_continued(at)) return;
    }
    if (!is_digit(look(at))) return;
    take_digits(at);
    mark(at);
  }
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

/* The name of a paragraph or section, which is marked. */
static bool emit_header(Scan *scan) {
  is_header_ahead(scan);
  return emit(scan, scan->section ? SECTION_NAME : HEADER, L_OTHER);
}

static bool may_be_level(const Scan *scan) { return scan->valid[LEVEL_NUMBER] || scan->valid[DRAWN_LEVEL]; }

static bool emit_level(Scan *scan) { return emit(scan, scan->valid[DRAWN_LEVEL] ? DRAWN_LEVEL : LEVEL_NUMBER, L_OTHER); }

/* `05 NAME` at the start of a line, where an entry lacks its period. Leaves the cursor anywhere. */
static bool begins_entry(Scan *scan) {
  Cursor *at = &scan->at;
  skip_blanks(at);
  if (!is_letter(look(at)) || end_of_line(at)) return false;
  Word word = read_word(at);
  return is(&word, "FILLER") || !find_keyword(scan->state->index, &word);
}

/* A word at the end of its line goes on in the next, if that has a hyphen in its indicator. */
static bool scan_number(Scan *scan, Word *word) {
  Cursor *at = &scan->at;
  const bool *valid = scan->valid;
  bool level = is_level(scan, word), plain = !scan->recovering && !valid[NUMBER_LITERAL];
  mark(at);
  bool entries = has(scan, PROGRAM) && !has(scan, CODE) && level && may_be_level(scan);
  if (plain && valid[HEADER] && !entries && (!may_be_level(scan) || word->length > 2 || is_header_ahead(scan)))
    return scan->section ? emit(scan, SECTION_NAME, L_OTHER) : emit_header(scan);
  if (may_be_level(scan) && word->length <= 2 && (level || plain)) return emit_level(scan);
  if (plain && valid[NAME]) return emit(scan, NAME, L_OPERAND);
  take_fraction(scan);
  take_continuation(at, word);
  if (level && in_entry(scan) && !scan->recovering && begins_entry(scan)) return emit_level(scan);
  return emit(scan, NUMBER_LITERAL, L_OPERAND);
}

/* `-1` is a number where no operand stands before it; behind one it is an operator, if there may be one. */
static bool scan_plus_minus(Scan *scan, int32_t sign) {
  Cursor *at = &scan->at;
  uint16_t token = sign == '+' ? PLUS : MINUS;
  bool behind_operand = last(scan) == L_OPERAND || last(scan) == L_CLOSE || last(scan) == L_QUALIFIER;
  advance(at);
  mark(at);
  bool joined = (!end_of_line(at) && !is_blank(look(at))) || is_continued(at);
  bool number = joined && (is_digit(look(at)) || look(at) == '.') && at->column < at->margin;
  if (!number || (behind_operand && scan->valid[token] && !in_entry(scan))) return emit(scan, token, L_OTHER);
  if (look(at) == '.') {
    advance(at);
    if (!is_digit(look(at))) return emit(scan, token, L_OTHER);
  }
  take_digits(at);
  take_fraction(scan);
  take_continued_digits(at);
  return emit(scan, NUMBER_LITERAL, L_OPERAND);
}

/* A period that ends something; it leaves no scope open. */
static bool emit_period(Scan *scan) {
  bool ending = has(scan, ENDING);
  if (has(scan, IN_COPY)) {
    clear(scan, IN_COPY | IN_REPLACE);
    return emit_here(scan, PERIOD, L_COPY_END);
  }
  scan->state->depth = 0;
  clear(scan, ending ? ENDING | COPIED | BROUGHT | CODE : COPIED);
  uint8_t kind = last(scan) == L_COMMENT_HEAD ? L_COMMENT_PERIOD : last(scan) == L_UNIT_HEAD ? L_UNIT_HEAD : L_OTHER;
  emit_here(scan, PERIOD, kind);
  if (ending) set(scan, CARDS);
  return true;
}

static bool scan_point(Scan *scan) {
  Cursor *at = &scan->at;
  bool apart = at->physical != scan->state->small.physical; /* VALUES .1 .2 */
  advance(at);
  bool number = is_digit(look(at)) && at->column < at->margin && (apart || !in_entry(scan));
  if (scan->looking) {
    if (!number && !has(scan, IN_COPY) && close_one(scan)) return true;
    if (scan->passed) return emit_peeked(scan);
    at->frozen = false;
  }
  if (!number) return emit_period(scan);
  take_digits(at);
  take_fraction(scan);
  return emit(scan, NUMBER_LITERAL, L_OPERAND);
}

static bool scan_pair(Scan *scan, int32_t second, uint16_t pair, uint16_t single) {
  Cursor *at = &scan->at;
  if (look(at) != second || at->column >= at->margin) return emit(scan, single, L_OTHER);
  advance(at);
  return emit_here(scan, pair, L_OTHER);
}

/* A word in whose place REPLACE puts another text. */
static bool emit_replaced(Scan *scan, uint32_t by) {
  if (by == REPLACED_BY_ENTRY && may_be_level(scan)) return emit_level(scan);
  if (by == REPLACED_BY_NUMBER) return may_be_level(scan) ? emit_level(scan) : emit(scan, NUMBER_LITERAL, L_OPERAND);
  clear(scan, LOOKED_AHEAD);
  scan->looking = false;
  return emit_extra(scan, REPLACED_WORD);
}

static bool emit_keyword(Scan *scan, const Keyword *keyword);

/* Behind a colon or slash: what REPLACE makes of the word that it begins, which can be no name; else the sign alone. */
static bool scan_tagged(Scan *scan, const Word *tag, uint16_t sign) {
  uint32_t row = tag->length ? replacing_row(scan, tag) : REPLACED_NAME;
  if (row >= REPLACED_NAME) return emit(scan, sign, L_OTHER);
  mark(&scan->at);
  return row < KEYWORD_COUNT ? emit_keyword(scan, &KEYWORDS[row]) : emit_replaced(scan, row);
}

static bool scan_slash(Scan *scan) {
  Word tag = {0};
  if (scan->state->small.replaced) tag = read_tag(&scan->at, '/');
  return scan_tagged(scan, &tag, SLASH);
}

/* Whether a parenthesis opens a subscript or the like: behind a name, with no comma between. */
static bool opens_suffix(const Scan *scan) { return scan->valid[SUFFIX_END] && !scan->recovering && last(scan) != L_OTHER; }

/* The sign c, which is behind the cursor. */
static bool scan_operator(Scan *scan, int32_t c) {
  Cursor *at = &scan->at;
  mark(at);
  switch (c) {
  case ',':
  case ';': return emit(scan, SEPARATOR, L_OTHER);
  case '(': return emit(scan, opens_suffix(scan) ? SUFFIX_OPEN : OPEN, L_OPEN);
  case ')': return emit(scan, CLOSE, L_CLOSE);
  case '&': return emit(scan, AMPERSAND, L_OTHER);
  case '/': return scan_slash(scan);
  case '*': return scan_pair(scan, '*', POWER, STAR);
  case '>': return scan_pair(scan, '=', AT_LEAST, GREATER_THAN);
  case '<': return look(at) == '=' ? scan_pair(scan, '=', AT_MOST, LESS_THAN) : scan_pair(scan, '>', UNEQUAL, LESS_THAN);
  case '=':
    if (look(at) != '=' || !scan->valid[PSEUDO_TEXT]) return emit(scan, EQUALS, L_OTHER);
    advance(at);
    return scan_pseudo_text(scan);
  default: return emit(scan, STRAY, L_OTHER);
  }
}

static bool scan_sign(Scan *scan, int32_t c) {
  Cursor *at = &scan->at;
  if (scan->looking && may_end_operand(scan) && !(c == '(' && opens_suffix(scan))) return end_operand(scan);
  if (c == '.') return scan_point(scan);
  if (scan->passed) return emit_peeked(scan);
  at->frozen = false;
  if (scan->taken) return scan_operator(scan, scan->taken);
  if (c == '+' || c == '-') return scan_plus_minus(scan, c);
  if (c == '"' || c == '\'') return scan_literal(scan);
  advance(at);
  return scan_operator(scan, c);
}

/* ---- words ---- */

static bool at_colon(const Cursor *at) { return look(at) == ':' && at->column < at->margin; }

/* Behind a colon: takes `TAG:` and what is joined to it, if there is one. The word is the tag alone. */
static bool take_tag(Cursor *at, Word *word) {
  *word = read_tag(at, ':');
  if (!word->length || word->text[word->length - 1] != ':') return false;
  mark(at);
  while (in_word(at) || at_colon(at)) {
    word->length = 0;
    if (in_word(at)) {
      read_word(at);
    } else {
      advance(at);
      Word tag = read_tag(at, ':');
      if (!tag.length || tag.text[tag.length - 1] != ':') break;
    }
    mark(at);
  }
  return true;
}

static uint8_t kind_of(const Scan *scan, uint16_t token) {
  switch (token) {
  case T_PIC: return L_PIC;
  case T_EXEC: return L_EXEC;
  case T_END_EXEC: return L_EXEC_END;
  case T_END: return L_END;
  case T_SHARING: return L_SHARING;
  case T_WITH: return last(scan) == L_SHARING ? L_SHARING : L_OTHER;
  case T_FROM: return L_FROM;
  case T_PROCEDURE: return L_PROCEDURE;
  case T_GREATER:
  case T_LESS: return L_COMPARING;
  case T_PROGRAM_ID:
  case T_FUNCTION_ID: return L_UNIT_HEAD;
  case T_PROGRAM:
  case T_FUNCTION: return last(scan) == L_END ? L_UNIT_HEAD : L_OTHER;
  case T_FIGURATIVE_CONSTANT: return L_OPERAND;
  case T_COMMENT_HEADING: return scan->recovering ? L_OTHER : L_COMMENT_HEAD;
  default: return L_OTHER;
  }
}

static void note_scope(Scan *scan, const Keyword *keyword) {
  Scanner *state = scan->state;
  if (keyword->class == TERMINATOR) pop_through(scan, keyword->scope);
  else if (keyword->token == T_ELSE && innermost(scan) == SCOPE_IF) state->scopes[state->depth - 1] = SCOPE_ELSE;
  else if (keyword->token == T_ELSE) push(scan, SCOPE_ELSE);
  else if (keyword->token != T_PERFORM) push(scan, keyword->scope);
}

/* END-x that ends nothing, and ELSE without IF; what COPY brings may have begun it. */
static bool is_stray(const Scan *scan, const Keyword *keyword) {
  if (keyword->token == T_ELSE) return innermost(scan) != SCOPE_IF;
  return keyword->class == TERMINATOR && !is_innermost(scan, keyword->scope);
}

static bool emit_keyword(Scan *scan, const Keyword *keyword) {
  uint16_t token = keyword->token;
  if (!scan->recovering && !has(scan, COPIED) && is_stray(scan, keyword)) return emit(scan, STRAY, L_OTHER);
  if (token == T_THEN && last(scan) == L_COMPARING) token = T_THAN; /* LESS THEN */
  note_scope(scan, keyword);
  if (token == T_DEBUGGING && scan->valid[T_MODE] && !scan->recovering) set(scan, DEBUGGING);
  if (token == T_DECIMAL_POINT && !scan->recovering) set(scan, DECIMAL_COMMA);
  if (token == T_DIVISION) {
    set(scan, PROGRAM);
    last(scan) == L_PROCEDURE ? set(scan, CODE) : clear(scan, CODE);
  }
  if (token == T_COPY || token == T_REPLACE) set(scan, IN_COPY);
  if (token == T_COPY) set(scan, COPIED | BROUGHT);
  if (token == T_REPLACE) {
    set(scan, IN_REPLACE);
    scan->state->small.replaced = 0;
  }
  if ((token == T_PROGRAM || token == T_FUNCTION) && last(scan) == L_END) set(scan, ENDING);
  if ((token == T_OF || token == T_IN) && scan->valid[SUFFIX_END] && !scan->recovering)
    return emit(scan, SUFFIX_OF, L_SUFFIX_OF);
  return emit(scan, token, kind_of(scan, token));
}

static bool is_keyword_here(const Scan *scan, const Keyword *keyword) {
  if (!keyword || last(scan) == L_EXEC || (last(scan) == L_UNIT_HEAD && !scan->recovering)) return false;
  if (has(scan, IN_COPY)) return scan->valid[keyword->token]; /* any word may be replaced */
  bool named = last(scan) == L_OPEN || last(scan) == L_SHARING; /* DFHVALUE(DELETE), SHARING WITH READ ONLY */
  if (named && keyword->class == VERB) return false;
  if (scan->recovering) return keyword->class != CONTEXTUAL || has(scan, LINE_START);
  if (has(scan, UNIT_AHEAD)) return true;
  if (keyword->class == CONTEXTUAL || keyword->class == SOFT_VERB) return scan->valid[keyword->token];
  return true;
}

/* A paragraph or section in a program that isn't in its PROCEDURE DIVISION: a header that is misspelt. Told once. */
static bool is_misplaced(const Scan *scan) { return has(scan, PROGRAM) && !has(scan, CODE | BROUGHT); }

static bool emit_misplaced(Scan *scan) {
  set(scan, BROUGHT);
  return emit(scan, STRAY, L_OTHER);
}

static bool emit_name(Scan *scan) {
  uint8_t kind = last(scan) == L_SUFFIX_OF ? L_QUALIFIER : last(scan) == L_EXEC ? L_DIALECT : L_OPERAND;
  bool header = !scan->recovering && (has(scan, UNIT_AHEAD) || (!scan->valid[NAME] && (scan->valid[HEADER] || scan->area_a)));
  if (header && is_misplaced(scan)) return emit_misplaced(scan);
  return header ? emit_header(scan) : emit(scan, NAME, kind);
}

/* EJECT, SKIP1 to SKIP3 and TITLE, alone on their line. */
static bool is_listing_word(const Scan *scan, const Word *word) {
  if (!has(scan, LINE_START)) return false;
  if (is(word, "EJECT") || is(word, "TITLE")) return true;
  return word->length == 5 && !strncmp(word->text, "SKIP", 4) && word->text[4] >= '1' && word->text[4] <= '3';
}

/* The cursor is behind the word, which is marked. */
static bool is_listing_line(Cursor *at, const Word *word) {
  skip_blanks(at);
  if (is(word, "TITLE")) return look(at) == '"' || look(at) == '\'';
  return end_of_line(at) || look(at) == '.';
}

static bool scan_text(Scan *scan);

/* The rest of the line as a token that is no part of the language; while looking, what comes behind it. */
static bool scan_aside(Scan *scan, uint16_t token) {
  take_to_margin(&scan->at);
  if (emit_extra(scan, token)) return true;
  return scan_between(scan) || scan_text(scan);
}

/* In free format a D and a blank in column 1 make a line of debugging. */
static bool is_free_debug_line(const Cursor *at, const Word *word) {
  return !at->columns && at->physical == 1 && is(word, "D") && is_blank(look(at));
}

static bool is_comment_entry(const Scan *scan) {
  return last(scan) == L_COMMENT_PERIOD && scan->valid[COMMENT_ENTRY] && !scan->area_a;
}

/* Behind LENGTH and ADDRESS, which else are names of functions or of anything: whether OF follows, or LENGTH's item. */
static bool is_attribute(Scan *scan, bool length) {
  Cursor *at = &scan->at;
  if (!to_next_text(at) || !in_word(at)) return false;
  Word word = read_word(at);
  return is(&word, "OF") || (length && scan->valid[T_ATTRIBUTE] && !word.digits && !find_keyword(scan->state->index, &word));
}

/* COPY NAME.cpy */
static void take_extension(Cursor *at) {
  advance(at);
  if (!in_word(at)) return;
  read_word(at);
  mark(at);
}

/* Opens the phrase that was seen from before, or reads the word that is behind the cursor. */
static bool scan_read_word(Scan *scan, Word *word) {
  Cursor *at = &scan->at;
  if (has(scan, PHRASE_AHEAD)) {
    at->frozen = true;
    take_continuation(at, word);
    uint16_t phrase = phrase_ahead(scan, *word);
    clear(scan, PHRASE_AHEAD | LOOKED_AHEAD);
    if (scan->state->depth) scan->state->scopes[scan->state->depth - 1] |= seen_flag(phrase);
    return emit_empty(scan, phrase);
  }
  if (word->digits) return scan_number(scan, word);
  mark(at);
  if (at_colon(at)) {
    Word tag;
    advance(at);
    if (take_tag(at, &tag)) return emit_name(scan);
  } else if (look(at) == '.' && has(scan, IN_COPY)) {
    take_extension(at);
  } else if (is(word, "LENGTH") || is(word, "ADDRESS")) {
    if (scan->valid[T_ATTRIBUTE] && is_attribute(scan, is(word, "LENGTH"))) return emit(scan, T_ATTRIBUTE, L_OTHER);
    return emit_name(scan);
  } else {
    take_continuation(at, word);
  }
  uint32_t by = replaced_by(scan, word);
  if (by) return emit_replaced(scan, by);
  const Keyword *keyword = keyword_of(scan, word);
  return is_keyword_here(scan, keyword) ? emit_keyword(scan, keyword) : emit_name(scan);
}

/* X"00", N"..." */
static bool has_prefix(const Cursor *at, const Word *word) {
  return (look(at) == '"' || look(at) == '\'') && at->column < at->margin && word->length <= 2 && is_prefix(word);
}

/* The keyword that a word is, which may go on in the next line: then the cursor has moved there. */
static const Keyword *look_up(Scan *scan, Word *word, bool *moved) {
  Cursor *at = &scan->at;
  const Keyword *keyword = keyword_of(scan, word);
  *moved = !keyword && at->columns && (is_blank(look(at)) || end_of_line(at)) && begins_keyword(scan->state->index, word);
  if (!*moved) return keyword;
  take_continuation(at, word);
  return keyword_of(scan, word);
}

static bool scan_word(Scan *scan) {
  Cursor *at = &scan->at;
  Word word = read_word(at);
  if (has(scan, CARDS) && has(scan, LINE_START) && is_card(&word, at)) return mark(at), scan_directive(scan);
  if (is_comment_entry(scan) && !(has(scan, LINE_START) && is_heading(&word))) return mark(at), scan_comment_entry(scan);
  if (is_free_debug_line(at, &word)) return mark(at), scan_aside(scan, DEBUG_LINE);
  if (is_listing_word(scan, &word)) {
    mark(at);
    if (is_listing_line(at, &word)) return scan_aside(scan, DIRECTIVE);
    if (scan->looking) return emit_peeked(scan);
    return emit_name(scan);
  }
  if (has_prefix(at, &word)) {
    if (!scan->looking) return scan_literal(scan);
    if (may_end_operand(scan)) return end_operand(scan);
    if (scan->passed) return emit_peeked(scan);
    at->frozen = false;
    return scan_literal(scan);
  }
  bool moved = false;
  if (scan->looking || (scan->valid[SENTENCE_BEGIN] && !has(scan, LOOKED_AHEAD))) {
    at->frozen = true;
    const Keyword *keyword = look_up(scan, &word, &moved);
    if (scan->looking && !replaced_by(scan, &word) && close_before_word(scan, &word, keyword)) return true;
    if (begins_sentence(scan, keyword)) return emit_empty(scan, SENTENCE_BEGIN);
    if (scan->passed || moved) return emit_peeked(scan);
    at->frozen = false;
  }
  return scan_read_word(scan, &word);
}

/* ---- one call ---- */

/* The end of the text closes what is open. A fragment needs no last period. */
static bool scan_end(Scan *scan) {
  if (scan->recovering) return false;
  if (may_end_operand(scan)) return end_operand(scan);
  if (close_one(scan)) return true;
  if (!scan->valid[NO_PERIOD] || (has(scan, PROGRAM) && !is_supplied(scan) && !has(scan, IN_COPY))) return false;
  clear(scan, IN_COPY);
  return emit_empty(scan, NO_PERIOD);
}

static bool scan_text(Scan *scan) {
  Cursor *at = &scan->at;
  int32_t c = look(at);
  mark(at);
  scan->area_a = at->columns && at->column >= AREA_A && at->column < AREA_B && has(scan, LINE_START);
  if (scan->taken) return scan_sign(scan, scan->taken);
  if (at->columns && at->column == INDICATOR_COLUMN) {
    if (scan->looking) return emit_peeked(scan);
    advance(at);
    return emit_here(scan, STRAY, L_OTHER);
  }
  if (last(scan) == L_DIALECT) return scan->looking ? emit_peeked(scan) : scan_exec_text(scan);
  if (last(scan) == L_PIC) return scan->looking ? emit_peeked(scan) : scan_picture(scan);
  if (is_comment_entry(scan) && !is_letter(c)) return scan_comment_entry(scan);
  if (is_word_character(c) && c != '-') return scan_word(scan);
  if (c != ':') return scan_sign(scan, c);
  if (scan->looking && may_end_operand(scan)) return end_operand(scan);
  if (scan->passed) return emit_peeked(scan);
  at->frozen = false;
  Word tag;
  advance(at);
  mark(at);
  if (!take_tag(at, &tag)) return scan_tagged(scan, &tag, COLON);
  uint32_t by = replaced_by(scan, &tag);
  return by ? emit_replaced(scan, by) : emit_name(scan);
}

/* Where a scan begins. The state knows where the last token ended; only after an error, when tree-sitter
   has stepped over text by itself, must it be asked, which costs it a walk from the line's start: too much for a line without end. */
static inline void set_place(Scan *scan) {
  Cursor *at = &scan->at;
  at->physical = scan->state->small.physical;
  at->column = scan->state->small.column;
  if (!scan->recovering || at->physical > LONG_LINE) return;
  uint32_t physical = at->lexer->get_column(at->lexer);
  at->column = physical ? at->column - at->physical + physical : 0;
  at->physical = physical;
}

/* What stands beyond LONG_LINE in a line is no source: one token, an error. Each error costs tree-sitter a tenth of a
   millisecond, so that a line without end could hold it up for minutes. */
static bool scan_rest_of_line(Scan *scan) {
  if (scan->looking) return emit_peeked(scan);
  if (scan->taken) mark(&scan->at);
  take_line(&scan->at);
  return emit(scan, STRAY, L_OTHER);
}

static bool scan_token(Scan *scan) {
  Scanner *state = scan->state;
  if (scan->valid[COPY_END] && last(scan) == L_COPY_END && !scan->recovering) {
    state->small.last = L_COPY_UNIT;
    return emit_empty(scan, COPY_END);
  }
  scan->looking = !scan->recovering && !has(scan, LOOKED_AHEAD) &&
                  (may_close(scan) || may_end_operand(scan) || is_supplied(scan) || is_copied(scan));
  scan->at.frozen = scan->looking;
  if (scan_between(scan)) return true;
  if (scan->at.physical > LONG_LINE && !end_of_text(&scan->at)) return scan_rest_of_line(scan);
  return end_of_text(&scan->at) && !scan->taken ? scan_end(scan) : scan_text(scan);
}

bool tree_sitter_cobol_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *state = payload;
  Scan scan = {
    .state = state,
    .at = {.lexer = lexer, .format = state->small.format},
    .valid = valid,
    .recovering = valid[ERROR_SENTINEL],
  };
  set_place(&scan);
  set_columns(&scan.at);
  mark(&scan.at);
  bool found = scan_token(&scan);
  state->small.physical = scan.at.end_physical;
  state->small.column = scan.at.end_column;
  return found;
}

/* ---- the scanner's life ---- */

static void reset(Scanner *scanner) {
  memset(&scanner->small, 0, sizeof scanner->small);
  scanner->small.format = COBOL_FORMAT;
  scanner->small.flags = LINE_START | CARDS;
  scanner->depth = 0;
}

void *tree_sitter_cobol_external_scanner_create(void) {
  Scanner *scanner = calloc(1, sizeof(Scanner));
  reset(scanner);
  index_keywords(scanner->index);
  return scanner;
}

void tree_sitter_cobol_external_scanner_destroy(void *payload) { free(payload); }

unsigned tree_sitter_cobol_external_scanner_serialize(void *payload, char *buffer) {
  Scanner *scanner = payload;
  unsigned replaced = scanner->small.replaced * sizeof(Replaced), before = sizeof scanner->small + replaced;
  unsigned depth = before + scanner->depth > TREE_SITTER_SERIALIZATION_BUFFER_SIZE
                     ? TREE_SITTER_SERIALIZATION_BUFFER_SIZE - before : scanner->depth;
  memcpy(buffer, &scanner->small, sizeof scanner->small);
  if (replaced) memcpy(buffer + sizeof scanner->small, scanner->replaced, replaced);
  memcpy(buffer + before, scanner->scopes, depth);
  return before + depth;
}

void tree_sitter_cobol_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  reset(scanner);
  if (length < sizeof scanner->small) return;
  memcpy(&scanner->small, buffer, sizeof scanner->small);
  unsigned replaced = scanner->small.replaced * sizeof(Replaced), before = sizeof scanner->small + replaced;
  if (replaced) memcpy(scanner->replaced, buffer + sizeof scanner->small, replaced);
  scanner->depth = (uint16_t)(length - before);
  memcpy(scanner->scopes, buffer + before, scanner->depth);
}
