/* emit.h - writes a module as C: the files that a user of the compiler reads, builds and links.
 *
 *   emit_header   NAME.h   the model and its sizes, for the user's program
 *   emit_source   NAME.c   the kernels and the table of layers
 *   emit_chooser  NAME.c   of a model for several targets, whose sources are NAME_TARGET.c
 *   emit_stub     NAME_weights.S   places NAME.weights in an object file
 *
 * NAME is the prefix. The text depends on the module and these options alone: no time, path, locale
 * or machine enters it, so two compilations of one model are equal byte for byte.
 *
 * All functions write to a stream and leave its errors in it; the caller checks ferror(). Memory
 * for pieces of text comes from the module's arena.
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
    uint64_t packing;    /* module_packing() */
    bool weights_object; /* declare NAME_weights[] */
    /* What is shown for each class, UTF-8, "" where there is nothing; NULL: NAME_LABELS is not
     * written. */
    const char *const *labels;
    int64_t n_labels;
    /* Several targets that share one blob: a module for each, the fastest target first. */
    const Module *const *variants;
    int n_variants; /* 0: one target, whose file is NAME.c; else each is NAME_TARGET.c */
} EmitOptions;

/* The module is at KSTAGE_UNROLLED, holds verify_module()'s invariants and has its ports; whether
 * lowering made it or a text was parsed makes no difference. Otherwise: an internal error.
 */
void emit_header(FILE *out, const Module *module, const EmitOptions *options);
void emit_source(FILE *out, const Module *module, const EmitOptions *options);
/* NAME.c of several targets: a model without kernels, whose table points to the variants' models.
 * module is the first of the variants. */
void emit_chooser(FILE *out, const Module *module, const EmitOptions *options);
/* Assembly for GNU as: .incbin of NAME.weights, found in the assembler's working directory or -I
 * paths, at a 64-byte boundary. */
void emit_stub(FILE *out, const EmitOptions *options);

/* A name as a prefix of symbols, macros and files that nobody else has (emit_name_taken):
 * "xception41.tf" -> "xception41_tf". */
const char *emit_identifier(Arena *arena, const char *name);
/* Why a name of letters, digits and underscores cannot be such a prefix; NULL when it can. */
const char *emit_name_taken(const char *name);
/* The name of one target's file and xnc_model: "xception41_x86_64_v3"; the prefix alone when there
 * is one target. */
const char *emit_variant_name(const Module *module, const EmitOptions *options);
/* Whether the C calls exp or erf of SLEEF, so that it must be linked with libsleef. */
bool emit_needs_sleef(const Module *module);

#endif
