/* rewrite.c - questions about who reads a value, and moves of nodes inside a list.
 *
 * Nothing here decides anything: passes ask sole_source() and sole_reader() before they fold one
 * node into another, because only a value that nobody else sees may change its meaning.
 */
#include "rewrite.h"

#include <string.h>

int node_index(const NodeList *list, const Node *node) {
    for (int i = 0; i < list->count; i++) {
        if (list->at[i] == node) {
            return i;
        }
    }
    return -1;
}

bool is_handed_out(const Graph *graph, const Value *value) {
    for (int i = 0; i < graph->n_outputs; i++) {
        if (graph->outputs[i] == value) {
            return true;
        }
    }
    return false;
}

Node *sole_source(const Graph *graph, const Value *value) {
    return value_uses(graph, value) == 1 && !is_handed_out(graph, value) ? value->def : NULL;
}

Node *sole_reader(const Graph *graph, const Value *value) {
    if (value_uses(graph, value) != 1 || is_handed_out(graph, value)) {
        return NULL;
    }
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        for (int j = 0; j < node->n_in; j++) {
            if (node->in[j] == value) {
                return node;
            }
        }
    }
    return NULL;
}

void list_remove(NodeList *list, const Node *node) {
    int at = node_index(list, node);
    if (at < 0) {
        internal_error("list_remove", "node %s is not in the list", node->name);
    }
    memmove(&list->at[at], &list->at[at + 1], (size_t)(list->count - at - 1) * sizeof(Node *));
    list->count--;
}

void list_move(NodeList *list, Node *node, int position) {
    int at = node_index(list, node);
    int step = at < position ? 1 : -1;
    for (; at != position; at += step) {
        list->at[at] = list->at[at + step];
    }
    list->at[position] = node;
}

Value *node_residual(const Node *node) {
    return node->has_residual ? node->in[node->n_in - 1] : NULL;
}

void node_add_residual(Node *node, Value *residual) {
    node->in[node->n_in++] = residual;
    node->has_residual = true;
}

bool is_pointwise(const Node *node) {
    if (!node_has(node, PRODUCT) || node_has(node, DW_STAGE)) {
        return false;
    }
    const Window *window = &node->window;
    for (int j = 0; j < 2; j++) {
        if (window->kernel[j] != 1 || window->stride[j] != 1 || window->pad[j] != 0) {
            return false;
        }
    }
    return true;
}

int64_t channels_of(const Value *value) {
    return value->shape.dim[1];
}

int64_t round_up(int64_t number, int64_t unit) {
    return (number + unit - 1) / unit * unit;
}

int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}
