/* command_compile.c - xnc compile: MODEL -> NAME.c, NAME.h, NAME.weights and what --emit asks for.
 *
 *   make_units()      MODEL through the passes, once for each target
 *   write_product()   texts, runtime, tuning, blob; then objects or libraries made of them
 *
 * All files are written under temporary names and renamed together at the end (output.h), so a
 * compile that fails leaves none. For several targets there is one blob, packed for the widest.
 */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "map_file.h"
#include "model_graph.h"
#include "output.h"
#include "runtime_files.h"
#include "tune.h"
#include "tuning.h"
#include "weights.h"

enum { MOST_OUTPUTS = 64 };

typedef struct Compile {
    const Work *work;
    const Options *options;
    const char *folder;       /* of --output: where the files go */
    const char *emit;         /* "c", "obj", "lib", "so" */
    bool weights_object;      /* --weights-as=object: the blob goes into an object file */
    Unit units[MOST_TARGETS]; /* the network for each target, the fastest first */
    int n_units;
    Model model;
    ProductTexts texts;
    Output *outputs[MOST_OUTPUTS]; /* files that are written and not yet renamed */
    int n_outputs;
    const TuningFile *tuned; /* what --tune found; NULL without */
    const Labels *labels;    /* for --with-labels; NULL without */
    ParamSource *source;     /* of the weights; NULL without, like the next */
    Output *blob;            /* one of the outputs */
    uint64_t blob_digest;    /* of its content */
} Compile;

static Arena *arena_of(const Compile *compile) {
    return compile->work->arena;
}

/* Registers a file for the commit at the end; output NULL: opening it failed. */
static bool add_output(Compile *compile, Output *output) {
    if (!output) {
        return false;
    }
    if (compile->n_outputs == MOST_OUTPUTS) {
        internal_error("compile", "more than %d outputs", MOST_OUTPUTS);
    }
    compile->outputs[compile->n_outputs++] = output;
    return true;
}

/* A file in the folder, from memory. */
static bool write_bytes(Compile *compile, const char *name, const void *data, size_t size) {
    const char *path = arena_printf(arena_of(compile), "%s/%s", compile->folder, name);
    return add_output(compile,
                      output_bytes(arena_of(compile), compile->work->diag, path, data, size));
}

/* The name of a file of the product: prefix and ending. */
static const char *named(const Compile *compile, const char *ending) {
    return arena_printf(arena_of(compile), "%s%s", compile->texts.prefix, ending);
}

/* PREFIX_TARGET.c of each target; none when there is one target. */
static bool write_variants(Compile *compile) {
    bool good = true;
    for (int i = 0; good && i < compile->texts.n_variants; i++) {
        const VariantText *variant = &compile->texts.variants[i];
        good = write_bytes(compile, variant->file, variant->source.text, variant->source.size);
    }
    return good;
}

/* The stub is written when the blob goes into an object: users' own builds assemble it too. */
static bool write_texts(Compile *compile) {
    const ProductTexts *texts = &compile->texts;
    return write_bytes(compile, named(compile, ".h"), texts->header.text, texts->header.size) &&
           write_bytes(compile, named(compile, ".c"), texts->source.text, texts->source.size) &&
           write_variants(compile) &&
           (!compile->weights_object ||
            write_bytes(compile, named(compile, "_weights.S"), texts->stub.text, texts->stub.size));
}

/* NAME.tuning, which --tuning of a later compilation takes. */
static bool write_tuning(Compile *compile) {
    if (!compile->tuned) {
        return true;
    }
    const char *text =
        tuning_text(arena_of(compile), compile->units[0].module->name, compile->tuned);
    return write_bytes(compile, named(compile, ".tuning"), text, strlen(text));
}

