/* registry.h - the table of passes in pipeline order, and the runner.
 *
 * Facts say why the order is what it is: a pass may run when all facts that it needs hold; from
 * then on the facts that it gives hold too. The runner checks this for the whole pipeline.
 */
#ifndef XNC_PASSES_REGISTRY_H
#define XNC_PASSES_REGISTRY_H

#include "pass.h"

/* A set of FACT_* bits. */
typedef unsigned Facts;
enum {
    FACT_SHAPES = 1 << 0,    /* every value has its shape */
    FACT_SELECTED = 1 << 1,  /* strides and outputs are as asked for */
    FACT_NO_BN = 1 << 2,     /* no batch_norm is left */
    FACT_FUSED = 1 << 3,     /* activations and residuals are in anchors where possible */
    FACT_SEPARABLE = 1 << 4, /* depthwise stages are in separable nodes where possible */
    FACT_REGIONS = 1 << 5,   /* chains of large maps are in regions */
    FACT_ROUNDED = 1 << 6,   /* products have the precision asked for */
    FACT_QUANTIZED = 1 << 7, /* products planned in integers have their constants */
    FACT_STORED = 1 << 8,    /* weights of products have the type asked for */
    FACT_LAYOUT = 1 << 9,    /* values are NHWC with a pitch; outputs go through to_nchw */
    FACT_PACKED = 1 << 10,   /* weights are in panels, vectors are padded */
    FACT_TILED = 1 << 11,    /* products have register tiles */
    FACT_DW_TILED = 1 << 12, /* and blocks, columns and scratch */
    FACT_PLANNED = 1 << 13,  /* order, offsets and the size of the arena are fixed */
    FACT_LOOPS = 1 << 14,    /* there is a module of scalar loops */
    FACT_VECTOR = 1 << 15,   /* its loops over channels step by vectors */
    FACT_UNROLLED = 1 << 16  /* and every index of a register is a constant */
};

/* A row of passes.def. */
typedef struct PassInfo {
    const char *name;
    PassFunction *run;
    Facts needs, gives;
    const char *line; /* for people */
} PassInfo;

/* The passes in pipeline order; NULL when there is none at this index or of this name. */
size_t pass_count(void);
const PassInfo *pass_at(size_t index);
const PassInfo *pass_by_name(const char *name);

/* What the user asked the runner for; all zero is a plain run. */
typedef struct PassOptions {
    const char *dump_after;     /* name of the pass whose result is printed, or NULL */
    bool dump_changed;          /* print the text after each pass, or that it is unchanged */
    bool time_passes;           /* print the time of each pass */
    bool verify_each;           /* verify after each pass */
    const char *stop_after;     /* name of the last pass to run, or NULL: interp --after */
    const char *const *without; /* names of passes that are left out, and NULL behind them; they
                                   make the network faster and nothing needs them. NULL: none are */
    FILE *dump;                 /* where texts and times go */
} PassOptions;

/* Runs the whole pipeline, up to stop_after. False when a pass has reported a mistake of the user.
 * A pass whose needs do not hold, or (verify_each) a broken invariant, is an internal error. */
bool run_passes(Unit *unit, const PassOptions *options);
/* For xnc opt: whether the unit, read from a text, is sound and is what the pass works on; false
 * after diagnostics that say what is not. Infers the shapes of a graph on the way. */
bool pass_ready(Unit *unit, const PassInfo *pass);
/* Likewise: whether every invariant holds behind the pass. A mistake in a text may show only there.
 */
bool pass_done(Unit *unit, const PassInfo *pass);
/* Runs one pass, whatever its facts. */
bool run_pass(Unit *unit, const PassInfo *pass, const PassOptions *options);

/* The graph or, from lower on, the module as text, in memory of the unit's arena. */
const char *unit_text(const Unit *unit);

#endif
