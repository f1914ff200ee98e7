/* emulated.c - objects of a network -> a program -> its runs by an emulator, as if they were here.
 *
 * The layers' values come in one file with the outputs. The profile callback is called afterwards,
 * with a copy of the arena into which each layer's result is put in turn: it sees what it would
 * have seen of this layer during a run here.
 */
#include "emulated.h"

#include <string.h>
#include <unistd.h>

#include "cc.h"
#include "embed.h"
#include "leftover.h"
#include "map_file.h"
#include "process.h"
#include "runtime_files.h"
#include "text_stream.h"

struct Emulated {
    const Work *work;
    const Module *module;
    const Target *target;
    const char *command;                             /* of --run-with */
    const char *program, *weights, *input, *results; /* paths */
};

static int64_t output_bytes(const Module *module, int64_t index) {
    return shape_elements(&module->outputs[index].shape) * (int64_t)sizeof(float);
}

/* Of what a layer writes, its padding included. */
static int64_t layer_bytes(const Module *module, const Layer *layer) {
    return layer->out.space == SPACE_OUTPUT
               ? output_bytes(module, layer->out.at)
               : layer->out_pixels * layer->out_pitch * element_info(layer->out_element)->bytes;
}

/* The file that says which network the harness is for. */
static const char *network_text(Arena *arena, const Module *module, const char *prefix,
                                size_t *size) {
    TextStream *stream = text_stream_open(arena);
    FILE *out = text_stream_file(stream);
    fprintf(out,
            "#include \"%s.h\"\n\n"
            "extern const xnc_model *const xnc_harness_model;\n"
            "extern const size_t xnc_harness_bytes[];\n"
            "const xnc_model *const xnc_harness_model = &%s_model;\n"
            "const size_t xnc_harness_bytes[] = {\n",
            prefix, prefix);
    for (int i = 0; i < module->n_layers; i++) {
        fprintf(out, "    %lld,\n", (long long)layer_bytes(module, &module->layers[i]));
    }
    fputs("};\n", out);
    return text_stream_close(stream, size);
}

/* Network first: it is compiled with its target's flags, which the runtime goes without. */
static bool add_objects(const Work *work, const Module *module, Build *build, const char *prefix,
                        Objects *objects) {
    static const char network[] = "xnc_harness_network.c", harness[] = "xnc_harness.c";
    const EmbeddedFile *source = embedded_file("compiler/native/harness/harness.c");
    size_t size;
    const char *text = network_text(work->arena, module, prefix, &size);
    return objects_add(objects, build_object(build, arena_printf(work->arena, "%s.c", prefix))) &&
           runtime_objects(work->arena, build, "-DXNC_PROFILE -DXNC_EMULATED", objects) &&
           build_add(build, network, text, size) &&
           objects_add(objects, build_object(build, network)) &&
           build_add(build, harness, source->text, source->size) &&
           objects_add(objects, build_object(build, harness));
}

/* A file beside the program. */
static const char *beside(const Work *work, const Build *build, const char *name) {
    const char *path = arena_printf(work->arena, "%s/%s", build_folder(build), name);
    leftover_path(work->arena, path);
    return path;
}

Emulated *emulated_build(const Work *work, const Unit *unit, Build *build, const char *prefix,
                         const char *weights, bool sleef) {
    Emulated *emulated = NEW(work->arena, Emulated);
    Objects objects = {0};
    *emulated = (Emulated){.work = work,
                           .module = unit->module,
                           .target = unit->target,
                           .command = build_run_with(build),
                           .program = beside(work, build, "model"),
                           .weights = weights,
                           .input = beside(work, build, "input"),
                           .results = beside(work, build, "results")};
    progress_step(work->progress, "building %s.c", prefix);
    bool good = add_objects(work, unit->module, build, prefix, &objects) &&
                build_program(build, emulated->program, objects.at, objects.count, sleef);
    return good ? emulated : NULL;
}

static bool complain(const Emulated *emulated, const char *hint, const char *why) {
    return diag_in(emulated->work->diag, DIAG_FILE, emulated->command, NULL, hint, "%s", why);
}

static bool write_input(const Emulated *emulated, const float *input) {
    size_t count = (size_t)shape_elements(&emulated->module->input.shape);
    FILE *file = fopen(emulated->input, "wb");
    bool good = file && fwrite(input, sizeof *input, count, file) == count;
    good = file && fclose(file) == 0 && good;
    return good || complain(emulated, NULL, "the input cannot be written for it");
}

