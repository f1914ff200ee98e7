/* xception.c - the kernels and layers of xception in C for x86 with AVX2 and FMA, 8 lanes.
 *
 * Written by xnc 0.1.0 from the description of xception. Digest of the network: 13c891f8649de589.
 * SPDX-License-Identifier: MIT-0
 */
#include "xception.h"

#include "xnc_model.h"

#if !defined(__AVX2__) || !defined(__FMA__) || !defined(__F16C__)
#error "compile this file with -mavx2 -mfma -mf16c"
#endif

#include <immintrin.h>
#include <math.h>

static int min_int(int a, int b) {
    return a < b ? a : b;
}

static int max_int(int a, int b) {
    return a > b ? a : b;
}

/* What taps outside the image read. */
static _Alignas(64) const float zeros[1536];

/* A register tile: 6 pixels x 16 output channels of a product over depth of each line. */
XNC_INLINE void product_6x16_lines_relu(int depth, int lines, int line_pitch, const float *first_a,
                                        int a_pitch, const float *first_w, const float *bias,
                                        int ahead, const float *first_next, float *out,
                                        int out_pitch) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_5_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_5_1 = _mm256_loadu_ps(bias + 8);
    for (int line = 0; line < lines; line++) {
        const float *a = first_a + line * line_pitch;
        const float *w = first_w + line * depth * 16;
        const float *next = first_next + line * depth * ahead;
        XNC_UNROLL(4)
        for (int k = 0; k < depth; k++) {
            for (int i = 0; i < ahead; i += 16) {
                _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
            }
            __m256 b_0 = _mm256_loadu_ps(w + k * 16);
            __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
            __m256 x_0 = _mm256_set1_ps(a[k]);
            acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
            acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
            __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
            acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
            acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
            __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
            acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
            acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
            __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
            acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
            acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
            __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
            acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
            acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
            __m256 x_5 = _mm256_set1_ps(a[5 * a_pitch + k]);
            acc_5_0 = _mm256_fmadd_ps(x_5, b_0, acc_5_0);
            acc_5_1 = _mm256_fmadd_ps(x_5, b_1, acc_5_1);
        }
    }
    __m256 nought = _mm256_setzero_ps();
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    acc_5_0 = _mm256_max_ps(acc_5_0, nought);
    _mm256_storeu_ps(out + 5 * out_pitch, acc_5_0);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
    acc_5_1 = _mm256_max_ps(acc_5_1, nought);
    _mm256_storeu_ps(out + 5 * out_pitch + 8, acc_5_1);
}

/* A register tile: 5 pixels x 16 output channels of a product over depth of each line. */
XNC_INLINE void product_5x16_lines_relu(int depth, int lines, int line_pitch, const float *first_a,
                                        int a_pitch, const float *first_w, const float *bias,
                                        int ahead, const float *first_next, float *out,
                                        int out_pitch) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    for (int line = 0; line < lines; line++) {
        const float *a = first_a + line * line_pitch;
        const float *w = first_w + line * depth * 16;
        const float *next = first_next + line * depth * ahead;
        XNC_UNROLL(4)
        for (int k = 0; k < depth; k++) {
            for (int i = 0; i < ahead; i += 16) {
                _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
            }
            __m256 b_0 = _mm256_loadu_ps(w + k * 16);
            __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
            __m256 x_0 = _mm256_set1_ps(a[k]);
            acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
            acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
            __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
            acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
            acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
            __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
            acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
            acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
            __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
            acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
            acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
            __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
            acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
            acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
        }
    }
    __m256 nought = _mm256_setzero_ps();
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
}

/* conv2d: 22201 pixels of 32 channels, each 27 deep. */
static void conv_3x3_stride2_149x149_3_32_relu_rows(int first_row, int end_row, const float *in,
                                                    float *out, float *scratch, const float *weight,
                                                    const float *bias) {
    enum {
        depth = 27,
        lines = 3,
        line_depth = 9,
        line_pitch = 912,
        a_pitch = 6,
        out_pitch = 32,
        panel_width = 16,
        tall_tiles = 24,
        out_rows = 4
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 4768;
        for (int i = 0; i < 3; i++) {
            const int row = y * 2 + i;
            float *line = scratch + i * line_pitch;
            if (row >= 0 && row < 299) {
                for (int x = 0; x < 299; x++) {
                    for (int c = 0; c < 3; c++)
                        line[x * 3 + c] = in[c * 89401 + row * 299 + x];
                }
            } else {
                for (int c = 0; c < 897; c++)
                    line[c] = zeros[0];
            }
        }
        const int first = 0;
        const int last = 25;
        for (int panel = 0; panel < 2; panel++) {
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_lines_relu(line_depth, lines, line_pitch, scratch + p * a_pitch,
                                        a_pitch, weight + channel * depth, bias + channel, 0,
                                        weight, out_row + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_lines_relu(line_depth, lines, line_pitch, scratch + p * a_pitch,
                                        a_pitch, weight + channel * depth, bias + channel, 0,
                                        weight, out_row + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* conv2d: 21609 pixels of 64 channels, each 288 deep. */
static void conv_3x3_147x147_32_64_relu_rows(int first_row, int end_row, const float *in,
                                             float *out, float *scratch, const float *weight,
                                             const float *bias) {
    enum {
        depth = 288,
        lines = 3,
        line_depth = 96,
        line_pitch = 4784,
        a_pitch = 32,
        out_pitch = 64,
        panel_width = 16,
        tall_tiles = 22,
        in_rows = 4,
        out_rows = 4
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 9408;
        for (int i = 0; i < 3; i++) {
            const int row = y + i;
            float *line = scratch + i * line_pitch;
            for (int x = 0; x < 149; x++) {
                const int column = x;
                const float *source = zeros;
                if (row >= 0 && row < 149 && column >= 0 && column < 149)
                    source = in + ((row % in_rows) * 149 + column) * 32;
                for (int c = 0; c < 32; c += 8) {
                    __m256 value = _mm256_loadu_ps(source + c);
                    _mm256_storeu_ps(line + x * 32 + c, value);
                }
            }
        }
        const int first = 0;
        const int last = 25;
        for (int panel = 0; panel < 4; panel++) {
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_lines_relu(line_depth, lines, line_pitch, scratch + p * a_pitch,
                                        a_pitch, weight + channel * depth, bias + channel, 0,
                                        weight, out_row + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_lines_relu(line_depth, lines, line_pitch, scratch + p * a_pitch,
                                        a_pitch, weight + channel * depth, bias + channel, 0,
                                        weight, out_row + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* 5 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void depthwise_3x3_5(int from, int to, const float *const *tap, int ahead, const float *w,
                            int w_pitch, float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        __m256 acc_3 = _mm256_setzero_ps();
        __m256 acc_4 = _mm256_setzero_ps();
        _mm_prefetch((const char *)(tap[16] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[17] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[18] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[19] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[20] + ahead + c), _MM_HINT_T1);
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_2, acc_2);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
            acc_2 = _mm256_fmadd_ps(b_1, x_3, acc_2);
            acc_3 = _mm256_fmadd_ps(b_0, x_3, acc_3);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 7 + 4] + c);
            acc_2 = _mm256_fmadd_ps(b_2, x_4, acc_2);
            acc_3 = _mm256_fmadd_ps(b_1, x_4, acc_3);
            acc_4 = _mm256_fmadd_ps(b_0, x_4, acc_4);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 7 + 5] + c);
            acc_3 = _mm256_fmadd_ps(b_2, x_5, acc_3);
            acc_4 = _mm256_fmadd_ps(b_1, x_5, acc_4);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 7 + 6] + c);
            acc_4 = _mm256_fmadd_ps(b_2, x_6, acc_4);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
        _mm256_storeu_ps(out + 4 * out_pitch + c, acc_4);
    }
}

/* 4 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void depthwise_3x3_4(int from, int to, const float *const *tap, const float *w, int w_pitch,
                            float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        __m256 acc_3 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_2, acc_2);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
            acc_2 = _mm256_fmadd_ps(b_1, x_3, acc_2);
            acc_3 = _mm256_fmadd_ps(b_0, x_3, acc_3);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 7 + 4] + c);
            acc_2 = _mm256_fmadd_ps(b_2, x_4, acc_2);
            acc_3 = _mm256_fmadd_ps(b_1, x_4, acc_3);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 7 + 5] + c);
            acc_3 = _mm256_fmadd_ps(b_2, x_5, acc_3);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
    }
}

/* 3 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void depthwise_3x3_3(int from, int to, const float *const *tap, const float *w, int w_pitch,
                            float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_2, acc_2);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
            acc_2 = _mm256_fmadd_ps(b_1, x_3, acc_2);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 7 + 4] + c);
            acc_2 = _mm256_fmadd_ps(b_2, x_4, acc_2);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
    }
}

/* 2 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void depthwise_3x3_2(int from, int to, const float *const *tap, const float *w, int w_pitch,
                            float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
    }
}

/* 1 output pixel, channels from .. to; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_1(int from, int to, const float *const *tap, const float *w, int w_pitch,
                            float *out) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
        }
        _mm256_storeu_ps(out + c, acc_0);
    }
}

/* A register tile: 6 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_6x16_relu(int depth, const float *a, int a_pitch, const float *w,
                                  const float *bias, int ahead, const float *next, float *out,
                                  int out_pitch) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_5_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_5_1 = _mm256_loadu_ps(bias + 8);
    XNC_UNROLL(4)
    for (int k = 0; k < depth; k++) {
        for (int i = 0; i < ahead; i += 16) {
            _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
        }
        __m256 b_0 = _mm256_loadu_ps(w + k * 16);
        __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
        __m256 x_0 = _mm256_set1_ps(a[k]);
        acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
        acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
        __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
        acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
        acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
        __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
        acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
        acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
        __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
        acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
        acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
        __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
        acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
        acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
        __m256 x_5 = _mm256_set1_ps(a[5 * a_pitch + k]);
        acc_5_0 = _mm256_fmadd_ps(x_5, b_0, acc_5_0);
        acc_5_1 = _mm256_fmadd_ps(x_5, b_1, acc_5_1);
    }
    __m256 nought = _mm256_setzero_ps();
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    acc_5_0 = _mm256_max_ps(acc_5_0, nought);
    _mm256_storeu_ps(out + 5 * out_pitch, acc_5_0);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
    acc_5_1 = _mm256_max_ps(acc_5_1, nought);
    _mm256_storeu_ps(out + 5 * out_pitch + 8, acc_5_1);
}

/* A register tile: 5 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_5x16_relu(int depth, const float *a, int a_pitch, const float *w,
                                  const float *bias, int ahead, const float *next, float *out,
                                  int out_pitch) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    XNC_UNROLL(4)
    for (int k = 0; k < depth; k++) {
        for (int i = 0; i < ahead; i += 16) {
            _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
        }
        __m256 b_0 = _mm256_loadu_ps(w + k * 16);
        __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
        __m256 x_0 = _mm256_set1_ps(a[k]);
        acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
        acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
        __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
        acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
        acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
        __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
        acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
        acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
        __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
        acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
        acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
        __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
        acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
        acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
    }
    __m256 nought = _mm256_setzero_ps();
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
}

/* separable: 21609 pixels of 128 channels, each 64 deep. */
static void separable_147x147_64_128_relu_rows(int first_row, int end_row, const float *in,
                                               float *out, float *scratch, const float *weight,
                                               const float *bias, const float *dw_weight) {
    enum {
        depth = 64,
        a_pitch = 80,
        out_pitch = 128,
        panel_width = 16,
        tall_tiles = 22,
        in_rows = 4,
        out_rows = 4
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 18816;
        for (int first = 0; first < 25; first += 7) {
            const int last = min_int(first + 7, 25);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(147 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 147 && column >= 0 && column < 147)
                            tap[i * 7 + j] = in + ((row % in_rows) * 147 + column) * 64;
                    }
                }
                if (count == 5)
                    depthwise_3x3_5(0, 64, tap, 320, dw_weight, 64, scratch + (pixel - lo) * 80,
                                    80);
                else if (count == 4)
                    depthwise_3x3_4(0, 64, tap, dw_weight, 64, scratch + (pixel - lo) * 80, 80);
                else if (count == 3)
                    depthwise_3x3_3(0, 64, tap, dw_weight, 64, scratch + (pixel - lo) * 80, 80);
                else if (count == 2)
                    depthwise_3x3_2(0, 64, tap, dw_weight, 64, scratch + (pixel - lo) * 80, 80);
                else
                    depthwise_3x3_1(0, 64, tap, dw_weight, 64, scratch + (pixel - lo) * 80);
                pixel += count;
            }
            for (int panel = 0; panel < 8; panel++) {
                const int channel = panel * panel_width;
                for (int t = first; t < min_int(last, tall_tiles); t++) {
                    const int p = t * 6;
                    product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, 0, weight,
                                      out_row + p * out_pitch + channel, out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, 0, weight,
                                      out_row + p * out_pitch + channel, out_pitch);
                }
            }
        }
    }
}

