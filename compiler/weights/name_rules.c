/* name_rules.c - lines that say which name of a file means which of the network -> rules.
 *
 *   features.stage3.unit{i} = block{i+2}      # a comment
 */
#include "name_pattern.h"
#include "weights.h"

#include <string.h>

#include "map_file.h"

enum { MOST_LINE = 1024 };

static const char *trim(Arena *arena, const char *text, size_t length) {
    while (length > 0 && strchr(" \t\r", *text)) {
        text++;
        length--;
    }
    while (length > 0 && strchr(" \t\r", text[length - 1])) {
        length--;
    }
    return arena_strndup(arena, text, length);
}

const char *name_rule_parse(Arena *arena, const char *text, size_t length, NameRule *rule) {
    const char *equals = memchr(text, '=', length);
    if (!equals || length > MOST_LINE) {
        return equals ? "has more than 1024 bytes"
                      : "is not 'PATTERN OF THE FILE = pattern of the network'";
    }
    size_t left = (size_t)(equals - text);
    rule->from = trim(arena, text, left);
    rule->to = trim(arena, equals + 1, length - left - 1);
    rule->whose = "your names";
    return name_pattern_fault(rule->from, rule->to);
}

bool checkpoint_options_check(Diag *diag, const CheckpointOptions *options) {
    bool good = true;
    for (int i = 0; i < options->ignore_count; i++) {
        const char *fault = name_pattern_fault(options->ignore[i], NULL);
        if (fault) {
            good =
                diag_at(diag, DIAG_VALUE, (Loc){0}, "a pattern is like decoder, or block{i}.*.aux",
                        "--ignore=%s %s", options->ignore[i], fault);
        }
    }
    return good;
}

/* One line; what stands behind # is for people. */
static bool read_line(Arena *arena, Diag *diag, Loc loc, const char *line, size_t length,
                      NameRule **rules, int *count) {
    const char *comment = memchr(line, '#', length);
    length = comment ? (size_t)(comment - line) : length;
    NameRule rule;
    if (!*trim(arena, line, length)) {
        return true;
    }
    const char *fault = name_rule_parse(arena, line, length, &rule);
    if (fault) {
        return diag_at(diag, DIAG_SYNTAX, loc, "a line is like 'net.stage{i} = blocks.{i-1}'",
                       "the line %s", fault);
    }
    if (*count == LIMIT_NAME_RULES) {
        return diag_at(diag, DIAG_SYNTAX, loc, NULL, "the file has more than %d lines of names",
                       LIMIT_NAME_RULES);
    }
    *rules = arena_room(arena, *rules, *count, sizeof **rules);
    (*rules)[(*count)++] = rule;
    return true;
}

bool name_rules_read(Arena *arena, Diag *diag, const char *path, NameRule **rules, int *count) {
    const uint8_t *data;
    size_t size;
    if (!map_file(arena, diag, path, &data, &size)) {
        return false;
    }
    if (size > LIMIT_DESCRIPTION_BYTES) {
        return diag_in(diag, DIAG_FILE, path, NULL, NULL, "has more than %d bytes",
                       LIMIT_DESCRIPTION_BYTES);
    }
    Source *source = NEW(arena, Source);
    *source = (Source){path, (const char *)data, size};
    Loc loc = {source, 0, 1, 0};
    bool good = true;
    for (size_t at = 0; at < size;) {
        const char *line = (const char *)data + at, *end = memchr(line, '\n', size - at);
        size_t length = end ? (size_t)(end - line) : size - at;
        loc.line++;
        loc.span = (int)length;
        good = read_line(arena, diag, loc, line, length, rules, count) && good;
        at += length + 1;
    }
    return good;
}
