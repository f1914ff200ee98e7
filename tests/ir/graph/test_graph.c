/* test_graph.c - building, walking, editing and measuring graphs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
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

static const char chain[] = "graph g stage=fused\n"
                            "input %x : f32[1,4,8,8]\n"
                            "%a = activation(%x) act=relu\n"
                            "%r, %s = region(%a) {\n"
                            "    %b = activation(%a)\n"
                            "    %r = activation(%b)\n"
                            "    %s = activation(%b)\n"
                            "}\n"
                            "%c = add(%r, %a)\n"
                            "%d = add(%s, %a)\n"
                            "tap %d reduction=1\n"
                            "tap %b reduction=1\n"
                            "output %c\n";

/* What one answer of a row says about another; passes rely on it. */
static void rows_of_operations_agree(void **state) {
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const OpInfo *info = op_info((Op)op);
        unsigned flags = info->flags, stage = PRODUCT | CHANNELWISE;
        assert_int_equal(op_by_name(info->name), op);
        assert_true(info->lo >= 1 && info->lo <= info->hi && info->hi <= MAX_INPUTS);
        assert_true(info->first <= info->last);
        assert_true(!(flags & PRODUCT) || (flags & WEIGHTS));
        assert_true(!(flags & CHANNELWISE) || (flags & WINDOW));
        assert_true(!(flags & WINDOW) || (flags & (CHANNELWISE | PRODUCT)));
        assert_int_equal((flags & DW_STAGE) != 0, (flags & stage) == stage);
        assert_true(!(flags & SUM) || ((flags & ANCHOR) && info->lo == 2 && info->hi == 2));
        assert_true(!(flags & BODY) || flags == BODY);
    }
}

static void nodes_are_built_with_usual_values(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = graph_create(arena, "net");
    Shape shape = {4, {1, 2, 3, 4}};
    Value *in = graph_add_input(graph, "x", &shape);
    Node *node = graph_add(graph, OP_add, "sum", (Loc){0}, 2, (Value *[]){in, in});
    assert_true(node->has_residual);
    assert_ptr_equal(node->out[0]->def, node);
    assert_string_equal(node->out[0]->name, "sum");
    assert_int_equal(node->block, -1);
    assert_int_equal(node->window.stride[1], 1);
    assert_int_equal(node->out[0]->offset, -1);
    assert_ptr_equal(graph_value(graph, "x"), in);
    assert_null(graph_value(graph, "y"));
    for (int i = 0; i < 100; i++) {
        graph_add(graph, OP_activation, "n", (Loc){0}, 1, &in);
    }
    assert_int_equal(graph->nodes.count, 101);
    arena_destroy(arena);
}

static void walking_sees_the_nodes_of_regions(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = parse(arena, chain);
    assert_int_equal(graph_node(graph, "r")->op, OP_activation);
    arena_destroy(arena);
}

static void what_nobody_reads_is_removed(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = parse(arena, chain);
    graph_remove_dead(graph);
    assert_null(graph_node(graph, "d"));
    assert_null(graph_node(graph, "s"));
    assert_non_null(graph_node(graph, "b"));
    assert_int_equal(graph->nodes.at[1]->n_out, 1);
    assert_int_equal(graph->n_taps, 1);
    assert_string_equal(graph->taps[0].value->name, "b");
    arena_destroy(arena);
}

static void a_copy_shares_nothing(void **state) {
    (void)state;
    Arena *arena = arena_create(), *other = arena_create();
    Graph *copy = graph_copy(other, parse(arena, chain));
    arena_destroy(arena);
    assert_int_equal(copy->nodes.count, 4);
    assert_ptr_equal(copy->nodes.at[1]->out[0], copy->nodes.at[1]->body.at[1]->out[0]);
    assert_ptr_equal(graph_value(copy, "r")->def, graph_node(copy, "r"));
    copy->n_taps = 1; /* the other one looks into the region, which the verifier refuses */
    assert_true(verify_graph(stderr, copy));
    arena_destroy(other);
}

static void work_and_bytes_are_counted(void **state) {
    (void)state;
    Arena *arena = arena_create();
    Graph *graph = parse(arena, "graph g stage=fused\n"
                                "input %x : f32[2,3,9,9]\n"
                                "%c = conv2d(%x) kernel=3x3 stride=2x2 weight=@c[8,3,3,3]\n"
                                "%r = region(%c) {\n"
                                "    %d = depthwise(%c) kernel=3x3 pad=1x1 weight=@d[8,1,3,3]\n"
                                "    %r = separable(%d) kernel=3x3 dw_weight=@d[8,1,3,3] "
                                "weight=@s[5,8,1,1]\n"
                                "}\n"
                                "%g = global_pool(%r)\n"
                                "%l = linear(%g) weight=@l[7,5]\n"
                                "output %l\n");
    assert_int_equal(node_depth(graph_node(graph, "c")), 27);
    assert_int_equal(node_depth(graph_node(graph, "r")), 8);
    assert_int_equal(node_macs(graph_node(graph, "c")), 2 * 16 * 8 * 27);
    assert_int_equal(node_macs(graph_node(graph, "d")), 2 * 16 * 8 * 9);
    assert_int_equal(node_macs(graph_node(graph, "r")), 2 * 4 * (8 * 9 + 8 * 5));
    assert_int_equal(node_macs(graph->nodes.at[1]), 2 * 16 * 8 * 9 + 2 * 4 * (8 * 9 + 8 * 5));
    assert_int_equal(node_macs(graph_node(graph, "l")), 2 * 7 * 5);
    Value *value = graph_value(graph, "c");
    assert_int_equal(value_bytes(value), 2 * 8 * 16 * 4);
    value->layout = LAYOUT_NHWC;
    value->pitch = 16;
    assert_int_equal(value_bytes(value), 2 * 16 * 16 * 4);
    value->rows = 3;
    assert_int_equal(value_bytes(value), 3 * 4 * 16 * 4);
    assert_int_equal(value_bytes(graph_value(graph, "l")), 64);
    arena_destroy(arena);
}

static void tables_find_their_rows(void **state) {
    (void)state;
    assert_int_equal(op_by_name("separable"), OP_separable);
    assert_int_equal(op_by_name("none"), -1);
    assert_int_equal(pool_by_name("catavgmax"), POOL_CATAVGMAX);
    assert_int_equal(pool_by_name(""), -1);
    assert_int_equal(expr_by_name("through"), EXPR_through);
    assert_string_equal(expr_name(EXPR_pack_panels), "pack_panels");
    Shape huge = {4, {INT64_MAX, 3, 1, 1}};
    assert_true(shape_elements(&huge) == INT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_operations_agree),
        cmocka_unit_test(nodes_are_built_with_usual_values),
        cmocka_unit_test(walking_sees_the_nodes_of_regions),
        cmocka_unit_test(what_nobody_reads_is_removed),

        cmocka_unit_test(a_copy_shares_nothing),
        cmocka_unit_test(work_and_bytes_are_counted),
        cmocka_unit_test(tables_find_their_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