/* Nothing without weights: code can be written from the description alone. */
static ExitCode write_blob(Compile *compile) {
    const Work *work = compile->work;
    if (!compile->model.weights) {
        return EXIT_DONE;
    }
    compile->source = param_source_open(work, &compile->model, compile->units[0].graph);
    if (!compile->source) {
        return EXIT_MODEL;
    }
    const char *path =
        arena_printf(work->arena, "%s/%s", compile->folder, named(compile, ".weights"));
    Output *output = output_open(work->arena, work->diag, path);
    if (!add_output(compile, output)) {
        return EXIT_MACHINE;
    }
    compile->blob = output;
    BlobSource values = product_blob_source(work, compile->source);
    bool good = blob_write(work->arena, work->diag, output_stream(output), compile->units[0].module,
                           compile->source->path, &values, &compile->blob_digest);
    return good ? EXIT_DONE : EXIT_MODEL;
}

/* --with-golden: NAME_golden.c and .h. Names and layouts of the layers are the same for each
 * target, so those of the first stand for all. */
static ExitCode write_golden(Compile *compile) {
    const Work *work = compile->work;
    const Unit *unit = &compile->units[0];
    if (!compile->options->with_golden) {
        return EXIT_DONE;
    }
    int count, n_inputs;
    const char *const *words = golden_words(work->arena, compile->options, &count);
    const GoldenInput *inputs = golden_inputs(work, unit->graph, words, count, &n_inputs);
    GoldenDigests *digests = inputs ? golden_interpret(work, unit, compile->source, inputs,
                                                       n_inputs, thread_request(compile->options))
                                    : NULL;
    if (!digests) {
        return EXIT_MODEL;
    }
    digests->weights = compile->blob_digest;
    ProductTexts *texts = &compile->texts;
    product_golden_texts(texts, unit->module, digests);
    return write_bytes(compile, named(compile, "_golden.h"), texts->golden_header.text,
                       texts->golden_header.size) &&
                   write_bytes(compile, named(compile, "_golden.c"), texts->golden_source.text,
                               texts->golden_source.size)
               ? EXIT_DONE
               : EXIT_MACHINE;
}

/* --with-runtime: the runtime's sources and headers, from the tool itself (embed.h). */
static bool write_runtime(Compile *compile) {
    for (size_t i = 0; compile->options->with_runtime && i < embedded_files_count; i++) {
        const EmbeddedFile *file = &embedded_files[i];
        const char *name = runtime_file_name(arena_of(compile), file);
        if (name && !write_bytes(compile, name, file->text, file->size)) {
            return false;
        }
    }
    return true;
}

/* Assembles NAME_weights.S. It includes NAME.weights by name, but the blob still has its temporary
 * name, so a symbolic link in the build's folder has the final one. */
static bool build_weights(Compile *compile, Build *build, Objects *objects) {
    const char *name = named(compile, "_weights.S");
    const char *link =
        arena_printf(arena_of(compile), "%s/%s", build_folder(build), named(compile, ".weights"));
    return output_link(arena_of(compile), compile->blob, link) &&
           build_add(build, name, compile->texts.stub.text, compile->texts.stub.size) &&
           objects_add(objects, build_stub(build, name, build_folder(build)));
}

/* Each variant's kernels with the flags of its target. */
static bool build_variants(Compile *compile, Build *build, Objects *objects) {
    bool good = true;
    for (int i = 0; good && i < compile->texts.n_variants; i++) {
        build_set_flags(build, compile->texts.variants[i].cc_flags);
        good = objects_add(objects, build_object(build, compile->texts.variants[i].file));
    }
    return good;
}

/* Copies a file from the build's folder to the outputs. */
static bool take_built(Compile *compile, const char *path, const char *name) {
    const uint8_t *data;
    size_t size;
    return map_file(arena_of(compile), compile->work->diag, path, &data, &size) &&
           write_bytes(compile, name, data, size);
}

/* --emit=obj: each object under its own name. */
static bool take_objects(Compile *compile, const Objects *objects) {
    bool good = true;
    for (int i = 0; good && i < objects->count; i++) {
        good = take_built(compile, objects->at[i], strrchr(objects->at[i], '/') + 1);
    }
    return good;
}

/* libPREFIX.so or libPREFIX.a: built in the build's folder, then copied to the outputs. */
static bool take_library(Compile *compile, Build *build, const Objects *objects, bool shared) {
    const char *name =
        arena_printf(arena_of(compile), "lib%s.%s", compile->texts.prefix, shared ? "so" : "a");
    const char *path = arena_printf(arena_of(compile), "%s/%s", build_folder(build), name);
    bool built = shared
                     ? build_shared(build, path, objects->at, objects->count, compile->texts.sleef)
                     : build_archive(build, path, objects->at, objects->count);
    return built && take_built(compile, path, name);
}

