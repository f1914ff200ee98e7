/* runtime_files.c - embedded files of the runtime -> sources and objects of a build.
 *
 *   runtime/pool.c   ->   xnc_pool.c   ->   xnc_pool.o
 */
#include "runtime_files.h"

#include <string.h>

#include "diag.h"

bool objects_add(Objects *objects, const char *path) {
    if (objects->count == MOST_OBJECTS) {
        internal_error("objects_add", "more than %d objects", MOST_OBJECTS);
    }
    objects->at[objects->count] = path;
    objects->count += path != NULL;
    return path != NULL;
}

const char *runtime_file_name(Arena *arena, const EmbeddedFile *file) {
    static const char folder[] = "runtime/";
    if (strncmp(file->path, folder, strlen(folder)) != 0) {
        return NULL;
    }
    const char *name = file->path + strlen(folder);
    return strncmp(name, "xnc", 3) == 0 ? name : arena_printf(arena, "xnc_%s", name);
}

/* A source, but not top.c (softmax), which would need SLEEF, nor what golden programs are made of.
 */
static bool is_linked(const char *name) {
    return strstr(name, ".c") && strcmp(name, "xnc_top.c") != 0 && !strstr(name, "_golden");
}

bool runtime_objects(Arena *arena, Build *build, const char *flags, Objects *objects) {
    build_set_flags(build, flags);
    for (size_t i = 0; i < embedded_files_count; i++) {
        const EmbeddedFile *file = &embedded_files[i];
        const char *name = runtime_file_name(arena, file);
        if (name && is_linked(name) &&
            (!build_add(build, name, file->text, file->size) ||
             !objects_add(objects, build_object(build, name)))) {
            return false;
        }
    }
    return true;
}
