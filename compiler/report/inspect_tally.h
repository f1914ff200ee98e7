/* inspect_tally.h - how many tensors of which types a file has, dict by dict. */
#ifndef XNC_COMPILER_INSPECT_TALLY_H
#define XNC_COMPILER_INSPECT_TALLY_H

#include "weights.h"

typedef struct DictTally {
    const char *path; /* "": the root */
    int tensors;      /* in it, not in dicts below */
    int64_t bytes;    /* of those whose type can be read */
} DictTally;

typedef struct TypeTally {
    const char *name; /* as the container spells it */
    int tensors;
} TypeTally;

enum { MOST_TYPES = 16 };

typedef struct FileTally {
    DictTally *dicts; /* those with tensors, in the order of the file */
    int dict_count;
    TypeTally types[MOST_TYPES]; /* the last stands for all others */
    int type_count;
    int others; /* entries that are no tensors */
} FileTally;

FileTally inspect_tally(Arena *arena, const TensorFile *file);

#endif
