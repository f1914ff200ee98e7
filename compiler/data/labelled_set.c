/* labelled_set.c - a set of labelled pictures that grows, and classes by their names. */
#include "labelled_internal.h"

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
