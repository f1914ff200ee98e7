/* process.c - see process.h. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_OUTPUT = 1 << 16 };

extern char **environ;

static int wait_for(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return PROCESS_NOT_STARTED;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reads to the end; what does not fit is read and dropped, so that the child never waits. */
static char *read_pipe(Arena *arena, int from) {
    char *text = arena_alloc(arena, MOST_OUTPUT + 1), dropped[512];
    size_t used = 0;
    for (;;) {
        bool full = used == MOST_OUTPUT;
        ssize_t count = full ? read(from, dropped, sizeof dropped)
                             : read(from, text + used, MOST_OUTPUT - used);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return text;
        }
        used += full || count < 0 ? 0 : (size_t)count;
    }
}

static bool start(pid_t *child, const char *const argv[], int out, int quiet) {
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return false;
    }
    int failed = out >= 0 ? posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) : 0;
    if (quiet) {
        failed |=
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    /* posix_spawnp() takes pointers to char for historical reasons and changes nothing. */
    char *const *words = (char *const *)(void *)(size_t)argv;
    failed = failed || posix_spawnp(child, argv[0], &actions, NULL, words, environ) != 0;
    posix_spawn_file_actions_destroy(&actions);
    return !failed;
}

int process_run(Arena *arena, const char *const argv[], char **output, int quiet) {
    int ends[2] = {-1, -1};
    pid_t child;
    if (output) {
        if (pipe(ends) != 0) {
            return PROCESS_NOT_STARTED;
        }
        fcntl(ends[0], F_SETFD, FD_CLOEXEC);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    }
    bool started = start(&child, argv, ends[1], quiet);
    if (output) {
        close(ends[1]);
        *output = started ? read_pipe(arena, ends[0]) : NULL;
        close(ends[0]);
    }
    return started ? wait_for(child) : PROCESS_NOT_STARTED;
}
