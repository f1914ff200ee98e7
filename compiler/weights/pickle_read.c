/* pickle_read.c - the bytes of a pickle -> one value, without anything being called.
 *
 *   }  X "fc.bias"  c torch._utils _rebuild_tensor_v2  ( ... t  R  s  .   ->   {"fc.bias": tensor}
 *
 * Each opcode is a row of a table (pickle_opcodes.c); a byte without a row ends the reading. Every
 * step is bounded: the stack, the memo, strings, depth and the number of steps have limits.
 */
#include "pickle.h"

#include <stdarg.h>
#include <string.h>

static const char save_alone[] = "save the weights alone: torch.save(model.state_dict(), path)";

static bool step(Pickle *pickle) {
    pickle->at = (uint32_t)pickle->next;
    const uint8_t *code = pickle_take(pickle, 1);
    if (!code) {
        return false;
    }
    if (pickle->at == 0 && *code != 0x80) {
        return pickle_fail(pickle, NULL, "the pickle does not begin with its protocol");
    }
    if (!pickle_opcodes[*code]) {
        return pickle_fail(pickle, "save the state_dict with torch.save",
                           "pickle opcode 0x%02x is not one that checkpoints need", *code);
    }
    return pickle_opcodes[*code](pickle);
}

/* A larger pickle is cut at the limit, and only fails if its STOP is not before that: the legacy
 * container does not say how long its pickles are. */
bool pickle_run(Pickle *pickle, PickleValue *result, size_t *used) {
    Arena *arena = pickle->reading->arena;
    pickle->is_cut = pickle->size > LIMIT_PICKLE_BYTES;
    if (pickle->is_cut) {
        pickle->size = LIMIT_PICKLE_BYTES;
    }
    pickle->stack = NEW_ARRAY(arena, PickleValue, LIMIT_PICKLE_STACK);
    pickle->marks = NEW_ARRAY(arena, int, LIMIT_PICKLE_STACK);
    while (!pickle->stopped) {
        if (++*pickle->steps > LIMIT_PICKLE_STEPS) {
            return pickle_fail(pickle, save_alone, "the pickle has more than %d opcodes",
                               LIMIT_PICKLE_STEPS);
        }
        if (!step(pickle)) {
            return false;
        }
    }
    *result = pickle->stack[0];
    *used = pickle->next;
    return true;
}
