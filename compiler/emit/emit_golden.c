/* emit_golden.c - writes NAME_golden.c, a table and two short functions around it, and its header.
 *
 *   layer "conv1" of the module, digests   ->   {"conv1", 1, 32, 22201, 32,
 *                                                {0x1b0f49a4fe7e2c3f, 0x...}},
 *
 * What compares is the runtime's (runtime/golden.c), so that the text holds what belongs to this
 * network and nothing else.
 */
#include "emit_golden.h"

#include <inttypes.h>
#include <string.h>

#include "emit_internal.h"

/* Input and outputs stand behind the arena (xnc_golden_bytes()). */
static int64_t buffer_bytes(const Module *module) {
    int64_t floats = shape_elements(&module->input.shape);
    for (int i = 0; i < module->n_outputs; i++) {
        floats += shape_elements(&module->outputs[i].shape);
    }
    return floats * (int64_t)sizeof(float);
}

void emit_golden_header(FILE *out, const Module *module, const EmitOptions *options) {
    Emit emit = {.arena = module->arena, .out = out, .module = module, .options = options};
    const char *prefix = options->prefix, *upper = emit_upper(emit.arena, prefix);
    emit_banner(&emit, "_golden.h",
                arena_printf(emit.arena,
                             "compares what a build of %s computes with digests of "
                             "what the interpreter computed.",
                             module->name));
    fprintf(out, "#ifndef %s_GOLDEN_H\n#define %s_GOLDEN_H\n\n", upper, upper);
    fprintf(out, "#include \"%s.h\"\n\n#include \"xnc_golden.h\"\n\n", prefix);
    emit_comment(&emit, 0,
                 "Bytes of memory for a run in so many threads: arena, input and outputs.");
    emit_long_macro(&emit, arena_printf(emit.arena, "%s_GOLDEN_BYTES(threads)", upper),
                    arena_printf(emit.arena, "(%s_ARENA_BYTES(threads) + INT64_C(%" PRId64 "))",
                                 upper, buffer_bytes(module)));
    fputs("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n", out);
    emit_comment(&emit, 0,
                 "Runs the network on each input of the table and compares outputs, and layers "
                 "where the runtime was compiled with XNC_PROFILE: xnc_golden_run() of "
                 "xnc_golden.h says what is needed and what comes back.");
    fprintf(out, "xnc_status %s_golden_run(const xnc_weights *weights, const xnc_exec *exec,\n",
            prefix);
    int column = (int)strlen("xnc_status _golden_run(") + (int)strlen(prefix);
    fprintf(out, "%*svoid *arena, size_t bytes, xnc_golden_report *report,\n", column, "");
    fprintf(out, "%*svoid *context);\n", column, "");
    fputs("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n", out);
}

/* An embedded input as the bits of its elements: every float is kept, NaN too. */
static void emit_bits(const Emit *emit, int index, const float *values) {
    enum { IN_A_LINE = 8 };
    int64_t count = shape_elements(&emit->module->input.shape);
    fprintf(emit->out, "\nstatic const uint32_t input_%d[] = {", index);
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        fprintf(emit->out, "%s0x%08" PRIx32 ",", i % IN_A_LINE ? " " : "\n    ", bits);
    }
    fputs("\n};\n", emit->out);
}

static void emit_inputs(const Emit *emit, const GoldenDigests *digests) {
    for (int i = 0; i < digests->n_inputs; i++) {
        if (!digests->inputs[i].maker) {
            emit_bits(emit, i, digests->inputs[i].values);
        }
    }
    fputc('\n', emit->out);
    emit_line(emit, 0, "static const xnc_golden_input inputs[] = {");
    for (int i = 0; i < digests->n_inputs; i++) {
        const GoldenInput *input = &digests->inputs[i];
        if (input->maker) {
            emit_linef(emit, 1, "{.name = \"%s\", .make = %s},", input->name, input->maker);
        } else {
            emit_linef(emit, 1, "{.name = \"%s\", .bits = input_%d},", input->name, i);
        }
    }
    emit_line(emit, 0, "};");
}

