/* analysis.c - the planned graph -> one row per node: work, parameters, place and time in the
 * arena.
 *
 *   separable "blocks.0.stack.conv1.conv_pw", step 3   ->   1x128x150x150, 9280 parameters,
 *                                                           197280000 MACs, bytes 1824256..2285056
 *                                                           of the arena in steps 3..4
 */
#include "analysis.h"

#include <string.h>

#include "cost.h"
#include "file.h"
#include "used_params.h"

/* Without running means and variances, which torch does not count as parameters. */
static int64_t count_parameters(const UsedParams *used) {
    int64_t sum = 0;
    for (int i = 0; i < used->count; i++) {
        bool is_statistic =
            ends_with(used->names[i], ".running_mean") || ends_with(used->names[i], ".running_var");
        sum += is_statistic ? 0 : used->elements[i];
    }
    return sum;
}

int64_t node_parameters(Arena *arena, const Node *node) {
    return count_parameters(used_params_of(arena, node));
}

/* A value is live until the last step that reads it; earlier rows are those of earlier steps. */
static void note_reads(Analysis *analysis, const Node *node, int step) {
    for (int i = 0; i < node->n_in; i++) {
        for (int j = 0; j < analysis->count; j++) {
            if (analysis->rows[j].value == node->in[i]) {
                analysis->rows[j].last = step;
            }
        }
    }
}

static void count_node(Node *node, void *context) {
    (void)node;
    ++*(int *)context;
}

/* Whether a value leaves the region: results have a place in the arena of their own. */
static bool is_result(const Node *region, const Value *value) {
    for (int i = 0; i < region->n_out; i++) {
        if (region->out[i] == value) {
            return true;
        }
    }
    return false;
}

/* Offsets inside a region are relative to its scratch (base). */
static void add_row(Analysis *analysis, const Unit *unit, const Node *node, const Node *region,
                    int step) {
    const Value *value = node->out[0];
    bool is_inner = region && !is_result(region, value);
    int64_t base = region ? region->scratch_offset : 0;
    analysis->rows[analysis->count++] =
        (AnalysisRow){.node = node,
                      .region = region,
                      .value = value,
                      .parameters = node_parameters(analysis->arena, node),
                      .macs = node_macs(node),
                      .cycles = node_cycles(node, unit->target),
                      .bytes = value->offset < 0 ? 0 : value_bytes(value),
                      .offset = is_inner ? base + value->offset : value->offset,
                      .scratch_bytes = node->scratch_bytes,
                      .scratch_offset = base + node->scratch_offset,
                      .first = step,
                      .last = step};
    note_reads(analysis, node, step);
}

/* A region's nodes all have the region's step, and come in the order of its body. */
Analysis analyze_unit(Arena *arena, const Unit *unit, int threads) {
    const Graph *graph = unit->graph;
    Analysis analysis = {.arena = arena, .graph = graph, .threads = threads};
    analysis.arena_bytes = module_arena_bytes(unit->module, threads);
    int nodes = 0;
    graph_each(graph, count_node, &nodes);
    analysis.rows = NEW_ARRAY(arena, AnalysisRow, nodes);
    for (int step = 0; step < graph->nodes.count; step++) {
        const Node *node = graph->nodes.at[step];
        for (int i = 0; i < node->body.count; i++) {
            add_row(&analysis, unit, node->body.at[i], node, step);
        }
        if (!node_has(node, BODY)) {
            add_row(&analysis, unit, node, NULL, step);
        }
    }
    return analysis;
}

AnalysisRow analysis_sum(const Analysis *analysis) {
    const UsedParams *used = used_params(analysis->arena, analysis->graph);
    AnalysisRow sum = {.parameters = count_parameters(used)};
    for (int i = 0; i < analysis->count; i++) {
        sum.macs += analysis->rows[i].macs;
        sum.cycles += analysis->rows[i].cycles;
    }
    return sum;
}

const char *dimensions_text(Arena *arena, const Shape *shape) {
    const char *text = "";
    for (int i = 0; i < shape->rank; i++) {
        text = arena_printf(arena, "%s%s%lld", text, i ? "x" : "", (long long)shape->dim[i]);
    }
    return text;
}

static void add_json_row(Arena *arena, json_t *rows, const AnalysisRow *row) {
    json_append_object(
        arena, rows, "{s:s, s:s, s:s?, s:s, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i}",
        "name", row->node->name, "op", op_info(row->node->op)->name, "region",
        row->region ? row->region->name : NULL, "shape", dimensions_text(arena, &row->value->shape),
        "line", row->node->loc.line, "parameters", (json_int_t)row->parameters, "macs",
        (json_int_t)row->macs, "cycles", (json_int_t)row->cycles, "bytes", (json_int_t)row->bytes,
        "offset", (json_int_t)row->offset, "scratch_bytes", (json_int_t)row->scratch_bytes,
        "scratch_offset", (json_int_t)row->scratch_offset, "first_step", row->first, "last_step",
        row->last);
}

json_t *analysis_json(const Analysis *analysis) {
    Arena *arena = analysis->arena;
    AnalysisRow sum = analysis_sum(analysis);
    json_t *root = json_root(arena, json_object()), *rows = json_root(arena, json_array());
    for (int i = 0; i < analysis->count; i++) {
        add_json_row(arena, rows, &analysis->rows[i]);
    }
    json_member(arena, root, "model", json_string(analysis->graph->name));
    json_member(arena, root, "layers", json_incref(rows));
    json_member(arena, root, "parameters", json_integer(sum.parameters));
    json_member(arena, root, "macs", json_integer(sum.macs));
    json_member(arena, root, "cycles", json_integer(sum.cycles));
    json_member(arena, root, "arena_bytes", json_integer(analysis->arena_bytes));
    json_member(arena, root, "arena_lower_bound_bytes", json_integer(analysis->graph->arena_bound));
    return root;
}
