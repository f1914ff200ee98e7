/* session.c - the steps that most commands share: MODEL and options into a graph, a target, a unit.
 *
 * A class count that nobody asked for is taken from the checkpoint, so that a fine-tuned network
 * loads without further words.
 */
#include "session_weights.h"
#include "tuning.h"

#include <stdlib.h>
#include <string.h>

#include "xnc.h"

static void set_size(ModelOptions *model, const Options *options, int at) {
    if (options->sizes.count) {
        model->size[0] = options->sizes.at[at][0];
        model->size[1] = options->sizes.at[at][1];
    }
}

static void set_features(ModelOptions *model, const IndexList *features) {
    if (!features->given) {
        return;
    }
    model->features_only = true;
    model->n_out_indices = features->count;
    memcpy(model->out_indices, features->at, (size_t)features->count * sizeof *features->at);
}

static ModelOptions asked_of_model(const Options *options, int size_at, int batch_at) {
    ModelOptions model = model_options();
    set_size(&model, options, size_at);
    set_features(&model, &options->features);
    if (options->batches.count) {
        model.batch = options->batches.at[batch_at];
    }
    if (options->classes >= 0) {
        model.classes = options->classes;
    }
    if (options->in_chans > 0) {
        model.in_chans = options->in_chans;
    }
    if (options->output_stride) {
        model.output_stride = strtoll(options->output_stride, NULL, 10);
    }
    if (options->pool) {
        model.pool = pool_by_name(options->pool);
    }
    return model;
}

Graph *session_graph(Session *session, const Description *description, int size_at, int batch_at) {
    ModelOptions asked = asked_of_model(session->options, size_at, batch_at);
    CheckpointEnds ends = unknown_ends();
    Draft *draft = description_draft(session->work.arena, session->work.diag, description, &asked);
    return draft && session_learn(session, description, &asked, draft, &ends)
               ? draft_finish(draft, &ends)
               : NULL;
}

/* The description's own labels are those of its published weights: they say nothing about another
 * number of classes. */
bool ranks_classes(const Graph *graph) {
    const Node *last = graph->outputs[0]->def;
    while (last && last->op == OP_to_nchw) {
        last = last->in[0]->def;
    }
    return graph->n_outputs == 1 && last && last->op == OP_linear;
}

bool session_labels(Session *session, const Description *description, int64_t classes,
                    const Labels **labels) {
    const char *path = session->options->labels;
    *labels =
        path ? labels_read(session->work.arena, session->work.diag, path) : description->labels;
    if (path && *labels && (*labels)->count != classes) {
        return diag_in(session->work.diag, DIAG_FILE, path, NULL, NULL,
                       "has %lld labels, the network has %lld classes", (long long)(*labels)->count,
                       (long long)classes);
    }
    if (*labels && (*labels)->count != classes) {
        *labels = NULL;
    }
    return !path || *labels;
}

const Target *native_target(void) {
    const Target *best = target_at(0);
    for (size_t i = 1; i < target_count(); i++) {
        if (xnc_cpu_has(target_at(i)->features)) {
            best = target_at(i);
        }
    }
    return best;
}

static const Target *unknown_target(const char *name) {
    const char *names[16];
    size_t count = 0;
    while (count < target_count() && count < 16) {
        names[count] = target_at(count)->name;
        count++;
    }
    const char *near = nearest_name(name, names, count);
    fprintf(stderr, "xnc: unknown target '%s'; ", name);
    if (near) {
        fprintf(stderr, "did you mean '%s'?\n", near);
        return NULL;
    }
    fprintf(stderr, "expected native");
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, ", %s", names[i]);
    }
    fputc('\n', stderr);
    return NULL;
}

static const Target *find_target(const char *name) {
    if (strcmp(name, "native") == 0) {
        const Target *target = native_target();
        fprintf(stderr, "xnc: target %s\n", target->name);
        return target;
    }
    const Target *target = target_by_name(name);
    return target ? target : unknown_target(name);
}

