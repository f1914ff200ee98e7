/* golden_compare.c - a table of digests from elsewhere, beside the one that was just computed.
 *
 *   {"values": [{"name": "conv1", "digests": {"noise": "1b0f..."}}]}   ->   equal, different
 *
 * Two compilations of a network may fuse in different ways (another target, another version), so
 * each may have values that the other lacks: they are compared by the names that both have, and
 * for the inputs that both have.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "file.h"
#include "golden_table.h"
#include "json_in.h"

enum { DIGEST_DIGITS = 16, MOST_SHOWN = 20 };

/* A comparison, and what it found. */
typedef struct Comparison {
    const Work *work;
    const GoldenTable *table;
    Map *others; /* name of a value -> its digests of the other table, a JSON object */
    bool json;
    json_t *list; /* of the differences, for JSON */
    int compared, different, only_here;
} Comparison;

static bool is_digest(const json_t *value) {
    const char *text = json_string_value(value);
    return text && strlen(text) == DIGEST_DIGITS &&
           strspn(text, "0123456789abcdef") == DIGEST_DIGITS;
}

/* False after a diagnostic. index is that of the value in the list. */
static bool check_value(const Work *work, const char *path, size_t index, const json_t *value) {
    const char *where = arena_printf(work->arena, "values[%zu]", index), *input;
    json_t *digests = json_object_get(value, "digests"), *digest;
    if (!json_is_string(json_object_get(value, "name")) || !json_is_object(digests)) {
        return diag_in(work->diag, DIAG_FILE, path, where, NULL,
                       "expected an object with \"name\" and \"digests\"");
    }
    json_object_foreach(digests, input, digest) {
        if (!is_digest(digest)) {
            return diag_in(work->diag, DIAG_FILE, path, where, NULL,
                           "expected %d hexadecimal digits as digest for \"%s\"", DIGEST_DIGITS,
                           json_safe(work->arena, input));
        }
    }
    return true;
}

const json_t *golden_table_read(const Work *work, const char *path) {
    json_error_t error;
    const Source *source = read_source(work->arena, work->diag, path, LIMIT_GOLDEN_BYTES);
    if (!source) {
        return NULL;
    }
    const json_t *root = json_read(work->arena, source->text, source->length, &error);
    if (!root) {
        Loc loc = {source, error.line, error.column, 0};
        diag_at(work->diag, DIAG_SYNTAX, loc, "'xnc golden --json' writes one", "%s", error.text);
        return NULL;
    }
    const json_t *values = json_object_get(root, "values");
    if (!json_is_array(values)) {
        diag_in(work->diag, DIAG_FILE, path, "values", "'xnc golden --json' writes one",
                "expected a list");
        return NULL;
    }
    for (size_t i = 0; i < json_array_size(values); i++) {
        if (!check_value(work, path, i, json_array_get(values, i))) {
            return NULL;
        }
    }
    return root;
}

static void note_difference(Comparison *comparison, const Layer *layer, const char *input,
                            const char *got, const char *expected) {
    if (comparison->json) {
        json_append_object(comparison->work->arena, comparison->list, "{s:s, s:s, s:s, s:s, s:s}",
                           "name", layer->name, "op", op_info(layer->op)->name, "input", input,
                           "expected", expected, "got", got);
    } else if (comparison->different < MOST_SHOWN) {
        print_clean(stdout, "DIFFERENT: %s (%s) for %s: %s here, %s there\n", layer->name,
                    op_info(layer->op)->name, input, got, expected);
    }
    comparison->different++;
}

