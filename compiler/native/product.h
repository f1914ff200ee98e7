/* product.h - a compiled network: as texts, and loaded into this process.
 *
 *   Unit after all passes   ->   PREFIX.h, PREFIX.c, PREFIX_weights.S   (ProductTexts)
 *                           ->   model.so, model.weights, loaded        (Product)
 *
 * run, check, eval and bench use exactly what a user would link: the emitted C, built by the C
 * compiler, the blob read from a file, and the runtime (linked into the tool).
 */
#ifndef XNC_COMPILER_PRODUCT_H
#define XNC_COMPILER_PRODUCT_H

#include "blob.h"
#include "build.h"
#include "emit.h"
#include "emit_golden.h"
#include "emulated.h"
#include "labels.h"
#include "param_source.h"
#include "pass.h"
#include "xnc.h"

/* A text in the arena of its module: size bytes and a NUL. */
typedef struct EmittedText {
    char *text;
    size_t size;
} EmittedText;

enum { MOST_TARGETS = 16 /* of one compilation: more than the table of targets has */ };

/* The C for one of several targets. */
typedef struct VariantText {
    const char *file;     /* PREFIX_TARGET.c */
    const char *cc_flags; /* of the target, separated by spaces */
    EmittedText source;
} VariantText;

/* What the emitter writes for a network. */
typedef struct ProductTexts {
    const char *prefix;               /* a C identifier: emit_identifier() */
    CCNeed need;                      /* what the C asks of a compiler */
    const char *cc_flags;             /* for PREFIX.c; "" when the variants have the kernels */
    EmittedText header, source, stub; /* PREFIX.h, PREFIX.c, PREFIX_weights.S */
    VariantText variants[MOST_TARGETS];
    int n_variants;                           /* 0: for one target, all in PREFIX.c */
    bool sleef;                               /* the C calls SLEEF */
    EmitOptions options;                      /* that all were emitted with */
    EmittedText golden_header, golden_source; /* PREFIX_golden.h, .c: product_golden_texts() */
} ProductTexts;

/* Emits a network from its units, one for each target, the fastest first. All have passed the whole
 * pipeline and share one blob: equal module_digest(). prefix NULL: the module's name;
 * weights_object: NAME_weights[] is declared; labels: NAME_LABELS[] is written, NULL: not. */
ProductTexts product_texts(const Unit units[], int n_units, const char *prefix, bool weights_object,
                           const Labels *labels);
/* Adds the texts of the golden program of the network, whose module is that of the first unit. */
void product_golden_texts(ProductTexts *texts, const Module *module, const GoldenDigests *digests);
/* A build with the texts and the runtime's headers added to it. NULL after a diagnostic. */
Build *product_build(const Work *work, const ProductTexts *texts, const BuildOptions *options);
/* A BlobSource that reads from source; begins the step "packing the weights" of the progress. */
BlobSource product_blob_source(const Work *work, ParamSource *source);

typedef struct Product {
    const Emulated *emulated; /* what runs the network; NULL: this process does */
    const xnc_model *model;   /* in the loaded library; NULL when emulated, as are the weights */
    const char *compiler;     /* that built it, as it calls itself */
    xnc_weights *weights;
    double open_ms; /* that opening the weights took */
    int threads;    /* of a run: product_set_threads() */
    xnc_pool *pool; /* NULL for one thread */
    void *arena;    /* of xnc_run(), arena_bytes long */
    size_t arena_bytes;
    xnc_exec exec; /* for xnc_run(); the caller may add a profile callback */
} Product;

/* Emits, builds, loads and opens, for one thread; NULL after a diagnostic, also when this CPU lacks
 * features of the target. With a command in options->run_with each run is a program that it runs;
 * then profile callbacks come after the run. Library, weights and pool are released when work's
 * arena ends. */
Product *product_load(const Work *work, const Unit *unit, ParamSource *source,
                      const BuildOptions *options);
/* Reports what the runtime said; always false. */
bool product_complain(Diag *diag, const Product *product, xnc_status status);
/* The exit code when there is none: weights may turn out bad where they are folded. */
ExitCode product_failure(const Diag *diag);
/* Makes pool and arena for so many threads; what was there before goes. False after a diagnostic.
 */
bool product_set_threads(Diag *diag, Product *product, int threads);
/* Runs once. input and outputs[i] have the elements of the model's ports, dense in NCHW or NC.
 * False after a diagnostic. */
bool product_run(Diag *diag, Product *product, const float *input, float *const outputs[]);

#endif
