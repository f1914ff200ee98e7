/* golden_input.c - words of the command line -> inputs of a golden run.
 *
 *   "noise"      made by the runtime (runtime/golden.c), here as in the emitted program
 *   "cat.jpg"    decoded and prepared as in xnc run; the emitted program holds the floats
 */
#include <string.h>

#include "batches.h"
#include "channel_order.h"
#include "file.h"
#include "golden.h"
#include "xnc_golden.h"

/* The inputs that need no data. */
typedef struct Made {
    const char *name, *function;
    xnc_golden_maker *make;
} Made;

static const Made made[] = {
    {"noise", "xnc_golden_noise", xnc_golden_noise},
    {"zeros", "xnc_golden_zeros", xnc_golden_zeros},
    {"extremes", "xnc_golden_extremes", xnc_golden_extremes},
};
enum { MADE_COUNT = sizeof made / sizeof *made };

static const Made *made_by_name(const char *name) {
    for (int i = 0; i < MADE_COUNT; i++) {
        if (strcmp(made[i].name, name) == 0) {
            return &made[i];
        }
    }
    return NULL;
}

static GoldenInput make(Arena *arena, const Graph *graph, const Made *how) {
    const Shape *shape = &graph->input->shape;
    xnc_tensor_info info = {
        .name = graph->input->name, .rank = shape->rank, .channels_last = graph->channels_last};
    Shape callers = callers_shape(graph, shape);
    memcpy(info.shape, callers.dim, (size_t)shape->rank * sizeof *info.shape);
    float *values = NEW_ARRAY(arena, float, shape_elements(shape));
    how->make(values, &info);
    return (GoldenInput){how->name, how->function, values};
}

/* The name of a file as a name in C and in tables. */
static const char *plain_name(Arena *arena, const char *path) {
    char *name = arena_strdup(arena, base_name(path));
    for (char *at = name; *at; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                     (*at >= '0' && *at <= '9') || strchr("._-", *at);
        *at = plain ? *at : '_';
    }
    return name;
}

/* Small enough to stand in C. */
static bool embeddable(const Work *work, const char *path, const Shape *shape) {
    return shape_elements(shape) <= LIMIT_EMBEDDED ||
           diag_in(work->diag, DIAG_SHAPE, path, NULL,
                   "noise, zeros and extremes are made by the program itself",
                   "makes an input of %lld elements, and at most %d can stand in C",
                   (long long)shape_elements(shape), LIMIT_EMBEDDED);
}

static bool read_file(const Work *work, const Graph *graph, const char *path, GoldenInput *input) {
    const Shape *shape = &graph->input->shape;
    Batches *batches = embeddable(work, path, shape) ? batches_read(work, graph, &path, 1) : NULL;
    float *values = NEW_ARRAY(work->arena, float, shape_elements(shape));
    if (!batches || !batches_fill(work, batches, values)) {
        return false;
    }
    *input = (GoldenInput){plain_name(work->arena, path), NULL, values};
    return true;
}

const GoldenInput *golden_inputs(const Work *work, const Graph *graph, const char *const words[],
                                 int count, int *n_inputs) {
    GoldenInput *inputs = NEW_ARRAY(work->arena, GoldenInput, MOST_GOLDEN_INPUTS);
    bool good = true;
    if (count > MOST_GOLDEN_INPUTS) {
        diag_in(work->diag, DIAG_FILE, words[MOST_GOLDEN_INPUTS], NULL, NULL,
                "is one input too many: at most %d", MOST_GOLDEN_INPUTS);
        return NULL;
    }
    *n_inputs = count > 0 ? count : MADE_COUNT;
    for (int i = 0; i < *n_inputs; i++) {
        const Made *how = count > 0 ? made_by_name(words[i]) : &made[i];
        if (how) {
            inputs[i] = make(work->arena, graph, how);
        } else {
            good = read_file(work, graph, words[i], &inputs[i]) && good;
        }
    }
    return good ? inputs : NULL;
}
