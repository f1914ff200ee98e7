/* verify.h - what the files of the verifier share. */
#ifndef XNC_IR_VERIFY_H
#define XNC_IR_VERIFY_H

#include "internal.h"

typedef struct Verify {
    FILE *out;
    const Graph *graph;
    Arena *scratch;
    int number; /* of the invariant being checked */
    bool fine;
} Verify;

/* One function per invariant of ir.h. */
typedef void Invariant(Verify *verify);
Invariant verify_names, verify_order, verify_arity, verify_shapes, verify_anchors, verify_prologues,
    verify_constants, verify_layout, verify_tiles, verify_offsets, verify_outputs;

/* Says what is broken and where. */
void broken(Verify *verify, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Visits all nodes, regions themselves included, in execution order. */
void verify_each(Verify *verify, const NodeList *list, void visit(Verify *verify, Node *node));
/* False while the graph has not come to this stage. */
bool reached(const Verify *verify, Stage stage);
bool is_output(const Graph *graph, const Value *value);

#endif
