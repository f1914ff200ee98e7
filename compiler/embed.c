/* embed.c - finds the files that embed.cmake put into the tool. The table is constant, so that any
 * thread may search it.
 */
#include "embed_table.h"

#include <string.h>

size_t embedded_count(void) {
    return embedded_files_count;
}

const EmbeddedFile *embedded_at(size_t index) {
    return &embedded_files[index];
}

const EmbeddedFile *embedded_file(const char *path) {
    for (size_t i = 0; i < embedded_files_count; i++) {
        if (strcmp(embedded_files[i].path, path) == 0) {
            return &embedded_files[i];
        }
    }
    return NULL;
}
