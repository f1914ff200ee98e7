/* walk.h - one drawn network on its way through the compiler, and what the files of the driver
 * share.
 */
#ifndef XNC_TESTS_WALK_H
#define XNC_TESTS_WALK_H

#include "product.h"
#include "registry.h"
#include "seed.h"
#include "unit.h"

typedef struct Walk {
    Work work;
    UnitRequest request; /* what the words of the command line ask for */
    const char *yaml;
    uint64_t weights_seed;
    const char *input_kind;
    uint32_t fill;     /* what arenas and outputs hold before a run, float by float */
    Graph *described;  /* with all options */
    SeedReader reader; /* of its parameters */
    float *input;
    bool finite;            /* input and values are, so that folding may be compared */
    InterpResult *expected; /* outputs of the last graph that was interpreted; NULL before */
    int n_expected;
    double read_by_outputs; /* largest magnitude of what their nodes read, in the last graph */
    bool failed;
} Walk;

/* Prints what is wrong; the walk has failed. Always false. */
bool walk_wrong(Walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- walk_compare.c ---- */
/* Makes the input of the walk: random numbers, some of them special as input_kind says. False when
 * there is no such kind. */
bool make_input(Walk *walk);
/* Compares the outputs with those expected: the same bits (each NaN equals each), or with near the
 * difference that another rounding of the weights makes. Expects these from then on. */
void compare_outputs(Walk *walk, const char *after, InterpResult *outputs, int count, bool near);
/* Interprets the graph and compares. */
void interpret(Walk *walk, const char *after, const Graph *graph, bool near);

/* ---- walk_text.c ---- */
/* Reads the text of a unit again: it must print as the same text, and be what the next pass (NULL:
 * there is none) takes. NULL when it is not. */
Unit *reread_unit(Walk *walk, const Unit *unit, const PassInfo *done, const PassInfo *next);

/* ---- walk_module.c ---- */
/* Runs the module of the unit in the kernel interpreter as so many tasks, in a dirty arena, and
 * compares with the outputs that are expected. */
void run_module(Walk *walk, const Unit *unit, int tasks);

#endif
