/* clean.h - makes text from files and command lines safe to print on a terminal.
 *
 * Paths, names in files and labels may hold any byte. Characters that could control the terminal or
 * make a line look different from its content are unclean and are printed as '?': control
 * characters (C0, C1, DEL), bytes that are not valid UTF-8, line and paragraph separators, and the
 * marks and overrides of writing direction.
 */
#ifndef XNC_IR_CLEAN_H
#define XNC_IR_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Whether the text (length in bytes) holds no unclean character. */
bool text_is_clean(const char *text, size_t length);
/* Prints the text (length in bytes) with a '?' in place of each byte of an unclean character. */
void put_clean(FILE *stream, const char *text, size_t length);

#endif
