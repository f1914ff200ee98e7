/* kmatrix.h - instructions on matrix registers (matrix.def), which a target may have and kernels
 * call like functions.
 */
#ifndef XNC_IR_KMATRIX_H
#define XNC_IR_KMATRIX_H

#include "kernel.h"

enum {
    MATRIX_REGISTERS = 8,
    MATRIX_SUMS = 4,  /* registers for sums, from 0 on */
    MATRIX_LEFT = 4,  /* the register for left operands; the one behind it is for weights */
    MATRIX_TAIL = 6,  /* likewise for the last inputs of a chain */
    MATRIX_ROWS = 16, /* of a register; and columns of sums */
    MATRIX_DEPTH = 64 /* inputs that one matrix_dot() adds up */
};
typedef enum Matrix {
#define MATRIX(name, ...) name##_row,
#include "matrix.def"
#undef MATRIX
    MATRIX_COUNT
} Matrix;

/* A row of matrix.def: a function without body whose first parameters, so many, are registers. */
typedef struct MatrixInfo {
    Function function;
    int registers;
} MatrixInfo;
/* The row of an instruction; MATRIX_COUNT when none has that name. */
Matrix matrix_named(const char *name);
const MatrixInfo *matrix_info(Matrix matrix);
/* What is wrong with a call of an instruction; NULL: nothing, or it calls a function. Only a target
 * that has them calls them; registers are constants, from KSTAGE_UNROLLED on. */
const char *matrix_mistake(const Module *module, const Stmt *call);

#endif
