/* kinterp_stmt.c - runs the statements of kernel IR one after the other.
 *
 *   acc[3] = fma x, w, acc[3]   ->   for each lane: acc_3 = fmaf(x, w, acc_3)
 *
 * kops.def defines the operations by a C expression for one lane; lane_value() holds the same
 * expressions. This is the definition of what a statement means, and the emitted C of every target
 * must give the same bits.
 */
#include <math.h>
#ifndef FP_FAST_FMA
#define FP_FAST_FMA /* the header then declares the functions for machines with fma */
#endif
#include <sleef.h>
#include <string.h>

#include "kinterp.h"
#include "operands.h"

static float upper_of(KLane lane) {
    return (float)element_get(ELEMENT_bf16, &lane.pair, 0);
}

static float lower_of(KLane lane) {
    return (float)element_get(ELEMENT_bf16, &lane.pair, 1);
}

/* The operations that take pairs. */
static float pair_value(KOp op, KLane a, KLane b, float c) {
    switch (op) {
    case KOP_upper:
        return upper_of(a);
    case KOP_lower:
        return lower_of(a);
    case KOP_dot:
        return fmaf(lower_of(a), lower_of(b), fmaf(upper_of(a), upper_of(b), c));
    default:
        internal_error("kinterp_stmt", "%s has no meaning of pairs", kop_info(op)->name);
    }
}

/* The operations on floats. */
static float lane_value(const Stmt *stmt, float a, float b, float c) {
    switch (stmt->op) {
    case KOP_zero:
        return 0.0f;
    case KOP_constant:
        return (float)stmt->number;
    case KOP_fma:
    case KOP_fma_lane:
        return fmaf(a, b, c);
    case KOP_add:
        return a + b;
    case KOP_mul:
        return a * b;
    case KOP_sub:
        return a - b;
    case KOP_div:
        return a / b;
    case KOP_max:
        return a > b ? a : b;
    case KOP_min:
        return a < b ? a : b;
    case KOP_round:
        return (float)element_rounded(ELEMENT_bf16, a);
    case KOP_exp:
        return Sleef_finz_expf1_u10purecfma(a);
    case KOP_erf:
        return Sleef_finz_erff1_u10purecfma(a);
    case KOP_sigmoid:
        return interp_act(ACT_sigmoid, a);
    case KOP_silu:
        return interp_act(ACT_silu, a);
    case KOP_gelu:
        return interp_act(ACT_gelu, a);
    default:
        internal_error("kinterp_stmt", "%s has no meaning", kop_info(stmt->op)->name);
    }
}

/* Each lane is the number of an element, as a float or an integer. */
static void read_numbers(KMachine *machine, KPointer pointer, KOp op, KLane *lane) {
    bool one = op == KOP_broadcast_byte, is_sum = kop_info(op)->gives == ELEMENT_s32;
    const unsigned char *at = kmachine_access(machine, pointer, one ? 1 : machine->lanes, false);
    for (int i = 0; at && i < machine->lanes; i++) {
        double number = element_get(pointer.element, at, one ? 0 : i);
        lane[i] = is_sum ? (KLane){.sum = (int32_t)number} : (KLane){.number = (float)number};
    }
}

/* broadcast_halves: two of four elements, which here lie in their order. */
static void read_halves(KMachine *machine, KPointer pointer, KLane *lane) {
    int64_t within = pointer.offset & (QUAD - 1), from = within / 2;
    if (within % 2 != 0) {
        kmachine_fail(machine, "a load at %lld begins within two", (long long)pointer.offset);
        return;
    }
    pointer.offset -= within;
    const unsigned char *at = kmachine_access(machine, pointer, QUAD, false);
    for (int i = 0; at && i < machine->lanes; i++) {
        lane[i].s16[0] = (int16_t)element_get(ELEMENT_s16, at, from);
        lane[i].s16[1] = (int16_t)element_get(ELEMENT_s16, at, from + 2);
    }
}

/* load and broadcast: words of memory become lanes. Of bf16 a word begins with an element of
 * even index. */
