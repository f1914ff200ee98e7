/* verify_graph.c - checks the invariants at the top of ir.h, one function each, and reports those
 * that are broken:
 *
 *   invariant 5: conv1: batch_norm carries a prologue, residual or epilogue
 *
 * The first four (names, order, operand counts, shapes) are what the other checks rely on when they
 * read operands and shapes. When one of them is broken, the checks after it do not run: they could
 * read what is not there.
 */
#include "verify.h"

typedef struct Rule {
    Invariant *check;
    bool basic; /* later rules rely on it */
} Rule;

/* Row i checks invariant i + 1. */
static const Rule rules[] = {
    {verify_names, true},      {verify_order, true},    {verify_arity, true},
    {verify_shapes, true},     {verify_anchors, false}, {verify_prologues, false},
    {verify_constants, false}, {verify_layout, false},  {verify_tiles, false},
    {verify_offsets, false},   {verify_outputs, false}, {verify_types, false},
    {verify_quantized, false}, {verify_bytes, false},
};

bool verify_graph(FILE *out, const Graph *graph) {
    Verify verify = {out, graph, arena_child(graph->arena), 0, true};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        verify.number = (int)i + 1;
        rules[i].check(&verify);
        if (rules[i].basic && !verify.fine) {
            break;
        }
    }
    arena_destroy(verify.scratch);
    return verify.fine;
}
