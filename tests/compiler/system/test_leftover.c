/* test_leftover.c - what a signal that ends the tool leaves behind: nothing but what was kept.
 *
 * Each test forks a process that makes files and is ended by a signal; the parent looks at how it
 * ended and at what lies in the folder.
 */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "leftover.h"
#include "output.h"
#include "process.h"

typedef struct Place {
    Arena *arena;
    Diag *diag;
    char folder[32];
} Place;

typedef void Work(Place *place, int number);

static char *in_folder(Place *place, const char *name) {
    return arena_printf(place->arena, "%s/%s", place->folder, name);
}

/* Runs the work in a child that watches signals; the signal that ended it, 0 if none did. */
static int end_of(Place *place, Work *work, int number) {
    strcpy(place->folder, "/tmp/xnc-leftover-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(60); /* should it hang */
        leftovers_watch_signals();
        place->arena = arena_create();
        place->diag = diag_create(place->arena, stderr);
        work(place, number);
        arena_destroy(place->arena);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* Names in the folder, sorted by nothing: there is at most one. */
static void expect_only(const Place *place, const char *name) {
    DIR *folder = opendir(place->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] != '.') {
            assert_non_null(name);
            assert_string_equal(entry->d_name, name);
            assert_int_equal(unlinkat(dirfd(folder), name, 0), 0);
            name = NULL;
        }
    }
    closedir(folder);
    assert_null(name);
    assert_int_equal(rmdir(place->folder), 0);
}

static void write_files(Place *place, int number) {
    const char *out = in_folder(place, "out");
    assert_true(output_folder(place->arena, place->diag, out));
    for (int i = 0; i < 3; i++) {
        const char *path = arena_printf(place->arena, "%s/%d", out, i);
        assert_non_null(output_bytes(place->arena, place->diag, path, "half", 4));
    }
    raise(number);
}

static void test_unfinished_files_and_their_folder_go(void **state) {
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        Place place;
        assert_int_equal(end_of(&place, write_files, numbers[i]), numbers[i]);
        expect_only(&place, NULL);
    }
}

static void commit_one(Place *place, int number) {
    Output *output = output_bytes(place->arena, place->diag, in_folder(place, "kept"), "all", 3);
    assert_true(output_commit(output));
    output_bytes(place->arena, place->diag, in_folder(place, "lost"), "half", 4);
    raise(number);
}

static void test_finished_files_stay(void **state) {
    (void)state;
    Place place;
    assert_int_equal(end_of(&place, commit_one, SIGTERM), SIGTERM);
    expect_only(&place, "kept");
}

static void end_arena_first(Place *place, int number) {
    Arena *child = arena_child(place->arena);
    output_bytes(place->arena, place->diag, in_folder(place, "a"), "half", 4);
    output_bytes(child, place->diag, in_folder(place, "b"), "half", 4);
    output_bytes(place->arena, place->diag, in_folder(place, "c"), "half", 4);
    arena_destroy(child);
    raise(number);
}

static void test_the_list_survives_the_end_of_an_arena(void **state) {
    (void)state;
    Place place;
    assert_int_equal(end_of(&place, end_arena_first, SIGTERM), SIGTERM);
    expect_only(&place, NULL);
}

static void ignore_signal(Place *place, int number) {
    signal(number, SIG_IGN);
    leftovers_watch_signals();
    Output *output = output_bytes(place->arena, place->diag, in_folder(place, "kept"), "all", 3);
    raise(number);
    assert_true(output_commit(output));
}

static void test_an_ignored_signal_stays_ignored(void **state) {
    (void)state;
    Place place;
    assert_int_equal(end_of(&place, ignore_signal, SIGHUP), 0);
    expect_only(&place, "kept");
}

static void hold_signal(Place *place, int number) {
    sigset_t before;
    Output *output = output_bytes(place->arena, place->diag, in_folder(place, "kept"), "all", 3);
    leftovers_hold(&before);
    raise(number);
    assert_true(output_commit(output));
    leftovers_release(&before);
}

static void test_a_signal_waits_while_it_is_held(void **state) {
    (void)state;
    Place place;
    assert_int_equal(end_of(&place, hold_signal, SIGTERM), SIGTERM);
    expect_only(&place, "kept");
}

/* The program writes its own number and sends the signal to us; it would sleep on. */
static void run_program(Place *place, int number) {
    const char *path = in_folder(place, "child");
    const char *script =
        arena_printf(place->arena, "echo $$ >%s; kill -%d $PPID; exec sleep 600", path, number);
    process_run(place->arena, (const char *[]){"sh", "-c", script, NULL}, NULL, 0);
}

static void test_a_program_that_runs_is_ended(void **state) {
    (void)state;
    Place place;
    assert_int_equal(end_of(&place, run_program, SIGTERM), SIGTERM);
    char path[64];
    long child = 0;
    snprintf(path, sizeof path, "%s/child", place.folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld", &child), 1);
    fclose(file);
    assert_int_not_equal(kill((pid_t)child, 0), 0);
    expect_only(&place, "child");
}

static void *wait_for_signals(void *unused) {
    (void)unused;
    pause();
    return NULL;
}

/* The signal reaches another thread, while this one makes and ends files. */
static void raise_in_thread(Place *place, int number) {
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_signals, NULL);
    pthread_kill(thread, number);
    for (;;) {
        Arena *child = arena_child(place->arena);
        output_bytes(child, place->diag, in_folder(place, "a"), "half", 4);
        arena_destroy(child);
    }
}

static void test_a_signal_to_another_thread(void **state) {
    (void)state;
    Place place;
    assert_int_equal(end_of(&place, raise_in_thread, SIGINT), SIGINT);
    expect_only(&place, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unfinished_files_and_their_folder_go),
        cmocka_unit_test(test_finished_files_stay),
        cmocka_unit_test(test_the_list_survives_the_end_of_an_arena),
        cmocka_unit_test(test_an_ignored_signal_stays_ignored),
        cmocka_unit_test(test_a_signal_waits_while_it_is_held),
        cmocka_unit_test(test_a_program_that_runs_is_ended),
        cmocka_unit_test(test_a_signal_to_another_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
