/* product.c - units of a network -> texts -> a library and a blob in a temporary folder, loaded.
 *
 * The steps are those of a user: write the files, compile, link, load, open the weights. Nothing of
 * the compiler's own data is handed to the loaded model, so what runs here is what a user runs.
 */
#include "product.h"

#include <string.h>
#include <time.h>

#include "digest.h"
#include "embed.h"
#include "output.h"
#include "target_choice.h"
#include "text_stream.h"

static EmittedText close_text(TextStream *stream) {
    EmittedText text;
    text.text = text_stream_close(stream, &text.size);
    return text;
}

/* emit_header(), emit_source() and their like. */
typedef void Emitter(FILE *out, const Module *module, const EmitOptions *options);

static EmittedText emit_text(Emitter *emit, const Module *module, const EmitOptions *options) {
    TextStream *stream = text_stream_open(module->arena);
    emit(text_stream_file(stream), module, options);
    return close_text(stream);
}

static void emit_only_stub(FILE *out, const Module *module, const EmitOptions *options) {
    (void)module;
    emit_stub(out, options);
}

/* Equal digests prove that one blob fits all variants: the runtime loads it for whichever variant
 * the CPU runs. */
static void add_variants(ProductTexts *texts, const Unit units[], int n_units,
                         EmitOptions *options) {
    Arena *arena = units[0].arena;
    const Module **modules = NEW_ARRAY(arena, const Module *, n_units);
    for (int i = 0; i < n_units; i++) {
        modules[i] = units[i].module;
        if (module_digest(modules[i]) != options->digest ||
            module_packing(modules[i]) != options->packing) {
            internal_error("product", "the blob of %s differs", units[i].target->name);
        }
    }
    options->variants = modules;
    options->n_variants = texts->n_variants = n_units;
    for (int i = 0; i < n_units; i++) {
        const char *name = emit_variant_name(modules[i], options);
        texts->variants[i] =
            (VariantText){arena_printf(arena, "%s.c", name), units[i].target->cc_flags,
                          emit_text(emit_source, modules[i], options)};
    }
}

/* What a program shows for each class. */
static void add_labels(Arena *arena, const Labels *labels, EmitOptions *options) {
    const char **texts = NEW_ARRAY(arena, const char *, labels->count);
    for (int64_t i = 0; i < labels->count; i++) {
        texts[i] = label_text(labels, i);
    }
    options->labels = texts;
    options->n_labels = labels->count;
}

/* All targets are of one machine. */
static CCNeed need_of(const Unit units[], int n_units) {
    CCNeed need = {0};
    for (int i = 0; i < n_units; i++) {
        const char *machine = target_machine(units[0].arena, units[i].target);
        need.machine = machine ? machine : need.machine;
        if (units[i].target->compiler) {
            need.compiler = units[i].target->compiler;
            need.from = units[i].target->compiler_from;
        }
    }
    return need;
}

ProductTexts product_texts(const Unit units[], int n_units, const char *prefix, bool weights_object,
                           const Labels *labels) {
    const Module *module = units[0].module;
    EmitOptions options = {.prefix = emit_identifier(module->arena, prefix ? prefix : module->name),
                           .version = XNC_VERSION,
                           .digest = module_digest(module),
                           .packing = module_packing(module),
                           .weights_object = weights_object};
    if (labels) {
        add_labels(module->arena, labels, &options);
    }
    ProductTexts texts = {.prefix = options.prefix, .sleef = emit_needs_sleef(module)};
    texts.need = need_of(units, n_units);
    if (n_units > 1) {
        add_variants(&texts, units, n_units, &options);
    }
    texts.cc_flags = n_units > 1 ? "" : units[0].target->cc_flags;
    texts.header = emit_text(emit_header, module, &options);
    texts.source = emit_text(n_units > 1 ? emit_chooser : emit_source, module, &options);
    texts.stub = emit_text(emit_only_stub, module, &options);
    texts.options = options;
    return texts;
}

