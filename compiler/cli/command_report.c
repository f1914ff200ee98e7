/* command_report.c - xnc report: one page about a network and the code made of it.
 *
 * The network is compiled once; then it is analyzed, checked and timed as the commands of these
 * names do. When values differ, the page shows where and the exit code says it. Code that this CPU
 * cannot run has no times and no errors: the page says so.
 */
#include "output.h"
#include "report_data.h"
#include "report_page.h"

static bool can_run(const Check *check) {
    return xnc_cpu_has(check->unit.target->features);
}

/* Checks, then times with as many threads. */
static ExitCode run(Report *report, Measured *measured) {
    Check *check = report->check;
    Session *session = check->session;
    ExitCode code = check_load(check);
    if (code != EXIT_DONE) {
        return code;
    }
    report->outputs = check_outputs(check);
    if (!report->outputs) {
        return EXIT_MODEL;
    }
    BenchSubject subject = {.session = session,
                            .target = check->unit.target,
                            .product = check->product,
                            .arena_bound = check->unit.graph->arena_bound,
                            .layer_bytes =
                                bench_layer_bytes(session->work.arena, check->unit.module)};
    int threads = (int)first_or(&session->options->threads, 1);
    if (!bench_build_peak(&subject) || !bench_measure(&subject, threads, true, measured)) {
        return EXIT_MACHINE;
    }
    report->measured = measured;
    return EXIT_DONE;
}

static ExitCode write_page(Session *session, const char *model, const json_t *data) {
    Output *output = output_open(session->work.arena, session->work.diag, session->options->output);
    if (!output) {
        return EXIT_MACHINE;
    }
    const char *title = arena_printf(session->work.arena, "%s · xnc report", model);
    report_page(output_stream(output), session->work.arena, title, data);
    return output_commit(output) ? EXIT_DONE : EXIT_MACHINE;
}

static ExitCode write_report(const Report *report) {
    Session *session = report->check->session;
    const json_t *data = report_data(report);
    ExitCode code = EXIT_DONE;
    progress_hide(session->work.progress);
    if (session->options->output) {
        code = write_page(session, report->check->plain->name, data);
    }
    if (code == EXIT_DONE && session->options->json) {
        json_print(session->work.arena, data);
    }
    bool good = !report->outputs || check_good(report->check, report->outputs);
    return code == EXIT_DONE && !good ? EXIT_DIFFERENT : code;
}

ExitCode command_report(Session *session) {
    if (!session->options->output && !session->options->json) {
        fprintf(stderr, "xnc report: -o report.html says where the page goes; --json prints what "
                        "would be in it\n");
        return EXIT_USAGE;
    }
    Report report = {.check = NEW(session->work.arena, Check)};
    Measured measured;
    report.check->session = session;
    ExitCode code = check_prepare(report.check);
    if (code == EXIT_DONE && can_run(report.check)) {
        code = run(&report, &measured);
    } else if (code == EXIT_DONE) {
        diag_note(session->work.diag, "this CPU does not run code for %s: no times, no errors",
                  report.check->unit.target->name);
    }
    return code == EXIT_DONE ? write_report(&report) : code;
}
