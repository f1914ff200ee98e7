/* lower_text.c - grows kernel text and turns each distinct text into one function.
 *
 *   two separables of equal shape   ->   one kernel, two rows of the layer table
 *
 * Functions with the same text compute the same, so sharing is safe; comparing texts needs no list
 * of what makes two layers equal.
 */
#include <inttypes.h>
#include <string.h>

#include "lowering.h"

void text_add(Text *text, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *piece = arena_vprintf(text->arena, format, args);
    va_end(args);
    size_t length = strlen(piece), needed = text->length + length + 1;
    if (needed > text->capacity) {
        size_t capacity = 2 * needed;
        text->at = arena_grow(text->arena, text->at, text->length, capacity, 1);
        text->capacity = capacity;
    }
    memcpy(text->at + text->length, piece, length + 1);
    text->length += length;
}

const char *text_done(const Text *text) {
    return text->at ? text->at : "";
}

static void remember(const Lowering *lowering, const char *name, const char *text) {
    Written *written = NEW(lowering->arena, Written);
    *written = (Written){name, map_get(lowering->written, text)};
    map_put(lowering->written, text, written);
}

/* Of functions with one text the first whose name begins with this one. */
static const Written *find_text(const Lowering *lowering, const char *name, const char *text) {
    const Written *found = NULL, *written = map_get(lowering->written, text);
    for (; written; written = written->before) {
        if (strncmp(written->name, name, strlen(name)) == 0) {
            found = written;
        }
    }
    return found;
}

static const char *free_name(const Lowering *lowering, const char *name) {
    const char *tried = name;
    for (int i = 2; module_function(lowering->module, tried); i++) {
        tried = arena_printf(lowering->arena, "%s_v%d", name, i);
    }
    return tried;
}

const char *share_function(Lowering *lowering, const char *name, const char *head,
                           const char *body) {
    const char *text = arena_printf(lowering->arena, "%s {\n%s}\n", head, body);
    const Written *written = find_text(lowering, name, text);
    if (written) {
        return written->name;
    }
    const char *chosen = free_name(lowering, name);
    function_text(lowering->module, "%s $%s%s", *head ? "function" : "kernel", chosen, text);
    remember(lowering, chosen, text);
    return chosen;
}

const char *counted(const Lowering *lowering, int64_t count, const char *noun) {
    return arena_printf(lowering->arena, "%" PRId64 " %s%s", count, noun, count == 1 ? "" : "s");
}

const char *type_word(const Lowering *lowering, Element element) {
    return element == ELEMENT_f32
               ? ""
               : arena_printf(lowering->arena, "%s ", element_info(element)->name);
}

void need_zeros(Lowering *lowering, int64_t floats) {
    if (lowering->module->zeros_floats < floats) {
        lowering->module->zeros_floats = floats;
    }
}

const char *map_size(const Lowering *lowering, const Value *value) {
    return arena_printf(lowering->arena, "%" PRId64 "x%" PRId64, height_of(value), width_of(value));
}
