/* test_interp.c - how the interpreter runs: what it tells, what it lets go, and how it shares out
 * its work. What operations mean is in tests/ir/text/interp_*.test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ir.h"

static Graph *parse(Arena *arena, const char *text) {
    Source *source = NEW(arena, Source);
    *source = (Source){"test.ir", text, strlen(text)};
    Diag *diag = diag_create(arena, stderr);
    Graph *graph = parse_graph(arena, diag, source);
    assert_non_null(graph);
    assert_true(infer_graph(diag, graph));
    return graph;
}

/* Values that differ from each other in many bits, so that another order of a sum shows. */
static float number(int64_t i) {
    return (float)(i * 7919 % 1009 - 500) / 333.0f;
}

static const float *numbers(Arena *arena, const Shape *shape) {
    int64_t count = shape_elements(shape);
    float *values = NEW_ARRAY(arena, float, count);
    for (int64_t i = 0; i < count; i++) {
        values[i] = number(i);
    }
    return values;
}

/* What a run told. */
typedef struct Told {
    Arena *run, *own; /* of the interpreter; of the copies below */
    const char *names[16];
    float *values[16];
    int count;
    int reads, forgets; /* parameters asked for; times that they were forgotten */
    size_t most_bytes;  /* that the interpreter held when it told a value */
} Told;

static const double *read_numbers(void *context, const char *name, int64_t count) {
    Told *told = context;
    double *values = NEW_ARRAY(told->own, double, count);
    for (int64_t i = 0; i < count; i++) {
        values[i] = (double)number(i + (int64_t)strlen(name));
    }
    told->reads++;
    return values;
}

static void forget_numbers(void *context) {
    ((Told *)context)->forgets++;
}

static void hear(void *context, const Node *node, const float *data, const Shape *shape) {
    Told *told = context;
    size_t bytes = arena_bytes(told->run);
    told->most_bytes = bytes > told->most_bytes ? bytes : told->most_bytes;
    told->names[told->count] = node->name;
    told->values[told->count] = NEW_ARRAY(told->own, float, shape_elements(shape));
    memcpy(told->values[told->count++], data, (size_t)shape_elements(shape) * sizeof(float));
}

static InterpRequest listening(Told *told, const Graph *graph) {
    return (InterpRequest){.input = numbers(told->own, &graph->input->shape),
                           .read = read_numbers,
                           .read_context = told,
                           .forget = forget_numbers,
                           .watch = hear,
                           .watch_context = told};
}

static const char network[] = "graph g stage=fused\n"
                              "input %x : f32[2,3,11,13]\n"
                              "%c = conv2d(%x) kernel=3x3 stride=2x2 pad=1x1 weight=@c[5,3,3,3]\n"
                              "%d = depthwise(%c) kernel=3x3 pad=1x1 weight=@d[5,1,3,3]\n"
                              "%s = separable(%d, %c) kernel=3x3 pad=1x1 dw_weight=@d[5,1,3,3] "
                              "weight=@s[5,5,1,1] residual\n"
                              "%p = conv2d(%s) weight=@p[70,5,1,1]\n"
                              "%g = global_pool(%p)\n"
                              "%l = linear(%g) weight=@l[7,70]\n"
                              "output %l\n";

/* Each value is told once, in the order of execution, and parameters may go after each node. */
static void values_are_told_when_they_are_ready(void **state) {
    (void)state;
    Told told = {.run = arena_create(), .own = arena_create()};
    Graph *graph = parse(told.own, network);
    InterpRequest request = listening(&told, graph);
    InterpResult output;
    assert_true(interp_graph(told.run, graph, &request, &output));
    static const char *const names[] = {"c", "d", "s", "p", "g", "l"};
    assert_int_equal(told.count, 6);
    for (int i = 0; i < told.count; i++) {
        assert_string_equal(told.names[i], names[i]);
    }
    assert_memory_equal(told.values[5], output.data, 2 * 7 * sizeof(float));
    assert_int_equal(told.reads, 6);
    assert_int_equal(told.forgets, 6);
    arena_destroy(told.run);
    arena_destroy(told.own);
}

/* Eight maps of a chain are never all in memory; without outputs none is at the end. */
static void values_go_after_their_last_reader(void **state) {
    (void)state;
    static const char chain[] = "graph g\n"
                                "input %x : f32[1,64,32,32]\n"
                                "%a = activation(%x)\n"
                                "%b = activation(%a)\n"
                                "%c = activation(%b)\n"
                                "%d = activation(%c)\n"
                                "%e = activation(%d)\n"
                                "%f = activation(%e)\n"
                                "%h = activation(%f)\n"
                                "output %h\n";
    const size_t map = 64 * 32 * 32 * sizeof(float);
    Told told = {.run = arena_create(), .own = arena_create()};
    Graph *graph = parse(told.own, chain);
    InterpRequest request = listening(&told, graph);
    assert_true(interp_graph(told.run, graph, &request, NULL));
    assert_int_equal(told.count, 7);
    assert_in_range(told.most_bytes, 2 * map, 3 * map); /* what is read and what is written */
    assert_in_range(arena_bytes(told.run), 0, map);
    arena_destroy(told.run);
    arena_destroy(told.own);
}

/* An InterpParallel whose threads come to their tasks in the opposite order. */
static void backwards(void *context, int count, InterpTask *task, void *arg) {
    ++*(int *)context;
    for (int i = count - 1; i >= 0; i--) {
        task(arg, i);
    }
}

/* The same bits from any number of tasks, in any order. */
static void every_number_of_threads_gives_the_same_bits(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = parse(arena, network);
    Told alone = {.run = arena, .own = arena};
    InterpRequest request = listening(&alone, graph);
    assert_true(interp_graph(arena, graph, &request, NULL));
    for (int threads = 2; threads <= 9; threads++) {
        int loops = 0;
        Told told = {.run = arena, .own = arena};
        InterpRequest shared = listening(&told, graph);
        shared.parallel = backwards;
        shared.parallel_context = &loops;
        shared.threads = threads;
        assert_true(interp_graph(arena, graph, &shared, NULL));
        assert_true(loops > 0);
        for (int i = 0; i < told.count; i++) {
            const Shape *shape = &graph_node(graph, told.names[i])->out[0]->shape;
            size_t bytes = (size_t)shape_elements(shape) * sizeof(float);
            assert_memory_equal(told.values[i], alone.values[i], bytes);
        }
    }
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_told_when_they_are_ready),
        cmocka_unit_test(values_go_after_their_last_reader),
        cmocka_unit_test(every_number_of_threads_gives_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
