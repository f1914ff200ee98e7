/* description_read.c - turns the YAML tree into structures by walking the schema.
 *
 *   blocks: [{widths: 32, stride: 2}]   ->   SpecList of one BlockSpec { widths 32, stride 2, ... }
 *
 * A section is read in the order of its rows, not of the text: `block` has to be read before
 * `blocks`, whose items start as copies of it. Every mistake is reported, not only the first.
 */
#include "description_spec.h"

#include <string.h>

typedef struct SchemaReader {
    Arena *arena;
    Diag *diag;
} SchemaReader;

static bool read_section(const SchemaReader *reader, const Section *section, const Tree *tree,
                         void *structure, bool defaults);

/* "did you mean" or, when nothing is near, all keys. */
static const char *key_hint(const SchemaReader *reader, const Section *section, const char *word) {
    Arena *arena = reader->arena;
    if (!diag_shows(reader->diag, DIAG_SCHEMA)) {
        return NULL;
    }
    const char **keys = NEW_ARRAY(arena, const char *, section->count);
    const char *all = "keys are ";
    for (int i = 0; i < section->count; i++) {
        keys[i] = section->fields[i].key;
        all = arena_printf(arena, "%s%s%s", all, i ? ", " : "", keys[i]);
    }
    const char *nearest = nearest_name(word, keys, (size_t)section->count);
    return nearest ? arena_printf(arena, "did you mean '%s'?", nearest) : all;
}

/* Whether the section has such a key; false after a diagnostic. */
static bool known_key(const SchemaReader *reader, const Section *section, const Tree *key) {
    for (int i = 0; i < section->count; i++) {
        if (strcmp(section->fields[i].key, key->text) == 0) {
            return true;
        }
    }
    return diag_at(reader->diag, DIAG_SCHEMA, key->loc, key_hint(reader, section, key->text),
                   "unknown key '%s' in '%s'", key->text, section->name);
}

/* A list of widths gives the depth by its length; a 'depth' beside it would be ignored. */
static bool depth_fits(const SchemaReader *reader, const Tree *tree) {
    const Tree *widths = tree->kind == TREE_MAP ? tree_value(tree, "widths") : NULL;
    const Tree *depth = tree->kind == TREE_MAP ? tree_value(tree, "depth") : NULL;
    return !widths || !depth || widths->kind != TREE_LIST ||
           diag_at(reader->diag, DIAG_SCHEMA, depth->loc, NULL,
                   "'depth' stands beside a list of 'widths', which says the depth");
}

/* Each item starts as a copy of another section's structure, or from the defaults. */
static bool read_items(const SchemaReader *reader, const Field *field, const Tree *tree,
                       char *structure) {
    if (tree->kind != TREE_LIST) {
        return diag_at(reader->diag, DIAG_SCHEMA, tree->loc, NULL, "'%s' takes: %s", field->key,
                       field_type_name(field->type));
    }
    size_t size = field->section->size;
    SpecList *list = (SpecList *)(structure + field->offset);
    char *items = arena_array(reader->arena, (size_t)tree->count, size);
    *list = (SpecList){items, tree->count};
    bool good = true;
    for (int i = 0; i < tree->count; i++) {
        char *item = items + (size_t)i * size;
        if (field->start) {
            memcpy(item, structure + field->start, size);
            good &= depth_fits(reader, tree->items[i]);
        }
        good &= read_section(reader, field->section, tree->items[i], item, !field->start);
    }
    return good;
}

/* A value of a key that is in the text. */
static bool read_field(const SchemaReader *reader, const Field *field, const Tree *tree,
                       char *structure) {
    switch (field->type) {
    case FIELD_SECTION:
        return read_section(reader, field->section, tree, structure + field->offset, true);
    case FIELD_SECTIONS:
        return read_items(reader, field, tree, structure);
    default:
        return read_value(reader->arena, reader->diag, field, tree, structure);
    }
}

/* Sets the default of a key that is not in the text; false when it is required. A section that is
 * left out is read as an empty mapping, so its own defaults apply. */
static bool default_field(const SchemaReader *reader, const Section *section, const Field *field,
                          const Tree *tree, char *structure) {
    if (!field->standard) {
        return diag_at(reader->diag, DIAG_SCHEMA, tree->loc, NULL, "'%s' needs the key '%s'",
                       section->name, field->key);
    }
    if (field->type == FIELD_SECTION) {
        Tree empty = {.kind = TREE_MAP, .loc = tree->loc};
        return read_section(reader, field->section, &empty, structure + field->offset, true);
    }
    if (field->type != FIELD_SECTIONS) {
        set_standard(reader->arena, reader->diag, field, structure);
    }
    return true;
}

/* Unknown keys first, then the rows. defaults false: members whose keys are not in the text keep
 * their values. */
static bool read_section(const SchemaReader *reader, const Section *section, const Tree *tree,
                         void *structure, bool defaults) {
    if (tree->kind != TREE_MAP) {
        return diag_at(reader->diag, DIAG_SCHEMA, tree->loc, NULL,
                       "'%s' takes a mapping of keys to values", section->name);
    }
    *(Loc *)((char *)structure + section->loc_offset) = tree->loc;
    bool good = true;
    for (int i = 0; i < tree->count; i++) {
        good &= known_key(reader, section, tree->keys[i]);
    }
    for (int i = 0; i < section->count; i++) {
        const Field *field = &section->fields[i];
        const Tree *value = tree_value(tree, field->key);
        if (value) {
            good &= read_field(reader, field, value, structure);
        } else if (defaults) {
            good &= default_field(reader, section, field, tree, structure);
        }
    }
    return good;
}

NetworkSpec *read_network(Arena *arena, Diag *diag, const Tree *tree) {
    SchemaReader reader = {arena, diag};
    NetworkSpec *network = NEW(arena, NetworkSpec);
    return read_section(&reader, schema_at(0), tree, network, true) ? network : NULL;
}
