/* kernel_riscv64.c - what a program for RISC-V asks Linux about vectors, answered as kernels do.
 *
 *   KERNEL_TELLS=vectors      riscv_hwprobe knows the extension, and the process may use it
 *   KERNEL_TELLS=switched_off the same, but the process may not
 *   KERNEL_TELLS=no_switch    the same, but nothing can switch it off, as in emulators
 *   KERNEL_TELLS=no_vectors   riscv_hwprobe knows that there are none
 *   otherwise                 the kernel's own answer; that of qemu-user 7.2 is that there is no
 * such call, as of kernels from before it
 *
 * For programs linked with -Wl,--wrap=syscall and -Wl,--wrap=prctl.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { RISCV_HWPROBE = 258, KEY_IMA_EXT_0 = 4, IMA_FD = 1, IMA_V = 4 };
enum { V_GET_CONTROL = 70, V_OFF = 1, V_ON = 2 };

typedef struct Pair {
    int64_t key;
    uint64_t value;
} Pair;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);

static int tells(const char *answer) {
    const char *told = getenv("KERNEL_TELLS");
    return told && strcmp(told, answer) == 0;
}

long __wrap_syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    Pair *pairs = va_arg(list, Pair *);
    long rest[4];
    for (int i = 0; i < 4; i++) {
        rest[i] = va_arg(list, long);
    }
    va_end(list);
    int vectors = tells("vectors") || tells("switched_off") || tells("no_switch");
    if (number != RISCV_HWPROBE || !(vectors || tells("no_vectors"))) {
        return __real_syscall(number, pairs, rest[0], rest[1], rest[2], rest[3]);
    }
    if (pairs->key != KEY_IMA_EXT_0) {
        pairs->key = -1;
        return 0;
    }
    pairs->value = IMA_FD | (vectors ? IMA_V : 0);
    return 0;
}

int __wrap_prctl(int option, ...) {
    if (option == V_GET_CONTROL && tells("vectors")) {
        return V_ON;
    }
    if (option == V_GET_CONTROL && tells("switched_off")) {
        return V_OFF;
    }
    return __real_prctl(option, 0, 0, 0, 0);
}
