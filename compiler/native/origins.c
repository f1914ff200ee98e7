/* origins.c - described nodes <-> fused nodes, by name and by what the fused node says it took in.
 *
 *   described  %conv = conv2d(%x)  %bn = batch_norm(%conv)  %sum = add(%bn, %skip)
 *   fused      %conv = conv2d(%x, %skip) residual            its result is that of %sum
 *
 * An anchor keeps its name through all passes. What stood behind it and is gone went into it; what
 * stood before it (an activation on load, a depthwise stage) went to the next node that is left.
 */
#include "origins.h"

#include <string.h>

/* What a fused node does behind its own operation, as far as it is not found yet. */
typedef struct Follower {
    const Graph *described, *fused;
    const Node *node;
    bool sum, act;
} Follower;

static bool reads(const Node *node, const Node *what) {
    for (int i = 0; i < node->n_in; i++) {
        if (node->in[i]->def == what) {
            return true;
        }
    }
    return false;
}

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

/* What a fused node's result would be, were it not for norms of others. */
static const Node *last_taken(const Graph *described, const Graph *fused, const Node *node) {
    Follower follower = follower_of(described, fused, node);
    const Node *at = graph_node(described, node->name);
    for (const Node *next = at; next; next = follow(&follower, at)) {
        at = next;
    }
    return at;
}

/* Whether a described node stands among those that followed an anchor into its fused node. */
static bool took(const Graph *described, const Graph *fused, const Node *anchor,
                 const Node *wanted) {
    Follower follower = follower_of(described, fused, anchor);
    const Node *at = graph_node(described, anchor->name);
    while (at && at != wanted) {
        at = follow(&follower, at);
    }
    return at != NULL;
}

/* The anchor in front of a node, on either side of a sum, that took it in. */
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

static const Node *first_reader(const Graph *graph, const Node *node) {
    for (int i = 0; i < graph->nodes.count; i++) {
        if (reads(graph->nodes.at[i], node)) {
            return graph->nodes.at[i];
        }
    }
    return NULL;
}

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
    if (node->op == OP_to_nchw && node->in[0]->def) {
        node = node->in[0]->def;
    }
    return is_scaled(described, fused, node) ? NULL : last_taken(described, fused, node);
}
