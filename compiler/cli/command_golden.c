/* command_golden.c - xnc golden: the digest of each value that a network computes, by the reference
 * interpreter on the planned graph.
 *
 * Digests are those of runtime/xnc_golden.h. With --compare they are held against a table that
 * another xnc, machine or setting printed with --json; the exit code is EXIT_DIFFERENT when a value
 * that both tables have differs.
 */
#include "clean.h"
#include "command.h"
#include "golden_table.h"

/* Interprets what the request asks for. EXIT_DONE or why not. */
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
    table->digests = source ? golden_interpret(work, &table->unit, source, inputs, n_inputs,
                                               thread_request(options))
                            : NULL;
    return table->digests ? EXIT_DONE : EXIT_MODEL;
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
