/* description_hub_folder.c - which file of a folder holds the weights.
 *
 *   config.json, model.safetensors, optimizer.pt   ->   model.safetensors
 *   config.json, epoch_8.pth, epoch_9.pth          ->   a choice: epoch_8.pth, epoch_9.pth
 *
 * The hub's own names come first. Without them the only file that may hold weights is taken; of
 * several none is, as any of them may be the wrong one.
 */
#include "description_hub.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "folder.h"

enum { MOST_NAMED = 8 }; /* files of a choice whose names are shown */

/* The hub's own names, best first; the last two list weights that are cut into several files. */
static const char *const names[] = {"model.safetensors",
                                    "pytorch_model.bin",
                                    "pytorch_model.pth",
                                    "model.pth",
                                    "model.safetensors.index.json",
                                    "pytorch_model.bin.index.json"};

/* What names of other weights end with, in groups, best first: of one group one file is looked for.
 * Those of the last group are not read; opening one says what it is. */
static const char *const groups[][9] = {
    {".safetensors.index.json", ".bin.index.json"},           {".safetensors"},
    {".pth", ".pt", ".ckpt", ".bin", ".pth.tar", ".pkl"},     {".keras", ".h5", ".hdf5"},
    {".onnx", ".gguf", ".msgpack", ".pb", ".npz", ".tflite"},
};

/* What training leaves beside the weights under the same endings; names begin with these. */
static const char *const beside[] = {"training_args.", "optimizer.", "scheduler.",
                                     "scaler.",        "rng_state",  "random_states",
                                     "trainer_state.", "adapter_"};

/* Whether a name is one of the group's and none of those that stand beside weights. */
static bool may_be_weights(const char *name, const char *const *group, size_t count) {
    bool fits = false;
    for (size_t i = 0; i < count && group[i]; i++) {
        fits = fits || ends_with(name, group[i]);
    }
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        fits = fits && strncmp(name, beside[i], strlen(beside[i])) != 0;
    }
    return fits && name[0] != '.';
}

static void close_folder(void *folder) {
    closedir(folder);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of a group in the folder, in the order of their letters. */
static const char **names_of_group(Arena *arena, const char *folder, const char *const *group,
                                   size_t length, int *count) {
    DIR *entries = opendir(folder);
    const char **found = NULL;
    *count = 0;
    if (!entries && errno == ENOMEM) {
        arena_fail(arena);
    }
    if (!entries) {
        return NULL;
    }
    arena_defer(arena, close_folder, entries);
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (may_be_weights(entry->d_name, group, length)) {
            found = arena_room(arena, found, *count, sizeof *found);
            found[(*count)++] = arena_strdup(arena, entry->d_name);
        }
    }
    if (*count > 1) {
        qsort(found, (size_t)*count, sizeof *found, compare_names);
    }
    return found;
}

/* "a.pth, b.pth, c.pth and 20 more" */
static const char *list_of(Arena *arena, const char **found, int count) {
    const char *text = found[0];
    int named = count <= MOST_NAMED ? count : MOST_NAMED;
    for (int i = 1; i < named; i++) {
        text = arena_printf(arena, "%s, %s", text, found[i]);
    }
    return named == count ? text : arena_printf(arena, "%s and %d more", text, count - named);
}

void hub_find_weights(Arena *arena, const char *folder, Description *description) {
    const char *path = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !path; i++) {
        path = folder_entry(arena, folder, names[i]);
    }
    for (size_t i = 0; i < sizeof groups / sizeof *groups && !path; i++) {
        int count;
        const char **found =
            names_of_group(arena, folder, groups[i], sizeof *groups / sizeof **groups, &count);
        if (count > 1) {
            description->hub_choice = list_of(arena, found, count);
            return;
        }
        path = count ? folder_entry(arena, folder, found[0]) : NULL;
    }
    description->hub_weights = path;
}
