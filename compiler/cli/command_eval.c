/* command_eval.c - xnc eval: MODEL and labelled pictures -> top-1 and top-5, beside the published.
 *
 * Threads work on different pictures (eval.c), so --threads makes throughput, not latency.
 */
#include "command.h"

#include <string.h>

#include <xxhash.h>

#include "digest.h"
#include "eval.h"
#include "json_out.h"
#include "map_file.h"
#include "weights.h"

/* What is known before anything is built. */
typedef struct Prepared {
    Unit unit;
    const Description *description;
    const LabelledSet *set;
    const char *weights;
} Prepared;

static bool check_usage(const Prepared *prepared) {
    int64_t channels = prepared->unit.graph->input->shape.dim[1];
    if (!prepared->weights) {
        fprintf(stderr, "xnc eval: --weights FILE is needed\n");
    } else if (!ranks_classes(prepared->unit.graph)) {
        fprintf(stderr, "xnc eval: there are no classes to rank with these options\n");
    } else if (channels != 1 && channels != 3) {
        fprintf(stderr, "xnc eval: pictures have 3 channels or 1; the network takes %lld\n",
                (long long)channels);
    } else {
        return true;
    }
    return false;
}

static ExitCode prepare(Session *session, Prepared *prepared) {
    ExitCode code = session_unit(session, &prepared->unit, NULL);
    if (code != EXIT_DONE) {
        return code;
    }
    prepared->description = session_description(session);
    if (!prepared->description) {
        return EXIT_MODEL;
    }
    prepared->weights = session_weights(session, prepared->description);
    if (!check_usage(prepared)) {
        return EXIT_USAGE;
    }
    session_tell_preprocess(session, prepared->description, prepared->unit.graph);
    int64_t classes = prepared->unit.graph->outputs[0]->shape.dim[1];
    const Labels *labels;
    if (!session_labels(session, prepared->description, classes, &labels)) {
        return EXIT_MODEL;
    }
    prepared->set = labelled_open(session->work.arena, session->work.diag,
                                  session->options->operands[1], labels, classes);
    return prepared->set ? EXIT_DONE : EXIT_MODEL;
}

static uint64_t digest_text(const char *text, uint64_t seed) {
    return XXH64(text, strlen(text), seed);
}

static uint64_t digest_preprocessing(Arena *arena, const Preprocess *how) {
    const char *text = arena_printf(arena, "%lld %lld %.17g %s %s", (long long)how->test_size[0],
                                    (long long)how->test_size[1], how->crop_pct, how->interpolation,
                                    how->crop_mode);
    for (int i = 0; i < 4; i++) {
        text = arena_printf(arena, "%s %.17g %.17g", text, how->mean[i], how->std[i]);
    }
    return digest_text(text, 0);
}

static uint64_t digest_pictures(const LabelledSet *set) {
    uint64_t digest = 0;
    for (int64_t i = 0; i < set->count; i++) {
        digest = digest_text(set->at[i].path, digest + (uint64_t)set->at[i].class);
    }
    return digest;
}

static bool find_subject(Session *session, const Prepared *prepared, EvalSubject *subject) {
    const uint8_t *data;
    size_t size;
    if (!map_file(session->work.arena, session->work.diag, prepared->weights, &data, &size)) {
        return false;
    }
    subject->network = module_digest(prepared->unit.module);
    subject->weights = XXH64(data, size, 0);
    subject->preprocessing =
        digest_preprocessing(session->work.arena, &prepared->unit.graph->preprocess);
    subject->pictures = digest_pictures(prepared->set);
    return true;
}

static double percent(int64_t part, int64_t all) {
    return all > 0 ? 100.0 * (double)part / (double)all : 0.0;
}

static void print_row(const char *name, double here, double published) {
    printf("%s  %6.2f %%", name, here);
    if (published > 0.0) {
        printf("   published %6.2f %%", published);
    }
    printf("\n");
}

