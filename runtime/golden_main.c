/* golden_main.c - the program around xnc_golden_run(): weights, threads and repeats from the
 * command line, and in words what ran on what and what differs. SPDX-License-Identifier: MIT-0
 *
 *   xception_mini for x86-64-v3 (avx2 fma), gcc 12.2.0, 2 threads
 *     noise      24 layers and 1 output are equal
 *     extremes   DIFFERENT from blocks.1.stack.conv1.conv_pw on (separable, line 12 of the ...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xnc_golden.h"
#include "xnc_internal.h"

enum { EQUAL = 0, DIFFERENT = 1, FAILED = 2 }; /* exit codes */

/* How the program was called. */
typedef struct golden_call {
    const xnc_golden *golden;
    const char *path; /* of the weights; NULL: they are in the program, at blob */
    const void *blob;
    int threads, repeats;
} golden_call;

/* What the comparisons on one input found. */
typedef struct golden_tally {
    int layers, outputs, different; /* different: of both */
    xnc_golden_check first;         /* that differed */
} golden_tally;

/* For each input. */
typedef struct golden_tallies {
    const xnc_golden *golden;
    golden_tally at[XNC_GOLDEN_INPUTS];
} golden_tallies;

/* An xnc_golden_report. */
static void count(void *context, const xnc_golden_check *check) {
    golden_tallies *tallies = context;
    golden_tally *tally = &tallies->at[check->input - tallies->golden->inputs];
    tally->layers += !check->is_output;
    tally->outputs += check->is_output;
    if (check->got != check->expected && tally->different++ == 0) {
        tally->first = *check;
    }
}

static const char *plural(int number) {
    return number == 1 ? "" : "s";
}

static void print_tally(const golden_call *call, const char *input, const golden_tally *tally) {
    const xnc_model *model = call->golden->model;
    const xnc_golden_check *first = &tally->first;
    if (tally->different == 0 && tally->layers > 0) {
        printf("  %-10s %d layer%s and %d output%s are equal\n", input, tally->layers,
               plural(tally->layers), tally->outputs, plural(tally->outputs));
        return;
    }
    if (tally->different == 0) {
        printf("  %-10s %d output%s\n", input, tally->outputs,
               tally->outputs == 1 ? " is equal" : "s are equal");
        return;
    }
    printf("  %-10s DIFFERENT from %s on (%s, line %d of the description): %d of %d values\n",
           input, first->value, xnc_layer_op(model, first->layer),
           xnc_layer_line(model, first->layer), tally->different, tally->layers + tally->outputs);
    printf("  %-10s its digest is %016llx, expected %016llx\n", "", (unsigned long long)first->got,
           (unsigned long long)first->expected);
}

/* Of the last repeat; all of them where something differed ends them. */
static void print_tallies(const golden_call *call, const golden_tallies *tallies) {
    for (int i = 0; i < call->golden->n_inputs; i++) {
        print_tally(call, call->golden->inputs[i].name, &tallies->at[i]);
    }
    if (tallies->at[0].layers == 0) {
        printf("  only outputs: each layer is compared where the runtime is compiled with "
               "-DXNC_PROFILE\n");
    }
}

static double now_ms(void) {
    return (double)xnc_nanoseconds() / 1e6;
}

/* Repeats the runs until one differs. */
static xnc_status repeat(const golden_call *call, const xnc_weights *weights, const xnc_exec *exec,
                         void *memory, size_t bytes) {
    golden_tallies tallies;
    xnc_status status = XNC_OK;
    double best = 0;
    int done = 0;
    for (; done < call->repeats && status == XNC_OK; done++) {
        tallies = (golden_tallies){.golden = call->golden};
        double start = now_ms();
        status = xnc_golden_run(call->golden, weights, exec, memory, bytes, count, &tallies);
        double took = now_ms() - start;
        best = done == 0 || took < best ? took : best;
    }
    if (status == XNC_OK || status == XNC_E_DIFFERENT) {
        print_tallies(call, &tallies);
        printf("  %d time%s, the fastest in %.1f ms with its digests\n", done, plural(done), best);
    }
    if (status == XNC_E_DIFFERENT && !xnc_golden_same_weights(call->golden, weights)) {
        printf("  the weights are not those that the digests were made with\n");
    }
    return status;
}

