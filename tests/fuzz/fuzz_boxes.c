/* fuzz_boxes.c - any bytes as a CSV of boxes. What is read has boxes of some size, and the first
 * line's picture finds one.
 */
#include "boxes.h"
#include "fuzz.h"

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    const Boxes *boxes = boxes_parse(fuzz->arena, fuzz->diag, &source);
    size_t length = boxes ? strcspn(source.text, ",\n\"\r") : 0;
    const char *name = arena_strndup(fuzz->arena, source.text, length);
    const xnc_box *box = boxes ? boxes_find(boxes, name) : NULL;
    const xnc_box *below =
        boxes ? boxes_find(boxes, arena_printf(fuzz->arena, "a/b/%s", name)) : NULL;
    fuzz_check(!box || (box->width > 0 && box->height > 0), "a box of some size");
    fuzz_check(!box || below, "a picture in folders has the box of its name");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
