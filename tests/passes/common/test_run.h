/* test_run.h - what the programs that run text tests share: a test on its way, and seeded numbers
 * for the networks that it runs.
 */
#ifndef XNC_TESTS_TEST_RUN_H
#define XNC_TESTS_TEST_RUN_H

#include "registry.h"
#include "test_file.h"

typedef struct Test {
    Arena *arena;
    const TestFile *file;
    int failures;
} Test;

/* Runs each file of the command line in a process of its own. Returns the exit code: 1 when a test
 * failed. */
int test_main(int argc, char **argv, void (*run)(Test *test));
/* Says on standard error what is wrong, behind the file's name, and counts it. */
void test_fail(Test *test, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Runs the passes that the file lists, with the verifier after each. False when one failed; an
 * unknown one is a failure of the test. */
bool test_passes(Test *test, Unit *unit);
/* The lines must each be a part of a line of the text, or must not. */
void test_search(Test *test, const char *text, const Lines *lines, bool wanted);
/* The text after the passes has what the file asks for, and lacks what it forbids. */
void test_text(Test *test, const char *text);

/* A ParamReader; the context is the arena. What a tensor holds depends on its name; variances and
 * scales are positive, zero points integers. */
const double *seeded_param(void *arena, const char *name, int64_t count);
/* Numbers between -1 and 1 for the graph's input, always the same. */
float *seeded_input(Arena *arena, const Graph *graph);

#endif
