/* check.h - the parts of xnc check: each value of a run against the interpreter.
 */
#ifndef XNC_COMPILER_CHECK_H
#define XNC_COMPILER_CHECK_H

#include "compare.h"
#include "json_out.h"
#include "product.h"
#include "unit.h"

/* What one layer wrote, beside what it should have written. */
typedef struct CheckedValue {
    const Layer *layer;
    const float *expected; /* NCHW; NULL until the interpreter came by */
    Shape shape;
    bool seen;          /* the run came by */
    Difference found;   /* meaningful when seen */
    const Node *origin; /* of the graph as described, whose result this is but for rounding */
    Difference drift;   /* of what is expected from that, once both graphs were interpreted */
} CheckedValue;

/* What a check is asked for. */
typedef struct CheckRequest {
    const char *input;  /* path of an array; NULL: seeded values */
    const char *golden; /* path of the expected output; NULL: what the interpreter computes */
    int threads;        /* of the run */
    BuildOptions build;
} CheckRequest;

typedef struct Check {
    const Work *work;
    CheckRequest request;
    Model model;
    Unit unit;    /* through the whole pipeline */
    Graph *plain; /* as described, outputs selected */
    ParamSource *source;
    const float *input;
    CheckedValue *values; /* one for each layer of the module */
    float **outputs;      /* of the run */
    Product *product;
} Check;

/* An output of the run, beside what it should be. */
typedef struct CheckedOutput {
    const char *name;
    Difference found;
    int same_top; /* 1 or 0; -1 when there are no classes */
    bool good;
} CheckedOutput;

/* ---- check_steps.c: one after the other ---- */
/* The graph of MODEL through the whole pipeline, and a copy of it as described. */
ExitCode check_prepare(Check *check, const UnitRequest *request);
/* Reads input and weights, interprets, builds, runs, and compares each layer. */
ExitCode check_load(Check *check);
/* Compares the outputs of the run; NULL after a diagnostic. */
CheckedOutput *check_outputs(Check *check);
/* Whether all values and outputs are what they should be. */
bool check_good(const Check *check, const CheckedOutput *outputs);

/* ---- check_json.c ---- */
/* What xnc check --json prints; the arena releases it. */
json_t *check_json(const Check *check, const CheckedOutput *outputs);

/* ---- check.c ---- */
/* Interprets the planned graph and keeps what the layers will be compared with. */
bool check_expect(Check *check);
/* Interprets the graph as described, copies its outputs into the check's arena and notes the
 * drift of each value. False after a diagnostic. */
bool check_interpret_described(Check *check, float **outputs);
/* Runs the product and compares after each layer. */
bool check_run(Check *check);
/* Layers that were compared and differ, or that nothing was known about. */
int check_wrong_values(const Check *check);

#endif
