/* test_uses.c - the table of readers says what a walk over the graph would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "uses.h"

static const char chain[] = "graph net stage=fused\n"
                            "input %x : f32[1,8,16,16]\n"
                            "%a = conv2d(%x) weight=@a[8,8,1,1]\n"
                            "%c = region(%a) {\n"
                            "    %b = conv2d(%a, %a) weight=@b[8,8,1,1] residual\n"
                            "    %c = conv2d(%b) weight=@c[8,8,1,1]\n"
                            "}\n"
                            "%d = activation(%c) act=relu\n"
                            "tap %a reduction=1\n"
                            "output %d\n";

static Graph *parse(Arena *arena) {
    static const Source source = {"chain.ir", chain, sizeof chain - 1};
    Graph *graph = parse_graph(arena, diag_create(arena, stderr), &source);
    assert_non_null(graph);
    return graph;
}

static int count(const Uses *uses, const Graph *graph, const char *name) {
    return uses_readers(uses, graph_value(graph, name))->count;
}

static void a_region_reads_what_its_body_reads(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = parse(arena);
    Uses uses = uses_of(arena, graph);
    assert_int_equal(count(&uses, graph, "x"), 1);
    assert_int_equal(count(&uses, graph, "a"), 2);
    assert_int_equal(count(&uses, graph, "b"), 1);
    assert_ptr_equal(uses_readers(&uses, graph_value(graph, "a"))->at[0], graph->nodes.at[1]);
    assert_int_equal(count(&uses, graph, "d"), 0);
    assert_true(uses_handed_out(&uses, graph_value(graph, "d")));
    assert_false(uses_handed_out(&uses, graph_value(graph, "c")));
    assert_null(sole_reader(&uses, graph_value(graph, "a")));
    assert_null(sole_source(&uses, graph_value(graph, "d")));
    assert_string_equal(sole_source(&uses, graph_value(graph, "c"))->name, "c");
    assert_string_equal(sole_reader(&uses, graph_value(graph, "c"))->name, "d");
    arena_destroy(arena);
}

static void a_value_is_replaced_everywhere(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = parse(arena);
    Uses uses = uses_of(arena, graph);
    Value *a = graph_value(graph, "a"), *d = graph_value(graph, "d");
    uses_replace(&uses, a, graph->input);
    assert_int_equal(count(&uses, graph, "a"), 0);
    assert_int_equal(count(&uses, graph, "x"), 3);
    assert_ptr_equal(graph->taps[0].value, graph->input);
    assert_ptr_equal(graph->nodes.at[1]->body.at[0]->in[1], graph->input);
    uses_replace(&uses, d, a);
    assert_ptr_equal(graph->outputs[0], a);
    assert_true(uses_handed_out(&uses, a));
    assert_false(uses_handed_out(&uses, d));
    arena_destroy(arena);
}

static void readers_come_and_go(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = parse(arena);
    Uses uses = uses_of(arena, graph);
    Node *first = graph->nodes.at[0], *last = graph->nodes.at[2];
    uses_drop(&uses, first);
    assert_int_equal(count(&uses, graph, "x"), 0);
    uses_add(&uses, last, graph->input);
    assert_ptr_equal(sole_reader(&uses, graph->input), last);
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_region_reads_what_its_body_reads),
                                       cmocka_unit_test(a_value_is_replaced_everywhere),
                                       cmocka_unit_test(readers_come_and_go)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
