/* registry.c - turns the rows of passes.def into a table, and runs the passes.
 *
 * The runner takes the rows in order and checks that the facts a pass needs hold. On request it
 * prints the text after a pass and the time that it took, and runs the verifier:
 *
 *   --dump-after=fold_bn     the text after that pass
 *   --dump-changed           the text after each pass, or "# after fold_bn (unchanged)"
 *   --time-passes            one line per pass
 *   --verify=each            every invariant after every pass; a broken one is a mistake in xnc
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text_stream.h"

/* passes.def writes facts without their prefix. */
enum {
#define FACT(name, text, line) name = FACT_##name,
#include "facts.def"
#undef FACT
};

static const PassInfo passes[] = {
#define PASS(name, needs, gives, line) {#name, pass_##name, needs, gives, line},
#include "passes.def"
#undef PASS
};

size_t pass_count(void) {
    return sizeof passes / sizeof passes[0];
}

const PassInfo *pass_at(size_t index) {
    return index < pass_count() ? &passes[index] : NULL;
}

const PassInfo *pass_by_name(const char *name) {
    for (size_t i = 0; i < pass_count(); i++) {
        if (strcmp(passes[i].name, name) == 0) {
            return &passes[i];
        }
    }
    return NULL;
}

const char *facts_text(Arena *arena, Facts facts) {
    static const char *const names[FACT_COUNT] = {
#define FACT(name, text, line) text,
#include "facts.def"
#undef FACT
    };
    const char *all = "";
    for (int i = 0; i < FACT_COUNT; i++) {
        if (facts >> i & 1) {
            all = arena_printf(arena, "%s%s%s", all, *all ? " " : "", names[i]);
        }
    }
    return all;
}

const char *unit_text(const Unit *unit) {
    TextStream *stream = text_stream_open(unit->arena);
    if (unit->module) {
        print_module(text_stream_file(stream), unit->module);
    } else {
        print_graph(text_stream_file(stream), unit->graph);
    }
    return text_stream_close(stream, NULL);
}

static bool verify_unit(FILE *out, const Unit *unit) {
    return unit->module ? verify_module(out, unit->module) : verify_graph(out, unit->graph);
}

/* When an invariant is broken, prints which one and the whole text, and aborts: passes only see
 * what was checked before, so it is never the user's mistake. */
static void verify_after(const Unit *unit, const PassInfo *pass) {
    if (verify_unit(stderr, unit)) {
        return;
    }
    fputs(unit_text(unit), stderr);
    internal_error(pass->name, "an invariant is broken after this pass, see above");
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Prints the text after a pass if the options ask for it; before is the text before it, which only
 * dump_changed needs. */
static void dump(const Unit *unit, const PassInfo *pass, const PassOptions *options,
                 const char *before) {
    bool asked = options->dump_after && strcmp(options->dump_after, pass->name) == 0;
    if (!asked && !options->dump_changed) {
        return;
    }
    const char *after = unit_text(unit);
    if (!asked && before && strcmp(before, after) == 0) {
        fprintf(options->dump, "# after %s (unchanged)\n", pass->name);
        return;
    }
    fprintf(options->dump, "# after %s\n%s", pass->name, after);
}

/* Notes in the graph what it is compiled for, so that xnc opt can continue from its text. */
static void name_target(const Unit *unit) {
    const Target *layout = unit->target->layout;
    unit->graph->target = unit->target->name;
    unit->graph->layout = layout ? layout->name : NULL;
}

/* The time is that of the pass alone, without printing and verifying. */
bool run_pass(Unit *unit, const PassInfo *pass, const PassOptions *options) {
    if (!unit->module) {
        name_target(unit);
    }
    const char *before = options->dump_changed ? unit_text(unit) : NULL;
    double start = seconds_now();
    bool good = pass->run(unit);
    double seconds = seconds_now() - start;
    if (options->time_passes) {
        fprintf(options->dump, "# %-18s %9.3f ms\n", pass->name, 1e3 * seconds);
    }
    if (!good) {
        return false;
    }
    dump(unit, pass, options, before);
    if (options->verify_each) {
        verify_after(unit, pass);
    }
    return true;
}

static bool is_left_out(const PassOptions *options, const char *name) {
    for (const char *const *at = options->without; at && *at; at++) {
        if (strcmp(*at, name) == 0) {
            return true;
        }
    }
    return false;
}

bool run_passes(Unit *unit, const PassOptions *options) {
    Facts facts = 0;
    for (size_t i = 0; i < pass_count(); i++) {
        const PassInfo *pass = &passes[i];
        if (pass->needs & ~facts) {
            internal_error(pass->name, "needs facts that no pass before it in passes.def gives: %s",
                           facts_text(unit->arena, pass->needs & ~facts));
        }
        if (!is_left_out(options, pass->name) && !run_pass(unit, pass, options)) {
            return false;
        }
        facts |= pass->gives;
        if (options->stop_after && strcmp(options->stop_after, pass->name) == 0) {
            return true;
        }
    }
    return true;
}
