/* clean.h - text from outside, made harmless for a terminal and for the eye.
 *
 * Paths, names in files and labels may hold any byte. What could drive a terminal or make a line
 * read otherwise than it is written is shown as '?': control characters (C0, C1, DEL), bytes that
 * are no UTF-8, line and paragraph separators, marks and overrides of writing direction.
 */
#ifndef XNC_IR_CLEAN_H
#define XNC_IR_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Whether no character of the text is one of those above. */
bool text_is_clean(const char *text, size_t length);
/* Prints the text with a '?' for each byte of one that is. */
void put_clean(FILE *stream, const char *text, size_t length);

#endif
