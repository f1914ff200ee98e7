/* test_build.c - the C compiler driver: objects, the cache, libraries, and what is said when
 * something fails; running programs; comparing floats.
 */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "build.h"
#include "compare.h"
#include "object_cache.h"
#include "process.h"

typedef struct Place {
    Arena *arena;
    FILE *messages;
    Diag *diag;
    char cache[32];
} Place;

static void enter(Place *place) {
    place->arena = arena_create();
    place->messages = tmpfile();
    place->diag = diag_create(place->arena, place->messages);
    strcpy(place->cache, "/tmp/xnc-cache-XXXXXX");
    assert_non_null(mkdtemp(place->cache));
    setenv("XDG_CACHE_HOME", place->cache, 1);
}

/* Visits the entries of a folder; counts them, or removes them with the folder. */
static int entries(const char *path, bool remove) {
    DIR *folder = opendir(path);
    int count = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (entry->d_name[0] != '.') {
            count++;
            if (remove) {
                unlinkat(dirfd(folder), entry->d_name, 0);
            }
        }
    }
    if (folder) {
        closedir(folder);
    }
    if (remove) {
        rmdir(path);
    }
    return count;
}

static void leave(Place *place) {
    char path[64];
    snprintf(path, sizeof path, "%s/xnc", place->cache);
    entries(path, true);
    entries(place->cache, true);
    arena_destroy(place->arena);
    fclose(place->messages);
}

static int cached(const Place *place) {
    char path[64];
    snprintf(path, sizeof path, "%s/xnc", place->cache);
    return entries(path, false);
}

static Build *open_build(Place *place, const char *cc, const char *flags, bool no_cache) {
    BuildOptions options = {.cc = cc, .no_cache = no_cache};
    return build_open(place->arena, place->diag, &options, &(CCNeed){0}, flags);
}

static const char *build_answer(Build *build, const char *header, const char *source) {
    assert_true(build_add(build, "answer.h", header, strlen(header)));
    assert_true(build_add(build, "answer.c", source, strlen(source)));
    return build_object(build, "answer.c");
}

static const char *const header = "#define ANSWER 42\n";
static const char *const source = "#include \"answer.h\"\nconst int answer = ANSWER;\n";

static void test_an_object_becomes_callable(void **state) {
    (void)state;
    Place place;
    enter(&place);
    Build *build = open_build(&place, NULL, "", false);
    const char *object = build_answer(build, header, source);
    assert_non_null(object);
    const char *path = arena_printf(place.arena, "%s/answer.so", build_folder(build));
    assert_true(build_shared(build, path, &object, 1, false));
    const int *answer = build_load(build, path, "answer");
    assert_non_null(answer);
    assert_int_equal(*answer, 42);
    assert_null(build_load(build, path, "question"));
    assert_null(build_load(build, "/nowhere.so", "answer"));
    assert_int_equal(diag_errors(place.diag), 2);
    path = arena_printf(place.arena, "%s/answer.a", build_folder(build));
    assert_true(build_archive(build, path, &object, 1));
    assert_int_equal(access(path, R_OK), 0);
    leave(&place);
}

/* Each change of what an object depends on gives one more object; no change gives none. */
static void test_the_cache(void **state) {
    (void)state;
    Place place;
    enter(&place);
    static const struct {
        const char *flags, *header, *source;
        int objects;
    } steps[] = {
        {"", "#define ANSWER 42\n", "#include \"answer.h\"\nconst int answer = ANSWER;\n", 1},
        {"", "#define ANSWER 42\n", "#include \"answer.h\"\nconst int answer = ANSWER;\n", 1},
        {"-g", "#define ANSWER 42\n", "#include \"answer.h\"\nconst int answer = ANSWER;\n", 2},
        {"", "#define ANSWER 43\n", "#include \"answer.h\"\nconst int answer = ANSWER;\n", 3},
        {"", "#define ANSWER 42\n", "#include \"answer.h\"\nconst long answer = ANSWER;\n", 4},
        {"", "#define ANSWER 42\n", "#include \"answer.h\"\nconst int answer = ANSWER;\n", 4},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        Build *build = open_build(&place, NULL, steps[i].flags, false);
        assert_non_null(build_answer(build, steps[i].header, steps[i].source));
        assert_int_equal(cached(&place), steps[i].objects);
    }
    assert_non_null(build_answer(open_build(&place, NULL, "-g1", true), header, source));
    assert_int_equal(cached(&place), 4);
    leave(&place);
}

