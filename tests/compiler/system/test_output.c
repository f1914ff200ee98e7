/* test_output.c - files appear whole or not at all, and a failed command leaves nothing.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "output.h"

typedef struct Place {
    Arena *arena;
    FILE *messages;
    Diag *diag;
    char folder[32];
} Place;

static void enter(Place *place) {
    place->arena = arena_create();
    place->messages = tmpfile();
    assert_non_null(place->messages);
    place->diag = diag_create(place->arena, place->messages);
    strcpy(place->folder, "/tmp/xnc-output-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
}

static void leave(Place *place) {
    fclose(place->messages);
    assert_int_equal(rmdir(place->folder), 0);
}

static const char *in_folder(Place *place, const char *name) {
    return arena_printf(place->arena, "%s/%s", place->folder, name);
}

static int files_in(const char *path) {
    DIR *folder = opendir(path);
    int count = -2; /* . and .. */
    assert_non_null(folder);
    while (readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count;
}

static void expect_text(const char *path, const char *text) {
    char found[64] = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(found, 1, sizeof found - 1, file), strlen(text));
    fclose(file);
    assert_string_equal(found, text);
}

static void test_a_file_appears_with_the_commit(void **state) {
    (void)state;
    Place place;
    enter(&place);
    const char *path = in_folder(&place, "a");
    Output *output = output_bytes(place.arena, place.diag, path, "new", 3);
    assert_non_null(output);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(output_commit(output));
    expect_text(path, "new");
    struct stat info;
    mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0666 & ~mask);
    unlink(path);
    arena_destroy(place.arena);
    leave(&place);
}

static void test_without_a_commit_the_old_file_stays(void **state) {
    (void)state;
    Place place;
    enter(&place);
    char path[64];
    snprintf(path, sizeof path, "%s", in_folder(&place, "a"));
    assert_true(output_commit(output_bytes(place.arena, place.diag, path, "old", 3)));
    assert_non_null(output_bytes(place.arena, place.diag, path, "new", 3));
    assert_int_equal(files_in(place.folder), 2);
    arena_destroy(place.arena);
    assert_int_equal(files_in(place.folder), 1);
    expect_text(path, "old");
    unlink(path);
    leave(&place);
}

static void test_all_names_or_none(void **state) {
    (void)state;
    Place place;
    enter(&place);
    Output *outputs[2];
    char taken[64];
    snprintf(taken, sizeof taken, "%s", in_folder(&place, "b"));
    outputs[0] = output_bytes(place.arena, place.diag, in_folder(&place, "a"), "new", 3);
    outputs[1] = output_bytes(place.arena, place.diag, taken, "new", 3);
    assert_int_equal(mkdir(taken, 0700), 0); /* a folder cannot be replaced by a file */
    assert_false(outputs_commit(outputs, 2));
    assert_int_equal(diag_errors(place.diag), 1);
    arena_destroy(place.arena);
    assert_int_equal(files_in(place.folder), 1);
    rmdir(taken);
    leave(&place);
}

static void test_places_that_cannot_be_written(void **state) {
    (void)state;
    Place place;
    enter(&place);
    assert_null(output_open(place.arena, place.diag, in_folder(&place, "missing/a")));
    assert_null(output_open(place.arena, place.diag, in_folder(&place, ".")));
    assert_int_equal(diag_errors(place.diag), 2);
    const char *file = in_folder(&place, "file");
    char path[64];
    snprintf(path, sizeof path, "%s", file);
    assert_true(output_commit(output_bytes(place.arena, place.diag, file, "", 0)));
    assert_false(output_folder(place.arena, place.diag, file));
    assert_false(output_folder(place.arena, place.diag, in_folder(&place, "file/below")));
    assert_int_equal(diag_errors(place.diag), 4);
    arena_destroy(place.arena);
    unlink(path);
    leave(&place);
}

/* Asking changes nothing: neither a file that is there, nor a pipe, whose reader would see its end.
 */
static void test_what_is_possible(void **state) {
    (void)state;
    Place place;
    enter(&place);
    char path[64];
    snprintf(path, sizeof path, "%s", in_folder(&place, "a"));
    assert_true(output_possible(place.arena, place.diag, path));
    assert_int_equal(files_in(place.folder), 0);
    assert_true(output_commit(output_bytes(place.arena, place.diag, path, "kept", 4)));
    assert_true(output_possible(place.arena, place.diag, path));
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 4);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true(output_possible(place.arena, place.diag, path));
    unlink(path);
    assert_false(output_possible(place.arena, place.diag, place.folder));
    assert_false(output_possible(place.arena, place.diag, in_folder(&place, "missing/a")));
    assert_int_equal(diag_errors(place.diag), 2);
    arena_destroy(place.arena);
    leave(&place);
}

static void test_a_full_disk(void **state) {
    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    Place place;
    enter(&place);
    Output *output = output_open(place.arena, place.diag, in_folder(&place, "a"));
    assert_non_null(freopen("/dev/full", "wb", output_stream(output)));
    fputs("lost", output_stream(output));
    assert_false(output_commit(output));
    assert_int_equal(diag_errors(place.diag), 1);
    arena_destroy(place.arena);
    leave(&place);
}

static void test_a_folder_that_stays_empty_goes(void **state) {
    (void)state;
    Place place;
    enter(&place);
    char path[64];
    snprintf(path, sizeof path, "%s", in_folder(&place, "made"));
    assert_true(output_folder(place.arena, place.diag, path));
    assert_non_null(output_bytes(place.arena, place.diag, in_folder(&place, "made/a"), "x", 1));
    arena_destroy(place.arena);
    assert_int_equal(files_in(place.folder), 0);
    leave(&place);
}

static void test_a_link_shows_what_was_written_so_far(void **state) {
    (void)state;
    Place place;
    enter(&place);
    char path[64];
    snprintf(path, sizeof path, "%s", in_folder(&place, "link"));
    Output *output = output_bytes(place.arena, place.diag, in_folder(&place, "a"), "early", 5);
    assert_true(output_link(place.arena, output, path));
    expect_text(path, "early");
    unlink(path);
    arena_destroy(place.arena);
    leave(&place);
}

/* However small the pieces, the system sees writes of whole 2 MB: after 3 MB, one of them. */
static void test_writes_are_large(void **state) {
    (void)state;
    static const char piece[1000];
    Place place;
    enter(&place);
    Output *output = output_open(place.arena, place.diag, in_folder(&place, "a"));
    assert_non_null(output);
    FILE *stream = output_stream(output);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(fwrite(piece, 1, sizeof piece, stream), sizeof piece);
    }
    assert_int_equal(lseek(fileno(stream), 0, SEEK_CUR), 2 << 20);
    arena_destroy(place.arena);
    leave(&place);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_appears_with_the_commit),
        cmocka_unit_test(test_without_a_commit_the_old_file_stays),
        cmocka_unit_test(test_all_names_or_none),
        cmocka_unit_test(test_places_that_cannot_be_written),
        cmocka_unit_test(test_what_is_possible),
        cmocka_unit_test(test_a_full_disk),
        cmocka_unit_test(test_a_folder_that_stays_empty_goes),
        cmocka_unit_test(test_a_link_shows_what_was_written_so_far),
        cmocka_unit_test(test_writes_are_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
