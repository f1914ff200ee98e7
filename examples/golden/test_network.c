/* test_network.c - a product's own test of its network: one line of TAP (testanything.org) for each
 * value that was compared. There is no file and no thread in it, and no memory but an array, so it
 * runs on a board as on a computer; replace printf() by what the board has.
 */
#include <stdio.h>

#include "shapes_golden.h"

static _Alignas(XNC_ARENA_ALIGN) unsigned char memory[SHAPES_GOLDEN_BYTES(1)];

/* An xnc_golden_report. */
static void report(void *context, const xnc_golden_check *check) {
    int *number = context;
    printf("%sok %d - %s of %s\n", check->got == check->expected ? "" : "not ", ++*number,
           check->value, check->input->name);
}

int main(void) {
    int number = 0;
    xnc_weights *weights;
    xnc_status status =
        xnc_weights_attach(&weights, &shapes_model, shapes_weights, SHAPES_WEIGHTS_BYTES);
    if (status == XNC_OK) {
        status = shapes_golden_run(weights, NULL, memory, sizeof memory, report, &number);
        xnc_weights_close(weights);
    }
    printf("1..%d\n# %s, %s: %s\n", number, xnc_model_name(&shapes_model),
           xnc_model_target(&shapes_model), xnc_status_text(status));
    return status != XNC_OK;
}
