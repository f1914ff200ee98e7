/* cpu.c - which features this CPU has, and whether the operating system saves their registers.
 * SPDX-License-Identifier: MIT-0
 *
 * The one place in the runtime that names features of instruction sets, and makers of CPUs. It is
 * compiled for the baseline, so it runs before any code that needs more. A name that it does not
 * know is a feature that the CPU lacks.
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1 /* syscall() */
#endif
#include <string.h>

#include "xnc_internal.h"

typedef struct feature {
    const char *name;
    unsigned word, bit; /* where the machine tells about it */
    unsigned saved;     /* register state that the operating system must save */
} feature;

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#define ASKS_FOR_TILES 1 /* elsewhere AMX counts as missing */
#endif

enum { LEAF1_C, LEAF7_B, LEAF7_C, LEAF7_D, LEAF71_A, LEAF81_C, VENDOR, WORDS };
enum { SAVED_NONE = 0, SAVED_YMM = 0x06, SAVED_ZMM = 0xE6, SAVED_TILES = 0x60000 };

static const feature features[] = {
    {"sse3", LEAF1_C, 0, SAVED_NONE},       {"ssse3", LEAF1_C, 9, SAVED_NONE},
    {"sse4.1", LEAF1_C, 19, SAVED_NONE},    {"sse4.2", LEAF1_C, 20, SAVED_NONE},
    {"movbe", LEAF1_C, 22, SAVED_NONE},     {"popcnt", LEAF1_C, 23, SAVED_NONE},
    {"lzcnt", LEAF81_C, 5, SAVED_NONE},     {"bmi1", LEAF7_B, 3, SAVED_NONE},
    {"bmi2", LEAF7_B, 8, SAVED_NONE},       {"avx", LEAF1_C, 28, SAVED_YMM},
    {"fma", LEAF1_C, 12, SAVED_YMM},        {"f16c", LEAF1_C, 29, SAVED_YMM},
    {"avx2", LEAF7_B, 5, SAVED_YMM},        {"avxvnni", LEAF71_A, 4, SAVED_YMM},
    {"avx512f", LEAF7_B, 16, SAVED_ZMM},    {"avx512dq", LEAF7_B, 17, SAVED_ZMM},
    {"avx512cd", LEAF7_B, 28, SAVED_ZMM},   {"avx512bw", LEAF7_B, 30, SAVED_ZMM},
    {"avx512vl", LEAF7_B, 31, SAVED_ZMM},   {"avx512vbmi", LEAF7_C, 1, SAVED_ZMM},
    {"avx512vnni", LEAF7_C, 11, SAVED_ZMM}, {"avx512bf16", LEAF71_A, 5, SAVED_ZMM},
    {"avx512fp16", LEAF7_D, 23, SAVED_ZMM}, {"amd", VENDOR, 0, SAVED_NONE},
#ifdef ASKS_FOR_TILES
    {"amxtile", LEAF7_D, 24, SAVED_TILES},  {"amxint8", LEAF7_D, 25, SAVED_TILES},
#endif
};

static void read_words(uint32_t words[WORDS], uint64_t *saved) {
    uint32_t a, b, c, d;
    memset(words, 0, WORDS * sizeof words[0]);
    *saved = 0;
    if (__get_cpuid(0, &a, &b, &c, &d)) {
        words[VENDOR] = b == 0x68747541u && d == 0x69746e65u && c == 0x444d4163u; /* AuthenticAMD */
    }
    if (__get_cpuid(1, &a, &b, &c, &d)) {
        words[LEAF1_C] = c;
        if (c >> 27 & 1) { /* the system has switched on XGETBV */
            uint32_t lo, hi;
            __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
            *saved = (uint64_t)hi << 32 | lo;
        }
    }
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        words[LEAF7_B] = b;
        words[LEAF7_C] = c;
        words[LEAF7_D] = d;
    }
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && a >= 1 &&
        __get_cpuid_count(7, 1, &a, &b, &c, &d)) {
        words[LEAF71_A] = a;
    }
    if (__get_cpuid(0x80000001u, &a, &b, &c, &d)) {
        words[LEAF81_C] = c;
    }
}

void xnc_cpu_relax(void) {
    __asm__ volatile("pause");
}

#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

enum { HWCAP1, HWCAP2, WORDS };

static const feature features[] = {
    {"fp", HWCAP1, 0, 0},       {"asimd", HWCAP1, 1, 0},    {"fphp", HWCAP1, 9, 0},
    {"asimdhp", HWCAP1, 10, 0}, {"asimddp", HWCAP1, 20, 0}, {"sve", HWCAP1, 22, 0},
    {"sve2", HWCAP2, 1, 0},     {"i8mm", HWCAP2, 13, 0},    {"bf16", HWCAP2, 14, 0},
};

static void read_words(uint32_t words[WORDS], uint64_t *saved) {
    words[HWCAP1] = (uint32_t)getauxval(AT_HWCAP);
    words[HWCAP2] = (uint32_t)getauxval(AT_HWCAP2);
    *saved = 0;
}

void xnc_cpu_relax(void) {
    __asm__ volatile("yield");
}

#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>

enum { SYSCTL, WORDS };

/* Bit i tells what the system says of asked[i]. */
static const char *const asked[] = {"hw.optional.AdvSIMD", "hw.optional.neon",
                                    "hw.optional.arm.FEAT_DotProd", "hw.optional.arm.FEAT_I8MM",
                                    "hw.optional.arm.FEAT_BF16"};
