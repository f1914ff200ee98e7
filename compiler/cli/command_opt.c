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

static bool run_named(Unit *unit, const TextList *names, const PassOptions *options) {
    for (int i = 0; i < names->count; i++) {
        const PassInfo *pass = pass_by_name(names->at[i]);
        if (!pass_ready(unit, pass) || !run_pass(unit, pass, options)) {
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
static ExitCode read_module(const Work *work, Unit *unit, const Source *source, const char *asked) {
    unit->module = parse_module(work->arena, work->diag, source);
    if (!unit->module) {
        return EXIT_MODEL;
    }
    const char *name = unit->module->target;
    unit->target = target_by_name(name);
    if (!unit->target) {
        diag_in(work->diag, DIAG_VALUE, source->path, NULL, "'xnc targets' lists them",
                "is for an unknown target '%s'", name);
        return EXIT_MODEL;
    }
    if (asked && strcmp(asked, name) != 0) {
        fprintf(stderr, "xnc opt: %s is for the target %s\n", source->path, name);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static ExitCode read_unit(const Work *work, const Options *options, Unit *unit) {
    const Source *source = read_source(work->arena, work->diag, options->operands[0]);
    if (!source) {
        return EXIT_MODEL;
    }
    if (begins_with(source, "module ")) {
        return read_module(work, unit, source, options->target);
    }
    TargetRequest request = target_request(options);
    ExitCode code = target_choose(work, &request, &unit->target);
    if (code != EXIT_DONE) {
        return code;
    }
    unit->graph = parse_graph(work->arena, work->diag, source);
    return unit->graph ? EXIT_DONE : EXIT_MODEL;
}

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
    return run_named(&unit, names, &passes) ? write_unit(work, &unit, options->output) : EXIT_MODEL;
}
