/* test_limits.c - the limits that keep hostile text from taking all time, memory or stack, on both
 * sides of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ir.h"
#include "limit.h"

/* Parses head, count times the line (where # stands for the number of the line), then tail. */
static bool parses(const char *head, const char *line, int count, const char *tail,
                   const char *expected) {
    char *text, *told;
    size_t length, told_length;
    FILE *out = open_memstream(&text, &length);
    fputs(head, out);
    for (int i = 0; i < count; i++) {
        for (const char *at = line; *at; at++) {
            if (*at == '#') {
                fprintf(out, "%d", i);
            } else {
                fputc(*at, out);
            }
        }
    }
    fputs(tail, out);
    fclose(out);
    Arena *arena = arena_create();
    FILE *stream = open_memstream(&told, &told_length);
    Source source = {"t", text, length};
    bool fine = parse_graph(arena, diag_create(arena, stream), &source) != NULL;
    fclose(stream);
    if (!fine && (!told || !strstr(told, expected))) {
        print_error("expected: %s\ntold: %s\n", expected, told ? told : "nothing");
        fail();
    }
    arena_destroy(arena);
    free(told);
    free(text);
    return fine;
}

static const char head[] = "graph g\ninput %x : f32[1,1,1,1]\n";

static void depth_of_expressions(void **state) {
    (void)state;
    static const char start[] = "graph g\ninput %x : f32[1,1,1,1]\n%a = affine(%x) weight=";
    char tail[1000] = "@a[1]";
    for (int i = 0; i < 63; i++) {
        strcat(tail, ", @b[1])");
    }
    assert_true(parses(start, "add(", 63, tail, ""));
    strcat(tail, ", @b[1])");
    assert_false(parses(start, "add(", 64, tail, "nested deeper than 64"));
    assert_false(parses(start, "add(", 1000000, "", "nested deeper than 64"));
}

static void depth_of_regions(void **state) {
    (void)state;
    for (int count = 16; count <= 17; count++) {
        char tail[1000] = "%r = activation(%x)\n";
        for (int i = 0; i < count; i++) {
            strcat(tail, "}\n");
        }
        assert_int_equal(parses(head, "%r = region(%x) {\n", count, tail, "deeper than 16"),
                         count == 16);
    }
    assert_false(parses(head, "%r = region(%x) {\n", 100000, "", "deeper than 16"));
}

static void counts(void **state) {
    (void)state;
    assert_true(parses(head, "%n# = activation(%x)\n", 19999, "", ""));
    assert_false(parses(head, "%n# = activation(%x)\n", 20001, "", "more than 20000 values"));
    assert_true(parses(head, "param @p# : f32[1]\n", 20000, "", ""));
    assert_false(parses(head, "param @p# : f32[1]\n", 20001, "", "more than 20000 parameters"));
    assert_true(parses(head, "tap %x\n", 20000, "", ""));
    assert_false(parses(head, "tap %x\n", 20001, "", "more than 20000 taps"));
    assert_true(parses(head, "output %x\n", 20000, "", ""));
    assert_false(parses(head, "output %x\n", 20001, "", "more than 20000 outputs"));
    assert_true(parses("graph g out_indices=0", ",#", 15, "\ninput %x\n", ""));
    assert_false(parses("graph g out_indices=0", ",#", 16, "\ninput %x\n", "16 indices"));
}

static void sizes(void **state) {
    (void)state;
    assert_true(parses("graph ", "a", 512, "\ninput %x\n", ""));
    assert_false(parses("graph ", "a", 513, "\ninput %x\n", "more than 512 letters"));
    assert_true(parses("graph \"", "a", 512, "\"\ninput %x\n", ""));
    assert_false(parses("graph \"", "a", 513, "\"\ninput %x\n", "more than 512 letters"));
    assert_true(parses("graph g\ninput %x\n", " ", LIMIT_TEXT_BYTES - 17, "", ""));
    assert_false(parses("graph g\ninput %x\n", " ", LIMIT_TEXT_BYTES - 16, "", "6291456 bytes"));
    assert_false(parses(head, "%r = region(%x", 1, ",%x,%x,%x,%x,%x,%x,%x,%x) {\n}\n",
                        "more than 8 operands"));
    assert_false(parses(head, "%a#, ", 9, "%b = region(%x) {\n}\n", "more than 8 results"));
    assert_true(parses("graph g\ninput %x : f32[1099511627776]\n", "", 0, "", ""));
    assert_false(parses("graph g\ninput %x : f32[1099511627777]\n", "", 0, "", "1099511627776"));
    assert_false(parses("graph g\ninput %x : f32[1,1,1,1,1]\n", "", 0, "", "at most 4"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_of_expressions),
        cmocka_unit_test(depth_of_regions),
        cmocka_unit_test(counts),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