static void read_memory(KMachine *machine, const Stmt *stmt, KLane *lane) {
    bool one = stmt->op == KOP_broadcast || stmt->op == KOP_broadcast_pair ||
               stmt->op == KOP_broadcast_quad || stmt->op == KOP_broadcast_signed;
    KPointer pointer = kmachine_pointer(machine, &stmt->base, stmt->value);
    if (stmt->op == KOP_load_halves || stmt->op == KOP_load_bytes || stmt->op == KOP_load_shorts ||
        stmt->op == KOP_broadcast_byte) {
        read_numbers(machine, pointer, stmt->op, lane);
        return;
    }
    if (pointer.element == ELEMENT_s16) {
        read_halves(machine, pointer, lane);
        return;
    }
    int64_t each = (int64_t)sizeof *lane / element_bytes(pointer.element);
    const unsigned char *at =
        kmachine_access(machine, pointer, (one ? 1 : machine->lanes) * each, false);
    if (pointer.element == ELEMENT_bf16 && pointer.offset % each != 0) {
        kmachine_fail(machine, "a load at %lld begins within a word", (long long)pointer.offset);
        return;
    }
    for (int i = 0; at && i < machine->lanes; i++) {
        memcpy(&lane[i], at + (one ? 0 : i) * (int64_t)sizeof *lane, sizeof *lane);
    }
}

/* Which lane of its first operand an operation takes for all of its own; -1: each its own. */
static int64_t first_lane(KMachine *machine, const Stmt *stmt) {
    bool has = kop_is(stmt->op, OF_LANE);
    int64_t lane = has ? kmachine_int(machine, stmt->value) : -1;
    if (has && (lane < 0 || lane >= machine->lanes)) {
        kmachine_fail(machine, "there is no lane %lld", (long long)lane);
    }
    return lane;
}

/* One lane of what an operation makes of its operands; those that it does not have count as 0. */
static KLane computed(const Stmt *stmt, KLane a, KLane b, KLane c) {
    KLane made = {0};
    switch (kop_info(stmt->op)->takes[0]) {
    case ELEMENT_bf16:
        made.number = pair_value(stmt->op, a, b, c.number);
        break;
    case ELEMENT_u8:
    case ELEMENT_s8:
    case ELEMENT_s16:
    case ELEMENT_s32:
        made = kinterp_integers(stmt->op, a, b, c);
        break;
    default:
        made.number = lane_value(stmt, a.number, b.number, c.number);
    }
    return made;
}

/* All operations but those that read memory, lane by lane. */
static void compute(KMachine *machine, const Stmt *stmt, KLane *lane) {
    const KVariable *operand[3] = {NULL};
    const KLane nought = {0};
    for (int i = 0; i < kop_info(stmt->op)->operands; i++) {
        operand[i] = kmachine_find(machine, &stmt->operand[i], KVARIABLE_VEC);
    }
    int64_t first = first_lane(machine, stmt);
    if (machine->failed) {
        return;
    }
    for (int i = 0; i < machine->lanes; i++) {
        KLane a = operand[0] ? operand[0]->lane[first < 0 ? i : first] : nought;
        KLane b = operand[1] ? operand[1]->lane[i] : nought;
        KLane c = operand[2] ? operand[2]->lane[i] : nought;
        lane[i] = computed(stmt, a, b, c);
    }
}

/* The result is computed before its variable is defined, as defining may move the operands. */
static void run_vector(KMachine *machine, const Stmt *stmt) {
    KLane lane[KLANES] = {{0}};
    if (kop_info(stmt->op)->reads != ELEMENT_none) {
        read_memory(machine, stmt, lane);
    } else {
        compute(machine, stmt, lane);
    }
    KVariable *result = stmt->kind == STMT_VEC ? kmachine_define(machine, &stmt->reg, KVARIABLE_VEC)
                                               : kmachine_find(machine, &stmt->reg, KVARIABLE_VEC);
    if (result) {
        memcpy(result->lane, lane, sizeof lane);
    }
}

/* How many lanes a store writes. */
static int64_t stored_lanes(KMachine *machine, const Stmt *stmt) {
    int64_t lanes = machine->lanes;
    if (!stmt->below) {
        return stmt->cond ? kmachine_int(machine, stmt->cond) : lanes;
    }
    int64_t below = kmachine_int(machine, stmt->below);
    return below < 0 ? 0 : below < lanes ? below : lanes;
}

/* Elements of a type that change places among each other. */
static int64_t elements_together(Element element) {
    return element == ELEMENT_bf16 ? 2 : element == ELEMENT_s16 ? QUAD : 1;
}

/* s8 are what u8 are, less 128. */
static void put_number(Element element, void *at, int64_t index, float number) {
    if (element == ELEMENT_s8) {
        number = (float)element_rounded(ELEMENT_u8, number) - 128.0f;
    }
    element_put(element, at, index, number);
}

/* Stores lanes as elements of a type. Where some change places, an access of several begins with
 * the first of these. */
