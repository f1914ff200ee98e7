/* command.h - a function for each command. */
#ifndef XNC_COMPILER_COMMAND_H
#define XNC_COMPILER_COMMAND_H

#include "requests.h"

/* Bound by convention to the rows of commands.def. */
#define COMMAND(id, name, operands, fewest, most, line)                                            \
    ExitCode command_##id(const Work *work, const Options *options);
#include "commands.def"
#undef COMMAND

#endif
