/* command.h - a function for each command: options in, exit code out.
 *
 * Results go to standard output, everything else to standard error. A function returns EXIT_USAGE
 * after a message that begins with "xnc COMMAND:", other codes after a diagnostic of work->diag.
 */
#ifndef XNC_COMPILER_COMMAND_H
#define XNC_COMPILER_COMMAND_H

#include "requests.h"

/* command_ID() for each row of commands.def, in compiler/cli/command_ID.c. Options are those of the
 * command; work lives until the tool ends. */
#define COMMAND(id, name, operands, fewest, most, line)                                            \
    ExitCode command_##id(const Work *work, const Options *options);
#include "commands.def"
#undef COMMAND

#endif
