/* fuzz_labels.c - any bytes as the names of classes. What is read can be shown. */
#include "fuzz.h"
#include "labels.h"

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    const Labels *labels = labels_parse(fuzz->arena, fuzz->diag, &source);
    Map *map = label_map(fuzz->arena, labels);
    for (int64_t i = 0; labels && i < labels->count; i++) {
        const char *name = label_name(labels, i), *text = label_text(labels, i);
        fuzz_check(label_fits(name, strlen(name)) && label_fits(text, strlen(text)),
                   "a label can be shown");
        int64_t index = label_index(labels, map, name);
        fuzz_check(index >= 0 && index <= i, "a class is found by its name");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
