/* runtime_files.h - the runtime's sources, which the tool carries (embed.h), as files of a build.
 */
#ifndef XNC_COMPILER_RUNTIME_FILES_H
#define XNC_COMPILER_RUNTIME_FILES_H

#include "build.h"
#include "embed.h"

enum { MOST_OBJECTS = 32 };

/* Paths of compiled objects, in the build's folder. */
typedef struct Objects {
    const char *at[MOST_OBJECTS];
    int count;
} Objects;

/* False when path is NULL: compiling it failed. */
bool objects_add(Objects *objects, const char *path);

/* The name of a file of the runtime beside a user's own, where it must not collide with them:
 * runtime/pool.c is xnc_pool.c, runtime/xnc.h stays xnc.h. NULL when it is no file of the runtime.
 */
const char *runtime_file_name(Arena *arena, const EmbeddedFile *file);
/* Compiles what a program needs to run networks, with such flags and no others of a target: it runs
 * before the CPU's features are known. Softmax and what golden programs are made of is left out.
 * The runtime's headers are in the build. False after a diagnostic. */
bool runtime_objects(Arena *arena, Build *build, const char *flags, Objects *objects);

#endif
