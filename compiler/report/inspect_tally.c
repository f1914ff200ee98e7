/* inspect_tally.c - the entries of a file of weights -> counts and bytes, for people.
 *
 *   model.conv1.weight F32 [32, 3, 3, 3], ...   ->   dict "model": 276 tensors, 107 MB; 276 of F32
 */
#include "inspect_tally.h"

#include <string.h>

static void count_type(FileTally *tally, const char *name) {
    int i = 0;
    while (i < tally->type_count && strcmp(tally->types[i].name, name) != 0) {
        i++;
    }
    if (i == MOST_TYPES) {
        i--;
        tally->types[i].name = "others";
    } else if (i == tally->type_count) {
        tally->types[tally->type_count++] = (TypeTally){name, 0};
    }
    tally->types[i].tensors++;
}

FileTally inspect_tally(Arena *arena, const TensorFile *file) {
    FileTally tally = {.dicts = NEW_ARRAY(arena, DictTally, file->dict_count + 1)};
    for (int i = 0; i < file->dict_count; i++) {
        tally.dicts[i].path = file->dicts[i].path;
    }
    for (int i = 0; i < file->count; i++) {
        const Tensor *tensor = &file->tensors[i];
        if (tensor->foreign) {
            tally.others++;
            continue;
        }
        tally.dicts[tensor->dict].tensors++;
        tally.dicts[tensor->dict].bytes += tensor_bytes(tensor);
        count_type(&tally, tensor->type_name);
    }
    for (int i = 0; i < file->dict_count; i++) {
        if (tally.dicts[i].tensors) {
            tally.dicts[tally.dict_count++] = tally.dicts[i];
        }
    }
    return tally;
}