static void write_all(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* An entry that a crash cut or emptied is made anew, and every run after that finds it. */
static void test_a_damaged_object_is_built_again(void **state) {
    (void)state;
    static const char *const damages[] = {"", "xncobj1\n", "xncobj1\n12345678 and other bytes"};
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        Place place;
        enter(&place);
        assert_non_null(build_answer(open_build(&place, NULL, "", false), header, source));
        char folder[64];
        snprintf(folder, sizeof folder, "%s/xnc", place.cache);
        DIR *open_folder = opendir(folder);
        for (struct dirent *entry; (entry = readdir(open_folder));) {
            if (entry->d_name[0] != '.') {
                write_all(arena_printf(place.arena, "%s/%s", folder, entry->d_name), damages[i]);
            }
        }
        closedir(open_folder);
        for (int run = 0; run < 2; run++) {
            Build *build = open_build(&place, NULL, "", false);
            const char *object = build_answer(build, header, source);
            const char *path = arena_printf(place.arena, "%s/answer.so", build_folder(build));
            assert_true(build_shared(build, path, &object, 1, false));
            assert_int_equal(*(const int *)build_load(build, path, "answer"), 42);
        }
        assert_int_equal(cached(&place), 1);
        leave(&place);
    }
}

/* What others can write to would be their code in our process: nothing is read or put there. */
static void test_a_cache_that_others_write_to_is_not_used(void **state) {
    (void)state;
    static const struct {
        const char *folder; /* below the cache's parent; "": the parent itself */
        mode_t mode;
        uid_t owner;
    } cases[] = {{"/xnc", 0777, 0}, {"/xnc", 0770, 0}, {"", 0777, 0}, {"/xnc", 0700, 12345}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Place place;
        enter(&place);
        assert_non_null(build_answer(open_build(&place, NULL, "", false), header, source));
        const char *folder = arena_printf(place.arena, "%s%s", place.cache, cases[i].folder);
        assert_int_equal(chmod(folder, cases[i].mode), 0);
        if (cases[i].owner && chown(folder, cases[i].owner, (gid_t)-1) != 0) {
            leave(&place);
            continue; /* only root can give files away */
        }
        const char *why;
        assert_null(object_cache_folder(place.arena, &why));
        assert_non_null(strstr(why, "xnc"));
        assert_non_null(build_answer(open_build(&place, NULL, "-g", false), header, source));
        assert_int_equal(cached(&place), 1);
        leave(&place);
    }
}

/* Of three entries of 1016 bytes, the one used longest ago goes when two fit. */
static void test_the_cache_has_a_bound(void **state) {
    (void)state;
    Place place;
    enter(&place);
    const char *why, *folder = object_cache_folder(place.arena, &why);
    char object[1000] = {1};
    size_t size;
    for (uint64_t key = 1; key <= 3; key++) {
        object_cache_put(place.arena, folder, key, object, sizeof object);
        usleep(20000); /* times of files are coarse */
    }
    assert_non_null(object_cache_get(place.arena, folder, 1, &size));
    assert_int_equal(size, sizeof object);
    object_cache_trim(place.arena, folder, 2 * 1016);
    assert_non_null(object_cache_get(place.arena, folder, 1, &size));
    assert_null(object_cache_get(place.arena, folder, 2, &size));
    assert_non_null(object_cache_get(place.arena, folder, 3, &size));
    leave(&place);
}

