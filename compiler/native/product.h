/* product.h - a compiled network: as texts, and loaded into this process.
 *
 * run, check and bench use exactly what a user would link: the emitted C, built by the C compiler,
 * the blob read from a file, and the runtime (the tool has its own copy of it inside).
 */
#ifndef XNC_COMPILER_PRODUCT_H
#define XNC_COMPILER_PRODUCT_H

#include "blob.h"
#include "build.h"
#include "emit.h"
#include "param_source.h"
#include "pass.h"
#include "xnc.h"

/* A text in memory. */
typedef struct EmittedText {
    char *text;
    size_t size;
} EmittedText;

enum { MOST_TARGETS = 8 };

/* The C for one of several targets. */
typedef struct VariantText {
    const char *file; /* PREFIX_TARGET.c */
    const char *cc_flags;
    EmittedText source;
} VariantText;

/* What the emitter writes for a network. */
typedef struct ProductTexts {
    const char *prefix;
    const char *cc_flags;             /* for PREFIX.c */
    EmittedText header, source, stub; /* PREFIX.h, PREFIX.c, PREFIX_weights.S */
    VariantText variants[MOST_TARGETS];
    int n_variants; /* 0: for one target, all in PREFIX.c */
    bool sleef;     /* the C calls SLEEF */
} ProductTexts;

/* Of a network's units, one for each target, the fastest first; their blob is the same. prefix
 * NULL: the module's name; weights_object: NAME_weights[] is declared. */
ProductTexts product_texts(const Unit units[], int n_units, const char *prefix,
                           bool weights_object);
/* A build with the texts and the runtime's headers added to it. NULL after a diagnostic. */
Build *product_build(const Work *work, const ProductTexts *texts, const BuildOptions *options);
/* Where blob_write() gets its values; begins a step of the progress. */
BlobSource product_blob_source(const Work *work, ParamSource *source);

typedef struct Product {
    const xnc_model *model;
    const char *compiler; /* that built it, as it calls itself */
    xnc_weights *weights;
    double open_ms; /* that opening the weights took */
    int threads;
    xnc_pool *pool; /* NULL for one thread */
    void *arena;
    size_t arena_bytes;
    xnc_exec exec; /* for xnc_run(); the caller may add a profile callback */
} Product;

/* Emits, builds, loads and opens; NULL after a diagnostic. What it holds goes with the arena. */
Product *product_load(const Work *work, const Unit *unit, ParamSource *source,
                      const BuildOptions *options);
/* Makes pool and arena for so many threads; what was there before goes. False after a diagnostic.
 */
bool product_set_threads(Diag *diag, Product *product, int threads);
/* Runs once; outputs has one pointer for each output. False after a diagnostic. */
bool product_run(Diag *diag, Product *product, const float *input, float *const outputs[]);

#endif
