/* quant_curve.h - in which order the products of a quantized network return to f32, and how long
 * the network takes when so many have.
 *
 *   block1.conv error 0.05, 2 million multiply-adds; block2.conv error 0.06, 190 million
 *       ->   block1.conv returns first: it takes away more error for the time that it costs
 *
 * Both follow from a file of --quant and the graph alone, so whoever has both finds the curve that
 * the calibration has walked along. Times are those of a model (cost.h), never of a clock.
 */
#ifndef XNC_COMPILER_QUANT_CURVE_H
#define XNC_COMPILER_QUANT_CURVE_H

#include "ir.h"
#include "quant.h"
#include "target.h"
#include "work.h"

typedef struct QuantCurve {
    const Work *work;
    const Quant *quant;
    const Graph *described; /* before the first pass */
    const Target *target;
    const int *order; /* indexes of the file's nodes, by error per multiply-add, largest first */
} QuantCurve;

/* The nodes of the file are those of the graph. */
QuantCurve quant_curve(const Work *work, const Quant *quant, const Graph *described,
                       const Target *target);
/* Cycles of one image, with the first nodes of the order in f32 and the rest in int8. False after a
 * diagnostic. */
bool quant_cycles(const QuantCurve *curve, int64_t returned, int64_t *cycles);

#endif
