/* command_calibrate.c - xnc calibrate: MODEL, weights and pictures -> NAME.quant.
 *
 * All that can be wrong with the arguments shows before the C compiler runs.
 */
#include "calibrate.h"
#include "command.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include <xxhash.h>

#include "output.h"
#include "picture.h"
#include "quant_fit.h"
#include "text_stream.h"

enum { BATCH = 16, PICTURES = 300, MADE_UP = 64 };

/* False after a message. */
static bool check_usage(const Options *options) {
    if (!options->output) {
        fprintf(stderr, "xnc calibrate: -o NAME.quant is needed\n");
    } else if (options->images.count == 0 && !options->no_images) {
        fprintf(stderr, "xnc calibrate: --images=DIR is needed: pictures like those that the "
                        "network will see; without any there is --no-images\n");
    } else if (options->images.count > 0 && options->no_images) {
        fprintf(stderr, "xnc calibrate: --images and --no-images contradict each other\n");
    } else {
        return true;
    }
    return false;
}

/* The network as it is calibrated; network becomes its digest. */
static ExitCode open_unit(const Options *options, Model *model, Calibration *calibration,
                          uint64_t *network) {
    const Work *work = calibration->work;
    Unit *unit = &calibration->unit;
    UnitRequest request = unit_request(options, NULL);
    request.passes.without = calibrate_without;
    if (options->batches.count == 0) {
        request.model.asked.batch = BATCH;
    }
    ExitCode code = unit_begin(work, &request, model, unit);
    if (code != EXIT_DONE) {
        return code;
    }
    calibration->described = graph_copy(work->arena, unit->graph);
    *network = quant_network(work->arena, unit->graph);
    return quant_plan_maps(work, unit->target, unit->graph, calibration->maps_kept) &&
                   unit_run(work, unit, &request.passes)
               ? EXIT_DONE
               : EXIT_MODEL;
}

/* Builds the network and loads it. EXIT_DONE or why not. */
static ExitCode build(const Options *options, Calibration *calibration) {
    const Work *work = calibration->work;
    BuildOptions how = build_request(options);
    calibration->product = product_load(work, &calibration->unit, calibration->source, &how);
    return calibration->product &&
                   product_set_threads(work->diag, calibration->product, calibration->threads)
               ? EXIT_DONE
               : product_failure(work->diag);
}

static int64_t first_of(int64_t asked, int64_t otherwise) {
    return asked > 0 ? asked : otherwise;
}

/* The images, and the boxes of pictures. False after a diagnostic. */
static bool take_images(const Options *options, Calibration *calibration) {
    const Work *work = calibration->work;
    const Graph *graph = calibration->unit.graph;
    BoxRequest box = box_request(options);
    int64_t most = first_of(options->pictures, PICTURES);
    if (options->no_images) {
        calibration->taken = calibrate_made_up(work->arena, first_of(options->pictures, MADE_UP));
        return true;
    }
    return calibrate_take(work, graph, options->images.at, options->images.count, most,
                          &calibration->taken) &&
           batches_cut(work, calibration->taken.batches, &box);
}

/* The state stands beside the result, unless that is a pipe or a device. */
static const char *state_path(Arena *arena, const char *output) {
    struct stat info;
    bool beside = stat(output, &info) != 0 || S_ISREG(info.st_mode);
    return beside ? arena_printf(arena, "%s.state", output) : NULL;
}

/* A digest of the network with all that options change about it (features, stride), and of its
 * description, which knows other names of tensors. */
static uint64_t digest_network(const Calibration *calibration, const Model *model) {
    Arena *part = arena_child(calibration->work->arena);
    const Source *source = model->description->source;
    TextStream *text = text_stream_open(part);
    print_graph(text_stream_file(text), calibration->described);
    size_t size;
    const char *graph = text_stream_close(text, &size);
    uint64_t digest = XXH64(source->text, source->length, XXH64(graph, size, 0));
    arena_destroy(part);
    return digest;
}

/* What of the file is known before the images are run, and a digest of all that they depend on.
 * False after a diagnostic. */
static bool find_subject(const Model *model, Calibration *calibration, Quant *head) {
    const Work *work = calibration->work;
    const Graph *graph = calibration->unit.graph;
    if (!model_weights_digest(work, model, &head->checkpoint) ||
        !calibrate_digest(work, &calibration->taken, &head->pictures)) {
        return false;
    }
    const Batches *batches = calibration->taken.batches;
    const char *subject = arena_printf(
        work->arena, "%s %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %lld %d %d %d",
        XNC_VERSION, digest_network(calibration, model), head->checkpoint, head->pictures,
        picture_digest(work->arena, &graph->preprocess, batches ? batches->boxes : NULL),
        (long long)calibration->taken.count, (int)calibration->maps_kept, calibration->second_order,
        calibration->together);
    calibration->subject = XXH64(subject, strlen(subject), 0);
    return true;
}

/* A row of the curve. False after a diagnostic. */
static bool print_point(const QuantCurve *curve, const QuantPoint *point, int64_t cycles_f32) {
    int64_t cycles;
    if (!quant_cycles(curve, point->returned, &cycles)) {
        return false;
    }
    printf("  %4lld of %d   %7lld of %lld, %6.2f %%   %10.1f million, %.3f of f32\n",
           (long long)point->returned, curve->quant->count, (long long)point->same,
           (long long)point->images, 100 * (double)point->same / (double)point->images,
           (double)cycles / 1e6, (double)cycles / (double)cycles_f32);
    return true;
}

