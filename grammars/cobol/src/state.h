/* The scanner's state, one call's view of it, and the stack of open scopes. */
#ifndef STATE_H
#define STATE_H

#include "words.h"

enum { SCOPES_MAX = 1000 };

enum Flag {
  LINE_START = 1,      /* no token yet on this line */
  DEBUGGING = 2,       /* WITH DEBUGGING MODE: D lines are code */
  DECIMAL_COMMA = 4,   /* DECIMAL-POINT IS COMMA */
  CARDS = 8,           /* before a program's first word, where CBL and PROCESS cards stand */
  IN_COPY = 16,        /* the next period ends COPY, and no sentence */
  PROGRAM = 32,        /* a division was seen: the text is no fragment */
  ENDING = 64,         /* behind END PROGRAM */
  LOOKED_AHEAD = 128,  /* PEEKED: nothing closes before the next token */
  PHRASE_AHEAD = 256,  /* PEEKED: the next word begins a phrase of the statement that is open */
  EMPTY_TURN = 512,    /* changes with each zero-width token */
  IN_REPLACE = 4096,   /* REPLACE, and no COPY */
  COPIED = 2048,       /* COPY stood in this sentence: its text may bring an IF or the like */
  UNIT_AHEAD = 1024,   /* PEEKED: the next word begins a unit, where a period lacks before it */
  CODE = 8192,         /* behind PROCEDURE DIVISION */
  BROUGHT = 16384,     /* a COPY stood in this program: it may have brought PROCEDURE DIVISION */
};

/* What the last token was, where that decides about the next. Comments and zero-width tokens don't count. */
enum Last {
  L_OTHER, L_OPERAND, L_CLOSE, L_SUFFIX_OF, L_QUALIFIER, L_PIC, L_EXEC, L_DIALECT, L_COMMENT_HEAD, L_COMMENT_PERIOD,
  L_COPY_END, L_COPY_UNIT, L_EXEC_END, L_END, L_OPEN, L_FROM, L_UNIT_HEAD, L_COMPARING, L_PROCEDURE, L_SHARING,
};

/* REPLACE ==AO== BY ==TO==: a word, by its hash, that stands for a keyword, by its row in the table. Until the text behind
   BY is read, the row says what the word is. REPLACED_WHOLLY is one whose new text isn't a word, REPLACED_BY_ENTRY one whose new
   text begins with a number. */
typedef struct {
  uint32_t word;
  uint32_t row;
} Replaced;

enum { REPLACED_MAX = 40, REPLACED_BY_NUMBER = 0xffee, REPLACED_BY_ENTRY, REPLACED_WHOLLY, REPLACED_NAME, REPLACED_TEXT };

/* tree-sitter keeps 24 bytes of state with each token; what is longer costs it an allocation. */
typedef struct {
  struct {
    uint32_t physical, column; /* where the last token ended */
    uint16_t flags;
    uint8_t last;
    uint8_t format : 2, replaced : 6;
  } small; /* serialized first, then `replaced`, then the scopes */
  uint16_t depth;
  Replaced replaced[REPLACED_MAX];
  uint8_t scopes[SCOPES_MAX];
  KeywordIndex index;
} Scanner;

/* One call of the scanner. */
typedef struct {
  Scanner *state;
  Cursor at;
  const bool *valid;
  bool recovering; /* after an error all tokens are valid: lex plainly, close nothing */
  bool looking;    /* something may have to be closed here, before comments and columns: see what comes */
  bool passed;     /* while looking, something was passed that is a token of its own */
  bool section;    /* a look ahead found SECTION behind a name */
  bool area_a;     /* the token begins in Area A, as headers do */
  int32_t taken;   /* a sign that was read to see that it begins no comment, or 0 */
} Scan;

static inline bool has(const Scan *scan, uint16_t flag) { return scan->state->small.flags & flag; }
static inline void set(Scan *scan, uint16_t flag) { scan->state->small.flags |= flag; }
static inline void clear(Scan *scan, uint16_t flag) { scan->state->small.flags &= (uint16_t)~flag; }
static inline uint8_t last(const Scan *scan) { return scan->state->small.last; }

/* Whether a word that REPLACE makes a keyword of must be one here: where a name may stand, it stays a name. */
static inline bool is_needed(const Scan *scan, const Keyword *keyword) {
  return !scan->valid[NAME] || (keyword->class == VERB && !scan->valid[keyword->token]);
}

