/* pickle_opcodes.c - one function for each opcode of protocol 2 that torch writes, and their table.
 *
 *   K 03   ->   the integer 3 on the stack;   s   ->   a key and a value move into the dict below
 *
 * Names and meanings are those of Lib/pickletools.py. A byte without a row refuses the pickle.
 */
#include "pickle.h"

#include <string.h>

/* What a value's length can hold; a text is never longer, as it lies in the pickle. */
enum { LONGEST_TEXT = (1 << 28) - 1 };
_Static_assert((int)LIMIT_PICKLE_BYTES <= (int)LONGEST_TEXT, "the length of a text fits a value");

/* Also for None and bools, whose value is 0 or 1. */
static bool push_integer(Pickle *pickle, PickleKind kind, int64_t integer) {
    return pickle_push(pickle, (PickleValue){.kind = kind, .integer = integer});
}

/* Protocol 2 is what torch.save writes by default; later ones have opcodes that are not here. */
static bool op_proto(Pickle *pickle) {
    uint32_t protocol;
    if (!pickle_take_number(pickle, 1, &protocol)) {
        return false;
    }
    if (pickle->at != 0) {
        return pickle_fail(pickle, NULL, "the protocol is given twice");
    }
    if (protocol != 2) {
        return pickle_fail(pickle, "save it with torch.save and its default pickle_protocol",
                           "pickle protocol %u; torch writes 2", protocol);
    }
    return true;
}

/* Remembers the height of the stack, up to which a later opcode pops. */
static bool op_mark(Pickle *pickle) {
    if (!pickle_has_room(pickle)) {
        return false;
    }
    pickle->marks[pickle->mark_count++] = pickle->height;
    return true;
}

/* Exactly one value may be left: the result. Python takes the top and ignores the rest. */
static bool op_stop(Pickle *pickle) {
    if (pickle->height != 1 || pickle->mark_count != 0) {
        return pickle_fail(pickle, NULL, "the pickle ends with %d values and %d marks, not 1 value",
                           pickle->height, pickle->mark_count);
    }
    pickle->stopped = true;
    return true;
}

static bool op_none(Pickle *pickle) {
    return push_integer(pickle, PICKLE_NONE, 0);
}

static bool op_newtrue(Pickle *pickle) {
    return push_integer(pickle, PICKLE_BOOL, 1);
}

static bool op_newfalse(Pickle *pickle) {
    return push_integer(pickle, PICKLE_BOOL, 0);
}

/* Four bytes, signed; BININT1 and BININT2 are unsigned. */
static bool op_binint(Pickle *pickle) {
    uint32_t number;
    return pickle_take_number(pickle, 4, &number) &&
           push_integer(pickle, PICKLE_INT, (int32_t)number);
}

static bool op_binint1(Pickle *pickle) {
    uint32_t number;
    return pickle_take_number(pickle, 1, &number) && push_integer(pickle, PICKLE_INT, number);
}

static bool op_binint2(Pickle *pickle) {
    uint32_t number;
    return pickle_take_number(pickle, 2, &number) && push_integer(pickle, PICKLE_INT, number);
}

/* Little-endian two's complement; no byte at all is 0. Of more than 8 bytes only that it is an
 * integer is kept: seeds are as large, sizes are not. */
static bool push_long(Pickle *pickle, size_t length_bytes) {
    uint32_t length;
    if (!pickle_take_number(pickle, length_bytes, &length)) {
        return false;
    }
    const uint8_t *at = pickle_take(pickle, length);
    if (!at) {
        return false;
    }
    if (length > sizeof(int64_t)) {
        return push_integer(pickle, PICKLE_LARGE, 0);
    }
    uint64_t bits = length > 0 && at[length - 1] >= 128 ? UINT64_MAX : 0;
    for (uint32_t i = length; i-- > 0;) {
        bits = bits << 8 | at[i];
    }
    int64_t integer;
    memcpy(&integer, &bits, sizeof integer);
    return push_integer(pickle, PICKLE_INT, integer);
}

static bool op_long1(Pickle *pickle) {
    return push_long(pickle, 1);
}

/* The length is signed in Python, which refuses a negative one; here it leaves the pickle. */
static bool op_long4(Pickle *pickle) {
    return push_long(pickle, 4);
}

/* Unlike integers, floats are big-endian. */
static bool op_binfloat(Pickle *pickle) {
    const uint8_t *at = pickle_take(pickle, 8);
    uint64_t bits = 0;
    PickleValue value = {.kind = PICKLE_FLOAT};
    if (!at) {
        return false;
    }
    for (int i = 0; i < 8; i++) {
        bits = bits << 8 | at[i];
    }
    memcpy(&value.real, &bits, sizeof bits);
    return pickle_push(pickle, value);
}

/* A string is kept as a place in the pickle's bytes: nothing is copied, so it may have any length.
 */
