/* interp_choose.c - picks the form of the chain that this machine can run. The build names the
 * feature and compiles the faster form, or does neither.
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
