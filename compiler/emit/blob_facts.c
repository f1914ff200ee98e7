/* blob_facts.c - the header of NAME.weights -> what it says, checked against the content.
 *
 *   "XNCBLOB\n", version 2, ...   ->   BlobFacts { whole, 3 channels in, 1000 out, ... }
 */
#include "blob_facts.h"

#include <string.h>
#include <xxhash.h>

#include "xnc_model.h"

static const char magic[8] = {'X', 'N', 'C', 'B', 'L', 'O', 'B', '\n'};

/* A word of the header, which has a NUL where it is shorter; zeros are "f32". */
static const char *word_of(const char word[4], char text[5]) {
    memcpy(text, word, 4);
    text[4] = '\0';
    return *text ? text : "f32";
}

/* Reads both words; false where one names nothing. */
static bool read_types(const xnc_blob_header *header, BlobFacts *facts) {
    char text[5];
    int precision = precision_by_name(word_of(header->precision, text));
    int type = element_by_name(word_of(header->weights_type, text));
    facts->precision = precision < 0 ? PRECISION_f32 : (Precision)precision;
    facts->weights_type = type < 0 ? ELEMENT_f32 : (Element)type;
    return precision >= 0 && type >= 0;
}

const char *blob_weights_type(const BlobFacts *facts) {
    return facts->precision == PRECISION_f32 ? element_info(facts->weights_type)->name
                                             : precision_name(facts->precision);
}

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
    facts->bytes = size;
    facts->whole = read_types(&header, facts) && header.bytes == size &&
                   XXH64(data + sizeof header, size - sizeof header, 0) == header.content_digest;
    return true;
}
