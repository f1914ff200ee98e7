/* digest.h - the number that a blob of weights and the C that reads it have in common.
 *
 * The compiler writes it into both (xnc_model.digest, xnc_blob_header.model_digest); the runtime
 * refuses a blob whose number is another (XNC_E_MISMATCH).
 */
#ifndef XNC_COMPILER_DIGEST_H
#define XNC_COMPILER_DIGEST_H

#include <stdint.h>

#include "kernel.h"

/* XXH64, seed 0, over each constant's name, place and expression and over each layer's name,
 * operation, elements and multiply-adds. A target has an influence only through the packing of the
 * constants, so targets that share a layout share blobs; the prefix and the options of emission
 * have none. Values of weights do not enter: the blob's content_digest covers them. */
uint64_t module_digest(const Module *module);

#endif
