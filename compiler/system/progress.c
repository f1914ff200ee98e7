/* progress.c - steps and counts of a command -> one line on the terminal, see progress.h.
 *
 * The line is cut at the terminal's width, because a line that wraps cannot be erased. It is left
 * with the cursor at its start, so that a text of a program that knows nothing of it (the C
 * compiler) begins in the first column.
 */
#include "progress.h"

#include "clean.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_STEP = 160, LONGEST_LINE = 384, USUAL_COLUMNS = 80 };
static const double BETWEEN_DRAWS = 0.1, BEFORE_A_GUESS = 1.0; /* seconds */

struct Progress {
    FILE *stream;
    const char *command;     /* "check": shown first */
    char step[LONGEST_STEP]; /* what is being done, cut to fit */
    double begun, drawn;     /* when the step began, when the line was drawn: seconds of a clock */
    bool counts;             /* the step has a count: done and total are valid */
    bool visible;            /* the line is on the terminal */
    int64_t done, total;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool can_show(FILE *stream) {
    const char *terminal = getenv("TERM");
    return terminal && *terminal && strcmp(terminal, "dumb") != 0 && isatty(fileno(stream));
}

Progress *progress_create(Arena *arena, FILE *stream, const char *command) {
    if (!can_show(stream)) {
        return NULL;
    }
    Progress *progress = NEW(arena, Progress);
    progress->stream = stream;
    progress->command = command;
    arena_defer(arena, progress_hide, progress);
    return progress;
}

static int columns_of(FILE *stream) {
    struct winsize size;
    bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : USUAL_COLUMNS;
}

/* Seconds left if the rest takes as long for each element as those so far; -1 when it is too early
 * to say. */
static double seconds_left(const Progress *progress) {
    double taken = progress->drawn - progress->begun;
    if (taken < BEFORE_A_GUESS || progress->done <= 0 || progress->done >= progress->total) {
        return -1;
    }
    return taken * (double)(progress->total - progress->done) / (double)progress->done;
}

/* ": 37 of 214, 17 %, 12 s left", as far as it is known; "" without a count. */
static void describe_count(const Progress *progress, char *text, size_t size) {
    double left = seconds_left(progress);
    *text = 0;
    if (!progress->counts) {
        return;
    }
    if (progress->total <= 0) {
        snprintf(text, size, ": %lld", (long long)progress->done);
        return;
    }
    int used = snprintf(text, size, ": %lld of %lld, %d %%", (long long)progress->done,
                        (long long)progress->total,
                        (int)(100.0 * (double)progress->done / (double)progress->total));
    if (left >= 0) {
        snprintf(text + used, size - (size_t)used, ", %.0f s left", left);
    }
}

static void draw(Progress *progress) {
    char count[LONGEST_STEP], line[LONGEST_LINE];
    progress->drawn = now();
    describe_count(progress, count, sizeof count);
    snprintf(line, sizeof line, "xnc %s: %s%s", progress->command, progress->step, count);
    fputs("\r\033[K", progress->stream);
    put_clean(progress->stream, line, strnlen(line, (size_t)columns_of(progress->stream) - 1));
    fputc('\r', progress->stream);
    fflush(progress->stream);
    progress->visible = true;
}

void progress_step(Progress *progress, const char *format, ...) {
    if (!progress) {
        return;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(progress->step, sizeof progress->step, format, args);
    va_end(args);
    progress->counts = false;
    progress->begun = now();
    draw(progress);
}

void progress_count(Progress *progress, int64_t done, int64_t total) {
    if (!progress) {
        return;
    }
    bool first = !progress->counts;
    progress->counts = true;
    progress->done = done;
    progress->total = total;
    if (first || (total > 0 && done >= total) || now() - progress->drawn >= BETWEEN_DRAWS) {
        draw(progress);
    }
}

void progress_hide(void *what) {
    Progress *progress = what;
    if (progress && progress->visible) {
        fputs("\r\033[K", progress->stream);
        fflush(progress->stream);
        progress->visible = false;
    }
}
