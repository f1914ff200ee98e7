/* embed.c - a path in the source tree -> the file that is linked into the tool.
 */
#include "embed.h"

#include <string.h>

#include "diag.h"

const EmbeddedFile *embedded_file(const char *path) {
    for (size_t i = 0; i < embedded_files_count; i++) {
        if (strcmp(embedded_files[i].path, path) == 0) {
            return &embedded_files[i];
        }
    }
    internal_error("embedded_file", "no file %s is linked in", path);
}