/* The keyword that a word is, by itself or by REPLACE, or NULL. */
static inline const Keyword *keyword_of(const Scan *scan, const Word *word) {
  const Scanner *state = scan->state;
  if (state->small.replaced && !has(scan, IN_COPY)) {
    uint32_t hash = hash_word(word);
    for (int i = 0; i < state->small.replaced; i++)
      if (state->replaced[i].word == hash && state->replaced[i].row < KEYWORD_COUNT &&
          is_needed(scan, &KEYWORDS[state->replaced[i].row]))
        return &KEYWORDS[state->replaced[i].row];
  }
  return find_keyword(state->index, word);
}

/* A text word of REPLACE's first pseudo-text: kept until the second is read. */
static inline void note_replaced(Scanner *state, uint32_t hash, bool name) {
  if (state->small.replaced == REPLACED_MAX) return;
  state->replaced[state->small.replaced++] = (Replaced){hash, name ? REPLACED_NAME : REPLACED_TEXT};
}

/* The place of the first text word that waits for the second pseudo-text, or of the end. */
static inline int first_open(const Scanner *state) {
  int place = 0;
  while (place < state->small.replaced && state->replaced[place].row < REPLACED_NAME) place++;
  return place;
}

/* Text words that are alike on both sides are dropped; if all others are names replaced by keywords, these are kept. So is one
   name that is replaced by anything but another: `row` says by what. */
static inline void settle_replaced(Scanner *state, int first, bool alike, uint32_t row) {
  int kept = first;
  bool one = state->small.replaced == first + 1 && state->replaced[first].row != REPLACED_TEXT;
  for (int i = first; i < state->small.replaced; i++)
    if (alike && state->replaced[i].row < REPLACED_NAME) state->replaced[kept++] = state->replaced[i];
  if (one && kept == first && row < REPLACED_NAME) state->replaced[kept++].row = row;
  state->small.replaced = (uint8_t)kept;
}

/* What REPLACE puts in the place of a word: its row, or REPLACED_NAME where it puts nothing that we know. */
static inline uint32_t replacing_row(const Scan *scan, const Word *word) {
  const Scanner *state = scan->state;
  if (!state->small.replaced || scan->recovering || has(scan, IN_COPY)) return REPLACED_NAME;
  uint32_t hash = hash_word(word);
  for (int i = 0; i < state->small.replaced; i++)
    if (state->replaced[i].word == hash) return state->replaced[i].row;
  return REPLACED_NAME;
}

/* What REPLACE puts in the place of a word where that can be no name, and isn't a keyword; else 0. */
static inline uint32_t replaced_by(const Scan *scan, const Word *word) {
  uint32_t row = scan->valid[NAME] ? REPLACED_NAME : replacing_row(scan, word);
  return row >= REPLACED_BY_NUMBER && row < REPLACED_NAME ? row : 0;
}

/* A zero-width token, where mark() was last. Behind an error, tree-sitter takes it only if it changes the state. */
static inline bool emit_empty(Scan *scan, uint16_t token) {
  scan->state->small.flags ^= EMPTY_TURN;
  scan->at.lexer->result_symbol = token;
  return true;
}

/* Ends looking ahead without closing anything; the text is then read again as it stands. */
static inline bool emit_peeked(Scan *scan) {
  set(scan, LOOKED_AHEAD);
  return emit_empty(scan, PEEKED);
}

/* A token that is no part of the language, ended by mark(). While looking it is only passed. */
static inline bool emit_extra(Scan *scan, uint16_t token) {
  scan->passed = true;
  if (scan->looking) return false;
  scan->at.lexer->result_symbol = token;
  return true;
}

/* A token of the language, ended by mark(). */
static inline bool emit(Scan *scan, uint16_t token, uint8_t kind) {
  clear(scan, LINE_START | LOOKED_AHEAD | PHRASE_AHEAD | UNIT_AHEAD | CARDS);
  scan->state->small.last = kind;
  scan->looking = false;
  return emit_extra(scan, token);
}

/* A token of the language that ends here. */
static inline bool emit_here(Scan *scan, uint16_t token, uint8_t kind) {
  mark(&scan->at);
  return emit(scan, token, kind);
}

/* ---- scopes ---- */

/* With a scope: a block of it is open; which of its phrases were seen. */
enum { BLOCK_OPEN = 32, POSITIVE_SEEN = 64, NEGATIVE_SEEN = 128, SCOPE = 31 };

static inline void push(Scan *scan, uint8_t scope) {
  if (scope && scan->state->depth < SCOPES_MAX) scan->state->scopes[scan->state->depth++] = scope;
}

