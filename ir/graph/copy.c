/* copy.c - turns a graph into an equal one that shares no memory with it, in any arena.
 *
 * Whatever several places point to (values, constant expressions, the text of locations) is copied
 * once: a map from old addresses to new ones gives the existing copy from then on. So pointers that
 * were equal in the old graph are equal in the new one. Struct members that are no pointers come
 * along with the assignment of the whole struct.
 */
#include "internal.h"

typedef struct Copy {
    Arena *arena;
    Map *made; /* from each old value, expression, source to its copy */
} Copy;

static const char *copy_text(Copy *copy, const char *text) {
    return text ? arena_strdup(copy->arena, text) : NULL;
}

static const Source *copy_source(Copy *copy, const Source *old) {
    if (!old) {
        return NULL;
    }
    Source *made = map_get(copy->made, old);
    if (!made) {
        made = NEW(copy->arena, Source);
        made->path = copy_text(copy, old->path);
        made->text = old->text ? arena_strndup(copy->arena, old->text, old->length) : NULL;
        made->length = old->length;
        map_put(copy->made, old, made);
    }
    return made;
}

static Loc copy_loc(Copy *copy, Loc loc) {
    loc.source = copy_source(copy, loc.source);
    return loc;
}

static const Expr *copy_expr(Copy *copy, const Expr *old) {
    if (!old) {
        return NULL;
    }
    Expr *made = map_get(copy->made, old);
    if (!made) {
        made = NEW(copy->arena, Expr);
        *made = *old;
        made->name = copy_text(copy, old->name);
        for (int i = 0; i < MAX_EXPR_ARGS; i++) {
            made->arg[i] = copy_expr(copy, old->arg[i]);
        }
        map_put(copy->made, old, made);
    }
    return made;
}

static Value *copy_value(Copy *copy, const Value *old) {
    if (!old) {
        return NULL;
    }
    Value *made = map_get(copy->made, old);
    if (!made) {
        made = NEW(copy->arena, Value);
        *made = *old;
        made->name = copy_text(copy, old->name);
        made->def = NULL; /* set by the copy of the node that defines it */
        map_put(copy->made, old, made);
    }
    return made;
}

static Node *copy_node(Copy *copy, const Node *old);

static NodeList copy_nodes(Copy *copy, const NodeList *old) {
    NodeList made = {NULL, 0, 0};
    for (int i = 0; i < old->count; i++) {
        node_list_add(copy->arena, &made, copy_node(copy, old->at[i]));
    }
    return made;
}

/* The results of a region are defined by nodes of its body, whose copies have set def already. */
static Node *copy_node(Copy *copy, const Node *old) {
    Node *made = NEW(copy->arena, Node);
    *made = *old;
    made->name = copy_text(copy, old->name);
    made->loc = copy_loc(copy, old->loc);
    made->weight = copy_expr(copy, old->weight);
    made->bias = copy_expr(copy, old->bias);
    made->mean = copy_expr(copy, old->mean);
    made->var = copy_expr(copy, old->var);
    made->dw_weight = copy_expr(copy, old->dw_weight);
    made->dw_bias = copy_expr(copy, old->dw_bias);
    made->residual_scale = copy_expr(copy, old->residual_scale);
    made->start = copy_expr(copy, old->start);
    made->out_scale = copy_expr(copy, old->out_scale);
    made->in_factor = copy_expr(copy, old->in_factor);
    made->zero_point = copy_expr(copy, old->zero_point);
    made->highest = copy_expr(copy, old->highest);
    made->in_zero = copy_expr(copy, old->in_zero);
    made->rest_scale = copy_expr(copy, old->rest_scale);
    made->map_factor = copy_expr(copy, old->map_factor);
    made->map_zero = copy_expr(copy, old->map_zero);
    made->body = copy_nodes(copy, &old->body);
    for (int i = 0; i < old->n_in; i++) {
        made->in[i] = copy_value(copy, old->in[i]);
    }
    for (int i = 0; i < old->n_out; i++) {
        made->out[i] = copy_value(copy, old->out[i]);
        if (old->out[i]->def == old) {
            made->out[i]->def = made;
        }
    }
    return made;
}

static void copy_params(Copy *copy, Graph *made, const Graph *old) {
    made->params = NEW_ARRAY(copy->arena, Param, old->n_params);
    for (int i = 0; i < old->n_params; i++) {
        made->params[i] = old->params[i];
        made->params[i].name = copy_text(copy, old->params[i].name);
        made->params[i].loc = copy_loc(copy, old->params[i].loc);
    }
}

Graph *graph_copy(Arena *arena, const Graph *graph) {
    Copy copy = {arena, map_by_address(arena)};
    Graph *made = NEW(arena, Graph);
    *made = *graph;
    made->arena = arena;
    made->name = copy_text(&copy, graph->name);
    made->target = copy_text(&copy, graph->target);
    made->layout = copy_text(&copy, graph->layout);
    made->network = copy_text(&copy, graph->network);
    made->input = copy_value(&copy, graph->input);
    made->nodes = copy_nodes(&copy, &graph->nodes);
    made->outputs = NEW_ARRAY(arena, Value *, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        made->outputs[i] = copy_value(&copy, graph->outputs[i]);
    }
    made->taps = NEW_ARRAY(arena, Tap, graph->n_taps);
    for (int i = 0; i < graph->n_taps; i++) {
        made->taps[i] = (Tap){copy_value(&copy, graph->taps[i].value), graph->taps[i].reduction};
    }
    copy_params(&copy, made, graph);
    made->preprocess.interpolation = copy_text(&copy, graph->preprocess.interpolation);
    made->preprocess.crop_mode = copy_text(&copy, graph->preprocess.crop_mode);
    return made;
}
