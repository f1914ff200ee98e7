/* quant_curve.c - see quant_curve.h. */
#include "quant_curve.h"

#include <stdlib.h>

#include "cost.h"
#include "unit.h"

typedef struct CurveRank {
    double error; /* for each multiply-add */
    int index;    /* in the file */
} CurveRank;

/* The larger error first; of equal ones the first in the file. */
static int compare_ranks(const void *one, const void *other) {
    const CurveRank *a = one, *b = other;
    if (a->error != b->error) {
        return a->error > b->error ? -1 : 1;
    }
    return (a->index > b->index) - (a->index < b->index);
}

/* Multiply-adds are those of a graph whose shapes are known; shapes were inferred before, so that
 * nothing can be wrong with them. */
static const int *order_of(const Work *work, const Quant *quant, const Graph *described) {
    Graph *graph = graph_copy(work->arena, described);
    infer_graph(work->diag, graph);
    CurveRank *ranks = NEW_ARRAY(work->arena, CurveRank, quant->count + 1);
    int *order = NEW_ARRAY(work->arena, int, quant->count + 1);
    for (int i = 0; i < quant->count; i++) {
        const QuantNode *node = &quant->nodes[i];
        double macs = (double)node_macs(graph_node(graph, node->name));
        ranks[i] = (CurveRank){(double)node->error / macs, i};
    }
    qsort(ranks, (size_t)quant->count, sizeof *ranks, compare_ranks);
    for (int i = 0; i < quant->count; i++) {
        order[i] = ranks[i].index;
    }
    return order;
}

QuantCurve quant_curve(const Work *work, const Quant *quant, const Graph *described,
                       const Target *target) {
    return (QuantCurve){work, quant, described, target, order_of(work, quant, described)};
}

static void forget_plan(Node *node, void *context) {
    (void)context;
    node->bf16 = node->int8 = false;
    node->together = 0;
}

bool quant_cycles(const QuantCurve *curve, int64_t returned, int64_t *cycles) {
    const PassOptions passes = {.stop_after = "tile_depthwise"};
    Work part = work_part(curve->work);
    Unit unit = {.arena = part.arena,
                 .diag = part.diag,
                 .target = curve->target,
                 .graph = graph_copy(part.arena, curve->described)};
    unit.graph->input->shape.dim[0] = 1;
    unit.graph->precision = PRECISION_int8;
    unit.graph->weights_type = ELEMENT_f32;
    graph_each(unit.graph, forget_plan, NULL);
    for (int64_t i = returned; i < curve->quant->count; i++) {
        Node *node = graph_node(unit.graph, curve->quant->nodes[curve->order[i]].name);
        node->int8 = true;
        node->together = curve->quant->together;
    }
    bool good = unit_run(&part, &unit, &passes);
    *cycles = good ? unit_cycles(&unit) : 0;
    arena_destroy(part.arena);
    return good;
}