/* How answers and times follow from what returns to f32; the last row is the network in f32. */
static bool print_curve(const QuantCurve *curve) {
    const Quant *quant = curve->quant;
    int64_t images = quant->points[0].images, cycles;
    const QuantPoint in_f32 = {quant->count, images, images};
    if (!quant_cycles(curve, quant->count, &cycles)) {
        return false;
    }
    progress_hide(curve->work->progress);
    printf("products in f32, answers as in f32, predicted cycles of an image on %s:\n",
           curve->target->name);
    for (int i = 0; i < quant->n_points; i++) {
        if (!print_point(curve, &quant->points[i], cycles)) {
            return false;
        }
    }
    return print_point(curve, &in_f32, cycles);
}

static ExitCode write_result(const Work *work, const char *path, const Quant *quant,
                             const Calibration *calibration) {
    Output *output = output_open(work->arena, work->diag, path);
    if (!output) {
        return EXIT_MACHINE;
    }
    quant_write(output_stream(output), quant);
    if (!output_commit(output)) {
        return EXIT_MACHINE;
    }
    int in_f32 = quant_count(quant, PRECISION_f32), second = quant_count_nudged(quant);
    printf("%d products in int8%s%s, from %lld images: outputs move by %.3g %% of their spread\n",
           quant->count - in_f32,
           second ? arena_printf(work->arena, ", %d of them rounded second-order", second) : "",
           in_f32 ? arena_printf(work->arena, " and %d in f32", in_f32) : "",
           (long long)calibration->taken.count, 100 * calibration->moved);
    return EXIT_DONE;
}

/* Which products return to f32, and the curve. EXIT_DONE or why not. */
static ExitCode agree(Calibration *calibration, const AgreeRequest *request) {
    const Work *work = calibration->work;
    if (!calibrate_agree(calibration, request)) {
        return product_failure(work->diag);
    }
    QuantCurve curve = quant_curve(work, request->quant, calibration->described, request->target);
    return print_curve(&curve) ? EXIT_DONE : EXIT_MODEL;
}

/* From the images to the numbers of the file. EXIT_DONE or why not. */
static ExitCode find_numbers(const Options *options, Calibration *calibration,
                             const AgreeRequest *request) {
    if ((options->no_images && !calibrate_norms(calibration)) || !calibrate_observe(calibration) ||
        !calibrate_scale(calibration) ||
        (calibration->second_order && !calibrate_round(calibration))) {
        return EXIT_MODEL;
    }
    if (request->agreement > 0) {
        return agree(calibration, request);
    }
    if (!calibrate_correct(calibration)) {
        return EXIT_MODEL;
    }
    calibrate_result(calibration, request->quant);
    return EXIT_DONE;
}

/* Only answers can agree; they are those of code in integers, whose target may be another than that
 * of f32. EXIT_DONE or why not. */
static ExitCode open_agreement(const Options *options, const Calibration *calibration,
                               AgreeRequest *request) {
    TargetRequest target = target_request(options);
    if (options->agreement == 0) {
        return EXIT_DONE;
    }
    if (!ranks_classes(calibration->unit.graph)) {
        fprintf(stderr, "xnc calibrate: --agreement: there are no classes to compare with these "
                        "options\n");
        return EXIT_USAGE;
    }
    target.precision = PRECISION_int8;
    return target_choose(calibration->work, &target, &request->target);
}

/* Which of three words was said; the usual one where none was. */
static int choice_of(const char *said, const char *const words[3], int usual) {
    for (int i = 0; said && i < 3; i++) {
        if (strcmp(said, words[i]) == 0) {
            return i;
        }
    }
    return usual;
}

ExitCode command_calibrate(const Work *work, const Options *options) {
    static const char *const maps[] = {"none", "large", "all"};
    Calibration calibration = {.work = work,
                               .threads = thread_request(options),
                               .together = 2 * choice_of(options->pairs, quant_pairs_words, 1),
                               .second_order = options->rounding &&
                                               strcmp(options->rounding, "second-order") == 0,
                               .maps_kept = (MapsKept)choice_of(options->maps, maps, MAPS_LARGE)};
    Model model;
    Quant quant = {.ranges = QUANT_OF_PICTURES};
    AgreeRequest agreement = {.agreement = options->agreement,
                              .model = &model,
                              .build = build_request(options),
                              .quant = &quant};
    if (!check_usage(options)) {
        return EXIT_USAGE;
    }
    if (!output_possible(work->arena, work->diag, options->output)) {
        return EXIT_MACHINE;
    }
    ExitCode code = open_unit(options, &model, &calibration, &quant.network);
    if (code != EXIT_DONE) {
        return code;
    }
    code = open_agreement(options, &calibration, &agreement);
    if (code != EXIT_DONE) {
        return code;
    }
    model_tell_preprocess(work, &model, calibration.unit.graph);
    calibration.state = state_path(work->arena, options->output);
    if (!take_images(options, &calibration) || !find_subject(&model, &calibration, &quant)) {
        return EXIT_MODEL;
    }
    calibration.source = param_source_open(work, &model, calibration.unit.graph);
    code = calibration.source ? build(options, &calibration) : EXIT_MODEL;
    if (code != EXIT_DONE) {
        return code;
    }
    calibrate_open(&calibration);
    code = find_numbers(options, &calibration, &agreement);
    if (code == EXIT_DONE) {
        code = write_result(work, options->output, &quant, &calibration);
    }
    /* Values that are not usable would come of the state again. */
    if (code == EXIT_DONE || diag_errors_of(work->diag, DIAG_VALUE) > 0) {
        calibrate_state_remove(&calibration);
    }
    return code;
}
