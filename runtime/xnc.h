/* xnc.h - the runtime of compiled Xception networks. The same for every model.
 * SPDX-License-Identifier: MIT-0
 */
#ifndef XNC_H
#define XNC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XNC_ARENA_ALIGN 64

typedef enum xnc_status {
    XNC_OK = 0,
    XNC_E_ARGUMENT,
    XNC_E_CPU,
    XNC_E_ARENA,
    XNC_E_IO,
    XNC_E_FORMAT,
    XNC_E_VERSION,
    XNC_E_MISMATCH,
    XNC_E_CORRUPT,
    XNC_E_MEMORY
} xnc_status;

#ifdef __cplusplus
}
#endif

#endif