/* What may help where the program itself said that it does not run. */
static const char *hint_for(const Emulated *emulated, Arena *arena) {
    static const char usual[] = "--target=T chooses instructions, options of the emulator its CPU";
    const char *cpu = emulated->target->emulator_cpu;
    return cpu ? arena_printf(arena, "%s; qemu needs -cpu %s for %s", usual, cpu,
                              emulated->target->name)
               : usual;
}

/* The harness prints what failed; without a line it was ended in another way. */
static bool start(const Emulated *emulated, Arena *arena, int threads, bool layers) {
    CommandWords words = {0};
    char *said;
    remove(emulated->results);
    words_split(arena, &words, emulated->command);
    words_add(&words, emulated->program);
    words_add(&words, emulated->weights);
    words_add(&words, emulated->input);
    words_add(&words, emulated->results);
    words_add(&words, arena_printf(arena, "%d", threads));
    if (layers) {
        words_add(&words, "layers");
    }
    int code = process_run(arena, words.at, &said, 0);
    if (code == 0) {
        return true;
    }
    if (code == PROCESS_NOT_STARTED) {
        return complain(emulated, "'xnc doctor' says how to get the emulators",
                        "cannot be started");
    }
    said[strcspn(said, "\n")] = 0;
    return complain(emulated, *said ? hint_for(emulated, arena) : NULL,
                    *said ? said : arena_printf(arena, "the program ended with code %d", code));
}

/* How many bytes of an arena hold all values. */
static int64_t values_end(const Module *module) {
    int64_t end = 0;
    for (int i = 0; i < module->n_layers; i++) {
        const Layer *layer = &module->layers[i];
        int64_t behind = layer->out.at + layer_bytes(module, layer);
        end = layer->out.space == SPACE_ARENA && behind > end ? behind : end;
    }
    return end;
}

/* Calls the callback for each layer; gives what stands behind them. */
static const uint8_t *replay(const Emulated *emulated, Arena *arena, const EmulatedRun *run,
                             const uint8_t *from) {
    const Module *module = emulated->module;
    uint8_t *values = arena_alloc(arena, (size_t)values_end(module));
    for (int i = 0; i < module->n_layers; i++) {
        const Layer *layer = &module->layers[i];
        size_t bytes = (size_t)layer_bytes(module, layer);
        void *to = layer->out.space == SPACE_ARENA ? (void *)(values + layer->out.at)
                                                   : run->outputs[layer->out.at];
        memcpy(to, from, bytes);
        run->profile(run->profile_context, i, 0, values);
        from += bytes;
    }
    return from;
}

/* The bytes that a run has to write. */
static size_t results_bytes(const Module *module, bool layers) {
    int64_t bytes = 0;
    for (int i = 0; layers && i < module->n_layers; i++) {
        bytes += layer_bytes(module, &module->layers[i]);
    }
    for (int i = 0; i < module->n_outputs; i++) {
        bytes += output_bytes(module, i);
    }
    return (size_t)bytes;
}

static bool take_results(const Emulated *emulated, Arena *arena, const EmulatedRun *run) {
    const Module *module = emulated->module;
    const uint8_t *from;
    size_t size;
    if (access(emulated->results, R_OK) != 0) {
        return complain(emulated, NULL, "did not run the program: there are no results");
    }
    if (!map_file(arena, emulated->work->diag, emulated->results, &from, &size)) {
        return false;
    }
    if (size != results_bytes(module, run->profile != NULL)) {
        return complain(emulated, NULL, "the program wrote too few values");
    }
    from = run->profile ? replay(emulated, arena, run, from) : from;
    for (int i = 0; i < module->n_outputs; i++) {
        size_t bytes = (size_t)output_bytes(module, i);
        memcpy(run->outputs[i], from, bytes);
        from += bytes;
    }
    return true;
}

bool emulated_run(const Emulated *emulated, const EmulatedRun *run) {
    Arena *arena = arena_child(emulated->work->arena);
    bool good = write_input(emulated, run->input) &&
                start(emulated, arena, run->threads, run->profile != NULL) &&
                take_results(emulated, arena, run);
    arena_give_back(arena);
    return good;
}