static inline void pop(Scan *scan) {
  if (scan->state->depth) scan->state->depth--;
}

static inline bool same_scope(uint8_t open, uint8_t scope) {
  open &= SCOPE;
  return open == scope || (open == SCOPE_ELSE && scope == SCOPE_IF);
}

static inline bool is_open(const Scan *scan, uint8_t scope) {
  for (int i = scan->state->depth; i-- > 0;)
    if (same_scope(scan->state->scopes[i], scope)) return true;
  return false;
}

static inline void pop_through(Scan *scan, uint8_t scope) {
  if (!is_open(scan, scope)) return;
  while (!same_scope(scan->state->scopes[scan->state->depth - 1], scope)) pop(scan);
  pop(scan);
}

/* An IF that has no ELSE yet. */
static inline bool is_if_open(const Scan *scan) {
  for (int i = scan->state->depth; i-- > 0;)
    if ((scan->state->scopes[i] & SCOPE) == SCOPE_IF) return true;
  return false;
}

/* The innermost statement that is open, if we stand in no block of it; else 0. */
static inline uint8_t innermost(const Scan *scan) {
  uint8_t open = scan->state->depth ? scan->state->scopes[scan->state->depth - 1] : 0;
  return open & BLOCK_OPEN ? 0 : open;
}

static inline bool is_innermost(const Scan *scan, uint8_t scope) {
  uint8_t open = innermost(scan);
  return open && same_scope(open, scope);
}

/* Closes the statements that are open in the innermost block. */
static inline void pop_statements(Scan *scan) {
  while (innermost(scan)) pop(scan);
}

static inline void open_block(Scan *scan) {
  if (scan->state->depth) scan->state->scopes[scan->state->depth - 1] |= BLOCK_OPEN;
}

static inline bool is_block_open(const Scan *scan) {
  for (int i = scan->state->depth; i-- > 0;)
    if (scan->state->scopes[i] & BLOCK_OPEN) return true;
  return false;
}

static inline bool may_close(const Scan *scan) {
  const bool *valid = scan->valid;
  return valid[STATEMENT_END] || valid[BLOCK_END] || valid[BEGIN] || valid[INLINE];
}

/* Where a period may end an entry, and no statement. */
static inline bool in_entry(const Scan *scan) { return scan->valid[PERIOD] && !scan->valid[STATEMENT_END]; }

/* Opens the block that must be next, if there is one. */
static inline bool begin_block(Scan *scan) {
  if (scan->valid[INLINE]) push(scan, SCOPE_PERFORM);
  else if (!scan->valid[BEGIN]) return false;
  open_block(scan);
  return emit_empty(scan, scan->valid[INLINE] ? INLINE : BEGIN);
}

/* Closes the innermost block, with what is open in it; a block that must be next is opened first. False where no
   block is open: a sentence ends with its period. */
static inline bool close_one(Scan *scan) {
  if (begin_block(scan)) return true;
  if (!scan->valid[BLOCK_END] || !is_block_open(scan)) return false;
  pop_statements(scan);
  scan->state->scopes[scan->state->depth - 1] &= (uint8_t)~BLOCK_OPEN;
  return emit_empty(scan, BLOCK_END);
}

/* Closes what must end before a statement can begin, or opens its block. False if nothing has to. */
static inline bool close_before_statement(Scan *scan) {
  if (begin_block(scan)) return true;
  if (!scan->valid[STATEMENT_END]) return false;
  pop_statements(scan);
  return emit_empty(scan, STATEMENT_END);
}

/* Behind `A OF B` and `A (1)`, where there may be more of it. */
static inline bool in_suffix(const Scan *scan) {
  return scan->valid[SUFFIX_END] && (last(scan) == L_CLOSE || last(scan) == L_QUALIFIER);
}

/* Where an operand ends unless it goes on in OF or a parenthesis. */
static inline bool may_end_operand(const Scan *scan) { return in_suffix(scan) || scan->valid[OPERAND_END]; }

static inline bool end_operand(Scan *scan) { return emit_empty(scan, in_suffix(scan) ? SUFFIX_END : OPERAND_END); }

/* Behind a COPY that may have brought the operand. */
static inline bool is_copied(const Scan *scan) { return scan->valid[COPIED_TEXT] && last(scan) == L_COPY_END; }

/* Behind COPY and EXEC, whose text may bring the period. */
static inline bool is_supplied(const Scan *scan) {
  return scan->valid[NO_PERIOD] && (last(scan) == L_COPY_END || last(scan) == L_COPY_UNIT || last(scan) == L_EXEC_END);
}

#endif
