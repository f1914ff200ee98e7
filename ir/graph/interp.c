/* interp.c - turns a graph, an input and constants into the graph's outputs, in the plainest way.
 *
 *   in[0] -> prologue -> operation (interp_NAME) -> residual -> epilogue -> out
 *
 * This is the definition of what a graph means: passes are tested by interpreting the graph before
 * and after. Every value is an NCHW array of f32 without padding, and nodes run one after the
 * other, at whatever stage the graph is. Layout, tiles, offsets and packing do not change the
 * meaning of a node, so they are ignored; a region runs as the nodes of its body. The memory of a
 * value is freed after its last reader has run, so a deep network fits in memory.
 */
#include "interp.h"

#include <math.h>
#include <string.h>

const float *step_constant(const Step *step, const Expr *expr, int64_t count) {
    const InterpRequest *request = step->interp->request;
    if (!expr) {
        return NEW_ARRAY(step->scratch, float, count);
    }
    return expr_eval_f32(step->scratch, expr_logical(expr), request->read, request->read_context);
}

int step_tasks(const Step *step) {
    return step->interp->request->parallel ? step->interp->request->threads : 1;
}

/* What the tasks of each_piece() share. */
typedef struct Pieces {
    int64_t count;
    int tasks;
    Piece *piece;
    const void *work;
} Pieces;

/* An InterpTask: every tasks-th piece, which is a fair share as pieces are alike. */
static void do_pieces(void *arg, int index) {
    const Pieces *pieces = arg;
    for (int64_t i = index; i < pieces->count; i += pieces->tasks) {
        pieces->piece(pieces->work, i, index);
    }
}

void each_piece(const Step *step, int64_t count, Piece *piece, const void *work) {
    const InterpRequest *request = step->interp->request;
    Pieces pieces = {count, step_tasks(step), piece, work};
    if (pieces.tasks > 1) {
        request->parallel(request->parallel_context, pieces.tasks, do_pieces, &pieces);
    } else {
        do_pieces(&pieces, 0);
    }
}

/* The entry of a value, created when it is first asked for. */
static Held *held(const Interp *interp, const Value *value) {
    Held *found = map_get(interp->held, value);
    if (!found) {
        found = NEW(interp->arena, Held);
        map_put(interp->held, value, found);
    }
    return found;
}

static void count_reader(Node *node, void *context) {
    for (int i = 0; i < node->n_in; i++) {
        held(context, node->in[i])->readers++;
    }
}

/* Gives a value its memory, just before the node that computes it runs. */
static float *hold(const Interp *interp, const Value *value) {
    Held *entry = held(interp, value);
    entry->arena = arena_child(interp->arena);
    entry->data = NEW_ARRAY(entry->arena, float, shape_elements(&value->shape));
    return entry->data;
}

/* Frees a value that nobody has to read any more. */
static void free_unread(const Interp *interp, const Value *value) {
    Held *entry = held(interp, value);
    if (entry->readers == 0) {
        arena_destroy(entry->arena);
        *entry = (Held){NULL, NULL, 0};
    }
}

/* One reader has run; the last one frees the value. An output that is kept counts as a reader that
 * never runs. */
static void release(const Interp *interp, const Value *value) {
    held(interp, value)->readers--;
    free_unread(interp, value);
}

/* Whether the prologue is a bound of the integers that a quantized product reads. */
static bool bounds_prologue(const Node *node) {
    return is_quantized(node) && !node_has(node, DW_STAGE) && act_is_bound(node->prologue);
}

bool step_in_zero(const Step *step, const float **zero) {
    const Expr *expr = step->node->in_zero;
    *zero = expr ? step_constant(step, expr, 0) : NULL;
    return *zero || !expr;
}

/* Pixels of a plane: i / plane_of() % channels is the channel of element i. */
static int64_t plane_of(const Shape *shape) {
    return shape->rank == 4 ? shape->dim[2] * shape->dim[3] : 1;
}

/* The operation's input: the value's own data, or a copy with the prologue applied, which raises
 * integers to the zero point. NULL when the reader failed. */
static const float *load(const Step *step) {
    const Value *value = step->node->in[0];
    const float *data = held(step->interp, value)->data, *zero;
    if (step->node->prologue == ACT_none || bounds_prologue(step->node)) {
        return data;
    }
    if (!step_in_zero(step, &zero)) {
        return NULL;
    }
    int64_t count = shape_elements(&value->shape), plane = plane_of(&value->shape);
    float *loaded = NEW_ARRAY(step->scratch, float, count);
    for (int64_t i = 0; i < count; i++) {
        float lowest = zero ? zero[i / plane % value->shape.dim[1]] : 0;
        loaded[i] = !zero              ? interp_act(step->node->prologue, data[i])
                    : data[i] > lowest ? data[i]
                                       : lowest;
    }
    return loaded;
}

