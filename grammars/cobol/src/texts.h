/* Literals, pictures, and texts of many lines: pseudo-text, EXEC, comment entries. */
#ifndef TEXTS_H
#define TEXTS_H

#include "state.h"

/* At the margin inside a literal: steps behind the opening quote of the line that continues it. */
static inline bool continue_literal(Cursor *at, int32_t quote) {
  if (!at->columns || next_line(at) != '-' || look(at) != quote) return false;
  advance(at);
  return true;
}

/* In free format a literal may run over line ends. Only where the next line begins with a sign that no line of code begins
   with do we believe that it does, and isn't an odd quote. */
static inline bool runs_on(Cursor *at) {
  if (at->columns || look(at) != '\n') return false;
  advance(at);
  return look(at) == '-' || look(at) == '=';
}

/* A quote that closes at column 72 may be half of a doubled one, whose other half opens the next line: -"". In variable
   format the line ends there: an expanded text is written so. */
static inline bool is_split_quote(Cursor *at, int32_t quote) {
  if (!at->columns || at->column != MARGIN || (at->margin != MARGIN && look(at) != '\n' && look(at) != '\r') || !continue_literal(at, quote) || look(at) != quote) return false;
  advance(at);
  return true;
}

/* Free format continues a literal by a hyphen behind its quote, at the end of the line. */
static inline bool is_joined_literal(Cursor *at) {
  advance(at);
  skip_blanks(at);
  if (look(at) != '\n' || !next_line(at)) return false;
  skip_blanks(at);
  return look(at) == '"' || look(at) == '\'';
}

static inline bool scan_literal(Scan *scan) {
  Cursor *at = &scan->at;
  int32_t quote = look(at);
  advance(at);
  mark(at);
  for (;;) {
    while (!end_of_line(at) && look(at) != quote) {
      bool blank = is_blank(look(at));
      advance(at);
      if (!blank) mark(at);
    }
    if (end_of_line(at)) {
      if (!runs_on(at) && !continue_literal(at, quote)) return emit(scan, UNTERMINATED_LITERAL, L_OTHER);
      continue;
    }
    advance(at);
    if (look(at) == quote && at->column < at->margin) {
      advance(at);
      continue;
    }
    mark(at);
    if (!at->columns && look(at) == '-' && is_joined_literal(at)) {
      quote = look(at);
      advance(at);
      continue;
    }
    if (!is_split_quote(at, quote)) return emit(scan, STRING_LITERAL, L_OPERAND);
  }
}

static inline bool is_prefix(const Word *word) {
  static const char *PREFIXES[] = {"X", "N", "G", "Z", "B", "H", "U", "L", "NX", "BX", "GX", "NC", "UX"};
  for (unsigned i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++)
    if (is(word, PREFIXES[i])) return true;
  return false;
}

/* A picture ends at a blank, or goes on in the next line, if that has a hyphen in its indicator; a period or comma before that blank is punctuation. */
static inline bool scan_picture(Scan *scan) {
  Cursor *at = &scan->at;
  Word text = {0};
  for (;;) {
    int32_t c = look(at);
    if (end_of_line(at) || is_blank(c)) {
      mark(at);
      if (!text.length || !is_continued(at)) break;
    } else if (text.length && (c == '.' || c == ',' || c == ';')) {
      mark(at);
      take_character(at, &text);
      if (end_of_line(at) || is_blank(look(at))) return emit(scan, PICTURE_STRING, L_OTHER);
    } else {
      take_character(at, &text);
    }
  }
  text.text[text.length] = 0;
  if (is(&text, "IS")) return emit(scan, T_IS, L_PIC);
  return emit(scan, is(&text, ".") ? PERIOD : PICTURE_STRING, L_OTHER);
}

/* Behind a colon or a slash: the word of a tag, :TAG: or /TAG/, with its signs; the second may lack. No word if there is none. */
static inline Word read_tag(Cursor *at, char sign) {
  Word tag = {.text = {sign}, .length = 1};
  read_characters(at, &tag);
  if (tag.length == 1) return (Word){0};
  if (tag.length < WORD_MAX - 1 && look(at) == sign && at->column < at->margin) take_character(at, &tag);
  tag.text[tag.length] = 0;
  return tag;
}

