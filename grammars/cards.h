/* Card images, as JCL and assembler macros are written on: text in columns 1-71, a mark of continuation in
 * column 72, numbers in 73-80. Here columns count from 0. */
#ifndef CARDS_H
#define CARDS_H

#include "tree_sitter/parser.h"

enum { CONTINUED_TEXT = 15, CONTINUATION_COLUMN = 71, NUMBERS = 72 };

typedef struct {
  TSLexer *lexer;
  uint32_t column;
} Card;

static inline int32_t look(const Card *at) { return at->lexer->lookahead; }

static inline bool end_of_text(const Card *at) { return !at->lexer->lookahead && at->lexer->eof(at->lexer); }

static inline bool end_of_line(const Card *at) { return look(at) == '\n' || end_of_text(at); }

static inline bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x1a; }

/* Whether the text field goes on: neither the line nor its 71 columns are over. */
static inline bool in_field(const Card *at) { return at->column < CONTINUATION_COLUMN && !end_of_line(at); }

static inline bool in_word(const Card *at) { return in_field(at) && !is_blank(look(at)); }

static inline void step(Card *at, bool skip) {
  at->column = look(at) == '\n' ? 0 : at->column + 1;
  at->lexer->advance(at->lexer, skip);
}

static inline void advance(Card *at) { step(at, false); }

static inline void mark(Card *at) { at->lexer->mark_end(at->lexer); }

static inline void skip_blanks(Card *at) {
  while (in_field(at) && is_blank(look(at))) step(at, true);
}

static inline void to_end_of_line(Card *at) {
  while (!end_of_line(at)) advance(at);
}

/* Takes what stands before column `end`, without the blanks behind it; the cursor is left there. */
static inline void take_trimmed(Card *at, uint32_t end) {
  while (at->column < end && !end_of_line(at)) {
    bool blank = is_blank(look(at));
    advance(at);
    if (!blank) mark(at);
  }
}

static inline int32_t upper(int32_t c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }

#endif
