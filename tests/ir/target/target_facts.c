/* target_facts.c - what programs beside the compiler ask of a target's row.
 */
#include "target_facts.h"

#include <stdio.h>

void print_facts(const Target *target) {
    printf("precision %s\n", precision_name(target->precision));
    printf("lanes %d\nregisters %d\nfamily %s\ncompiler %s\nflags %s\n", target->lanes,
           target->registers, target->family, target->compiler ? target->compiler : "",
           target->cc_flags);
    printf("features %s\nguard %s\nfma %s\ndot %s\nregister %s\nheader %s\n", target->features,
           target->guard, target->fma_name, target->dot_name ? target->dot_name : "",
           target->register_name, target->include);
}

int missing_rows(const Target *target) {
    int missing = 0;
    for (int op = 0; op < KOP_COUNT; op++) {
        bool is_signed = op == KOP_broadcast_signed || op == KOP_dot_signed;
        bool is_needed = is_signed ? target->store_as[ELEMENT_s8] != NULL
                         : op == KOP_dot_quads || op == KOP_broadcast_quad
                             ? !target->store_as[ELEMENT_s8]
                             : !kop_is((KOp)op, MAY_LACK);
        if (!target->spelling[op] && op != KOP_sigmoid && op != KOP_silu && op != KOP_gelu &&
            is_needed) {
            fprintf(stderr, "%s has no row %s\n", target->name, kop_info((KOp)op)->name);
            missing++;
        }
    }
    return missing;
}
