/* kmatrix.h - instructions on matrix registers (matrix.def), which a target may have and kernels
 * call like functions.
 */
#ifndef XNC_IR_KMATRIX_H
#define XNC_IR_KMATRIX_H

#include "kernel.h"

/* The most of any target: see MatrixShape in target.h. */
enum { MATRIX_REGISTERS = 32, MATRIX_ROWS = 16, MATRIX_WORDS = 16 };
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
