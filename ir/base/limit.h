/* limit.h - how much each reader takes from outside: limit.def, as constants LIMIT_NAME.
 *
 * Together they keep what any file can cost within two seconds and 256 MB beyond the tensors that
 * the network takes; docs/security.md has the same table, and a test compares the two.
 */
#ifndef XNC_IR_LIMIT_H
#define XNC_IR_LIMIT_H

enum {
#define LIMIT(name, value, unit, reason) LIMIT_##name = (value),
#include "limit.def"
#undef LIMIT
};

#endif