/* Compares the next text word of REPLACE's second pseudo-text with that of its first. False if they can't be matched. */
static inline bool match_replaced(Scanner *state, int place, uint32_t hash, const Keyword *keyword) {
  if (place >= state->small.replaced) return false;
  Replaced *from = &state->replaced[place];
  if (from->word == hash) return true;
  if (!keyword || from->row != REPLACED_NAME) return false;
  from->row = (uint32_t)(keyword - KEYWORDS);
  return true;
}

static inline bool scan_pseudo_text(Scan *scan) {
  Cursor *at = &scan->at;
  Scanner *state = scan->state;
  int first = first_open(state), place = first;
  bool second = first < state->small.replaced, alike = true;
  uint32_t words = 0, kind = REPLACED_WHOLLY, first_kind = kind;
  for (;;) {
    if (end_of_line(at)) {
      if (!next_line(at)) return emit(scan, UNTERMINATED_LITERAL, L_OTHER);
      continue;
    }
    Word word = {0};
    int32_t c = look(at);
    if (in_word(at)) word = read_word(at);
    else advance(at);
    if (c == ':' || c == '/') word = read_tag(at, (char)c);
    if (c == '=' && look(at) == '=' && at->column < at->margin) {
      advance(at);
      if (look(at) == '=' && at->column < at->margin) advance(at);
      if (second) settle_replaced(state, first, alike && place == state->small.replaced,
                                  words == 1 ? kind : first_kind == REPLACED_BY_NUMBER ? REPLACED_BY_ENTRY : REPLACED_WHOLLY);
      return emit_here(scan, PSEUDO_TEXT, L_OTHER);
    }
    if (is_blank(c) || !has(scan, IN_REPLACE)) continue;
    const Keyword *keyword = word.length ? find_keyword(state->index, &word) : NULL;
    uint32_t hash = word.length ? hash_word(&word) : (uint32_t)c;
    words++;
    kind = !word.length || keyword ? REPLACED_WHOLLY : word.digits ? REPLACED_BY_NUMBER : REPLACED_NAME;
    if (words == 1) first_kind = kind;
    if (second) alike = match_replaced(state, place++, hash, keyword) && alike;
    else note_replaced(state, hash, word.length && !keyword);
  }
}

/* The text of EXEC up to END-EXEC; where that lacks, up to the next line that begins with EXEC or a division. */
static inline bool scan_exec_text(Scan *scan) {
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

static inline bool is_heading(const Word *word) {
  static const char *HEADINGS[] = {"PROGRAM-ID", "AUTHOR", "INSTALLATION", "DATE-WRITTEN", "DATE-COMPILED",
    "DATE-MODIFIED", "SECURITY", "REMARKS", "ENVIRONMENT", "DATA", "PROCEDURE", "IDENTIFICATION", "ID",
    "CONFIGURATION", "WORKING-STORAGE", "COPY"};
  for (unsigned i = 0; i < sizeof HEADINGS / sizeof *HEADINGS; i++)
    if (is(word, HEADINGS[i])) return true;
  return false;
}

/* What anybody wrote behind AUTHOR and the like: to the next line that has something in Area A or begins with
   the heading of another paragraph. */
static inline bool scan_comment_entry(Scan *scan) {
  Cursor *at = &scan->at;
  do {
    take_to_margin(at);
    int32_t indicator;
    do indicator = next_line(at), skip_blanks(at);
    while (indicator && end_of_line(at));
    if (!indicator || (at->columns && at->column < AREA_B)) break;
    Word word = {0};
    if (look(at) == '*') break;
    word = read_word(at);
    if (!at->columns && is_heading(&word)) break;
    mark(at);
  } while (true);
  return emit(scan, COMMENT_ENTRY, L_OTHER);
}

#endif
