/* command_calibrate.c - xnc calibrate: MODEL, weights and pictures -> NAME.quant.
 *
 * All that can be wrong with the arguments shows before the C compiler runs.
 */
#include "calibrate.h"
#include "command.h"
#include "output.h"
#include "quant_fit.h"

enum { BATCH = 16, PICTURES = 300 };

/* False after a message. */
static bool check_usage(const Options *options) {
    if (!options->output) {
        fprintf(stderr, "xnc calibrate: -o NAME.quant is needed\n");
    } else if (options->images.count == 0) {
        fprintf(stderr,
                "xnc calibrate: --images=DIR is needed: pictures like those that the network "
                "will see\n");
    } else {
        return true;
    }
    return false;
}

/* The network as it is calibrated; network becomes its digest. */
static ExitCode open_unit(const Work *work, const Options *options, Model *model, Unit *unit,
                          uint64_t *network) {
    UnitRequest request = unit_request(options, NULL);
    request.passes.without = calibrate_without;
    if (options->batches.count == 0) {
        request.model.asked.batch = BATCH;
    }
    ExitCode code = unit_begin(work, &request, model, unit);
    if (code != EXIT_DONE) {
        return code;
    }
    *network = quant_network(work->arena, unit->graph);
    return unit_run(work, unit, &request.passes) ? EXIT_DONE : EXIT_MODEL;
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

/* The images, and what of the file is known before they are run. False after a diagnostic. */
static bool take_images(const Options *options, const Model *model, Calibration *calibration,
                        Quant *head) {
    const Work *work = calibration->work;
    const Graph *graph = calibration->unit.graph;
    BoxRequest box = box_request(options);
    const Boxes *boxes;
    int64_t most = options->pictures > 0 ? options->pictures : PICTURES;
    if (!boxes_open(work->arena, work->diag, &box, &boxes) ||
        !calibrate_take(work, graph, options->images.at, options->images.count, most,
                        &calibration->taken)) {
        return false;
    }
    calibration->taken.batches->boxes = boxes;
    return model_weights_digest(work, model, &head->checkpoint) &&
           calibrate_digest(work, &calibration->taken, &head->pictures);
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
    printf("%d products in int8, from %lld images: outputs move by %.3g %% of their spread\n",
           quant->count, (long long)quant->n_pictures, 100 * calibration->moved);
    return EXIT_DONE;
}

ExitCode command_calibrate(const Work *work, const Options *options) {
    Calibration calibration = {
        .work = work, .threads = thread_request(options), .pairs = !options->no_pairs};
    Model model;
    Quant quant = {.ranges = QUANT_OF_PICTURES};
    if (!check_usage(options)) {
        return EXIT_USAGE;
    }
    ExitCode code = open_unit(work, options, &model, &calibration.unit, &quant.network);
    if (code != EXIT_DONE) {
        return code;
    }
    model_tell_preprocess(work, &model, calibration.unit.graph);
    if (!take_images(options, &model, &calibration, &quant)) {
        return EXIT_MODEL;
    }
    calibration.source = param_source_open(work, &model, calibration.unit.graph);
    code = calibration.source ? build(options, &calibration) : EXIT_MODEL;
    if (code != EXIT_DONE) {
        return code;
    }
    calibrate_open(&calibration);
    if (!calibrate_observe(&calibration) || !calibrate_scale(&calibration) ||
        !calibrate_correct(&calibration)) {
        return EXIT_MODEL;
    }
    calibrate_result(&calibration, &quant);
    return write_result(work, options->output, &quant, &calibration);
}
