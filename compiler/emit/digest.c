/* digest.c - hashes a module to two 64-bit numbers: its network, and how that is packed.
 *
 *   network, constants without packing   ->   0xa7205ff12ecac628
 *   constants and their places           ->   0x5be04a0d9c1f7732
 *
 * The constants' expressions say which tensors of the checkpoint are in the blob, folded in which
 * way; the network says what is computed from them; the packing, where each number lies. Whatever
 * changes the meaning of a blob's bytes changes one of the two, so a blob of another network or
 * packing is refused, and it can be said which of the two it is. Sizes of maps are in neither.
 * Everything is hashed field by field, numbers as 8 bytes little-endian and texts behind their
 * length, never as memory of a structure: padding and byte order of the machine must not count.
 */
#include "digest.h"

#include <string.h>
#include <xxhash.h>

static void add_bytes(XXH64_state_t *state, const void *data, size_t bytes) {
    /* It fails only for a state that is NULL. */
    (void)XXH64_update(state, data, bytes);
}

static void add_number(XXH64_state_t *state, uint64_t number) {
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(number >> (8 * i));
    }
    add_bytes(state, bytes, sizeof bytes);
}

static void add_text(XXH64_state_t *state, const char *text) {
    size_t length = text ? strlen(text) : 0;
    add_number(state, length);
    add_bytes(state, text ? text : "", length);
}

/* By its bits, so that 0.001 and its neighbour differ. */
static void add_double(XXH64_state_t *state, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    add_number(state, bits);
}

/* In prefix order; a missing argument counts as 0, a present one starts with 1, so that trees of
 * different form differ. */
static void add_expr(XXH64_state_t *state, const Expr *expr) {
    add_number(state, expr != NULL);
    if (!expr) {
        return;
    }
    add_text(state, expr_name(expr->kind));
    add_text(state, expr->name);
    add_number(state, (uint64_t)expr->integer[0]);
    add_number(state, (uint64_t)expr->integer[1]);
    add_double(state, expr->number);
    for (int i = 0; i < expr->shape.rank; i++) {
        add_number(state, (uint64_t)expr->shape.dim[i]);
    }
    for (int i = 0; i < MAX_EXPR_ARGS; i++) {
        add_expr(state, expr->arg[i]);
    }
}

static XXH64_state_t *digest_begin(const Module *module) {
    XXH64_state_t *state = XXH64_createState();
    if (!state) {
        arena_fail(module->arena);
    }
    (void)XXH64_reset(state, 0);
    return state;
}

static uint64_t digest_end(XXH64_state_t *state) {
    uint64_t digest = XXH64_digest(state);
    XXH64_freeState(state);
    return digest;
}

uint64_t module_digest(const Module *module) {
    XXH64_state_t *state = digest_begin(module);
    add_text(state, module->network);
    for (int i = 0; i < module->n_constants; i++) {
        const Constant *constant = &module->constants[i];
        add_text(state, constant->node);
        add_text(state, slot_name(constant->slot));
        add_expr(state, expr_logical(constant->expr));
    }
    return digest_end(state);
}

uint64_t module_packing(const Module *module) {
    XXH64_state_t *state = digest_begin(module);
    add_number(state, (uint64_t)module->weights_bytes);
    for (int i = 0; i < module->n_constants; i++) {
        const Constant *constant = &module->constants[i];
        add_number(state, (uint64_t)constant->offset);
        add_number(state, (uint64_t)constant->bytes);
        add_expr(state, constant->expr);
    }
    return digest_end(state);
}
