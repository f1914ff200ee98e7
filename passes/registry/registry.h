/* registry.h - the table of passes in pipeline order, and the runner.
 *
 * Facts say why the order is what it is: a pass may run when all facts that it needs hold; from
 * then on the facts that it gives hold too. The runner checks this for the whole pipeline.
 */
#ifndef XNC_PASSES_REGISTRY_H
#define XNC_PASSES_REGISTRY_H

#include "pass.h"

/* A set of FACT_* bits, one for each row of facts.def: FACT_SHAPES and so on. */
typedef unsigned Facts;
enum {
#define FACT(name, text, line) FACT_BIT_##name,
#include "facts.def"
#undef FACT
    FACT_COUNT
};
enum {
#define FACT(name, text, line) FACT_##name = 1 << FACT_BIT_##name,
#include "facts.def"
#undef FACT
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
/* "shapes selected": the names of the facts of a set. */
const char *facts_text(Arena *arena, Facts facts);

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
