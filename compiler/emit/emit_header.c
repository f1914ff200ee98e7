/* emit_header.c - writes NAME.h, model and sizes for the user's program, and NAME_weights.S.
 *
 *   input "x" [1,3,299,299]   ->   #define NAME_INPUT_SHAPE { 1, 3, 299, 299 }
 *                                  #define NAME_INPUT_LAYOUT "NCHW"
 *                                  #define NAME_INPUT_ELEMENTS 268203
 *   arena terms               ->   #define NAME_ARENA_BYTES(threads) ...
 *                                  extern const xnc_model NAME_model;
 *
 * Sizes are constant expressions, so that a program may declare static arrays of them. Every name
 * carries the prefix, so headers of several models can be included together, and the text is plain
 * C that C++ compilers accept too.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "emit_internal.h"

enum { BLOB_HEADER_BYTES = 64 /* XNC_BLOB_HEADER of the runtime; a test compares them */ };

const char *emit_upper(Arena *arena, const char *prefix) {
    char *upper = arena_strdup(arena, prefix);
    for (char *at = upper; *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    return upper;
}

const char *emit_variant_name(const Module *module, const EmitOptions *options) {
    if (options->n_variants == 0) {
        return options->prefix;
    }
    return arena_printf(module->arena, "%s_%s", options->prefix,
                        emit_identifier(module->arena, module->target));
}

void emit_banner(const Emit *emit, const char *file, const char *what) {
    const EmitOptions *options = emit->options;
    emit_comment(
        emit, 0,
        arena_printf(emit->arena,
                     "%s%s - %s\n\nWritten by xnc %s from the description of %s. Digest of the "
                     "network: %016" PRIx64 ".\nSPDX-License-Identifier: MIT-0",
                     options->prefix, file, what, options->version, emit->module->name,
                     options->digest));
}

void emit_long_macro(const Emit *emit, const char *head, const char *value) {
    fprintf(emit->out, "#define %-*s\\\n    %s\n", EMIT_COLUMNS - (int)strlen("#define \\"), head,
            value);
}

const char *emit_dimensions(const Emit *emit, const Port *port) {
    const int64_t *dim = port->shape.dim;
    if (port->channels_last) {
        return arena_printf(emit->arena, "%" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64, dim[0],
                            dim[2], dim[3], dim[1]);
    }
    const char *text = "";
    for (int i = 0; i < port->shape.rank; i++) {
        text = arena_printf(emit->arena, "%s%s%" PRId64, text, i ? ", " : "", dim[i]);
    }
    return text;
}

/* NAME_INPUT_SHAPE as an initializer, NAME_INPUT_LAYOUT as a string and NAME_INPUT_ELEMENTS as a
 * number. */
static void emit_shape(const Emit *emit, const char *upper, const char *what, const Port *port) {
    const char *layout = port->shape.rank == 2 ? "NC" : port->channels_last ? "NHWC" : "NCHW";
    emit_long_macro(emit, arena_printf(emit->arena, "%s_%s_SHAPE", upper, what),
                    arena_printf(emit->arena, "{ %s }", emit_dimensions(emit, port)));
    fprintf(emit->out, "#define %s_%s_LAYOUT \"%s\"\n", upper, what, layout);
    fprintf(emit->out, "#define %s_%s_ELEMENTS %" PRId64 "\n", upper, what,
            shape_elements(&port->shape));
}

/* "(base + INT64_C(per_thread) * (threads))", or "INT64_C(base)" when threads need nothing. The
 * macro's argument is an int: the product is taken in 64 bits. */
static const char *term_text(const Emit *emit, const ArenaTerm *term) {
    if (term->per_thread == 0) {
        return arena_printf(emit->arena, "INT64_C(%" PRId64 ")", term->base);
    }
    return arena_printf(emit->arena, "(%" PRId64 " + INT64_C(%" PRId64 ") * (threads))", term->base,
                        term->per_thread);
}

/* NAME_ARENA_BYTES(threads) = the largest of all terms. The maximum is built up over one macro per
 * term: ARENA_0 is the first term, ARENA_1 the larger of ARENA_0 and the second; the last one has
 * the public name. */
static void emit_arena_macro(const Emit *emit, const char *upper) {
    ArenaTerm *terms;
    Arena *arena = emit->arena;
    const EmitOptions *options = emit->options;
    int count = options->n_variants > 0
                    ? modules_arena_terms(options->variants, options->n_variants, &terms)
                    : modules_arena_terms(&emit->module, 1, &terms);
    emit_comment(emit, 0, "Bytes of the arena for a run in so many threads.");
    if (count > 1) {
        fprintf(emit->out, "#define %s_LARGER(a, b) ((a) > (b) ? (a) : (b))\n", upper);
    }
    for (int i = 0; i < count; i++) {
        const char *name = i + 1 == count ? arena_printf(arena, "%s_ARENA_BYTES", upper)
                                          : arena_printf(arena, "%s_ARENA_%d", upper, i);
        const char *term = term_text(emit, &terms[i]);
        if (i == 0) {
            fprintf(emit->out, "#define %s(threads) %s\n", name, term);
        } else {
            emit_long_macro(emit, arena_printf(arena, "%s(threads)", name),
                            arena_printf(arena, "%s_LARGER(%s_ARENA_%d(threads), %s)", upper, upper,
                                         i - 1, term));
        }
    }
}

/* Multiply-adds of one run: the sum over the layer table. */
static int64_t total_macs(const Module *module) {
    int64_t macs = 0;
    for (int i = 0; i < module->n_layers; i++) {
        macs += module->layers[i].macs;
    }
    return macs;
}

static void emit_sizes(const Emit *emit, const char *upper) {
    const Module *module = emit->module;
    const Shape *first = &module->outputs[0].shape;
    emit_comment(emit, 0, "Dimensions in the order that the layout says; all elements are float.");
    emit_shape(emit, upper, "INPUT", &module->input);
    for (int i = 0; i < module->n_outputs; i++) {
        emit_shape(emit, upper, arena_printf(emit->arena, "OUTPUT_%d", i), &module->outputs[i]);
    }
    fprintf(emit->out, "#define %s_OUTPUTS %d\n", upper, module->n_outputs);
    if (first->rank == 2) {
        fprintf(emit->out, "#define %s_CLASSES %" PRId64 "\n", upper, first->dim[1]);
    }
    fputc('\n', emit->out);
    emit_comment(emit, 0, "Multiply-adds of one run, and bytes of its weights.");
    fprintf(emit->out, "#define %s_MACS INT64_C(%" PRId64 ")\n", upper, total_macs(module));
    fprintf(emit->out, "#define %s_WEIGHTS_BYTES INT64_C(%" PRId64 ")\n\n", upper,
            module->weights_bytes + BLOB_HEADER_BYTES);
    emit_arena_macro(emit, upper);
}

static void emit_variant_declarations(const Emit *emit) {
    const EmitOptions *options = emit->options;
    fputc('\n', emit->out);
    emit_comment(emit, 0,
                 "Its code for each target. The runtime runs the fastest that the CPU has the "
                 "features for; each may also be run by its own name, with the same weights.");
    for (int i = 0; i < options->n_variants; i++) {
        fprintf(emit->out, "extern const xnc_model %s_model;\n",
                emit_variant_name(options->variants[i], options));
    }
}

static void emit_declarations(const Emit *emit) {
    const char *prefix = emit->options->prefix;
    fputs("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n", emit->out);
    fprintf(emit->out, "extern const xnc_model %s_model;\n", prefix);
    if (emit->options->n_variants > 0) {
        emit_variant_declarations(emit);
    }
    if (emit->options->weights_object) {
        emit_comment(emit, 0, "The weights in the program, for xnc_weights_attach().");
        fprintf(emit->out, "extern const unsigned char %s_weights[];\n", prefix);
    }
    fputs("\n#ifdef __cplusplus\n}\n#endif\n", emit->out);
}

/* "x86-64-v4, x86-64-v3 and scalar" */
static const char *target_names(const Module *module, const EmitOptions *options) {
    const char *names = options->n_variants > 0 ? options->variants[0]->target : module->target;
    for (int i = 1; i < options->n_variants; i++) {
        names = arena_printf(module->arena, "%s%s%s", names,
                             i + 1 == options->n_variants ? " and " : ", ",
                             options->variants[i]->target);
    }
    return names;
}

void emit_header(FILE *out, const Module *module, const EmitOptions *options) {
    Emit emit = {.arena = module->arena, .out = out, .module = module, .options = options};
    const char *upper = emit_upper(emit.arena, options->prefix);
    emit_banner(&emit, ".h",
                arena_printf(emit.arena, "the network %s, compiled for %s.", module->name,
                             target_names(module, options)));
    fprintf(out, "#ifndef %s_H\n#define %s_H\n\n#include \"xnc.h\"\n\n", upper, upper);
    emit_sizes(&emit, upper);
    if (options->labels) {
        emit_labels(&emit, upper);
    }
    emit_declarations(&emit);
    fputs("\n#endif\n", out);
}

void emit_stub(FILE *out, const EmitOptions *options) {
    const char *prefix = options->prefix;
    fprintf(out,
            "/* %s_weights.S - places %s.weights in the program as %s_weights[].\n"
            " * SPDX-License-Identifier: MIT-0\n */\n",
            prefix, prefix, prefix);
    fprintf(out,
            "    .section .rodata\n"
            "    .balign 64\n"
            "    .globl %s_weights\n"
            "    .type %s_weights, %%object\n"
            "%s_weights:\n"
            "    .incbin \"%s.weights\"\n"
            "    .size %s_weights, . - %s_weights\n"
            "    .section .note.GNU-stack, \"\", %%progbits\n",
            prefix, prefix, prefix, prefix, prefix, prefix);
}
