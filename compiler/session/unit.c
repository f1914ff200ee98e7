/* unit.c - a request -> the model opened, its graph for a target, through the passes.
 *
 * Mistakes of the command line (passes, target) come before MODEL is opened, as they are cheap to
 * find and have another exit code.
 */
#include "unit.h"
#include "clean.h"

#include "model_graph.h"

bool pass_known(Arena *arena, const char *option, const char *name) {
    if (!name || pass_by_name(name)) {
        return true;
    }
    const char **names = NEW_ARRAY(arena, const char *, pass_count());
    for (size_t i = 0; i < pass_count(); i++) {
        names[i] = pass_at(i)->name;
    }
    const char *near = nearest_name(name, names, pass_count());
    print_clean(stderr, "xnc: %s: unknown pass '%s'", option, name);
    if (near) {
        fprintf(stderr, "; did you mean '%s'?\n", near);
    } else {
        fprintf(stderr, "; 'xnc passes' lists them\n");
    }
    return false;
}

bool passes_known(Arena *arena, const PassOptions *options) {
    return pass_known(arena, "--dump-after", options->dump_after) &&
           pass_known(arena, "--after", options->stop_after);
}

bool unit_run(const Work *work, Unit *unit, const PassOptions *options) {
    progress_hide(work->progress); /* the passes may print */
    return run_passes(unit, options);
}

ExitCode unit_begin(const Work *work, const UnitRequest *request, Model *model, Unit *unit) {
    if (!passes_known(work->arena, &request->passes)) {
        return EXIT_USAGE;
    }
    *unit = (Unit){.arena = work->arena, .diag = work->diag};
    ExitCode code = target_choose(work, &request->target, &unit->target);
    if (code != EXIT_DONE) {
        return code;
    }
    unit->graph = model_open(work, &request->model, model) ? model_graph(work, model) : NULL;
    return unit->graph ? EXIT_DONE : EXIT_MODEL;
}

ExitCode unit_open(const Work *work, const UnitRequest *request, Model *model, Unit *unit) {
    ExitCode code = unit_begin(work, request, model, unit);
    return code == EXIT_DONE && !unit_run(work, unit, &request->passes) ? EXIT_MODEL : code;
}
