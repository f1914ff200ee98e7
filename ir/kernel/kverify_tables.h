/* kverify_tables.h - the part of verify_module() that looks at layers, constants and ports.
 */
#ifndef XNC_IR_KVERIFY_TABLES_H
#define XNC_IR_KVERIFY_TABLES_H

#include "kernel.h"

/* Prints each broken one of invariants 6 and 7; how many. */
int verify_tables(FILE *out, const Module *module);

#endif
