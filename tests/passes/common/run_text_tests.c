/* run_text_tests.c - runs text tests of passes: FILE.test ... (see test_file.c for their form).
 *
 * Each test's input is parsed, the passes run with the verifier after each, the text
 * after is searched for what it must and must not contain, is parsed and printed again (the round
 * trip must give the same text), and both graphs are run by the naive interpreter on seeded
 * weights and a seeded input. Prints one line for each failure; exits 1 if there was any.
 */
#include "test_run.h"
#include "text_stream.h"

#include <math.h>
#include <string.h>

/* ---- running before and after ---- */

enum { MOST_VALUES = 400 };

typedef struct Seen {
    Arena *arena;
    const char *name[MOST_VALUES];
    InterpResult value[MOST_VALUES];
    int count;
} Seen;

static void see(void *context, const Node *node, const float *data, const Shape *shape) {
    Seen *seen = context;
    if (seen->count < MOST_VALUES) {
        size_t bytes = (size_t)shape_elements(shape) * sizeof(float);
        float *copy = arena_alloc(seen->arena, bytes);
        memcpy(copy, data, bytes);
        seen->name[seen->count] = node->name;
        seen->value[seen->count++] = (InterpResult){copy, *shape};
    }
}

static InterpResult *run_graph(Test *test, const Graph *graph, const float *input, Seen *seen) {
    InterpResult *outputs = NEW_ARRAY(test->arena, InterpResult, graph->n_outputs);
    const InterpRequest request = {.input = input,
                                   .read = seeded_param,
                                   .read_context = test->arena,
                                   .watch = see,
                                   .watch_context = seen};
    if (!interp_graph(test->arena, graph, &request, outputs)) {
        test_fail(test, "the interpreter failed");
        return NULL;
    }
    return outputs;
}

static void compare(Test *test, const char *name, const InterpResult *a, const InterpResult *b) {
    if (!shape_equal(&a->shape, &b->shape)) {
        test_fail(test, "output %s has another shape", name);
        return;
    }
    int64_t count = shape_elements(&a->shape);
    double largest = 0, difference = 0;
    for (int64_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs((double)a->data[i]));
        difference = fmax(difference, fabs((double)a->data[i] - (double)b->data[i]));
    }
    bool exact = memcmp(a->data, b->data, (size_t)count * sizeof(float)) == 0;
    bool near = difference <= test->file->tolerance * largest;
    if (test->file->run == RUN_NEAR ? !near : !exact) {
        test_fail(test, "output %s differs by %g of %g", name, difference, largest);
    }
}

/* The pixels of a result that stand where those of a smaller one stand, in its shape. */
static InterpResult sampled(Arena *arena, const InterpResult *small, const InterpResult *large) {
    const int64_t *to = small->shape.dim, *from = large->shape.dim;
    if (small->shape.rank != 4 || to[0] * to[1] != from[0] * from[1] || from[2] % to[2] != 0 ||
        from[3] % to[3] != 0) {
        return *large;
    }
    float *data = NEW_ARRAY(arena, float, shape_elements(&small->shape));
    int64_t count = 0;
    for (int64_t row = 0; row < to[0] * to[1] * to[2]; row++) {
        int64_t plane = row / to[2], y = row % to[2] * (from[2] / to[2]);
        for (int64_t x = 0; x < from[3]; x += from[3] / to[3]) {
            data[count++] = large->data[(plane * from[2] + y) * from[3] + x];
        }
    }
    return (InterpResult){data, small->shape};
}

/* "a.b.out" hands out the value "a.b". */
static const InterpResult *seen_value(const Seen *seen, const char *name) {
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".out") == 0) {
        length -= 4;
    }
    for (int i = 0; i < seen->count; i++) {
        if (strlen(seen->name[i]) == length && strncmp(seen->name[i], name, length) == 0) {
            return &seen->value[i];
        }
    }
    return NULL;
}

static void compare_runs(Test *test, const Graph *before, const Graph *after) {
    const float *input = seeded_input(test->arena, before);
    Seen seen_before = {.arena = test->arena}, seen_after = {.arena = test->arena};
    const InterpResult *a = run_graph(test, before, input, &seen_before);
    const InterpResult *b = run_graph(test, after, input, &seen_after);
    bool named = test->file->run == RUN_NAMED;
    if (!a || !b || (!named && before->n_outputs != after->n_outputs)) {
        test_fail(test, "the number of outputs changed");
        return;
    }
    for (int i = 0; i < after->n_outputs; i++) {
        const char *name = after->outputs[i]->name;
        const InterpResult *want = named ? seen_value(&seen_before, name) : &a[i];
        if (!want) {
            test_fail(test, "no value %s before", name);
        } else {
            bool part = test->file->run == RUN_SAMPLED;
            InterpResult got = part ? sampled(test->arena, want, &b[i]) : b[i];
            compare(test, name, want, &got);
        }
    }
}

/* ---- texts ---- */

static char *graph_text(Arena *arena, const Graph *graph) {
    TextStream *stream = text_stream_open(arena);
    print_graph(text_stream_file(stream), graph);
    return text_stream_close(stream, NULL);
}

static void check_round_trip(Test *test, Diag *diag, const char *text) {
    Source source = {"the text after", text, strlen(text)};
    const Graph *again = parse_graph(test->arena, diag, &source);
    if (!again || strcmp(graph_text(test->arena, again), text) != 0) {
        test_fail(test, "the text after does not survive parsing and printing:\n%s", text);
    }
}

static void run_unit(Test *test, Unit *unit) {
    const TestFile *file = test->file;
    unit->graph = parse_graph(test->arena, unit->diag, &file->input);
    if (!unit->graph) {
        test_fail(test, "the input is no valid graph");
        return;
    }
    Graph *before = graph_copy(test->arena, unit->graph);
    bool good = test_passes(test, unit);
    if (good != (file->error.count == 0)) {
        test_fail(test, good ? "expected an error" : "the pass failed");
    }
    if (!good || test->failures) {
        return;
    }
    const char *text = graph_text(test->arena, unit->graph);
    test_text(test, text);
    check_round_trip(test, unit->diag, text);
    if (file->run != RUN_NO && infer_graph(unit->diag, before)) {
        compare_runs(test, before, unit->graph);
    }
}

static void run_test(Test *test) {
    TextStream *messages = text_stream_open(test->arena);
    Unit unit = {.arena = test->arena, .target = test_target(test->arena, test->file)};
    unit.diag = diag_create(test->arena, text_stream_file(messages));
    if (!unit.target) {
        test_fail(test, "there is no such target");
    } else {
        run_unit(test, &unit);
    }
    const char *text = text_stream_close(messages, NULL);
    test_search(test, text, &test->file->error, true);
    if (test->failures) {
        fputs(text, stderr);
    }
}

int main(int argc, char **argv) {
    return test_main(argc, argv, run_test);
}
