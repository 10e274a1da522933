/* Operands, and the conditions of IF. */
#ifndef OPERANDS_H
#define OPERANDS_H

#include "state.h"

static inline bool is_separator(int32_t c) { return c == ',' || c == '(' || c == ')' || c == '=' || c == '\''; }

/* In a literal, at the end of its card: goes to column 16 of the next, if its columns 3-15 are blank and it isn't. */
static bool next_card(Card *at) {
  if (in_field(at)) return false;
  to_end_of_line(at);
  if (end_of_text(at)) return false;
  advance(at);
  for (int slash = 0; slash < 2; slash++) {
    if (look(at) != '/') return false;
    advance(at);
  }
  while (at->column < CONTINUED_TEXT && is_blank(look(at))) advance(at);
  return at->column == CONTINUED_TEXT && !end_of_line(at);
}

static void note_dlm(Scanner *state, uint32_t index, int32_t c) {
  if (!state->is_dlm || index > 1) return;
  state->dlm[index] = (char)c;
  state->own_dlm = true;
}

/* The cursor is at the first quote. A card may have lost the blanks at its end. */
static bool scan_string(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  advance(at);
  for (uint32_t index = 0;; index++) {
    mark(at);
    if (!in_field(at) && !next_card(at)) break;
    int32_t c = look(at);
    advance(at);
    if (c == '\'') {
      mark(at);
      bool over = in_field(at) ? look(at) != '\'' : at->column != CONTINUATION_COLUMN || !next_card(at) || look(at) != '\'';
      if (over) {
        state->is_dlm = false;
        return emit(scan, STRING);
      }
      advance(at);
    }
    note_dlm(state, index, c);
  }
  state->is_dlm = false;
  state->mode = IN_REMARKS;
  return emit(scan, UNTERMINATED_STRING);
}

/* A word is a keyword if `=` follows. The first operand of a DD may announce data. */
static bool scan_plain_word(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  Word word = {.digits = true};
  while (in_word(at) && !is_separator(look(at))) {
    note_dlm(state, word.length, look(at));
    take_character(at, &word);
  }
  mark(at);
  state->is_dlm = false;
  if (in_field(at) && look(at) == '=') {
    state->is_dlm = state->data && is(&word, "DLM");
    return emit(scan, KEYWORD);
  }
  bool dd = state->operation == O_DD || state->operation == O_CONCATENATED;
  if (dd && state->first && (is(&word, "*") || is(&word, "DATA"))) {
    state->data = is(&word, "*") ? STAR : DATA;
    memcpy(state->dlm, "/*", 2);
  }
  return emit(scan, word.digits ? NUMBER : WORD);
}

static bool scan_operand(Scan *scan) {
  Card *at = &scan->at;
  Scanner *state = scan->state;
  int32_t c = look(at);
  bool found = true;
  state->comma = c == ',';
  if (c == '\'') return state->first = false, scan_string(scan);
  if (!is_separator(c)) {
    found = scan_plain_word(scan);
    state->first = false;
    return found;
  }
  state->first = false;
  advance(at);
  return emit_here(scan, c == '=' ? EQUALS : c == ',' ? COMMA : c == '(' ? OPEN : CLOSE);
}

/* ---- IF ---- */

static inline bool is_comparing(int32_t c) { return c == '=' || c == '<' || c == '>'; }

/* 0x7F stands for a character that isn't ASCII: the mainframe's not-sign. */
static inline bool is_not(int32_t c) { return c == 0x7f || c == '^' || c == '!'; }

static bool scan_sign_of_not(Scan *scan) {
  Card *at = &scan->at;
  while (in_field(at) && look(at) == 0x7f) advance(at);
  if (in_field(at) && is_not(look(at))) advance(at);
  if (!in_field(at) || !is_comparing(look(at))) return emit_here(scan, NOT);
  advance(at);
  return emit_here(scan, RELATION);
}

static bool scan_comparison(Scan *scan) {
  Card *at = &scan->at;
  while (in_field(at) && is_comparing(look(at))) advance(at);
  return emit_here(scan, RELATION);
}

static bool scan_condition_word(Scan *scan) {
  static const char *const RELATIONS[] = {"EQ", "NE", "GT", "LT", "GE", "LE", "NG", "NL", NULL};
  Card *at = &scan->at;
  Word word = {.digits = true};
  do take_character(at, &word);
  while (in_word(at) && !is_separator(look(at)) && !is_comparing(look(at)) && !is_not(look(at)) && look(at) != '|');
  mark(at);
  if (is(&word, "THEN")) {
    scan->state->condition = false;
    scan->state->mode = IN_REMARKS;
    return emit(scan, THEN);
  }
  if (is(&word, "AND") || is(&word, "&")) return emit(scan, AND);
  if (is(&word, "OR")) return emit(scan, OR);
  if (is(&word, "NOT")) return emit(scan, NOT);
  if (RELATIONS[find(&word, RELATIONS)]) return emit(scan, RELATION);
  return emit(scan, word.digits ? NUMBER : WORD);
}

static bool scan_relation(Scan *scan) {
  Card *at = &scan->at;
  int32_t c = look(at);
  if (c == '(' || c == ')' || c == ',' || c == '|') {
    advance(at);
    return emit_here(scan, c == '(' ? OPEN : c == ')' ? CLOSE : c == ',' ? COMMA : OR);
  }
  if (c == '\'') return scan_string(scan);
  if (is_comparing(c)) return scan_comparison(scan);
  return is_not(c) ? scan_sign_of_not(scan) : scan_condition_word(scan);
}

#endif
