/* blob_facts.c - the header of NAME.weights -> what it says, checked against the content.
 *
 *   "XNCBLOB\n", version 2, ...   ->   BlobFacts { whole, 3 channels in, 1000 out, ... }
 */
#include "blob_facts.h"

#include <string.h>
#include <xxhash.h>

#include "xnc_model.h"

static const char magic[8] = {'X', 'N', 'C', 'B', 'L', 'O', 'B', '\n'};

bool blob_recognise(const uint8_t *data, size_t size, BlobFacts *facts) {
    xnc_blob_header header = {.version = 0};
    if (size < sizeof magic || memcmp(data, magic, sizeof magic) != 0) {
        return false;
    }
    memcpy(&header, data, size < sizeof header ? size : sizeof header);
    *facts = (BlobFacts){.version = header.version};
    facts->is_ours = header.version == XNC_BLOB_VERSION && header.byte_order == XNC_BYTE_ORDER;
    if (!facts->is_ours || size < sizeof header) {
        return true;
    }
    facts->model = header.model_digest;
    facts->packing = header.packing_digest;
    facts->inputs = header.in_channels;
    facts->outputs = header.out_channels;
    facts->whole = header.bytes == size &&
                   XXH64(data + sizeof header, size - sizeof header, 0) == header.content_digest;
    return true;
}
