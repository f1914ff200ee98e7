/* lines.h - a text, line by line. */
#ifndef XNC_COMPILER_LINES_H
#define XNC_COMPILER_LINES_H

#include "diag.h"

/* One line of a text, without its end. */
typedef struct Line {
    const Source *source; /* set by the caller */
    const char *text;     /* in the source; no NUL ends it */
    size_t length;        /* bytes */
    int number;           /* counts from 1; 0 before the first line */
} Line;

/* Moves to the next line; false at the end of the text. \n or \r\n ends a line.
 *     Line line = {.source = source};
 *     while (next_line(&line)) ... */
bool next_line(Line *line);

#endif
