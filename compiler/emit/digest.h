/* digest.h - what ties a blob of weights to the C that reads it.
 */
#ifndef XNC_COMPILER_DIGEST_H
#define XNC_COMPILER_DIGEST_H

#include <stdint.h>

#include "kernel.h"

/* Of the network and the layout of its constants: XXH64 over each constant's name, place and
 * expression and over each layer's operation. The target takes part only through the packing, the
 * prefix and the options of emission not at all. */
uint64_t module_digest(const Module *module);

#endif
