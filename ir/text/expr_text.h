/* expr_text.h - constant expressions and shapes in the texts of both levels. */
#ifndef XNC_IR_EXPR_TEXT_H
#define XNC_IR_EXPR_TEXT_H

#include "scan.h"

/* Reads [1,2,3] with dimensions from 1 to 2^40; at least lo of them. */
bool parse_shape(Scanner *scan, int lo, Shape *shape);
/* Reads pad(@conv1.bias[32], 48). What is read fits the rules of expr.c. */
bool parse_expr(Scanner *scan, const Expr **expr);

#endif