/* A register tile: 6 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_6x16(int depth, const float *a, int a_pitch, const float *w,
                             const float *bias, int ahead, const float *next, float *out,
                             int out_pitch) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_5_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_5_1 = _mm256_loadu_ps(bias + 8);
    XNC_UNROLL(4)
    for (int k = 0; k < depth; k++) {
        for (int i = 0; i < ahead; i += 16) {
            _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
        }
        __m256 b_0 = _mm256_loadu_ps(w + k * 16);
        __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
        __m256 x_0 = _mm256_set1_ps(a[k]);
        acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
        acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
        __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
        acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
        acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
        __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
        acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
        acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
        __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
        acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
        acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
        __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
        acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
        acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
        __m256 x_5 = _mm256_set1_ps(a[5 * a_pitch + k]);
        acc_5_0 = _mm256_fmadd_ps(x_5, b_0, acc_5_0);
        acc_5_1 = _mm256_fmadd_ps(x_5, b_1, acc_5_1);
    }
    _mm256_storeu_ps(out, acc_0_0);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    _mm256_storeu_ps(out + 5 * out_pitch, acc_5_0);
    _mm256_storeu_ps(out + 8, acc_0_1);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
    _mm256_storeu_ps(out + 5 * out_pitch + 8, acc_5_1);
}

/* A register tile: 5 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_5x16(int depth, const float *a, int a_pitch, const float *w,
                             const float *bias, int ahead, const float *next, float *out,
                             int out_pitch) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    XNC_UNROLL(4)
    for (int k = 0; k < depth; k++) {
        for (int i = 0; i < ahead; i += 16) {
            _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
        }
        __m256 b_0 = _mm256_loadu_ps(w + k * 16);
        __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
        __m256 x_0 = _mm256_set1_ps(a[k]);
        acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
        acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
        __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
        acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
        acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
        __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
        acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
        acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
        __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
        acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
        acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
        __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
        acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
        acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
    }
    _mm256_storeu_ps(out, acc_0_0);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    _mm256_storeu_ps(out + 8, acc_0_1);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
}

/* separable: 21609 pixels of 128 channels, each 128 deep. */
static void separable_147x147_128_128_rows(int first_row, int end_row, const float *in, float *out,
                                           float *scratch, const float *weight, const float *bias,
                                           const float *dw_weight) {
    enum {
        depth = 128,
        a_pitch = 144,
        out_pitch = 128,
        panel_width = 16,
        tall_tiles = 22,
        in_rows = 4,
        out_rows = 3
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 18816;
        for (int first = 0; first < 25; first += 4) {
            const int last = min_int(first + 4, 25);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(147 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 147 && column >= 0 && column < 147)
                            tap[i * 7 + j] = in + ((row % in_rows) * 147 + column) * 128;
                    }
                }
                if (count == 5)
                    depthwise_3x3_5(0, 128, tap, 640, dw_weight, 128, scratch + (pixel - lo) * 144,
                                    144);
                else if (count == 4)
                    depthwise_3x3_4(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
                else if (count == 3)
                    depthwise_3x3_3(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
                else if (count == 2)
                    depthwise_3x3_2(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
                else
                    depthwise_3x3_1(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144);
                pixel += count;
            }
            for (int panel = 0; panel < 8; panel++) {
                const int channel = panel * panel_width;
                for (int t = first; t < min_int(last, tall_tiles); t++) {
                    const int p = t * 6;
                    product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, 0, weight,
                                 out_row + p * out_pitch + channel, out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, 0, weight,
                                 out_row + p * out_pitch + channel, out_pitch);
                }
            }
        }
    }
}

/* 5 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_5(int from, int to, const float *const *tap, int ahead, float *out,
                                  int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        __m256 acc_2 = _mm256_set1_ps(-INFINITY);
        __m256 acc_3 = _mm256_set1_ps(-INFINITY);
        __m256 acc_4 = _mm256_set1_ps(-INFINITY);
        _mm_prefetch((const char *)(tap[12] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[13] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[14] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[15] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[16] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[17] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[18] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[19] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[20] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[21] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[23] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[24] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[25] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[26] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[27] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[28] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[29] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[30] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[31] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[32] + ahead + c), _MM_HINT_T1);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
            acc_2 = _mm256_max_ps(x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_max_ps(x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_max_ps(x_6, acc_2);
            acc_3 = _mm256_max_ps(x_6, acc_3);
            __m256 x_7 = _mm256_loadu_ps(tap[row * 11 + 7] + c);
            acc_3 = _mm256_max_ps(x_7, acc_3);
            __m256 x_8 = _mm256_loadu_ps(tap[row * 11 + 8] + c);
            acc_3 = _mm256_max_ps(x_8, acc_3);
            acc_4 = _mm256_max_ps(x_8, acc_4);
            __m256 x_9 = _mm256_loadu_ps(tap[row * 11 + 9] + c);
            acc_4 = _mm256_max_ps(x_9, acc_4);
            __m256 x_10 = _mm256_loadu_ps(tap[row * 11 + 10] + c);
            acc_4 = _mm256_max_ps(x_10, acc_4);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
        _mm256_storeu_ps(out + 4 * out_pitch + c, acc_4);
    }
}

/* 4 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_4(int from, int to, const float *const *tap, float *out,
                                  int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        __m256 acc_2 = _mm256_set1_ps(-INFINITY);
        __m256 acc_3 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
            acc_2 = _mm256_max_ps(x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_max_ps(x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_max_ps(x_6, acc_2);
            acc_3 = _mm256_max_ps(x_6, acc_3);
            __m256 x_7 = _mm256_loadu_ps(tap[row * 11 + 7] + c);
            acc_3 = _mm256_max_ps(x_7, acc_3);
            __m256 x_8 = _mm256_loadu_ps(tap[row * 11 + 8] + c);
            acc_3 = _mm256_max_ps(x_8, acc_3);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
    }
}

/* 3 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_3(int from, int to, const float *const *tap, float *out,
                                  int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        __m256 acc_2 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
            acc_2 = _mm256_max_ps(x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_max_ps(x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_max_ps(x_6, acc_2);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
    }
}

/* 2 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_2(int from, int to, const float *const *tap, float *out,
                                  int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
    }
}

/* 1 output pixel, channels from .. to; tap[row * 11 + column] is where an input stands. */
static void largest_3x3_stride2_1(int from, int to, const float *const *tap, float *out) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
        }
        _mm256_storeu_ps(out + c, acc_0);
    }
}

/* max_pool: 5476 pixels of 128 channels. */
static void largest_3x3_stride2_74x74_128_rows(int first_row, int end_row, const float *in,
                                               float *out, float *scratch) {
    /* padding takes no part in a maximum: its taps read -inf */
    for (int c = 0; c < 128; c += 8) {
        __m256 lowest = _mm256_set1_ps(-INFINITY);
        _mm256_storeu_ps(scratch + c, lowest);
    }
    enum { in_rows = 3, out_rows = 1 };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 9472;
        const int lo = 0;
        const int hi = 74;
        int pixel = lo;
        while (pixel < hi) {
            const int x = pixel;
            const int count = min_int(min_int(74 - x, hi - pixel), 5);
            const float *tap[33];
            for (int i = 0; i < 3; i++) {
                const int row = y * 2 + i - 1;
                for (int j = 0; j < 11; j++) {
                    const int column = x * 2 + j - 1;
                    tap[i * 11 + j] = scratch;
                    if (row >= 0 && row < 147 && column >= 0 && column < 147)
                        tap[i * 11 + j] = in + ((row % in_rows) * 147 + column) * 128;
                }
            }
            if (count == 5)
                largest_3x3_stride2_5(0, 128, tap, 1280, out_row + pixel * 128, 128);
            else if (count == 4)
                largest_3x3_stride2_4(0, 128, tap, out_row + pixel * 128, 128);
            else if (count == 3)
                largest_3x3_stride2_3(0, 128, tap, out_row + pixel * 128, 128);
            else if (count == 2)
                largest_3x3_stride2_2(0, 128, tap, out_row + pixel * 128, 128);
            else
                largest_3x3_stride2_1(0, 128, tap, out_row + pixel * 128);
            pixel += count;
        }
    }
}

