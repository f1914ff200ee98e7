/* labelled_read.c - a tree of folders with pictures -> a set with the class of each picture.
 *
 *   val/n01440764/a.JPEG   ->   {"val/n01440764/a.JPEG", folder "n01440764", class 0}
 *
 * As timm's reader of folders does: the class of a picture is that of the folder it is directly in,
 * however deep, and symbolic links are followed. Files and folders that begin with a dot are left
 * out.
 */
#include "labelled_internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "folder.h"
#include "name_order.h"
#include "picture.h"

static void close_folder(void *folder) {
    closedir(folder);
}

/* Whether a limit has been met, and said: there is no sense in going on. */
static bool is_full(const Labelling *labelling) {
    return labelling->folders > LIMIT_SET_FOLDERS || labelling->set->count > LIMIT_SET_PICTURES;
}

static bool walk(Labelling *labelling, const char *path, const char *name, int depth);

/* A file or folder that a walk found. folder and name are the names of its folder and its own. */
static bool visit(Labelling *labelling, const char *path, const char *folder, const char *name,
                  int depth) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return true; /* a link that leads nowhere */
    }
    if (S_ISDIR(info.st_mode)) {
        return walk(labelling, path, name, depth + 1);
    }
    if (!S_ISREG(info.st_mode) || !is_picture_name(path)) {
        return true;
    }
    if (depth == 0 && !labelling->classless) {
        return diag_in(labelling->diag, DIAG_FILE, path, NULL,
                       "a list file can give classes to pictures of one folder",
                       "lies in no folder of a class");
    }
    return labelled_add(labelling, (LabelledPicture){.path = path, .folder = folder, .class = -1});
}

/* Adds the pictures below a folder, in the order of the file system: they are sorted later. The
 * bound on depth ends a circle of links. */
static bool walk(Labelling *labelling, const char *path, const char *name, int depth) {
    Arena *arena = labelling->arena;
    if (depth > LIMIT_SET_DEPTH) {
        return diag_in(labelling->diag, DIAG_FILE, path, NULL, "does a link lead back?",
                       "lies deeper than %d folders", LIMIT_SET_DEPTH);
    }
    if (++labelling->folders > LIMIT_SET_FOLDERS) {
        return diag_in(labelling->diag, DIAG_FILE, labelling->path, NULL, "does a link lead back?",
                       "has more than %d folders", LIMIT_SET_FOLDERS);
    }
    DIR *folder = opendir(path);
    if (!folder) {
        return diag_in(labelling->diag, DIAG_FILE, path, NULL, NULL, "cannot be opened: %s",
                       strerror(errno));
    }
    Arena *part = arena_child(arena); /* closes the folder, however the work ends */
    arena_defer(part, close_folder, folder);
    bool good = true;
    for (struct dirent *entry; !is_full(labelling) && (entry = readdir(folder));) {
        if (entry->d_name[0] != '.') {
            const char *below = arena_strdup(arena, entry->d_name);
            const char *whole = arena_printf(arena, "%s/%s", path, below);
            good = visit(labelling, whole, name, below, depth) && good;
        }
    }
    arena_destroy(part);
    return good;
}

static int by_folder(const void *a, const void *b) {
    return name_order(((const LabelledPicture *)a)->folder, ((const LabelledPicture *)b)->folder);
}

static int by_path(const void *a, const void *b) {
    return name_order(((const LabelledPicture *)a)->path, ((const LabelledPicture *)b)->path);
}

/* Gives each picture the number of its folder; the set is sorted by folders. Returns how many
 * folders there are. */
static int64_t number_folders(LabelledSet *set) {
    int64_t folders = 0;
    for (int64_t i = 0; i < set->count; i++) {
        folders += i == 0 || strcmp(set->at[i].folder, set->at[i - 1].folder) != 0;
        set->at[i].class = folders - 1;
    }
    return folders;
}

/* Gives each picture the class that its folder labels; the first folder that labels none, or NULL.
 */
static const char *name_folders(Labelling *labelling) {
    const LabelledSet *set = labelling->set;
    for (int64_t i = 0; i < set->count; i++) {
        bool same = i > 0 && strcmp(set->at[i].folder, set->at[i - 1].folder) == 0;
        set->at[i].class =
            same ? set->at[i - 1].class : labelled_class(labelling, set->at[i].folder);
        if (set->at[i].class < 0) {
            return set->at[i].folder;
        }
    }
    return NULL;
}

/* Sorted twice: by folders to number them, then by paths, the order in which the results of an
 * interrupted evaluation are kept. */
static bool read_folder(Labelling *labelling) {
    LabelledSet *set = labelling->set;
    if (!walk(labelling, labelling->path, "", 0)) {
        return false;
    }
    if (set->count > 0) {
        qsort(set->at, (size_t)set->count, sizeof *set->at, by_folder);
    }
    const char *unknown = labelling->labels ? name_folders(labelling) : "";
    int64_t folders = unknown ? number_folders(set) : labelling->classes;
    if (set->count > 0 && folders != labelling->classes) {
        return diag_in(labelling->diag, DIAG_FILE, labelling->path, NULL,
                       "name the folders after the labels, or give a list file: path, blank, class",
                       "has pictures in %lld folders, the network has %lld classes%s%s",
                       (long long)folders, (long long)labelling->classes,
                       *unknown ? ", none of them called " : "", unknown);
    }
    if (set->count > 0) {
        qsort(set->at, (size_t)set->count, sizeof *set->at, by_path);
    }
    return true;
}

const LabelledSet *pictures_below(Arena *arena, Diag *diag, const char *path) {
    LabelledSet *set = NEW(arena, LabelledSet);
    Labelling labelling = {
        .arena = arena, .diag = diag, .path = path, .set = set, .classless = true};
    LabelledPicture alone = {.path = path, .class = -1};
    if (!(is_folder(path)         ? walk(&labelling, path, "", 0)
          : is_picture_name(path) ? labelled_add(&labelling, alone)
                                  : labelled_list(&labelling))) {
        return NULL;
    }
    if (set->count > 0) {
        qsort(set->at, (size_t)set->count, sizeof *set->at, by_path);
    }
    return labelled_some(&labelling) ? set : NULL;
}

const LabelledSet *labelled_open(Arena *arena, Diag *diag, const char *path, const Labels *labels,
                                 int64_t classes) {
    Labelling labelling = {arena, diag, path, labels, classes, NEW(arena, LabelledSet),
                           0,     NULL, 0,    false};
    if (!(is_folder(path) ? read_folder(&labelling) : labelled_list(&labelling))) {
        return NULL;
    }
    return labelled_some(&labelling) ? labelling.set : NULL;
}
