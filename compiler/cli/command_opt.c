/* command_opt.c - xnc opt: a text of the IR through single passes, the text that results out.
 *
 *   xnc opt --pass=fold_bn net.ir                  prints the graph with batch norms folded
 *   xnc opt --pass=lower --target=scalar net.ir    prints the module of kernel IR
 *   xnc opt --pass=vectorize module.ir             prints that for the target that it names
 *
 * A text that xnc printed says what it is for: the target, and the one whose panels the weights are
 * packed in where a compilation for several targets shares them. So passes go on from it without
 * --target; a compilation with --tuning needs that again.
 */
#include "command.h"

#include <string.h>

#include "file.h"
#include "output.h"
#include "tuning.h"

static void print_unit(FILE *out, const Unit *unit) {
    if (unit->module) {
        print_module(out, unit->module);
    } else {
        print_graph(out, unit->graph);
    }
}

/* To --output, else to standard output. */
static ExitCode write_unit(Session *session, const Unit *unit) {
    const char *path = session->options->output;
    if (!path) {
        print_unit(stdout, unit);
        return EXIT_DONE;
    }
    Output *output = output_open(session->arena, session->diag, path);
    if (!output) {
        return EXIT_MACHINE;
    }
    print_unit(output_stream(output), unit);
    return output_commit(output) ? EXIT_DONE : EXIT_MACHINE;
}

static bool run_named(Session *session, Unit *unit) {
    const TextList *names = &session->options->passes;
    PassOptions options = session_pass_options(session, NULL);
    for (int i = 0; i < names->count; i++) {
        const PassInfo *pass = pass_by_name(names->at[i]);
        if (!pass_ready(unit, pass) || !run_pass(unit, pass, &options)) {
            return false;
        }
    }
    return true;
}

/* The first word of a text, behind comments. */
static bool begins_with(const Source *source, const char *word) {
    const char *at = source->text, *end = at + source->length;
    while (at < end && (*at == '#' || *at == '\n' || *at == ' ')) {
        const char *line = *at == '#' ? memchr(at, '\n', (size_t)(end - at)) : at;
        at = line ? line + 1 : end;
    }
    return (size_t)(end - at) > strlen(word) && memcmp(at, word, strlen(word)) == 0;
}

/* A row of the table of targets; NULL after a diagnostic. */
static const Target *named_target(Session *session, const char *path, const char *name) {
    const Target *target = target_by_name(name);
    if (!target) {
        diag_in(session->diag, DIAG_VALUE, path, NULL, "'xnc targets' lists them",
                "is for an unknown target '%s'", name);
    }
    return target;
}

/* The target that a text is for, which --target can only repeat, with the numbers of --tuning; its
 * weights are packed in the panels of layout where that is not NULL. */
static ExitCode take_target(Session *session, Unit *unit, const char *path, const char *name,
                            const char *layout) {
    bool shares = layout && strcmp(layout, name) != 0;
    const Target *targets[] = {named_target(session, path, name),
                               named_target(session, path, shares ? layout : name)};
    if (!targets[0] || !targets[1]) {
        return EXIT_MODEL;
    }
    if (shares && !target_fits_layout(targets[0], targets[1])) {
        diag_in(session->diag, DIAG_VALUE, path, NULL, NULL, "%s has no layout of %s", name,
                layout);
        return EXIT_MODEL;
    }
    const char *asked = session->options->target;
    if (asked && strcmp(asked, name) != 0) {
        fprintf(stderr, "xnc opt: %s is for the target %s\n", path, name);
        return EXIT_USAGE;
    }
    if (!session_tune(session, targets, shares ? 2 : 1)) {
        return session_no_target(session);
    }
    unit->target = shares ? target_in_layout(session->arena, targets[0], targets[1]) : targets[0];
    return EXIT_DONE;
}

static ExitCode read_module(Session *session, Unit *unit, const Source *source) {
    unit->module = parse_module(session->arena, session->diag, source);
    return unit->module ? take_target(session, unit, source->path, unit->module->target,
                                      unit->module->layout)
                        : EXIT_MODEL;
}

/* A graph that is not tiled yet may go to another target than the one that its text names. */
static ExitCode read_graph(Session *session, Unit *unit, const Source *source) {
    const char *asked = session->options->target;
    Graph *graph = unit->graph = parse_graph(session->arena, session->diag, source);
    if (!graph) {
        return EXIT_MODEL;
    }
    bool is_bound = !asked || graph->stage >= STAGE_TILED;
    if (graph->target && (is_bound || strcmp(asked, graph->target) == 0)) {
        return take_target(session, unit, source->path, graph->target, graph->layout);
    }
    unit->target = session_target(session);
    return unit->target ? EXIT_DONE : session_no_target(session);
}

static ExitCode read_unit(Session *session, Unit *unit) {
    const Source *source =
        read_source(session->arena, session->diag, session->options->operands[0]);
    if (!source) {
        return EXIT_MODEL;
    }
    return begins_with(source, "module ") ? read_module(session, unit, source)
                                          : read_graph(session, unit, source);
}

ExitCode command_opt(Session *session) {
    const TextList *names = &session->options->passes;
    for (int i = 0; i < names->count; i++) {
        if (!session_pass_known(session, "--pass", names->at[i])) {
            return EXIT_USAGE;
        }
    }
    if (!session_passes_known(session)) {
        return EXIT_USAGE;
    }
    Unit unit = {.arena = session->arena, .diag = session->diag};
    ExitCode code = read_unit(session, &unit);
    if (code != EXIT_DONE) {
        return code;
    }
    return run_named(session, &unit) ? write_unit(session, &unit) : EXIT_MODEL;
}
