/* main.c - the command line of xnc: arguments in, exit code out.
 *
 * One arena holds everything of a run. Running out of memory jumps to main(), and destroying the
 * arena runs the deferred cleanups, which release what libraries hold and remove unfinished files.
 */
#include "command.h"

#include <signal.h>
#include <stdio.h>

#include "leftover.h"
#include "options_help.h"

typedef ExitCode CommandFunction(const Work *work, const Options *options);

/* By CommandId. */
static CommandFunction *const functions[COMMAND_COUNT] = {
#define COMMAND(id, name, operands, fewest, most, line) command_##id,
#include "commands.def"
#undef COMMAND
};

/* Diagnostics take the line of progress off the terminal before they print. */
static ExitCode run_command(Arena *arena, const Options *options) {
    Progress *progress = progress_create(arena, stderr, command_name(options->command));
    Work work = {arena, diag_create(arena, stderr), progress};
    diag_before(work.diag, progress_hide, progress);
    ExitCode code = functions[options->command](&work, options);
    diag_finish(work.diag);
    return code;
}

/* From words to a command; wrong use shows no more than its message. */
static ExitCode dispatch(Arena *arena, int argc, char **argv) {
    Options options;
    switch (parse_options(arena, stderr, argc, argv, &options)) {
    case PARSE_RUN:
        return run_command(arena, &options);
    case PARSE_HELP:
        print_help(stdout, options.command);
        return EXIT_DONE;
    case PARSE_VERSION:
        printf("xnc %s\n", XNC_VERSION);
        return EXIT_DONE;
    case PARSE_NOTHING:
        print_help(stderr, COMMAND_COUNT);
        break;
    case PARSE_WRONG:
        break;
    }
    return EXIT_USAGE;
}

/* A full disk shows when the stream is flushed, not when it is written to. */
static bool output_arrived(void) {
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return true;
    }
    fprintf(stderr, "xnc: cannot write to standard output\n");
    return false;
}

/* code is volatile, as it is read after a possible jump out of dispatch(). */
int main(int argc, char **argv) {
    Arena *arena = arena_create();
    if (!arena) {
        fprintf(stderr, "xnc: out of memory\n");
        return EXIT_MACHINE;
    }
    /* A closed pipe and the most bytes that a file may have then fail the write (EPIPE, EFBIG)
     * instead of killing the tool amid its files. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    leftovers_watch_signals();
    volatile ExitCode code = EXIT_MACHINE;
    if (!arena_protect(arena)) {
        code = dispatch(arena, argc, argv);
    }
    arena_destroy(arena);
    return output_arrived() ? code : EXIT_MACHINE;
}
