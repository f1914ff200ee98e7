/* emit_module.c - writes NAME.c from beginning to end: includes, helpers, functions, tables.
 *
 *   Module   ->   banner, includes, #error for missing flags, helpers that are used, kernels, model
 *
 * Everything is static but the one xnc_model, which is constant data: on a CPU without the target's
 * instructions the runtime reads the model's features and returns XNC_E_CPU before any function of
 * the file runs.
 */
#include <inttypes.h>
#include <string.h>

#include "emit_internal.h"

/* Without the target's flags its intrinsics do not compile, nor its types by another compiler:
 * #error names the flags before the compiler's own, less helpful messages. */
static void emit_guard(const Emit *emit) {
    const Target *target = emit->target;
    if (!*target->guard) {
        return;
    }
    const char *compiler = target->compiler ? arena_printf(emit->arena, "%s %d or newer and ",
                                                           target->compiler, target->compiler_from)
                                            : "";
    fprintf(emit->out, "\n#if %s\n#error \"compile this file %s %s%s\"\n#endif\n", target->guard,
            *target->cc_flags ? "with" : "for", compiler,
            *target->cc_flags ? target->cc_flags : target->family);
}

/* text may be NULL. */
static bool has_text(const char *text, const char *part) {
    return text && strstr(text, part) != NULL;
}

static bool uses_bf16(const EmitUses *uses) {
    return uses->stores[ELEMENT_bf16] || uses->ops[KOP_round] || uses->ops[KOP_load_pairs] ||
           uses->ops[KOP_broadcast_pair];
}

static bool uses_int8(const EmitUses *uses) {
    return uses->stores[ELEMENT_u8] || uses->stores[ELEMENT_s8] || uses->ops[KOP_load_quads] ||
           uses->ops[KOP_broadcast_quad] || uses->ops[KOP_broadcast_signed] ||
           uses->ops[KOP_load_bytes];
}

/* The smallest type of elements that is pointed to. */
static Element least_element(const EmitUses *uses) {
    if (uses_int8(uses)) {
        return ELEMENT_u8;
    }
    return uses_bf16(uses) || uses->ops[KOP_load_halves] ? ELEMENT_f16 : ELEMENT_f32;
}

/* xnc_model.h comes before all headers with arithmetic in them: it tells the compiler to keep to
 * what is written. */
static void emit_includes(const Emit *emit, const EmitUses *uses) {
    bool needs_math = uses->infinity && !has_text(emit->target->include, "<math.h>");
    fprintf(emit->out, "#include \"%s.h\"\n\n#include \"xnc_model.h\"\n", emit->options->prefix);
    if (uses_bf16(uses)) {
        fprintf(emit->out, "\n#include \"xnc_bf16.h\"\n");
    }
    if (uses->ops[KOP_load_halves]) {
        fprintf(emit->out, "\n#include \"xnc_half.h\"\n");
    }
    if (uses_int8(uses)) {
        fprintf(emit->out, "\n#include \"xnc_int8.h\"\n");
    }
    emit_guard(emit);
    if (*emit->target->include) {
        fprintf(emit->out, "\n%s\n", emit->target->include);
    }
    if (needs_math) {
        fprintf(emit->out, "%s#include <math.h>\n", *emit->target->include ? "" : "\n");
    }
    if (uses->ops[KOP_exp] || uses->ops[KOP_erf]) {
        fprintf(emit->out, "\n%s\n", emit->target->sleef);
    }
}

/* min_int or max_int: kernel IR's min(a, b) on ints; sign compares a with b. */
static void emit_int_helper(const Emit *emit, const char *name, char sign) {
    fprintf(emit->out,
            "\nstatic %s %s(%s a, %s b) {\n"
            "    return a %c b ? a : b;\n"
            "}\n",
            emit->int_type, name, emit->int_type, emit->int_type, sign);
}

/* Only what the kernels call: compilers warn about unused static functions. */
static void emit_helpers(Emit *emit, const EmitUses *uses) {
    if (uses->min_int) {
        emit_int_helper(emit, "min_int", '<');
    }
    if (uses->max_int) {
        emit_int_helper(emit, "max_int", '>');
    }
    if (uses->store_first && *emit->target->first_lanes) {
        fprintf(emit->out, "\n%s", emit->target->first_lanes);
    }
    for (int op = 0; op < KOP_COUNT; op++) {
        if (uses->ops[op] && emit->target->helper[op]) {
            fprintf(emit->out, "\n%s", emit->target->helper[op]);
        }
    }
    for (int element = 0; element < ELEMENT_COUNT; element++) {
        if (uses->stores[element] && emit->target->store_as_helper[element]) {
            fprintf(emit->out, "\n%s", emit->target->store_as_helper[element]);
        }
    }
    if (uses->matrix) {
        fprintf(emit->out, "\n%s", emit->target->matrix);
    }
    if (emit->module->zeros_floats > 0) {
        fputc('\n', emit->out);
        emit_comment(emit, 0, "What taps outside the image read.");
        fprintf(emit->out, "static _Alignas(64) const float zeros[%" PRId64 "];\n",
                emit->module->zeros_floats);
    }
    emit_composed(emit, uses);
}

static bool is_large(const Port *port) {
    return shape_elements(&port->shape) > INT32_MAX;
}

/* C type of all sizes and indexes. They count elements of one buffer (arena, port, weights), so an
 * int is wide enough unless a buffer has more than INT32_MAX of the smallest that the module has.
 * The arena of one thread is enough to look at: each task gets a pointer to its own scratch and
 * indexes from there. */
static const char *int_type(const Module *module, const EmitUses *uses) {
    int64_t bytes = element_bytes(least_element(uses));
    bool large = module_arena_bytes(module, 1) / bytes > INT32_MAX || is_large(&module->input) ||
                 module->weights_bytes / bytes > INT32_MAX;
    for (int i = 0; i < module->n_outputs; i++) {
        large |= is_large(&module->outputs[i]);
    }
    return large ? "int64_t" : "int";
}

/* A variant's file is NAME_TARGET.c, and the banner takes the part behind the prefix. */
void emit_source(FILE *out, const Module *module, const EmitOptions *options) {
    Emit emit = {.arena = module->arena, .out = out, .module = module, .options = options};
    emit.target = target_by_name(module->target);
    if (!emit.target || module->n_outputs == 0 || module->stage != KSTAGE_UNROLLED) {
        internal_error("emit_source", "module %s is not ready to be emitted", module->name);
    }
    EmitUses uses = emit_uses(module);
    emit.int_type = int_type(module, &uses);
    emit.names = map_by_address(emit.arena);
    const char *name = emit_variant_name(module, options);
    emit_banner(&emit, arena_printf(emit.arena, "%s.c", name + strlen(options->prefix)),
                arena_printf(emit.arena, "the kernels and layers of %s in C for %s.", module->name,
                             emit.target->line));
    emit_includes(&emit, &uses);
    emit_helpers(&emit, &uses);
    for (int i = 0; i < module->n_functions; i++) {
        emit_function(&emit, module->functions[i]);
    }
    emit_tables(&emit);
}

void emit_chooser(FILE *out, const Module *module, const EmitOptions *options) {
    Emit emit = {.arena = module->arena, .out = out, .module = module, .options = options};
    emit_banner(&emit, ".c",
                arena_printf(emit.arena,
                             "%s for several targets: the runtime runs the code for the fastest "
                             "whose instructions the CPU has.",
                             module->name));
    fprintf(out, "#include \"%s.h\"\n\n#include \"xnc_model.h\"\n", options->prefix);
    emit_chooser_tables(&emit);
}
