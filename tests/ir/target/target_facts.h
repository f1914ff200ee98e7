/* target_facts.h - what programs beside the compiler ask of a target's row.
 */
#ifndef XNC_TESTS_TARGET_FACTS_H
#define XNC_TESTS_TARGET_FACTS_H

#include "target.h"

/* Prints a name and a value a line: "lanes 8". */
void print_facts(const Target *target);
/* Says on stderr which rows are missing, and counts them. Every row must be there, but those that
 * the emitter composes, and those that may lack; of left operands of 8 bits all of one kind. */
int missing_rows(const Target *target);

#endif
