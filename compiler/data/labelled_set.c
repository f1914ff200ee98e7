/* labelled_set.c - a set of labelled pictures that grows, and what it is asked for: classes by
 * their names, paths beside the file, targets.
 */
#include "labelled_internal.h"

#include <string.h>

bool labelled_add(Labelling *labelling, LabelledPicture picture) {
    LabelledSet *set = labelling->set;
    if (set->count >= LIMIT_SET_PICTURES) {
        set->count = LIMIT_SET_PICTURES + 1;
        return diag_in(labelling->diag, DIAG_FILE, labelling->path, NULL, "split the set",
                       "has more than %d pictures", LIMIT_SET_PICTURES);
    }
    if (set->count == labelling->room) {
        int64_t room = labelling->room ? labelling->room * 2 : 1024;
        set->at = arena_grow(labelling->arena, set->at, (size_t)set->count, (size_t)room,
                             sizeof *set->at);
        labelling->room = room;
    }
    set->at[set->count++] = picture;
    return true;
}

int64_t labelled_class(Labelling *labelling, const char *name) {
    if (!labelling->by_name) {
        labelling->by_name = label_map(labelling->arena, labelling->labels);
    }
    return label_index(labelling->labels, labelling->by_name, name);
}

const char *labelled_path(const Labelling *labelling, const char *path, size_t length) {
    const char *slash = strrchr(labelling->path, '/');
    if (path[0] == '/' || !slash) {
        return arena_strndup(labelling->arena, path, length);
    }
    return arena_printf(labelling->arena, "%.*s/%.*s", (int)(slash - labelling->path),
                        labelling->path, (int)length, path);
}

int labelled_target(const LabelledPicture *picture, int64_t label) {
    return picture->targets ? picture->targets[label] : (int)picture->class;
}

bool labelled_some(const Labelling *labelling) {
    return labelling->set->count > 0 || diag_in(labelling->diag, DIAG_FILE, labelling->path, NULL,
                                                NULL, "names no picture (.jpg, .jpeg, .png)");
}
