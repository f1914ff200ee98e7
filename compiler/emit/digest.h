/* digest.h - the numbers that a blob of weights and the C that reads it have in common.
 *
 * The compiler writes them into both (xnc_model.digest and .packing, and the blob's header); the
 * runtime refuses a blob with other ones (XNC_E_MISMATCH, XNC_E_PACKING).
 */
#ifndef XNC_COMPILER_DIGEST_H
#define XNC_COMPILER_DIGEST_H

#include <stdint.h>

#include "kernel.h"

/* Of the network: XXH64, seed 0, over the module's network_digest() and over each constant's name
 * and expression below its packing. Sizes, target, prefix and options of emission have no
 * influence. Values of weights do not enter: the blob's content_digest covers them. */
uint64_t module_digest(const Module *module);
/* Of the packing: over each constant's place and whole expression. Targets that share a layout have
 * one packing, and so have sizes of the input whose maps have pixels enough for whole tiles. */
uint64_t module_packing(const Module *module);

#endif