/* A register tile: 6 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_6x16_add(int depth, const float *a, int a_pitch, const float *w,
                                 const float *bias, int ahead, const float *next,
                                 const float *residual, int residual_pitch, float *out,
                                 int out_pitch) {
    for (int r = 0; r < 6; r++) {
        _mm_prefetch((const char *)(residual + r * residual_pitch), _MM_HINT_T0);
    }
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_5_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_5_1 = _mm256_loadu_ps(bias + 8);
    XNC_UNROLL(4)
    for (int k = 0; k < depth; k++) {
        for (int i = 0; i < ahead; i += 16) {
            _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
        }
        __m256 b_0 = _mm256_loadu_ps(w + k * 16);
        __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
        __m256 x_0 = _mm256_set1_ps(a[k]);
        acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
        acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
        __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
        acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
        acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
        __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
        acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
        acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
        __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
        acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
        acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
        __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
        acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
        acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
        __m256 x_5 = _mm256_set1_ps(a[5 * a_pitch + k]);
        acc_5_0 = _mm256_fmadd_ps(x_5, b_0, acc_5_0);
        acc_5_1 = _mm256_fmadd_ps(x_5, b_1, acc_5_1);
    }
    __m256 rest_0_0 = _mm256_loadu_ps(residual);
    acc_0_0 = _mm256_add_ps(acc_0_0, rest_0_0);
    _mm256_storeu_ps(out, acc_0_0);
    __m256 rest_1_0 = _mm256_loadu_ps(residual + residual_pitch);
    acc_1_0 = _mm256_add_ps(acc_1_0, rest_1_0);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    __m256 rest_2_0 = _mm256_loadu_ps(residual + 2 * residual_pitch);
    acc_2_0 = _mm256_add_ps(acc_2_0, rest_2_0);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    __m256 rest_3_0 = _mm256_loadu_ps(residual + 3 * residual_pitch);
    acc_3_0 = _mm256_add_ps(acc_3_0, rest_3_0);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    __m256 rest_4_0 = _mm256_loadu_ps(residual + 4 * residual_pitch);
    acc_4_0 = _mm256_add_ps(acc_4_0, rest_4_0);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    __m256 rest_5_0 = _mm256_loadu_ps(residual + 5 * residual_pitch);
    acc_5_0 = _mm256_add_ps(acc_5_0, rest_5_0);
    _mm256_storeu_ps(out + 5 * out_pitch, acc_5_0);
    __m256 rest_0_1 = _mm256_loadu_ps(residual + 8);
    acc_0_1 = _mm256_add_ps(acc_0_1, rest_0_1);
    _mm256_storeu_ps(out + 8, acc_0_1);
    __m256 rest_1_1 = _mm256_loadu_ps(residual + residual_pitch + 8);
    acc_1_1 = _mm256_add_ps(acc_1_1, rest_1_1);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    __m256 rest_2_1 = _mm256_loadu_ps(residual + 2 * residual_pitch + 8);
    acc_2_1 = _mm256_add_ps(acc_2_1, rest_2_1);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    __m256 rest_3_1 = _mm256_loadu_ps(residual + 3 * residual_pitch + 8);
    acc_3_1 = _mm256_add_ps(acc_3_1, rest_3_1);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    __m256 rest_4_1 = _mm256_loadu_ps(residual + 4 * residual_pitch + 8);
    acc_4_1 = _mm256_add_ps(acc_4_1, rest_4_1);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
    __m256 rest_5_1 = _mm256_loadu_ps(residual + 5 * residual_pitch + 8);
    acc_5_1 = _mm256_add_ps(acc_5_1, rest_5_1);
    _mm256_storeu_ps(out + 5 * out_pitch + 8, acc_5_1);
}

/* A register tile: 5 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_5x16_add(int depth, const float *a, int a_pitch, const float *w,
                                 const float *bias, int ahead, const float *next,
                                 const float *residual, int residual_pitch, float *out,
                                 int out_pitch) {
    for (int r = 0; r < 5; r++) {
        _mm_prefetch((const char *)(residual + r * residual_pitch), _MM_HINT_T0);
    }
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_1_0 = _mm256_loadu_ps(bias);
    __m256 acc_2_0 = _mm256_loadu_ps(bias);
    __m256 acc_3_0 = _mm256_loadu_ps(bias);
    __m256 acc_4_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_1_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_2_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_3_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_4_1 = _mm256_loadu_ps(bias + 8);
    XNC_UNROLL(4)
    for (int k = 0; k < depth; k++) {
        for (int i = 0; i < ahead; i += 16) {
            _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
        }
        __m256 b_0 = _mm256_loadu_ps(w + k * 16);
        __m256 b_1 = _mm256_loadu_ps(w + k * 16 + 8);
        __m256 x_0 = _mm256_set1_ps(a[k]);
        acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
        acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
        __m256 x_1 = _mm256_set1_ps(a[a_pitch + k]);
        acc_1_0 = _mm256_fmadd_ps(x_1, b_0, acc_1_0);
        acc_1_1 = _mm256_fmadd_ps(x_1, b_1, acc_1_1);
        __m256 x_2 = _mm256_set1_ps(a[2 * a_pitch + k]);
        acc_2_0 = _mm256_fmadd_ps(x_2, b_0, acc_2_0);
        acc_2_1 = _mm256_fmadd_ps(x_2, b_1, acc_2_1);
        __m256 x_3 = _mm256_set1_ps(a[3 * a_pitch + k]);
        acc_3_0 = _mm256_fmadd_ps(x_3, b_0, acc_3_0);
        acc_3_1 = _mm256_fmadd_ps(x_3, b_1, acc_3_1);
        __m256 x_4 = _mm256_set1_ps(a[4 * a_pitch + k]);
        acc_4_0 = _mm256_fmadd_ps(x_4, b_0, acc_4_0);
        acc_4_1 = _mm256_fmadd_ps(x_4, b_1, acc_4_1);
    }
    __m256 rest_0_0 = _mm256_loadu_ps(residual);
    acc_0_0 = _mm256_add_ps(acc_0_0, rest_0_0);
    _mm256_storeu_ps(out, acc_0_0);
    __m256 rest_1_0 = _mm256_loadu_ps(residual + residual_pitch);
    acc_1_0 = _mm256_add_ps(acc_1_0, rest_1_0);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    __m256 rest_2_0 = _mm256_loadu_ps(residual + 2 * residual_pitch);
    acc_2_0 = _mm256_add_ps(acc_2_0, rest_2_0);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    __m256 rest_3_0 = _mm256_loadu_ps(residual + 3 * residual_pitch);
    acc_3_0 = _mm256_add_ps(acc_3_0, rest_3_0);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    __m256 rest_4_0 = _mm256_loadu_ps(residual + 4 * residual_pitch);
    acc_4_0 = _mm256_add_ps(acc_4_0, rest_4_0);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    __m256 rest_0_1 = _mm256_loadu_ps(residual + 8);
    acc_0_1 = _mm256_add_ps(acc_0_1, rest_0_1);
    _mm256_storeu_ps(out + 8, acc_0_1);
    __m256 rest_1_1 = _mm256_loadu_ps(residual + residual_pitch + 8);
    acc_1_1 = _mm256_add_ps(acc_1_1, rest_1_1);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    __m256 rest_2_1 = _mm256_loadu_ps(residual + 2 * residual_pitch + 8);
    acc_2_1 = _mm256_add_ps(acc_2_1, rest_2_1);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    __m256 rest_3_1 = _mm256_loadu_ps(residual + 3 * residual_pitch + 8);
    acc_3_1 = _mm256_add_ps(acc_3_1, rest_3_1);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    __m256 rest_4_1 = _mm256_loadu_ps(residual + 4 * residual_pitch + 8);
    acc_4_1 = _mm256_add_ps(acc_4_1, rest_4_1);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
}

/* conv2d: 5476 pixels of 128 channels, each 64 deep. */
static void conv_1x1_stride2_74x74_64_128_add_rows(int first_row, int end_row, const float *in,
                                                   const float *residual, float *out,
                                                   float *scratch, const float *weight,
                                                   const float *bias) {
    enum {
        depth = 64,
        a_pitch = 80,
        out_pitch = 128,
        residual_pitch = 128,
        panel_width = 16,
        tall_tiles = 9,
        in_rows = 4,
        residual_rows = 1
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + y * 9472;
        const float *residual_row = residual + (y % residual_rows) * 9472;
        for (int first = 0; first < 13; first += 7) {
            const int last = min_int(first + 7, 13);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            for (int pixel = lo; pixel < hi; pixel++) {
                const int x = pixel;
                float *patch = scratch + (pixel - lo) * 80;
                for (int i = 0; i < 1; i++) {
                    const int row = y * 2 + i;
                    for (int j = 0; j < 1; j++) {
                        const int column = x * 2 + j;
                        const float *source = zeros;
                        if (row >= 0 && row < 147 && column >= 0 && column < 147)
                            source = in + ((row % in_rows) * 147 + column) * 64;
                        for (int c = 0; c < 64; c += 8) {
                            __m256 value = _mm256_loadu_ps(source + c);
                            _mm256_storeu_ps(patch + (i + j) * 64 + c, value);
                        }
                    }
                }
            }
            for (int panel = 0; panel < 8; panel++) {
                const int channel = panel * panel_width;
                for (int t = first; t < min_int(last, tall_tiles); t++) {
                    const int p = t * 6;
                    const float *rest = residual_row + p * residual_pitch + channel;
                    product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                     weight + channel * depth, bias + channel, 0, weight, rest,
                                     residual_pitch, out_row + p * out_pitch + channel, out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    const float *rest = residual_row + p * residual_pitch + channel;
                    product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                     weight + channel * depth, bias + channel, 0, weight, rest,
                                     residual_pitch, out_row + p * out_pitch + channel, out_pitch);
                }
            }
        }
    }
}

/* Large maps as streams: for each row of the result every stage makes the rows that are asked of it
 * and not there yet.
 * Row y of a value with a ring of n rows stands at row y % n of the ring, in the scratch of this
 * task. The stages:
 * 0: conv1, 149x149, 32 channels, a ring of 4 rows
 * 1: conv2, 147x147, 64 channels, a ring of 4 rows
 * 2: block1.rep.0.pointwise, 147x147, 128 channels, a ring of 4 rows
 * 3: block1.rep.3.pointwise, 147x147, 128 channels, a ring of 3 rows
 * 4: block1.rep.5, 74x74, 128 channels, a ring of 1 row
 * 5: block1.skip, 74x74, 128 channels, the result
 */
