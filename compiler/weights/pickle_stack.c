/* pickle_stack.c - the pickle machine's bytes, stack and containers.
 *
 *   pickle_take(pickle, 4)   ->   the next 4 bytes, or a diagnostic at the pickle's end
 *
 * Every access is checked here: bytes against the pickle's end, values against the innermost mark,
 * so no sequence of opcodes reaches outside of either.
 */
#include "pickle.h"

#include <string.h>

bool pickle_fail(const Pickle *pickle, const char *hint, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(pickle->reading->arena, format, args);
    va_end(args);
    return fail_at(pickle->reading, pickle->base + pickle->at, hint, "%s", text);
}

bool pickle_text_is(const PickleValue *value, const char *text) {
    return value->kind == PICKLE_STRING && value->length == strlen(text) &&
           memcmp(value->text, text, value->length) == 0;
}

/* An opaque value's text is the two lines of its GLOBAL opcode, module and name, still with the
 * newline between them; an object is named by its class. */
const char *pickle_spelling(Arena *arena, const PickleValue *value) {
    static const char *const kinds[] = {
        [PICKLE_NONE] = "None",         [PICKLE_BOOL] = "a bool",
        [PICKLE_INT] = "an integer",    [PICKLE_FLOAT] = "a float",
        [PICKLE_STRING] = "a string",   [PICKLE_TUPLE] = "a tuple",
        [PICKLE_LIST] = "a list",       [PICKLE_DICT] = "a dict",
        [PICKLE_GLOBAL] = "a function", [PICKLE_STORAGE] = "a storage",
        [PICKLE_TENSOR] = "a tensor",   [PICKLE_LARGE] = "an integer",
    };
    if (value->kind == PICKLE_OBJECT) {
        value = &value->object->class;
    }
    if (value->kind != PICKLE_OPAQUE) {
        return kinds[value->kind];
    }
    const char *dot = memchr(value->text, '\n', value->length);
    size_t module = dot ? (size_t)(dot - value->text) : value->length;
    return arena_printf(arena, "'%s.%s'", readable(arena, value->text, module),
                        readable(arena, value->text + module + 1, value->length - module - 1));
}

/* ---- bytes and the stack ---- */

/* The data may end because the file does, or because of the limit on a pickle's size. */
static bool fail_at_end(const Pickle *pickle) {
    if (pickle->is_cut) {
        return pickle_fail(pickle, "save the weights alone: torch.save(model.state_dict(), path)",
                           "the pickle has more than %d MB", LIMIT_PICKLE_BYTES >> 20);
    }
    return pickle_fail(pickle, "was the download or copy interrupted?",
                       "the pickle ends in the middle of an opcode");
}

/* next never exceeds size, so the difference does not wrap. */
const uint8_t *pickle_take(Pickle *pickle, size_t count) {
    if (pickle->size - pickle->next < count) {
        return fail_at_end(pickle), NULL;
    }
    pickle->next += count;
    return pickle->data + pickle->next - count;
}

bool pickle_take_number(Pickle *pickle, size_t bytes, uint32_t *number) {
    const uint8_t *at = pickle_take(pickle, bytes);
    if (!at) {
        return false;
    }
    *number = 0;
    for (size_t i = bytes; i-- > 0;) {
        *number = *number << 8 | at[i];
    }
    return true;
}

/* Values and marks count together: each alone could be as many as the pickle has bytes. */
bool pickle_has_room(const Pickle *pickle) {
    if (pickle->height + pickle->mark_count < LIMIT_PICKLE_STACK) {
        return true;
    }
    return pickle_fail(pickle, NULL, "the pickle's stack grows beyond %d values",
                       LIMIT_PICKLE_STACK);
}

bool pickle_push(Pickle *pickle, PickleValue value) {
    if (!pickle_has_room(pickle)) {
        return false;
    }
    value.at = pickle->at;
    pickle->stack[pickle->height++] = value;
    return true;
}

/* Values above the innermost mark. */
static int available(const Pickle *pickle) {
    return pickle->height - (pickle->mark_count ? pickle->marks[pickle->mark_count - 1] : 0);
}

PickleValue *pickle_top(const Pickle *pickle) {
    if (available(pickle) > 0) {
        return &pickle->stack[pickle->height - 1];
    }
    return pickle_fail(pickle, NULL, "the pickle's stack has too few values"), NULL;
}

