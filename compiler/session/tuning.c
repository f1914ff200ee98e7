/* tuning.c - a file of --tuning <-> numbers of a target.
 *
 * The rows of tuning.def are the keys of the file, all of which must be there: a file of another
 * version is refused rather than half understood.
 */
#include "tuning.h"
#include "clean.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "yaml_tree.h"

/* A row of tuning.def. */
typedef struct TuningRow {
    const char *name; /* of the field, and key in the file */
    size_t offset;    /* of the field, an int, in Tuning */
    int least, most;  /* bounds of what a file may hold */
} TuningRow;

static const TuningRow rows[] = {
#define TUNING(field, least, most) {#field, offsetof(Tuning, field), least, most},
#include "tuning.def"
#undef TUNING
};
enum { ROW_COUNT = sizeof rows / sizeof *rows, NAME_COUNT = ROW_COUNT + 2 };

static int *field_of(Tuning *tuning, const TuningRow *row) {
    return (int *)((char *)tuning + row->offset);
}

static bool read_number(Diag *diag, const Tree *map, const TuningRow *row, Tuning *tuning) {
    const Tree *value = tree_value(map, row->name);
    char *end = NULL;
    long number = value && value->kind == TREE_SCALAR ? strtol(value->text, &end, 10) : 0;
    if (!end || end == value->text || *end || number < row->least || number > row->most) {
        return diag_at(diag, DIAG_SCHEMA, value ? value->loc : map->loc, NULL,
                       "'%s' has to be a number from %d to %d", row->name, row->least, row->most);
    }
    *field_of(tuning, row) = (int)number;
    return true;
}

static bool read_text(Diag *diag, const Tree *map, const char *key, const char **text) {
    const Tree *value = tree_value(map, key);
    if (!value || value->kind != TREE_SCALAR) {
        return diag_at(diag, DIAG_SCHEMA, value ? value->loc : map->loc, NULL,
                       "'%s' is missing or no text", key);
    }
    *text = value->text;
    return true;
}

static bool known_keys(Diag *diag, const Tree *map) {
    const char *names[NAME_COUNT] = {"cpu", "target"};
    for (int i = 0; i < ROW_COUNT; i++) {
        names[i + 2] = rows[i].name;
    }
    for (int i = 0; i < map->count; i++) {
        const char *near = nearest_name(map->keys[i]->text, names, NAME_COUNT);
        if (!near || strcmp(near, map->keys[i]->text) != 0) {
            return diag_at(diag, DIAG_SCHEMA, map->keys[i]->loc, near, "unknown key '%s'",
                           map->keys[i]->text);
        }
    }
    return true;
}

/* NULL after a diagnostic with the place of the mistake. */
static const TuningFile *tuning_read(Arena *arena, Diag *diag, const char *path) {
    const Source *source = read_source(arena, diag, path, LIMIT_DESCRIPTION_BYTES);
    const Tree *map = source ? read_yaml(arena, diag, source) : NULL;
    if (!map) {
        return NULL;
    }
    if (map->kind != TREE_MAP) {
        diag_at(diag, DIAG_SCHEMA, map->loc, "'xnc compile --tune' writes such a file",
                "expected lines 'name: number'");
        return NULL;
    }
    TuningFile *file = NEW(arena, TuningFile);
    bool good = known_keys(diag, map) && read_text(diag, map, "cpu", &file->cpu) &&
                read_text(diag, map, "target", &file->target);
    for (int i = 0; good && i < ROW_COUNT; i++) {
        good = read_number(diag, map, &rows[i], &file->tuning);
    }
    if (good && (file->tuning.pw_rows == 0) != (file->tuning.pw_vectors == 0)) {
        good = diag_at(diag, DIAG_SCHEMA, tree_value(map, "pw_vectors")->loc, NULL,
                       "'pw_rows' and 'pw_vectors' have to be both 0 or both not");
    }
    return good ? file : NULL;
}

bool tuning_is_valid(const Tuning *tuning) {
    for (int i = 0; i < ROW_COUNT; i++) {
        int number = *(const int *)((const char *)tuning + rows[i].offset);
        if (number < rows[i].least || number > rows[i].most) {
            return false;
        }
    }
    return true;
}

const char *tuning_text(Arena *arena, const char *model, const TuningFile *file) {
    Tuning tuning = file->tuning;
    const char *text = arena_printf(arena,
                                    "# Written by xnc compile --tune for %s; give it to --tuning.\n"
                                    "cpu: \"%s\"\n"
                                    "target: %s\n",
                                    model, file->cpu, file->target);
    for (int i = 0; i < ROW_COUNT; i++) {
        text = arena_printf(arena, "%s%s: %d\n", text, rows[i].name, *field_of(&tuning, &rows[i]));
    }
    return text;
}

const Target *target_tuned(Arena *arena, const Target *target, const Tuning *tuning) {
    Target *copy = NEW(arena, Target);
    *copy = *target;
    copy->tune = *tuning;
    return copy;
}

bool tuning_apply(const Work *work, const char *path, const Target *targets[], int count) {
    const TuningFile *file = path ? tuning_read(work->arena, work->diag, path) : NULL;
    if (!path || !file) {
        return !path;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(targets[i]->name, file->target) == 0) {
            targets[i] = target_tuned(work->arena, targets[i], &file->tuning);
            return true;
        }
    }
    print_clean(stderr, "xnc: %s is for the target %s: add --target=%s\n", path, file->target,
                file->target);
    return false;
}
