/* options_help.h - what --help prints. */
#ifndef XNC_COMPILER_OPTIONS_HELP_H
#define XNC_COMPILER_OPTIONS_HELP_H

#include "options.h"

/* Help of one command, or of the whole tool when command is COMMAND_COUNT. Errors stay in the
 * stream. */
void print_help(FILE *out, CommandId command);

#endif