static void region_74x74_128(const xnc_args *args) {
    const float *w0 = args->w[0];
    float *scratch = args->scratch;
    float *ring_0 = scratch;
    float *ring_1 = scratch + 19072;
    float *ring_2 = scratch + 56704;
    float *ring_3 = scratch + 131968;
    float *ring_4 = scratch + 188416;
    float *stage_scratch = scratch + 197888;
    const int first = (int)((int64_t)74 * args->task / args->tasks);
    const int last = (int)((int64_t)74 * (args->task + 1) / args->tasks);
    const float *image_in = args->in;
    float *image_out = args->out;
    /* rows of stage i below done_i are there, or are another task's */
    int done_0 = max_int(first * 2 - 3, 0);
    int done_1 = max_int(first * 2 - 3, 0);
    int done_2 = max_int(first * 2 - 2, 0);
    int done_3 = max_int(first * 2 - 1, 0);
    int done_4 = first;
    int done_5 = first;
    for (int row = first - 4; row < last; row++) {
        /* conv1 */
        const int end_0 = min_int(row * 2 + 6, 149);
        conv_3x3_stride2_149x149_3_32_relu_rows(done_0, end_0, image_in, ring_0, stage_scratch, w0,
                                                w0 + 864);
        done_0 = max_int(done_0, end_0);
        /* conv2 */
        const int end_1 = min_int(row * 2 + 4, 147);
        conv_3x3_147x147_32_64_relu_rows(done_1, end_1, ring_0, ring_1, stage_scratch, w0 + 896,
                                         w0 + 19328);
        done_1 = max_int(done_1, end_1);
        /* block1.rep.0.pointwise */
        const int end_2 = min_int(row * 2 + 3, 147);
        separable_147x147_64_128_relu_rows(done_2, end_2, ring_1, ring_2, stage_scratch, w0 + 19392,
                                           w0 + 27584, w0 + 27712);
        done_2 = max_int(done_2, end_2);
        /* block1.rep.3.pointwise */
        const int end_3 = min_int(row * 2 + 2, 147);
        separable_147x147_128_128_rows(done_3, end_3, ring_2, ring_3, stage_scratch, w0 + 28288,
                                       w0 + 44672, w0 + 44800);
        done_3 = max_int(done_3, end_3);
        /* block1.rep.5 */
        const int end_4 = min_int(row + 1, 74);
        largest_3x3_stride2_74x74_128_rows(done_4, end_4, ring_3, ring_4, stage_scratch);
        done_4 = max_int(done_4, end_4);
        /* block1.skip */
        const int end_5 = min_int(row + 1, 74);
        conv_1x1_stride2_74x74_64_128_add_rows(done_5, end_5, ring_1, ring_4, image_out,
                                               stage_scratch, w0 + 45952, w0 + 54144);
        done_5 = max_int(done_5, end_5);
    }
}

/* 5 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void relu_depthwise_3x3_5(int from, int to, const float *const *tap, int ahead,
                                 const float *w, int w_pitch, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        __m256 acc_3 = _mm256_setzero_ps();
        __m256 acc_4 = _mm256_setzero_ps();
        _mm_prefetch((const char *)(tap[16] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[17] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[18] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[19] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[20] + ahead + c), _MM_HINT_T1);
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            x_0 = _mm256_max_ps(x_0, nought);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            x_1 = _mm256_max_ps(x_1, nought);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            x_2 = _mm256_max_ps(x_2, nought);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_2, acc_2);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            x_3 = _mm256_max_ps(x_3, nought);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
            acc_2 = _mm256_fmadd_ps(b_1, x_3, acc_2);
            acc_3 = _mm256_fmadd_ps(b_0, x_3, acc_3);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 7 + 4] + c);
            x_4 = _mm256_max_ps(x_4, nought);
            acc_2 = _mm256_fmadd_ps(b_2, x_4, acc_2);
            acc_3 = _mm256_fmadd_ps(b_1, x_4, acc_3);
            acc_4 = _mm256_fmadd_ps(b_0, x_4, acc_4);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 7 + 5] + c);
            x_5 = _mm256_max_ps(x_5, nought);
            acc_3 = _mm256_fmadd_ps(b_2, x_5, acc_3);
            acc_4 = _mm256_fmadd_ps(b_1, x_5, acc_4);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 7 + 6] + c);
            x_6 = _mm256_max_ps(x_6, nought);
            acc_4 = _mm256_fmadd_ps(b_2, x_6, acc_4);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
        _mm256_storeu_ps(out + 4 * out_pitch + c, acc_4);
    }
}

/* 4 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void relu_depthwise_3x3_4(int from, int to, const float *const *tap, const float *w,
                                 int w_pitch, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        __m256 acc_3 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            x_0 = _mm256_max_ps(x_0, nought);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            x_1 = _mm256_max_ps(x_1, nought);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            x_2 = _mm256_max_ps(x_2, nought);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_2, acc_2);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            x_3 = _mm256_max_ps(x_3, nought);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
            acc_2 = _mm256_fmadd_ps(b_1, x_3, acc_2);
            acc_3 = _mm256_fmadd_ps(b_0, x_3, acc_3);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 7 + 4] + c);
            x_4 = _mm256_max_ps(x_4, nought);
            acc_2 = _mm256_fmadd_ps(b_2, x_4, acc_2);
            acc_3 = _mm256_fmadd_ps(b_1, x_4, acc_3);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 7 + 5] + c);
            x_5 = _mm256_max_ps(x_5, nought);
            acc_3 = _mm256_fmadd_ps(b_2, x_5, acc_3);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
    }
}

/* 3 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void relu_depthwise_3x3_3(int from, int to, const float *const *tap, const float *w,
                                 int w_pitch, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            x_0 = _mm256_max_ps(x_0, nought);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            x_1 = _mm256_max_ps(x_1, nought);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            x_2 = _mm256_max_ps(x_2, nought);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_2, acc_2);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            x_3 = _mm256_max_ps(x_3, nought);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
            acc_2 = _mm256_fmadd_ps(b_1, x_3, acc_2);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 7 + 4] + c);
            x_4 = _mm256_max_ps(x_4, nought);
            acc_2 = _mm256_fmadd_ps(b_2, x_4, acc_2);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
    }
}

/* 2 output pixels side by side, channels from .. to; tap[row * 7 + column] is where an input
 * stands.
 */
static void relu_depthwise_3x3_2(int from, int to, const float *const *tap, const float *w,
                                 int w_pitch, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            x_0 = _mm256_max_ps(x_0, nought);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            x_1 = _mm256_max_ps(x_1, nought);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_1, acc_1);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            x_2 = _mm256_max_ps(x_2, nought);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_1, x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 7 + 3] + c);
            x_3 = _mm256_max_ps(x_3, nought);
            acc_1 = _mm256_fmadd_ps(b_2, x_3, acc_1);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
    }
}

/* 1 output pixel, channels from .. to; tap[row * 7 + column] is where an input stands. */
static void relu_depthwise_3x3_1(int from, int to, const float *const *tap, const float *w,
                                 int w_pitch, float *out) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 7] + c);
            x_0 = _mm256_max_ps(x_0, nought);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 7 + 1] + c);
            x_1 = _mm256_max_ps(x_1, nought);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 7 + 2] + c);
            x_2 = _mm256_max_ps(x_2, nought);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
        }
        _mm256_storeu_ps(out + c, acc_0);
    }
}

/* separable: 5476 pixels of 256 channels, each 128 deep; relu on load. */
static void relu_separable_74x74_128_256_relu_rows(int first_row, int end_row, const float *in,
                                                   float *out, float *scratch, const float *weight,
                                                   const float *bias, const float *dw_weight) {
    enum {
        depth = 128,
        a_pitch = 144,
        out_pitch = 256,
        panel_width = 16,
        tall_tiles = 9,
        out_rows = 4
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 18944;
        for (int first = 0; first < 13; first += 4) {
            const int last = min_int(first + 4, 13);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(74 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 74 && column >= 0 && column < 74)
                            tap[i * 7 + j] = in + (row * 74 + column) * 128;
                    }
                }
                if (count == 5)
                    relu_depthwise_3x3_5(0, 128, tap, 640, dw_weight, 128,
                                         scratch + (pixel - lo) * 144, 144);
                else if (count == 4)
                    relu_depthwise_3x3_4(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144,
                                         144);
                else if (count == 3)
                    relu_depthwise_3x3_3(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144,
                                         144);
                else if (count == 2)
                    relu_depthwise_3x3_2(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144,
                                         144);
                else
                    relu_depthwise_3x3_1(0, 128, tap, dw_weight, 128, scratch + (pixel - lo) * 144);
                pixel += count;
            }
            for (int panel = 0; panel < 16; panel++) {
                const int channel = panel * panel_width;
                for (int t = first; t < min_int(last, tall_tiles); t++) {
                    const int p = t * 6;
                    product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, 0, weight,
                                      out_row + p * out_pitch + channel, out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, 0, weight,
                                      out_row + p * out_pitch + channel, out_pitch);
                }
            }
        }
    }
}

/* separable: 5476 pixels of 256 channels, each 256 deep. */
static void separable_74x74_256_256_rows(int first_row, int end_row, const float *in, float *out,
                                         float *scratch, const float *weight, const float *bias,
                                         const float *dw_weight) {
    enum {
        depth = 256,
        a_pitch = 272,
        out_pitch = 256,
        panel_width = 16,
        tall_tiles = 9,
        in_rows = 4,
        out_rows = 3
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 18944;
        for (int first = 0; first < 13; first += 2) {
            const int last = min_int(first + 2, 13);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(74 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 74 && column >= 0 && column < 74)
                            tap[i * 7 + j] = in + ((row % in_rows) * 74 + column) * 256;
                    }
                }
                if (count == 5)
                    depthwise_3x3_5(0, 256, tap, 1280, dw_weight, 256, scratch + (pixel - lo) * 272,
                                    272);
                else if (count == 4)
                    depthwise_3x3_4(0, 256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
                else if (count == 3)
                    depthwise_3x3_3(0, 256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
                else if (count == 2)
                    depthwise_3x3_2(0, 256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
                else
                    depthwise_3x3_1(0, 256, tap, dw_weight, 256, scratch + (pixel - lo) * 272);
                pixel += count;
            }
            for (int panel = 0; panel < 16; panel++) {
                const int channel = panel * panel_width;
                for (int t = first; t < min_int(last, tall_tiles); t++) {
                    const int p = t * 6;
                    product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, 0, weight,
                                 out_row + p * out_pitch + channel, out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, 0, weight,
                                 out_row + p * out_pitch + channel, out_pitch);
                }
            }
        }
    }
}

