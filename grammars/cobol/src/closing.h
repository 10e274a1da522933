/* What the text leaves open, and must be closed before the word that comes. */
#ifndef CLOSING_H
#define CLOSING_H

#include "state.h"

/* Behind a word: whether it is a header, `NAME.`, `NAME SECTION`, `DATA DIVISION`. Leaves the cursor anywhere. */
static inline bool is_header_ahead(Scan *scan) {
  Cursor *at = &scan->at;
  if (!to_next_text(at)) return false;
  if (look(at) == '.') return true;
  Word word = read_word(at);
  scan->section = is(&word, "SECTION");
  return scan->section || is(&word, "DIVISION");
}

static inline bool is_level(const Scan *scan, const Word *word) {
  return word->digits && word->length <= 2 && has(scan, LINE_START);
}

/* The phrase that begins at this word, ERROR_SENTINEL for END PROGRAM and the like, or 0.
   Leaves the cursor anywhere. */
static inline uint16_t phrase_ahead(Scan *scan, Word word) {
  Cursor *at = &scan->at;
  bool negated = is(&word, "NOT"), bare = !is(&word, "AT");
  if (is(&word, "NO") || is(&word, "WITH")) {
    uint16_t phrase = is(&word, "NO") ? NO_DATA : WITH_DATA;
    if (!to_next_text(at) || !in_word(at)) return 0;
    word = read_whole_word(at);
    return is(&word, "DATA") ? phrase : 0;
  }
  for (int words = 0; words < 2 && (is(&word, "NOT") || is(&word, "AT") || is(&word, "ON")); words++) {
    if (!to_next_text(at) || !in_word(at)) return 0;
    word = read_whole_word(at);
  }
  if (is(&word, "INVALID")) return negated ? NOT_INVALID_KEY : INVALID_KEY;
  if (is(&word, "EXCEPTION") || is(&word, "ESCAPE")) return negated ? NOT_EXCEPTION : EXCEPTION;
  if (is(&word, "OVERFLOW")) return negated ? NOT_OVERFLOWS : OVERFLOWS;
  if (is(&word, "EOP") || is(&word, "END-OF-PAGE")) return negated ? NOT_END_OF_PAGE : END_OF_PAGE;
  bool size = is(&word, "SIZE");
  if (!size && !is(&word, "END")) return 0;
  Word next = {0};
  if (to_next_text(at) && in_word(at)) next = read_whole_word(at);
  if (size) return !is(&next, "ERROR") ? 0 : negated ? NOT_SIZE_ERROR : SIZE_ERROR;
  if (bare && !negated && (is(&next, "PROGRAM") || is(&next, "DECLARATIVES") || is(&next, "FUNCTION")))
    return ERROR_SENTINEL;
  return negated ? NOT_AT_END : AT_END;
}

/* Whether a statement of this scope takes the phrase. */
static inline bool takes_phrase(uint8_t scope, uint16_t phrase) {
  bool key = phrase == INVALID_KEY || phrase == NOT_INVALID_KEY;
  bool exception = phrase == EXCEPTION || phrase == NOT_EXCEPTION, overflow = phrase == OVERFLOWS || phrase == NOT_OVERFLOWS;
  switch (scope) {
  case SCOPE_READ: return phrase <= NOT_AT_END || key;
  case SCOPE_RECEIVE: return phrase >= NO_DATA;
  case SCOPE_RETURN:
  case SCOPE_SEARCH: return phrase <= NOT_AT_END;
  case SCOPE_WRITE: return phrase == END_OF_PAGE || phrase == NOT_END_OF_PAGE || key;
  case SCOPE_REWRITE:
  case SCOPE_DELETE:
  case SCOPE_START: return key;
  case SCOPE_ADD:
  case SCOPE_SUBTRACT:
  case SCOPE_MULTIPLY:
  case SCOPE_DIVIDE:
  case SCOPE_COMPUTE: return phrase == SIZE_ERROR || phrase == NOT_SIZE_ERROR;
  case SCOPE_ACCEPT:
  case SCOPE_DISPLAY:
  case SCOPE_INVOKE:
  case SCOPE_JSON:
  case SCOPE_XML: return exception;
  case SCOPE_CALL: return exception || overflow;
  case SCOPE_STRING:
  case SCOPE_UNSTRING: return overflow;
  default: return false;
  }
}

