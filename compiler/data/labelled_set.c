/* labelled_set.c - a set of labelled pictures that grows. */
#include "labelled_internal.h"

void labelled_add(Labelling *labelling, LabelledPicture picture) {
    LabelledSet *set = labelling->set;
    if (set->count == labelling->room) {
        int64_t room = labelling->room ? labelling->room * 2 : 1024;
        set->at = arena_grow(labelling->arena, set->at, (size_t)set->count, (size_t)room,
                             sizeof *set->at);
        labelling->room = room;
    }
    set->at[set->count++] = picture;
}
