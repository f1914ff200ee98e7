/* report_data.c - results of analysis, check and bench -> one JSON object for the page.
 *
 * Members are put together from the JSON of the other commands, so that the page cannot show other
 * numbers than those. Names of files and lines of a description may hold any bytes: they go through
 * json_safe(). Functions named ..._json return a new reference; the arena holds another one.
 */
#include "report_data.h"

#include <string.h>

#include "analysis.h"
#include "curve_json.h"
#include "graph_json.h"

static Arena *arena_of(const Report *report) {
    return report->check->work->arena;
}

static void add_text(Arena *arena, json_t *object, const char *key, const char *text) {
    json_member(arena, object, key, json_string(json_safe(arena, text)));
}

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

/* Of the checkpoint; NULL for seeded values. */
static const char *weights_name(const Report *report) {
    const char *path = report->check->model.weights;
    return path ? file_name(path) : NULL;
}

static json_t *network_json(const Report *report) {
    Arena *arena = arena_of(report);
    const Description *description = report->check->model.description;
    json_t *object = json_root(arena, json_object());
    const char *weights = weights_name(report);
    add_text(arena, object, "title", description->title ? description->title : "");
    if (weights) {
        add_text(arena, object, "weights", weights);
    }
    return json_incref(object);
}

static json_t *graphs_json(const Report *report) {
    Arena *arena = arena_of(report);
    const Graph *plain = report->check->plain, *planned = report->check->unit.graph;
    json_t *object = json_root(arena, json_object());
    json_member(arena, object, "described", json_incref(graph_json(arena, plain, planned)));
    json_member(arena, object, "compiled", json_incref(graph_json(arena, planned, NULL)));
    return json_incref(object);
}

static json_t *description_json(const Report *report) {
    Arena *arena = arena_of(report);
    const Source *source = report->check->model.description->source;
    json_t *object = json_root(arena, json_object());
    add_text(arena, object, "path", source ? file_name(source->path) : "the description");
    json_member(arena, object, "lines", json_incref(graph_lines_json(arena, report->check->plain)));
    return json_incref(object);
}

/* What each operation is, in a line. */
static json_t *ops_json(Arena *arena) {
    json_t *object = json_root(arena, json_object());
    for (int i = 0; i < OP_COUNT; i++) {
        add_text(arena, object, op_info((Op)i)->name, op_info((Op)i)->line);
    }
    return json_incref(object);
}

static void add_measured(Arena *arena, json_t *facts, const Measured *measured) {
    add_text(arena, facts, "Peak",
             arena_printf(arena,
                          "%.1f GFLOP/s of fused multiply-adds, measured in turn with the runs",
                          measured->peak_gflops));
    add_text(arena, facts, "Memory",
             arena_printf(arena,
                          "%.1f GB/s reading %.1f MB, as many as the weights, again and again",
                          measured->memory_speed, (double)measured->weights_bytes / 1e6));
    add_text(arena, facts, "Times",
             arena_printf(arena,
                          "%d runs after a warm-up: min %.3f, median %.3f, p90 %.3f, p99 %.3f "
                          "ms; the best time of each layer",
                          measured->runs, measured->min_ms, measured->median_ms, measured->p90_ms,
                          measured->p99_ms));
}

/* The file's name, or a sentence about seeded values. */
static const char *weights_fact(const Report *report) {
    const char *name = weights_name(report);
    return name ? name
                : "reproducible values of a generator, as there was no --weights: times and errors "
                  "are those of the network, not of a trained one";
}

/* Name and text of each fact, in the order in which the page shows them. */
static json_t *facts_json(const Report *report) {
    Arena *arena = arena_of(report);
    const Check *check = report->check;
    json_t *facts = json_root(arena, json_object());
    add_text(arena, facts, "xnc", XNC_VERSION);
    add_text(arena, facts, "Target", check->unit.target->name);
    add_text(arena, facts, "Input", dimensions_text(arena, &check->plain->input->shape));
    add_text(arena, facts, "Threads", arena_printf(arena, "%d", check->request.threads));
    add_text(arena, facts, "Weights", weights_fact(report));
    add_text(arena, facts, "CPU", bench_cpu_name(arena));
    if (report->outputs) {
        add_text(arena, facts, "C compiler", check->product->compiler);
        add_text(arena, facts, "Flags", check->unit.target->cc_flags);
    }
    if (report->measured) {
        add_measured(arena, facts, report->measured);
    }
    return json_incref(facts);
}

/* A sentence about what the report lacks; NULL when it is complete. */
static const char *notice(const Report *report) {
    Arena *arena = arena_of(report);
    if (!report->outputs) {
        return arena_printf(arena,
                            "This machine cannot run code for %s, so there are no times and no "
                            "errors: make the report on one that can.",
                            report->check->unit.target->name);
    }
    return weights_name(report) ? NULL
                                : "No weights were given: times and errors were taken with "
                                  "reproducible values in place of a trained checkpoint.";
}

/* bench and check are null when the code could not run: the page then shows the notice there. */
json_t *report_data(const Report *report) {
    Arena *arena = arena_of(report);
    const Check *check = report->check;
    int64_t threads = check->request.threads;
    Analysis analysis = analyze_unit(arena, &check->unit, threads);
    json_t *root = json_root(arena, json_object());
    json_member(arena, root, "analysis", json_incref(analysis_json(&analysis)));
    json_member(arena, root, "bench",
                report->measured ? json_incref(bench_json(arena, report->measured)) : json_null());
    json_member(arena, root, "bench_f32",
                report->measured_f32 ? json_incref(bench_json(arena, report->measured_f32))
                                     : json_null());
    json_member(arena, root, "check",
                report->outputs ? json_incref(check_json(check, report->outputs)) : json_null());
    json_t *curve = curve_json(check);
    json_member(arena, root, "curve", curve ? json_incref(curve) : json_null());
    json_member(arena, root, "graphs", graphs_json(report));
    json_member(arena, root, "description", description_json(report));
    json_member(arena, root, "network", network_json(report));
    json_member(arena, root, "ops", ops_json(arena));
    json_member(arena, root, "facts", facts_json(report));
    json_member(arena, root, "threads", json_integer(threads));
    json_member(arena, root, "weights_bytes",
                json_integer((json_int_t)blob_bytes(check->unit.module)));
    const char *words = notice(report);
    json_member(arena, root, "notice", words ? json_string(words) : json_null());
    return root;
}
