/* run_text_tests.c - runs text tests of passes: FILE.test ... (see test_file.c for their form).
 *
 * Each test's input is parsed, the passes run with the verifier after each, the text
 * after is searched for what it must and must not contain, is parsed and printed again (the round
 * trip must give the same text), and both graphs are run by the naive interpreter on seeded
 * weights and a seeded input. Prints one line for each failure; exits 1 if there was any.
 */
#include "registry.h"
#include "test_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Test {
    Arena *arena;
    const TestFile *file;
    int failures;
} Test;

static void fail(Test *test, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fail(Test *test, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: %s\n", test->file->path, arena_vprintf(test->arena, format, args));
    va_end(args);
    test->failures++;
}

/* ---- seeded numbers ---- */

static double next_number(uint64_t *state) {
    *state += 0x9e3779b97f4a7c15u;
    uint64_t bits = *state;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return (double)((bits ^ (bits >> 31)) >> 40) / (double)(1 << 23) - 1;
}

/* A ParamReader: the numbers depend on the tensor's name; variances are positive. */
static const double *read_seeded(void *context, const char *name, int64_t count) {
    double *values = NEW_ARRAY(context, double, count);
    uint64_t state = 1;
    for (const char *at = name; *at; at++) {
        state = state * 1099511628211u + (unsigned char)*at;
    }
    for (int64_t i = 0; i < count; i++) {
        double number = next_number(&state);
        values[i] = strstr(name, "var") ? 1.25 + number : number;
    }
    return values;
}

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
    if (!interp_graph(test->arena, graph, input, outputs, read_seeded, test->arena, see, seen)) {
        fail(test, "the interpreter failed");
        return NULL;
    }
    return outputs;
}

static void compare(Test *test, const char *name, const InterpResult *a, const InterpResult *b) {
    if (!shape_equal(&a->shape, &b->shape)) {
        fail(test, "output %s has another shape", name);
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
        fail(test, "output %s differs by %g of %g", name, difference, largest);
    }
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
    int64_t count = shape_elements(&before->input->shape);
    float *input = NEW_ARRAY(test->arena, float, count);
    uint64_t state = 7;
    for (int64_t i = 0; i < count; i++) {
        input[i] = (float)next_number(&state);
    }
    Seen seen_before = {.arena = test->arena}, seen_after = {.arena = test->arena};
    const InterpResult *a = run_graph(test, before, input, &seen_before);
    const InterpResult *b = run_graph(test, after, input, &seen_after);
    bool named = test->file->run == RUN_NAMED;
    if (!a || !b || (!named && before->n_outputs != after->n_outputs)) {
        fail(test, "the number of outputs changed");
        return;
    }
    for (int i = 0; i < after->n_outputs; i++) {
        const char *name = after->outputs[i]->name;
        const InterpResult *want = named ? seen_value(&seen_before, name) : &a[i];
        if (!want) {
            fail(test, "no value %s before", name);
        } else {
            compare(test, name, want, &b[i]);
        }
    }
}

/* ---- texts ---- */

static char *graph_text(Test *test, const Graph *graph) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    print_graph(out, graph);
    fclose(out);
    char *copy = arena_strndup(test->arena, text, size);
    free(text);
    return copy;
}

static void search(Test *test, const char *text, const Lines *lines, bool wanted) {
    const char *plain = squeeze(test->arena, text);
    for (int i = 0; i < lines->count; i++) {
        if ((strstr(plain, lines->at[i]) != NULL) != wanted) {
            fail(test, "%s: %s\nthe text is\n%s", wanted ? "missing" : "must not appear",
                 lines->at[i], text);
        }
    }
}

static void check_round_trip(Test *test, Diag *diag, const char *text) {
    Source source = {"the text after", text, strlen(text)};
    const Graph *again = parse_graph(test->arena, diag, &source);
    if (!again || strcmp(graph_text(test, again), text) != 0) {
        fail(test, "the text after does not survive parsing and printing:\n%s", text);
    }
}

static bool run_listed(Test *test, Unit *unit) {
    PassOptions options = {.verify_each = true, .dump = stderr};
    for (int i = 0; i < test->file->n_passes; i++) {
        const PassInfo *pass = pass_by_name(test->file->passes[i]);
        if (!pass) {
            fail(test, "there is no pass %s", test->file->passes[i]);
            return true;
        }
        if (!run_pass(unit, pass, &options)) {
            return false;
        }
    }
    return true;
}

static void run_unit(Test *test, Unit *unit, FILE *messages) {
    const TestFile *file = test->file;
    unit->graph = parse_graph(test->arena, unit->diag, &file->input);
    if (!unit->graph) {
        fflush(messages);
        fail(test, "the input is no valid graph");
        return;
    }
    Graph *before = graph_copy(test->arena, unit->graph);
    bool good = run_listed(test, unit);
    if (good != (file->error.count == 0)) {
        fail(test, good ? "expected an error" : "the pass failed");
    }
    if (!good || test->failures) {
        return;
    }
    const char *text = graph_text(test, unit->graph);
    search(test, text, &file->contains, true);
    search(test, text, &file->absent, false);
    check_round_trip(test, unit->diag, text);
    if (file->run != RUN_NO && infer_graph(unit->diag, before)) {
        compare_runs(test, before, unit->graph);
    }
}

static void run_test(Test *test) {
    char *text = NULL;
    size_t size = 0;
    FILE *messages = open_memstream(&text, &size);
    Unit unit = {.arena = test->arena, .target = test_target(test->arena, test->file)};
    unit.diag = diag_create(test->arena, messages);
    if (!unit.target) {
        fail(test, "there is no such target");
    } else {
        run_unit(test, &unit, messages);
    }
    fclose(messages);
    search(test, text, &test->file->error, true);
    if (test->failures) {
        fputs(text, stderr);
    }
    free(text);
}

static int run_file(const char *path) {
    Arena *volatile arena = arena_create();
    if (!arena || arena_protect(arena)) {
        return 1;
    }
    Test test = {.arena = arena, .file = read_test_file(arena, path)};
    run_test(&test);
    arena_destroy(arena);
    return test.failures;
}

int main(int argc, char **argv) {
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        failures += run_file(argv[i]);
    }
    printf("%d tests, %d failures\n", argc - 1, failures);
    return failures != 0;
}
