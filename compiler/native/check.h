/* check.h - the parts of xnc check: each value of a run against the interpreter.
 *
 * Two comparisons: each layer's result against the interpreter on the planned graph, which must
 * agree bit for bit; and the outputs against the graph as described or a golden file, which agree
 * within a tolerance, as folding and fusing round differently. Beside them, for other precisions
 * than f32: in how many images the answer is that of f32.
 */
#ifndef XNC_COMPILER_CHECK_H
#define XNC_COMPILER_CHECK_H

#include "batches.h"
#include "compare.h"
#include "json_out.h"
#include "product.h"
#include "unit.h"

/* What one layer wrote, beside what it should have written. */
typedef struct CheckedValue {
    const Layer *layer;
    const Node *node;      /* of the planned graph; NULL: there is none of this name */
    const float *expected; /* NCHW or NC, dense; NULL until interpreted, and where that never is */
    Shape shape;           /* of expected */
    bool seen;             /* compared: the layer ran and has as many elements as expected */
    Difference found;      /* meaningful when seen */
    const Node *origin;    /* described node with the same result but for rounding; NULL: none */
    Difference drift; /* of expected from the origin's result, once both graphs are interpreted;
                         until then, and without an origin, count is 0 */
} CheckedValue;

/* What a check is asked for. */
typedef struct CheckRequest {
    const char *input;  /* path of an array; NULL: the first of the images, or seeded values */
    const char *golden; /* path of the expected output; NULL: what the interpreter computes */
    int threads;        /* of the run */
    BuildOptions build;
} CheckRequest;

/* How far a precision is from f32 on images, both as compiled code. */
typedef struct Agreement {
    int64_t images; /* 0: none were compared */
    int64_t same;   /* whose class is that of f32 */
    double moved;   /* of the outputs, as moved_part() tells */
} Agreement;

typedef struct Check {
    const Work *work;
    CheckRequest request;
    Model model;
    Unit unit;            /* through the whole pipeline */
    Graph *described;     /* before any pass */
    Graph *plain;         /* as described, outputs selected: after the pass select_features */
    Batches *images;      /* for check_agree(), or to check with; set by the caller, NULL: none */
    ParamSource *source;  /* set by check_load(), like all that follows */
    const float *input;   /* NCHW, dense */
    CheckedValue *values; /* one for each layer of the module, in its order */
    Map *by_name;         /* from a layer's name to its value */
    float **outputs;      /* of the run, dense; one for each output */
    Product *product;
    Unit unit_f32;        /* set by check_load_f32(), like what follows */
    Product *product_f32; /* NULL: not loaded */
    Agreement agreement;  /* set by check_agree() */
} Check;

/* An output of the run, beside what it should be. */
typedef struct CheckedOutput {
    const char *name;
    Difference found;
    int64_t images;   /* whose classes were compared; 0: there are no classes */
    int64_t same_top; /* images whose largest class is equal */
    bool good;        /* within the tolerance, and the largest class not another */
} CheckedOutput;

/* ---- check_steps.c: called in this order ---- */
/* The graph of MODEL through the whole pipeline, and a copy of it as described. */
ExitCode check_prepare(Check *check, const UnitRequest *request);
/* Reads input and weights, interprets, builds, runs, and compares each layer. EXIT_DONE also when
 * values differ: check_good() tells. */
ExitCode check_load(Check *check);
/* Compares the outputs of the run; NULL after a diagnostic. */
CheckedOutput *check_outputs(Check *check);
/* How much of its spread an output may differ by; infinite where that is not bounded. */
double check_tolerance(const Graph *graph);
/* Whether all values and outputs are what they should be. */
bool check_good(const Check *check, const CheckedOutput *outputs);

/* ---- check_in_f32.c ---- */
/* The class that an image is said to be of, by so many scores. A network with one output tells
 * class 1 from class 0: its output is a probability already where nothing makes one of it. */
int64_t class_answered(const Graph *graph, const float *scores, int64_t count);
/* Whether the network is in f32, with weights of f32. */
bool check_is_f32(const Check *check);
/* Takes the network through the whole pipeline in f32, for the same target, and loads it, with as
 * many threads. False after a diagnostic. */
bool check_load_f32(Check *check);
/* Runs both networks, which are loaded, on the images; their one output is scores of classes.
 * EXIT_DONE or why not, after a diagnostic, also about a picture that cannot be read. */
ExitCode check_agree(Check *check);

/* ---- check_json.c ---- */
/* What xnc check --json prints; the arena releases it. */
json_t *check_json(const Check *check, const CheckedOutput *outputs);

/* ---- check.c ---- */
/* Interprets the planned graph and keeps each result that a layer will be compared with: as much
 * memory as all values together. False after a diagnostic. */
bool check_expect(Check *check);
/* Interprets the graph as described, fills outputs, which have room for it, and notes the drift of
 * each value. False after a diagnostic. */
bool check_interpret_described(Check *check, float *const *outputs);
/* Runs the product and compares after each layer. False after a diagnostic. */
bool check_run(Check *check);
/* The type of a product's operands; "" of what is none. */
const char *checked_operands(const CheckedValue *value);
/* How many layers differ, have padding that is not +0, or could not be compared. */
int check_wrong_values(const Check *check);

#endif
