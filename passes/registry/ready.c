/* ready.c - checks whether a text that a user gives to "xnc opt" is something a pass can work on.
 *
 *   error: tile_products works on graphs of stage laid_out to tiled, this one is fused
 *
 * In the pipeline the facts of passes.def hold by construction. A text may come from anywhere: so
 * its shapes are inferred, every invariant is verified, and the stage and what the pass needs are
 * looked up in the graph itself. What is missing is a diagnostic and no crash. So is what can only
 * be seen behind the pass:
 *
 *   error: after unroll: $f: b is defined twice        two steps of a loop, one name
 */
#include "registry.h"

#include <string.h>

#include "limit.h"
#include "stream.h"
#include "text_stream.h"

static bool wrong(Unit *unit, const char *hint, const char *what) {
    return diag_at(unit->diag, DIAG_VALUE, (Loc){0}, hint, "%s", what);
}

/* The stages of graphs that a pass works on follow from its facts. The lowest is the one at which
 * all that it needs can be there. Rewrites that come before layouts go up to FUSED, tiling and
 * packing up to TILED, and only infer_shapes, plan_memory and lower take a planned graph. */
static Stage lowest_stage(const PassInfo *pass) {
    if (pass->needs & FACT_PLANNED) {
        return STAGE_PLANNED;
    }
    if (pass->needs & (FACT_DW_TILED | FACT_PACKED)) {
        return STAGE_TILED;
    }
    return pass->needs & (FACT_LAYOUT | FACT_TILED) ? STAGE_LAID_OUT : STAGE_GRAPH;
}

static Stage highest_stage(const PassInfo *pass) {
    Stage lowest = lowest_stage(pass);
    if (pass->gives & (FACT_SHAPES | FACT_PLANNED | FACT_LOOPS)) {
        return STAGE_PLANNED;
    }
    return lowest == STAGE_GRAPH ? STAGE_FUSED : STAGE_TILED;
}

static bool check_stage(Unit *unit, const PassInfo *pass) {
    Stage stage = unit->graph->stage, lo = lowest_stage(pass), hi = highest_stage(pass);
    if (stage >= lo && stage <= hi) {
        return true;
    }
    return wrong(unit, "xnc passes lists the order",
                 arena_printf(unit->arena, "%s works on graphs of stage %s to %s, this one is %s",
                              pass->name, stage_name(lo), stage_name(hi), stage_name(stage)));
}

/* What is found in a graph, over all its nodes. */
typedef struct Census {
    const Target *target;
    bool norms;    /* some batch_norm is left */
    bool untiled;  /* some product has no tile */
    bool uneven;   /* some product's panels do not divide evenly, or not into tiles */
    bool packed;   /* some weights are packed */
    bool misfit;   /* some are packed for other tiles */
    bool unpacked; /* some product's are not */
    bool many;     /* pixels side by side read more inputs than an array has pointers */
} Census;

/* Whether the weights and biases of a product are packed in the way that its tiles read them. */
static bool fits_tiles(const Node *node, const Target *target) {
    const Expr *weight = node->weight;
    const Shape *bias = node->bias ? &node->bias->shape : NULL;
    return weight->kind == packing_of(node, target) &&
           weight->integer[0] == panel_width(&node->tile, target) &&
           weight->integer[1] == panel_unit(&node->tile, target) && bias &&
           shape_elements(bias) == whole_lines(channels_of(node->out[0]));
}

static bool has_many_taps(const Node *node) {
    int64_t columns = node->tile.columns;
    return node_has(node, CHANNELWISE) &&
           (columns < 1 || columns > MAX_POINTERS || group_taps(node) > MAX_POINTERS);
}

static void look_at(Node *node, void *context) {
    Census *census = context;
    const Target *target = census->target;
    const Tile *tile = &node->tile;
    census->norms = census->norms || node->op == OP_batch_norm;
    census->many = census->many || has_many_taps(node);
    if (node_has(node, PRODUCT)) {
        bool packed = expr_logical(node->weight) != node->weight;
        bool tiled = tile->rows > 0 && tile->tiles > 0 && tile->vectors > 0;
        census->untiled = census->untiled || !tiled;
        census->uneven = census->uneven || (tiled && !panels_come_out(node, target));
        census->packed = census->packed || packed;
        census->misfit = census->misfit || (packed && !fits_tiles(node, target));
        census->unpacked = census->unpacked || !packed;
    }
}

