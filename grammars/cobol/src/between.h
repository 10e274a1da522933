/* What is no part of the language: columns 1-7 and 73-80, comments, directives. */
#ifndef BETWEEN_H
#define BETWEEN_H

#include "state.h"

static inline bool is_card(const Word *word, const Cursor *at) {
  return (is(word, "CBL") || is(word, "PROCESS")) && (is_blank(look(at)) || end_of_line(at) || look(at) == ',');
}

static inline void note_format(Scan *scan, const Word *word) {
  uint8_t format = is(word, "FREE") ? FREE : is(word, "FIXED") ? FIXED : VARIABLE;
  if (format == VARIABLE && !is(word, "VARIABLE")) return;
  scan->at.format = format;
  if (!scan->looking) scan->state->small.format = format;
}

/* A directive to the end of its line; >>SOURCE FORMAT and $SET SOURCEFORMAT change the format behind it. */
static inline bool scan_directive(Scan *scan) {
  bool source = false;
  Cursor *at = &scan->at;
  while (look(at) != '\n' && !end_of_text(at)) {
    at->margin = NO_MARGIN;
    if (is_letter(look(at))) {
      Word word = read_word(at);
      mark(at);
      if (is(&word, "SOURCE") || is(&word, "SOURCEFORMAT")) source = true;
      else if (source) note_format(scan, &word);
    } else {
      bool blank = is_blank(look(at));
      advance(at);
      if (!blank) mark(at);
    }
  }
  return emit_extra(scan, DIRECTIVE);
}

static inline bool scan_line(Scan *scan, uint16_t token) {
  take_line(&scan->at);
  return emit_extra(scan, token);
}

/* A card that begins in columns 1-6; else the cursor is behind the word, and what of it is in them is marked. */
static inline bool is_card_here(Cursor *at) {
  Word word = {.digits = true};
  while (is_word_character(look(at))) {
    take_character(at, &word);
    if (at->column <= INDICATOR_COLUMN) mark(at);
  }
  word.text[word.length] = 0;
  return is_card(&word, at);
}

/* Columns 1-6, where they hold anything. */
static inline bool scan_sequence_area(Scan *scan) {
  Cursor *at = &scan->at;
  if (has(scan, CARDS) && is_letter(look(at)) && is_card_here(at)) return scan_directive(scan);
  while (at->column < INDICATOR_COLUMN && look(at) != '\n' && look(at) != '\t' && !end_of_text(at)) {
    bool blank = is_blank(look(at));
    advance(at);
    if (!blank) mark(at);
  }
  return emit_extra(scan, SEQUENCE_AREA);
}

/* Column 7. False where a token begins there, and while looking. */
static inline bool scan_indicator(Scan *scan) {
  Cursor *at = &scan->at;
  int32_t c = look(at);
  bool debugging_line = c == 'D' || c == 'd';
  if (c == '/') return scan_line(scan, COMMENT);
  if (c == '$') return scan_directive(scan);
  if (debugging_line && !has(scan, DEBUGGING)) return scan_line(scan, DEBUG_LINE);
  if (c != '*' && c != '-' && !debugging_line) return false;
  advance(at);
  mark(at);
  if (c != '*') return emit_extra(scan, INDICATOR);
  Word word = read_word(at);
  mark(at);
  return is(&word, "CBL") || is(&word, "CONTROL") ? scan_directive(scan) : scan_line(scan, COMMENT);
}

/* `*>` and `>>`, `$SET`, `@OPTIONS`, `#line` and, in free format, a line of comment by its first column. */
static inline bool scan_by_sign(Scan *scan) {
  Cursor *at = &scan->at;
  int32_t c = look(at);
  bool first = has(scan, LINE_START);
  if (last(scan) == L_PIC) return false;
  if (!at->columns && at->physical == 0 && (c == '*' || c == '/')) return scan_line(scan, COMMENT);
  if (first && (c == '$' || c == '#' || c == '@')) return scan_directive(scan);
  if (c != '*' && c != '>') return false;
  advance(at);
  if (look(at) == '>' && at->column < at->margin) return c == '*' ? scan_line(scan, COMMENT) : scan_directive(scan);
  scan->taken = c;
  return false;
}

/* Skips blanks and line ends. True with a token that is no part of the language, false at text or at the end. */
static inline bool scan_between(Scan *scan) {
  Cursor *at = &scan->at;
  for (;;) {
    if (at->physical == 0) set(scan, LINE_START);
    while (is_blank(look(at)) && at->column < at->margin) step(at, true);
    if (end_of_text(at)) return false;
    uint32_t line = at->physical;
    if (look(at) == '\n' || (at->column >= at->margin && is_blank(look(at)))) step(at, true);
    else if (at->column >= at->margin) {
      if (scan_line(scan, IDENTIFICATION_AREA)) return true;
    } else if (at->columns && at->column < INDICATOR_COLUMN) {
      if (scan_sequence_area(scan)) return true;
    } else if (at->columns && at->column == INDICATOR_COLUMN && scan_indicator(scan)) {
      return true;
    } else if (at->physical == line) {
      if (scan_by_sign(scan)) return true;
      if (scan->taken || at->physical == line) return false;
    }
  }
}

#endif