static inline uint8_t seen_flag(uint16_t phrase) { return (phrase - AT_END) % 2 ? NEGATIVE_SEEN : POSITIVE_SEEN; }

/* Whether the statement at this place of the stack takes the phrase, and hasn't had it. */
static inline bool still_takes(const Scan *scan, int place, uint16_t phrase) {
  uint8_t open = scan->state->scopes[place];
  return takes_phrase(open & SCOPE, phrase) && !(open & seen_flag(phrase));
}

static inline bool is_taken(const Scan *scan, uint16_t phrase) {
  for (int i = scan->state->depth; i-- > 0;)
    if (still_takes(scan, i, phrase)) return true;
  return false;
}

static inline bool may_begin_phrase(const Scan *scan, uint16_t token) {
  if (token == T_NO || token == T_WITH) return is_open(scan, SCOPE_RECEIVE);
  return token == T_AT || token == T_ON || token == T_NOT || token == T_END || token == T_INVALID || token == T_SIZE ||
         token == T_EXCEPTION || token == T_OVERFLOW || token == T_EOP;
}

/* Before END PROGRAM, a header or a level, where a period lacks. */
static inline bool close_before_unit(Scan *scan) {
  if (close_one(scan)) return true;
  if (scan->valid[BLOCK_END]) set(scan, UNIT_AHEAD);
  return emit_peeked(scan);
}

/* A phrase goes to the innermost statement that can take it: what is open inside of that is closed first. */
static inline bool close_before_phrase(Scan *scan, const Word *word) {
  uint16_t phrase = phrase_ahead(scan, *word);
  bool open = may_close(scan);
  if (phrase == ERROR_SENTINEL) return close_before_unit(scan);
  if (!phrase || !open || !is_taken(scan, phrase)) return emit_peeked(scan);
  if (!scan->valid[phrase] || !innermost(scan) || !still_takes(scan, scan->state->depth - 1, phrase))
    return close_one(scan) || emit_peeked(scan);
  set(scan, PHRASE_AHEAD);
  return emit_peeked(scan);
}

/* A word that would be a header if it weren't for a period that lacks before it. */
static inline bool may_be_header(const Scan *scan, const Keyword *keyword) {
  if (!has(scan, LINE_START)) return false;
  if (is_supplied(scan) && !scan->valid[BLOCK_END]) return !keyword || (keyword->class == CONTEXTUAL && !scan->valid[keyword->token]);
  if (!keyword) return (scan->area_a || !scan->valid[NAME]) && !scan->valid[HEADER];
  uint16_t token = keyword->token;
  return !scan->valid[token] &&
         (token == T_DATA || token == T_PROCEDURE || token == T_ENVIRONMENT || token == T_IDENTIFICATION);
}

/* Before a header or a level. EXEC brings no period before a header: it holds no text, as COPY does. */
static inline bool close_or_supply(Scan *scan, bool header) {
  if (close_one(scan)) return true;
  bool supplied = is_supplied(scan) || (!header && last(scan) == L_EXEC_END);
  if (!supplied || (header && last(scan) == L_EXEC_END)) return close_before_unit(scan);
  pop_statements(scan);
  return emit_empty(scan, NO_PERIOD);
}

/* Whether an inline PERFORM, which only its END-PERFORM ends, is open inside of the innermost such scope. */
static inline bool is_in_loop(const Scan *scan, uint8_t scope) {
  for (int i = scan->state->depth; i-- > 0;) {
    uint8_t open = scan->state->scopes[i];
    if (same_scope(open, scope)) return false;
    if (open == (SCOPE_PERFORM | BLOCK_OPEN)) return !has(scan, COPIED);
  }
  return false;
}

