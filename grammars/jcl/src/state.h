/* What the scanner remembers from token to token, and which operations there are. */
#ifndef STATE_H
#define STATE_H

#include "../../cards.h"
#include <stddef.h>
#include <string.h>

enum Operation {
  O_JOB, O_EXEC, O_DD, O_PROC, O_PEND, O_SET, O_INCLUDE, O_JCLLIB, O_IF, O_ELSE, O_ENDIF, O_OUTPUT, O_CNTL, O_ENDCNTL,
  O_XMIT, O_EXPORT, O_COMMAND,
  O_GROUP, O_SYSTEM, O_CNTL_LINE, O_UNKNOWN, O_CONCATENATED, O_NULL, /* the cards up to here have a token each */
  O_END, O_NONE,
};

/* In the order of grammar.js's externals. */
enum Token {
  CARD, /* that of operation O_JOB; the others follow in their order */
  NAME = O_END, OPERATION, COMMAND_TEXT,
  KEYWORD, WORD, NUMBER, STRING, EQUALS, COMMA, OPEN, CLOSE,
  RELATION, AND, OR, NOT, THEN,
  INSTREAM_DATA, DELIMITER, JES2_STATEMENT, JES3_STATEMENT,
  REMARKS, COMMENT, CONTINUATION, IDENTIFICATION_AREA, LISTING_LINE,
  LINE_END, END, UNENDED, ENDIF, PEEKED, UNTERMINATED_STRING, UNCONTINUED, UNKNOWN_OPERATION, ERROR_SENTINEL,
};

enum Mode {
  AT_CARD, AT_NAME, AT_OPERATION, BEFORE_OPERANDS, IN_OPERANDS, IN_CONDITION, IN_COMMAND, IN_REMARKS, CONTINUING,
  IN_DATA, BEHIND_DATA,
};

/* In-stream data: what ends it beside its delimiter. */
enum Data { NO_DATA, STAR, DATA };

enum { SCOPES_MAX = 64, WORD_MAX = 12 };

typedef struct {
  uint8_t mode, operation, data;
  bool first;      /* no operand yet */
  bool comma;      /* an operand must follow */
  bool condition;  /* an IF without its THEN yet */
  bool marked;     /* column 72 has a mark */
  bool is_dlm;     /* the value of DLM= follows */
  bool own_dlm;    /* DLM= was given */
  bool looked;     /* the operation of the next card is known */
  bool unended;    /* a branch was ended by the end of its job */
  bool closed;     /* the next card has ended what it ends */
  bool resumed;    /* on a card that continues the one before */
  bool in_cntl;
  char dlm[2];
  uint8_t depth;
  uint8_t scopes[SCOPES_MAX]; /* operations that opened what is open */
} Scanner;

typedef struct {
  Scanner *state;
  Card at;
  const bool *valid;
  bool recovering;
} Scan;

/* A word in capitals; what is longer is none of those looked for. */
typedef struct {
  char text[WORD_MAX];
  uint32_t length;
  bool digits;
} Word;

static inline bool emit(Scan *scan, uint16_t token) {
  scan->at.lexer->result_symbol = token;
  return true;
}

static inline bool emit_here(Scan *scan, uint16_t token) {
  mark(&scan->at);
  return emit(scan, token);
}

static inline void take_character(Card *at, Word *word) {
  word->digits = word->digits && look(at) >= '0' && look(at) <= '9';
  if (word->length < WORD_MAX - 1) word->text[word->length] = (char)upper(look(at));
  word->length++;
  advance(at);
}

/* Reads to the next blank. */
static inline Word read_word(Card *at) {
  Word word = {.digits = true};
  while (in_word(at)) take_character(at, &word);
  return word;
}

static inline bool is(const Word *word, const char *text) { return word->length < WORD_MAX && !strcmp(word->text, text); }

/* The position of a word in a list that ends with a null pointer; its length if it isn't there. */
static inline uint32_t find(const Word *word, const char *const *list) {
  uint32_t index = 0;
  while (list[index] && !is(word, list[index])) index++;
  return index;
}

static const char *const OPERATIONS[] = {
  "JOB", "EXEC", "DD", "PROC", "PEND", "SET", "INCLUDE", "JCLLIB", "IF", "ELSE", "ENDIF", "OUTPUT", "CNTL", "ENDCNTL",
  "XMIT", "EXPORT", "COMMAND", NULL,
};

static const char *const GROUP_OPERATIONS[] = {
  "NOTIFY", "SCHEDULE", "JOBGROUP", "GJOB", "JOBSET", "SJOB", "ENDSET", "AFTER", "BEFORE", "CONCURRENT", "ENDGROUP", NULL,
};

/* Operator commands that may stand on a card, and their short forms. */
static const char *const SYSTEM_COMMANDS[] = {
  "ACTIVATE", "CANCEL", "C", "CHNGDUMP", "CD", "CONFIG", "CF", "CONTROL", "K", "DISPLAY", "D", "DUMP", "FORCE", "HALT",
  "Z", "HOLD", "H", "LIBRARY", "LI", "LOG", "L", "LOGOFF", "LOGON", "MODE", "MODIFY", "F", "MONITOR", "MN", "MOUNT", "M",
  "MSGRT", "MR", "PAGEADD", "PA", "PAGEDEL", "PD", "QUIESCE", "RELEASE", "A", "REPLY", "R", "RESET", "E", "ROUTE", "RO",
  "SEND", "SE", "SLIP", "SL", "START", "S", "STOP", "P", "STOPMN", "PM", "SWITCH", "I", "SWAP", "G", "TRACE", "TRACK", "TR",
  "UNLOAD", "U", "VARY", "V", "WRITELOG", "W", NULL,
};

/* The operation of the card whose `//` is behind the cursor. Leaves the cursor anywhere. */
static inline uint8_t read_operation(const Scanner *state, Card *at) {
  bool named = in_word(at);
  while (in_word(at)) advance(at);
  while (in_field(at) && is_blank(look(at))) advance(at);
  if (!in_field(at)) return named ? O_UNKNOWN : O_NULL;
  Word word = read_word(at);
  uint32_t known = find(&word, OPERATIONS);
  if (state->in_cntl && known != O_ENDCNTL) return O_CNTL_LINE;
  if (known == O_DD && !named) return O_CONCATENATED;
  if (known <= O_COMMAND) return (uint8_t)known;
  if (GROUP_OPERATIONS[find(&word, GROUP_OPERATIONS)]) return O_GROUP;
  return SYSTEM_COMMANDS[find(&word, SYSTEM_COMMANDS)] ? O_SYSTEM : O_UNKNOWN;
}

static inline bool ends_job(uint8_t operation) { return operation == O_JOB || operation == O_NULL || operation == O_END; }

/* Whether a card of this operation ends what `scope` opened. */
static inline bool closes(uint8_t scope, uint8_t operation) {
  if (ends_job(operation)) return true;
  switch (scope) {
  case O_EXEC:
    return operation == O_EXEC || operation == O_PROC || operation == O_PEND || operation == O_IF ||
           operation == O_ELSE || operation == O_ENDIF;
  case O_PROC: return operation == O_PEND;
  case O_IF: return operation == O_ELSE || operation == O_ENDIF;
  case O_ELSE: return operation == O_ENDIF;
  default: return false;
  }
}

/* What a statement opens for those behind it. */
static inline void open_scope(Scanner *state) {
  uint8_t operation = state->operation;
  bool opens = operation == O_JOB || operation == O_EXEC || operation == O_PROC || operation == O_IF || operation == O_ELSE;
  if (opens && state->depth < SCOPES_MAX) state->scopes[state->depth++] = operation;
}

#endif
