/* emit.h - the module as C: what a user of the compiler reads, builds and links.
 *
 *   emit_header   NAME.h   the model and its sizes, for the user's program
 *   emit_source   NAME.c   the kernels and the table of layers
 *   emit_chooser  NAME.c   of a model for several targets, whose sources are NAME_TARGET.c
 *   emit_stub     NAME_weights.S   places NAME.weights in an object file
 *
 * NAME is the prefix. The text depends on the module and these options alone, so it is the same on
 * every machine and every day.
 */
#ifndef XNC_COMPILER_EMIT_H
#define XNC_COMPILER_EMIT_H

#include <stdint.h>
#include <stdio.h>

#include "kernel.h"
#include "target.h"

typedef struct EmitOptions {
    const char *prefix;  /* of every symbol, macro and file; a C identifier */
    const char *version; /* of the compiler */
    uint64_t digest;     /* module_digest() */
    bool weights_object; /* declare NAME_weights[] */
    /* For several targets, whose blob is the same: all modules, the fastest first. */
    const Module *const *variants;
    int n_variants; /* 0: one target */
} EmitOptions;

/* The module is at KSTAGE_UNROLLED and has its ports; whether it was lowered just now or parsed
 * from a text makes no difference. One that does not hold verify_module()'s invariants is an
 * internal error.
 */
void emit_header(FILE *out, const Module *module, const EmitOptions *options);
void emit_source(FILE *out, const Module *module, const EmitOptions *options);
/* module is the first of the variants. */
void emit_chooser(FILE *out, const Module *module, const EmitOptions *options);
void emit_stub(FILE *out, const EmitOptions *options);

/* A name as a prefix of symbols, macros and files that nobody else has (emit_name_taken):
 * "xception41.tf" -> "xception41_tf". */
const char *emit_identifier(Arena *arena, const char *name);
/* Why a name of letters, digits and underscores cannot be such a prefix; NULL when it can. */
const char *emit_name_taken(const char *name);
/* The name of one target's part of a model, of its file and model: "xception41_x86_64_v3". */
const char *emit_variant_name(const Module *module, const EmitOptions *options);
/* Whether the C calls SLEEF, so that linking needs it. */
bool emit_needs_sleef(const Module *module);

#endif