static void store_lanes(KMachine *machine, const KPointer *pointer, const KLane *lane,
                        int64_t lanes) {
    Element element = pointer->element;
    int64_t each = elements_together(element);
    int64_t into = pointer->offset % each; /* the word */
    if (into != 0 && lanes > 1) {
        kmachine_fail(machine, "a store at %lld begins within a word", (long long)pointer->offset);
        return;
    }
    KPointer word = *pointer;
    word.offset -= into;
    unsigned char *at = kmachine_access(machine, word, into + lanes, true);
    if (at && element == ELEMENT_u32) {
        memcpy(at, lane, (size_t)lanes * sizeof *lane);
        return;
    }
    for (int64_t i = 0; at && i < lanes; i++) {
        put_number(element, at, into + i,
                   element == ELEMENT_i16 ? (float)lane[i].sum : lane[i].number);
    }
}

/* Only the elements that are stored must lie in the region: a store of no lanes may point anywhere.
 */
static void run_store(KMachine *machine, const Stmt *stmt) {
    int64_t lanes = stored_lanes(machine, stmt);
    if (lanes < 0 || lanes > machine->lanes) {
        kmachine_fail(machine, "a store of %lld lanes", (long long)lanes);
    }
    const KVariable *vector = kmachine_find(machine, &stmt->operand[0], KVARIABLE_VEC);
    KPointer pointer = kmachine_pointer(machine, &stmt->base, stmt->value);
    if (lanes > 0 && vector && !machine->failed) {
        store_lanes(machine, &pointer, vector->lane, lanes);
    }
}

static void run_copy(KMachine *machine, const Stmt *stmt) {
    KPointer source = kmachine_pointer(machine, &stmt->other, stmt->other_value);
    KPointer target = kmachine_pointer(machine, &stmt->base, stmt->value);
    const float *from = kmachine_access(machine, source, 1, false);
    float *to = kmachine_access(machine, target, 1, true);
    if (from && to) {
        *to = *from;
    }
}

static void run_int(KMachine *machine, const Stmt *stmt) {
    int64_t number = kmachine_int(machine, stmt->value);
    KVariable *variable = stmt->kind == STMT_ASSIGN
                              ? kmachine_find(machine, &stmt->reg, KVARIABLE_INT)
                              : kmachine_define(machine, &stmt->reg, KVARIABLE_INT);
    if (variable) {
        variable->number = number;
    }
}

static void run_ptrs(KMachine *machine, const Stmt *stmt) {
    KVariable *array = kmachine_define(machine, &stmt->reg, KVARIABLE_PTRS);
    array->number = stmt->extent;
    array->elements = NEW_ARRAY(machine->arena, KPointer, stmt->extent);
}

/* The element of an array in scope that reg names; NULL when reg is a variable of its own. */
static KPointer *array_element(KMachine *machine, const Reg *reg) {
    int64_t at = reg->n_index == 1 ? kmachine_int(machine, reg->index[0]) : -1;
    const KVariable *array = at >= 0 ? kmachine_array(machine, reg->name) : NULL;
    return array && at < array->number ? &array->elements[at] : NULL;
}

static void run_ptr(KMachine *machine, const Stmt *stmt) {
    bool first = !stmt->cond || kmachine_int(machine, stmt->cond) != 0;
    KPointer pointer = first ? kmachine_pointer(machine, &stmt->base, stmt->value)
                             : kmachine_pointer(machine, &stmt->other, stmt->other_value);
    pointer = kmachine_cast(machine, pointer, stmt->element);
    KPointer *element = array_element(machine, &stmt->reg);
    if (element) {
        *element = pointer;
    } else {
        kmachine_define(machine, &stmt->reg, KVARIABLE_PTR)->pointer = pointer;
    }
}

static void define_int(KMachine *machine, const char *name, int64_t number) {
    Reg reg = {.name = name};
    kmachine_define(machine, &reg, KVARIABLE_INT)->number = number;
}

/* The body of an unrolled loop is no scope, so what it defines stays. The loop variable of each
 * step stays too, hidden by the next step's. A step beyond the largest number is one beyond hi. */
static void run_for(KMachine *machine, const Stmt *stmt) {
    bool unroll = stmt->mark == LOOP_UNROLL || stmt->mark == LOOP_VECTOR_UNROLL;
    int64_t hi = kmachine_int(machine, stmt->hi);
    int64_t i = kmachine_int(machine, stmt->lo);
    for (bool more = true; more && i < hi && !machine->failed;
         more = int_fold(INT_ADD, i, stmt->extent, &i)) {
        int outside = machine->count;
        define_int(machine, stmt->name, i);
        kmachine_run(machine, &stmt->body);
        if (!unroll) {
            kmachine_leave(machine, outside);
        }
    }
}

/* Shares differ by at most one and together are 0 .. count, whatever the number of tasks. */
static void run_split(KMachine *machine, const Stmt *stmt) {
    int64_t count = kmachine_int(machine, stmt->value);
    int64_t before = kmachine_fold(machine, INT_MUL, count, machine->task);
    int64_t after = kmachine_fold(machine, INT_MUL, count, machine->task + 1);
    define_int(machine, stmt->name, before / machine->tasks);
    define_int(machine, stmt->other.name, after / machine->tasks);
}

