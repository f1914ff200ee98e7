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

/* Bytes (1 to 4) of the character at the start of these left bytes; 0 when it is unclean, cut off
 * by the end, or left is 0. */
size_t clean_bytes(const uint8_t *at, size_t left);
/* Whether the text (length in bytes) holds no unclean character. */
bool text_is_clean(const char *text, size_t length);
/* Prints the text (length in bytes) with a '?' in place of each byte of an unclean character. */
void put_clean(FILE *stream, const char *text, size_t length);
/* printf() for a line with text from outside, all of which goes through put_clean(): so a newline
 * may end the format and stand nowhere else in it. */
void print_clean(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
