/* Columns and lines: where the text of a line begins and ends in fixed, free and variable format. */
#ifndef REFERENCE_FORMAT_H
#define REFERENCE_FORMAT_H

#include "tree_sitter/parser.h"

enum Format { FIXED, FREE, VARIABLE };

enum { INDICATOR_COLUMN = 6, AREA_A = 7, AREA_B = 11, MARGIN = 72, TAB = 8, NO_MARGIN = 0x7fffffff, LONG_LINE = 4000 };

/* A place in the text. Columns count from 0; `column` has tabs expanded, `physical` has not.
   `end_physical` and `end_column` are those of the token's end, where mark() was last. */
typedef struct {
  TSLexer *lexer;
  uint32_t physical, column, margin;
  uint32_t end_physical, end_column;
  uint8_t format;
  bool columns; /* the format has a sequence area and an indicator */
  bool frozen;  /* looking ahead: the token's end stays where it is */
} Cursor;

static inline int32_t look(const Cursor *at) { return at->lexer->lookahead; }

static inline bool end_of_text(const Cursor *at) { return at->lexer->lookahead == 0 && at->lexer->eof(at->lexer); }

static inline bool end_of_line(const Cursor *at) {
  return look(at) == '\n' || end_of_text(at) || at->column >= at->margin;
}

static inline bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x1a; }

/* A line's margin and columns; a directive changes the format for the lines behind it. */
static inline void set_columns(Cursor *at) {
  at->margin = at->format == FIXED ? MARGIN : NO_MARGIN;
  at->columns = at->format != FREE;
}

static inline void step(Cursor *at, bool skip) {
  int32_t c = look(at);
  at->lexer->advance(at->lexer, skip);
  if (c == '\n') {
    at->physical = at->column = 0;
    set_columns(at);
    return;
  }
  at->physical++;
  at->column = c == '\t' && at->columns ? (at->column / TAB + 1) * TAB : at->column + 1;
}

static inline void advance(Cursor *at) { step(at, false); }

static inline void mark(Cursor *at) {
  if (at->frozen) return;
  at->lexer->mark_end(at->lexer);
  at->end_physical = at->physical;
  at->end_column = at->column;
}

static inline void to_end_of_line(Cursor *at) {
  while (look(at) != '\n' && !end_of_text(at)) advance(at);
}

/* Takes the rest of the line's text, and ends the token at its last character. */
static inline void take_to_margin(Cursor *at) {
  while (!end_of_line(at)) {
    bool blank = is_blank(look(at));
    advance(at);
    if (!blank) mark(at);
  }
}

/* Takes the rest of the line, what lies behind the margin too, and ends the token at its last character. */
static inline void take_line(Cursor *at) {
  at->margin = NO_MARGIN;
  take_to_margin(at);
}

static inline void skip_blanks(Cursor *at) {
  while (at->column < at->margin && is_blank(look(at))) advance(at);
}

/* Steps into the text of the next line, over sequence area, indicator, comment lines and, where there are columns, lines
   without text. Returns that line's indicator, or 0 at the end of the text. For looking ahead, and for tokens of many lines. */
static inline int32_t next_line(Cursor *at) {
  for (;;) {
    to_end_of_line(at);
    if (end_of_text(at)) return 0;
    advance(at);
    if (!at->columns) return ' ';
    while (at->column < INDICATOR_COLUMN && look(at) != '\n' && !end_of_text(at)) advance(at);
    int32_t indicator = at->column == INDICATOR_COLUMN ? look(at) : ' ';
    if (indicator == '*' || indicator == '/') continue;
    if (at->column == INDICATOR_COLUMN && look(at) != '\n' && !end_of_text(at)) advance(at);
    skip_blanks(at);
    if (!end_of_line(at)) return indicator == '-' ? '-' : ' ';
  }
}

/* Behind what a line holds: steps to the text of the next, if that has a hyphen in its indicator. */
static inline bool is_continued(Cursor *at) {
  if (!at->columns) return false;
  skip_blanks(at);
  return end_of_line(at) && next_line(at) == '-';
}

/* Looks ahead to the next character of text, over line ends and comments. False at the end of the text. */
static inline bool to_next_text(Cursor *at) {
  for (;;) {
    skip_blanks(at);
    if (look(at) == '*' && !end_of_line(at)) {
      advance(at);
      if (look(at) != '>') return true;
      to_end_of_line(at);
    }
    if (!end_of_line(at)) return true;
    if (!next_line(at)) return false;
  }
}

#endif
