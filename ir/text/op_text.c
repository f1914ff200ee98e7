/* op_text.c - reads the name of an operation: a node's, or the one that a layer was lowered from.
 *
 *   conv2d   ->   OP_conv2d
 */
#include "op_text.h"

bool scan_op(Scanner *scan, Op *op) {
    static const char *const names[] = {
#define OP(name, ...) #name,
#include "ops.def"
#undef OP
    };
    Loc loc = scan->now.loc;
    const char *word;
    if (!scan_word(scan, "an operation", &word)) {
        return false;
    }
    int found = op_by_name(word);
    *op = (Op)found;
    return found >= 0 || FAIL_AT(scan, loc, hint_name(scan, word, names, OP_COUNT),
                                 "unknown operation '%s'", word);
}