/* In order of execution: what is wrong first comes first. */
static void compare_layer(Comparison *comparison, int index) {
    const GoldenDigests *digests = comparison->table->digests;
    const Layer *layer = &comparison->table->unit.module->layers[index];
    const json_t *other = map_get(comparison->others, layer->name);
    comparison->only_here += !other;
    for (int i = 0; other && i < digests->n_inputs; i++) {
        const char *input = digests->inputs[i].name;
        const char *expected = json_string_value(json_object_get(other, input));
        const char *got = arena_printf(comparison->work->arena, "%016" PRIx64,
                                       digests->of_layers[index * digests->n_inputs + i]);
        comparison->compared += expected != NULL;
        if (expected && strcmp(got, expected) != 0) {
            note_difference(comparison, layer, input, got, expected);
        }
    }
}

static void print_summary(const Comparison *comparison, int only_there) {
    if (comparison->json) {
        Arena *arena = comparison->work->arena;
        json_t *root = json_root(arena, json_object());
        json_member(arena, root, "compared", json_integer(comparison->compared));
        json_member(arena, root, "different", json_incref(comparison->list));
        json_member(arena, root, "only_here", json_integer(comparison->only_here));
        json_member(arena, root, "only_there", json_integer(only_there));
        json_print(arena, root);
        return;
    }
    if (comparison->different > MOST_SHOWN) {
        printf("and %d more\n", comparison->different - MOST_SHOWN);
    }
    printf("%d of %d digests are equal; values that only one table has: %d here, %d there\n",
           comparison->compared - comparison->different, comparison->compared,
           comparison->only_here, only_there);
}

/* Tables of other inputs differ everywhere, which says nothing. */
static bool shapes_agree(const Comparison *comparison, const json_t *other, const char *path) {
    const Shape *shape = &comparison->table->unit.module->input.shape;
    const json_t *dims = json_object_get(other, "input");
    for (int i = 0; dims && i < shape->rank; i++) {
        if (json_integer_value(json_array_get(dims, (size_t)i)) != shape->dim[i]) {
            return diag_in(comparison->work->diag, DIAG_SHAPE, path, "input",
                           "--size and --batch set the shape of the network",
                           "is a table of inputs of another shape");
        }
    }
    return true;
}

/* Another arithmetic gives other digests, and so do other weights. */
static bool precisions_agree(const Comparison *comparison, const json_t *other, const char *path) {
    const char *theirs = json_string_value(json_object_get(other, "precision"));
    const char *stored = json_string_value(json_object_get(other, "weights_type"));
    Diag *diag = comparison->work->diag;
    if (theirs && strcmp(theirs, golden_precision(comparison->table)) != 0) {
        return diag_in(diag, DIAG_VALUE, path, "precision", "--precision sets that of the network",
                       "is a table of another precision");
    }
    return !stored || strcmp(stored, golden_weights_type(comparison->table)) == 0 ||
           diag_in(diag, DIAG_VALUE, path, "weights_type",
                   "--weights-type sets that of the network",
                   "is a table of another type of weights");
}

ExitCode golden_table_compare(const Work *work, const GoldenTable *table, const json_t *other,
                              const char *path, bool json) {
    Arena *arena = work->arena;
    const json_t *values = json_object_get(other, "values");
    int n_layers = table->unit.module->n_layers, n_values = (int)json_array_size(values);
    Comparison comparison = {work, table, map_by_name(arena), json, NULL, 0, 0, 0};
    if (!shapes_agree(&comparison, other, path) || !precisions_agree(&comparison, other, path)) {
        return EXIT_MODEL;
    }
    comparison.list = json_root(arena, json_array());
    for (int i = 0; i < n_values; i++) {
        const json_t *value = json_array_get(values, (size_t)i);
        map_put(comparison.others, json_string_value(json_object_get(value, "name")),
                json_object_get(value, "digests"));
    }
    for (int i = 0; i < n_layers; i++) {
        compare_layer(&comparison, i);
    }
    if (comparison.compared == 0) {
        diag_in(work->diag, DIAG_FILE, path, NULL, "is it of another network, or of other inputs?",
                "has no value and input in common with %s", table->unit.module->name);
        return EXIT_MODEL;
    }
    print_summary(&comparison, n_values - (n_layers - comparison.only_here));
    return comparison.different > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}
