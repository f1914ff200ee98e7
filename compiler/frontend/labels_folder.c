/* labels_folder.c - the folder of a data set -> names of the classes: its folders, as training
 * numbered them.
 *
 *   train/cat/, train/Dog/, train/.cache/   ->   "cat", "Dog"
 *
 * Links are followed; what begins with a dot is left out. The order is timm's. torchvision orders
 * by bytes: where that gives other numbers a note says so, as the file of names in the order of the
 * training is then safer.
 */
#include "labels_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "name_order.h"

/* The names while they are collected. */
typedef struct FolderNames {
    Arena *arena;
    Diag *diag;
    const char *path;
    const char **at;
    int count, room;
} FolderNames;

static void close_folder(void *folder) {
    closedir(folder);
}

static bool add_name(FolderNames *names, const char *name) {
    if (!label_fits(name, strlen(name))) {
        return diag_in(names->diag, DIAG_FILE, names->path, NULL,
                       "labels are UTF-8 without control characters",
                       "has a folder whose name cannot be a label");
    }
    if (names->count == LIMIT_SET_FOLDERS) {
        return diag_in(names->diag, DIAG_FILE, names->path, NULL, NULL, "has more than %d folders",
                       LIMIT_SET_FOLDERS);
    }
    if (names->count == names->room) {
        int room = names->room ? names->room * 2 : 64;
        names->at = arena_grow(names->arena, names->at, (size_t)names->count, (size_t)room,
                               sizeof *names->at);
        names->room = room;
    }
    names->at[names->count++] = arena_strdup(names->arena, name);
    return true;
}

static bool collect(FolderNames *names) {
    DIR *folder = opendir(names->path);
    bool good = true;
    if (!folder) {
        return diag_in(names->diag, DIAG_FILE, names->path, NULL, NULL, "cannot be opened: %s",
                       strerror(errno));
    }
    Arena *part = arena_child(names->arena); /* closes the folder, however the work ends */
    arena_defer(part, close_folder, folder);
    for (struct dirent *entry; good && (entry = readdir(folder));) {
        if (entry->d_name[0] != '.' && is_folder(folder_file(part, names->path, entry->d_name))) {
            good = add_name(names, entry->d_name);
        }
    }
    arena_destroy(part);
    return good;
}

static int by_order(const void *a, const void *b) {
    return name_order(*(const char *const *)a, *(const char *const *)b);
}

/* Whether the order of bytes is another one. */
static void note_order(const FolderNames *names) {
    for (int i = 1; i < names->count; i++) {
        if (strcmp(names->at[i - 1], names->at[i]) > 0) {
            diag_note(names->diag,
                      "classes are the folders of %s in timm's order; torchvision's, by bytes, has "
                      "'%s' before '%s'",
                      names->path, names->at[i], names->at[i - 1]);
            return;
        }
    }
}

static const Labels *labels_of_folder(Arena *arena, Diag *diag, const char *path) {
    FolderNames names = {.arena = arena, .diag = diag, .path = path};
    if (!collect(&names)) {
        return NULL;
    }
    if (names.count == 0) {
        diag_in(diag, DIAG_FILE, path, NULL, "each class is a folder in it, or a line of a file",
                "has no folders");
        return NULL;
    }
    qsort(names.at, (size_t)names.count, sizeof *names.at, by_order);
    note_order(&names);
    Labels *labels = NEW(arena, Labels);
    *labels = (Labels){names.at, NULL, names.count, path};
    return labels;
}

const Labels *labels_open(Arena *arena, Diag *diag, const char *path) {
    return is_folder(path) ? labels_of_folder(arena, diag, path) : labels_read(arena, diag, path);
}