const Target *session_target(Session *session) {
    const char *name = session->options->target;
    if (name && strchr(name, ',')) {
        fprintf(stderr, "xnc: --target takes one target; 'xnc compile' takes a list\n");
        return NULL;
    }
    const Target *target = find_target(name ? name : "native");
    return target && session_tune(session, &target, 1) ? target : NULL;
}

ExitCode session_no_target(const Session *session) {
    return diag_errors(session->work.diag) > 0 ? EXIT_MODEL : EXIT_USAGE;
}

/* Vectors of all have to divide those of the widest, whose panels they share. */
static bool share_layout(const Target *const targets[], int count) {
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            int a = targets[i]->lanes, b = targets[j]->lanes;
            if (count > 1 && a % b != 0 && b % a != 0) {
                fprintf(stderr, "xnc: --target: %s and %s cannot share their weights\n",
                        targets[i]->name, targets[j]->name);
                return false;
            }
        }
    }
    return true;
}

/* Rows of the table stand from plain to fast. */
static int in_order(const bool *asked, const Target *targets[], int most) {
    int count = 0;
    for (size_t i = target_count(); i-- > 0;) {
        if (asked[i]) {
            if (count == most) {
                internal_error("session_targets", "more than %d targets", most);
            }
            targets[count++] = target_at(i);
        }
    }
    return share_layout(targets, count) ? count : 0;
}

int session_targets(Session *session, const Target *targets[], int most) {
    const char *list = session->options->target ? session->options->target : "native";
    bool *asked = NEW_ARRAY(session->work.arena, bool, target_count());
    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        const Target *target =
            find_target(arena_strndup(session->work.arena, at, strcspn(at, ",")));
        if (!target) {
            return 0;
        }
        for (size_t i = 0; i < target_count(); i++) {
            asked[i] = asked[i] || target_at(i) == target;
        }
    }
    int count = in_order(asked, targets, most);
    return session_tune(session, targets, count) ? count : 0;
}

PassOptions session_pass_options(Session *session, const char *stop_after) {
    const Options *options = session->options;
    return (PassOptions){.dump_after = options->dump_after,
                         .dump_changed = options->dump_changed,
                         .time_passes = options->time_passes,
                         .verify_each = options->verify != NULL,
                         .stop_after = stop_after,
                         .dump = stderr};
}

bool session_pass_known(Session *session, const char *option, const char *name) {
    if (!name || pass_by_name(name)) {
        return true;
    }
    const char **names = NEW_ARRAY(session->work.arena, const char *, pass_count());
    for (size_t i = 0; i < pass_count(); i++) {
        names[i] = pass_at(i)->name;
    }
    const char *near = nearest_name(name, names, pass_count());
    fprintf(stderr, "xnc: %s: unknown pass '%s'", option, name);
    if (near) {
        fprintf(stderr, "; did you mean '%s'?\n", near);
    } else {
        fprintf(stderr, "; 'xnc passes' lists them\n");
    }
    return false;
}

bool session_passes_known(Session *session) {
    return session_pass_known(session, "--dump-after", session->options->dump_after) &&
           session_pass_known(session, "--after", session->options->after);
}

bool session_passes(Session *session, Unit *unit, const char *stop_after) {
    PassOptions options = session_pass_options(session, stop_after);
    progress_hide(session->work.progress); /* the passes may print */
    return run_passes(unit, &options);
}

ExitCode session_unit(Session *session, Unit *unit, const char *stop_after) {
    if (!session_passes_known(session)) {
        return EXIT_USAGE;
    }
    *unit = (Unit){.arena = session->work.arena, .diag = session->work.diag};
    unit->target = session_target(session);
    if (!unit->target) {
        return EXIT_USAGE;
    }
    const Description *description = session_description(session);
    unit->graph = description ? session_graph(session, description, 0, 0) : NULL;
    if (!unit->graph || !session_passes(session, unit, stop_after)) {
        return EXIT_MODEL;
    }
    return EXIT_DONE;
}
