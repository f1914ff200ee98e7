/* golden_table.h - digests of what a network computes -> a table for people, or as JSON, and the
 * comparison of two tables.
 *
 *   {"model": "xception_mini", "precision": "f32", "weights_type": "f32", "input": [1, 3, 64, 64],
 *    "inputs": ["noise", "zeros", "extremes"],
 *    "values": [{"name": "stem.0.conv", "op": "conv2d", "type": "f32", "shape": [1, 32, 32, 32],
 *                "output": false, "digests": {"noise": "1b0f49a4fe7e2c3f", ...}}, ...]}
 */
#ifndef XNC_COMPILER_GOLDEN_TABLE_H
#define XNC_COMPILER_GOLDEN_TABLE_H

#include "golden.h"
#include "json_out.h"
#include "unit.h"

typedef struct GoldenTable {
    Unit unit; /* after all passes */
    const GoldenDigests *digests;
} GoldenTable;

/* Of the arithmetic: "f32", "bf16". */
const char *golden_precision(const GoldenTable *table);
/* Of the products' weights as they are stored: "f32", "f16", or the precision's. */
const char *golden_weights_type(const GoldenTable *table);
/* Prints a line for each value on standard output. */
void golden_table_print(const GoldenTable *table);
/* The arena releases it. */
json_t *golden_table_json(Arena *arena, const GoldenTable *table);

/* ---- golden_compare.c ---- */
/* Reads the JSON of a table, whose values are objects with names and digests; what else it holds is
 * for people. NULL after a diagnostic. */
const json_t *golden_table_read(const Work *work, const char *path);
/* Compares values of the same name on inputs of the same name and prints what is equal and what is
 * not, as text or JSON. EXIT_DIFFERENT when one differs; EXIT_MODEL, after a diagnostic, when the
 * tables have nothing in common. */
ExitCode golden_table_compare(const Work *work, const GoldenTable *table, const json_t *other,
                              const char *path, bool json);

#endif