/* max_pool: 1369 pixels of 256 channels. */
static void largest_3x3_stride2_37x37_256_rows(int first_row, int end_row, const float *in,
                                               float *out, float *scratch) {
    /* padding takes no part in a maximum: its taps read -inf */
    for (int c = 0; c < 256; c += 8) {
        __m256 lowest = _mm256_set1_ps(-INFINITY);
        _mm256_storeu_ps(scratch + c, lowest);
    }
    enum { in_rows = 3, out_rows = 1 };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 9472;
        const int lo = 0;
        const int hi = 37;
        int pixel = lo;
        while (pixel < hi) {
            const int x = pixel;
            const int count = min_int(min_int(37 - x, hi - pixel), 5);
            const float *tap[33];
            for (int i = 0; i < 3; i++) {
                const int row = y * 2 + i - 1;
                for (int j = 0; j < 11; j++) {
                    const int column = x * 2 + j - 1;
                    tap[i * 11 + j] = scratch;
                    if (row >= 0 && row < 74 && column >= 0 && column < 74)
                        tap[i * 11 + j] = in + ((row % in_rows) * 74 + column) * 256;
                }
            }
            if (count == 5)
                largest_3x3_stride2_5(0, 256, tap, 2560, out_row + pixel * 256, 256);
            else if (count == 4)
                largest_3x3_stride2_4(0, 256, tap, out_row + pixel * 256, 256);
            else if (count == 3)
                largest_3x3_stride2_3(0, 256, tap, out_row + pixel * 256, 256);
            else if (count == 2)
                largest_3x3_stride2_2(0, 256, tap, out_row + pixel * 256, 256);
            else
                largest_3x3_stride2_1(0, 256, tap, out_row + pixel * 256);
            pixel += count;
        }
    }
}

/* conv2d: 1369 pixels of 256 channels, each 128 deep. */
static void conv_1x1_stride2_37x37_128_256_add_rows(int first_row, int end_row, const float *in,
                                                    const float *residual, float *out,
                                                    float *scratch, const float *weight,
                                                    const float *bias) {
    enum {
        depth = 128,
        a_pitch = 144,
        out_pitch = 256,
        residual_pitch = 256,
        panel_width = 16,
        tall_tiles = 2,
        residual_rows = 1
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + y * 9472;
        const float *residual_row = residual + (y % residual_rows) * 9472;
        for (int first = 0; first < 7; first += 4) {
            const int last = min_int(first + 4, 7);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            for (int pixel = lo; pixel < hi; pixel++) {
                const int x = pixel;
                float *patch = scratch + (pixel - lo) * 144;
                for (int i = 0; i < 1; i++) {
                    const int row = y * 2 + i;
                    for (int j = 0; j < 1; j++) {
                        const int column = x * 2 + j;
                        const float *source = zeros;
                        if (row >= 0 && row < 74 && column >= 0 && column < 74)
                            source = in + (row * 74 + column) * 128;
                        for (int c = 0; c < 128; c += 8) {
                            __m256 value = _mm256_loadu_ps(source + c);
                            _mm256_storeu_ps(patch + (i + j) * 128 + c, value);
                        }
                    }
                }
            }
            for (int panel = 0; panel < 16; panel++) {
                const int channel = panel * panel_width;
                for (int t = first; t < min_int(last, tall_tiles); t++) {
                    const int p = t * 6;
                    const float *rest = residual_row + p * residual_pitch + channel;
                    product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                     weight + channel * depth, bias + channel, 0, weight, rest,
                                     residual_pitch, out_row + p * out_pitch + channel, out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    const float *rest = residual_row + p * residual_pitch + channel;
                    product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                     weight + channel * depth, bias + channel, 0, weight, rest,
                                     residual_pitch, out_row + p * out_pitch + channel, out_pitch);
                }
            }
        }
    }
}

/* Large maps as streams: for each row of the result every stage makes the rows that are asked of it
 * and not there yet.
 * Row y of a value with a ring of n rows stands at row y % n of the ring, in the scratch of this
 * task. The stages:
 * 0: block2.rep.1.pointwise, 74x74, 256 channels, a ring of 4 rows
 * 1: block2.rep.4.pointwise, 74x74, 256 channels, a ring of 3 rows
 * 2: block2.rep.6, 37x37, 256 channels, a ring of 1 row
 * 3: block2.skip, 37x37, 256 channels, the result
 */
static void region_37x37_256(const xnc_args *args) {
    const float *w0 = args->w[0];
    float *scratch = args->scratch;
    float *ring_0 = scratch;
    float *ring_1 = scratch + 75776;
    float *ring_2 = scratch + 132608;
    float *stage_scratch = scratch + 142080;
    const int first = (int)((int64_t)37 * args->task / args->tasks);
    const int last = (int)((int64_t)37 * (args->task + 1) / args->tasks);
    const float *image_in = args->in;
    float *image_out = args->out;
    /* rows of stage i below done_i are there, or are another task's */
    int done_0 = max_int(first * 2 - 2, 0);
    int done_1 = max_int(first * 2 - 1, 0);
    int done_2 = first;
    int done_3 = first;
    for (int row = first - 2; row < last; row++) {
        /* block2.rep.1.pointwise */
        const int end_0 = min_int(row * 2 + 3, 74);
        relu_separable_74x74_128_256_relu_rows(done_0, end_0, image_in, ring_0, stage_scratch, w0,
                                               w0 + 32768, w0 + 33024);
        done_0 = max_int(done_0, end_0);
        /* block2.rep.4.pointwise */
        const int end_1 = min_int(row * 2 + 2, 74);
        separable_74x74_256_256_rows(done_1, end_1, ring_0, ring_1, stage_scratch, w0 + 34176,
                                     w0 + 99712, w0 + 99968);
        done_1 = max_int(done_1, end_1);
        /* block2.rep.6 */
        const int end_2 = min_int(row + 1, 37);
        largest_3x3_stride2_37x37_256_rows(done_2, end_2, ring_1, ring_2, stage_scratch);
        done_2 = max_int(done_2, end_2);
        /* block2.skip */
        const int end_3 = min_int(row + 1, 37);
        conv_1x1_stride2_37x37_128_256_add_rows(done_3, end_3, image_in, ring_2, image_out,
                                                stage_scratch, w0 + 102272, w0 + 135040);
        done_3 = max_int(done_3, end_3);
    }
}

/* separable: 1369 pixels of 728 channels, each 256 deep; relu on load. */
static void relu_separable_37x37_256_728_relu(const xnc_args *args) {
    enum {
        depth = 256,
        a_pitch = 272,
        out_pitch = 736,
        panel_width = 16,
        ahead = 1,
        tall_tiles = 224
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)229 * args->task / args->tasks);
    const int end = (int)((int64_t)229 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 29) {
        const int last = min_int(first + 29, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[1008];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 37;
            const int x = pixel % 37;
            const int count = min_int(min_int(37 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 37 && column >= 0 && column < 37)
                        tap[found + i * 7 + j] = in + (row * 37 + column) * 256;
                }
            }
            found += 21;
            place += count;
        }
        for (int slice = 0; slice < 256; slice += 48) {
            const int slice_end = min_int(slice + 48, 256);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 37;
                const int count = min_int(min_int(37 - x, hi - pixel), 5);
                if (count == 5)
                    relu_depthwise_3x3_5(slice, slice_end, tap + group, 1280, dw_weight, 256,
                                         scratch + (pixel - lo) * 272, 272);
                else if (count == 4)
                    relu_depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 256,
                                         scratch + (pixel - lo) * 272, 272);
                else if (count == 3)
                    relu_depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 256,
                                         scratch + (pixel - lo) * 272, 272);
                else if (count == 2)
                    relu_depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 256,
                                         scratch + (pixel - lo) * 272, 272);
                else
                    relu_depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 256,
                                         scratch + (pixel - lo) * 272);
                group += 21;
                pixel += count;
            }
        }
        for (int panel = 0; panel < 46; panel++) {
            const int after = (panel + 1) % (46 + (last == end));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* conv2d: 361 pixels of 728 channels, each 256 deep. */
static void conv_1x1_stride2_19x19_256_728(const xnc_args *args) {
    enum {
        depth = 256,
        a_pitch = 272,
        out_pitch = 736,
        panel_width = 16,
        ahead = 1,
        tall_tiles = 56
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)61 * args->task / args->tasks);
    const int end = (int)((int64_t)61 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 21) {
        const int last = min_int(first + 21, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        for (int pixel = lo; pixel < hi; pixel++) {
            const int y = pixel / 19;
            const int x = pixel % 19;
            float *patch = scratch + (pixel - lo) * 272;
            for (int i = 0; i < 1; i++) {
                const int row = y * 2 + i;
                for (int j = 0; j < 1; j++) {
                    const int column = x * 2 + j;
                    const float *source = zeros;
                    if (row >= 0 && row < 37 && column >= 0 && column < 37)
                        source = in + (row * 37 + column) * 256;
                    for (int c = 0; c < 256; c += 8) {
                        __m256 value = _mm256_loadu_ps(source + c);
                        _mm256_storeu_ps(patch + (i + j) * 256 + c, value);
                    }
                }
            }
        }
        for (int panel = 0; panel < 46; panel++) {
            const int after = (panel + 1) % (46 + (last == end));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch, weight + channel * depth,
                             bias + channel, ahead, fetched, out + p * out_pitch + channel,
                             out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch, weight + channel * depth,
                             bias + channel, ahead, fetched, out + p * out_pitch + channel,
                             out_pitch);
            }
        }
    }
}

/* separable: 1369 pixels of 728 channels, each 728 deep. */
static void separable_37x37_728_728(const xnc_args *args) {
    enum {
        depth = 728,
        a_pitch = 752,
        out_pitch = 736,
        panel_width = 16,
        ahead = 2,
        tall_tiles = 224
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)229 * args->task / args->tasks);
    const int end = (int)((int64_t)229 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 10) {
        const int last = min_int(first + 10, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 37;
            const int x = pixel % 37;
            const int count = min_int(min_int(37 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 37 && column >= 0 && column < 37)
                        tap[i * 7 + j] = in + (row * 37 + column) * 736;
                }
            }
            if (count == 5)
                depthwise_3x3_5(0, 736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752,
                                752);
            else if (count == 4)
                depthwise_3x3_4(0, 736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                depthwise_3x3_3(0, 736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                depthwise_3x3_2(0, 736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                depthwise_3x3_1(0, 736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            const int after = (panel + 1) % (46 + (last == end));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch, weight + channel * depth,
                             bias + channel, ahead, fetched, out + p * out_pitch + channel,
                             out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch, weight + channel * depth,
                             bias + channel, ahead, fetched, out + p * out_pitch + channel,
                             out_pitch);
            }
        }
    }
}

