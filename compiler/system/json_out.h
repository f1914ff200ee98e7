/* json_out.h - writing JSON with Jansson under the arena's rules: a failed allocation ends the
 * work (arena_fail()), and the arena releases what was built.
 *
 *   json_t *root = json_root(arena, json_object());
 *   json_member(arena, root, "runs", json_integer(30));
 *   json_print(arena, root);
 */
#ifndef XNC_COMPILER_JSON_OUT_H
#define XNC_COMPILER_JSON_OUT_H

#include <jansson.h>

#include "arena.h"

/* Gives the arena the reference to a new value, which it releases at its end. Returns the value.
 * NULL, which Jansson returns without memory, ends the work. */
json_t *json_root(Arena *arena, json_t *value);
/* A text that JSON can hold: the text itself if it is valid UTF-8, else with a question mark for
 * each byte beyond ASCII, as paths may be any bytes. */
const char *json_safe(Arena *arena, const char *text);
/* Appends to an array the object that json_pack() makes of format and arguments. */
void json_append_object(Arena *arena, json_t *array, const char *format, ...);
/* Sets a member of an object to a new value, whose reference the object takes over. */
void json_member(Arena *arena, json_t *object, const char *key, json_t *value);
/* Prints to standard output, indented by two, real numbers with 15 significant digits. */
void json_print(Arena *arena, const json_t *value);

#endif
