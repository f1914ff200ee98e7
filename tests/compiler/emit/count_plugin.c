/* count_plugin.c - a plugin of qemu that counts the instructions which an arm64 program executes,
 * and those of them that multiply and add whole vectors. One that does the work of two counts as
 * two.
 *
 *   qemu-aarch64 -plugin PLUGIN.so PROGRAM   ->   "instructions 269660185 multiply-adds 163416424"
 *
 * No package has the header of plugins. What is declared here is the part of interface version 1
 * that is used (QEMU 4.2 and later).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum { ADD_U64 = 0 /* QEMU_PLUGIN_INLINE_ADD_U64 */ };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
                                           void (*seen)(uint64_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *instruction, int what,
                                                void *counter, uint64_t number);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*ends)(uint64_t, void *), void *context);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);

int qemu_plugin_version = 1;
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

static uint64_t instructions, multiply_adds;

/* Bits that an instruction has where the mask is 1; registers and lanes are 0 in it. */
static const struct {
    uint32_t mask, bits;
    uint64_t counts;
} forms[] = {
    {0xFFE0FC00, 0x4E20CC00, 1}, /* fmla v.4s, v.4s, v.4s */
    {0xFFC0F400, 0x4F801000, 1}, /* fmla v.4s, v.4s, v.s[lane] */
    {0xFFE0FC00, 0x4E809400, 1}, /* sdot v.4s, v.16b, v.16b */
    {0xFFC0F400, 0x4F80E000, 1}, /* sdot v.4s, v.16b, v.4b[lane] */
    {0xFFE0FC00, 0x4E80A400, 2}, /* smmla v.4s, v.16b, v.16b: as many products as two sdot */
};

static uint64_t multiply_adds_of(uint32_t word) {
    uint64_t found = 0;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        found += (word & forms[i].mask) == forms[i].bits ? forms[i].counts : 0;
    }
    return found;
}

/* Called for each block of instructions when it is translated: what is put there counts each time
 * that the block runs. */
static void see_block(uint64_t id, struct qemu_plugin_tb *block) {
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        uint32_t word = *(const uint32_t *)qemu_plugin_insn_data(instruction);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD_U64, &instructions, 1);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, ADD_U64, &multiply_adds,
                                                   multiply_adds_of(word));
    }
}

static void print_counts(uint64_t id, void *context) {
    (void)id;
    (void)context;
    fprintf(stderr, "instructions %llu multiply-adds %llu\n", (unsigned long long)instructions,
            (unsigned long long)multiply_adds);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
    (void)info;
    (void)argc;
    (void)argv;
    qemu_plugin_register_vcpu_tb_trans_cb(id, see_block);
    qemu_plugin_register_atexit_cb(id, print_counts, NULL);
    return 0;
}