static xnc_status run_threads(const golden_call *call, const xnc_weights *weights) {
    xnc_pool *pool = NULL;
    size_t bytes = xnc_golden_bytes(call->golden, call->threads);
    void *memory = xnc_arena_create(bytes);
    xnc_status status = memory ? XNC_OK : XNC_E_MEMORY;
    if (status == XNC_OK && call->threads > 1) {
        status = xnc_pool_create(&pool, call->threads);
    }
    if (status == XNC_OK) {
        const xnc_exec exec = {.pool = pool};
        status = repeat(call, weights, &exec, memory, bytes);
    }
    xnc_pool_destroy(pool);
    xnc_arena_destroy(memory);
    return status;
}

/* The code of one target. */
static int run_model(const golden_call *call, const xnc_model *model) {
    xnc_weights *weights;
    printf("%s for %s (%s), %s, %d thread%s\n", xnc_model_name(model), xnc_model_target(model),
           *xnc_model_features(model) ? xnc_model_features(model) : "any CPU",
           call->golden->compiler, call->threads, plural(call->threads));
    xnc_status status = call->path ? xnc_weights_open(&weights, model, call->path, 0)
                                   : xnc_weights_attach(&weights, model, call->blob,
                                                        xnc_model_weights_bytes(model));
    if (status == XNC_OK) {
        status = run_threads(call, weights);
        xnc_weights_close(weights);
    }
    if (status != XNC_OK && status != XNC_E_DIFFERENT) {
        printf("  not run: %s%s%s\n", xnc_status_text(status), call->path ? ": " : "",
               call->path ? call->path : "");
        return FAILED;
    }
    return status == XNC_OK ? EQUAL : DIFFERENT;
}

/* Each target's code, where there are several; the worst of the exit codes. What this CPU cannot
 * run is no mistake as long as it runs one of them. */
static int run_all(const golden_call *call) {
    const xnc_model *model = call->golden->model;
    int worst = EQUAL, runs = 0;
    for (int i = 0; i < model->n_variants; i++) {
        const xnc_model *variant = model->variants[i];
        if (xnc_cpu_has(variant->features)) {
            int code = run_model(call, variant);
            worst = code > worst ? code : worst;
            runs++;
        } else {
            printf("%s for %s: not run, this CPU lacks one of %s\n", model->name, variant->target,
                   variant->features);
        }
    }
    return runs > 0 ? worst : run_model(call, model);
}

/* The number that a word is, at most most; fallback when there is no word, 0 when it is none. */
static int number_of(const char *word, int fallback, long most) {
    char *end;
    long number = word ? strtol(word, &end, 10) : fallback;
    return word && (end == word || *end || number < 1 || number > most) ? 0 : (int)number;
}

int xnc_golden_main(const xnc_golden *golden, const char *path, const void *blob, int argc,
                    char **argv) {
    const char *words[3] = {NULL};
    for (int i = 0; i < 3 && i + 1 < argc; i++) {
        words[i] = argv[i + 1];
    }
    int given = words[0] && strcmp(words[0], "-") != 0;
    golden_call call = {.golden = golden,
                        .path = given  ? words[0]
                                : blob ? NULL
                                       : path,
                        .blob = blob,
                        .threads = number_of(words[1], 1, XNC_MAX_THREADS),
                        .repeats = number_of(words[2], 1, 1000000)};
    if (argc > 4 || call.threads == 0 || call.repeats == 0) {
        fprintf(stderr, "usage: %s [WEIGHTS|- [THREADS [REPEATS]]]\n",
                argc > 0 ? argv[0] : "golden");
        return FAILED;
    }
    int code = run_all(&call);
    return fflush(stdout) == 0 ? code : FAILED;
}