static const feature features[] = {{"asimd", SYSCTL, 0, 0},
                                   {"asimddp", SYSCTL, 2, 0},
                                   {"i8mm", SYSCTL, 3, 0},
                                   {"bf16", SYSCTL, 4, 0}};

/* The first name is that of today's systems, the second that of older ones. */
static void read_words(uint32_t words[WORDS], uint64_t *saved) {
    words[SYSCTL] = 0;
    *saved = 0;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        int has = 0;
        size_t bytes = sizeof has;
        if (sysctlbyname(asked[i], &has, &bytes, NULL, 0) == 0 && has) {
            words[SYSCTL] |= 1u << i;
        }
    }
    words[SYSCTL] |= words[SYSCTL] >> 1 & 1;
}

void xnc_cpu_relax(void) {
    __asm__ volatile("yield");
}

#elif defined(__riscv) && defined(__linux__)
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { HWCAP1, PROBED, LENGTHS, WORDS };

/* Single-letter extensions have the bit of their letter in HWCAP. That of v is set by kernels for
 * drafts of the vector extension too, so it is asked for with riscv_hwprobe, which Linux has had
 * since before it knew vectors: one without the call has none of version 1.0. Vectors of zvl256b
 * are 256 bits long or longer. */
static const feature features[] = {
    {"f", HWCAP1, 5, 0},         {"d", HWCAP1, 3, 0},        {"v", PROBED, 2, 0},
    {"zvl128b", LENGTHS, 0, 0},  {"zvl256b", LENGTHS, 1, 0}, {"zvl512b", LENGTHS, 2, 0},
    {"zvl1024b", LENGTHS, 3, 0},
};

/* What Linux calls these; the headers of a C library may be older. */
enum {
    RISCV_HWPROBE = 258, /* the call */
    KEY_IMA_EXT_0 = 4,
    V_GET_CONTROL = 70, /* of prctl */
    V_STATE_MASK = 3,
    V_STATE_OFF = 1
};
enum { LEAST_VECTOR_BYTES = 16 };

/* Extensions as riscv_hwprobe tells them. An emulator that somebody has chosen (XNC_EMULATED, of
 * xnc's --run-with) may lack the call, and has no drafts of vectors: there HWCAP tells of v. */
static uint32_t probed_word(void) {
    struct {
        int64_t key;
        uint64_t value;
    } pair = {KEY_IMA_EXT_0, 0};
    if (syscall(RISCV_HWPROBE, &pair, 1, 0, NULL, 0) == 0) {
        return pair.key == KEY_IMA_EXT_0 ? (uint32_t)pair.value : 0;
    }
#ifdef XNC_EMULATED
    return getauxval(AT_HWCAP) >> ('v' - 'a') & 1 ? UINT32_C(1) << 2 : 0;
#else
    return 0;
#endif
}

/* The length of vectors; 0 where this process may not use them, which it may where nothing can
 * switch them off. */
static unsigned long vector_bytes(void) {
    const int state = prctl(V_GET_CONTROL, 0, 0, 0, 0);
    unsigned long bytes = 0;
    if (state < 0 || (state & V_STATE_MASK) != V_STATE_OFF) {
        __asm__ volatile("csrr %0, 0xc22" : "=r"(bytes)); /* vlenb */
    }
    return bytes;
}

static void read_words(uint32_t words[WORDS], uint64_t *saved) {
    const uint32_t vectors = UINT32_C(1) << 2;
    unsigned long bytes;
    words[HWCAP1] = (uint32_t)getauxval(AT_HWCAP);
    words[PROBED] = probed_word();
    words[LENGTHS] = 0;
    bytes = words[PROBED] & vectors ? vector_bytes() : 0;
    if (bytes < LEAST_VECTOR_BYTES) {
        words[PROBED] &= ~vectors;
    } else { /* a power of two, so all bits below its own are set too */
        words[LENGTHS] = (uint32_t)((2 * bytes - 1) / LEAST_VECTOR_BYTES);
    }
    *saved = 0;
}

void xnc_cpu_relax(void) {
}

#else
enum { WORDS = 1 };

/* A machine of which nothing is known has no features; code for plain C needs none. */
static const feature features[] = {{"", 0, 0, 0}};

static void read_words(uint32_t words[WORDS], uint64_t *saved) {
    words[0] = 0;
    *saved = 0;
}

void xnc_cpu_relax(void) {
}
#endif

static const feature *find_feature(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (strlen(features[i].name) == length && memcmp(features[i].name, name, length) == 0) {
            return &features[i];
        }
    }
    return NULL;
}

/* Linux lets a process use the registers of AMX after it has asked; to ask again changes nothing.
 * It refuses in a sandbox, or where an alternate stack is too small for them. */
static int may_use(unsigned saved) {
#ifdef ASKS_FOR_TILES
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, XTILEDATA = 18 }; /* <asm/prctl.h> may lack them */
    return saved != SAVED_TILES || syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XTILEDATA) == 0;
#else
    (void)saved;
    return 1;
#endif
}

int xnc_cpu_has(const char *names) {
    uint32_t words[WORDS];
    uint64_t saved;
    read_words(words, &saved);
    for (names += strspn(names, " "); *names != '\0'; names += strspn(names, " ")) {
        size_t length = strcspn(names, " ");
        const feature *found = find_feature(names, length);
        if (!found || !(words[found->word] >> found->bit & 1) ||
            (saved & found->saved) != found->saved || !may_use(found->saved)) {
            return 0;
        }
        names += length;
    }
    return 1;
}
