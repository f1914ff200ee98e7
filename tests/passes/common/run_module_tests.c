/* run_module_tests.c - runs tests of the passes that make and rewrite kernels: FILE.module ...
 *
 * The form is that of the text tests (../text/test_file.c); the passes lead to lower or beyond. The
 * kernel text is searched for what it must and must not contain, and survives parsing and printing.
 * Then the kernels run in the kernel interpreter, which checks every access, with 1 and 3 tasks;
 * their results have the bits of the graph's naive interpreter.
 */
#include "registry.h"
#include "test_file.h"

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

/* Numbers in -1 .. 1 that depend on the seed alone. */
static double next_number(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (double)(1 << 23) - 1;
}

/* A ParamReader: what a tensor holds depends on its name. */
static const double *read_seeded(void *context, const char *name, int64_t count) {
    double *values = NEW_ARRAY(context, double, count);
    uint32_t state = 1;
    for (const char *at = name; *at; at++) {
        state = state * 16777619u + (unsigned char)*at;
    }
    for (int64_t i = 0; i < count; i++) {
        values[i] = next_number(&state);
    }
    return values;
}

static float *seeded_input(const Test *test, const Graph *graph) {
    int64_t count = shape_elements(&graph->input->shape);
    float *input = NEW_ARRAY(test->arena, float, count);
    uint32_t state = 7;
    for (int64_t i = 0; i < count; i++) {
        input[i] = (float)next_number(&state);
    }
    return input;
}

/* The content of the blob. */
static unsigned char *blob_content(const Test *test, const Module *module) {
    unsigned char *content = arena_alloc(test->arena, (size_t)module->weights_bytes + 64);
    for (int i = 0; i < module->n_constants; i++) {
        const Constant *constant = &module->constants[i];
        const float *values = expr_eval_f32(test->arena, constant->expr, read_seeded, test->arena);
        memcpy(content + constant->offset, values, (size_t)constant->bytes);
    }
    return content;
}

/* For so many tasks, each with scratch of its own behind the first one's; filled with numbers that
 * show when something is read that nobody wrote. */
static unsigned char *dirty_arena(const Test *test, const Module *module, int tasks) {
    int64_t bytes = module_arena_bytes(module, tasks);
    unsigned char *arena = arena_alloc(test->arena, (size_t)bytes + 4096);
    memset(arena, 0x7b, (size_t)bytes + 4096);
    return arena;
}

static void run_kernels(Test *test, const Unit *unit, const float *input,
                        const InterpResult *wanted, int tasks) {
    const Graph *graph = unit->graph;
    float **outputs = NEW_ARRAY(test->arena, float *, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        outputs[i] = NEW_ARRAY(test->arena, float, shape_elements(&wanted[i].shape));
    }
    KBuffers buffers = {.input = input,
                        .outputs = outputs,
                        .arena = dirty_arena(test, unit->module, tasks),
                        .weights = blob_content(test, unit->module)};
    if (!interp_module(stderr, unit->module, &buffers, tasks)) {
        fail(test, "the kernels do not run with %d tasks", tasks);
        return;
    }
    for (int i = 0; i < graph->n_outputs; i++) {
        size_t bytes = (size_t)shape_elements(&wanted[i].shape) * sizeof(float);
        if (memcmp(outputs[i], wanted[i].data, bytes) != 0) {
            fail(test, "output %d differs from the graph's with %d tasks", i, tasks);
        }
    }
}

static void compare_runs(Test *test, const Unit *unit) {
    const float *input = seeded_input(test, unit->graph);
    InterpResult *wanted = NEW_ARRAY(test->arena, InterpResult, unit->graph->n_outputs);
    if (!interp_graph(test->arena, unit->graph, input, wanted, read_seeded, test->arena, NULL,
                      NULL)) {
        fail(test, "the graph's interpreter failed");
        return;
    }
    run_kernels(test, unit, input, wanted, 1);
    run_kernels(test, unit, input, wanted, 3);
}

static char *module_text(const Test *test, const Module *module) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    print_module(out, module);
    fclose(out);
    char *copy = arena_strndup(test->arena, text, size);
    free(text);
    return copy;
}

static void check_text(Test *test, const Unit *unit) {
    const char *text = module_text(test, unit->module);
    const char *plain = squeeze(test->arena, text);
    for (int i = 0; i < test->file->contains.count; i++) {
        if (!strstr(plain, test->file->contains.at[i])) {
            fail(test, "missing: %s\nthe text is\n%s", test->file->contains.at[i], text);
        }
    }
    for (int i = 0; i < test->file->absent.count; i++) {
        if (strstr(plain, test->file->absent.at[i])) {
            fail(test, "must not appear: %s\nthe text is\n%s", test->file->absent.at[i], text);
        }
    }
    Source source = {"the text after", text, strlen(text)};
    const Module *again = parse_module(test->arena, unit->diag, &source);
    if (!again || strcmp(module_text(test, again), text) != 0) {
        fail(test, "the text after does not survive parsing and printing:\n%s", text);
    }
}

static bool run_listed(Test *test, Unit *unit) {
    PassOptions options = {.verify_each = true, .dump = stderr};
    for (int i = 0; i < test->file->n_passes; i++) {
        const PassInfo *pass = pass_by_name(test->file->passes[i]);
        if (!pass || !run_pass(unit, pass, &options)) {
            fail(test, "no pass %s, or it failed", test->file->passes[i]);
            return false;
        }
    }
    return true;
}

static void run_test(Test *test) {
    Unit unit = {.arena = test->arena, .diag = diag_create(test->arena, stderr)};
    unit.target = test_target(test->arena, test->file);
    unit.graph = parse_graph(test->arena, unit.diag, &test->file->input);
    if (!unit.graph || !unit.target) {
        fail(test, "the input is no valid graph, or there is no such target");
        return;
    }
    if (!run_listed(test, &unit)) {
        return;
    }
    if (!unit.module || !verify_module(stderr, unit.module)) {
        fail(test, "there is no valid module after the passes");
        return;
    }
    if (module_arena_bytes(unit.module, 1) != unit.graph->arena_bytes) {
        fail(test, "the arena of the module is not the planner's");
    }
    check_text(test, &unit);
    compare_runs(test, &unit);
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