void product_golden_texts(ProductTexts *texts, const Module *module, const GoldenDigests *digests) {
    texts->golden_header = emit_text(emit_golden_header, module, &texts->options);
    TextStream *stream = text_stream_open(module->arena);
    emit_golden_source(text_stream_file(stream), module, &texts->options, digests);
    texts->golden_source = close_text(stream);
}

/* Adds all of the runtime's headers to the build: the key of a cached object is a digest of all
 * added headers, so a change in any of them compiles anew. */
static bool add_headers(Build *build) {
    for (size_t i = 0; i < embedded_files_count; i++) {
        const EmbeddedFile *file = &embedded_files[i];
        const char *name = strrchr(file->path, '/') + 1;
        bool is_runtime = strncmp(file->path, "runtime/", strlen("runtime/")) == 0;
        if (is_runtime && strstr(name, ".h") && !build_add(build, name, file->text, file->size)) {
            return false;
        }
    }
    return true;
}

/* SLEEF's functions for networks that call them. */
static bool add_sleef(Build *build, const ProductTexts *texts) {
    if (!texts->sleef) {
        return true;
    }
    const EmbeddedFile *own = embedded_file("ir/target/sleef/sleef.h");
    return build_provide_sleef(build, own->text, own->size);
}

/* Headers come first: sources are compiled later, one by one, with all that was added. */
Build *product_build(const Work *work, const ProductTexts *texts, const BuildOptions *options) {
    Build *build = build_open(work->arena, work->diag, options, &texts->need, texts->cc_flags);
    const char *header = arena_printf(work->arena, "%s.h", texts->prefix);
    const char *source = arena_printf(work->arena, "%s.c", texts->prefix);
    bool good = build && add_headers(build) && add_sleef(build, texts) &&
                build_add(build, header, texts->header.text, texts->header.size) &&
                build_add(build, source, texts->source.text, texts->source.size);
    for (int i = 0; good && i < texts->n_variants; i++) {
        const VariantText *variant = &texts->variants[i];
        good = build_add(build, variant->file, variant->source.text, variant->source.size);
    }
    return good ? build : NULL;
}

BlobSource product_blob_source(const Work *work, ParamSource *source) {
    progress_step(work->progress, "packing the weights");
    return (BlobSource){param_source_read, source, param_source_forget, work->progress,
                        source->checkpoint == NULL};
}

/* The CPU is asked before anything is built: loading would work, but no run would. */
static const xnc_model *load_model(const Work *work, const Unit *unit, Build *build,
                                   const ProductTexts *texts) {
    if (!xnc_cpu_has(unit->target->features)) {
        const bool foreign = target_machine(work->arena, unit->target) != NULL;
        diag_in(work->diag, DIAG_FILE, unit->target->name, NULL,
                foreign
                    ? "'check', 'run' and 'golden' take an emulator, --run-with; elsewhere leave "
                      "out --target: numbers are the same for all targets"
                    : "'xnc doctor' lists the targets that it runs",
                "this CPU does not run such code");
        return NULL;
    }
    Arena *arena = work->arena;
    const char *library = arena_printf(arena, "%s/model.so", build_folder(build));
    progress_step(work->progress, "building %s.c", texts->prefix);
    const char *object = build_object(build, arena_printf(arena, "%s.c", texts->prefix));
    if (!object || !build_shared(build, library, &object, 1, texts->sleef)) {
        return NULL;
    }
    return build_load(build, library, arena_printf(arena, "%s_model", texts->prefix));
}

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

bool product_complain(Diag *diag, const Product *product, xnc_status status) {
    return diag_in(diag, DIAG_FILE, xnc_model_name(product->model), NULL, NULL, "%s",
                   xnc_status_text(status));
}

/* The path of the blob, which is written beside the library. NULL after a diagnostic. */
static const char *write_weights(const Work *work, const Unit *unit, Build *build,
                                 ParamSource *source) {
    const char *path = arena_printf(work->arena, "%s/model.weights", build_folder(build));
    BlobSource values = product_blob_source(work, source);
    Output *output = output_open(work->arena, work->diag, path);
    bool good = output &&
                blob_write(work->arena, work->diag, output_stream(output), unit->module,
                           source->path, &values, NULL) &&
                output_commit(output);
    return good ? path : NULL;
}

