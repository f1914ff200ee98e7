/* main.c - the command line of xnc: arguments in, exit code out.
 *
 * One arena holds everything of a run. Whoever runs out of memory lands here, where the deferred
 * cleanups close what libraries hold open.
 */
#include "command.h"

#include <signal.h>
#include <stdio.h>

#include "leftover.h"
#include "options_help.h"

typedef ExitCode CommandFunction(const Work *work, const Options *options);

static CommandFunction *const functions[COMMAND_COUNT] = {
#define COMMAND(id, name, operands, fewest, most, line) command_##id,
#include "commands.def"
#undef COMMAND
};

static ExitCode run_command(Arena *arena, const Options *options) {
    Progress *progress = progress_create(arena, stderr, command_name(options->command));
    Work work = {arena, diag_create(arena, stderr), progress};
    diag_before(work.diag, progress_hide, progress);
    ExitCode code = functions[options->command](&work, options);
    diag_finish(work.diag);
    return code;
}

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

int main(int argc, char **argv) {
    Arena *arena = arena_create();
    if (!arena) {
        fprintf(stderr, "xnc: out of memory\n");
        return EXIT_MACHINE;
    }
    /* A reader that went away is an error of a write, not a death that leaves files half-written.
     */
    signal(SIGPIPE, SIG_IGN);
    leftovers_watch_signals();
    volatile ExitCode code = EXIT_MACHINE;
    if (!arena_protect(arena)) {
        code = dispatch(arena, argc, argv);
    }
    arena_destroy(arena);
    return output_arrived() ? code : EXIT_MACHINE;
}
