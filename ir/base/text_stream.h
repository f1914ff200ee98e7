/* text_stream.h - a stream whose text ends up in an arena.
 *
 * open_memstream() would be shorter, but glibc's loses what it has no memory for without a word,
 * and its fclose() may crash then.
 */
#ifndef XNC_IR_TEXT_STREAM_H
#define XNC_IR_TEXT_STREAM_H

#include <stdio.h>

#include "arena.h"

typedef struct TextStream TextStream;

/* Closed with the arena at the latest. */
TextStream *text_stream_open(Arena *arena);
FILE *text_stream_file(TextStream *stream);
/* Closes the stream. The text ends with a NUL that size (may be NULL) does not count, and lives as
 * long as the arena. When there was not enough memory for all of it, this is an arena_fail(). */
char *text_stream_close(TextStream *stream, size_t *size);

#endif
