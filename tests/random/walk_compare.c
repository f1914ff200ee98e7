/* walk_compare.c - inputs with special numbers, and outputs beside what they should be. */
#include "walk.h"

#include "compare.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Of the largest magnitude of an output and of what its node reads: what another rounding of folded
 * weights may change. An output of few elements can be small because large terms cancel. */
static const double TOLERANCE = 1e-4;

typedef struct InputKind {
    const char *name;
    float special[4];
    int count;   /* of them; 0: none */
    bool finite; /* all values of a network stay finite */
} InputKind;

static const InputKind kinds[] = {
    {"plain", {0}, 0, true},
    {"zero", {0.0f, -0.0f}, 2, true},
    {"subnormal", {1e-40f, -1e-45f, FLT_MIN, -FLT_MIN / 2}, 4, true},
    {"nan", {NAN}, 1, false},
    {"infinity", {INFINITY, -INFINITY}, 2, false},
    {"huge", {FLT_MAX, -FLT_MAX, 3e38f}, 3, false},
    {"mixed", {NAN, -INFINITY, -1e-45f, FLT_MAX}, 4, false},
};

static uint32_t next_draw(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

bool make_input(Walk *walk) {
    const InputKind *kind = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        kind = strcmp(kinds[i].name, walk->input_kind) == 0 ? &kinds[i] : kind;
    }
    if (!kind) {
        return walk_wrong(walk, "no kind of input %s", walk->input_kind);
    }
    int64_t count = shape_elements(&walk->described->input->shape);
    uint64_t state = walk->weights_seed;
    walk->input = NEW_ARRAY(walk->work.arena, float, count);
    walk->finite = kind->finite;
    for (int64_t i = 0; i < count; i++) {
        uint32_t drawn = next_draw(&state);
        bool special = kind->count > 0 && drawn % 8 == 0;
        walk->input[i] = special ? kind->special[drawn / 8 % (unsigned)kind->count]
                                 : (float)drawn / (float)(1u << 30) - 2.0f;
    }
    return true;
}

typedef struct Found {
    int64_t different, first; /* elements, and the first of them */
    double largest, difference;
} Found;

static Found compare_floats_exactly(const float *wanted, const float *got, int64_t count) {
    Found found = {0};
    for (int64_t i = 0; i < count; i++) {
        if (!same_float(wanted[i], got[i])) {
            found.first = found.different ? found.first : i;
            found.different++;
        }
        found.largest = fmax(found.largest, fabs((double)wanted[i]));
        found.difference = fmax(found.difference, fabs((double)wanted[i] - (double)got[i]));
    }
    return found;
}

static void compare_output(Walk *walk, const char *after, int index, const InterpResult *got,
                           bool near) {
    const InterpResult *wanted = &walk->expected[index];
    if (!shape_equal(&wanted->shape, &got->shape)) {
        walk_wrong(walk, "differs %s: output %d has another shape", after, index);
        return;
    }
    int64_t count = shape_elements(&got->shape);
    Found found = compare_floats_exactly(wanted->data, got->data, count);
    double scale = fmax(found.largest, walk->read_by_outputs);
    bool good = near ? found.difference <= TOLERANCE * scale : found.different == 0;
    if (!good) {
        walk_wrong(walk,
                   "differs %s: output %d in %lld of %lld elements by %g of %g, first at %lld: "
                   "%a instead of %a",
                   after, index, (long long)found.different, (long long)count, found.difference,
                   found.largest, (long long)found.first, (double)got->data[found.first],
                   (double)wanted->data[found.first]);
    }
}

void compare_outputs(Walk *walk, const char *after, InterpResult *outputs, int count, bool near) {
    if (walk->expected && count != walk->n_expected) {
        walk_wrong(walk, "differs %s: %d outputs instead of %d", after, count, walk->n_expected);
        return;
    }
    for (int i = 0; walk->expected && i < count && (walk->finite || !near); i++) {
        compare_output(walk, after, i, &outputs[i], near);
    }
    walk->expected = outputs;
    walk->n_expected = count;
}

typedef struct Watcher {
    const Graph *graph;
    double largest; /* magnitude of what the nodes of the outputs read */
} Watcher;

static bool output_reads(const Graph *graph, const Node *node) {
    for (int i = 0; i < graph->n_outputs; i++) {
        const Node *end = graph->outputs[i]->def;
        for (int j = 0; end && j < end->n_in; j++) {
            if (end->in[j]->def == node) {
                return true;
            }
        }
    }
    return false;
}

static void watch_value(void *context, const Node *node, const float *data, const Shape *shape) {
    Watcher *watcher = context;
    int64_t count = output_reads(watcher->graph, node) ? shape_elements(shape) : 0;
    for (int64_t i = 0; i < count; i++) {
        watcher->largest = fmax(watcher->largest, fabs((double)data[i]));
    }
}

void interpret(Walk *walk, const char *after, const Graph *graph, bool near) {
    Arena *arena = walk->work.arena;
    Watcher watcher = {.graph = graph};
    InterpResult *outputs = NEW_ARRAY(arena, InterpResult, graph->n_outputs);
    const InterpRequest request = {.input = walk->input,
                                   .read = seed_read,
                                   .read_context = &walk->reader,
                                   .watch = watch_value,
                                   .watch_context = &watcher};
    if (!interp_graph(arena, graph, &request, outputs)) {
        walk_wrong(walk, "differs %s: the interpreter fails", after);
        return;
    }
    walk->read_by_outputs = watcher.largest;
    compare_outputs(walk, after, outputs, graph->n_outputs, near);
}