/* out = acc + residual, or fma(scale[c], residual, acc): the order that ir.h prescribes
 * ("Numbers"). */
static bool add_residual(const Step *step) {
    const Node *node = step->node;
    const Shape *shape = &node->out[0]->shape;
    const float *residual = held(step->interp, node->in[node->n_in - 1])->data;
    const Expr *expr = node->rest_scale ? node->rest_scale : node->residual_scale;
    const float *scale = expr ? step_constant(step, expr, 0) : NULL;
    if (expr && !scale) {
        return false;
    }
    int64_t count = shape_elements(shape), plane = plane_of(shape);
    for (int64_t i = 0; i < count; i++) {
        int64_t c = i / plane % shape->dim[1];
        float acc = step->out[i];
        step->out[i] = scale ? fmaf(scale[c], residual[i], acc) : acc + residual[i];
    }
    return true;
}

/* Results that become u8: see Numbers in ir.h. */
static bool narrow(const Step *step) {
    const Node *node = step->node;
    const Shape *shape = &node->out[0]->shape;
    const float *factor = step_constant(step, node->map_factor, 0);
    const float *zero = factor ? step_constant(step, node->map_zero, 0) : NULL;
    int64_t count = zero ? shape_elements(shape) : 0, plane = plane_of(shape);
    for (int64_t i = 0; i < count; i++) {
        int64_t c = i / plane % shape->dim[1];
        float t = fmaf(step->out[i], factor[c], zero[c]);
        t = t > 0 ? t : 0;
        step->out[i] = rintf(t < 255 ? t : 255);
    }
    return zero != NULL;
}

static bool finish(const Step *step) {
    const Node *node = step->node;
    if (node->has_residual && !add_residual(step)) {
        return false;
    }
    if (node->epilogue != ACT_none) {
        int64_t count = shape_elements(&node->out[0]->shape);
        for (int64_t i = 0; i < count; i++) {
            step->out[i] = interp_act(node->epilogue, step->out[i]);
        }
    }
    return !node->map_factor || narrow(step);
}

typedef bool InterpRule(const Step *step);

static InterpRule *const rules[OP_COUNT] = {
#define OP(name, ...) interp_##name,
#include "ops.def"
#undef OP
};

/* Frees what the node alone needed, and tells its result. */
static void end_step(const Step *step) {
    const InterpRequest *request = step->interp->request;
    arena_destroy(step->scratch);
    if (request->forget) {
        request->forget(request->read_context);
    }
    if (request->watch) {
        const Node *node = step->node;
        request->watch(request->watch_context, node, step->out, &node->out[0]->shape);
    }
}

/* The residual is read from its value in finish(), so operands are released after that. */
static bool run_node(const Interp *interp, const Node *node) {
    Step step = {interp, node, arena_child(interp->arena), NULL, hold(interp, node->out[0])};
    step.in = load(&step);
    if (!step.in || !rules[node->op](&step) || !finish(&step)) {
        return false;
    }
    end_step(&step);
    for (int i = 0; i < node->n_in; i++) {
        release(interp, node->in[i]);
    }
    free_unread(interp, node->out[0]);
    return true;
}

static bool run_list(const Interp *interp, const NodeList *list) {
    for (int i = 0; i < list->count; i++) {
        const Node *node = list->at[i];
        if (node_has(node, BODY) ? !run_list(interp, &node->body) : !run_node(interp, node)) {
            return false;
        }
    }
    return true;
}

/* Readers are counted before the first node runs, as release() relies on the full count. */
bool interp_graph(Arena *arena, const Graph *graph, const InterpRequest *request,
                  InterpResult *outputs) {
    Interp interp = {arena, map_by_address(arena), request};
    graph_each(graph, count_reader, &interp);
    for (int i = 0; outputs && i < graph->n_outputs; i++) {
        held(&interp, graph->outputs[i])->readers++;
    }
    float *data = hold(&interp, graph->input);
    memcpy(data, request->input, (size_t)shape_elements(&graph->input->shape) * sizeof *data);
    if (!run_list(&interp, &graph->nodes)) {
        return false;
    }
    for (int i = 0; outputs && i < graph->n_outputs; i++) {
        const Value *value = graph->outputs[i];
        outputs[i] = (InterpResult){held(&interp, value)->data, value->shape};
    }
    return true;
}
