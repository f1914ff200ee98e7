/* inspect.h - which network that the tool knows a file of weights belongs to. */
#ifndef XNC_COMPILER_INSPECT_H
#define XNC_COMPILER_INSPECT_H

#include "blob_facts.h"
#include "model.h"
#include "quant_maps.h"

/* How a file and a network go together. */
typedef struct VariantFit {
    const char *name;               /* of the network, as MODEL takes it */
    CheckpointFit fit;              /* how much of it is there */
    bool fits;                      /* it can be compiled with the file */
    bool headless;                  /* but only without its classifier */
    int64_t inputs;                 /* channels; 0: not known */
    int64_t classes;                /* 0: none */
    const CheckpointRecord *record; /* where it fits */
    const char *told;               /* where it does not: what is wrong, a line each */
} VariantFit;

/* The nearest of all networks that the tool carries, or of a folder's own (model, NULL: none). Each
 * is compared by names and shapes; values are read for the nearest alone. */
VariantFit inspect_checkpoint(const Work *work, TensorFile *tensors, const char *model);

/* What is behind a blob's digests. */
typedef struct BlobOrigin {
    const char *name, *target; /* NULL: no network as described; none of the targets */
    int together;              /* of int8: weights that are restricted together, see quant.h */
    MapsKept maps;             /* of int8: which are in 8 bits */
} BlobOrigin;
/* Compiles the networks with the blob's channels and precision and compares digests; those in int8
 * with all products in integers that may be. */
BlobOrigin inspect_blob(const Work *work, const BlobFacts *facts);

#endif
