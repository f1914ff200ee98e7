/* target_choice.c - words of --target -> rows of the table of targets, with the numbers of
 * --tuning.
 *
 *   "scalar,native" on a CPU with AVX2   ->   x86-64-v3, scalar: the fastest first, each once
 */
#include "target_choice.h"
#include "clean.h"

#include <string.h>

#include "cc.h"
#include "file.h"
#include "tuning.h"
#include "xnc.h"

/* A target with instructions for one precision gains nothing in others over the plainer one in
 * front of it. */
const Target *native_target(Precision precision) {
    const Target *best = target_at(0);
    for (size_t i = 1; i < target_count(); i++) {
        const Target *target = target_at(i);
        bool serves = target->precision == PRECISION_f32 || target->precision == precision;
        bool pays = !target->faster || xnc_cpu_has(target->faster);
        if (serves && pays && xnc_cpu_has(target->features)) {
            best = target;
        }
    }
    return best;
}

/* A message with the nearest name, else with all names. Returns NULL. */
static const Target *unknown_target(const char *name) {
    const char *names[16];
    size_t count = 0;
    while (count < target_count() && count < 16) {
        names[count] = target_at(count)->name;
        count++;
    }
    const char *near = nearest_name(name, names, count);
    print_clean(stderr, "xnc: unknown target '%s'; ", name);
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

static const Target *find_target(const char *name, Precision precision) {
    if (strcmp(name, "native") == 0) {
        const Target *target = native_target(precision);
        fprintf(stderr, "xnc: target %s\n", target->name);
        return target;
    }
    const Target *target = target_by_name(name);
    return target ? target : unknown_target(name);
}

/* A bad file of --tuning is a bad input, all else wrong use. */
static ExitCode failed(const Work *work) {
    return diag_errors(work->diag) > 0 ? EXIT_MODEL : EXIT_USAGE;
}

const char *family_of_command(Arena *arena, const char *command) {
    CommandWords words = {0};
    words_split(arena, &words, command ? command : "");
    return words.count > 0 ? family_of_emulator(arena, base_name(words.at[0])) : NULL;
}

/* The row for a family that every CPU of it runs, as compilers need no flag for it, or plain C:
 * nothing is known of the CPU. */
static const Target *plainest_target(const char *family) {
    const Target *target = target_at(0);
    for (size_t i = 0; i < target_count(); i++) {
        const Target *row = target_at(i);
        target = strcmp(row->family, family) == 0 && !*row->cc_flags ? row : target;
    }
    fprintf(stderr, "xnc: target %s\n", target->name);
    return target;
}

/* Whether a command that runs code of the family, of any if it is NULL, runs that of the target.
 * False after a message. */
static bool fits_command(const Target *target, const char *command, const char *family) {
    if (!family || !*target->family || strcmp(target->family, family) == 0) {
        return true;
    }
    print_clean(stderr, "xnc: --target=%s is for %s, and %s runs code for %s\n", target->name,
                target->family, command, family);
    return false;
}

ExitCode target_choose(const Work *work, const TargetRequest *request, const Target **target) {
    if (request->names && strchr(request->names, ',')) {
        fprintf(stderr, "xnc: --target takes one target; 'xnc compile' takes a list\n");
        return EXIT_USAGE;
    }
    if (request->run_with && words_count(request->run_with) > MOST_OF_PERSON) {
        fprintf(stderr, "xnc: --run-with has more than %d words\n", MOST_OF_PERSON);
        return EXIT_USAGE;
    }
    const char *family = family_of_command(work->arena, request->run_with);
    *target = !request->names && family
                  ? plainest_target(family)
                  : find_target(request->names ? request->names : "native", request->precision);
    return *target && fits_command(*target, request->run_with, family) &&
                   tuning_apply(work, request->tuning, target, 1)
               ? EXIT_DONE
               : failed(work);
}

/* Whether one can use the other's panels, and integers start from the same numbers and lie side by
 * side in the same way. */
static bool share_weights(const Target *one, const Target *other, Precision precision) {
    bool fits = target_fits_layout(one, other) || target_fits_layout(other, one);
    bool alike = !one->spelling[KOP_dot_signed] == !other->spelling[KOP_dot_signed] &&
                 one->shape.blocks == other->shape.blocks;
    return fits && (alike || precision != PRECISION_int8);
}

/* Whether any two targets share weights: then all can use the panels of the widest one, and one
 * blob does. False after a message. */
static bool share_layout(const Target *const targets[], int count, Precision precision) {
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            if (!share_weights(targets[i], targets[j], precision)) {
                fprintf(stderr, "xnc: --target: %s and %s cannot share their weights\n",
                        targets[i]->name, targets[j]->name);
                return false;
            }
        }
    }
    return true;
}

/* The targets that were asked for, from the table's end, as its rows go from plain to fast. Returns
 * how many; 0 after a message. */
static int in_order(const bool *asked, const Target *targets[], int most, Precision precision) {
    int count = 0;
    for (size_t i = target_count(); i-- > 0;) {
        if (asked[i]) {
            if (count == most) {
                internal_error("targets_choose", "more than %d targets", most);
            }
            targets[count++] = target_at(i);
        }
    }
    return share_layout(targets, count, precision) ? count : 0;
}

ExitCode targets_choose(const Work *work, const TargetRequest *request, const Target *targets[],
                        int most, int *count) {
    bool *asked = NEW_ARRAY(work->arena, bool, target_count());
    for (const char *at = request->names ? request->names : "native"; at; at = strchr(at, ',')) {
        at += *at == ',';
        const Target *target =
            find_target(arena_strndup(work->arena, at, strcspn(at, ",")), request->precision);
        if (!target) {
            return EXIT_USAGE;
        }
        for (size_t i = 0; i < target_count(); i++) {
            asked[i] = asked[i] || target_at(i) == target;
        }
    }
    *count = in_order(asked, targets, most, request->precision);
    return *count && tuning_apply(work, request->tuning, targets, *count) ? EXIT_DONE
                                                                          : failed(work);
}
