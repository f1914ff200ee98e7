/* shard_index.h - the list of the files that weights are cut into. Private to compiler/weights. */
#ifndef XNC_COMPILER_WEIGHTS_SHARD_INDEX_H
#define XNC_COMPILER_WEIGHTS_SHARD_INDEX_H

#include <jansson.h>

#include "container.h"

/* What NAME.safetensors.index.json or NAME.bin.index.json says. */
typedef struct ShardIndex {
    const json_t *where; /* an object: the file of each tensor; paths that stay in the folder */
    const char *files[LIMIT_SHARDS]; /* each once, in the order in which they are first named */
    int count;                       /* of files, at least 1 */
} ShardIndex;

/* Whether a path is that of a list of files, by its name. */
bool is_shard_index(const char *path);
/* Reads the text of such a list, which must outlive the result; false after a diagnostic. */
bool shard_index_read(const Reading *reading, ShardIndex *index);

#endif
