/* test_diag.c - what a person sees: places, carets, hints, counts, and no control characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "diag.h"

typedef struct Heard {
    Arena *arena;
    Diag *diag;
    FILE *stream;
    char *text;
    size_t length;
} Heard;

static Heard listen(void) {
    Heard heard = {.arena = arena_create()};
    return heard;
}

static void begin(Heard *heard) {
    heard->stream = open_memstream(&heard->text, &heard->length);
    heard->diag = diag_create(heard->arena, heard->stream);
}

/* Compares and forgets what was printed. */
static void expect(Heard *heard, const char *text) {
    diag_finish(heard->diag);
    fclose(heard->stream);
    assert_string_equal(heard->text, text);
    free(heard->text);
    arena_destroy(heard->arena);
}

static void a_place_with_caret_and_hint(void **state) {
    (void)state;
    static const char text[] = "blocks:\n  strid: 2\r\nend";
    Source source = {"my.yaml", text, sizeof text - 1};
    Heard heard = listen();
    begin(&heard);
    assert_false(diag_at(heard.diag, DIAG_SCHEMA, (Loc){&source, 2, 3, 5}, "did you mean 'stride'?",
                         "unknown key '%s'", "strid"));
    assert_false(diag_at(heard.diag, DIAG_SCHEMA, (Loc){&source, 3, 4, 9}, NULL, "ends too soon"));
    assert_int_equal(diag_errors(heard.diag), 2);
    expect(&heard, "my.yaml:2:3: error: unknown key 'strid'\n"
                   "    2 |   strid: 2\n"
                   "      |   ^~~~~\n"
                   "hint: did you mean 'stride'?\n"
                   "my.yaml:3:4: error: ends too soon\n"
                   "    3 | end\n"
                   "      |    ^\n");
}

static void places_that_are_not_there(void **state) {
    (void)state;
    Source empty = {"a.ir", NULL, 0}, text = {"b.ir", "one line", 8};
    Heard heard = listen();
    begin(&heard);
    diag_at(heard.diag, DIAG_SHAPE, (Loc){NULL, 0, 0, 0}, NULL, "no place");
    diag_at(heard.diag, DIAG_SHAPE, (Loc){&empty, 3, 1, 1}, NULL, "no text");
    diag_at(heard.diag, DIAG_SHAPE, (Loc){&text, 7, 1, 1}, NULL, "no such line");
    diag_at(heard.diag, DIAG_SHAPE, (Loc){&text, 1, 0, 0}, NULL, "no column");
    diag_in(heard.diag, DIAG_FILE, "w.pth", "byte 12", "a hint", "is short");
    diag_in(heard.diag, DIAG_FILE, "w.pth", NULL, NULL, "is short");
    diag_note(heard.diag, "a fact: %d", 5);
    expect(&heard, "xnc: error: no place\na.ir:3:1: error: no text\n"
                   "b.ir:7:1: error: no such line\nb.ir:1: error: no column\n    1 | one line\n"
                   "w.pth: byte 12: error: is short\nhint: a hint\nw.pth: error: is short\n"
                   "note: a fact: 5\n");
}

static void control_characters_do_not_reach_the_terminal(void **state) {
    (void)state;
    static const char text[] = "\ta\x1b[31mb\x7f";
    Source source = {"\x1b.ir", text, sizeof text - 1};
    Heard heard = listen();
    begin(&heard);
    diag_at(heard.diag, DIAG_SYNTAX, (Loc){&source, 1, 2, 3}, "\r", "bad '%s'", "\x07");
    expect(&heard, "?.ir:1:2: error: bad '?'\n    1 |  a?[31mb?\n      |  ^~~\nhint: ?\n");
}

static void a_long_line_is_shown_around_its_caret(void **state) {
    (void)state;
    char line[1000], wanted[600];
    memset(line, 'x', sizeof line);
    line[500] = 'Y';
    Source source = {"long", line, sizeof line};
    Heard heard = listen();
    begin(&heard);
    diag_at(heard.diag, DIAG_SYNTAX, (Loc){&source, 1, 501, 1}, NULL, "here");
    memset(line, ' ', 80);
    snprintf(wanted, sizeof wanted, "long:1:501: error: here\n    1 | %.160s\n      | %.80s^\n",
             line + 420, line);
    expect(&heard, wanted);
}

static void each_kind_is_counted_alone(void **state) {
    (void)state;
    Heard heard = listen();
    begin(&heard);
    for (int i = 0; i < DIAG_SHOWN + 13; i++) {
        diag_in(heard.diag, DIAG_MISSING, "w", "t", NULL, "missing");
    }
    for (int i = 0; i < DIAG_SHOWN; i++) {
        diag_in(heard.diag, DIAG_UNEXPECTED, "w", "t", NULL, "unexpected");
    }
    assert_int_equal(diag_errors(heard.diag), 2 * DIAG_SHOWN + 13);
    diag_finish(heard.diag);
    fclose(heard.stream);
    assert_non_null(strstr(heard.text, "and 13 more missing tensors\n"));
    assert_null(strstr(heard.text, "more unexpected"));
    free(heard.text);
    arena_destroy(heard.arena);
}

