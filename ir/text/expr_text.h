/* expr_text.h - reads constant expressions and shapes, in the texts of both levels. */
#ifndef XNC_IR_EXPR_TEXT_H
#define XNC_IR_EXPR_TEXT_H

#include "scan.h"

/* Reads [1,2,3]: lo to MAX_RANK dimensions, each from 1 to 2^40 and so is their product. [] is a
 * shape that is not known yet (lo 0). False after a diagnostic. */
bool parse_shape(Scanner *scan, int lo, Shape *shape);
/* Reads pad(@conv1.bias[32], 48) and infers its shape; false after a diagnostic. */
bool parse_expr(Scanner *scan, const Expr **expr);

#endif
