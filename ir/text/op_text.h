/* op_text.h - reads names of operations, in the texts of both levels. */
#ifndef XNC_IR_OP_TEXT_H
#define XNC_IR_OP_TEXT_H

#include "ir.h"
#include "scan.h"

/* Takes the name of an operation, bare or in quotes; false after a diagnostic. */
bool scan_op(Scanner *scan, Op *op);

#endif
