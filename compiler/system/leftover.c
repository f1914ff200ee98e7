/* leftover.c - a list of files and folders that the arena's end or a signal's handler removes.
 *
 *   newest -> "out/net.c.Xa83kf" -> "out/" -> NULL
 *
 * A handler may call async-signal-safe functions only (signal-safety(7)); unlink(), rmdir(), kill()
 * and waitpid() are among them. So leftovers form a linked list that the handler can walk, newest
 * first, so that files are removed before the folder they are in. The list is changed only while
 * signals are blocked. At its end the handler restores the signal's default action and raises it
 * again, so that a shell sees which signal ended the tool.
 */
#include "leftover.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct Leftover {
    const char *path; /* NULL once it is kept */
    bool folder;
    Leftover *next, **link; /* link is what points to this one */
};

/* What the handler sees: it gets no context, so this is one variable of the process. */
typedef struct Noted {
    Leftover *newest;     /* head of the list; NULL: empty */
    volatile pid_t child; /* 0: none */
    pthread_t owner;      /* the thread that changes the list; set before any handler is */
} Noted;

static Noted *noted(void) {
    static Noted note;
    return &note;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

void leftovers_hold(sigset_t *before) {
    sigset_t held;
    sigemptyset(&held);
    for (int i = 0; i < SIGNALS; i++) {
        sigaddset(&held, signals[i]);
    }
    pthread_sigmask(SIG_BLOCK, &held, before);
}

void leftovers_release(const sigset_t *before) {
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

static void take_away(const Leftover *leftover) {
    if (leftover->path && leftover->folder) {
        rmdir(leftover->path);
    } else if (leftover->path) {
        unlink(leftover->path);
    }
}

/* The kernel may choose any thread; only the owner is known not to be changing the list. */
static void end_on_signal(int number) {
    if (!pthread_equal(pthread_self(), noted()->owner)) {
        pthread_kill(noted()->owner, number);
        return;
    }
    pid_t child = noted()->child;
    if (child > 0) {
        kill(child, SIGTERM);
        waitpid(child, NULL, 0);
    }
    for (const Leftover *at = noted()->newest; at; at = at->next) {
        take_away(at);
    }
    /* It waits until this handler returns, and then ends the tool. */
    signal(number, SIG_DFL);
    raise(number);
}

/* All three are blocked while the handler runs, so that it runs once. */
void leftovers_watch_signals(void) {
    struct sigaction action = {.sa_handler = end_on_signal}, before;
    noted()->owner = pthread_self();
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++) {
        sigaddset(&action.sa_mask, signals[i]);
    }
    for (int i = 0; i < SIGNALS; i++) {
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
}

/* The arena's cleanup: removes the file unless it is kept, and the member from the list. */
static void end_leftover(void *what) {
    Leftover *leftover = what;
    sigset_t before;
    leftovers_hold(&before);
    take_away(leftover);
    *leftover->link = leftover->next;
    if (leftover->next) {
        leftover->next->link = leftover->link;
    }
    leftovers_release(&before);
}

/* A member without a path, which removes nothing yet. Memory may run out here, so it is called
 * before the file is made: a file without a member would stay. */
static Leftover *add_leftover(Arena *arena, bool folder) {
    Leftover *leftover = NEW(arena, Leftover);
    sigset_t before;
    leftover->folder = folder;
    leftovers_hold(&before);
    leftover->link = &noted()->newest;
    leftover->next = noted()->newest;
    if (leftover->next) {
        leftover->next->link = &leftover->next;
    }
    noted()->newest = leftover;
    leftovers_release(&before);
    arena_defer(arena, end_leftover, leftover);
    return leftover;
}

/* mkstemp() gives a file mode 0600; users expect what open() gives: 0666 without the umask. */
static void set_usual_mode(int file) {
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(file, 0666 & ~mask);
}

int leftover_file(Arena *arena, char *path, Leftover **leftover) {
    sigset_t before;
    *leftover = add_leftover(arena, false);
    leftovers_hold(&before);
    int file = mkstemp(path);
    if (file >= 0) {
        set_usual_mode(file);
        (*leftover)->path = path;
    }
    leftovers_release(&before);
    return file;
}

bool leftover_folder(Arena *arena, char *path, bool fresh) {
    Leftover *leftover = add_leftover(arena, true);
    sigset_t before;
    leftovers_hold(&before);
    bool made = fresh ? mkdtemp(path) != NULL : mkdir(path, 0777) == 0;
    leftover->path = made ? path : NULL;
    leftovers_release(&before);
    return made;
}

Leftover *leftover_path(Arena *arena, const char *path) {
    Leftover *leftover = add_leftover(arena, false);
    leftover->path = path;
    return leftover;
}

void leftover_keep(Leftover *leftover) {
    if (leftover) {
        leftover->path = NULL;
    }
}

void leftovers_child(pid_t child) {
    noted()->child = child;
}