/* As a user's program would. */
static bool open_weights(const Work *work, const char *path, Product *product) {
    if (!path) {
        return false;
    }
    double start = now_ms();
    xnc_status status = xnc_weights_open(&product->weights, product->model, path, 0);
    product->open_ms = now_ms() - start;
    return status == XNC_OK || product_complain(work->diag, product, status);
}

static void free_execution(Product *product) {
    xnc_pool_destroy(product->pool);
    xnc_arena_destroy(product->arena);
    product->pool = NULL;
    product->arena = NULL;
}

static void free_product(void *what) {
    Product *product = what;
    free_execution(product);
    xnc_weights_close(product->weights);
}

ExitCode product_failure(const Diag *diag) {
    return diag_errors_of(diag, DIAG_VALUE) > 0 ? EXIT_MODEL : EXIT_MACHINE;
}

/* Builds, loads and opens. The cleanup is deferred after that of the library, so that this is still
 * there when the weights are closed. */
static bool make_library(const Work *work, const Unit *unit, Build *build,
                         const ProductTexts *texts, ParamSource *source, Product *product) {
    product->model = load_model(work, unit, build, texts);
    arena_defer(work->arena, free_product, product);
    return product->model && open_weights(work, write_weights(work, unit, build, source), product);
}

static bool make_program(const Work *work, const Unit *unit, Build *build,
                         const ProductTexts *texts, ParamSource *source, Product *product) {
    const char *weights = write_weights(work, unit, build, source);
    product->emulated =
        weights ? emulated_build(work, unit, build, texts->prefix, weights, texts->sleef) : NULL;
    return product->emulated != NULL;
}

Product *product_load(const Work *work, const Unit *unit, ParamSource *source,
                      const BuildOptions *options) {
    Product *product = NEW(work->arena, Product);
    ProductTexts texts = product_texts(unit, 1, NULL, false, NULL);
    const char *family = family_of_command(work->arena, options->run_with);
    const OtherMachine *machine = family ? machine_of_family(family) : NULL;
    texts.need.machine = machine ? machine_to_build_for(machine) : texts.need.machine;
    Build *build = product_build(work, &texts, options);
    product->compiler = build ? build_compiler(build) : NULL;
    bool good =
        build && (options->run_with ? make_program(work, unit, build, &texts, source, product)
                                    : make_library(work, unit, build, &texts, source, product));
    return good && product_set_threads(work->diag, product, 1) ? product : NULL;
}

/* xnc_arena_bytes() gives 0 for a number of threads that is out of range. */
bool product_set_threads(Diag *diag, Product *product, int threads) {
    free_execution(product);
    product->threads = threads;
    if (product->emulated) {
        return true;
    }
    product->arena_bytes = xnc_arena_bytes(product->model, threads);
    xnc_status status = product->arena_bytes > 0 ? XNC_OK : XNC_E_ARGUMENT;
    if (status == XNC_OK) {
        product->arena = xnc_arena_create(product->arena_bytes);
        status = product->arena ? XNC_OK : XNC_E_MEMORY;
    }
    if (status == XNC_OK && threads > 1) {
        status = xnc_pool_create(&product->pool, threads);
    }
    product->exec = (xnc_exec){.pool = product->pool};
    return status == XNC_OK || product_complain(diag, product, status);
}

bool product_run(Diag *diag, Product *product, const float *input, float *const outputs[]) {
    if (product->emulated) {
        const EmulatedRun run = {.input = input,
                                 .outputs = outputs,
                                 .threads = product->threads,
                                 .profile = product->exec.profile,
                                 .profile_context = product->exec.profile_context};
        return emulated_run(product->emulated, &run);
    }
    xnc_status status = xnc_run(product->model, product->weights, product->arena,
                                product->arena_bytes, input, outputs, &product->exec);
    return status == XNC_OK || product_complain(diag, product, status);
}
