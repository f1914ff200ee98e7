/* run_module_tests.c - runs tests of the passes that make and rewrite kernels: FILE.module ...
 *
 * The form is that of the text tests (test_file.c); the passes lead to lower or beyond. The
 * kernel text is searched for what it must and must not contain, and survives parsing and printing.
 * Then the kernels run in the kernel interpreter, which checks every access, with 1 and 3 tasks;
 * their results have the bits of the graph's naive interpreter.
 */
#include "test_run.h"
#include "text_stream.h"

#include <string.h>

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
                        .weights =
                            module_weights(test->arena, unit->module, seeded_param, test->arena)};
    if (!interp_module(stderr, unit->module, &buffers, tasks)) {
        test_fail(test, "the kernels do not run with %d tasks", tasks);
        return;
    }
    for (int i = 0; i < graph->n_outputs; i++) {
        size_t bytes = (size_t)shape_elements(&wanted[i].shape) * sizeof(float);
        if (memcmp(outputs[i], wanted[i].data, bytes) != 0) {
            test_fail(test, "output %d differs from the graph's with %d tasks", i, tasks);
        }
    }
}

static void compare_runs(Test *test, const Unit *unit) {
    const float *input = seeded_input(test->arena, unit->graph);
    InterpResult *wanted = NEW_ARRAY(test->arena, InterpResult, unit->graph->n_outputs);
    const InterpRequest request = {
        .input = input, .read = seeded_param, .read_context = test->arena};
    if (!interp_graph(test->arena, unit->graph, &request, wanted)) {
        test_fail(test, "the graph's interpreter failed");
        return;
    }
    run_kernels(test, unit, input, wanted, 1);
    run_kernels(test, unit, input, wanted, 3);
}

static char *module_text(Arena *arena, const Module *module) {
    TextStream *stream = text_stream_open(arena);
    print_module(text_stream_file(stream), module);
    return text_stream_close(stream, NULL);
}

static void check_text(Test *test, const Unit *unit) {
    const char *text = module_text(test->arena, unit->module);
    test_text(test, text);
    Source source = {"the text after", text, strlen(text)};
    const Module *again = parse_module(test->arena, unit->diag, &source);
    if (!again || strcmp(module_text(test->arena, again), text) != 0) {
        test_fail(test, "the text after does not survive parsing and printing:\n%s", text);
    }
}

static void run_test(Test *test) {
    Unit unit = {.arena = test->arena, .diag = diag_create(test->arena, stderr)};
    unit.target = test_target(test->arena, test->file);
    unit.graph = parse_graph(test->arena, unit.diag, &test->file->input);
    if (!unit.graph || !unit.target) {
        test_fail(test, "the input is no valid graph, or there is no such target");
        return;
    }
    if (!test_passes(test, &unit) || !unit.module || !verify_module(stderr, unit.module)) {
        test_fail(test, "there is no valid module after the passes");
        return;
    }
    if (module_arena_bytes(unit.module, 1) != unit.graph->arena_bytes) {
        test_fail(test, "the arena of the module is not the planner's");
    }
    check_text(test, &unit);
    compare_runs(test, &unit);
}

int main(int argc, char **argv) {
    return test_main(argc, argv, run_test);
}