/* 5 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_add_5(int from, int to, const float *const *tap, int ahead,
                                      const float *residual, int residual_pitch, float *out,
                                      int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        __m256 acc_2 = _mm256_set1_ps(-INFINITY);
        __m256 acc_3 = _mm256_set1_ps(-INFINITY);
        __m256 acc_4 = _mm256_set1_ps(-INFINITY);
        _mm_prefetch((const char *)(tap[12] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[13] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[14] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[15] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[16] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[17] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[18] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[19] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[20] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[21] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[23] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[24] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[25] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[26] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[27] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[28] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[29] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[30] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[31] + ahead + c), _MM_HINT_T1);
        _mm_prefetch((const char *)(tap[32] + ahead + c), _MM_HINT_T1);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
            acc_2 = _mm256_max_ps(x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_max_ps(x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_max_ps(x_6, acc_2);
            acc_3 = _mm256_max_ps(x_6, acc_3);
            __m256 x_7 = _mm256_loadu_ps(tap[row * 11 + 7] + c);
            acc_3 = _mm256_max_ps(x_7, acc_3);
            __m256 x_8 = _mm256_loadu_ps(tap[row * 11 + 8] + c);
            acc_3 = _mm256_max_ps(x_8, acc_3);
            acc_4 = _mm256_max_ps(x_8, acc_4);
            __m256 x_9 = _mm256_loadu_ps(tap[row * 11 + 9] + c);
            acc_4 = _mm256_max_ps(x_9, acc_4);
            __m256 x_10 = _mm256_loadu_ps(tap[row * 11 + 10] + c);
            acc_4 = _mm256_max_ps(x_10, acc_4);
        }
        __m256 rest_0 = _mm256_loadu_ps(residual + c);
        acc_0 = _mm256_add_ps(acc_0, rest_0);
        _mm256_storeu_ps(out + c, acc_0);
        __m256 rest_1 = _mm256_loadu_ps(residual + residual_pitch + c);
        acc_1 = _mm256_add_ps(acc_1, rest_1);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        __m256 rest_2 = _mm256_loadu_ps(residual + 2 * residual_pitch + c);
        acc_2 = _mm256_add_ps(acc_2, rest_2);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        __m256 rest_3 = _mm256_loadu_ps(residual + 3 * residual_pitch + c);
        acc_3 = _mm256_add_ps(acc_3, rest_3);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
        __m256 rest_4 = _mm256_loadu_ps(residual + 4 * residual_pitch + c);
        acc_4 = _mm256_add_ps(acc_4, rest_4);
        _mm256_storeu_ps(out + 4 * out_pitch + c, acc_4);
    }
}

/* 4 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_add_4(int from, int to, const float *const *tap,
                                      const float *residual, int residual_pitch, float *out,
                                      int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        __m256 acc_2 = _mm256_set1_ps(-INFINITY);
        __m256 acc_3 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
            acc_2 = _mm256_max_ps(x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_max_ps(x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_max_ps(x_6, acc_2);
            acc_3 = _mm256_max_ps(x_6, acc_3);
            __m256 x_7 = _mm256_loadu_ps(tap[row * 11 + 7] + c);
            acc_3 = _mm256_max_ps(x_7, acc_3);
            __m256 x_8 = _mm256_loadu_ps(tap[row * 11 + 8] + c);
            acc_3 = _mm256_max_ps(x_8, acc_3);
        }
        __m256 rest_0 = _mm256_loadu_ps(residual + c);
        acc_0 = _mm256_add_ps(acc_0, rest_0);
        _mm256_storeu_ps(out + c, acc_0);
        __m256 rest_1 = _mm256_loadu_ps(residual + residual_pitch + c);
        acc_1 = _mm256_add_ps(acc_1, rest_1);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        __m256 rest_2 = _mm256_loadu_ps(residual + 2 * residual_pitch + c);
        acc_2 = _mm256_add_ps(acc_2, rest_2);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        __m256 rest_3 = _mm256_loadu_ps(residual + 3 * residual_pitch + c);
        acc_3 = _mm256_add_ps(acc_3, rest_3);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
    }
}

/* 3 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_add_3(int from, int to, const float *const *tap,
                                      const float *residual, int residual_pitch, float *out,
                                      int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        __m256 acc_2 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
            acc_2 = _mm256_max_ps(x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_max_ps(x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_max_ps(x_6, acc_2);
        }
        __m256 rest_0 = _mm256_loadu_ps(residual + c);
        acc_0 = _mm256_add_ps(acc_0, rest_0);
        _mm256_storeu_ps(out + c, acc_0);
        __m256 rest_1 = _mm256_loadu_ps(residual + residual_pitch + c);
        acc_1 = _mm256_add_ps(acc_1, rest_1);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        __m256 rest_2 = _mm256_loadu_ps(residual + 2 * residual_pitch + c);
        acc_2 = _mm256_add_ps(acc_2, rest_2);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
    }
}

/* 2 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void largest_3x3_stride2_add_2(int from, int to, const float *const *tap,
                                      const float *residual, int residual_pitch, float *out,
                                      int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        __m256 acc_1 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
            acc_1 = _mm256_max_ps(x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_max_ps(x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_max_ps(x_4, acc_1);
        }
        __m256 rest_0 = _mm256_loadu_ps(residual + c);
        acc_0 = _mm256_add_ps(acc_0, rest_0);
        _mm256_storeu_ps(out + c, acc_0);
        __m256 rest_1 = _mm256_loadu_ps(residual + residual_pitch + c);
        acc_1 = _mm256_add_ps(acc_1, rest_1);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
    }
}

/* 1 output pixel, channels from .. to; tap[row * 11 + column] is where an input stands. */
static void largest_3x3_stride2_add_1(int from, int to, const float *const *tap,
                                      const float *residual, float *out) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_set1_ps(-INFINITY);
        for (int row = 0; row < 3; row++) {
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_max_ps(x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_max_ps(x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_max_ps(x_2, acc_0);
        }
        __m256 rest_0 = _mm256_loadu_ps(residual + c);
        acc_0 = _mm256_add_ps(acc_0, rest_0);
        _mm256_storeu_ps(out + c, acc_0);
    }
}

/* max_pool: 361 pixels of 728 channels. */
static void largest_3x3_stride2_add_19x19_728(const xnc_args *args) {
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    float *scratch = args->scratch;
    /* padding takes no part in a maximum: its taps read -inf */
    for (int c = 0; c < 736; c += 8) {
        __m256 lowest = _mm256_set1_ps(-INFINITY);
        _mm256_storeu_ps(scratch + c, lowest);
    }
    const int lo = (int)((int64_t)361 * args->task / args->tasks);
    const int hi = (int)((int64_t)361 * (args->task + 1) / args->tasks);
    int pixel = lo;
    while (pixel < hi) {
        const int y = pixel / 19;
        const int x = pixel % 19;
        const int count = min_int(min_int(19 - x, hi - pixel), 5);
        const float *tap[33];
        for (int i = 0; i < 3; i++) {
            const int row = y * 2 + i - 1;
            for (int j = 0; j < 11; j++) {
                const int column = x * 2 + j - 1;
                tap[i * 11 + j] = scratch;
                if (row >= 0 && row < 37 && column >= 0 && column < 37)
                    tap[i * 11 + j] = in + (row * 37 + column) * 736;
            }
        }
        if (count == 5)
            largest_3x3_stride2_add_5(0, 736, tap, 7360, residual + pixel * 736, 736,
                                      out + pixel * 736, 736);
        else if (count == 4)
            largest_3x3_stride2_add_4(0, 736, tap, residual + pixel * 736, 736, out + pixel * 736,
                                      736);
        else if (count == 3)
            largest_3x3_stride2_add_3(0, 736, tap, residual + pixel * 736, 736, out + pixel * 736,
                                      736);
        else if (count == 2)
            largest_3x3_stride2_add_2(0, 736, tap, residual + pixel * 736, 736, out + pixel * 736,
                                      736);
        else
            largest_3x3_stride2_add_1(0, 736, tap, residual + pixel * 736, out + pixel * 736);
        pixel += count;
    }
}

/* separable: 361 pixels of 728 channels, each 728 deep; relu on load. */
static void relu_separable_19x19_728_728_relu(const xnc_args *args) {
    enum {
        depth = 728,
        a_pitch = 752,
        out_pitch = 736,
        panel_width = 16,
        ahead = 2,
        tall_tiles = 56
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)61 * args->task / args->tasks);
    const int end = (int)((int64_t)61 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 9) {
        const int last = min_int(first + 9, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[336];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[found + i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            found += 21;
            place += count;
        }
        for (int slice = 0; slice < 736; slice += 96) {
            const int slice_end = min_int(slice + 96, 736);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 19;
                const int count = min_int(min_int(19 - x, hi - pixel), 5);
                if (count == 5)
                    relu_depthwise_3x3_5(slice, slice_end, tap + group, 3680, dw_weight, 736,
                                         scratch + (pixel - lo) * 752, 752);
                else if (count == 4)
                    relu_depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 736,
                                         scratch + (pixel - lo) * 752, 752);
                else if (count == 3)
                    relu_depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 736,
                                         scratch + (pixel - lo) * 752, 752);
                else if (count == 2)
                    relu_depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 736,
                                         scratch + (pixel - lo) * 752, 752);
                else
                    relu_depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 736,
                                         scratch + (pixel - lo) * 752);
                group += 21;
                pixel += count;
            }
        }
        for (int panel = 0; panel < 46; panel++) {
            const int after = (panel + 1) % (46 + (last == end));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 728 channels, each 728 deep. */
static void separable_19x19_728_728_relu(const xnc_args *args) {
    enum {
        depth = 728,
        a_pitch = 752,
        out_pitch = 736,
        panel_width = 16,
        ahead = 2,
        tall_tiles = 56
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)61 * args->task / args->tasks);
    const int end = (int)((int64_t)61 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 9) {
        const int last = min_int(first + 9, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[336];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[found + i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            found += 21;
            place += count;
        }
        for (int slice = 0; slice < 736; slice += 96) {
            const int slice_end = min_int(slice + 96, 736);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 19;
                const int count = min_int(min_int(19 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_5(slice, slice_end, tap + group, 3680, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 4)
                    depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 3)
                    depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 2)
                    depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else
                    depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752);
                group += 21;
                pixel += count;
            }
        }
        for (int panel = 0; panel < 46; panel++) {
            const int after = (panel + 1) % (46 + (last == end));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 728 channels, each 728 deep. */
static void separable_19x19_728_728_add(const xnc_args *args) {
    enum {
        depth = 728,
        a_pitch = 752,
        out_pitch = 736,
        residual_pitch = 736,
        panel_width = 16,
        ahead = 2,
        tall_tiles = 56
    };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)61 * args->task / args->tasks);
    const int end = (int)((int64_t)61 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 9) {
        const int last = min_int(first + 9, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[336];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[found + i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            found += 21;
            place += count;
        }
        for (int slice = 0; slice < 736; slice += 96) {
            const int slice_end = min_int(slice + 96, 736);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 19;
                const int count = min_int(min_int(19 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_5(slice, slice_end, tap + group, 3680, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 4)
                    depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 3)
                    depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 2)
                    depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else
                    depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752);
                group += 21;
                pixel += count;
            }
        }
        for (int panel = 0; panel < 46; panel++) {
            const int after = (panel + 1) % (46 + (last == end));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                const float *rest = residual + p * residual_pitch + channel;
                product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, ahead, fetched, rest,
                                 residual_pitch, out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                const float *rest = residual + p * residual_pitch + channel;
                product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, ahead, fetched, rest,
                                 residual_pitch, out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 1024 channels, each 728 deep. */
static void separable_19x19_728_1024(const xnc_args *args) {
    enum {
        depth = 728,
        a_pitch = 752,
        out_pitch = 1040,
        panel_width = 16,
        ahead = 2,
        tall_tiles = 56
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)61 * args->task / args->tasks);
    const int end = (int)((int64_t)61 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 9) {
        const int last = min_int(first + 9, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[336];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[found + i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            found += 21;
            place += count;
        }
        for (int slice = 0; slice < 736; slice += 96) {
            const int slice_end = min_int(slice + 96, 736);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 19;
                const int count = min_int(min_int(19 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_5(slice, slice_end, tap + group, 3680, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 4)
                    depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 3)
                    depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else if (count == 2)
                    depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752, 752);
                else
                    depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 736,
                                    scratch + (pixel - lo) * 752);
                group += 21;
                pixel += count;
            }
        }
        for (int panel = 0; panel < 64; panel++) {
            const int after = (panel + 1) % (64 + (last == end));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch, weight + channel * depth,
                             bias + channel, ahead, fetched, out + p * out_pitch + channel,
                             out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch, weight + channel * depth,
                             bias + channel, ahead, fetched, out + p * out_pitch + channel,
                             out_pitch);
            }
        }
    }
}

