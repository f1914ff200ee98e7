/* emit.c - NAME.c from beginning to end: includes, helpers, functions, tables.
 *
 *   Module   ->   banner, what the compiler must be told, helpers that are used, kernels, the model
 *
 * The model itself is data, so a program on a machine without the target's instructions gets an
 * error from the runtime before any of the functions here runs.
 */
#include <inttypes.h>
#include <string.h>

#include "emit_internal.h"

/* Without the target's flags nothing below would compile, so the first message says why. */
static void emit_guard(const Emit *emit) {
    if (*emit->target->guard) {
        fprintf(emit->out, "\n#if %s\n#error \"compile this file with %s\"\n#endif\n",
                emit->target->guard, emit->target->cc_flags);
    }
}

static bool has_text(const char *text, const char *part) {
    return text && strstr(text, part) != NULL;
}

static void emit_includes(const Emit *emit, const EmitUses *uses) {
    fprintf(emit->out, "#include \"%s.h\"\n\n", emit->options->prefix);
    if (*emit->target->include) {
        fprintf(emit->out, "%s\n", emit->target->include);
    }
    if (uses->infinity && !has_text(emit->target->include, "<math.h>")) {
        fputs("#include <math.h>\n", emit->out);
    }
    fputs("\n#include \"xnc_model.h\"\n", emit->out);
    if (uses->ops[KOP_exp] || uses->ops[KOP_erf]) {
        fprintf(emit->out, "\n%s\n", emit->target->sleef);
    }
    emit_guard(emit);
}

static void emit_int_helper(const Emit *emit, const char *name, char sign) {
    fprintf(emit->out,
            "\nstatic %s %s(%s a, %s b) {\n"
            "    return a %c b ? a : b;\n"
            "}\n",
            emit->int_type, name, emit->int_type, emit->int_type, sign);
}

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

/* An int holds every index, unless a buffer has more floats than an int can count. */
static const char *int_type(const Module *module) {
    int64_t floats = module_arena_bytes(module, 1) / (int64_t)sizeof(float);
    bool large = floats > INT32_MAX || is_large(&module->input) ||
                 module->weights_bytes / (int64_t)sizeof(float) > INT32_MAX;
    for (int i = 0; i < module->n_outputs; i++) {
        large |= is_large(&module->outputs[i]);
    }
    return large ? "int64_t" : "int";
}

void emit_source(FILE *out, const Module *module, const EmitOptions *options) {
    Emit emit = {.arena = module->arena, .out = out, .module = module, .options = options};
    emit.target = target_by_name(module->target);
    if (!emit.target || module->n_outputs == 0 || module->stage != KSTAGE_UNROLLED) {
        internal_error("emit_source", "module %s is not ready to be emitted", module->name);
    }
    emit.int_type = int_type(module);
    emit.names = map_by_address(emit.arena);
    EmitUses uses = emit_uses(module);
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
