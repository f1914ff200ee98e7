/* command_opt.c - xnc opt: a text of the IR through single passes, the text that results out.
 *
 *   xnc opt --pass=fold_bn net.ir                  prints the graph with batch norms folded
 *   xnc opt --pass=lower --target=scalar net.ir    prints the module of kernel IR
 *   xnc opt --pass=vectorize module.ir             prints that for the target that it names
 */
#include "command.h"

#include <string.h>

#include "file.h"
#include "output.h"

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
    Output *output = output_open(session->work.arena, session->work.diag, path);
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

/* A module was lowered for a target, which --target can only repeat. */
static ExitCode read_module(Session *session, Unit *unit, const Source *source) {
    const char *asked = session->options->target;
    unit->module = parse_module(session->work.arena, session->work.diag, source);
    if (!unit->module) {
        return EXIT_MODEL;
    }
    const char *name = unit->module->target;
    unit->target = target_by_name(name);
    if (!unit->target) {
        diag_in(session->work.diag, DIAG_VALUE, source->path, NULL, "'xnc targets' lists them",
                "is for an unknown target '%s'", name);
        return EXIT_MODEL;
    }
    if (asked && strcmp(asked, name) != 0) {
        fprintf(stderr, "xnc opt: %s is for the target %s\n", source->path, name);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static ExitCode read_unit(Session *session, Unit *unit) {
    const Source *source = read_source(session->work.arena, session->work.diag,
                                       session->options->operands[0], LIMIT_TEXT_BYTES);
    if (!source) {
        return EXIT_MODEL;
    }
    if (begins_with(source, "module ")) {
        return read_module(session, unit, source);
    }
    unit->target = session_target(session);
    if (!unit->target) {
        return session_no_target(session);
    }
    unit->graph = parse_graph(session->work.arena, session->work.diag, source);
    return unit->graph ? EXIT_DONE : EXIT_MODEL;
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
    Unit unit = {.arena = session->work.arena, .diag = session->work.diag};
    ExitCode code = read_unit(session, &unit);
    if (code != EXIT_DONE) {
        return code;
    }
    return run_named(session, &unit) ? write_unit(session, &unit) : EXIT_MODEL;
}
