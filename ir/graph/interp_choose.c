/* interp_choose.c - picks the fastest form of the chain (interp_chain.c) that this machine can run.
 *
 * Where the build has a wide form, it defines WIDE_FEATURE and WIDE_FEATURE_TOO, the names of the
 * CPU features that form needs, for this file (wide.cmake); elsewhere it defines neither.
 */
#include "interp.h"

Chain chain_anywhere;
#ifdef WIDE_FEATURE
Chain chain_wide;
#endif

Chain *choose_chain(void) {
#ifdef WIDE_FEATURE
    if (__builtin_cpu_supports(WIDE_FEATURE) && __builtin_cpu_supports(WIDE_FEATURE_TOO)) {
        return chain_wide;
    }
#endif
    return chain_anywhere;
}
