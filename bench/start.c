/* start.c - a program that links a compiled network: how long from exec to its first result, and
 * how much memory it then has.
 *
 *     xnc compile NAME --weights FILE -o out --with-runtime
 *     cc -O3 -march=native -Iout -DHEADER='"NAME.h"' -DNETWORK=NAME_model start.c out/[a-z]*.c -lm
 *     ./start NAME.weights [read]
 *
 * Prints a line of JSON: first_ms from exec to the first result; run_ms the best of later runs in
 * the same process; open_ms of these to open the weights; bytes of weights and arena, and the
 * resident bytes after the first run. The clock starts in a process that then replaces itself by
 * exec, so that loading the program counts and starting a process does not.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include HEADER

enum { LATER_RUNS = 5 };

typedef struct Program {
    xnc_weights *weights;
    void *arena;
    size_t arena_bytes;
    float *input, **outputs;
} Program;

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void *need(void *memory) {
    if (!memory) {
        fprintf(stderr, "start: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return memory;
}

static void expect(xnc_status status) {
    if (status != XNC_OK) {
        fprintf(stderr, "start: %s\n", xnc_status_text(status));
        exit(EXIT_FAILURE);
    }
}

static Program make_program(const char *path, unsigned flags) {
    Program program = {.arena_bytes = xnc_arena_bytes(&NETWORK, 1)};
    expect(xnc_weights_open(&program.weights, &NETWORK, path, flags));
    program.arena = need(xnc_arena_create(program.arena_bytes));
    size_t elements = xnc_tensor_elements(xnc_model_input(&NETWORK));
    program.input = need(calloc(elements, sizeof(float)));
    for (size_t i = 0; i < elements; i++) {
        program.input[i] = (float)(i % 255) / 127 - 1;
    }
    int outputs = xnc_model_outputs(&NETWORK);
    program.outputs = need(calloc((size_t)outputs, sizeof(float *)));
    for (int i = 0; i < outputs; i++) {
        elements = xnc_tensor_elements(xnc_model_output(&NETWORK, i));
        program.outputs[i] = need(calloc(elements, sizeof(float)));
    }
    return program;
}

static void free_program(Program *program) {
    for (int i = 0; i < xnc_model_outputs(&NETWORK); i++) {
        free(program->outputs[i]);
    }
    free(program->outputs);
    free(program->input);
    xnc_arena_destroy(program->arena);
    xnc_weights_close(program->weights);
}

static void run(const Program *program) {
    expect(xnc_run(&NETWORK, program->weights, program->arena, program->arena_bytes, program->input,
                   program->outputs, NULL));
}

/* Bytes of a line of the kernel's summary of this process ("Rss:", "Pss:"); 0 when it has none. */
static uint64_t memory_bytes(const char *key) {
    char line[256];
    unsigned long kilobytes = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key)) == 0) {
            kilobytes = strtoul(line + strlen(key), NULL, 10);
        }
    }
    if (file) {
        fclose(file);
    }
    return (uint64_t)kilobytes * 1024;
}

static void measure(const char *path, unsigned flags, double exec_ms) {
    double open_ms = now_ms(), first_ms, run_ms = 0;
    Program program = make_program(path, flags);
    open_ms = now_ms() - open_ms;
    run(&program);
    first_ms = now_ms() - exec_ms;
    uint64_t resident = memory_bytes("Rss:");
    for (int i = 0; i < LATER_RUNS; i++) {
        double start = now_ms();
        run(&program);
        double taken = now_ms() - start;
        run_ms = i == 0 || taken < run_ms ? taken : run_ms;
    }
    printf("{\"first_ms\": %.3f, \"run_ms\": %.3f, \"open_ms\": %.3f, \"weights_bytes\": %zu, "
           "\"arena_bytes\": %zu, \"resident_bytes\": %" PRIu64 "}\n",
           first_ms, run_ms, open_ms, xnc_model_weights_bytes(&NETWORK), program.arena_bytes,
           resident);
    free_program(&program);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: start NAME.weights [read]\n");
        return EXIT_FAILURE;
    }
    const char *way = argc > 2 ? argv[2] : "map", *started = getenv("XNC_START_MS");
    if (!started) {
        char text[64];
        snprintf(text, sizeof text, "%.6f", now_ms());
        setenv("XNC_START_MS", text, 1);
        execv("/proc/self/exe", argv);
        perror("start");
        return EXIT_FAILURE;
    }
    measure(argv[1], strcmp(way, "read") == 0 ? 0 : XNC_MAP, strtod(started, NULL));
    return EXIT_SUCCESS;
}
