/* verify_bytes.c - checks invariant 14: values that are u8 and nodes whose results are planned so.
 */
#include "verify.h"

/* The constants of the values of u8 that a node reads and makes. */
static void check_bytes(Verify *verify, Node *node) {
    if (node_has(node, BODY)) {
        return;
    }
    const Value *in = node->in[0], *out = node->out[0];
    const Value *rest = node->has_residual ? node->in[node->n_in - 1] : NULL;
    bool reads = in->element == ELEMENT_u8, makes = out->element == ELEMENT_u8;
    bool rests = rest && rest->element == ELEMENT_u8;
    verify_channels(verify, node, "zero point of what it reads", node->in_zero, reads,
                    in->shape.dim[1]);
    verify_channels(verify, node, "scale of the residual", node->rest_scale, rests,
                    out->shape.dim[1]);
    bool keeps = keeps_bytes(node) && reads, rounds = makes && !keeps;
    verify_channels(verify, node, "factor of the result", node->map_factor, rounds,
                    out->shape.dim[1]);
    verify_channels(verify, node, "zero point of the result", node->map_zero, rounds,
                    out->shape.dim[1]);
    if (reads && node->in_zero && node->in_zero->element != ELEMENT_u8) {
        broken(verify, node->name, "the zero point of what it reads is no u8");
    }
    if ((reads && !may_read_bytes(node, in)) || (rests && !may_read_bytes(node, rest))) {
        broken(verify, node->name, "it cannot read u8");
    }
    bool handed_out = makes && is_output(verify->graph, out);
    if (((rounds || node->bytes) && !may_be_bytes(node)) || handed_out) {
        broken(verify, node->name, "its result cannot be u8");
    }
    if (keeps && !makes) {
        broken(verify, node->name, "its result is not u8 as what it reads");
    }
}

void verify_bytes(Verify *verify) {
    verify_each(verify, &verify->graph->nodes, check_bytes);
}
