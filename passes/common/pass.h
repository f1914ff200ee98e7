/* pass.h - what a pass is.
 *
 * A pass is a row in passes.def, a file passes/ROOM/NAME.c and a function pass_NAME(). It changes
 * what it is given in place. The row says what must hold before and what holds after (registry.h).
 */
#ifndef XNC_PASSES_PASS_H
#define XNC_PASSES_PASS_H

#include "ir.h"
#include "kernel.h"
#include "target.h"

/* What the pipeline works on. Passes up to lower change the graph, lower makes the module, later
 * ones change the module. */
typedef struct Unit {
    Arena *arena;
    Diag *diag;
    const Target *target;
    Graph *graph;
    Module *module; /* NULL before lower */
} Unit;

/* False after a diagnostic: the person's mistake (an output_stride that the network has not). */
typedef bool PassFunction(Unit *unit);

#define PASS(name, ...) PassFunction pass_##name;
#include "passes.def"
#undef PASS

#endif
