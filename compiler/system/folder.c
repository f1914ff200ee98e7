/* folder.c - a folder and a name -> the path of what is there.
 *
 *   "net/", "config.json"   ->   "net/config.json"
 */
#include "folder.h"

#include <sys/stat.h>

#include "file.h"

bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

const char *folder_file(Arena *arena, const char *folder, const char *name) {
    const char *slash = ends_with(folder, "/") ? "" : "/";
    return arena_printf(arena, "%s%s%s", folder, slash, name);
}

const char *folder_entry(Arena *arena, const char *folder, const char *name) {
    struct stat info;
    const char *path = folder_file(arena, folder, name);
    return lstat(path, &info) == 0 ? path : NULL;
}
