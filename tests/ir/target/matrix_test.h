/* matrix_test.h - the part of target_rows' program that tests instructions on matrices. */
#ifndef XNC_TESTS_MATRIX_TEST_H
#define XNC_TESTS_MATRIX_TEST_H

#include "target.h"

/* Instructions on matrices: a chain of two full steps and a tail, of each size, against loops over
 * the bytes. Operands are the bytes of samples. On a machine that has them a process asks first. */
static const char matrix_test[] =
    "int xnc_cpu_has(const char *);\n"
    "static void test_matrices(void) {\n"
    "    enum { DEPTH = 128 + 60, PITCH = 256 };\n"
    "    static uint8_t left[16 * PITCH];\n"
    "    static int8_t weights[DEPTH / 4 * 128];\n"
    "    static int32_t start[16], sums[16 * 40];\n"
    "    (void)xnc_cpu_has(\"amxtile\");\n"
    "    for (uint32_t i = 0; i < sizeof left; i++) left[i] = (uint8_t)(i * 2654435761u >> 13);\n"
    "    for (uint32_t i = 0; i < sizeof weights; i++)\n"
    "        weights[i] = (int8_t)(i * 2246822519u >> 11);\n"
    "    for (int i = 0; i < 16; i++) start[i] = i * 1000003 - 9999991;\n"
    "    for (int tail = 0; tail < 64; tail += 4) {\n"
    "        matrix_configure(tail);\n"
    "        matrix_start(0, start);\n        matrix_start(3, start);\n"
    "        for (int k = 0; k < 128; k += 64) {\n"
    "            matrix_left(4, left + k, PITCH);\n"
    "            matrix_weights(5, weights + k / 4 * 128 + 64, 128);\n"
    "            matrix_dot(3, 4, 5);\n"
    "        }\n"
    "        if (tail) {\n"
    "            matrix_left(6, left + 128, PITCH);\n"
    "            matrix_weights(7, weights + 128 / 4 * 128 + 64, 128);\n"
    "            matrix_dot(3, 6, 7);\n"
    "        }\n"
    "        matrix_store(3, sums, 40);\n        matrix_release();\n"
    "        for (int r = 0; r < 16; r++)\n            for (int c = 0; c < 16; c++) {\n"
    "                int32_t sum = start[c];\n"
    "                for (int k = 0; k < 128 + tail; k++)\n"
    "                    sum += left[r * PITCH + k] * weights[k / 4 * 128 + 64 + c * 4 + k % 4];\n"
    "                if (sum != sums[r * 40 + c] && failed++ < 9)\n"
    "                    printf(\"matrices, tail %d: row %d, column %d\\n\", tail, r, c);\n"
    "            }\n"
    "    }\n}\n";

/* The same of blocks: two pixels become blocks, and are multiplied by two channels. */
static const char block_test[] =
    "static void test_matrices(void) {\n"
    "    enum { DEPTH = 48, PITCH = 64 };\n"
    "    static int8_t left[2 * PITCH], blocks[2 * DEPTH], weights[2 * DEPTH];\n"
    "    static const int32_t start[] = {-9999991, 1000003};\n"
    "    int32_t sums[2 * 5];\n"
    "    for (uint32_t i = 0; i < sizeof left; i++) left[i] = (int8_t)(i * 2654435761u >> 13);\n"
    "    for (uint32_t i = 0; i < sizeof weights; i++)\n"
    "        weights[i] = (int8_t)(i * 2246822519u >> 11);\n"
    "    for (int k = 0; k < DEPTH; k += 16) matrix_block(blocks + 2 * k, left + k, PITCH);\n"
    "    matrix_configure(0);\n"
    "    matrix_start(0, start);\n    matrix_start(23, start);\n"
    "    for (int k = 0; k < DEPTH; k += 8) {\n"
    "        matrix_left_signed(24, blocks + 2 * k, 8);\n"
    "        matrix_weights(30, weights + 2 * k, 8);\n"
    "        matrix_dot(23, 24, 30);\n"
    "    }\n"
    "    matrix_store(23, sums, 5);\n    matrix_release();\n"
    "    for (int r = 0; r < 2; r++)\n        for (int c = 0; c < 2; c++) {\n"
    "            int32_t sum = start[c];\n"
    "            for (int k = 0; k < DEPTH; k++)\n"
    "                sum += left[r * PITCH + k] * weights[k / 8 * 16 + c * 8 + k % 8];\n"
    "            if (sum != sums[r * 5 + c] && failed++ < 9)\n"
    "                printf(\"blocks: row %d, column %d\\n\", r, c);\n"
    "        }\n}\n";

/* Defines test_matrices(), which does nothing where the target has no such registers. */
static const char *matrix_test_of(const Target *target) {
    if (!target->matrix) {
        return "static void test_matrices(void) {}\n";
    }
    printf("%s", target->matrix);
    return target->shape.blocks ? block_test : matrix_test;
}

#endif