static void run_scope(KMachine *machine, const StmtList *list) {
    int outside = machine->count;
    kmachine_run(machine, list);
    kmachine_leave(machine, outside);
}

/* An array of pointers from some element on. */
static KPassed evaluate_array(KMachine *machine, const KArg *arg) {
    KPassed passed = {.kind = KVARIABLE_PTRS};
    const KVariable *array = kmachine_find(machine, &arg->base, KVARIABLE_PTRS);
    int64_t from = arg->value ? kmachine_int(machine, arg->value) : 0;
    if (!array) {
        return passed;
    }
    if (from < 0 || from > array->number) {
        kmachine_fail(machine, "%s[%lld] is outside its array", arg->base.name, (long long)from);
        return passed;
    }
    passed.number = array->number - from;
    passed.elements = array->elements + from;
    return passed;
}

static KPassed evaluate_argument(KMachine *machine, const KArg *arg, ParamKind kind) {
    if (!arg->base.name) {
        return (KPassed){KVARIABLE_INT, .number = kmachine_int(machine, arg->value)};
    }
    if (arg->value && kind != PARAM_PTRS) {
        return (KPassed){KVARIABLE_PTR,
                         .pointer = kmachine_pointer(machine, &arg->base, arg->value)};
    }
    return evaluate_array(machine, arg);
}

static void define_parameter(KMachine *machine, const char *name, const KPassed *passed) {
    Reg reg = {.name = name};
    KVariable *variable = kmachine_define(machine, &reg, passed->kind);
    variable->number = passed->number;
    variable->pointer = passed->pointer;
    variable->elements = passed->elements;
}

/* All arguments are evaluated before a parameter is defined, as a parameter may have the name of a
 * variable that a later argument reads. Then the frame moves up to the parameters, which hides the
 * caller's variables from the body. */
static void run_call(KMachine *machine, const Stmt *stmt) {
    const Matrix matrix = matrix_named(stmt->name);
    const Function *callee = matrix == MATRIX_COUNT ? module_function(machine->module, stmt->name)
                                                    : &matrix_info(matrix)->function;
    if (!callee || callee->n_params != stmt->n_args) {
        kmachine_fail(machine, "$%s is not there or has other parameters", stmt->name);
        return;
    }
    KPassed passed[MAX_KPARAMS];
    int frame = machine->frame, outside = machine->count;
    for (int i = 0; i < stmt->n_args; i++) {
        passed[i] = evaluate_argument(machine, &stmt->args[i], callee->params[i].kind);
    }
    if (matrix != MATRIX_COUNT) {
        kmachine_matrix(machine, matrix, passed);
        return;
    }
    for (int i = 0; i < stmt->n_args; i++) {
        define_parameter(machine, callee->params[i].name, &passed[i]);
    }
    machine->frame = outside;
    kmachine_run(machine, &callee->body);
    machine->frame = frame;
    kmachine_leave(machine, outside);
}

static void run_while(KMachine *machine, const Stmt *stmt) {
    while (!machine->failed && kmachine_int(machine, stmt->cond) != 0) {
        run_scope(machine, &stmt->body);
    }
}

static void run_stmt(KMachine *machine, const Stmt *stmt) {
    switch (stmt->kind) {
    case STMT_COMMENT:
    case STMT_PREFETCH:
        return;
    case STMT_DIM:
    case STMT_INT:
    case STMT_ASSIGN:
        run_int(machine, stmt);
        return;
    case STMT_PTRS:
        run_ptrs(machine, stmt);
        return;
    case STMT_PTR:
        run_ptr(machine, stmt);
        return;
    case STMT_VEC:
    case STMT_SET:
        run_vector(machine, stmt);
        return;
    case STMT_STORE:
        run_store(machine, stmt);
        return;
    case STMT_COPY:
        run_copy(machine, stmt);
        return;
    case STMT_FOR:
        run_for(machine, stmt);
        return;
    case STMT_SPLIT:
        run_split(machine, stmt);
        return;
    case STMT_WHILE:
        run_while(machine, stmt);
        return;
    case STMT_IF:
        run_scope(machine, kmachine_int(machine, stmt->cond) ? &stmt->body : &stmt->orelse);
        return;
    case STMT_CALL:
        run_call(machine, stmt);
        return;
    }
}

void kmachine_run(KMachine *machine, const StmtList *list) {
    for (int i = 0; i < list->count && !machine->failed; i++) {
        run_stmt(machine, list->at[i]);
    }
}
