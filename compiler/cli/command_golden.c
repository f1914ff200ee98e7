/* command_golden.c - xnc golden: the digest of each value that a network computes, by the reference
 * interpreter on the planned graph.
 *
 * Digests are those of runtime/xnc_golden.h; with --run-with they are of the compiled network, as
 * another machine runs it. With --compare they are held against a table that another xnc, machine
 * or setting printed with --json; the exit code is EXIT_DIFFERENT when a value that both tables
 * have differs.
 */
#include "clean.h"
#include "command.h"
#include "golden_table.h"

/* --run-with: what the compiled network computes. NULL after a diagnostic. */
static const GoldenDigests *run_network(const Work *work, const Options *options, const Unit *unit,
                                        ParamSource *source, const GoldenInput inputs[],
                                        int n_inputs) {
    const BuildOptions build = build_request(options);
    Product *product = product_load(work, unit, source, &build);
    return product && product_set_threads(work->diag, product, thread_request(options))
               ? golden_compiled(work, unit, product, inputs, n_inputs)
               : NULL;
}

/* Interprets, or runs, what the request asks for. EXIT_DONE or why not. */
static ExitCode make_table(const Work *work, const Options *options, GoldenTable *table) {
    UnitRequest request = unit_request(options, NULL);
    Model model;
    ExitCode code = unit_open(work, &request, &model, &table->unit);
    if (code != EXIT_DONE) {
        return code;
    }
    int count, n_inputs;
    const char *const *words = golden_words(work->arena, options, &count);
    const GoldenInput *inputs = golden_inputs(work, table->unit.graph, words, count, &n_inputs);
    ParamSource *source = inputs ? param_source_open(work, &model, table->unit.graph) : NULL;
    if (!source) {
        return EXIT_MODEL;
    }
    table->digests = options->run_with
                         ? run_network(work, options, &table->unit, source, inputs, n_inputs)
                         : golden_interpret(work, &table->unit, source, inputs, n_inputs,
                                            thread_request(options));
    return table->digests      ? EXIT_DONE
           : options->run_with ? product_failure(work->diag)
                               : EXIT_MODEL;
}

/* The other table is read before anything is computed. */
ExitCode command_golden(const Work *work, const Options *options) {
    GoldenTable table;
    const json_t *other = NULL;
    if (options->compare) {
        other = golden_table_read(work, options->compare);
        if (!other) {
            return EXIT_MODEL;
        }
    }
    ExitCode code = make_table(work, options, &table);
    if (code != EXIT_DONE) {
        return code;
    }
    if (other) {
        return golden_table_compare(work, &table, other, options->compare, options->json);
    }
    if (options->json) {
        json_print(work->arena, golden_table_json(work->arena, &table));
    } else {
        golden_table_print(&table);
    }
    return EXIT_DONE;
}
