/* command_opt.c - xnc opt: a text of the graph IR through single passes, the text that results out.
 *
 *   xnc opt --pass=fold_bn net.ir          prints the graph with batch norms folded
 *   xnc opt --pass=lower --target=scalar   prints the module of kernel IR
 */
#include "command.h"

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
    unit.target = session_target(session);
    if (!unit.target) {
        return EXIT_USAGE;
    }
    const Source *source =
        read_source(session->arena, session->diag, session->options->operands[0]);
    if (!source) {
        return EXIT_MODEL;
    }
    unit.graph = parse_graph(session->arena, session->diag, source);
    if (!unit.graph || !run_named(session, &unit)) {
        return EXIT_MODEL;
    }
    return write_unit(session, &unit);
}