/* Compares what the graph has with what the pass needs or would do once more. The hint names the
 * pass that is missing. */
static bool check_facts(Unit *unit, const PassInfo *pass) {
    Census census = {.target = unit->target};
    graph_each(unit->graph, look_at, &census);
    if ((pass->needs & (FACT_NO_BN | FACT_FUSED | FACT_SEPARABLE | FACT_REGIONS | FACT_ROUNDED |
                        FACT_QUANTIZED | FACT_STORED)) &&
        census.norms) {
        return wrong(unit, "run fold_bn first", "the graph has batch norms");
    }
    if ((pass->needs & (FACT_TILED | FACT_DW_TILED | FACT_PLANNED)) && census.untiled) {
        return wrong(unit, "run tile_products first", "a product has no tile");
    }
    if ((pass->needs & (FACT_TILED | FACT_DW_TILED | FACT_PLANNED)) && census.uneven) {
        return wrong(unit, NULL,
                     "tile.vectors, tile.panel and tile.wide_rows do not cut the channels evenly");
    }
    const NodeList *nodes = &unit->graph->nodes;
    for (int i = 0; i < nodes->count && (pass->gives & (FACT_PLANNED | FACT_LOOPS)); i++) {
        if (node_has(nodes->at[i], BODY) && !is_stream(unit->arena, nodes->at[i])) {
            return wrong(unit, NULL,
                         "a region has several operands or results, or nodes that do not"
                         " work row by row");
        }
    }
    if ((pass->gives & FACT_PACKED) && census.packed) {
        return wrong(unit, NULL, "the weights are packed already");
    }
    if ((pass->gives & FACT_LOOPS) && census.unpacked) {
        return wrong(unit, "run pack_weights before plan_memory", "the weights are not packed");
    }
    if ((pass->gives & FACT_LOOPS) && census.many) {
        return wrong(
            unit, NULL,
            arena_printf(unit->arena,
                         "tile.columns is 0, or so large that the taps of a group of pixels "
                         "are more than %d",
                         MAX_POINTERS));
    }
    if ((pass->gives & FACT_LOOPS) && census.misfit) {
        return wrong(unit, NULL, "the weights or biases are packed for other tiles");
    }
    return true;
}

/* Each broken invariant, as the verifier wrote it, is a diagnostic of its own. */
static bool check_invariants(Unit *unit, const char *when) {
    TextStream *stream = text_stream_open(unit->arena);
    FILE *out = text_stream_file(stream);
    bool sound = unit->module ? verify_module(out, unit->module) : verify_graph(out, unit->graph);
    char *text = text_stream_close(stream, NULL);
    for (char *line = sound ? NULL : strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        wrong(unit, NULL, arena_printf(unit->arena, "%s%s", when, line));
    }
    return sound;
}

/* Copies of a loop's body that vectorize and unroll leave: one where it stays a loop. Other checks
 * refuse a loop to unroll whose bounds are no constants. */
static int64_t copies_of(const Unit *unit, const Stmt *loop) {
    int64_t steps = 0;
    bool unrolls =
        loop->kind == STMT_FOR && (loop->mark == LOOP_UNROLL || loop->mark == LOOP_VECTOR_UNROLL);
    if (!unrolls || loop->lo->kind != INT_CONST || loop->hi->kind != INT_CONST ||
        !int_fold(INT_SUB, loop->hi->number, loop->lo->number, &steps)) {
        return 1;
    }
    int64_t step = loop->mark == LOOP_VECTOR_UNROLL ? unit->target->lanes : loop->extent;
    return steps > 0 ? (steps - 1) / larger(step, 1) + 1 : 0;
}