/* Only values above the innermost mark may be popped, as in Python. */
const PickleValue *pickle_pop(Pickle *pickle, int count) {
    if (available(pickle) < count) {
        return pickle_fail(pickle, NULL, "the pickle's stack has too few values"), NULL;
    }
    pickle->height -= count;
    return pickle->stack + pickle->height;
}

const PickleValue *pickle_pop_mark(Pickle *pickle, uint32_t *count) {
    if (pickle->mark_count == 0) {
        return pickle_fail(pickle, NULL, "the pickle's stack has no mark"), NULL;
    }
    int height = pickle->marks[--pickle->mark_count];
    *count = (uint32_t)(pickle->height - height);
    pickle->height = height;
    return pickle->stack + height;
}

/* ---- containers ---- */

/* 0 for a value that is no container. An object counts as none: whoever walks into objects counts
 * levels again. */
static uint32_t depth_of(const PickleValue *value) {
    bool nests =
        value->kind == PICKLE_TUPLE || value->kind == PICKLE_LIST || value->kind == PICKLE_DICT;
    return nests ? value->items->depth : 0;
}

/* Grows to twice the count, so that many small additions cost linear time. */
static bool add_items(Pickle *pickle, PickleItems *items, const PickleValue *values,
                      uint32_t count) {
    if (items->count + count > items->capacity) {
        uint32_t capacity = items->count + count + (items->count ? items->count : 0);
        items->at = arena_grow(pickle->reading->arena, items->at, items->count, capacity,
                               sizeof *items->at);
        items->capacity = capacity;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t depth = depth_of(&values[i]) + 1;
        if (depth > LIMIT_PICKLE_DEPTH) {
            return pickle_fail(pickle, NULL, "values nest deeper than %d levels",
                               LIMIT_PICKLE_DEPTH);
        }
        items->depth = depth > items->depth ? depth : items->depth;
        items->at[items->count++] = values[i];
    }
    return true;
}

/* A container of values that were just popped: they are copied before anything overwrites them. */
bool pickle_push_items(Pickle *pickle, PickleKind kind, const PickleValue *values, uint32_t count) {
    PickleItems *items = NEW(pickle->reading->arena, PickleItems);
    items->depth = 1;
    return add_items(pickle, items, values, count) &&
           pickle_push(pickle, (PickleValue){.kind = kind, .items = items});
}

/* A container that is also in the memo changes there too: both are one object, as in Python. */
bool pickle_add(Pickle *pickle, PickleKind kind, const PickleValue *values, uint32_t count) {
    PickleValue *into = pickle_top(pickle);
    if (!into) {
        return false;
    }
    if (into->kind == PICKLE_OPAQUE || (into->kind == PICKLE_OBJECT && kind != PICKLE_DICT)) {
        return true;
    }
    if (into->kind != kind && into->kind != PICKLE_OBJECT) {
        return pickle_fail(pickle, NULL, "items are added to %s",
                           pickle_spelling(pickle->reading->arena, into));
    }
    if (kind == PICKLE_DICT && count % 2 != 0) {
        return pickle_fail(pickle, NULL, "a key without a value is added to a dict");
    }
    if (into->kind == PICKLE_DICT || into->kind == PICKLE_LIST) {
        return add_items(pickle, into->items, values, count);
    }
    if (!into->object->items) {
        into->object->items = NEW(pickle->reading->arena, PickleItems);
        into->object->items->depth = 1;
    }
    return add_items(pickle, into->object->items, values, count);
}

/* The length is limited before the newline is looked for, so a missing one costs no long search. */
bool pickle_take_line(Pickle *pickle, const char **line, size_t *length) {
    const char *from = (const char *)pickle->data + pickle->next;
    size_t left = pickle->size - pickle->next;
    size_t limit = left < LIMIT_PICKLE_NAME + 1 ? left : LIMIT_PICKLE_NAME + 1;
    const char *end = limit ? memchr(from, '\n', limit) : NULL;
    if (!end && left > LIMIT_PICKLE_NAME) {
        return pickle_fail(pickle, NULL, "the name of a global has more than %d bytes",
                           LIMIT_PICKLE_NAME);
    }
    if (!end) {
        return fail_at_end(pickle);
    }
    *line = from;
    *length = (size_t)(end - from);
    pickle->next += *length + 1;
    return true;
}
