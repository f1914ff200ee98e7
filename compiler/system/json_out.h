/* json_out.h - writing JSON with Jansson under the arena's rules: a failed allocation ends the
 * work, and the arena releases what was built.
 */
#ifndef XNC_COMPILER_JSON_OUT_H
#define XNC_COMPILER_JSON_OUT_H

#include <jansson.h>

#include "arena.h"

/* Hands a new value to the arena, which releases it at its end; NULL is lack of memory. */
json_t *json_root(Arena *arena, json_t *value);
/* The text with a question mark for each byte beyond ASCII, unless it is Unicode as JSON wants it:
 * a path may be anything. */
const char *json_safe(Arena *arena, const char *text);
/* json_pack() of an object, appended to an array. */
void json_append_object(Arena *arena, json_t *array, const char *format, ...);
/* Sets a member of an object to a new value, which the object then owns. */
void json_member(Arena *arena, json_t *object, const char *key, json_t *value);
/* Prints to standard output, indented, numbers with 17 digits. */
void json_print(Arena *arena, const json_t *value);

#endif