static bool push_string(Pickle *pickle, size_t length_bytes) {
    uint32_t length;
    if (!pickle_take_number(pickle, length_bytes, &length)) {
        return false;
    }
    const uint8_t *text = pickle_take(pickle, length);
    return text && pickle_push(pickle, (PickleValue){.kind = PICKLE_STRING,
                                                     .length = length & LONGEST_TEXT,
                                                     .text = (const char *)text});
}

/* A four-byte length and UTF-8. It is not decoded: names of tensors are checked to be ASCII later.
 */
static bool op_binunicode(Pickle *pickle) {
    return push_string(pickle, 4);
}

/* Strings of Python 2, which the legacy container of old releases has. */
static bool push_old_string(Pickle *pickle, size_t length_bytes) {
    if (!pickle->old_strings) {
        return pickle_fail(pickle, NULL, "a string of Python 2 stands in old files only");
    }
    return push_string(pickle, length_bytes);
}

static bool op_short_binstring(Pickle *pickle) {
    return push_old_string(pickle, 1);
}

static bool op_binstring(Pickle *pickle) {
    return push_old_string(pickle, 4);
}

/* Python drops values where a tuple contains itself: it is made twice then. */
static bool op_pop(Pickle *pickle) {
    return pickle_pop(pickle, 1) != NULL;
}

static bool op_pop_mark(Pickle *pickle) {
    uint32_t count;
    return pickle_pop_mark(pickle, &count) != NULL;
}

/* Two lines, module and name. An unknown one becomes an opaque value whose text is both lines. */
static bool op_global(Pickle *pickle) {
    const char *module, *name;
    size_t module_length, name_length;
    if (!pickle_take_line(pickle, &module, &module_length) ||
        !pickle_take_line(pickle, &name, &name_length)) {
        return false;
    }
    const PickleGlobal *row = pickle_global(module, module_length, name, name_length);
    if (row) {
        return pickle_push(pickle, (PickleValue){.kind = PICKLE_GLOBAL, .global = row});
    }
    return pickle_push(pickle,
                       (PickleValue){.kind = PICKLE_OPAQUE,
                                     .length = (module_length + 1 + name_length) & LONGEST_TEXT,
                                     .text = module});
}

static bool op_empty_tuple(Pickle *pickle) {
    return pickle_push_items(pickle, PICKLE_TUPLE, NULL, 0);
}

static bool op_empty_list(Pickle *pickle) {
    return pickle_push_items(pickle, PICKLE_LIST, NULL, 0);
}

static bool op_empty_dict(Pickle *pickle) {
    return pickle_push_items(pickle, PICKLE_DICT, NULL, 0);
}

/* All values above the innermost mark; TUPLE1 to TUPLE3 take a fixed number without a mark. */
static bool op_tuple(Pickle *pickle) {
    uint32_t count = 0;
    const PickleValue *values = pickle_pop_mark(pickle, &count);
    return values && pickle_push_items(pickle, PICKLE_TUPLE, values, count);
}

static bool push_short_tuple(Pickle *pickle, int count) {
    const PickleValue *values = pickle_pop(pickle, count);
    return values && pickle_push_items(pickle, PICKLE_TUPLE, values, (uint32_t)count);
}

static bool op_tuple1(Pickle *pickle) {
    return push_short_tuple(pickle, 1);
}

static bool op_tuple2(Pickle *pickle) {
    return push_short_tuple(pickle, 2);
}

static bool op_tuple3(Pickle *pickle) {
    return push_short_tuple(pickle, 3);
}

/* APPEND adds one value to the list below it, APPENDS all above the mark. */
static bool op_append(Pickle *pickle) {
    const PickleValue *value = pickle_pop(pickle, 1);
    return value && pickle_add(pickle, PICKLE_LIST, value, 1);
}

static bool op_appends(Pickle *pickle) {
    uint32_t count = 0;
    const PickleValue *values = pickle_pop_mark(pickle, &count);
    return values && pickle_add(pickle, PICKLE_LIST, values, count);
}

/* SETITEM adds a key and a value to the dict below them, SETITEMS all pairs above the mark. A key
 * that is already there stays too: torch_dict.c refuses it. */
static bool op_setitem(Pickle *pickle) {
    const PickleValue *pair = pickle_pop(pickle, 2);
    return pair && pickle_add(pickle, PICKLE_DICT, pair, 2);
}

static bool op_setitems(Pickle *pickle) {
    uint32_t count = 0;
    const PickleValue *values = pickle_pop_mark(pickle, &count);
    return values && pickle_add(pickle, PICKLE_DICT, values, count);
}

/* Copies the top of the stack to the memo. Containers are shared with it, not copied, as in
 * Python. */
