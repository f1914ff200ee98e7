/* kinterp_matrix.c - runs the instructions on matrix registers.
 *
 *   call $matrix_dot(0, 4, 5)   ->   sums[r][c] += left[r][k] * weights[k / 4][c], four u8 and s8
 *                                    in each word
 *
 * This is the definition of what a row of matrix.def means. Sums wrap, as those of dot_quads do.
 */
#include <string.h>

#include "kinterp.h"
#include "operands.h"

enum { WORD = 4 /* bytes */ };

static void configure(KMachine *machine, int64_t tail) {
    if (tail < 0 || tail >= MATRIX_DEPTH || tail % QUAD != 0) {
        kmachine_fail(machine, "a tail of %lld inputs", (long long)tail);
        return;
    }
    int words = (int)tail / QUAD;
    for (int i = 0; i < MATRIX_REGISTERS; i++) {
        machine->matrix[i] = (KMatrix){.rows = MATRIX_ROWS, .words = MATRIX_ROWS};
    }
    machine->matrix[MATRIX_TAIL] = (KMatrix){.rows = words ? MATRIX_ROWS : 0, .words = words};
    machine->matrix[MATRIX_TAIL + 1] = (KMatrix){.rows = words, .words = MATRIX_ROWS};
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

static int32_t dot_word(KLane left, KLane weights) {
    int32_t sum = 0;
    for (int i = 0; i < QUAD; i++) {
        sum += left.u8[i] * weights.s8[i];
    }
    return sum;
}

static void dot(KMachine *machine, const KPassed *passed) {
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
                uint32_t more = (uint32_t)dot_word(left->at[row][word], weights->at[word][column]);
                KLane *sum = &sums->at[row][column];
                sum->sum = (int32_t)((uint32_t)sum->sum + more);
            }
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
    case matrix_weights_row:
        move(machine, passed, passed[2].number, false);
        return;
    case matrix_store_row:
        move(machine, passed, passed[2].number, true);
        return;
    case matrix_dot_row:
        dot(machine, passed);
        return;
    default: /* release */
        memset(machine->matrix, 0, sizeof machine->matrix);
    }
}
