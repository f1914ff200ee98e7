/* emit_table.c - writes the tables that the runtime walks: outputs, layers, arena, the model.
 *
 *   layer "conv1" ... in input out arena 0   ->   { .name = "conv1", .in = XNC_AT_INPUT, ... }
 *
 * The structures are those of runtime/xnc_model.h. Each field is on a line of its own, with its
 * name, so that a row reads without the structure beside it, and a field left out is 0 or NULL.
 */
#include <inttypes.h>
#include <string.h>

#include "decimal.h"
#include "emit_internal.h"

/* Where the runtime finds an operand: bytes in the arena, or one of the negative numbers of
 * xnc_model.h for the caller's buffers. */
static const char *place_text(const Emit *emit, const Place *place) {
    switch (place->space) {
    case SPACE_ARENA:
        return arena_printf(emit->arena, "%" PRId64, place->at);
    case SPACE_INPUT:
        return "XNC_AT_INPUT";
    case SPACE_OUTPUT:
        return arena_printf(emit->arena, "XNC_AT_OUTPUT(%" PRId64 ")", place->at);
    default:
        return "XNC_AT_NOTHING";
    }
}

/* Byte offsets in the blob's content for w0, w1, ... of a kernel; -1 for those not in use. The
 * slots of quantized products are written where some are: what C leaves out is 0, which nobody
 * reads. */
static const char *weights_text(const Emit *emit, const Layer *layer) {
    const char *text = "";
    int slots = layer->n_weights > SLOT_START ? layer->n_weights : SLOT_START;
    for (int i = 0; i < slots; i++) {
        text = arena_printf(emit->arena, "%s%s%" PRId64, text, i ? ", " : "",
                            i < layer->n_weights ? layer->weights[i] : -1);
    }
    return text;
}

/* One row of the table. Fields of scratch are left out where there is none. */
static void emit_layer(const Emit *emit, const Layer *layer) {
    emit_line(emit, 1, "{");
    emit_linef(emit, 2, ".name = \"%s\",", layer->name);
    emit_linef(emit, 2, ".op = \"%s\",", op_info(layer->op)->name);
    emit_linef(emit, 2, ".line = %d,", layer->line);
    emit_linef(emit, 2, ".kernel = %s,", layer->kernel);
    emit_linef(emit, 2, ".in = %s,", place_text(emit, &layer->in));
    emit_linef(emit, 2, ".residual = %s,", place_text(emit, &layer->residual));
    emit_linef(emit, 2, ".out = %s,", place_text(emit, &layer->out));
    emit_linef(emit, 2, ".weights = {%s},", weights_text(emit, layer));
    if (layer->scratch_bytes > 0) {
        emit_linef(emit, 2, ".scratch_offset = %" PRId64 ",", layer->scratch_offset);
        emit_linef(emit, 2, ".scratch_bytes = %" PRId64 ",", layer->scratch_bytes);
    }
    emit_linef(emit, 2, ".macs = %" PRId64 ",", layer->macs);
    emit_line(emit, 1, "},");
}

static void emit_layers(const Emit *emit) {
    fputc('\n', emit->out);
    emit_comment(emit, 0,
                 "The layers in order of execution, named as in the description, whose line is "
                 "beside them. Places are bytes in the arena; weights are bytes in the blob's "
                 "content.");
    emit_line(emit, 0, "static const xnc_layer layers[] = {");
    for (int i = 0; i < emit->module->n_layers; i++) {
        emit_layer(emit, &emit->module->layers[i]);
    }
    emit_line(emit, 0, "};");
}

/* The terms of module_arena_bytes(): the runtime takes the largest for its number of threads. */
static void emit_arena(const Emit *emit, const Module *const modules[], int n_modules) {
    ArenaTerm *terms;
    int count = modules_arena_terms(modules, n_modules, &terms);
    fputc('\n', emit->out);
    emit_comment(emit, 0, "The arena holds the largest of base + threads * per_thread.");
    emit_line(emit, 0, "static const struct xnc_arena_term arena_terms[] = {");
    for (int i = 0; i < count; i++) {
        emit_linef(emit, 1, "{.base = %" PRId64 ", .per_thread = %" PRId64 "},", terms[i].base,
                   terms[i].per_thread);
    }
    emit_line(emit, 0, "};");
}

