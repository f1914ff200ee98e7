/* text_stream.h - a stdio stream that collects what is printed to it as one text.
 *
 * open_memstream() would be shorter, but when memory runs out glibc's version silently drops text,
 * and its fclose() may crash.
 */
#ifndef XNC_IR_TEXT_STREAM_H
#define XNC_IR_TEXT_STREAM_H

#include <stdio.h>

#include "arena.h"

typedef struct TextStream TextStream;

/* Opens an empty stream. Destroying the arena closes it if it is still open. Never NULL. */
TextStream *text_stream_open(Arena *arena);
/* The stream to print to, until text_stream_close(); NULL after that. */
FILE *text_stream_file(TextStream *stream);
/* Closes the stream and returns its text, which lives as long as the arena. The text ends with a
 * NUL that size (may be NULL) does not count. Calls arena_fail() when memory ran out at any time
 * since the stream was opened, so callers need not check what fprintf() returns. */
char *text_stream_close(TextStream *stream, size_t *size);

#endif
