/* kinterp_integers.c - the operations on integers of kops.def for one lane.
 *
 *   dot_quads 1 2 3 4, 5 6 7 8, 100   ->   170
 *
 * Sums of what the graph's invariants allow do not overflow; those of a text may, and wrap.
 */
#include "kinterp.h"

static int32_t within_16_bits(int32_t sum) {
    return sum < INT16_MIN ? INT16_MIN : sum > INT16_MAX ? INT16_MAX : sum;
}

/* What adds products of 8 bits. */
static int32_t quad_value(KOp op, KLane a, KLane b, int32_t c) {
    bool is_signed = kop_info(op)->takes[0] == ELEMENT_s8;
    uint32_t sum = (uint32_t)c;
    for (int i = 0; i < 4; i += 2) {
        int32_t two = is_signed ? a.s8[i] * b.s8[i] + a.s8[i + 1] * b.s8[i + 1]
                                : a.u8[i] * b.s8[i] + a.u8[i + 1] * b.s8[i + 1];
        sum += (uint32_t)(op == KOP_dot_small ? within_16_bits(two) : two);
    }
    return (int32_t)sum;
}

/* What makes two integers of 16 bits: even and odd, which are two of four, and small_pairs and
 * more_small_pairs, which add pairs of products to c. */
static KLane two_value(KOp op, KLane a, KLane b, KLane c) {
    if (op == KOP_even || op == KOP_odd) {
        int from = op == KOP_odd;
        return (KLane){.s16 = {a.s8[from], a.s8[from + 2]}};
    }
    KLane made = c;
    for (int i = 0; i < 2; i++) {
        int32_t two = a.u8[2 * i] * b.s8[2 * i] + a.u8[2 * i + 1] * b.s8[2 * i + 1];
        made.s16[i] = (int16_t)(made.s16[i] + within_16_bits(two));
    }
    return made;
}

/* dot_halves, and add_pairs, whose second operand is the sum so far. */
static int32_t halves_value(KOp op, KLane a, KLane b, int32_t c) {
    uint32_t sum = (uint32_t)(op == KOP_add_pairs ? b.sum : c);
    for (int i = 0; i < 2; i++) {
        sum += (uint32_t)(op == KOP_add_pairs ? a.s16[i] : a.s16[i] * b.s16[i]);
    }
    return (int32_t)sum;
}

/* What takes words of four. */
static KLane of_quads(KOp op, KLane a, KLane b, KLane c) {
    if (kop_info(op)->gives == ELEMENT_s16) {
        return two_value(op, a, b, c);
    }
    return (KLane){.sum = kop_info(op)->operands == 1 ? a.s8[op - KOP_byte0]
                                                      : quad_value(op, a, b, c.sum)};
}

KLane kinterp_integers(KOp op, KLane a, KLane b, KLane c) {
    switch (kop_info(op)->takes[0]) {
    case ELEMENT_s16:
        return (KLane){.sum = halves_value(op, a, b, c.sum)};
    case ELEMENT_s32:
        return op == KOP_to_f32
                   ? (KLane){.number = (float)a.sum}
                   : (KLane){.sum = (int32_t)((uint32_t)c.sum + (uint32_t)a.sum * (uint32_t)b.sum)};
    default:
        return of_quads(op, a, b, c);
    }
}