/* --emit: "obj" keeps the objects, "lib" archives them, "so" links them with the runtime. */
static ExitCode build_product(Compile *compile) {
    if (strcmp(compile->emit, "c") == 0) {
        return EXIT_DONE;
    }
    bool shared = strcmp(compile->emit, "so") == 0;
    progress_step(compile->work->progress, "building %s", named(compile, ".c"));
    Objects objects = {0};
    BuildOptions options = build_request(compile->options);
    Build *build = product_build(compile->work, &compile->texts, &options);
    bool good =
        build && objects_add(&objects, build_object(build, named(compile, ".c"))) &&
        (!compile->weights_object || build_weights(compile, build, &objects)) &&
        build_variants(compile, build, &objects) &&
        (!shared || runtime_objects(arena_of(compile), build, "", &objects)) &&
        (strcmp(compile->emit, "obj") == 0 ? take_objects(compile, &objects)
                                           : take_library(compile, build, &objects, shared));
    return good ? EXIT_DONE : EXIT_MACHINE;
}

/* The folder is registered before the files in it, so that a failed compile removes it last. The
 * blob comes before the objects, one of which may contain it; the commit is the last step. */
static ExitCode write_product(Compile *compile) {
    const Work *work = compile->work;
    compile->texts = product_texts(compile->units, compile->n_units, compile->options->prefix,
                                   compile->weights_object, compile->labels);
    if (!output_folder(work->arena, work->diag, compile->folder) || !write_texts(compile) ||
        !write_runtime(compile) || !write_tuning(compile)) {
        return EXIT_MACHINE;
    }
    ExitCode code = write_blob(compile);
    if (code == EXIT_DONE) {
        code = write_golden(compile);
    }
    if (code == EXIT_DONE) {
        code = build_product(compile);
    }
    if (code == EXIT_DONE && !outputs_commit(compile->outputs, compile->n_outputs)) {
        code = EXIT_MACHINE;
    }
    return code;
}

/* What can be refused before any work is done. */
static bool check_usage(const Options *options) {
    if (!options->output) {
        fprintf(stderr, "xnc compile: -o DIR is needed, the folder for what is written: -o out\n");
        return false;
    }
    if (options->labels && !options->with_labels) {
        fprintf(stderr, "xnc compile: --labels is of use with --with-labels\n");
        return false;
    }
    return true;
}

/* --with-labels: the names are looked for before anything is written. */
static ExitCode find_labels(Compile *compile) {
    const Graph *graph = compile->units[0].graph;
    const char *path = compile->options->labels;
    int64_t outputs = graph->outputs[0]->shape.dim[1];
    if (!compile->options->with_labels) {
        return EXIT_DONE;
    }
    if (!ranks_classes(graph)) {
        fprintf(stderr, "xnc compile: --with-labels: the network has no classes\n");
        return EXIT_USAGE;
    }
    if (!model_labels(compile->work, &compile->model, path, outputs, &compile->labels)) {
        return EXIT_MODEL;
    }
    compile->labels = output_labels(compile->work->arena, compile->labels, outputs);
    if (!compile->labels) {
        fprintf(stderr, "xnc compile: --with-labels: no names of the classes are known; "
                        "--labels=FILE or --labels=DIR has them\n");
    }
    return compile->labels ? EXIT_DONE : EXIT_USAGE;
}

/* The target with the most lanes. Its panels and its order of execution are used for all, so that
 * they share one blob: its panels can be cut into whole vectors of the others. */
static const Target *widest(const Target *const targets[], int count) {
    const Target *best = targets[0];
    for (int i = 1; i < count; i++) {
        best = targets[i]->lanes > best->lanes ? targets[i] : best;
    }
    return best;
}

/* --tune: measures numbers for the one target, compiles with them and has them written beside the
 * code. */
