/* command_tables.c - xnc passes, targets and ops: the tables of passes.def, targets.def and
 * ops.def, as columns for people and with --json for programs.
 */
#include "command.h"

#include <jansson.h>
#include <string.h>

#include "json_out.h"
#include "peak.h"

/* The width of a column with this text too. */
static int wider(int width, const char *text) {
    int length = (int)strlen(text);
    return length > width ? length : width;
}

/* In pipeline order, with the facts that each needs and gives. */
ExitCode command_passes(const Work *work, const Options *options) {
    Arena *arena = work->arena;
    json_t *array = json_root(arena, json_array());
    int name_width = 0, line_width = 0, needs_width = 0;
    for (size_t i = 0; i < pass_count(); i++) {
        const PassInfo *pass = pass_at(i);
        name_width = wider(name_width, pass->name);
        line_width = wider(line_width, pass->line);
        needs_width = wider(needs_width, facts_text(arena, pass->needs));
    }
    for (size_t i = 0; i < pass_count(); i++) {
        const PassInfo *pass = pass_at(i);
        const char *needs = facts_text(arena, pass->needs), *gives = facts_text(arena, pass->gives);
        if (options->json) {
            json_append_object(arena, array, "{s:s, s:s, s:s, s:s}", "name", pass->name, "needs",
                               needs, "gives", gives, "line", pass->line);
        } else {
            printf("%-*s %-*s needs: %-*s gives: %s\n", name_width, pass->name, line_width,
                   pass->line, needs_width, *needs ? needs : "-", *gives ? gives : "-");
        }
    }
    if (options->json) {
        json_print(arena, array);
    }
    return EXIT_DONE;
}

/* --peak=T: the C that bench measures the target's peak with. */
static ExitCode print_peak(const Work *work, const char *name) {
    const Target *target;
    ExitCode code = target_choose(work, &(TargetRequest){.names = name}, &target);
    if (code == EXIT_DONE) {
        peak_print(stdout, work->arena, &(Peak){.target = target});
    }
    return code;
}

/* All targets, whether this CPU runs them or not; xnc doctor says which. */
ExitCode command_targets(const Work *work, const Options *options) {
    Arena *arena = work->arena;
    if (options->peak) {
        return print_peak(work, options->peak);
    }
    json_t *array = json_root(arena, json_array());
    int width = 0;
    for (size_t i = 0; i < target_count(); i++) {
        width = wider(width, target_at(i)->name);
    }
    for (size_t i = 0; i < target_count(); i++) {
        const Target *target = target_at(i);
        if (options->json) {
            json_append_object(arena, array, "{s:s, s:s, s:i, s:i, s:s, s:s, s:s?, s:i, s:s}",
                               "name", target->name, "family", target->family, "lanes",
                               target->lanes, "registers", target->registers, "features",
                               target->features, "cc_flags", target->cc_flags, "compiler",
                               target->compiler, "compiler_from", target->compiler_from, "line",
                               target->line);
        } else {
            printf("%-*s lanes %-3d registers %-3d %s\n", width, target->name, target->lanes,
                   target->registers, target->line);
        }
    }
    if (options->json) {
        json_print(arena, array);
    }
    return EXIT_DONE;
}

/* Operations of graphs, with the stages (ir.h) between which each may occur. */
ExitCode command_ops(const Work *work, const Options *options) {
    Arena *arena = work->arena;
    json_t *array = json_root(arena, json_array());
    for (int i = 0; i < OP_COUNT; i++) {
        const OpInfo *op = op_info((Op)i);
        const char *first = stage_name(op->first), *last = stage_name(op->last);
        if (options->json) {
            json_append_object(arena, array, "{s:s, s:i, s:i, s:s, s:s, s:s}", "name", op->name,
                               "fewest_inputs", op->lo, "most_inputs", op->hi, "first_stage", first,
                               "last_stage", last, "line", op->line);
        } else {
            printf("%-12s %d..%d operands, stages %s to %s: %s\n", op->name, op->lo, op->hi, first,
                   last, op->line);
        }
    }
    if (options->json) {
        json_print(arena, array);
    }
    return EXIT_DONE;
}
