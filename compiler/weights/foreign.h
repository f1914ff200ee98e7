/* foreign.h - files of other programs, which are recognised to say what to do about them. Private
 * to compiler/weights.
 */
#ifndef XNC_COMPILER_WEIGHTS_FOREIGN_H
#define XNC_COMPILER_WEIGHTS_FOREIGN_H

#include "container.h"

/* Reports a file that is no checkpoint, by its first bytes and its name. Always false. */
bool foreign_file(const Reading *reading);
/* What a zip archive is in which an entry has this name, and what to do about it; NULL: unknown. */
const char *foreign_entry(const char *name, size_t length, const char **advice);

#endif
