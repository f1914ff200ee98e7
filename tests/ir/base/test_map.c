/* test_map.c - maps: what was put is found, names of any bytes, and work that nobody can blow up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "map.h"
#include "siphash.h"

static void names_are_found_by_their_bytes(void **state) {
    (void)state;
    static int values[1000];
    Arena *arena = arena_create();
    Map *map = map_by_name(arena);
    for (int i = 0; i < 1000; i++) {
        map_put(map, arena_printf(arena, "name%d", i), &values[i]);
    }
    assert_ptr_equal(map_get(map, "name999"), &values[999]);
    assert_ptr_equal(map_get_name(map, "name999", 6), &values[99]);
    assert_null(map_get(map, "other"));
    map_put_name(map, "a\0b", 3, &values[1]);
    assert_ptr_equal(map_get_name(map, "a\0b", 3), &values[1]);
    assert_null(map_get(map, "a"));
    map_put(map, "name5", &values[0]);
    assert_ptr_equal(map_get(map, "name5"), &values[0]);
    arena_destroy(arena);
}

/* What Python's hash() of bytes(range(length)) is with a key of zeros. */
static void siphash_is_the_published_function(void **state) {
    (void)state;
    static const struct {
        size_t length;
        uint64_t hash;
    } cases[] = {{1, 0x68a914128e01e473}, {7, 0x2f098ab0c751325a},  {8, 0xead411e67ebe2eea},
                 {9, 0x75927f9d95124362}, {15, 0xf30eb725bb91c9ea}, {16, 0x8972188433a5c5b7},
                 {33, 0x7fb71d24dfa4c9f6}};
    unsigned char bytes[33];
    const uint64_t key[2] = {0, 0};
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)i;
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(siphash(key, bytes, cases[i].length) == cases[i].hash);
    }
}

static uint64_t fnv(const char *name) {
    uint64_t sum = 0xCBF29CE484222325u;
    for (; *name; name++) {
        sum = (sum ^ (unsigned char)*name) * 0x100000001B3u;
    }
    return sum ^ sum >> 32;
}

/* Slots looked at for so many names that all have the same slot under a hash without a key. */
static int64_t work(int count) {
    Arena *arena = arena_create();
    Map *map = map_by_name(arena);
    for (int i = 0, found = 0; found < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "blocks.%d.weight", i);
        if ((fnv(name) & 4095) == 0) {
            map_put(map, arena_strdup(arena, name), map);
            found++;
        }
    }
    int64_t steps = map_steps(map);
    arena_destroy(arena);
    return steps;
}

/* A run of all names would be 125,000 and 2,000,000 steps. */
static void names_chosen_to_collide_cost_no_more_than_others(void **state) {
    (void)state;
    assert_true(work(500) < 20 * 500);
    assert_true(work(2000) < 20 * 2000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_by_their_bytes),
        cmocka_unit_test(siphash_is_the_published_function),
        cmocka_unit_test(names_chosen_to_collide_cost_no_more_than_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
