/* kinterp_machine.c - turns names and expressions of kernel IR into variables, numbers and
 * addresses.
 *
 *   acc[r][1] with r = 3   ->   the variable acc with indices 3, 1
 *
 * Each use is checked: a variable must have been defined, an access must lie in its region. The
 * first mistake is reported and stops the machine, as others often follow from it.
 *
 * Variables stand on a stack, which makes leaving a scope cheap. For finding one, the variables
 * whose name and indices have the same hash are chained from the newest to the oldest.
 */
#include "kinterp.h"

#include "internal.h"

void kmachine_fail(KMachine *machine, const char *format, ...) {
    if (machine->failed) {
        return;
    }
    machine->failed = true;
    va_list args;
    va_start(args, format);
    fprintf(machine->errors, "layer %s: ", machine->layer);
    vfprintf(machine->errors, format, args);
    fputc('\n', machine->errors);
    va_end(args);
}

static void evaluate_indices(KMachine *machine, const Reg *reg, int64_t index[2]) {
    for (int i = 0; i < reg->n_index; i++) {
        index[i] = kmachine_int(machine, reg->index[i]);
    }
}

/* The entry of a name, created when it is first asked for. */
static KName *look_up_name(KMachine *machine, const char *text) {
    KName *name = map_get(machine->by_text, text);
    if (!name) {
        name = NEW(machine->arena, KName);
        for (int i = 0; i < KCHAINS; i++) {
            name->newest[i] = -1;
        }
        map_put(machine->by_text, text, name);
    }
    return name;
}

/* The text of a name in the IR keeps its address, so a small cache by address finds most names
 * without comparing letters. */
static KName *name_of(KMachine *machine, const char *text) {
    KRecent *recent = &machine->recent[(uintptr_t)text / sizeof(void *) % KRECENT];
    if (recent->text != text) {
        *recent = (KRecent){text, look_up_name(machine, text)};
    }
    return recent->name;
}

/* The chain that variables of this name and these indices are in; others may share it. */
static int *chain_of(KMachine *machine, const char *text, const int64_t index[2]) {
    uint64_t mixed = (uint64_t)index[0] * 17 + (uint64_t)index[1];
    return &name_of(machine, text)->newest[mixed % KCHAINS];
}

/* Room for one more variable. Its lanes are not cleared, as that would take most of the time: the
 * statement that defines a vector sets all lanes that can be read. */
static KVariable *new_variable(KMachine *machine) {
    if (machine->count == machine->capacity) {
        int capacity = machine->capacity ? 2 * machine->capacity : 256;
        machine->variables = arena_grow(machine->arena, machine->variables, (size_t)machine->count,
                                        (size_t)capacity, sizeof *machine->variables);
        machine->capacity = capacity;
    }
    return &machine->variables[machine->count];
}

KVariable *kmachine_define(KMachine *machine, const Reg *reg, KVarKind kind) {
    int64_t index[2] = {0};
    evaluate_indices(machine, reg, index);
    int *chain = chain_of(machine, reg->name, index);
    KVariable *variable = new_variable(machine);
    variable->chain = chain;
    variable->older = *chain;
    variable->n_index = reg->n_index;
    variable->index[0] = index[0];
    variable->index[1] = index[1];
    variable->kind = kind;
    variable->number = 0;
    variable->pointer = (KPointer){0};
    variable->elements = NULL;
    *chain = machine->count++;
    return variable;
}

/* From the top down, so that each variable is the newest of its chain when it is removed. */
void kmachine_leave(KMachine *machine, int count) {
    while (machine->count > count) {
        const KVariable *variable = &machine->variables[--machine->count];
        *variable->chain = variable->older;
    }
}

KVariable *kmachine_array(KMachine *machine, const char *name) {
    static const int64_t no_index[2];
    int i = *chain_of(machine, name, no_index);
    while (i >= machine->frame && machine->variables[i].kind != KVARIABLE_PTRS) {
        i = machine->variables[i].older;
    }
    return i >= machine->frame ? &machine->variables[i] : NULL;
}

/* The newest variable that matches hides older ones. Variables of the callers stand between the
 * globals and the frame and are out of sight. */
KVariable *kmachine_find(KMachine *machine, const Reg *reg, KVarKind kind) {
    int64_t index[2] = {0};
    evaluate_indices(machine, reg, index);
    int i = *chain_of(machine, reg->name, index);
    while (i >= 0) {
        KVariable *variable = &machine->variables[i];
        bool in_sight = i >= machine->frame || i < machine->globals;
        if (in_sight && variable->kind == kind && variable->n_index == reg->n_index &&
            variable->index[0] == index[0] && variable->index[1] == index[1]) {
            return variable;
        }
        i = variable->older;
    }
    kmachine_fail(machine, "%s is used before it is defined", reg->name);
    return NULL;
}

