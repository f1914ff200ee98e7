/* embed.h - files that are linked into the tool: descriptions, the runtime's sources, the page of
 * xnc report, a stand-in for SLEEF's header.
 *
 * embed.cmake writes the table from the files themselves at build time, so the tool needs no files
 * beside it.
 */
#ifndef XNC_COMPILER_EMBED_H
#define XNC_COMPILER_EMBED_H

#include <stddef.h>

typedef struct EmbeddedFile {
    const char *path; /* in the source tree: "models/xception41.yaml" */
    const char *name; /* without folder and ending: "xception41" */
    const char *text; /* size bytes and a NUL */
    size_t size;
} EmbeddedFile;

/* All files, in the order of their paths; written by embed.cmake. */
extern const EmbeddedFile embedded_files[];
extern const size_t embedded_files_count;

/* The file of that path, which is there: a missing one is a mistake of the build. */
const EmbeddedFile *embedded_file(const char *path);

#endif
