/* process.c - argv -> a child process, what it prints and its exit code.
 *
 * No shell is involved, so no word is interpreted. A signal that ends the tool also ends the child
 * (leftover.h): signals are held while a child is started or reaped, so that the handler never sees
 * a number that is not a child's.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leftover.h"

enum { MOST_OUTPUT = 1 << 16 };

extern char **environ;

/* Waits with WNOWAIT first, which leaves the child a zombie: its number cannot be reused for
 * another process until the handler's note of it is cleared, in one step with reaping it. */
static int wait_for(pid_t child) {
    int status;
    siginfo_t info;
    sigset_t before;
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0) {
        if (errno != EINTR) {
            leftovers_child(0);
            return PROCESS_NOT_STARTED;
        }
    }
    leftovers_hold(&before);
    waitpid(child, &status, 0);
    leftovers_child(0);
    leftovers_release(&before);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reads to the end as a string; what does not fit is read and dropped, as a full pipe would block
 * the child. */
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

/* Starts the child and notes it for the handler before a signal can end the tool. The child gets
 * the signal mask from before, as it would inherit the held signals otherwise. */
static bool spawn(pid_t *child, const char *const argv[],
                  const posix_spawn_file_actions_t *actions) {
    posix_spawnattr_t attributes;
    sigset_t before;
    if (posix_spawnattr_init(&attributes) != 0) {
        return false;
    }
    leftovers_hold(&before);
    posix_spawnattr_setsigmask(&attributes, &before);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    /* posix_spawnp() takes pointers to char for historical reasons and changes nothing. */
    char *const *words = (char *const *)(void *)(size_t)argv;
    bool good = posix_spawnp(child, argv[0], actions, &attributes, words, environ) == 0;
    leftovers_child(good ? *child : 0);
    leftovers_release(&before);
    posix_spawnattr_destroy(&attributes);
    return good;
}

/* out: descriptor that becomes the child's standard output; -1: that of the tool. */
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
    bool started = !failed && spawn(child, argv, &actions);
    posix_spawn_file_actions_destroy(&actions);
    return started;
}

/* Both ends of the pipe are closed in the child (FD_CLOEXEC): only its copy as standard output
 * stays, so that the pipe ends with the child. */
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