static int64_t variable_int(KMachine *machine, const IntExpr *expr) {
    Reg reg = {.name = expr->name, .index = {expr->a, expr->b}};
    reg.n_index = (expr->a != NULL) + (expr->b != NULL);
    const KVariable *variable = kmachine_find(machine, &reg, KVARIABLE_INT);
    return variable ? variable->number : 0;
}

int64_t kmachine_fold(KMachine *machine, IntKind kind, int64_t a, int64_t b) {
    int64_t result = 0;
    if (!int_fold(kind, a, b, &result)) {
        kmachine_fail(machine, "an operation on %lld and %lld has no result", (long long)a,
                      (long long)b);
    }
    return result;
}

int64_t kmachine_int(KMachine *machine, const IntExpr *expr) {
    if (expr->kind == INT_CONST) {
        return expr->number;
    }
    if (expr->kind == INT_VAR) {
        return variable_int(machine, expr);
    }
    int64_t a = kmachine_int(machine, expr->a);
    if (expr->kind == INT_AND ||
        expr->kind == INT_OR) { /* the right side only when C looks at it */
        return (a != 0) == (expr->kind == INT_OR) ? a != 0 : kmachine_int(machine, expr->b) != 0;
    }
    return kmachine_fold(machine, expr->kind, a, kmachine_int(machine, expr->b));
}

/* An element of an array of pointers, with a check of the index. */
static KPointer element_pointer(KMachine *machine, const Reg *reg) {
    Reg array = {.name = reg->name};
    const KVariable *variable = kmachine_find(machine, &array, KVARIABLE_PTRS);
    int64_t at = kmachine_int(machine, reg->index[0]);
    if (!variable) {
        return (KPointer){0};
    }
    if (at < 0 || at >= variable->number) {
        kmachine_fail(machine, "%s[%lld] is outside its array", reg->name, (long long)at);
        return (KPointer){0};
    }
    return variable->elements[at];
}

/* tap[j] may be an element of the array tap or a pointer variable with an index; an array in scope
 * decides. */
KPointer kmachine_pointer(KMachine *machine, const Reg *reg, const IntExpr *offset) {
    KPointer pointer = {0};
    if (reg->n_index == 1 && kmachine_array(machine, reg->name)) {
        pointer = element_pointer(machine, reg);
    } else {
        const KVariable *variable = kmachine_find(machine, reg, KVARIABLE_PTR);
        if (variable) {
            pointer = variable->pointer;
        }
    }
    pointer.offset = kmachine_fold(machine, INT_ADD, pointer.offset, kmachine_int(machine, offset));
    return pointer;
}

KPointer kmachine_cast(KMachine *machine, KPointer pointer, Element element) {
    if (pointer.element != element) {
        int64_t bytes = element_bytes(pointer.element);
        int64_t moved = kmachine_fold(machine, INT_MUL, pointer.offset, bytes);
        pointer.start = kmachine_fold(machine, INT_ADD, pointer.start, moved);
        pointer.offset = 0;
        pointer.element = element;
    }
    return pointer;
}

/* Whether elements of some size, and so many bytes before the first, lie in the region. */
static bool lie_within(const KRegion *region, const KPointer *pointer, int64_t count) {
    int64_t bytes = element_bytes(pointer->element);
    int64_t all = (region->bytes - pointer->start) / bytes;
    return pointer->start >= 0 && pointer->start <= region->bytes && pointer->offset >= 0 &&
           pointer->offset <= all - count;
}

void *kmachine_access(KMachine *machine, KPointer pointer, int64_t count, bool writes) {
    const KRegion *region = pointer.region;
    int64_t bytes = element_bytes(pointer.element);
    if (machine->failed) {
        return NULL;
    }
    if (!region || !region->at) {
        kmachine_fail(machine, "access through a pointer to nothing");
        return NULL;
    }
    if (!lie_within(region, &pointer, count)) {
        int64_t first = plus(pointer.offset, pointer.start / bytes);
        kmachine_fail(machine, "access to %s at %lld .. %lld of %lld %s", region->what,
                      (long long)first, (long long)plus(first, count),
                      (long long)(region->bytes / bytes), element_info(pointer.element)->name);
        return NULL;
    }
    if (writes && !region->writable) {
        kmachine_fail(machine, "%s is written to", region->what);
        return NULL;
    }
    return region->at + pointer.start + pointer.offset * bytes;
}
