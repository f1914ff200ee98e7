/* network.c - hashes what a graph computes, whatever the size of its input.
 *
 *   %c = conv2d(%x) stride=2x2 : f32[1,32,150,150]   ->   c, conv2d, 32 channels, of x, stride 2x2
 *   all nodes in order                               ->   "9f3c1a07d2e4b856"
 *
 * Networks with equal tensors may still differ: in an activation, a stride, what is added to what.
 * The numbers of pixels and images are left out, and so are padding, which follows from a size
 * where only the size of the result was described, and regions, which are formed for large maps.
 */
#include <inttypes.h>
#include <string.h>

#include "operands.h"
#include "siphash.h"

/* Each piece is hashed with the hash of all before it as the key, so order and borders count. */
static void add_bytes(uint64_t *hash, const void *bytes, size_t length) {
    const uint64_t key[2] = {*hash, length};
    *hash = siphash(key, bytes, length);
}

static void add_text(uint64_t *hash, const char *text) {
    add_bytes(hash, text, strlen(text));
}

/* As 8 bytes little-endian: the byte order of the machine must not count. */
static void add_number(uint64_t *hash, int64_t number) {
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
    }
    add_bytes(hash, bytes, sizeof bytes);
}

static void add_window(uint64_t *hash, const Window *window) {
    for (int i = 0; i < 2; i++) {
        add_number(hash, window->kernel[i]);
        add_number(hash, window->stride[i]);
        add_number(hash, window->dilation[i]);
    }
    if (window->same) { /* the same sizes of results may see other pixels */
        add_text(hash, "same");
    }
}

static void add_node(Node *node, void *context) {
    uint64_t *hash = context;
    add_text(hash, node->name);
    add_text(hash, op_info(node->op)->name);
    add_number(hash, node->out[0]->shape.dim[1]);
    for (int i = 0; i < node->n_in; i++) {
        add_text(hash, node->in[i]->name);
    }
    add_window(hash, &node->window);
    add_text(hash, pool_name(node->pool));
    if (node_has(node, PRODUCT) && product_element(node) != ELEMENT_f32) {
        add_text(hash, element_info(product_element(node))->name);
        if (weights_together(node->weight) > 0) {
            add_text(hash, weights_together(node->weight) == 4 ? "fours" : "pairs");
        }
    }
    if (node->out[0]->element != ELEMENT_f32) {
        add_text(hash, element_info(node->out[0]->element)->name);
    }
    const Act acts[] = {node->prologue, node->act, node->mid_act, node->epilogue};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        add_text(hash, act_info(acts[i])->name);
    }
}

const char *network_digest(Arena *arena, const Graph *graph) {
    uint64_t hash = 0;
    add_number(&hash, graph->input->shape.dim[1]);
    graph_each(graph, add_node, &hash);
    for (int i = 0; i < graph->n_outputs; i++) {
        add_text(&hash, graph->outputs[i]->name);
    }
    return arena_printf(arena, "%016" PRIx64, hash);
}
