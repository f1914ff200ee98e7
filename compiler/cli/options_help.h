/* options_help.h - what --help prints. */
#ifndef XNC_COMPILER_OPTIONS_HELP_H
#define XNC_COMPILER_OPTIONS_HELP_H

#include "options.h"

/* Help of one command, or of the tool when command is COMMAND_COUNT. */
void print_help(FILE *out, CommandId command);

#endif
