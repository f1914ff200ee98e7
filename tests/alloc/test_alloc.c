/* Purpose: running out of memory at any point of a command ends it cleanly.
 * Input: a command line of xnc; every allocation that it makes, the libraries' included, fails once
 * in turn, each in a process of its own.
 * Expectation: exit code 1, a message, nothing left allocated, and no file in the output folder. An
 * allocation that can be done without (a stream's buffer) may also change nothing at all.
 *
 *   test_alloc FOLDER compile MODEL ... -o FOLDER        FOLDER is emptied before each run
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failing_malloc.h"

int xnc_main(int argc, char **argv); /* main() of compiler/cli/main.c */

/* What a child leaves for its parent, in memory that both see. */
typedef struct Outcome {
    int returned; /* the command came back with a code */
    int code;
    long made, live;
} Outcome;

typedef struct Test {
    const char *folder;
    char **arguments;
    int count;
    Outcome *outcome;
    int messages; /* standard error of the children */
    int failures;
    uint64_t digest; /* of the output without a failure */
} Test;

/* Streams get buffers here, as those that the C library makes stay until the end. */
static void prepare_streams(int messages) {
    static char out[BUFSIZ], err[BUFSIZ];
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(messages, STDERR_FILENO);
    setvbuf(stdout, out, _IOFBF, sizeof out);
    setvbuf(stderr, err, _IOLBF, sizeof err);
}

static void run_child(const Test *test, long fail_at) {
    prepare_streams(test->messages);
    allocations_watch(fail_at);
    test->outcome->code = xnc_main(test->count, test->arguments);
    test->outcome->made = allocations_made();
    test->outcome->live = allocations_live();
    test->outcome->returned = 1;
    fflush(stderr);
    _exit(0);
}

/* The child's status as wait() gives it. */
static int run_once(const Test *test, long fail_at) {
    int status = 0;
    memset(test->outcome, 0, sizeof *test->outcome);
    if (ftruncate(test->messages, 0) != 0 || lseek(test->messages, 0, SEEK_SET) != 0) {
        abort();
    }
    pid_t child = fork();
    if (child == 0) {
        run_child(test, fail_at);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        abort();
    }
    return status;
}

static uint64_t digest_file(const char *path, uint64_t digest) {
    FILE *file = fopen(path, "rb");
    for (const char *at = path; *at; at++) {
        digest = (digest ^ (unsigned char)*at) * 0x100000001b3;
    }
    for (int byte = file ? getc(file) : EOF; byte != EOF; byte = getc(file)) {
        digest = (digest ^ (unsigned)byte) * 0x100000001b3;
    }
    if (file) {
        fclose(file);
    }
    return digest;
}

/* Removes the files of the folder; returns a digest of what they were, 0 for none. */
static uint64_t empty_folder(const char *folder) {
    DIR *entries = opendir(folder);
    uint64_t digest = 0;
    for (struct dirent *entry = entries ? readdir(entries) : NULL; entry;
         entry = readdir(entries)) {
        char path[4096];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        digest += digest_file(path, 1);
        unlink(path);
    }
    if (entries) {
        closedir(entries);
    }
    return digest;
}

static void show_messages(const Test *test) {
    char text[600];
    ssize_t length = pread(test->messages, text, sizeof text, 0);
    printf("%.*s\n", (int)(length > 0 ? length : 0), text);
}

static void judge(Test *test, long fail_at, int status, uint64_t digest) {
    const Outcome *outcome = test->outcome;
    struct stat messages;
    fstat(test->messages, &messages);
    bool unharmed = outcome->returned && outcome->code == 0 && digest == test->digest;
    const char *wrong = !outcome->returned      ? "it did not return"
                        : outcome->live != 0    ? "something is never freed"
                        : unharmed              ? NULL
                        : outcome->code != 1    ? "its exit code is not 1"
                        : messages.st_size == 0 ? "there is no message"
                        : digest != 0           ? "there is output"
                                                : NULL;
    if (!wrong) {
        return;
    }
    test->failures++;
    printf("allocation %ld fails: %s (status %x, exit code %d, %ld live)\n", fail_at, wrong,
           (unsigned)status, outcome->code, outcome->live);
    show_messages(test);
}

static bool succeeds(Test *test) {
    run_once(test, 0);
    test->digest = empty_folder(test->folder);
    const Outcome *outcome = test->outcome;
    bool good = outcome->returned && outcome->code == 0 && outcome->live == 0 && outcome->made > 0;
    if (!good) {
        printf("without a failure: exit code %d, %ld live\n", outcome->code, outcome->live);
        show_messages(test);
    }
    return good && test->digest != 0;
}

int main(int count, char **arguments) {
    if (count < 3) {
        return 2;
    }
    Test test = {.folder = arguments[1], .arguments = arguments + 1, .count = count - 1};
    arguments[1] = arguments[0];
    test.messages = memfd_create("messages", 0);
    test.outcome =
        mmap(NULL, sizeof *test.outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    mkdir(test.folder, 0777);
    empty_folder(test.folder);
    if (!succeeds(&test)) {
        return 1;
    }
    long all = test.outcome->made;
    for (long fail_at = 1; fail_at <= all; fail_at++) {
        int status = run_once(&test, fail_at);
        judge(&test, fail_at, status, empty_folder(test.folder));
    }
    printf("%ld allocations, %d failures\n", all, test.failures);
    return test.failures ? 1 : 0;
}
