/* test_verify.c - invariants that no text can break, as the parser refuses it: broken by hand on a
 * fine graph. What a text can break is in text/verify_*.test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ir.h"
#include "text_stream.h"

static const char fine[] = "graph g stage=fused\n"
                           "input %x : f32[1,4,8,8]\n"
                           "%a = activation(%x) act=relu : f32[1,4,8,8]\n"
                           "%r = region(%a) {\n"
                           "    %b = activation(%a) : f32[1,4,8,8]\n"
                           "    %r = activation(%b) : f32[1,4,8,8]\n"
                           "}\n"
                           "%c = add(%r, %a) : f32[1,4,8,8]\n"
                           "tap %c reduction=1\n"
                           "output %c\n";

/* Breaks the fine graph and compares what the verifier says. */
static void broken_by(void damage(Graph *graph), const char *expected) {
    Arena *arena = arena_create();
    Source source = {"test.ir", fine, sizeof fine - 1};
    Graph *graph = parse_graph(arena, diag_create(arena, stderr), &source);
    assert_true(verify_graph(stderr, graph));
    damage(graph);
    TextStream *stream = text_stream_open(arena);
    assert_false(verify_graph(text_stream_file(stream), graph));
    assert_string_equal(text_stream_close(stream, NULL), expected);
    arena_destroy(arena);
}

static void same_name(Graph *graph) {
    Node *node = graph_node(graph, "b");
    node->name = node->out[0]->name = "a";
}

static void other_name(Graph *graph) {
    graph_node(graph, "b")->name = "z";
}

static void region_name(Graph *graph) {
    graph->nodes.at[1]->name = "z";
}

static void bad_name(Graph *graph) {
    graph->input->name = "in put";
}

static void no_input(Graph *graph) {
    graph->input = NULL;
}

static void names(void **state) {
    (void)state;
    broken_by(same_name, "invariant 1: a: two values have this name\n");
    broken_by(other_name, "invariant 1: z: the result is called b\n");
    broken_by(region_name, "invariant 1: z: a region is called as its first result\n");
    broken_by(bad_name, "invariant 1: in put: a name is made of [A-Za-z0-9_.]\n");
    broken_by(no_input, "invariant 1: g: the graph has no input\n");
}

static void too_early(Graph *graph) {
    Node *first = graph->nodes.at[0];
    graph->nodes.at[0] = graph->nodes.at[2];
    graph->nodes.at[2] = first;
}

static void lost_def(Graph *graph) {
    graph_value(graph, "b")->def = NULL;
}

static void region_without_result(Graph *graph) {
    graph->nodes.at[1]->body.count = 1;
}

static void lost_tap(Graph *graph) {
    graph->taps[0].value = value_create(graph->arena, "gone");
}

static void order(void **state) {
    (void)state;
    broken_by(too_early, "invariant 2: c: the operand %r is not defined before\n"
                         "invariant 2: c: the operand %a is not defined before\n"
                         "invariant 2: r: the operand %a is not defined before\n"
                         "invariant 2: b: the operand %a is not defined before\n");
    broken_by(lost_def, "invariant 2: b: the result does not point back to its node\n");
    broken_by(region_without_result, "invariant 2: r: the body does not define %r\n"
                                     "invariant 2: c: the operand %r is not defined before\n");
    broken_by(lost_tap, "invariant 2: gone: a tap that no node defines\n");
}

static void operands(Graph *graph) {
    graph_node(graph, "c")->n_in = 1;
}

static void window_of_add(Graph *graph) {
    graph_node(graph, "c")->window.kernel[1] = 3;
}

static void zero_dimension(Graph *graph) {
    graph_value(graph, "b")->shape.dim[2] = 0;
}

static void arity_and_shapes(void **state) {
    (void)state;
    broken_by(operands, "invariant 3: c: add takes 2 operands, not 1\n");
    broken_by(window_of_add, "invariant 3: c: add has no window\n");
    broken_by(zero_dimension, "invariant 4: b: the shape is [1,4,0,8]\n"
                              "invariant 4: r: the shape is [1,4,8,8], inferred is [1,4,0,8]\n");
}

static void no_residual(Graph *graph) {
    graph_node(graph, "c")->has_residual = false;
}

static void anchors(void **state) {
    (void)state;
    broken_by(no_residual, "invariant 5: c: 2 operands without a residual\n");
}

static void foreign_output(Graph *graph) {
    graph->outputs[0] = graph->input;
}

static void removed_output(Graph *graph) {
    graph->outputs[0] = value_create(graph->arena, "c");
}

static void no_output(Graph *graph) {
    graph->n_outputs = 0;
}

static void outputs(void **state) {
    (void)state;
    broken_by(foreign_output, "invariant 11: x: an output that no node defines\n");
    broken_by(removed_output, "invariant 11: c: an output that no node defines\n");
    broken_by(no_output, "invariant 11: g: the graph has no output\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),   cmocka_unit_test(order),   cmocka_unit_test(arity_and_shapes),
        cmocka_unit_test(anchors), cmocka_unit_test(outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
