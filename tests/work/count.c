/* count.c - the tool with its work counted: the number of basic blocks of our own code that a run
 * has executed goes to the file that XNC_WORK names.
 *
 *   XNC_WORK=blocks xnc_counted analyze net.yaml   ->   "1822733" in the file blocks
 */
#include <stdio.h>
#include <stdlib.h>

static long long blocks_done;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void) {
    blocks_done++;
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("XNC_WORK");
    FILE *out = path ? fopen(path, "w") : NULL;
    if (out) {
        fprintf(out, "%lld\n", blocks_done);
        fclose(out);
    }
}
