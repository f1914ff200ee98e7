/* embed.c - hands out the files that embed.cmake put into the tool. The table is constant, so any
 * thread may read it.
 */
#include "embed_table.h"

size_t embedded_count(void) {
    return embedded_files_count;
}

const EmbeddedFile *embedded_at(size_t index) {
    return &embedded_files[index];
}
