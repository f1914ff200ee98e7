/* test_file.c - reads a text test: a head of "key: value" lines, then sections.
 *
 *   purpose: what this case shows              (people read it, the runner does not)
 *   passes: infer_shapes fold_bn               run in this order
 *   target: scalar                             for passes that ask a target
 *   layout: x86-64-v4                          for tile_products: whose panels
 *   run: exact | near 1e-5 | named | sampled | no     how before and after are compared
 *   --- input
 *   (the graph as text)
 *   --- contains          each line must be part of a line of the text after
 *   --- absent            no line may be
 *   --- error             each line must be part of the diagnostics, and a pass must fail
 */
#include "test_file.h"

#include <stdlib.h>
#include <string.h>

#include "whole_file.h"

static _Noreturn void bad_file(const char *path, const char *what) {
    fprintf(stderr, "%s: %s\n", path, what);
    exit(2);
}

char *squeeze(Arena *arena, const char *text) {
    char *copy = arena_alloc(arena, strlen(text) + 1);
    size_t used = 0;
    for (const char *at = text; *at; at++) {
        bool blank = *at == ' ' || *at == '\t' || *at == '\r';
        bool needed = used > 0 && copy[used - 1] != ' ' && copy[used - 1] != '\n';
        if (!blank) {
            used -= *at == '\n' && used > 0 && copy[used - 1] == ' ';
            copy[used++] = *at;
        } else if (needed) {
            copy[used++] = ' ';
        }
    }
    used -= used > 0 && copy[used - 1] == ' ';
    copy[used] = '\0';
    return copy;
}

static void add_words(TestFile *test, char *words) {
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        if (test->n_passes == MOST_PASSES) {
            bad_file(test->path, "too many passes");
        }
        test->passes[test->n_passes++] = word;
    }
}

static void set_run(TestFile *test, const char *how) {
    static const char *const names[] = {[RUN_NO] = "no",
                                        [RUN_EXACT] = "exact",
                                        [RUN_NEAR] = "near",
                                        [RUN_NAMED] = "named",
                                        [RUN_SAMPLED] = "sampled"};
    for (int i = 0; i <= RUN_SAMPLED; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(how, names[i], length) == 0) {
            test->run = (RunKind)i;
            test->tolerance = i == RUN_NEAR ? strtod(how + length, NULL) : 0;
            return;
        }
    }
    bad_file(test->path, "run is exact, near TOLERANCE, named, sampled or no");
}

static void read_head(Arena *arena, TestFile *test, const char *line) {
    char *text = squeeze(arena, line);
    if (strncmp(text, "passes: ", 8) == 0) {
        add_words(test, text + 8);
    } else if (strncmp(text, "target: ", 8) == 0) {
        test->target = text + 8;
    } else if (strncmp(text, "layout: ", 8) == 0) {
        test->layout = text + 8;
    } else if (strncmp(text, "run: ", 5) == 0) {
        set_run(test, text + 5);
    }
}

static void add_line(Arena *arena, const TestFile *test, Lines *lines, const char *line) {
    const char *text = squeeze(arena, line);
    if (!*text) {
        return;
    }
    if (lines->count == MOST_LINES) {
        bad_file(test->path, "too many lines in a section");
    }
    lines->at[lines->count++] = text;
}

static Lines *section(TestFile *test, const char *name) {
    Lines *lines = strcmp(name, "contains") == 0 ? &test->contains
                   : strcmp(name, "absent") == 0 ? &test->absent
                   : strcmp(name, "error") == 0  ? &test->error
                                                 : NULL;
    if (!lines) {
        bad_file(test->path, "a section is input, contains, absent or error");
    }
    return lines;
}

TestFile *read_test_file(Arena *arena, const char *path) {
    TestFile *test = NEW(arena, TestFile);
    Lines *lines = NULL;
    bool in_head = true;
    char *next = whole_file(arena, path);
    test->path = path;
    while (next) {
        char *line = next, *end = strchr(next, '\n');
        next = end ? end + 1 : NULL;
        if (strncmp(line, "--- ", 4) == 0) {
            in_head = false;
            test->input.length =
                lines || !test->input.text ? test->input.length : (size_t)(line - test->input.text);
            const char *name = arena_strndup(arena, line + 4, strcspn(line + 4, "\r\n "));
            if (strcmp(name, "input") == 0) {
                test->input = (Source){path, next, next ? strlen(next) : 0};
            } else {
                lines = section(test, name);
            }
        } else if (in_head || lines) {
            const char *text =
                arena_strndup(arena, line, end ? (size_t)(end - line) : strlen(line));
            if (in_head) {
                read_head(arena, test, text);
            } else {
                add_line(arena, test, lines, text);
            }
        }
    }
    if (!test->input.text || test->n_passes == 0) {
        bad_file(path, "passes and input are needed");
    }
    return test;
}

const Target *test_target(Arena *arena, const TestFile *test) {
    const Target *target = test->target ? target_by_name(test->target) : target_at(0);
    const Target *layout = test->layout ? target_by_name(test->layout) : target;
    return target && layout ? target_in_layout(arena, target, layout) : NULL;
}