/* max_pool: 100 pixels of 1024 channels. */
static void largest_3x3_stride2_10x10_1024(const xnc_args *args) {
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    /* padding takes no part in a maximum: its taps read -inf */
    for (int c = 0; c < 1024; c += 8) {
        __m256 lowest = _mm256_set1_ps(-INFINITY);
        _mm256_storeu_ps(scratch + c, lowest);
    }
    const int lo = (int)((int64_t)100 * args->task / args->tasks);
    const int hi = (int)((int64_t)100 * (args->task + 1) / args->tasks);
    int pixel = lo;
    while (pixel < hi) {
        const int y = pixel / 10;
        const int x = pixel % 10;
        const int count = min_int(min_int(10 - x, hi - pixel), 5);
        const float *tap[33];
        for (int i = 0; i < 3; i++) {
            const int row = y * 2 + i - 1;
            for (int j = 0; j < 11; j++) {
                const int column = x * 2 + j - 1;
                tap[i * 11 + j] = scratch;
                if (row >= 0 && row < 19 && column >= 0 && column < 19)
                    tap[i * 11 + j] = in + (row * 19 + column) * 1040;
            }
        }
        if (count == 5)
            largest_3x3_stride2_5(0, 1024, tap, 10400, out + pixel * 1040, 1040);
        else if (count == 4)
            largest_3x3_stride2_4(0, 1024, tap, out + pixel * 1040, 1040);
        else if (count == 3)
            largest_3x3_stride2_3(0, 1024, tap, out + pixel * 1040, 1040);
        else if (count == 2)
            largest_3x3_stride2_2(0, 1024, tap, out + pixel * 1040, 1040);
        else
            largest_3x3_stride2_1(0, 1024, tap, out + pixel * 1040);
        pixel += count;
    }
}

/* conv2d: 100 pixels of 1024 channels, each 728 deep. */
static void conv_1x1_stride2_10x10_728_1024_add(const xnc_args *args) {
    enum {
        depth = 728,
        a_pitch = 752,
        out_pitch = 1040,
        residual_pitch = 1040,
        panel_width = 16,
        ahead = 2,
        tall_tiles = 15
    };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)64 * args->task / args->tasks);
    const int end = (int)((int64_t)64 * (args->task + 1) / args->tasks);
    for (int first = 0; first < 17; first += 9) {
        const int last = min_int(first + 9, 17);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        for (int pixel = lo; pixel < hi; pixel++) {
            const int y = pixel / 10;
            const int x = pixel % 10;
            float *patch = scratch + (pixel - lo) * 752;
            for (int i = 0; i < 1; i++) {
                const int row = y * 2 + i;
                for (int j = 0; j < 1; j++) {
                    const int column = x * 2 + j;
                    const float *source = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        source = in + (row * 19 + column) * 736;
                    for (int c = 0; c < 736; c += 8) {
                        __m256 value = _mm256_loadu_ps(source + c);
                        _mm256_storeu_ps(patch + (i + j) * 728 + c, value);
                    }
                }
            }
        }
        for (int panel = begin; panel < end; panel++) {
            const int after = max_int(begin, (panel + 1) % (end + (last == 17)));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                const float *rest = residual + p * residual_pitch + channel;
                product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, ahead, fetched, rest,
                                 residual_pitch, out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                const float *rest = residual + p * residual_pitch + channel;
                product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + channel * depth, bias + channel, ahead, fetched, rest,
                                 residual_pitch, out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* separable: 100 pixels of 1536 channels, each 1024 deep. */
static void separable_10x10_1024_1536_relu(const xnc_args *args) {
    enum {
        depth = 1024,
        a_pitch = 1040,
        out_pitch = 1552,
        panel_width = 16,
        ahead = 3,
        tall_tiles = 15
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)96 * args->task / args->tasks);
    const int end = (int)((int64_t)96 * (args->task + 1) / args->tasks);
    for (int first = 0; first < 17; first += 6) {
        const int last = min_int(first + 6, 17);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[210];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 10;
            const int x = pixel % 10;
            const int count = min_int(min_int(10 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 10 && column >= 0 && column < 10)
                        tap[found + i * 7 + j] = in + (row * 10 + column) * 1040;
                }
            }
            found += 21;
            place += count;
        }
        for (int slice = 0; slice < 1024; slice += 176) {
            const int slice_end = min_int(slice + 176, 1024);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 10;
                const int count = min_int(min_int(10 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_5(slice, slice_end, tap + group, 5200, dw_weight, 1040,
                                    scratch + (pixel - lo) * 1040, 1040);
                else if (count == 4)
                    depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 1040,
                                    scratch + (pixel - lo) * 1040, 1040);
                else if (count == 3)
                    depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 1040,
                                    scratch + (pixel - lo) * 1040, 1040);
                else if (count == 2)
                    depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 1040,
                                    scratch + (pixel - lo) * 1040, 1040);
                else
                    depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 1040,
                                    scratch + (pixel - lo) * 1040);
                group += 21;
                pixel += count;
            }
        }
        for (int panel = begin; panel < end; panel++) {
            const int after = max_int(begin, (panel + 1) % (end + (last == 17)));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* separable: 100 pixels of 2048 channels, each 1536 deep. */
static void separable_10x10_1536_2048_relu(const xnc_args *args) {
    enum {
        depth = 1536,
        a_pitch = 1552,
        out_pitch = 2064,
        panel_width = 16,
        ahead = 3,
        tall_tiles = 15
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)128 * args->task / args->tasks);
    const int end = (int)((int64_t)128 * (args->task + 1) / args->tasks);
    for (int first = 0; first < 17; first += 6) {
        const int last = min_int(first + 6, 17);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[210];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 10;
            const int x = pixel % 10;
            const int count = min_int(min_int(10 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 10 && column >= 0 && column < 10)
                        tap[found + i * 7 + j] = in + (row * 10 + column) * 1552;
                }
            }
            found += 21;
            place += count;
        }
        for (int slice = 0; slice < 1536; slice += 192) {
            const int slice_end = min_int(slice + 192, 1536);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 10;
                const int count = min_int(min_int(10 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_5(slice, slice_end, tap + group, 7760, dw_weight, 1552,
                                    scratch + (pixel - lo) * 1552, 1552);
                else if (count == 4)
                    depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 1552,
                                    scratch + (pixel - lo) * 1552, 1552);
                else if (count == 3)
                    depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 1552,
                                    scratch + (pixel - lo) * 1552, 1552);
                else if (count == 2)
                    depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 1552,
                                    scratch + (pixel - lo) * 1552, 1552);
                else
                    depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 1552,
                                    scratch + (pixel - lo) * 1552);
                group += 21;
                pixel += count;
            }
        }
        for (int panel = begin; panel < end; panel++) {
            const int after = max_int(begin, (panel + 1) % (end + (last == 17)));
            const float *next = weight + after * panel_width * depth;
            const int channel = panel * panel_width;
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                const float *fetched = next + (t - first) * ahead * depth;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + channel * depth, bias + channel, ahead, fetched,
                                  out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* global_pool: avg of 10x10 pixels, 2048 channels. */
static void global_avg_10x10_2048(const xnc_args *args) {
    const float *in = args->in;
    float *out = args->out;
    const int begin = (int)((int64_t)128 * args->task / args->tasks);
    const int end = (int)((int64_t)128 * (args->task + 1) / args->tasks);
    for (int share_of = begin; share_of < end; share_of++) {
        const int image = share_of / 128;
        const int chunk = share_of % 128;
        const float *column = in + image * 206400 + chunk * 16;
        float *pooled = out + image * 2048 + chunk * 16;
        for (int c = 0; c < 16; c += 8) {
            __m256 sum = _mm256_setzero_ps();
            for (int p = 0; p < 100; p++) {
                __m256 value = _mm256_loadu_ps(column + p * 2064 + c);
                sum = _mm256_add_ps(sum, value);
            }
            __m256 share = _mm256_set1_ps(0.01f);
            sum = _mm256_mul_ps(sum, share);
            _mm256_storeu_ps(pooled + c, sum);
        }
    }
}

/* A register tile: 1 pixel x 56 output channels of a product over depth. */
XNC_INLINE void product_1x56(int depth, const float *a, const float *w, const float *bias,
                             int ahead, const float *next, float *out) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_0_2 = _mm256_loadu_ps(bias + 16);
    __m256 acc_0_3 = _mm256_loadu_ps(bias + 24);
    __m256 acc_0_4 = _mm256_loadu_ps(bias + 32);
    __m256 acc_0_5 = _mm256_loadu_ps(bias + 40);
    __m256 acc_0_6 = _mm256_loadu_ps(bias + 48);
    XNC_UNROLL(4)
    for (int k = 0; k < depth; k++) {
        for (int i = 0; i < ahead; i += 16) {
            _mm_prefetch((const char *)(next + k * ahead + i), _MM_HINT_T1);
        }
        __m256 b_0 = _mm256_loadu_ps(w + k * 56);
        __m256 b_1 = _mm256_loadu_ps(w + k * 56 + 8);
        __m256 b_2 = _mm256_loadu_ps(w + k * 56 + 16);
        __m256 b_3 = _mm256_loadu_ps(w + k * 56 + 24);
        __m256 b_4 = _mm256_loadu_ps(w + k * 56 + 32);
        __m256 b_5 = _mm256_loadu_ps(w + k * 56 + 40);
        __m256 b_6 = _mm256_loadu_ps(w + k * 56 + 48);
        __m256 x_0 = _mm256_set1_ps(a[k]);
        acc_0_0 = _mm256_fmadd_ps(x_0, b_0, acc_0_0);
        acc_0_1 = _mm256_fmadd_ps(x_0, b_1, acc_0_1);
        acc_0_2 = _mm256_fmadd_ps(x_0, b_2, acc_0_2);
        acc_0_3 = _mm256_fmadd_ps(x_0, b_3, acc_0_3);
        acc_0_4 = _mm256_fmadd_ps(x_0, b_4, acc_0_4);
        acc_0_5 = _mm256_fmadd_ps(x_0, b_5, acc_0_5);
        acc_0_6 = _mm256_fmadd_ps(x_0, b_6, acc_0_6);
    }
    _mm256_storeu_ps(out, acc_0_0);
    _mm256_storeu_ps(out + 8, acc_0_1);
    _mm256_storeu_ps(out + 16, acc_0_2);
    _mm256_storeu_ps(out + 24, acc_0_3);
    _mm256_storeu_ps(out + 32, acc_0_4);
    _mm256_storeu_ps(out + 40, acc_0_5);
    _mm256_storeu_ps(out + 48, acc_0_6);
}