static void the_nearest_name(void **state) {
    (void)state;
    static const char *const names[] = {"stride", "kernel", NULL, "pad", "dilation"};
    assert_string_equal(nearest_name("strid", names, 5), "stride");
    assert_string_equal(nearest_name("kernle", names, 5), "kernel");
    assert_string_equal(nearest_name("pda", names, 5), "pad");
    assert_null(nearest_name("epilogue", names, 5));
    assert_null(nearest_name("zzz", names, 5));
    assert_null(nearest_name("x", names, 0));
    char longest[200];
    memset(longest, 'a', sizeof longest);
    longest[199] = '\0';
    assert_null(nearest_name(longest, names, 5));
}

/* Letters that are compared to find the nearest of so many names, all as near as can be. */
static int64_t near_steps(int count) {
    Arena *arena = arena_create();
    const char **names = NEW_ARRAY(arena, const char *, count);
    int64_t steps = 0;
    for (int i = 0; i < count; i++) {
        names[i] = arena_printf(arena, "blocks.%05d.stack.conv1.conv_dw.weight", i);
    }
    nearest_counted("blocks.x.stack.conv1.conv_dw.weight", names, (size_t)count, &steps);
    arena_destroy(arena);
    return steps;
}

static void the_search_is_linear_in_the_letters(void **state) {
    (void)state;
    const int64_t letters = sizeof "blocks.00000.stack.conv1.conv_dw.weight" - 1;
    assert_true(near_steps(1000) <= 1000 * letters);
    assert_true(near_steps(16000) <= 16000 * letters);
    assert_true(near_steps(1000) > 0);
}

/* The table of distances, filled in as its definition says. */
static size_t plain_distance(const char *a, const char *b) {
    size_t row[128], width = strlen(b);
    for (size_t x = 0; x <= width; x++) {
        row[x] = x;
    }
    for (size_t y = 1; a[y - 1]; y++) {
        size_t diagonal = row[0];
        row[0] = y;
        for (size_t x = 1; x <= width; x++) {
            size_t replaced = diagonal + (a[y - 1] != b[x - 1]);
            size_t least = (row[x] < row[x - 1] ? row[x] : row[x - 1]) + 1;
            diagonal = row[x];
            row[x] = least < replaced ? least : replaced;
        }
    }
    return row[width];
}

/* A word of up to 64 letters out of three, from a state that moves on. */
static void draw_word(unsigned *draw, char *word) {
    size_t length = (*draw = *draw * 1664525 + 1013904223) >> 26;
    for (size_t i = 0; i <= length; i++) {
        word[i] = (char)('a' + ((*draw = *draw * 1664525 + 1013904223) >> 24) % 3);
    }
    word[length + 1] = '\0';
}

static void near_is_what_the_table_says(void **state) {
    (void)state;
    unsigned draw = 1;
    int found = 0;
    for (int i = 0; i < 20000; i++) {
        char word[66], other[66];
        draw_word(&draw, word);
        draw_word(&draw, other);
        const char *names[] = {other};
        size_t distance = plain_distance(word, other);
        bool near = distance < strlen(word) / 3 + 2 && distance < strlen(other);
        assert_int_equal(nearest_name(word, names, 1) != NULL, near);
        found += near;
    }
    assert_true(found > 100);
}

static void what_is_no_longer_shown_is_known(void **state) {
    (void)state;
    Heard heard = listen();
    begin(&heard);
    for (int i = 0; i < DIAG_SHOWN; i++) {
        assert_true(diag_shows(heard.diag, DIAG_MISSING));
        diag_in(heard.diag, DIAG_MISSING, "w", "t", NULL, "missing");
    }
    assert_false(diag_shows(heard.diag, DIAG_MISSING));
    assert_true(diag_shows(heard.diag, DIAG_VALUE));
    assert_int_equal(diag_errors_of(heard.diag, DIAG_MISSING), DIAG_SHOWN);
    fclose(heard.stream);
    free(heard.text);
    arena_destroy(heard.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_with_caret_and_hint),
        cmocka_unit_test(places_that_are_not_there),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(a_long_line_is_shown_around_its_caret),
        cmocka_unit_test(each_kind_is_counted_alone),
        cmocka_unit_test(the_nearest_name),
        cmocka_unit_test(the_search_is_linear_in_the_letters),
        cmocka_unit_test(near_is_what_the_table_says),
        cmocka_unit_test(what_is_no_longer_shown_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
