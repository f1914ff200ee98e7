/* origins.c - pairs nodes as described with fused nodes, by name and by what was fused into them.
 *
 *   described  %conv = conv2d(%x)  %bn = batch_norm(%conv)  %sum = add(%bn, %skip)
 *   fused      %conv = conv2d(%x, %skip) residual            its result is that of %sum
 *
 * An anchor (ops.def) keeps its name through all passes, so equal names are the fixed points. A
 * described node without a namesake was fused either into the anchor before it (norm, sum,
 * activation) or, as an activation on load or a depthwise stage, into the next node after it that
 * is left. has_residual and epilogue of the fused node say what it can have taken from behind.
 */
#include "origins.h"

#include <string.h>

/* A walk from an anchor's described node to those after it that were fused into the anchor. */
typedef struct Follower {
    const Graph *described, *fused;
    const Node *node; /* the fused anchor */
    bool sum, act;    /* its residual, its epilogue: not yet met on the walk */
} Follower;

/* Whether a node has the other's first result among its operands. */
static bool reads(const Node *node, const Node *what) {
    for (int i = 0; i < node->n_in; i++) {
        if (node->in[i]->def == what) {
            return true;
        }
    }
    return false;
}

/* Whether a reader of the last node of the walk was fused into the anchor. The order is that of
 * kernels: norms are folded at any place, the residual is added once, the activation comes last. */
static bool is_taken(Follower *follower, const Node *next) {
    if (graph_node(follower->fused, next->name)) {
        return false;
    }
    if (next->op == OP_batch_norm) {
        return true;
    }
    if (node_has(next, SUM) && follower->sum) {
        follower->sum = false;
        return true;
    }
    if (next->op == OP_activation && follower->act && !follower->sum &&
        next->act == follower->node->epilogue) {
        follower->act = false;
        return true;
    }
    return false;
}

/* The next node of the walk; NULL at its end. */
static const Node *follow(Follower *follower, const Node *at) {
    const NodeList *nodes = &follower->described->nodes;
    for (int i = 0; i < nodes->count; i++) {
        if (reads(nodes->at[i], at) && is_taken(follower, nodes->at[i])) {
            return nodes->at[i];
        }
    }
    return NULL;
}

static Follower follower_of(const Graph *described, const Graph *fused, const Node *node) {
    return (Follower){described, fused, node, node->has_residual && !node_has(node, SUM),
                      node->epilogue != ACT_none};
}

/* The last described node that was fused into a node. The result of the fused node equals its,
 * unless a norm that was folded elsewhere scales it too: see is_scaled(). */
static const Node *last_taken(const Graph *described, const Graph *fused, const Node *node) {
    Follower follower = follower_of(described, fused, node);
    const Node *at = graph_node(described, node->name);
    for (const Node *next = at; next; next = follow(&follower, at)) {
        at = next;
    }
    return at;
}

/* Whether a described node is among those that were fused into an anchor from behind. */
static bool took(const Graph *described, const Graph *fused, const Node *anchor,
                 const Node *wanted) {
    Follower follower = follower_of(described, fused, anchor);
    const Node *at = graph_node(described, anchor->name);
    while (at && at != wanted) {
        at = follow(&follower, at);
    }
    return at != NULL;
}

/* The fused anchor before a described node, on either side of a sum, that the node was fused into;
 * NULL when there is none. */
static const Node *anchor_of(const Graph *described, const Graph *fused, const Node *node) {
    for (int i = 0; i < node->n_in; i++) {
        const Node *before = node->in[i]->def;
        while (before && !graph_node(fused, before->name)) {
            before = before->in[0]->def;
        }
        const Node *anchor = before ? graph_node(fused, before->name) : NULL;
        if (anchor && took(described, fused, anchor, node)) {
            return anchor;
        }
    }
    return NULL;
}

/* The first node in execution order that reads a node's result; NULL: none. */
static const Node *first_reader(const Graph *graph, const Node *node) {
    for (int i = 0; i < graph->nodes.count; i++) {
        if (reads(graph->nodes.at[i], node)) {
            return graph->nodes.at[i];
        }
    }
    return NULL;
}

/* Itself, the anchor before it, or else the same questions about its reader. Ends, as readers come
 * later in execution order. */
const Node *origin_taken_by(const Graph *described, const Graph *fused, const Node *node) {
    while (node) {
        const Node *same = graph_node(fused, node->name);
        const Node *anchor = same ? same : anchor_of(described, fused, node);
        if (anchor) {
            return anchor;
        }
        node = first_reader(described, node);
    }
    return NULL;
}

static bool mentions(const Expr *expr, const char *param) {
    if (!expr) {
        return false;
    }
    if (expr->kind == EXPR_param) {
        return strcmp(expr->name, param) == 0;
    }
    return mentions(expr->arg[0], param) || mentions(expr->arg[1], param) ||
           mentions(expr->arg[2], param);
}

/* Whether the constants of a fused node hold the scale of a norm that is not its own: the norm of a
 * sum scales both sides of it, also that which does not finish the sum. */
static bool is_scaled(const Graph *described, const Graph *fused, const Node *node) {
    for (int i = 0; i < described->nodes.count; i++) {
        const Node *norm = described->nodes.at[i];
        if (norm->op == OP_batch_norm && norm->weight && norm->weight->kind == EXPR_param &&
            mentions(node->weight, norm->weight->name) &&
            origin_taken_by(described, fused, norm) != node) {
            return true;
        }
    }
    return false;
}

const Node *origin_of_result(const Graph *described, const Graph *fused, const Node *node) {
    if (node_has(node, HANDS_OUT) && node->in[0]->def) {
        node = node->in[0]->def;
    }
    return is_scaled(described, fused, node) ? NULL : last_taken(described, fused, node);
}