static bool memo_put(Pickle *pickle, uint32_t index) {
    PickleValue *value = pickle_top(pickle);
    if (!value) {
        return false;
    }
    if (index >= LIMIT_PICKLE_MEMO) {
        return pickle_fail(pickle, NULL, "memo index %u is not below %d", index, LIMIT_PICKLE_MEMO);
    }
    if (index >= pickle->memo_size) {
        size_t wanted = (size_t)index * 2 + 64;
        size_t size = wanted < LIMIT_PICKLE_MEMO ? wanted : LIMIT_PICKLE_MEMO;
        Arena *arena = pickle->reading->arena;
        pickle->memo =
            arena_grow(arena, pickle->memo, pickle->memo_size, size, sizeof *pickle->memo);
        pickle->memo_set =
            arena_grow(arena, pickle->memo_set, pickle->memo_size, size, sizeof *pickle->memo_set);
        pickle->memo_size = size;
    }
    pickle->memo[index] = *value;
    pickle->memo_set[index] = true;
    return true;
}

/* Pushes what was stored under the index; never stored is an error, as in Python. */
static bool memo_get(Pickle *pickle, uint32_t index) {
    if (index >= pickle->memo_size || !pickle->memo_set[index]) {
        return pickle_fail(pickle, NULL, "memo index %u was never stored", index);
    }
    return pickle_push(pickle, pickle->memo[index]);
}

static bool op_binput(Pickle *pickle) {
    uint32_t index;
    return pickle_take_number(pickle, 1, &index) && memo_put(pickle, index);
}

static bool op_long_binput(Pickle *pickle) {
    uint32_t index;
    return pickle_take_number(pickle, 4, &index) && memo_put(pickle, index);
}

static bool op_binget(Pickle *pickle) {
    uint32_t index;
    return pickle_take_number(pickle, 1, &index) && memo_get(pickle, index);
}

static bool op_long_binget(Pickle *pickle) {
    uint32_t index;
    return pickle_take_number(pickle, 4, &index) && memo_get(pickle, index);
}

/* A persistent id: torch's reference to a storage. */
static bool op_binpersid(Pickle *pickle) {
    PickleValue result;
    const PickleValue *id = pickle_pop(pickle, 1);
    return id && pickle_persistent(pickle, id, &result) && pickle_push(pickle, result);
}

/* A callable and a tuple of arguments are replaced by the result. */
static bool op_reduce(Pickle *pickle) {
    PickleValue result;
    const PickleValue *call = pickle_pop(pickle, 2);
    return call && pickle_reduce(pickle, &call[0], &call[1], &result) &&
           pickle_push(pickle, result);
}

/* An object of an unknown class, whose arguments are dropped. */
static bool op_newobj(Pickle *pickle) {
    const PickleValue *call = pickle_pop(pickle, 2);
    if (!call) {
        return false;
    }
    if (call[0].kind != PICKLE_OPAQUE || call[1].kind != PICKLE_TUPLE) {
        return pickle_fail(pickle, NULL, "an object is made of %s",
                           pickle_spelling(pickle->reading->arena, &call[0]));
    }
    return pickle_push_object(pickle, &call[0]);
}

/* State of an object is kept as the value that it is; that of an ordered dict is dropped (torch
 * keeps version numbers of modules there). */
static bool op_build(Pickle *pickle) {
    const PickleValue *state = pickle_pop(pickle, 1);
    const PickleValue *object = state ? pickle_top(pickle) : NULL;
    if (!object) {
        return false;
    }
    if (object->kind == PICKLE_OBJECT) {
        object->object->state = *state;
        return true;
    }
    if (object->kind != PICKLE_OPAQUE && object->kind != PICKLE_DICT) {
        return pickle_fail(pickle, NULL, "state is given to %s",
                           pickle_spelling(pickle->reading->arena, object));
    }
    return true;
}

/* By the opcode's byte. Missing are those that torch does not write: text forms, sets, frames,
 * EXT, INST, OBJ. */
PickleOpcode *const pickle_opcodes[256] = {
    ['('] = op_mark,        [')'] = op_empty_tuple,     ['.'] = op_stop,
    ['0'] = op_pop,         ['1'] = op_pop_mark,        ['G'] = op_binfloat,
    ['J'] = op_binint,      ['K'] = op_binint1,         ['M'] = op_binint2,
    ['N'] = op_none,        ['Q'] = op_binpersid,       ['R'] = op_reduce,
    ['T'] = op_binstring,   ['U'] = op_short_binstring, ['X'] = op_binunicode,
    [']'] = op_empty_list,  ['a'] = op_append,          ['b'] = op_build,
    ['c'] = op_global,      ['e'] = op_appends,         ['h'] = op_binget,
    ['j'] = op_long_binget, ['q'] = op_binput,          ['r'] = op_long_binput,
    ['s'] = op_setitem,     ['t'] = op_tuple,           ['u'] = op_setitems,
    ['}'] = op_empty_dict,  [0x80] = op_proto,          [0x81] = op_newobj,
    [0x85] = op_tuple1,     [0x86] = op_tuple2,         [0x87] = op_tuple3,
    [0x88] = op_newtrue,    [0x89] = op_newfalse,       [0x8a] = op_long1,
    [0x8b] = op_long4};
