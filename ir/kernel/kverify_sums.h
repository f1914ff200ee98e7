/* kverify_sums.h - the part of verify_module() that looks for products in sums.
 */
#ifndef XNC_IR_KVERIFY_SUMS_H
#define XNC_IR_KVERIFY_SUMS_H

#include "kernel.h"

/* Prints each violation of invariant 8 and returns how many there are. */
int verify_sums(FILE *out, const Module *module);

#endif