static ExitCode tune(Compile *compile, const Target *targets[], int count) {
    const Work *work = compile->work;
    if (count != 1 || !xnc_cpu_has(targets[0]->features)) {
        fprintf(stderr, "xnc compile: --tune measures one target, which this CPU has to run\n");
        return EXIT_USAGE;
    }
    TuningFile *file = NEW(work->arena, TuningFile);
    *file = (TuningFile){bench_cpu_name(work->arena), targets[0]->name, {0}};
    TuneRequest request = {load_request(compile->options, 0, 0), thread_request(compile->options)};
    ExitCode code = tune_target(work, &request, targets[0], &file->tuning);
    targets[0] = target_tuned(work->arena, targets[0], &file->tuning);
    compile->tuned = file;
    return code;
}

/* Runs the passes for each target on a copy of the graph, in the layout of the widest one. */
static bool run_units(Compile *compile, const Graph *graph, const Target *const targets[],
                      const PassOptions *passes) {
    const Work *work = compile->work;
    const Target *layout = widest(targets, compile->n_units);
    for (int i = 0; i < compile->n_units; i++) {
        Unit *unit = &compile->units[i];
        *unit = (Unit){.arena = work->arena, .diag = work->diag};
        unit->target = target_in_layout(work->arena, targets[i], layout);
        unit->graph = graph_copy(work->arena, graph);
        if (!unit_run(work, unit, passes)) {
            return false;
        }
    }
    return true;
}

/* NAME.c chooses among targets when it runs, so all are of one machine. False after a message. */
static bool one_machine(const Compile *compile, const Target *const targets[]) {
    const char *family = "";
    for (int i = 0; i < compile->n_units; i++) {
        if (*family && *targets[i]->family && strcmp(family, targets[i]->family) != 0) {
            fprintf(stderr,
                    "xnc compile: a program is for one machine: targets of %s and of %s need a "
                    "compilation each\n",
                    family, targets[i]->family);
            return false;
        }
        family = *targets[i]->family ? targets[i]->family : family;
    }
    return true;
}

/* Options are checked before MODEL is opened, and tuning, which opens it by itself, comes before
 * the graph is built for good. */
static ExitCode make_units(Compile *compile) {
    const Work *work = compile->work;
    const Target *targets[MOST_TARGETS];
    UnitRequest request = unit_request(compile->options, NULL);
    if (!passes_known(work->arena, &request.passes)) {
        return EXIT_USAGE;
    }
    int *count = &compile->n_units;
    ExitCode code = targets_choose(work, &request.target, targets, MOST_TARGETS, count);
    if (code == EXIT_DONE && !one_machine(compile, targets)) {
        return EXIT_USAGE;
    }
    if (code == EXIT_DONE && compile->options->tune) {
        code = tune(compile, targets, *count);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    Model *model = &compile->model;
    bool opened = model_open(work, &request.model, model) && model_not_forgotten(work, model);
    const Graph *graph = opened ? model_graph(work, model) : NULL;
    return graph && run_units(compile, graph, targets, &request.passes) ? EXIT_DONE : EXIT_MODEL;
}

/* That weights are missing for --weights-as=object or --with-golden is known only once MODEL is
 * opened: a folder may contain them. */
ExitCode command_compile(const Work *work, const Options *options) {
    if (!check_usage(options)) {
        return EXIT_USAGE;
    }
    const char *place = options->weights_as;
    Compile *compile = NEW(work->arena, Compile);
    compile->work = work;
    compile->options = options;
    compile->folder = options->output;
    compile->emit = options->emit ? options->emit : "c";
    compile->weights_object = place && strcmp(place, "object") == 0;
    ExitCode code = make_units(compile);
    if (code != EXIT_DONE) {
        return code;
    }
    if ((compile->weights_object || options->with_golden) && !compile->model.weights) {
        fprintf(stderr, "xnc compile: %s needs --weights\n",
                compile->weights_object ? "--weights-as=object" : "--with-golden");
        return EXIT_USAGE;
    }
    model_tell_preprocess(work, &compile->model, compile->units[0].graph);
    model_tell_precision(work, compile->units[0].graph);
    model_tell_scores(work, &compile->model, compile->units[0].graph);
    code = find_labels(compile);
    return code == EXIT_DONE ? write_product(compile) : code;
}