/* How many statements the list has once its loops are unrolled, or any number beyond the limit. */
static int64_t unrolled_statements(const Unit *unit, const StmtList *list) {
    int64_t sum = list->count;
    for (int i = 0; i < list->count && sum <= LIMIT_UNROLLED; i++) {
        const Stmt *stmt = list->at[i];
        int64_t body = unrolled_statements(unit, &stmt->body);
        int64_t copies = smaller(copies_of(unit, stmt), LIMIT_UNROLLED);
        sum += copies * body + unrolled_statements(unit, &stmt->orelse);
    }
    return smaller(sum, LIMIT_UNROLLED + 1);
}

static bool check_length(Unit *unit) {
    int64_t sum = 0;
    for (int i = 0; i < unit->module->n_functions; i++) {
        sum += unrolled_statements(unit, &unit->module->functions[i]->body);
    }
    return sum <= LIMIT_UNROLLED ||
           wrong(unit, "unroll loops of fewer steps, or fewer of them",
                 arena_printf(unit->arena, "unrolled, the functions have more than %d statements",
                              LIMIT_UNROLLED));
}

/* Whether a marked loop cannot be turned into whole vectors, or would be unrolled into more than
 * LIMIT_STEPS copies: the passes take such loops for a mistake of xnc and abort. */
static bool is_bad_loop(const Unit *unit, const Stmt *loop) {
    int64_t lanes = unit->target->lanes, steps = 0;
    bool constant = loop->lo->kind == INT_CONST && loop->hi->kind == INT_CONST &&
                    int_fold(INT_SUB, loop->hi->number, loop->lo->number, &steps);
    switch (loop->mark) {
    case LOOP_VECTOR:
        return loop->extent != 1 || steps % lanes != 0;
    case LOOP_VECTOR_UNROLL:
        return loop->extent != 1 || !constant || steps % lanes != 0 || steps > LIMIT_STEPS;
    case LOOP_UNROLL:
        return !constant || steps > LIMIT_STEPS;
    default:
        return false;
    }
}

static bool check_loops(Unit *unit, const StmtList *list) {
    bool good = true;
    for (int i = 0; good && i < list->count; i++) {
        const Stmt *stmt = list->at[i];
        if (stmt->kind == STMT_FOR && is_bad_loop(unit, stmt)) {
            return wrong(unit, NULL,
                         arena_printf(unit->arena,
                                      "the loop over %s is no whole number of vectors, or has no "
                                      "constant bounds of at most %d steps to unroll",
                                      stmt->name, LIMIT_STEPS));
        }
        good = check_loops(unit, &stmt->body) && check_loops(unit, &stmt->orelse);
    }
    return good;
}

/* vectorize works on loops, unroll on vectors; both need valid IR and loops that they can change.
 */
static bool check_module(Unit *unit, const PassInfo *pass) {
    const Module *module = unit->module;
    if (module->stage != (pass->needs & FACT_VECTOR ? KSTAGE_VECTOR : KSTAGE_LOOPS)) {
        return wrong(
            unit, "xnc passes lists the order",
            arena_printf(unit->arena, "%s does not work on this stage of kernel IR", pass->name));
    }
    bool good = check_invariants(unit, "");
    for (int i = 0; good && i < module->n_functions; i++) {
        good = check_loops(unit, &module->functions[i]->body);
    }
    return good && check_length(unit);
}

bool pass_ready(Unit *unit, const PassInfo *pass) {
    bool on_module = pass->needs & (FACT_LOOPS | FACT_VECTOR);
    if (on_module != (unit->module != NULL)) {
        return wrong(unit, on_module ? "run lower first" : NULL,
                     on_module ? "the pass works on kernel IR, this is a graph"
                               : "the pass works on graphs, this is kernel IR");
    }
    if (on_module) {
        return check_module(unit, pass);
    }
    return infer_graph(unit->diag, unit->graph) && check_stage(unit, pass) &&
           check_invariants(unit, "") && check_facts(unit, pass);
}

bool pass_done(Unit *unit, const PassInfo *pass) {
    return check_invariants(unit, arena_printf(unit->arena, "after %s: ", pass->name));
}
