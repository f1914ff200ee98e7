/* registry.h - the table of passes as passes.def has it, and the runner.
 *
 * Facts state the order: a pass may run when all that it needs hold; from then on what it gives
 * holds. The runner enforces this.
 */
#ifndef XNC_PASSES_REGISTRY_H
#define XNC_PASSES_REGISTRY_H

#include "pass.h"

typedef unsigned Facts;
enum {
    FACT_SHAPES = 1 << 0,   /* every value has its shape */
    FACT_SELECTED = 1 << 1, /* strides and outputs are as asked for */
    FACT_NO_BN = 1 << 2,    /* no batch_norm is left */
    FACT_FUSED = 1 << 3,    /* activations and residuals sit in anchors */
    FACT_SEPARABLE = 1 << 4,
    FACT_REGIONS = 1 << 5,
    FACT_LAYOUT = 1 << 6,
    FACT_PACKED = 1 << 7,
    FACT_TILED = 1 << 8,
    FACT_DW_TILED = 1 << 9,
    FACT_PLANNED = 1 << 10,
    FACT_LOOPS = 1 << 11,
    FACT_VECTOR = 1 << 12,
    FACT_UNROLLED = 1 << 13
};

typedef struct PassInfo {
    const char *name;
    PassFunction *run;
    Facts needs, gives;
    const char *line;
} PassInfo;

size_t pass_count(void);
const PassInfo *pass_at(size_t index);
const PassInfo *pass_by_name(const char *name);

typedef struct PassOptions {
    const char *dump_after; /* pass name or NULL */
    bool dump_changed, time_passes, verify_each;
    const char *stop_after; /* pass name or NULL: interp --after */
    FILE *dump;             /* where texts and times go */
} PassOptions;

/* Runs the whole pipeline. A pass whose needs do not hold, or (verify_each) a broken invariant, is
 * an internal error. */
bool run_passes(Unit *unit, const PassOptions *options);
/* For xnc opt: whether a text is sound and is what the pass works on; diagnostics say what is not.
 * Infers the shapes of a graph. */
bool pass_ready(Unit *unit, const PassInfo *pass);
/* Likewise: whether every invariant holds behind the pass. A mistake in a text may show only there.
 */
bool pass_done(Unit *unit, const PassInfo *pass);
/* Runs one pass, whatever its facts. */
bool run_pass(Unit *unit, const PassInfo *pass, const PassOptions *options);

#endif
