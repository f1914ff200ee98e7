/* verify_graph.c - checks the invariants at the top of ir.h, one function each, and says which is
 * broken:
 *
 *   invariant 5: %conv1: a batch_norm carries an epilogue
 *
 * What later functions rely on (operands exist, shapes fit) is checked first; a broken one of those
 * ends the run, since the rest would report the same fault again.
 */
#include "verify.h"

typedef struct Rule {
    Invariant *check;
    bool basic; /* later rules rely on it */
} Rule;

static const Rule rules[] = {
    {verify_names, true},      {verify_order, true},    {verify_arity, true},
    {verify_shapes, true},     {verify_anchors, false}, {verify_prologues, false},
    {verify_constants, false}, {verify_layout, false},  {verify_tiles, false},
    {verify_offsets, false},   {verify_outputs, false},
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