/* One row of two lines: every layer computes all images of the batch. */
static void emit_value(const Emit *emit, const Layer *layer, const uint64_t *digests, int count) {
    int64_t images = emit->module->input.shape.dim[0];
    fprintf(emit->out,
            "    {\"%s\", %" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 ",\n     {",
            layer->name, images, layer->out_channels, layer->out_pixels / images, layer->out_pitch,
            element_bytes(layer->out_element));
    for (int i = 0; i < count; i++) {
        fprintf(emit->out, "%s0x%016" PRIx64, i ? ", " : "", digests[i]);
    }
    fputs("}},\n", emit->out);
}

static void emit_values(const Emit *emit, const GoldenDigests *digests) {
    fputc('\n', emit->out);
    emit_comment(emit, 0,
                 "What each layer writes: images, channels, pixels of an image, elements from one "
                 "pixel to the next in the arena, bytes of one; and its digest for each input.");
    emit_line(emit, 0, "static const xnc_golden_value values[] = {");
    for (int i = 0; i < emit->module->n_layers; i++) {
        emit_value(emit, &emit->module->layers[i], digests->of_layers + i * digests->n_inputs,
                   digests->n_inputs);
    }
    emit_line(emit, 0, "};");
}

static void emit_golden_table(const Emit *emit, const GoldenDigests *digests) {
    fputc('\n', emit->out);
    emit_line(emit, 0, "static const xnc_golden golden = {");
    emit_linef(emit, 1, ".model = &%s_model,", emit->options->prefix);
    emit_line(emit, 1, ".compiler = XNC_GOLDEN_COMPILER,");
    emit_line(emit, 1, ".inputs = inputs,");
    emit_line(emit, 1, ".n_inputs = sizeof inputs / sizeof *inputs,");
    emit_line(emit, 1, ".values = values,");
    emit_line(emit, 1, ".n_values = sizeof values / sizeof *values,");
    emit_linef(emit, 1, ".weights = 0x%016" PRIx64 ",", digests->weights);
    emit_line(emit, 0, "};");
}

static void emit_two_ways_in(const Emit *emit) {
    const char *prefix = emit->options->prefix;
    const char *blob =
        emit->options->weights_object ? arena_printf(emit->arena, "%s_weights", prefix) : "NULL";
    fputc('\n', emit->out);
    emit_linef(emit, 0,
               "xnc_status %s_golden_run(const xnc_weights *weights, const xnc_exec *exec, "
               "void *arena, size_t bytes, xnc_golden_report *report, void *context) {",
               prefix);
    emit_line(emit, 1,
              "return xnc_golden_run(&golden, weights, exec, arena, bytes, report, context);");
    fputs("}\n\n#ifndef XNC_GOLDEN_NO_MAIN\n", emit->out);
    emit_line(emit, 0, "int main(int argc, char **argv) {");
    emit_linef(emit, 1, "return xnc_golden_main(&golden, \"%s.weights\", %s, argc, argv);", prefix,
               blob);
    fputs("}\n#endif\n", emit->out);
}

/* Built like any other file of the product; the lines of commands are for who opens it. */
void emit_golden_source(FILE *out, const Module *module, const EmitOptions *options,
                        const GoldenDigests *digests) {
    Emit emit = {.arena = module->arena, .out = out, .module = module, .options = options};
    const char *prefix = options->prefix;
    emit_banner(
        &emit, "_golden.c",
        arena_printf(emit.arena, "proves a build of %s right, layer by layer.", module->name));
    fprintf(out, "#include \"%s_golden.h\"\n\n", prefix);
    emit_comment(&emit, 0,
                 arena_printf(emit.arena,
                              "A program: %s_golden [WEIGHTS [THREADS [REPEATS]]], linked with the "
                              "network and the runtime. It compares outputs, and each layer where "
                              "the runtime is compiled with -DXNC_PROFILE. With "
                              "-DXNC_GOLDEN_NO_MAIN it is %s_golden_run() alone, for another "
                              "program. xnc_golden.h says how a digest is taken.",
                              prefix, prefix));
    emit_inputs(&emit, digests);
    emit_values(&emit, digests);
    emit_golden_table(&emit, digests);
    emit_two_ways_in(&emit);
}