/* The initializer of an xnc_tensor_info. */
static const char *tensor_text(const Emit *emit, const Port *port) {
    return arena_printf(emit->arena, "{.name = \"%s\", .rank = %d, .shape = {%s}%s}", port->name,
                        port->shape.rank, emit_dimensions(emit, port),
                        port->channels_last ? ", .channels_last = 1" : "");
}

static void emit_outputs(const Emit *emit) {
    const Module *module = emit->module;
    fputc('\n', emit->out);
    emit_line(emit, 0, "static const xnc_tensor_info outputs[] = {");
    for (int i = 0; i < module->n_outputs; i++) {
        emit_linef(emit, 1, "%s,", tensor_text(emit, &module->outputs[i]));
    }
    emit_line(emit, 0, "};");
}

static const char *floats_text(const Emit *emit, const double numbers[4]) {
    const char *text = "";
    for (int i = 0; i < 4; i++) {
        text =
            arena_printf(emit->arena, "%s%s%s", text, i ? ", " : "", emit_number(emit, numbers[i]));
    }
    return text;
}

/* It must be exact: the runtime computes floor(size / crop_pct), where one unit in the last place
 * can be a pixel. */
static const char *double_text(const Emit *emit, double number) {
    char text[DECIMAL_BYTES];
    decimal_put(number, text);
    return arena_printf(emit->arena, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

static void emit_preprocess(const Emit *emit) {
    const Preprocess *preprocess = &emit->module->preprocess;
    emit_line(emit, 1, ".preprocess =");
    emit_line(emit, 2, "{");
    emit_linef(emit, 3, ".height = %" PRId64 ",", preprocess->test_size[0]);
    emit_linef(emit, 3, ".width = %" PRId64 ",", preprocess->test_size[1]);
    emit_linef(emit, 3, ".crop_pct = %s,", double_text(emit, preprocess->crop_pct));
    emit_linef(emit, 3, ".mean = {%s},", floats_text(emit, preprocess->mean));
    emit_linef(emit, 3, ".std = {%s},", floats_text(emit, preprocess->std));
    if (preprocess->interpolation) {
        emit_linef(emit, 3, ".interpolation = \"%s\",", preprocess->interpolation);
    }
    if (preprocess->crop_mode) {
        emit_linef(emit, 3, ".crop_mode = \"%s\",", preprocess->crop_mode);
    }
    if (preprocess->margin > 0) {
        emit_linef(emit, 3, ".margin = %s,", double_text(emit, preprocess->margin));
    }
    if (preprocess->exif) {
        emit_line(emit, 3, ".exif = 1,");
    }
    if (emit->module->input.channels_last) {
        emit_line(emit, 3, ".channels_last = 1,");
    }
    if (preprocess->multiplies) {
        double scale[4], offset[4];
        for (int i = 0; i < 4; i++) {
            scale[i] = preprocess_scale(preprocess, i);
            offset[i] = preprocess_offset(preprocess, i);
        }
        emit_linef(emit, 3, ".scale = {%s},", floats_text(emit, scale));
        emit_linef(emit, 3, ".offset = {%s},", floats_text(emit, offset));
    }
    emit_line(emit, 2, "},");
}

/* Softmax, which is 0, is left out. */
static void emit_scores(const Emit *emit) {
    static const char *const names[] = {NULL, "XNC_SCORES_SIGMOID", "XNC_SCORES_NONE"};
    if (names[emit->module->scores]) {
        emit_linef(emit, 1, ".scores = %s,", names[emit->module->scores]);
    }
}

/* The target's name and the CPU features that its code needs; a module that calls SLEEF may need
 * more of them, and one that another can take the place of those on which it is faster. */
static void emit_target(const Emit *emit) {
    emit_linef(emit, 1, ".target = \"%s\",", emit->target->name);
    const char *faster = emit->options->n_variants > 1 ? emit->target->faster : NULL;
    if (emit_needs_sleef(emit->module) && emit->target->sleef_features) {
        emit_linef(emit, 1, ".features = %s,", emit->target->sleef_features);
    } else {
        const char *built_for = emit->target->built_for;
        emit_linef(emit, 1, ".features = \"%s%s%s\"%s%s,", emit->target->features,
                   faster ? " " : "", faster ? faster : "", built_for ? " " : "",
                   built_for ? built_for : "");
    }
}

/* The table that a model points to: layers, or variants when emit->target is NULL, which marks the
 * model of several targets. */
static void emit_code(const Emit *emit) {
    const char *rows = emit->target ? "layers" : "variants";
    emit_linef(emit, 1, ".%s = %s,", rows, rows);
    emit_linef(emit, 1, ".n_%s = sizeof %s / sizeof *%s,", rows, rows, rows);
}

/* NAME_WEIGHTS_BYTES and NAME_MACS are macros of NAME.h, which all variants include. */
static void emit_model(const Emit *emit, const char *name) {
    const char *upper = emit_upper(emit->arena, emit->options->prefix);
    fputc('\n', emit->out);
    emit_linef(emit, 0, "const xnc_model %s_model = {", name);
    emit_line(emit, 1, ".abi = XNC_ABI,");
    emit_linef(emit, 1, ".name = \"%s\",", emit->module->name);
    emit_linef(emit, 1, ".version = \"%s\",", emit->options->version);
    if (emit->target) {
        emit_target(emit);
    } else {
        emit_line(emit, 1, "/* target and features are those of the variant that runs */");
    }
    emit_linef(emit, 1, ".digest = 0x%016" PRIx64 ",", emit->options->digest);
    emit_linef(emit, 1, ".packing = 0x%016" PRIx64 ",", emit->options->packing);
    emit_linef(emit, 1, ".weights_bytes = %s_WEIGHTS_BYTES,", upper);
    emit_line(emit, 1, ".arena_terms = arena_terms,");
    emit_line(emit, 1, ".n_arena_terms = sizeof arena_terms / sizeof *arena_terms,");
    emit_linef(emit, 1, ".input = %s,", tensor_text(emit, &emit->module->input));
    emit_line(emit, 1, ".outputs = outputs,");
    emit_line(emit, 1, ".n_outputs = sizeof outputs / sizeof *outputs,");
    emit_code(emit);
    emit_linef(emit, 1, ".macs = %s_MACS,", upper);
    emit_preprocess(emit);
    if (emit->module->precision != PRECISION_f32) {
        emit_linef(emit, 1, ".precision = \"%s\",", precision_name(emit->module->precision));
    }
    if (emit->module->weights_type != ELEMENT_f32) {
        const char *name = element_info(emit->module->weights_type)->name;
        emit_linef(emit, 1, ".weights_type = \"%s\",", name);
    }
    emit_scores(emit);
    if (emit->options->labels) {
        emit_linef(emit, 1, ".labels = %s_LABELS,", upper);
    }
    emit_line(emit, 0, "};");
}

void emit_tables(const Emit *emit) {
    emit_layers(emit);
    emit_arena(emit, &emit->module, 1);
    emit_outputs(emit);
    emit_model(emit, emit_variant_name(emit->module, emit->options));
}

/* The arena of several targets is large enough for each variant, as its terms are those of all. */
void emit_chooser_tables(const Emit *emit) {
    const EmitOptions *options = emit->options;
    fputc('\n', emit->out);
    emit_comment(emit, 0, "The fastest first.");
    emit_line(emit, 0, "static const xnc_model *const variants[] = {");
    for (int i = 0; i < options->n_variants; i++) {
        emit_linef(emit, 1, "&%s_model,", emit_variant_name(options->variants[i], options));
    }
    emit_line(emit, 0, "};");
    emit_arena(emit, options->variants, options->n_variants);
    emit_outputs(emit);
    emit_model(emit, options->prefix);
}
