/* verify_names.c - checks invariants 1 and 2: names are unique, and each node stands after the
 * nodes whose results it reads.
 *
 *   %b = activation(%a)      broken: the operand %a is not defined before
 *   %a = conv2d(%x)
 */
#include "verify.h"

#include <ctype.h>
#include <string.h>

/* ---- 1: names ---- */

static bool is_name(const char *name) {
    for (const char *at = name; *at; at++) {
        if (!isalnum((unsigned char)*at) && *at != '_' && *at != '.') {
            return false;
        }
    }
    return *name != '\0';
}

typedef struct Names {
    Verify *verify;
    Map *seen; /* from a name to the first value that has it */
} Names;

static void check_name(Names *names, const Value *value) {
    if (!is_name(value->name)) {
        broken(names->verify, value->name, "a name is made of [A-Za-z0-9_.]");
    }
    const Value *other = map_get(names->seen, value->name);
    if (other) {
        broken(names->verify, value->name, "two values have this name");
    }
    map_put(names->seen, value->name, value);
}

static void check_node_name(Node *node, void *context) {
    Names *names = context;
    if (node->n_out != 1) {
        broken(names->verify, node->name, "%d results", node->n_out);
        return;
    }
    if (strcmp(node->name, node->out[0]->name) != 0) {
        broken(names->verify, node->name, "the result is called %s", node->out[0]->name);
    }
    check_name(names, node->out[0]);
}

static void check_region_name(Verify *verify, Node *node) {
    if (node_has(node, BODY) && (node->n_out < 1 || strcmp(node->name, node->out[0]->name) != 0)) {
        broken(verify, node->name, "a region is called as its first result");
    }
}

void verify_names(Verify *verify) {
    if (!verify->graph->input) {
        broken(verify, verify->graph->name, "the graph has no input");
        return;
    }
    Names names = {verify, map_by_name(verify->scratch)};
    check_name(&names, verify->graph->input);
    graph_each(verify->graph, check_node_name, &names);
    verify_each(verify, &verify->graph->nodes, check_region_name);
}

/* ---- 2: order ---- */

/* What a node may read: all values that are defined before it. The inner values of a region are
 * removed (set to NULL) when its body ends; only its results stay visible outside. */
typedef struct Scope {
    Verify *verify;
    Map *visible; /* from a visible value to itself */
} Scope;

static void see(const Scope *scope, const Value *value) {
    map_put(scope->visible, value, value);
}

static void check_order(const Scope *scope, const NodeList *list);

static bool reads(const Node *node, const Value *value) {
    for (int i = 0; i < node->n_in; i++) {
        if (node->in[i] == value) {
            return true;
        }
    }
    return false;
}

static bool gives(const Node *node, const Value *value) {
    for (int i = 0; i < node->n_out; i++) {
        if (node->out[i] == value) {
            return true;
        }
    }
    return false;
}

/* What the body reads from outside must be among the region's operands; before holds what was
 * visible outside. */
static void check_region_reads(const Scope *scope, const Node *region, const Map *before) {
    for (int i = 0; i < region->body.count; i++) {
        const Node *node = region->body.at[i];
        for (int j = 0; j < node->n_in; j++) {
            if (map_get(before, node->in[j]) && !reads(region, node->in[j])) {
                broken(scope->verify, node->name, "the region does not list %%%s as an operand",
                       node->in[j]->name);
            }
        }
    }
}

/* Makes the values of the body invisible, except the region's results. */
static void hide_inner(const Scope *scope, const Node *region) {
    for (int i = 0; i < region->body.count; i++) {
        const Node *node = region->body.at[i];
        for (int j = 0; j < node->n_out; j++) {
            if (!gives(region, node->out[j])) {
                map_put(scope->visible, node->out[j], NULL);
            }
        }
    }
}

/* Maps cannot be copied, so what the body reads is looked up in visible before its own values join
 * it: what is found there comes from outside. */
static void enter_region(const Scope *scope, const Node *node) {
    Map *before = map_by_address(scope->verify->scratch);
    for (int i = 0; i < node->body.count; i++) {
        for (int j = 0; j < node->body.at[i]->n_in; j++) {
            Value *value = node->body.at[i]->in[j];
            map_put(before, value, map_get(scope->visible, value));
        }
    }
    check_order(scope, &node->body);
    check_region_reads(scope, node, before);
    for (int i = 0; i < node->n_out; i++) {
        if (!map_get(scope->visible, node->out[i])) {
            broken(scope->verify, node->name, "the body does not define %%%s", node->out[i]->name);
        }
    }
    hide_inner(scope, node);
}

/* A region needs no see() of its own: its results are values that its body has made visible. */
static void check_order(const Scope *scope, const NodeList *list) {
    for (int i = 0; i < list->count; i++) {
        Node *node = list->at[i];
        for (int j = 0; j < node->n_in; j++) {
            if (!map_get(scope->visible, node->in[j])) {
                broken(scope->verify, node->name, "the operand %%%s is not defined before",
                       node->in[j]->name);
            }
        }
        if (node_has(node, BODY)) {
            enter_region(scope, node);
            continue;
        }
        if (node->out[0]->def != node) {
            broken(scope->verify, node->name, "the result does not point back to its node");
        }
        see(scope, node->out[0]);
    }
}

void verify_order(Verify *verify) {
    Scope scope = {verify, map_by_address(verify->scratch)};
    see(&scope, verify->graph->input);
    check_order(&scope, &verify->graph->nodes);
    for (int i = 0; i < verify->graph->n_taps; i++) {
        if (!map_get(scope.visible, verify->graph->taps[i].value)) {
            broken(verify, verify->graph->taps[i].value->name, "a tap that no node defines");
        }
    }
}
