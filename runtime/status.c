/* status.c - error codes in words.
 * SPDX-License-Identifier: MIT-0
 */
#include "xnc.h"

static const char *const texts[] = {
    [XNC_OK] = "no error",
    [XNC_E_ARGUMENT] = "wrong argument",
    [XNC_E_CPU] = "this CPU lacks an instruction set that the model needs",
    [XNC_E_ARENA] = "the arena is too small or not aligned",
    [XNC_E_IO] = "the weights file cannot be read",
    [XNC_E_FORMAT] = "not a weights file of xnc",
    [XNC_E_VERSION] = "weights or model of another version of xnc: compile again",
    [XNC_E_MISMATCH] = "weights of another network",
    [XNC_E_CORRUPT] = "the weights are damaged",
    [XNC_E_MEMORY] = "out of memory",
    [XNC_E_BYTE_ORDER] = "weights for a machine of the other byte order",
    [XNC_E_SIZE] = "the weights file is cut short or too long",
    [XNC_E_PACKING] = "weights of this network, packed for another target or size of input",
    [XNC_E_DIFFERENT] = "a value differs from the interpreter's",
};

const char *xnc_status_text(xnc_status status) {
    size_t index = (size_t)status;
    return index < sizeof texts / sizeof texts[0] ? texts[index] : "unknown error";
}
