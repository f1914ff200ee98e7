/* test_file.h - one text test, as read from its file (see tests/passes/README.md).
 */
#ifndef XNC_TESTS_TEST_FILE_H
#define XNC_TESTS_TEST_FILE_H

#include "ir.h"
#include "target.h"

enum { MOST_PASSES = 20, MOST_LINES = 200 };

/* How the graph before and the graph after are compared by running both. */
typedef enum RunKind {
    RUN_NO,     /* the pass changes what is computed, or the input is refused */
    RUN_EXACT,  /* outputs have the same bits */
    RUN_NEAR,   /* outputs agree within tolerance times the largest magnitude */
    RUN_NAMED,  /* each output equals, to the bit, the value of its name before */
    RUN_SAMPLED /* each output has the bits of the output before at every so many pixels */
} RunKind;

typedef struct Lines {
    const char *at[MOST_LINES];
    int count;
} Lines;

typedef struct TestFile {
    const char *path;
    const char *passes[MOST_PASSES];
    int n_passes;
    const char *target; /* name, or NULL */
    const char *layout; /* name of the target whose panels the weights are packed in, or NULL */
    RunKind run;
    double tolerance;
    Source input;
    Lines contains, absent, error;
} TestFile;

/* Exits with a message when the file is not a text test. */
TestFile *read_test_file(Arena *arena, const char *path);
/* The target that the file names, in the layout that it names; the plainest by default. NULL when
 * there is none of that name. */
const Target *test_target(Arena *arena, const TestFile *test);
/* Copies text with each run of blanks made one space and none at the ends of lines. */
char *squeeze(Arena *arena, const char *text);

#endif