/* END-x ends the innermost scope; what is open inside of its own is closed first. */
static inline bool close_before_terminator(Scan *scan, uint8_t scope) {
  if (scan->valid[T_TERMINATOR] && is_innermost(scan, scope)) return false;
  if ((is_open(scan, scope) && !is_in_loop(scan, scope)) || (scope == SCOPE_PERFORM && scan->valid[INLINE])) return close_one(scan);
  return close_before_statement(scan); /* a stray costs nothing but itself */
}

/* NEXT SENTENCE, where NEXT alone may be a name. */
static inline bool close_before_next(Scan *scan) {
  Cursor *at = &scan->at;
  bool sentence = false;
  if (to_next_text(at) && in_word(at)) {
    Word word = read_word(at);
    sentence = is(&word, "SENTENCE");
  }
  return (sentence && close_before_statement(scan)) || emit_peeked(scan);
}

/* Whether a verb that may be a name is one: at the start of a line, or behind an operand where a block begins. */
static inline bool begins_statement(const Scan *scan) {
  uint8_t kind = last(scan);
  bool operand = kind == L_OPERAND || kind == L_CLOSE || kind == L_QUALIFIER;
  return has(scan, LINE_START) || (operand && scan->valid[BEGIN]) || (!scan->valid[NAME] && scan->valid[BEGIN]);
}

/* While looking: what must be closed before this word. True if a token was emitted. */
static inline bool close_before_word(Scan *scan, const Word *word, const Keyword *keyword) {
  uint16_t token = keyword ? keyword->token : NAME;
  uint8_t class = keyword ? keyword->class : CONTEXTUAL;
  if (is_copied(scan) && class == RESERVED && !scan->valid[token]) {
    scan->state->small.last = L_OPERAND;
    return emit_empty(scan, COPIED_TEXT);
  }
  if (may_end_operand(scan)) return !(scan->valid[SUFFIX_END] && (token == T_OF || token == T_IN)) && end_operand(scan);
  if (class == VERB && !scan->valid[token]) return close_before_statement(scan);
  if (token == T_NEXT && !scan->valid[token]) return close_before_next(scan);
  if (class == SOFT_VERB && !scan->valid[token]) return begins_statement(scan) && close_before_statement(scan);
  if (is_level(scan, word) && (is_supplied(scan) || last(scan) == L_EXEC_END)) return close_or_supply(scan, false);
  if (may_begin_phrase(scan, token) && last(scan) != L_FROM) return close_before_phrase(scan, word);
  if (may_be_header(scan, keyword)) return is_header_ahead(scan) ? close_or_supply(scan, true) : emit_peeked(scan);
  if (!may_close(scan)) return false;
  if (class == TERMINATOR) return close_before_terminator(scan, keyword->scope);
  if (token == T_ELSE) {
    if (!is_if_open(scan)) return close_before_statement(scan);
    return (innermost(scan) != SCOPE_IF || scan->valid[BEGIN]) && close_one(scan);
  }
  if (scan->valid[token]) return false;
  if (token == T_WHEN) return (is_open(scan, SCOPE_EVALUATE) || is_open(scan, SCOPE_SEARCH)) && close_one(scan);
  return false;
}

/* Between units: whether a word begins statements, and no unit. */
static inline bool begins_sentence(const Scan *scan, const Keyword *keyword) {
  if (!scan->valid[SENTENCE_BEGIN] || scan->recovering || !keyword || scan->valid[keyword->token]) return false;
  if (keyword->class == TERMINATOR || keyword->token == T_ELSE) return has(scan, COPIED);
  return (keyword->class == VERB || keyword->class == SOFT_VERB) && last(scan) != L_UNIT_HEAD && !has(scan, UNIT_AHEAD);
}

#endif
