/* test_arena.c - the arena: zeroed and aligned memory, growth, cleanups, children, and the one way
 * out when memory ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "arena.h"

static void memory_is_zeroed_and_aligned(void **state) {
    (void)state;
    static const char zeros[70000];
    Arena *arena = arena_create();
    for (size_t bytes = 0; bytes < sizeof zeros; bytes = bytes * 2 + 1) {
        char *memory = arena_alloc(arena, bytes);
        assert_int_equal((uintptr_t)memory % (bytes >= 4096 ? 64 : 16), 0);
        assert_memory_equal(memory, zeros, bytes ? bytes : 1);
        memset(memory, 255, bytes);
    }
    arena_destroy(arena);
}

static void texts_and_growth(void **state) {
    (void)state;
    Arena *arena = arena_create();
    assert_string_equal(arena_printf(arena, "%s-%d", "a", 7), "a-7");
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    int old[3] = {1, 2, 3};
    int *grown = arena_grow(arena, old, 3, 5, sizeof *old);
    assert_int_equal(grown[2], 3);
    assert_int_equal(grown[4], 0);
    assert_non_null(arena_grow(arena, NULL, 0, 4, sizeof *old));
    int *list = NULL;
    for (int i = 0; i < 100; i++) {
        list = arena_room(arena, list, i, sizeof *list);
        list[i] = i;
    }
    assert_true(list[0] == 0 && list[99] == 99);
    assert_ptr_equal(arena_room(arena, list, 100, sizeof *list), list);
    arena_destroy(arena);
    arena_destroy(NULL);
}

typedef struct Trace {
    char letters[8];
    int count;
} Trace;

static Trace trace;

static void note(void *what) {
    trace.letters[trace.count++] = *(const char *)what;
}

static void cleanups_run_last_first_and_children_end_with_the_parent(void **state) {
    (void)state;
    memset(&trace, 0, sizeof trace);
    Arena *arena = arena_create();
    arena_defer(arena, note, "a");
    arena_defer(arena, note, "b");
    Arena *first = arena_child(arena), *second = arena_child(arena), *third = arena_child(arena);
    arena_defer(arena_child(first), note, "g");
    arena_defer(first, note, "1");
    arena_defer(second, note, "2");
    arena_defer(third, note, "3");
    arena_destroy(second);
    assert_string_equal(trace.letters, "2");
    arena_destroy(arena);
    assert_string_equal(trace.letters, "23g1ba");
}

/* Asks for more than any machine has; false when the arena jumped to its landing. */
static int too_much(Arena *landing, Arena *arena, size_t count, size_t size) {
    if (arena_protect(landing)) {
        return 0;
    }
    arena_array(arena, count, size);
    return 1;
}

static void no_memory_jumps_to_the_landing(void **state) {
    (void)state;
    Arena *arena = arena_create();
    assert_false(too_much(arena, arena, SIZE_MAX, 2));
    assert_false(too_much(arena, arena, SIZE_MAX, 1));
    assert_false(too_much(arena, arena, SIZE_MAX / 2, 1));
    assert_false(too_much(arena, arena_child(arena), SIZE_MAX - 64, 1));
    assert_false(too_much(arena, arena_child(arena_child(arena)), SIZE_MAX / 8, 8));
    arena_destroy(arena);
}

static void no_memory_in_a_child_leaves_it_to_the_parent(void **state) {
    (void)state;
    memset(&trace, 0, sizeof trace);
    Arena *arena = arena_create();
    arena_defer(arena, note, "a");
    Arena *ended = arena_child(arena), *child = arena_child(arena);
    arena_defer(ended, note, "1");
    arena_defer(child, note, "2");
    arena_give_back(ended);
    assert_false(too_much(arena, arena_child(child), SIZE_MAX, 2));
    assert_string_equal(trace.letters, "1");
    arena_destroy(arena);
    assert_string_equal(trace.letters, "12a");
}

static void a_child_may_have_a_landing_of_its_own(void **state) {
    (void)state;
    Arena *arena = arena_create(), *child = arena_child(arena);
    if (arena_protect(arena)) {
        fail_msg("the parent's landing, although the child has one");
    }
    assert_false(too_much(child, arena_child(child), SIZE_MAX, 2));
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(texts_and_growth),
        cmocka_unit_test(cleanups_run_last_first_and_children_end_with_the_parent),
        cmocka_unit_test(no_memory_jumps_to_the_landing),
        cmocka_unit_test(no_memory_in_a_child_leaves_it_to_the_parent),
        cmocka_unit_test(a_child_may_have_a_landing_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
