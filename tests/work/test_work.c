/* test_work.c - the work of the compiler grows as its input does, not faster.
 *
 * Each network is compiled with few and with FACTOR times as many blocks, and each step of that, a
 * pass, the verifier behind it, printing and parsing its text, the C, may take SLACK * FACTOR times
 * the work. Work is counted in basic blocks of our own code, which is compiled with a call of
 * __sanitizer_cov_trace_pc() at the start of each (CMakeLists.txt): so the numbers are the same on
 * every machine, however busy. Work that libraries do, such as memcpy(), does not count.
 */
#include <stdlib.h>
#include <string.h>

#include "description.h"
#include "emit.h"
#include "registry.h"
#include "text_stream.h"

enum { FACTOR = 4, MOST_STEPS = 80, LEAST_WORK = 20000 /* below it, what is constant decides */ };
#define SLACK 1.4

static long long blocks_done;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void) {
    blocks_done++;
}

/* A network: the text of its blocks, one line of YAML each, made by line() for each of them. */
typedef struct Network {
    const char *name;
    int blocks; /* of the small one */
    int64_t size;
    int64_t output_stride;
    bool features; /* all of them */
    const char *(*line)(Arena *arena, int block);
} Network;

static const char *plain(Arena *arena, int block) {
    (void)block;
    return arena_strdup(arena, "{widths: 3, depth: 4, shortcut: convolution}");
}

/* A waist in each block. */
static const char *waists(Arena *arena, int block) {
    return arena_printf(arena, "{widths: [%d, 4, 40], shortcut: none}", 40 + 8 * (block % 2));
}

/* No two blocks share a kernel. */
static const char *distinct(Arena *arena, int block) {
    return arena_printf(arena, "{widths: [%d, %d, 2, 3]}", 1 + block, 200 + block);
}

static const char *before(Arena *arena, int block) {
    return arena_printf(arena, "{widths: 5, norm: before, activation: silu, stride: %d}",
                        block < 3 ? 2 : 1);
}

static const Network networks[] = {
    {"large_maps", 32, 80, 0, false, plain}, {"small_maps", 32, 20, 0, false, plain},
    {"waists", 32, 80, 0, false, waists},    {"kernels", 32, 8, 0, false, distinct},
    {"features", 32, 80, 0, true, plain},    {"dilated", 32, 64, 8, false, before},
};

/* Steps by name, with the work of both sizes. */
typedef struct Steps {
    const char *name[MOST_STEPS];
    long long work[MOST_STEPS][2];
    int count;
} Steps;

/* Notes what was done since the last call. */
static void note(Steps *steps, int size, int at, const char *name) {
    if (at >= MOST_STEPS) {
        fprintf(stderr, "too many steps\n");
        exit(1);
    }
    steps->name[at] = name;
    steps->work[at][size] = blocks_done;
    steps->count = at + 1;
    blocks_done = 0;
}

static Graph *build(Arena *arena, Diag *diag, const Network *network, int blocks) {
    TextStream *stream = text_stream_open(arena);
    FILE *out = text_stream_file(stream);
    fprintf(out,
            "name: net\ntitle: t\ninput: {size: %lld}\nnorm_eps: 1e-5\nstem: [{width: 3}]\n"
            "blocks:\n",
            (long long)network->size);
    for (int i = 0; i < blocks; i++) {
        fprintf(out, "  - %s\n", network->line(arena, i));
    }
    fprintf(out, "head: {classes: 3}\nfeatures: [");
    for (int i = 0; i < MAX_OUT_INDICES; i++) {
        fprintf(out, "%sblocks.%d", i ? ", " : "", i * blocks / MAX_OUT_INDICES);
    }
    fprintf(out, "]\n");
    const char *text = text_stream_close(stream, NULL);
    Source source = {"net.yaml", text, strlen(text)};
    Source *kept = NEW(arena, Source);
    *kept = source;
    const Description *description = description_parse(arena, diag, kept);
    if (!description) {
        return NULL;
    }
    ModelOptions options = model_options();
    options.output_stride = network->output_stride;
    options.features_only = network->features;
    return description_build(arena, diag, description, &options);
}

/* Prints the unit and reads it again. */
static void round_trip(const Unit *unit) {
    TextStream *stream = text_stream_open(unit->arena);
    if (unit->module) {
        print_module(text_stream_file(stream), unit->module);
    } else {
        print_graph(text_stream_file(stream), unit->graph);
    }
    const char *text = text_stream_close(stream, NULL);
    Source source = {"net.ir", text, strlen(text)};
    bool read = unit->module ? parse_module(unit->arena, unit->diag, &source) != NULL
                             : parse_graph(unit->arena, unit->diag, &source) != NULL;
    if (!read) {
        exit(1);
    }
}

static bool compile(Arena *arena, const Network *network, int blocks, Steps *steps, int size) {
    Diag *diag = diag_create(arena, stderr);
    Unit unit = {.arena = arena, .diag = diag, .target = target_by_name("x86-64-v3")};
    PassOptions options = {.dump = stderr};
    int at = 0;
    blocks_done = 0;
    unit.graph = build(arena, diag, network, blocks);
    note(steps, size, at++, "description");
    for (size_t i = 0; unit.graph && i < pass_count(); i++) {
        const PassInfo *pass = pass_at(i);
        if (!run_pass(&unit, pass, &options)) {
            return false;
        }
        note(steps, size, at++, pass->name);
        bool sound =
            unit.module ? verify_module(stderr, unit.module) : verify_graph(stderr, unit.graph);
        note(steps, size, at++, arena_printf(arena, "the verifier after %s", pass->name));
        round_trip(&unit);
        note(steps, size, at++, arena_printf(arena, "the text after %s", pass->name));
        if (!sound) {
            return false;
        }
    }
    TextStream *stream = text_stream_open(arena);
    EmitOptions emitted = {.prefix = "net", .version = "0"};
    if (unit.module) {
        emit_source(text_stream_file(stream), unit.module, &emitted);
        emit_header(text_stream_file(stream), unit.module, &emitted);
    }
    text_stream_close(stream, NULL);
    note(steps, size, at, "the C");
    return unit.module != NULL;
}

static int check(Arena *arena, const Network *network) {
    Steps steps = {.count = 0};
    int wrong = 0;
    if (!compile(arena, network, network->blocks, &steps, 0) ||
        !compile(arena, network, FACTOR * network->blocks, &steps, 1)) {
        fprintf(stderr, "%s: does not compile\n", network->name);
        return 1;
    }
    for (int i = 0; i < steps.count; i++) {
        long long few = steps.work[i][0], many = steps.work[i][1];
        double times = (double)many / (double)(few > LEAST_WORK ? few : LEAST_WORK);
        if (getenv("XNC_TELL_WORK")) {
            printf("%-12s %-34s %12lld %12lld  x %.1f\n", network->name, steps.name[i], few, many,
                   times);
        }
        if (times > SLACK * FACTOR) {
            fprintf(stderr, "%s: %s takes %.1f times the work for %d times the blocks\n",
                    network->name, steps.name[i], times, FACTOR);
            wrong++;
        }
    }
    return wrong;
}

static int check_network(const Network *network) {
    Arena *volatile arena = arena_create();
    if (!arena || arena_protect(arena)) {
        return 1;
    }
    int wrong = check(arena, network);
    arena_destroy(arena);
    return wrong;
}

int main(void) {
    int wrong = 0;
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        wrong += check_network(&networks[i]);
    }
    return wrong > 0;
}