static void print_text(const Prepared *prepared, const EvalCounts *counts, int64_t readable) {
    const PublishedWeights *published = prepared->description->chosen;
    const Preprocess *how = &prepared->unit.graph->preprocess;
    printf("%s%s%s, %lld x %lld: %lld pictures\n", prepared->description->name,
           published ? "." : "", published ? published->tag : "", (long long)how->test_size[0],
           (long long)how->test_size[1], (long long)readable);
    print_row("top-1", percent(counts->top1, readable), published ? published->top1 : 0.0);
    print_row("top-5", percent(counts->top1 + counts->top5, readable),
              published ? published->top5 : 0.0);
    if (counts->unreadable > 0) {
        printf("%lld pictures could not be read and do not count\n", (long long)counts->unreadable);
    }
}

static ExitCode print_json(Session *session, const Eval *eval, const Prepared *prepared,
                           const EvalCounts *counts, int64_t readable) {
    Arena *arena = session->work.arena;
    const PublishedWeights *published = prepared->description->chosen;
    json_t *root = json_root(arena, json_object()), *unreadable = json_array();
    json_member(arena, root, "model", json_string(prepared->description->name));
    json_member(arena, root, "tag", published ? json_string(published->tag) : json_null());
    json_member(arena, root, "pictures", json_integer(readable));
    json_member(arena, root, "top1", json_real(percent(counts->top1, readable)));
    json_member(arena, root, "top5", json_real(percent(counts->top1 + counts->top5, readable)));
    json_member(arena, root, "published_top1",
                published && published->top1 > 0.0 ? json_real(published->top1) : json_null());
    json_member(arena, root, "published_top5",
                published && published->top5 > 0.0 ? json_real(published->top5) : json_null());
    json_member(arena, root, "unreadable", unreadable);
    for (int64_t i = 0; i < eval->set->count; i++) {
        if (eval->results[i] == RESULT_UNREADABLE &&
            json_array_append_new(unreadable,
                                  json_string(json_safe(arena, eval->set->at[i].path))) != 0) {
            arena_fail(arena);
        }
    }
    json_print(arena, root);
    return EXIT_DONE;
}

static ExitCode report(Session *session, const Eval *eval, const Prepared *prepared) {
    EvalCounts counts = eval_count(eval);
    int64_t readable = eval->set->count - counts.unreadable;
    ExitCode code = EXIT_DONE;
    if (session->options->json) {
        code = print_json(session, eval, prepared, &counts, readable);
    } else {
        print_text(prepared, &counts, readable);
    }
    return code == EXIT_DONE && readable == 0 ? EXIT_MODEL : code;
}

static ExitCode evaluate(Session *session, const Prepared *prepared, Eval *eval) {
    Unit unit = prepared->unit;
    ParamSource *source = param_source_open(session, prepared->description, unit.graph);
    if (!source) {
        return EXIT_MODEL;
    }
    eval->product = product_load(session, &unit, source);
    return eval->product && eval_run(eval) ? EXIT_DONE : product_failure(session);
}

ExitCode command_eval(Session *session) {
    const Options *options = session->options;
    Prepared prepared = {.set = NULL};
    ExitCode code = prepare(session, &prepared);
    if (code != EXIT_DONE) {
        return code;
    }
    Eval eval = {.session = session,
                 .set = prepared.set,
                 .state = options->state,
                 .threads = (int)first_or(&options->threads, 1)};
    eval.results = NEW_ARRAY(session->work.arena, char, prepared.set->count + 1);
    if (!find_subject(session, &prepared, &eval.subject)) {
        return EXIT_MODEL;
    }
    memset(eval.results, RESULT_PENDING, (size_t)prepared.set->count);
    if (eval.state && !eval_state_read(session->work.arena, session->work.diag, eval.state,
                                       &eval.subject, eval.results, prepared.set->count)) {
        return EXIT_MODEL;
    }
    code = eval_count(&eval).pending > 0 ? evaluate(session, &prepared, &eval) : EXIT_DONE;
    return code == EXIT_DONE ? report(session, &eval, &prepared) : code;
}
