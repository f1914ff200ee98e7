/* description_hub_json.c - single values of config.json -> variables, with type and range checked.
 *
 *   {"crop_pct": 2} read as a number of 0.01 to 1
 *   ->  config.json: pretrained_cfg.crop_pct: error: expected a number from 0.01 to 1
 *
 * Jansson's accessors give 0 or NULL for a value of another type, so each reader checks the type
 * before it uses the value.
 */
#include "description_hub.h"

#include <stdarg.h>
#include <string.h>

#include "json_in.h"

const json_t *hub_parse(Arena *arena, Diag *diag, const Source *source) {
    json_error_t error;
    const json_t *root = json_read(arena, source->text, source->length, &error);
    if (!root) {
        Loc loc = {source, error.line > 0 ? error.line : 1, error.column, 0};
        diag_at(diag, DIAG_SYNTAX, loc, NULL, "%s", error.text);
    }
    return root;
}

bool hub_wrong(const Hub *hub, const char *where, const char *hint, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(hub->arena, format, args);
    va_end(args);
    return diag_in(hub->diag, DIAG_SCHEMA, hub->path, where, hint, "%s", text);
}

const char *hub_below(const Hub *hub, const char *where, const char *key) {
    return *where ? arena_printf(hub->arena, "%s.%s", where, key) : arena_strdup(hub->arena, key);
}

const json_t *hub_value(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

/* An integer of JSON has no fraction and no exponent: 2.0 is refused. */
bool hub_integer(const Hub *hub, const json_t *object, const char *where, const char *key,
                 int64_t lo, int64_t hi, int64_t *value) {
    const json_t *json = hub_value(object, key);
    if (!json) {
        return true;
    }
    if (!json_is_integer(json) || json_integer_value(json) < lo || json_integer_value(json) > hi) {
        return hub_wrong(hub, hub_below(hub, where, key), NULL,
                         "expected an integer from %lld to %lld", (long long)lo, (long long)hi);
    }
    *value = json_integer_value(json);
    return true;
}

/* Integers are numbers too. The comparison is false for NaN. */
bool hub_number(const Hub *hub, const json_t *object, const char *where, const char *key, double lo,
                double hi, double *value) {
    const json_t *json = hub_value(object, key);
    if (!json) {
        return true;
    }
    double number = json_number_value(json);
    if (!json_is_number(json) || !(number >= lo && number <= hi)) {
        return hub_wrong(hub, hub_below(hub, where, key), NULL, "expected a number from %g to %g",
                         lo, hi);
    }
    *value = number;
    return true;
}

bool hub_flag(const Hub *hub, const json_t *object, const char *where, const char *key,
              bool *value) {
    const json_t *json = hub_value(object, key);
    if (json && !json_is_boolean(json)) {
        return hub_wrong(hub, hub_below(hub, where, key), NULL, "expected true or false");
    }
    *value = json ? json_is_true(json) : *value;
    return true;
}

/* The message lists all words; the empty one, which timm has, as ''. */
bool hub_word(const Hub *hub, const json_t *object, const char *where, const char *key,
              const char *const *words, int count, int *index) {
    const json_t *json = hub_value(object, key);
    const char *text = json_string_value(json);
    if (!json) {
        return true;
    }
    for (int i = 0; text && i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *index = i;
            return true;
        }
    }
    const char *all = words[0];
    for (int i = 1; i < count; i++) {
        all = arena_printf(hub->arena, "%s, %s", all, *words[i] ? words[i] : "''");
    }
    return hub_wrong(hub, hub_below(hub, where, key), NULL, "expected one of: %s", all);
}

bool hub_numbers(const Hub *hub, const json_t *object, const char *where, const char *key,
                 double lo, double hi, double numbers[4]) {
    const json_t *list = hub_value(object, key);
    if (!list) {
        return true;
    }
    size_t count = json_array_size(list);
    bool good = count >= 1 && count <= 4;
    for (size_t i = 0; good && i < 4; i++) {
        const json_t *item = json_array_get(list, i < count ? i : count - 1);
        numbers[i] = json_number_value(item);
        good = json_is_number(item) && numbers[i] >= lo && numbers[i] <= hi;
    }
    return good || hub_wrong(hub, hub_below(hub, where, key), NULL,
                             "expected 1 to 4 numbers from %g to %g", lo, hi);
}
