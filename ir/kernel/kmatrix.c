/* kmatrix.c - makes the rows of matrix.def available: instructions on matrix registers, which calls
 * name like functions of the module.
 *
 *   call $matrix_dot(0, 4, 5)   ->   row matrix_dot, whose three parameters are registers
 */
#include "kmatrix.h"

#include <string.h>

#include "target.h"

#define NONE                                                                                       \
    { 0 }
#define PARAM(kind, element, name) {PARAM_##kind, ELEMENT_##element, #name},
#define MATRIX(name, registers, count, parameters, line)                                           \
    {{#name, line, .params = {parameters}, .n_params = count}, registers},

static const MatrixInfo rows[] = {
#include "matrix.def"
};

Matrix matrix_named(const char *name) {
    int row = 0;
    while (row < MATRIX_COUNT && strcmp(rows[row].function.name, name) != 0) {
        row++;
    }
    return (Matrix)row;
}

const MatrixInfo *matrix_info(Matrix matrix) {
    return &rows[matrix];
}

/* What is for blocks, and what is for other operands. */
static bool has_instruction(const Target *target, Matrix matrix) {
    if (!target || !target->matrix) {
        return false;
    }
    bool of_blocks = matrix == matrix_left_signed_row || matrix == matrix_block_row;
    return target->shape.blocks ? matrix != matrix_left_row : !of_blocks;
}

const char *matrix_mistake(const Module *module, const Stmt *call) {
    const Matrix matrix = matrix_named(call->name);
    const Target *target = target_by_name(module->target);
    if (matrix != MATRIX_COUNT && !has_instruction(target, matrix)) {
        return "the target has no such instruction";
    }
    for (int i = 0; matrix != MATRIX_COUNT && i < rows[matrix].registers && i < call->n_args; i++) {
        const IntExpr *number = call->args[i].base.name ? NULL : call->args[i].value;
        bool is_constant = number && number->kind == INT_CONST;
        if (is_constant ? number->number < 0 || number->number >= target->shape.registers
                        : module->stage == KSTAGE_UNROLLED) {
            return "a matrix has no register of that number";
        }
    }
    return NULL;
}
