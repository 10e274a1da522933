/* Words: what they are made of, and the table of those that the grammar knows. */
#ifndef WORDS_H
#define WORDS_H

#include "reference_format.h"
#include <string.h>

enum { WORD_MAX = 40 };

/* A word in capitals. What is longer than WORD_MAX is a name whatever it is, so that it may be cut. */
typedef struct {
  char text[WORD_MAX];
  uint32_t length;
  bool digits; /* nothing but digits */
} Word;

static inline bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

static inline bool is_letter(int32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/* 0x7F stands for a character that isn't ASCII; @ # $ are IBM's. */
static inline bool is_word_character(int32_t c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c >= 0x7f || c == '@' || c == '#' || c == '$';
}

static inline bool in_word(const Cursor *at) { return is_word_character(look(at)) && at->column < at->margin; }

static inline void take_character(Cursor *at, Word *word) {
  int32_t c = look(at);
  if (!is_digit(c)) word->digits = false;
  if (word->length < WORD_MAX - 1) word->text[word->length++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
  advance(at);
}

/* Reads on to the end of the word, over no line end. */
static inline void read_characters(Cursor *at, Word *word) {
  while (in_word(at)) take_character(at, word);
  word->text[word->length] = 0;
}

static inline Word read_word(Cursor *at) {
  Word word = {.digits = true};
  read_characters(at, &word);
  return word;
}

/* A word at the end of its line goes on in the next, if that has a hyphen in its indicator. */
static inline void take_continuation(Cursor *at, Word *word) {
  while (is_continued(at) && in_word(at)) {
    read_characters(at, word);
    mark(at);
  }
}

static inline Word read_whole_word(Cursor *at) {
  Word word = read_word(at);
  take_continuation(at, &word);
  return word;
}

static inline uint32_t hash_word(const Word *word) {
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < word->length; i++) hash = (hash ^ (uint8_t)word->text[i]) * 16777619u;
  return hash;
}

static inline bool is(const Word *word, const char *text) { return !strcmp(word->text, text); }

enum Class { VERB, SOFT_VERB, TERMINATOR, RESERVED, CONTEXTUAL };

enum Scope {
  SCOPE_NONE, SCOPE_ACCEPT, SCOPE_ADD, SCOPE_CALL, SCOPE_COMPUTE, SCOPE_DELETE, SCOPE_DISPLAY, SCOPE_DIVIDE,
  SCOPE_EVALUATE, SCOPE_IF, SCOPE_INVOKE, SCOPE_JSON, SCOPE_MULTIPLY, SCOPE_PERFORM, SCOPE_READ, SCOPE_RECEIVE,
  SCOPE_RETURN, SCOPE_REWRITE, SCOPE_SEARCH, SCOPE_START, SCOPE_STRING, SCOPE_SUBTRACT, SCOPE_UNSTRING,
  SCOPE_WRITE, SCOPE_XML, SCOPE_ELSE, /* an IF behind its ELSE */
};

/* In the order of grammar.js's externals. */
enum Token {
#define KEYWORD(token, spelling, class, scope) T_##token,
#define SYNONYM(token, spelling, class, scope)
#include "keywords.def"
#undef KEYWORD
#undef SYNONYM
  EQUALS, LESS_THAN, GREATER_THAN, AT_MOST, AT_LEAST, UNEQUAL, PLUS, MINUS, STAR, SLASH, POWER, OPEN, CLOSE, COLON,
  AMPERSAND,
  NAME, HEADER, SECTION_NAME, LEVEL_NUMBER, DRAWN_LEVEL, NUMBER_LITERAL, STRING_LITERAL, T_FIGURATIVE_CONSTANT,
  PICTURE_STRING, T_USAGE_WORD, T_CLASS_WORD, T_REPORT_WORD, T_SCREEN_ATTRIBUTE, T_SCREEN_PROPERTY, T_COMMENT_HEADING, PERIOD, PSEUDO_TEXT, COMMENT_ENTRY, EXEC_TEXT,
  COMMENT, DEBUG_LINE, DIRECTIVE, SEQUENCE_AREA, IDENTIFICATION_AREA, INDICATOR,
  SEPARATOR, UNTERMINATED_LITERAL, STRAY, T_TERMINATOR, T_ATTRIBUTE,
  REPLACED_WORD, OPERAND_END, COPY_END, COPIED_TEXT, SUFFIX_OPEN, SUFFIX_OF, SUFFIX_END, STATEMENT_END, BLOCK_END, NO_PERIOD,
  BEGIN, INLINE, SENTENCE_BEGIN, PEEKED,
  AT_END, NOT_AT_END, INVALID_KEY, NOT_INVALID_KEY, SIZE_ERROR, NOT_SIZE_ERROR,
  EXCEPTION, NOT_EXCEPTION, OVERFLOWS, NOT_OVERFLOWS, END_OF_PAGE, NOT_END_OF_PAGE,
  NO_DATA, WITH_DATA,
  ERROR_SENTINEL,
};

typedef struct {
  const char *spelling;
  uint16_t token;
  uint8_t class, scope;
} Keyword;

static const Keyword KEYWORDS[] = {
#define KEYWORD(token, spelling, class, scope) {spelling, T_##token, class, SCOPE_##scope},
#define SYNONYM KEYWORD
#include "keywords.def"
#undef KEYWORD
#undef SYNONYM
};

enum { KEYWORD_COUNT = sizeof KEYWORDS / sizeof *KEYWORDS };

/* Where in the sorted table the words with each first letter begin. */
typedef uint16_t KeywordIndex['Z' - 'A' + 2];

static inline void index_keywords(KeywordIndex index) {
  uint16_t row = 0;
  for (int letter = 'A'; letter <= 'Z' + 1; letter++) {
    while (row < KEYWORD_COUNT && KEYWORDS[row].spelling[0] < letter) row++;
    index[letter - 'A'] = row;
  }
}

/* Whether a word may be the first part of a keyword that goes on in the next line. */
static inline bool begins_keyword(const KeywordIndex index, const Word *word) {
  if (word->text[0] < 'A' || word->text[0] > 'Z') return false;
  for (int row = index[word->text[0] - 'A']; row < index[word->text[0] - 'A' + 1]; row++)
    if (!strncmp(KEYWORDS[row].spelling, word->text, word->length)) return true;
  return false;
}

static inline const Keyword *find_keyword(const KeywordIndex index, const Word *word) {
  if (word->text[0] < 'A' || word->text[0] > 'Z') return NULL;
  int low = index[word->text[0] - 'A'], high = index[word->text[0] - 'A' + 1] - 1;
  while (low <= high) {
    int middle = (low + high) / 2, order = strcmp(word->text + 1, KEYWORDS[middle].spelling + 1);
    if (order == 0) return &KEYWORDS[middle];
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return NULL;
}

#endif
