/* test_progress.c - the line of progress by itself: what it draws on a terminal and how often.
 *
 * Input: steps and counts on a pseudo terminal of 40 columns. Expectation: each text as it stands
 * below; nothing where there is no terminal.
 */
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "progress.h"

#define ERASE "\r\033[K"

typedef struct Screen {
    Arena *arena;
    int near; /* what a person would look at */
    FILE *stream;
    char text[1 << 14]; /* what has come so far */
    size_t used;
} Screen;

static void enter(Screen *screen) {
    struct termios raw = {0};
    struct winsize size = {24, 40, 0, 0};
    int far;
    *screen = (Screen){.arena = arena_create()};
    assert_int_equal(openpty(&screen->near, &far, NULL, &raw, &size), 0);
    screen->stream = fdopen(far, "w");
    setenv("TERM", "xterm", 1);
}

static void leave(Screen *screen) {
    arena_destroy(screen->arena);
    fclose(screen->stream);
    close(screen->near);
}

/* All that was drawn since the last call: a mark is drawn last, so that the end is known. */
static const char *drawn(Screen *screen) {
    screen->used = 0;
    fputc('|', screen->stream);
    fflush(screen->stream);
    do {
        ssize_t count =
            read(screen->near, screen->text + screen->used, sizeof screen->text - 1 - screen->used);
        assert_true(count > 0);
        screen->used += (size_t)count;
    } while (screen->text[screen->used - 1] != '|');
    screen->text[screen->used - 1] = 0;
    return screen->text;
}

static void test_steps_and_counts(void **state) {
    (void)state;
    Screen screen;
    enter(&screen);
    Progress *progress = progress_create(screen.arena, screen.stream, "eval");
    progress_step(progress, "looking into %s", "pictures");
    assert_string_equal(drawn(&screen), ERASE "xnc eval: looking into pictures\r");
    progress_count(progress, 1, 4);
    assert_string_equal(drawn(&screen), ERASE "xnc eval: looking into pictures: 1 of 4\r");
    progress_step(progress, "runs");
    progress_count(progress, 7, 0);
    assert_string_equal(drawn(&screen), ERASE "xnc eval: runs\r" ERASE "xnc eval: runs: 7\r");
    progress_hide(progress);
    progress_hide(progress);
    assert_string_equal(drawn(&screen), ERASE);
    leave(&screen);
}

static void test_the_line_goes_with_the_arena(void **state) {
    (void)state;
    Screen screen;
    enter(&screen);
    progress_step(progress_create(screen.arena, screen.stream, "run"), "step");
    drawn(&screen);
    arena_destroy(screen.arena);
    assert_string_equal(drawn(&screen), ERASE);
    screen.arena = NULL;
    leave(&screen);
}

/* A name with an escape sequence in it cannot drive the terminal. */
static void test_control_characters_are_shown_as_marks(void **state) {
    (void)state;
    Screen screen;
    enter(&screen);
    Progress *progress = progress_create(screen.arena, screen.stream, "run");
    progress_step(progress, "%s", "a\033[2Jb\n");
    assert_string_equal(drawn(&screen), ERASE "xnc run: a?[2Jb?\r");
    leave(&screen);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* However fast the counts come: the first, the last, and ten a second between them. */
static void test_counts_are_drawn_seldom(void **state) {
    (void)state;
    enum { COUNTS = 100000 };
    Screen screen;
    enter(&screen);
    Progress *progress = progress_create(screen.arena, screen.stream, "run");
    progress_step(progress, "step");
    drawn(&screen);
    double start = now();
    int most = 0, draws = 0;
    for (int i = 1; i <= COUNTS; i++) {
        progress_count(progress, i, COUNTS);
    }
    most = 3 + (int)((now() - start) / 0.1);
    for (const char *at = drawn(&screen); (at = strstr(at, ERASE)); at++) {
        draws++;
    }
    assert_in_range(draws, 2, most);
    assert_non_null(strstr(screen.text, "100000 of 100000, 100 %"));
    leave(&screen);
}

static void test_nothing_where_a_line_cannot_be_erased(void **state) {
    (void)state;
    Screen screen;
    enter(&screen);
    setenv("TERM", "dumb", 1);
    assert_null(progress_create(screen.arena, screen.stream, "run"));
    unsetenv("TERM");
    assert_null(progress_create(screen.arena, screen.stream, "run"));
    setenv("TERM", "xterm", 1);
    FILE *file = tmpfile();
    assert_null(progress_create(screen.arena, file, "run"));
    fclose(file);
    progress_step(NULL, "step");
    progress_count(NULL, 1, 2);
    progress_hide(NULL);
    leave(&screen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_and_counts),
        cmocka_unit_test(test_the_line_goes_with_the_arena),
        cmocka_unit_test(test_control_characters_are_shown_as_marks),
        cmocka_unit_test(test_counts_are_drawn_seldom),
        cmocka_unit_test(test_nothing_where_a_line_cannot_be_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