/* linear: 1 pixel of 1000 channels, each 2048 deep. */
static void linear_2048_1000(const xnc_args *args) {
    enum { depth = 2048, a_pitch = 2048, out_pitch = 1008, panel_width = 56, ahead = 14 };
    const float *in = args->in;
    float *out = args->out;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)18 * args->task / args->tasks);
    const int end = (int)((int64_t)18 * (args->task + 1) / args->tasks);
    const int first = 0;
    const int last = 1;
    for (int panel = begin; panel < end; panel++) {
        const int after = panel + 1;
        const float *next = weight + after * panel_width * depth;
        const int channel = panel * panel_width;
        for (int t = first; t < last; t++) {
            const int p = t;
            const float *fetched = next + (t - first) * ahead * depth;
            product_1x56(depth, in + p * a_pitch, weight + channel * depth, bias + channel, ahead,
                         fetched, out + p * out_pitch + channel);
        }
    }
}

/* to_nchw: 1x1 pixels, 1000 channels, for the caller. */
static void to_nchw_1x1_1000(const xnc_args *args) {
    const float *in = args->in;
    float *out = args->out;
    const int begin = (int)((int64_t)1000 * args->task / args->tasks);
    const int end = (int)((int64_t)1000 * (args->task + 1) / args->tasks);
    for (int plane = begin; plane < end; plane++) {
        const float *from = in + (plane / 1000) * 1008 + plane % 1000;
        for (int p = 0; p < 1; p++)
            out[plane + p] = from[p * 1008];
    }
}

/* The layers in order of execution, named as in the description, whose line is beside them. Places
 * are bytes in the arena; weights are bytes in the blob's content.
 */
static const xnc_layer layers[] = {
    {
        .name = "block1.skip",
        .op = "region",
        .line = 42,
        .kernel = region_74x74_128,
        .in = XNC_AT_INPUT,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {0, -1, -1, -1, -1},
        .scratch_offset = 2803712,
        .scratch_bytes = 848960,
        .macs = 1030741280,
    },
    {
        .name = "block2.skip",
        .op = "region",
        .line = 49,
        .kernel = region_37x37_256,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 4508288,
        .weights = {217088, -1, -1, -1, -1},
        .scratch_offset = 5910144,
        .scratch_bytes = 582144,
        .macs = 602097152,
    },
    {
        .name = "block3.rep.1.pointwise",
        .op = "separable",
        .line = 50,
        .kernel = relu_separable_37x37_256_728_relu,
        .in = 4508288,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {758272, 1511936, 1514880, -1, -1},
        .scratch_offset = 5910144,
        .scratch_bytes = 189312,
        .macs = 258291968,
    },
    {
        .name = "block3.skip",
        .op = "conv2d",
        .line = 50,
        .kernel = conv_1x1_stride2_19x19_256_728,
        .in = 4508288,
        .residual = XNC_AT_NOTHING,
        .out = 8060672,
        .weights = {3696768, 4450432, -1, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 137088,
        .macs = 67278848,
    },
    {
        .name = "block3.rep.4.pointwise",
        .op = "separable",
        .line = 50,
        .kernel = separable_37x37_728_728,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 4030336,
        .weights = {1524096, 3667328, 3670272, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 180480,
        .macs = 734517784,
    },
    {
        .name = "block3.rep.6",
        .op = "max_pool",
        .line = 50,
        .kernel = largest_3x3_stride2_add_19x19_728,
        .in = 4030336,
        .residual = 8060672,
        .out = 8060672,
        .weights = {-1, -1, -1, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 2944,
        .macs = 0,
    },
    {
        .name = "block4.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {4453376, 6596608, 6599552, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block4.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {6626048, 8769280, 8772224, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block4.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {8798720, 10941952, 10944896, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block5.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {10971392, 13114624, 13117568, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block5.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {13144064, 15287296, 15290240, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block5.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {15316736, 17459968, 17462912, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block6.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {17489408, 19632640, 19635584, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block6.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {19662080, 21805312, 21808256, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block6.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {21834752, 23977984, 23980928, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block7.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {24007424, 26150656, 26153600, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block7.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {26180096, 28323328, 28326272, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block7.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {28352768, 30496000, 30498944, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block8.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {30525440, 32668672, 32671616, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block8.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {32698112, 34841344, 34844288, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block8.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {34870784, 37014016, 37016960, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block9.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {37043456, 39186688, 39189632, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block9.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {39216128, 41359360, 41362304, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block9.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {41388800, 43532032, 43534976, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block10.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {43561472, 45704704, 45707648, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block10.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {45734144, 47877376, 47880320, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block10.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {47906816, 50050048, 50052992, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block11.rep.1.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {50079488, 52222720, 52225664, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block11.rep.4.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {52252160, 54395392, 54398336, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block11.rep.7.pointwise",
        .op = "separable",
        .line = 52,
        .kernel = separable_19x19_728_728_add,
        .in = 1062784,
        .residual = 8060672,
        .out = 8060672,
        .weights = {54424832, 56568064, 56571008, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block12.rep.1.pointwise",
        .op = "separable",
        .line = 54,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 8060672,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {56597504, 58740736, 58743680, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "block12.rep.4.pointwise",
        .op = "separable",
        .line = 54,
        .kernel = separable_19x19_728_1024,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {58770176, 61752064, 61756160, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 271480664,
    },
    {
        .name = "block12.rep.6",
        .op = "max_pool",
        .line = 54,
        .kernel = largest_3x3_stride2_10x10_1024,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {-1, -1, -1, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 4096,
        .macs = 0,
    },
    {
        .name = "block12.skip",
        .op = "conv2d",
        .line = 54,
        .kernel = conv_1x1_stride2_10x10_728_1024_add,
        .in = 8060672,
        .residual = 0,
        .out = 0,
        .weights = {61782656, 64764544, -1, -1, -1},
        .scratch_offset = 9123456,
        .scratch_bytes = 162432,
        .macs = 74547200,
    },
    {
        .name = "conv3.pointwise",
        .op = "separable",
        .line = 56,
        .kernel = separable_10x10_1024_1536_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 416000,
        .weights = {64768640, 71060096, 71066240, -1, -1},
        .scratch_offset = 1036800,
        .scratch_bytes = 149760,
        .macs = 158208000,
    },
    {
        .name = "conv4.pointwise",
        .op = "separable",
        .line = 57,
        .kernel = separable_10x10_1536_2048_relu,
        .in = 416000,
        .residual = XNC_AT_NOTHING,
        .out = 1036800,
        .weights = {71103680, 83686592, 83694784, -1, -1},
        .scratch_offset = 1862400,
        .scratch_bytes = 223488,
        .macs = 315955200,
    },
    {
        .name = "global_pool",
        .op = "global_pool",
        .line = 59,
        .kernel = global_avg_10x10_2048,
        .in = 1036800,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {-1, -1, -1, -1, -1},
        .macs = 0,
    },
    {
        .name = "fc",
        .op = "linear",
        .line = 59,
        .kernel = linear_2048_1000,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 8192,
        .weights = {83750656, 92008192, -1, -1, -1},
        .macs = 2048000,
    },
    {
        .name = "fc.out",
        .op = "to_nchw",
        .line = 59,
        .kernel = to_nchw_1x1_1000,
        .in = 8192,
        .residual = XNC_AT_NOTHING,
        .out = XNC_AT_OUTPUT(0),
        .weights = {-1, -1, -1, -1, -1},
        .macs = 0,
    },
};

/* The arena holds the largest of base + threads * per_thread. */
static const struct xnc_arena_term arena_terms[] = {
    {.base = 9123456, .per_thread = 180480},
    {.base = 5910144, .per_thread = 582144},
    {.base = 2803712, .per_thread = 848960},
};

static const xnc_tensor_info outputs[] = {
    {.name = "fc.out", .rank = 2, .shape = {1, 1000}},
};

const xnc_model xception_model = {
    .abi = XNC_ABI,
    .name = "xception",
    .version = "0.1.0",
    .target = "x86-64-v3",
    .features = "avx2 fma f16c",
    .digest = 0x13c891f8649de589,
    .packing = 0xf77503e4fa0ed62e,
    .weights_bytes = XCEPTION_WEIGHTS_BYTES,
    .arena_terms = arena_terms,
    .n_arena_terms = sizeof arena_terms / sizeof *arena_terms,
    .input = {.name = "input", .rank = 4, .shape = {1, 3, 299, 299}},
    .outputs = outputs,
    .n_outputs = sizeof outputs / sizeof *outputs,
    .layers = layers,
    .n_layers = sizeof layers / sizeof *layers,
    .macs = XCEPTION_MACS,
    .preprocess =
        {
            .height = 299,
            .width = 299,
            .crop_pct = 0.8975,
            .mean = {0.5f, 0.5f, 0.5f, 0.5f},
            .std = {0.5f, 0.5f, 0.5f, 0.5f},
            .interpolation = "bicubic",
            .crop_mode = "center",
        },
};
