/* walk.c - drawn networks from standard input through the whole compiler, one after the other:
 *
 *   network ID BYTES WEIGHTS_SEED INPUT FILL [option of xnc compile]...
 *   BYTES bytes of a description
 *
 * answers "begin ID", what there is to say, and "end fine", "end wrong" or "end refused" (by a
 * diagnostic). An internal error ends the program, and so does a network that takes longer than
 * LONGEST seconds of the CPU.
 *
 * Each target is walked with the layout of weights that they share. After each pass every invariant
 * is verified, the text is read again and must print as before, and the pass must make the same of
 * what was read from text. Graphs are interpreted after each pass from the one on that chooses the
 * outputs: folding may round differently, all others keep every bit. Then the kernels run.
 */
#include "walk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "model_graph.h"
#include "requests.h"

enum { LONGEST = 60, MOST_TOKENS = 64 };

bool walk_wrong(Walk *walk, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    walk->failed = true;
    return false;
}

static bool build_described(Walk *walk) {
    Source *source = NEW(walk->work.arena, Source);
    *source = (Source){"random.yaml", walk->yaml, strlen(walk->yaml)};
    Model model = {.asked = walk->request.model.asked};
    model.description = description_parse(walk->work.arena, walk->work.diag, source);
    walk->described = model.description ? model_graph(&walk->work, &model) : NULL;
    walk->reader = (SeedReader){
        .arena = walk->work.arena, .graph = walk->described, .seed = walk->weights_seed};
    return walk->described && make_input(walk);
}

/* The passes that rewrite graphs keep what is computed once the outputs are chosen. */
static void compare_graph(Walk *walk, const Unit *unit, const PassInfo *pass, bool selected) {
    bool folds = pass->gives & FACT_NO_BN;
    if (!unit->module && selected) {
        interpret(walk, pass->name, unit->graph, folds);
    }
}

/* The kernels of every network run once they are complete; most of the time goes there, so those of
 * the earlier passes and other numbers of tasks are run for every fourth. */
static void compare_module(Walk *walk, const Unit *unit, const PassInfo *pass) {
    bool complete = pass->gives & FACT_UNROLLED;
    if (unit->module && walk->weights_seed % 4 == 0) {
        run_module(walk, unit, pass->gives & FACT_VECTOR ? 2 : 1);
    }
    if (unit->module && complete) {
        run_module(walk, unit, 3);
    }
}

/* The same pass on what was read from the text before it. */
static void compare_reread(Walk *walk, Unit *reread, const Unit *unit, const PassInfo *pass) {
    PassOptions options = {.verify_each = true, .dump = stdout};
    if (!run_pass(reread, pass, &options)) {
        walk_wrong(walk, "text %s: the pass fails on the text before it", pass->name);
    } else if (strcmp(unit_text(reread), unit_text(unit)) != 0) {
        walk_wrong(walk, "text %s: another result from the text before it:\n%s\ninstead of\n%s",
                   pass->name, unit_text(reread), unit_text(unit));
    }
}

static bool walk_unit(Walk *walk, Unit *unit) {
    PassOptions options = {.verify_each = true, .dump = stdout};
    Unit *reread = NULL;
    bool selected = false;
    for (size_t i = 0; i < pass_count() && !walk->failed; i++) {
        const PassInfo *pass = pass_at(i);
        if (!run_pass(unit, pass, &options)) {
            return false;
        }
        if (reread) {
            compare_reread(walk, reread, unit, pass);
        }
        reread = reread_unit(walk, unit, pass, pass_at(i + 1));
        selected = selected || pass->gives & FACT_SELECTED;
        compare_graph(walk, unit, pass, selected);
        compare_module(walk, unit, pass);
    }
    return true;
}

static bool walk_targets(Walk *walk) {
    const Target *targets[MOST_TARGETS];
    Unit units[MOST_TARGETS];
    int count;
    if (targets_choose(&walk->work, &walk->request.target, targets, MOST_TARGETS, &count) !=
        EXIT_DONE) {
        return false;
    }
    const Target *widest = targets[0];
    for (int i = 0; i < count; i++) {
        widest = targets[i]->lanes > widest->lanes ? targets[i] : widest;
    }
    for (int i = 0; i < count && !walk->failed; i++) {
        Arena *arena = walk->work.arena;
        units[i] = (Unit){.arena = arena, .diag = walk->work.diag};
        units[i].target = target_in_layout(arena, targets[i], widest);
        units[i].graph = graph_copy(arena, walk->described);
        walk->expected = NULL;
        if (!walk_unit(walk, &units[i])) {
            return false;
        }
    }
    if (!walk->failed) {
        product_texts(units, count, NULL, false, NULL);
    }
    return true;
}

static const char *walk_network(Walk *walk) {
    bool accepted = build_described(walk) && walk_targets(walk);
    if (walk->failed || !accepted) {
        return walk->failed ? "wrong" : "refused";
    }
    return "fine";
}

/* The words of the line "network ..."; false when it is none. */
static bool read_words(Walk *walk, char *line, size_t *bytes, const char **id) {
    static char first[] = "xnc", second[] = "compile", third[] = "random.yaml", fourth[] = "-o.";
    char *words[MOST_TOKENS], *argv[MOST_TOKENS + 4] = {first, second, third, fourth};
    int count = 0, argc = 4;
    for (char *word = strtok(line, " \n"); word && count < MOST_TOKENS;
         word = strtok(NULL, " \n")) {
        words[count++] = word;
    }
    if (count < 6) {
        return false;
    }
    *id = words[1];
    *bytes = strtoull(words[2], NULL, 10);
    walk->weights_seed = strtoull(words[3], NULL, 10);
    walk->input_kind = words[4];
    walk->fill = (uint32_t)strtoul(words[5], NULL, 16);
    for (int i = 6; i < count; i++) {
        argv[argc++] = words[i];
    }
    Options *options = NEW(walk->work.arena, Options);
    bool good = parse_options(walk->work.arena, stdout, argc, argv, options) == PARSE_RUN;
    walk->request = unit_request(options, NULL);
    return good;
}

static int walk_next(Arena *arena, char *line) {
    Walk walk = {.work = {.arena = arena, .diag = diag_create(arena, stdout)}};
    const char *id = NULL;
    size_t bytes = 0;
    if (!read_words(&walk, arena_strdup(arena, line), &bytes, &id)) {
        return 2;
    }
    char *yaml = arena_alloc(arena, bytes + 1);
    if (fread(yaml, 1, bytes, stdin) != bytes) {
        return 2;
    }
    walk.yaml = yaml;
    printf("begin %s\n", id);
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {.tv_sec = LONGEST}}, NULL);
    printf("end %s\n", walk_network(&walk));
    return 0;
}

int main(void) {
    enum { LONGEST_LINE = 4096 };
    char line[LONGEST_LINE];
    int status = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (status == 0 && fgets(line, sizeof line, stdin)) {
        Arena *volatile arena = arena_create();
        if (!arena || arena_protect(arena)) {
            return 1;
        }
        status = walk_next(arena, line);
        arena_destroy(arena);
    }
    return status;
}