static void test_failures(void **state) {
    (void)state;
    Place place;
    enter(&place);
    assert_null(open_build(&place, "no-such-compiler", "", false));
    assert_null(open_build(&place, "", "", false));
    assert_int_equal(diag_errors(place.diag), 2);
    Build *build = open_build(&place, NULL, "-w", false);
    assert_null(build_answer(build, header, "#error refused on purpose\n"));
    assert_int_equal(diag_errors(place.diag), 3);
    assert_int_equal(cached(&place), 0); /* nothing half-made either */
    leave(&place);
}

static void test_the_folder_goes_with_the_arena(void **state) {
    (void)state;
    Place place;
    enter(&place);
    Build *build = open_build(&place, NULL, "", false);
    char folder[128];
    snprintf(folder, sizeof folder, "%s", build_folder(build));
    assert_true(build_add(build, "a.h", "", 0));
    assert_int_equal(access(folder, W_OK), 0);
    leave(&place);
    assert_int_not_equal(access(folder, F_OK), 0);
}

static void test_processes(void **state) {
    (void)state;
    Arena *arena = arena_create();
    char *output = NULL;
    const char *const echo[] = {"echo", "a b", "c", NULL};
    assert_int_equal(process_run(arena, echo, &output, 0), 0);
    assert_string_equal(output, "a b c\n");
    const char *const nothing[] = {"no-such-program", NULL};
    assert_int_equal(process_run(arena, nothing, NULL, 1), PROCESS_NOT_STARTED);
    const char *const fails[] = {"sh", "-c", "exit 7", NULL};
    assert_int_equal(process_run(arena, fails, NULL, 1), 7);
    const char *const killed[] = {"sh", "-c", "kill -9 $$", NULL};
    assert_int_equal(process_run(arena, killed, NULL, 1), 128 + 9);
    const char *const much[] = {"sh", "-c", "yes | head -c 200000", NULL};
    assert_int_equal(process_run(arena, much, &output, 0), 0);
    assert_int_equal(strlen(output), 65536);
    arena_destroy(arena);
}

static void test_distances(void **state) {
    (void)state;
    assert_int_equal(ulp_distance(1.0f, 1.0f), 0);
    assert_int_equal(ulp_distance(1.0f, nextafterf(1.0f, 2.0f)), 1);
    assert_int_equal(ulp_distance(-0.0f, 0.0f), 1);
    assert_int_equal(ulp_distance(-1e-45f, 1e-45f), 3);
    assert_int_equal(ulp_distance(NAN, NAN), 0);
    assert_int_equal(ulp_distance(NAN, 1.0f), UINT32_MAX);
    const float expected[4] = {1.0f, 2.0f, 3.0f, 4.0f}, got[4] = {1.0f, 2.0f, 3.5f, 4.0f};
    Difference found = compare_floats(got, expected, 4);
    assert_int_equal(found.different, 1);
    assert_int_equal(found.first, 2);
    assert_true(found.absolute == 0.5);
    assert_true(found.spread == 2.5); /* the mean magnitude is larger than the deviation */
    assert_true(found.relative == 0.2);
    found = compare_floats(expected, expected, 4);
    assert_true(found.different == 0 && found.first == -1 && found.relative == 0);
    assert_float_equal(found.cosine, 1.0, 1e-12);
    const float broken[4] = {1.0f, NAN, 3.0f, 4.0f};
    assert_true(isinf(compare_floats(broken, expected, 4).relative));
    assert_int_equal(largest_index(broken, 4), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_object_becomes_callable),
        cmocka_unit_test(test_the_cache),
        cmocka_unit_test(test_a_damaged_object_is_built_again),
        cmocka_unit_test(test_a_cache_that_others_write_to_is_not_used),
        cmocka_unit_test(test_the_cache_has_a_bound),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_the_folder_goes_with_the_arena),
        cmocka_unit_test(test_processes),
        cmocka_unit_test(test_distances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
