/* name_pattern.h - patterns of tensor names, as tables and people write them. Private to
 * compiler/weights.
 *
 *   stage3.unit{i}.block{j}  =  block{i+2}.rep.{3j-2}
 *   stage3.unit4.block2.bn.weight   ->   block6.rep.4.bn.weight
 *
 * A pattern stands for the first parts of a name; what follows it behind a dot stays. {i} is a
 * number of up to six digits, whatever the letter; on the right it may be multiplied and moved. A
 * part * is any part. Matching reads each byte of a name once.
 */
#ifndef XNC_COMPILER_WEIGHTS_NAME_PATTERN_H
#define XNC_COMPILER_WEIGHTS_NAME_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the pattern stands for the first parts of the name. */
bool name_pattern_fits(const char *pattern, const char *name);
/* Writes the name that is meant by a name which fits the pattern from; false when it does not fit,
 * a number would be negative, or the result has no room in size bytes. */
bool name_pattern_apply(const char *from, const char *to, const char *name, char *result,
                        size_t size);
/* What is wrong with a pattern, for messages; NULL: nothing. to NULL: there is no right side, and *
 * is allowed. */
const char *name_pattern_fault(const char *from, const char *to);

#endif
