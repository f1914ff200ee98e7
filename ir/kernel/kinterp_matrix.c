/* kinterp_matrix.c - runs the instructions on matrix registers.
 *
 *   call $matrix_dot(0, 4, 5)   ->   sums[r][c] += left[r][k] * weights[k / 4][c], four u8 and s8
 *                                    in each word; of blocks left[r][k] * weights[c][k]
 *
 * This is the definition of what a row of matrix.def means. Sums wrap, as those of dot_quads do.
 */
#include <string.h>

#include "kinterp.h"
#include "operands.h"
#include "target.h"

enum { WORD = 4 /* bytes */ };

static const MatrixShape *shape_of(const KMachine *machine) {
    return &target_by_name(machine->module->target)->shape;
}

static void configure(KMachine *machine, int64_t tail) {
    const MatrixShape *shape = shape_of(machine);
    if (tail < 0 || tail >= shape->depth || tail % QUAD != 0 || (tail > 0 && !shape->tail)) {
        kmachine_fail(machine, "a tail of %lld inputs", (long long)tail);
        return;
    }
    int words = (int)tail / QUAD;
    for (int i = 0; i < shape->registers; i++) {
        machine->matrix[i] = (KMatrix){.rows = shape->rows, .words = shape->columns};
    }
    if (shape->tail) {
        machine->matrix[shape->tail] = (KMatrix){.rows = words ? shape->rows : 0, .words = words};
        machine->matrix[shape->tail + 1] = (KMatrix){.rows = words, .words = shape->columns};
    }
}

/* The register of an argument; NULL after a report when there is none that holds elements. */
static KMatrix *find_matrix(KMachine *machine, const KPassed *passed) {
    bool is_one = passed->number >= 0 && passed->number < MATRIX_REGISTERS;
    KMatrix *matrix = is_one ? &machine->matrix[passed->number] : NULL;
    if (!matrix || matrix->rows == 0) {
        kmachine_fail(machine, "register %lld holds no matrix", (long long)passed->number);
        return NULL;
    }
    return matrix;
}

/* Words of memory to rows of the register or back; a pitch of 0 reads the same row again. */
static void move(KMachine *machine, const KPassed *passed, int64_t pitch, bool stores) {
    KMatrix *matrix = find_matrix(machine, &passed[0]);
    for (int row = 0; matrix && row < matrix->rows && !machine->failed; row++) {
        KPointer pointer = passed[1].pointer;
        int64_t before = kmachine_fold(machine, INT_MUL, pitch, row);
        pointer.offset = kmachine_fold(machine, INT_ADD, pointer.offset, before);
        int64_t elements = matrix->words * WORD / element_bytes(pointer.element);
        void *at = kmachine_access(machine, pointer, elements, stores);
        if (at) {
            memcpy(stores ? at : matrix->at[row], stores ? matrix->at[row] : at,
                   (size_t)matrix->words * WORD);
        }
    }
}

static int32_t dot_word(KLane left, KLane weights, bool is_signed) {
    int32_t sum = 0;
    for (int i = 0; i < QUAD; i++) {
        sum += (is_signed ? left.s8[i] : left.u8[i]) * weights.s8[i];
    }
    return sum;
}

/* The rows of a register of weights are words of inputs; in blocks they are columns of sums. */
static void dot(KMachine *machine, const KPassed *passed) {
    const bool blocks = shape_of(machine)->blocks;
    KMatrix *sums = find_matrix(machine, &passed[0]);
    const KMatrix *left = find_matrix(machine, &passed[1]);
    const KMatrix *weights = find_matrix(machine, &passed[2]);
    if (machine->failed || sums->words != weights->words || left->words != weights->rows) {
        kmachine_fail(machine, "matrices of these sizes cannot be multiplied");
        return;
    }
    for (int row = 0; row < sums->rows; row++) {
        for (int word = 0; word < left->words; word++) {
            for (int column = 0; column < sums->words; column++) {
                KLane weight = blocks ? weights->at[column][word] : weights->at[word][column];
                uint32_t more = (uint32_t)dot_word(left->at[row][word], weight, blocks);
                KLane *sum = &sums->at[row][column];
                sum->sum = (int32_t)((uint32_t)sum->sum + more);
            }
        }
    }
}

/* Two rows become blocks. */
static void block(KMachine *machine, const KPassed *passed) {
    enum { TAKEN = 16, EACH = 8 };
    unsigned char *to = kmachine_access(machine, passed[0].pointer, 2 * (int64_t)TAKEN, true);
    for (int row = 0; row < 2; row++) {
        KPointer pointer = passed[1].pointer;
        int64_t before = kmachine_fold(machine, INT_MUL, passed[2].number, row);
        pointer.offset = kmachine_fold(machine, INT_ADD, pointer.offset, before);
        const unsigned char *from = kmachine_access(machine, pointer, TAKEN, false);
        for (int i = 0; to && from && i < TAKEN; i++) {
            to[i / EACH * 2 * EACH + row * EACH + i % EACH] = from[i];
        }
    }
}

void kmachine_matrix(KMachine *machine, Matrix matrix, const KPassed *passed) {
    switch (matrix) {
    case matrix_configure_row:
        configure(machine, passed[0].number);
        return;
    case matrix_start_row:
        move(machine, passed, 0, false);
        return;
    case matrix_left_row:
    case matrix_left_signed_row:
    case matrix_weights_row:
        move(machine, passed, passed[2].number, false);
        return;
    case matrix_store_row:
        move(machine, passed, passed[2].number, true);
        return;
    case matrix_dot_row:
        dot(machine, passed);
        return;
    case matrix_block_row:
        block(machine, passed);
        return;
    default: /* release */
        memset(machine->matrix, 0, sizeof machine->matrix);
    }
}
