/* pass.h - declares the passes and what they work on.
 *
 * A pass is a row in passes.def, a file passes/ROOM/NAME.c and a function pass_NAME(). It changes
 * the unit in place. The row says what must hold before it and what holds after it (registry.h).
 */
#ifndef XNC_PASSES_PASS_H
#define XNC_PASSES_PASS_H

#include "ir.h"
#include "kernel.h"
#include "operands.h"
#include "target.h"

/* What the pipeline works on. Passes up to lower change the graph, lower makes the module, later
 * ones change the module. */
typedef struct Unit {
    Arena *arena;         /* of everything that passes make */
    Diag *diag;           /* for the user's mistakes and for notes */
    const Target *target; /* compiled for; its layout says whose panels weights are packed in */
    Graph *graph;         /* stays as it is from lower on; NULL when a text is kernel IR */
    Module *module;       /* NULL before lower */
} Unit;

/* False after a diagnostic about a mistake of the user, such as an output_stride that is not
 * possible for the network. Everything else that goes wrong is an internal error. */
typedef bool PassFunction(Unit *unit);

#define PASS(name, ...) PassFunction pass_##name;
#include "passes.def"
#undef PASS

#endif
