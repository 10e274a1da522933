"""The C that is linked beside a program under test, and nothing in the program itself changes.

`SHIM` counts marks into a mapped file, answers chosen file operations with a chosen status, as
GnuCOBOL's runtime itself sets one (FILE STATUS, the exception code and the file for USE), and ends
a table whose size depends where its storage ends. `STUB`
stands for a CALLed module that isn't there: it logs its parameters and gives back the next row of
a table. Both use only what libcob.h declares (GnuCOBOL 3.x).
"""

from __future__ import annotations

import re

MARKS_LIMIT = 16384
"""Marks a program may have, and one word for the order in which they were passed."""

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <libcob.h>
#define LIMIT 16384

static unsigned *marks;

int CSMARK (int mark)
{
    if (!marks) {
        const char *path = getenv ("CS_MARKS");
        int file = path ? open (path, O_RDWR) : -1;
        void *area = file < 0 ? MAP_FAILED
            : mmap (0, LIMIT * 4, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        marks = area == MAP_FAILED ? calloc (LIMIT, 4) : area;
    }
    if (mark >= 0 && mark < LIMIT - 1 && marks[mark] != 0xFFFFFFFFu) marks[mark]++;
    marks[LIMIT - 1] = (marks[LIMIT - 1] ^ (unsigned) mark) * 16777619u + 1;
    return 0;
}

/* CS_FAULTS: SELECT:operation:nth:status;...  That operation doesn't happen. */
struct fault { char file[64]; char operation[16]; int nth; char status[3]; };
static struct fault faults[32];
static int count = -1;

static void load (void)
{
    const char *text = getenv ("CS_FAULTS");
    count = 0;
    while (text && *text && count < 32) {
        struct fault *one = &faults[count];
        if (sscanf (text, "%63[^:]:%15[^:]:%d:%2[^;]", one->file, one->operation, &one->nth,
                    one->status) == 4) count++;
        text = strchr (text, ';');
        if (text) text++;
    }
}

static const char *due (cob_file *file, const char *operation)
{
    int index;
    if (count < 0) load ();
    for (index = 0; index < count; index++) {
        struct fault *one = &faults[index];
        if (strcasecmp (one->file, file->select_name)) continue;
        if (strcmp (one->operation, operation)) continue;
        if (--one->nth == 0) return one->status;
    }
    return NULL;
}

static void fail (cob_file *file, cob_field *shown, const char *status)
{
    cob_global *global = cob_get_global_ptr ();
    memcpy (file->file_status, status, 2);
    if (shown) memcpy (shown->data, status, 2);
    global->cob_error_file = file;
    global->cob_exception_code = 0x0500 + (status[0] == '9' ? 7 : status[0] - '0');
    global->cob_got_exception = 1;
}

#define REAL(name) \
    static __typeof__ (name) *real; if (!real) real = (__typeof__ (name) *) dlsym (RTLD_NEXT, #name)

/* CS_TABLES: NAME:most;...  A table whose size depends ends where its storage does, whatever the
   item says that it depends on: what lies behind is another thing in each build. */
static int most (const char *name)
{
    const char *text = getenv ("CS_TABLES");
    size_t length = strlen (name);
    while (text && *text) {
        if (!strncasecmp (text, name, length) && text[length] == ':')
            return atoi (text + length + 1);
        text = strchr (text, ';');
        if (text) text++;
    }
    return 0;
}

void cob_check_subscript (const int at, const int size, const char *name, const int depends)
{
    int limit = depends ? most (name) : 0;
    REAL (cob_check_subscript);
    real (at, limit && limit < size ? limit : size, name, depends);
}

void cob_open (cob_file *f, const int mode, const int sharing, cob_field *s)
{
    const char *status = due (f, "open");
    REAL (cob_open);
    if (status) fail (f, s, status); else real (f, mode, sharing, s);
}
void cob_close (cob_file *f, cob_field *s, const int option, const int remaining)
{
    const char *status = remaining ? NULL : due (f, "close");
    REAL (cob_close);
    real (f, s, option, remaining);
    if (status) fail (f, s, status);
}
void cob_read (cob_file *f, cob_field *key, cob_field *s, const int options)
{
    const char *status = due (f, "read");
    REAL (cob_read);
    if (status) fail (f, s, status); else real (f, key, s, options);
}
void cob_read_next (cob_file *f, cob_field *s, const int options)
{
    const char *status = due (f, "read");
    REAL (cob_read_next);
    if (status) fail (f, s, status); else real (f, s, options);
}
void cob_write (cob_file *f, cob_field *record, const int option, cob_field *s,
                const unsigned int eop)
{
    const char *status = due (f, "write");
    REAL (cob_write);
    if (status) fail (f, s, status); else real (f, record, option, s, eop);
}
void cob_rewrite (cob_file *f, cob_field *record, const int option, cob_field *s)
{
    const char *status = due (f, "rewrite");
    REAL (cob_rewrite);
    if (status) fail (f, s, status); else real (f, record, option, s);
}
void cob_delete (cob_file *f, cob_field *s)
{
    const char *status = due (f, "delete");
    REAL (cob_delete);
    if (status) fail (f, s, status); else real (f, s);
}
void cob_start (cob_file *f, const int condition, cob_field *key, cob_field *size, cob_field *s)
{
    const char *status = due (f, "start");
    REAL (cob_start);
    if (status) fail (f, s, status); else real (f, condition, key, size, s);
}
"""

STUB = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libcob.h>

/* Rows of the table: one call a line, hexadecimal digits for a parameter, - for as it is. */
static FILE *table, *logged;

int @ENTRY@ (void)
{
    int parameters = cob_get_num_params (), index, size, answered;
    char row[65536];
    char *word = NULL, *rest = NULL;
    if (!logged) {
        const char *path = getenv ("CS_TABLE_@NAME@");
        table = path ? fopen (path, "r") : NULL;
        logged = fopen ("CALLS.@NAME@", "w");
    }
    if (table && fgets (row, sizeof row, table)) word = strtok_r (row, " \n", &rest);
    answered = word != NULL;
    for (index = 1; index <= parameters; index++) {
        unsigned char *data = cob_get_param_data (index);
        size = cob_get_param_size (index);
        if (logged) {
            int at;
            for (at = 0; at < size; at++) fprintf (logged, "%02x", data[at]);
            fprintf (logged, index < parameters ? " " : "\n");
        }
        if (word && word[0] != '-' && !cob_get_param_constant (index)) {
            unsigned byte;
            int at;
            for (at = 0; at < size && sscanf (word + 2 * at, "%2x", &byte) == 1; at++)
                data[at] = byte;
        }
        if (word) word = strtok_r (NULL, " \n", &rest);
    }
    if (@ENDS@ && !answered) cob_put_s64_param (1, 100);
    if (logged) fflush (logged);
    return 0;
}
"""
BLOCK = re.compile(r"S[QF][0-9A-F]{6}")
"""The name of a mock of EXEC SQL: the same for blocks of the same words."""
ENDING = re.compile(r"SF[0-9A-F]{6}")
"""The mocks of FETCH: behind the last row SQLCODE is 100."""


def stub(name: str) -> str:
    """The C of a CALLed module's mock, @NAME@ and @ENTRY@, the name as a CALL has it, to be put."""
    return STUB.replace("@ENDS@", "1" if ENDING.fullmatch(name) else "0")
