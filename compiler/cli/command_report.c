/* command_report.c - xnc report: one page about a network and the code made of it.
 *
 * The network is compiled once; then it is analyzed, checked and timed by the functions of the
 * commands analyze, check and bench. When values differ, the page shows where, and the exit code is
 * EXIT_DIFFERENT. In another precision than f32 the network is compiled and timed in f32 as well,
 * to stand beside it. For a target that this CPU cannot run the page has the graphs and the memory
 * plan only, and a notice.
 */
#include "check_images.h"
#include "command.h"
#include "output.h"
#include "report_data.h"
#include "report_page.h"

/* Whether this CPU runs code for the target. */
static bool can_run(const Check *check) {
    return xnc_cpu_has(check->unit.target->features);
}

/* Times a product of the check with as many threads as that has. NULL after a diagnostic. */
static const Measured *measure(const Check *check, const Unit *unit, Product *product, int runs) {
    const Work *work = check->work;
    Measured *measured = NEW(work->arena, Measured);
    BenchSubject subject = {.work = work,
                            .target = unit->target,
                            .build = check->request.build,
                            .runs = runs,
                            .product = product,
                            .arena_bound = unit->graph->arena_bound,
                            .layer_bytes = bench_layer_bytes(work->arena, unit)};
    bool good = bench_build_peak(&subject) &&
                bench_measure(&subject, check->request.threads, true, measured);
    return good ? measured : NULL;
}

/* The network in f32 beside the one of the report: its times, and answers on images. */
static ExitCode run_f32(Report *report, int runs) {
    Check *check = report->check;
    if (!check_load_f32(check)) {
        return product_failure(check->work->diag);
    }
    ExitCode code = check->images ? check_agree(check) : EXIT_DONE;
    if (code == EXIT_DONE) {
        report->measured_f32 = measure(check, &check->unit_f32, check->product_f32, runs);
        code = report->measured_f32 ? EXIT_DONE : EXIT_MACHINE;
    }
    return code;
}

/* Checks, then times. The code is built and loaded once for both, so times and errors are of the
 * same library. */
static ExitCode run(Report *report, int runs) {
    Check *check = report->check;
    ExitCode code = check_load(check);
    if (code != EXIT_DONE) {
        return code;
    }
    report->outputs = check_outputs(check);
    if (!report->outputs) {
        return EXIT_MODEL;
    }
    report->measured = measure(check, &check->unit, check->product, runs);
    if (!report->measured) {
        return EXIT_MACHINE;
    }
    return check_is_f32(check) ? EXIT_DONE : run_f32(report, runs);
}

/* The page as a file; it appears under its name only when it is complete (output.h). */
static ExitCode write_page(const Work *work, const char *path, const char *model,
                           const json_t *data) {
    Output *output = output_open(work->arena, work->diag, path);
    if (!output) {
        return EXIT_MACHINE;
    }
    const char *title = arena_printf(work->arena, "%s · xnc report", model);
    report_page(output_stream(output), work->arena, title, data);
    return output_commit(output) ? EXIT_DONE : EXIT_MACHINE;
}

/* The page is written also when values differ, as that is when it is looked at. */
static ExitCode write_report(const Report *report, const Options *options) {
    const Work *work = report->check->work;
    const json_t *data = report_data(report);
    ExitCode code = EXIT_DONE;
    progress_hide(work->progress);
    if (options->output) {
        code = write_page(work, options->output, report->check->plain->name, data);
    }
    if (code == EXIT_DONE && options->json) {
        json_print(work->arena, data);
    }
    bool good = !report->outputs || check_good(report->check, report->outputs);
    return code == EXIT_DONE && !good ? EXIT_DIFFERENT : code;
}

/* The report of a target that this CPU does not run is no failure: it lacks parts and says so. */
ExitCode command_report(const Work *work, const Options *options) {
    if (!options->output && !options->json) {
        fprintf(stderr, "xnc report: -o report.html says where the page goes; --json prints what "
                        "would be in it\n");
        return EXIT_USAGE;
    }
    if (options->output && !output_possible(work->arena, work->diag, options->output)) {
        return EXIT_MACHINE;
    }
    Report report = {.check = NEW(work->arena, Check)};
    report.check->work = work;
    report.check->request = check_request(options);
    UnitRequest request = unit_request(options, NULL);
    ExitCode code = check_prepare(report.check, &request);
    code = code == EXIT_DONE ? check_find_images(report.check, options) : code;
    if (code == EXIT_DONE && can_run(report.check)) {
        code = run(&report, (int)options->runs);
    } else if (code == EXIT_DONE) {
        diag_note(work->diag, "this CPU does not run code for %s: no times, no errors",
                  report.check->unit.target->name);
    }
    return code == EXIT_DONE ? write_report(&report, options) : code;
}
