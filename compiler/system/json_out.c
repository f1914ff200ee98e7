/* json_out.c - wrappers of Jansson that end the work when memory runs out.
 *
 * Jansson reports a failed allocation by NULL or -1 from every call. Here each such result becomes
 * arena_fail(), so callers have no error paths; what was built so far is released by the arena,
 * which got the root's reference first.
 */
#include "json_out.h"

static void release(void *value) {
    json_decref(value);
}

json_t *json_root(Arena *arena, json_t *value) {
    if (!value) {
        arena_fail(arena);
    }
    arena_defer(arena, release, value);
    return value;
}

const char *json_safe(Arena *arena, const char *text) {
    json_t *value = json_string(text);
    json_decref(value);
    if (value) {
        return text;
    }
    char *safe = arena_strdup(arena, text);
    for (char *at = safe; *at; at++) {
        *at = (unsigned char)*at < 128 ? *at : '?';
    }
    return safe;
}

void json_append_object(Arena *arena, json_t *array, const char *format, ...) {
    va_list args;
    va_start(args, format);
    json_t *object = json_vpack_ex(NULL, 0, format, args);
    va_end(args);
    if (!object || json_array_append_new(array, object) != 0) {
        arena_fail(arena);
    }
}

void json_member(Arena *arena, json_t *object, const char *key, json_t *value) {
    if (!value || json_object_set_new(object, key, value) != 0) {
        arena_fail(arena);
    }
}

void json_print(Arena *arena, const json_t *value) {
    char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    if (!text) {
        arena_fail(arena);
    }
    puts(text);
    free(text);
}
