/* options_value.h - reads the value of one option, and says what is wrong with it. */
#ifndef XNC_COMPILER_OPTIONS_VALUE_H
#define XNC_COMPILER_OPTIONS_VALUE_H

#include "options.h"

/* Whether the option may stand alone. */
bool needs_no_value(const OptionRow *row);
/* Writes the option's member. text is NULL when no value was given: needs_no_value(). False when
 * the text is no value of the row's kind. */
bool set_value(Options *options, const OptionRow *row, const char *text);
/* Says on a line what the row expects in the place of text. */
void wrong_value(FILE *errors, Arena *arena, CommandId id, const OptionRow *row, const char *text);

#endif
