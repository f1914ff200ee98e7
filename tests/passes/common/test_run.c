/* test_run.c - see test_run.h. */
#include "test_run.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int run_file(const char *path, void (*run)(Test *test)) {
    Arena *volatile arena = arena_create();
    if (!arena || arena_protect(arena)) {
        return 1;
    }
    Test test = {.arena = arena, .file = read_test_file(arena, path)};
    run(&test);
    arena_destroy(arena);
    return test.failures;
}

/* A file runs in a process of its own: a pass that aborts on it, or a mistake in it, ends that one
 * test. */
static int run_apart(const char *path, void (*run)(Test *test)) {
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        _exit(run_file(path, run) > 0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        fprintf(stderr, "%s: no process for it\n", path);
        return 1;
    }
    if (WIFSIGNALED(status)) {
        fprintf(stderr, "%s: ended by signal %d, see above\n", path, WTERMSIG(status));
    }
    return status != 0;
}

int test_main(int argc, char **argv, void (*run)(Test *test)) {
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        failures += run_apart(argv[i], run);
    }
    printf("%d tests, %d failures\n", argc - 1, failures);
    return failures != 0;
}

void test_fail(Test *test, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s: %s\n", test->file->path, arena_vprintf(test->arena, format, args));
    va_end(args);
    test->failures++;
}

bool test_passes(Test *test, Unit *unit) {
    PassOptions options = {.verify_each = true, .dump = stderr};
    for (int i = 0; i < test->file->n_passes; i++) {
        const PassInfo *pass = pass_by_name(test->file->passes[i]);
        if (!pass) {
            test_fail(test, "there is no pass %s", test->file->passes[i]);
            return true;
        }
        if (!run_pass(unit, pass, &options)) {
            return false;
        }
    }
    return true;
}

void test_search(Test *test, const char *text, const Lines *lines, bool wanted) {
    const char *plain = squeeze(test->arena, text);
    for (int i = 0; i < lines->count; i++) {
        if ((strstr(plain, lines->at[i]) != NULL) != wanted) {
            test_fail(test, "%s: %s\nthe text is\n%s", wanted ? "missing" : "must not appear",
                      lines->at[i], text);
        }
    }
}

void test_text(Test *test, const char *text) {
    test_search(test, text, &test->file->contains, true);
    test_search(test, text, &test->file->absent, false);
}

/* ---- seeded numbers ---- */

static double next_number(uint64_t *state) {
    *state += 0x9e3779b97f4a7c15u;
    uint64_t bits = *state;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return (double)((bits ^ (bits >> 31)) >> 40) / (double)(1 << 23) - 1;
}

/* What a drawn number from -1 to 1 becomes in a parameter of that name. Of a quantized product:
 * weights of at most 60, so that any two are a small pair. */
static double fit_number(const char *name, double number) {
    if (strncmp(name, "quant.", strlen("quant.")) != 0) {
        return strstr(name, "var") ? 1.25 + number : number;
    }
    if (strstr(name, ".zero_point")) {
        return rint(127.5 + 127.5 * number);
    }
    return strstr(name, ".scale")       ? 0.02 + 0.01 * number
           : strstr(name, ".out_scale") ? 0.0015 + 0.001 * number
                                        : number;
}

const double *seeded_param(void *arena, const char *name, int64_t count) {
    double *values = NEW_ARRAY(arena, double, count);
    uint64_t state = 1;
    for (const char *at = name; *at; at++) {
        state = state * 1099511628211u + (unsigned char)*at;
    }
    for (int64_t i = 0; i < count; i++) {
        values[i] = fit_number(name, next_number(&state));
    }
    return values;
}

float *seeded_input(Arena *arena, const Graph *graph) {
    int64_t count = shape_elements(&graph->input->shape);
    float *input = NEW_ARRAY(arena, float, count);
    uint64_t state = 7;
    for (int64_t i = 0; i < count; i++) {
        input[i] = (float)next_number(&state);
    }
    return input;
}
