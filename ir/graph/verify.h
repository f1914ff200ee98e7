/* verify.h - what the files of the graph's verifier share.
 *
 * verify_graph.c runs the checks in the order of ir.h's list; verify_names.c, verify_nodes.c and
 * verify_memory.c hold them. The verifier is for mistakes of xnc: it checks what passes made, and
 * texts after they have been parsed.
 */
#ifndef XNC_IR_VERIFY_H
#define XNC_IR_VERIFY_H

#include "internal.h"

typedef struct Verify {
    FILE *out; /* where broken invariants are reported */
    const Graph *graph;
    Arena *scratch; /* for the checks' own data */
    int number;     /* of the invariant being checked, from 1 */
    bool fine;      /* nothing broken so far */
} Verify;

/* One function per invariant of ir.h; it calls broken() for each place that breaks it. */
typedef void Invariant(Verify *verify);
Invariant verify_names, verify_order, verify_arity, verify_shapes, verify_anchors, verify_prologues,
    verify_constants, verify_layout, verify_tiles, verify_offsets, verify_outputs, verify_types,
    verify_quantized, verify_bytes;

/* Reports that the invariant being checked is broken; where names a value, a node or the graph. */
void broken(Verify *verify, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Checks that a node has a constant of count channels, or lacks it, as wanted. */
void verify_channels(Verify *verify, const Node *node, const char *what, const Expr *expr,
                     bool wanted, int64_t count);
/* Visits all nodes in execution order, each region after the nodes of its body. */
void verify_each(Verify *verify, const NodeList *list, void visit(Verify *verify, Node *node));
/* Whether the graph has come to this stage. */
bool reached(const Verify *verify, Stage stage);
bool is_output(const Graph *graph, const Value *value);

#endif
