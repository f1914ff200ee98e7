/* json_in.h - reading JSON with Jansson under the arena's rules. */
#ifndef XNC_COMPILER_JSON_IN_H
#define XNC_COMPILER_JSON_IN_H

#include <jansson.h>

#include "arena.h"

/* Parses strictly: duplicate keys are refused. NULL when the text is wrong; error says why. The
 * values live in the arena and are only to be read: no json_decref(), no changes. */
const json_t *json_read(Arena *arena, const char *text, size_t length, json_error_t *error);

#endif
