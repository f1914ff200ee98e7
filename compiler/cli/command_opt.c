/* command_opt.c - xnc opt: a text of the IR -> single passes -> the text of the result.
 *
 *   xnc opt --pass=fold_bn net.ir                  prints the graph with batch norms folded
 *   xnc opt --pass=lower --target=scalar net.ir    prints the module of kernel IR
 *   xnc opt --pass=vectorize module.ir             prints that for the target that it names
 *
 * A text that xnc printed says what it is for: the target, and the one whose panels the weights are
 * packed in where a compilation for several targets shares them. So passes go on from it without
 * --target; a compilation with --tuning needs that again.
 */
#include "clean.h"
#include "command.h"

#include <string.h>

#include "file.h"
#include "output.h"
#include "tuning.h"

/* The text of the level that the unit has reached. */
static void print_unit(FILE *out, const Unit *unit) {
    if (unit->module) {
        print_module(out, unit->module);
    } else {
        print_graph(out, unit->graph);
    }
}

/* To --output, else to standard output. */
static ExitCode write_unit(const Work *work, const Unit *unit, const char *path) {
    if (!path) {
        print_unit(stdout, unit);
        return EXIT_DONE;
    }
    Output *output = output_open(work->arena, work->diag, path);
    if (!output) {
        return EXIT_MACHINE;
    }
    print_unit(output_stream(output), unit);
    return output_commit(output) ? EXIT_DONE : EXIT_MACHINE;
}

/* A text may be anything: it is checked before each pass and behind it, whether --verify=each asks
 * for that or not, and what is wrong is a diagnostic. */
static bool run_named(Unit *unit, const TextList *names, PassOptions options) {
    options.verify_each = false;
    for (int i = 0; i < names->count; i++) {
        const PassInfo *pass = pass_by_name(names->at[i]);
        if (!pass_ready(unit, pass) || !run_pass(unit, pass, &options) || !pass_done(unit, pass)) {
            return false;
        }
    }
    return true;
}

/* Whether a text's first word, after comments and blank lines, is this one. */
static bool begins_with(const Source *source, const char *word) {
    const char *at = source->text, *end = at + source->length;
    while (at < end && (*at == '#' || *at == '\n' || *at == ' ')) {
        const char *line = *at == '#' ? memchr(at, '\n', (size_t)(end - at)) : at;
        at = line ? line + 1 : end;
    }
    return (size_t)(end - at) > strlen(word) && memcmp(at, word, strlen(word)) == 0;
}

/* A row of the table of targets; NULL after a diagnostic. */
static const Target *named_target(const Work *work, const char *path, const char *name) {
    const Target *target = target_by_name(name);
    if (!target) {
        diag_in(work->diag, DIAG_VALUE, path, NULL, "'xnc targets' lists them",
                "is for an unknown target '%s'", name);
    }
    return target;
}

/* The target that a text is for, which --target can only repeat, with the numbers of --tuning; its
 * weights are packed in the panels of layout where that is not NULL. */
static ExitCode take_target(const Work *work, const TargetRequest *request, Unit *unit,
                            const char *path, const char *name, const char *layout) {
    bool shares = layout && strcmp(layout, name) != 0;
    const Target *targets[] = {named_target(work, path, name),
                               named_target(work, path, shares ? layout : name)};
    if (!targets[0] || !targets[1]) {
        return EXIT_MODEL;
    }
    if (shares && !target_fits_layout(targets[0], targets[1])) {
        diag_in(work->diag, DIAG_VALUE, path, NULL, NULL, "%s has no layout of %s", name, layout);
        return EXIT_MODEL;
    }
    const char *asked = request->names;
    if (asked && strcmp(asked, name) != 0) {
        print_clean(stderr, "xnc opt: %s is for the target %s\n", path, name);
        return EXIT_USAGE;
    }
    if (!tuning_apply(work, request->tuning, targets, shares ? 2 : 1)) {
        return diag_errors(work->diag) > 0 ? EXIT_MODEL : EXIT_USAGE;
    }
    unit->target = shares ? target_in_layout(work->arena, targets[0], targets[1]) : targets[0];
    return EXIT_DONE;
}

/* A module is always for the target that its text names. */
static ExitCode read_module(const Work *work, const TargetRequest *request, Unit *unit,
                            const Source *source) {
    unit->module = parse_module(work->arena, work->diag, source);
    return unit->module ? take_target(work, request, unit, source->path, unit->module->target,
                                      unit->module->layout)
                        : EXIT_MODEL;
}

/* A graph may be compiled for another target than its text names as long as it is not tiled: from
 * then on shapes of tiles and packed weights are the target's. */
static ExitCode read_graph(const Work *work, const TargetRequest *request, Unit *unit,
                           const Source *source) {
    const char *asked = request->names;
    Graph *graph = unit->graph = parse_graph(work->arena, work->diag, source);
    if (!graph) {
        return EXIT_MODEL;
    }
    bool is_bound = !asked || graph->stage >= STAGE_TILED;
    if (graph->target && (is_bound || strcmp(asked, graph->target) == 0)) {
        return take_target(work, request, unit, source->path, graph->target, graph->layout);
    }
    return target_choose(work, request, &unit->target);
}

/* The two levels of texts differ in their first word: "module", or "graph". */
static ExitCode read_unit(const Work *work, const Options *options, Unit *unit) {
    const Source *source =
        read_source(work->arena, work->diag, options->operands[0], LIMIT_TEXT_BYTES);
    if (!source) {
        return EXIT_MODEL;
    }
    const TargetRequest request = target_request(options);
    bool is_module = begins_with(source, "module ");
    return (is_module ? read_module : read_graph)(work, &request, unit, source);
}

/* Names of passes are checked before the file is read. Without --pass the text is parsed and
 * printed again. */
ExitCode command_opt(const Work *work, const Options *options) {
    const TextList *names = &options->passes;
    for (int i = 0; i < names->count; i++) {
        if (!pass_known(work->arena, "--pass", names->at[i])) {
            return EXIT_USAGE;
        }
    }
    PassOptions passes = pass_request(options, NULL);
    if (!passes_known(work->arena, &passes)) {
        return EXIT_USAGE;
    }
    Unit unit = {.arena = work->arena, .diag = work->diag};
    ExitCode code = read_unit(work, options, &unit);
    if (code != EXIT_DONE) {
        return code;
    }
    return run_named(&unit, names, passes) ? write_unit(work, &unit, options->output) : EXIT_MODEL;
}
