/* blob_facts.h - what a file of weights that blob.c wrote says of itself. */
#ifndef XNC_COMPILER_BLOB_FACTS_H
#define XNC_COMPILER_BLOB_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "element.h"

typedef struct BlobFacts {
    uint32_t version;        /* of the format; the other members are set for this tool's alone */
    bool is_ours;            /* version and byte order are this tool's and machine's */
    bool whole;              /* size and digest of the content are those that the header states, and
                                it states types that there are */
    uint64_t bytes;          /* of the file */
    uint64_t model, packing; /* module_digest(), module_packing() */
    Precision precision;
    Element weights_type;    /* of the products' weights in f32 arithmetic; else f32 */
    int64_t inputs, outputs; /* channels of the input and of the first output */
} BlobFacts;

/* What the weights of the products are stored as: "int8" and "bf16" in these precisions. */
const char *blob_weights_type(const BlobFacts *facts);
/* Whether the bytes begin as a blob does, however it goes on. */
bool blob_recognise(const uint8_t *data, size_t size, BlobFacts *facts);

#endif
