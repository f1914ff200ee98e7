/* command_analyze.c - xnc analyze: one row per node of the planned graph, then the totals.
 *
 * A row says what a node computes, how many parameters it has, and where in the arena and in which
 * steps its result is live. Passes run up to lower, as the module knows the size of the arena.
 */
#include "analysis.h"
#include "clean.h"
#include "command.h"

/* One format for columns and one for CSV, with the same arguments. */
static void print_row(Arena *arena, const AnalysisRow *row, const char *format) {
    print_clean(stdout, format, row->node->name, op_info(row->node->op)->name,
                dimensions_text(arena, &row->value->shape), (long long)row->parameters,
                (long long)row->macs, (long long)row->bytes, (long long)row->offset, row->first,
                row->last);
}

/* Columns for people; numbers are not abbreviated, so that they can be compared. */
static void print_text(const Analysis *analysis) {
    AnalysisRow sum = analysis_sum(analysis);
    long long threads = (long long)analysis->threads;
    printf("%-32s %-12s %-16s %11s %14s %11s %11s %s\n", "layer", "op", "shape", "parameters",
           "MACs", "bytes", "offset", "live in steps");
    for (int i = 0; i < analysis->count; i++) {
        print_row(analysis->arena, &analysis->rows[i],
                  "%-32s %-12s %-16s %11lld %14lld %11lld %11lld %d..%d\n");
    }
    printf("%-32s %-12s %-16s %11lld %14lld\n", "total", "", "", (long long)sum.parameters,
           (long long)sum.macs);
    printf("arena %lld bytes with %lld thread%s, lower bound for one %lld\n",
           (long long)analysis->arena_bytes, threads, threads == 1 ? "" : "s",
           (long long)analysis->graph->arena_bound);
}

static void print_csv(const Analysis *analysis) {
    puts("layer,op,shape,parameters,macs,bytes,offset,first_step,last_step");
    for (int i = 0; i < analysis->count; i++) {
        print_row(analysis->arena, &analysis->rows[i], "%s,%s,%s,%lld,%lld,%lld,%lld,%d,%d\n");
    }
}

/* Values of weights are not read: only shapes matter here. */
ExitCode command_analyze(const Work *work, const Options *options) {
    UnitRequest request = unit_request(options, "lower");
    Model model;
    Unit unit;
    ExitCode code = unit_open(work, &request, &model, &unit);
    if (code != EXIT_DONE) {
        return code;
    }
    int64_t threads = first_or(&options->threads, 1);
    Analysis analysis = analyze_unit(work->arena, &unit, (int)threads);
    if (options->json) {
        json_print(work->arena, analysis_json(&analysis));
        return EXIT_DONE;
    }
    (options->csv ? print_csv : print_text)(&analysis);
    return EXIT_DONE;
}
