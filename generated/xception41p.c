/* xception41p.c - the kernels and layers of xception41p in C for x86 with AVX2 and FMA, 8 lanes.
 *
 * Written by xnc 0.1.0 from the description of xception41p. Digest of the network:
 * 974c4c7335caccd1.
 * SPDX-License-Identifier: MIT-0
 */
#include "xception41p.h"

#include "xnc_model.h"

#if !defined(__AVX2__) || !defined(__FMA__) || !defined(__F16C__)
#error "compile this file with -mavx2 -mfma -mf16c"
#endif

#include <immintrin.h>

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

/* conv2d: 22500 pixels of 32 channels, each 27 deep. */
static void conv_3x3_stride2_150x150_3_32_relu_rows(int first_row, int end_row, const float *in,
                                                    float *out, float *scratch, const float *weight,
                                                    const float *bias) {
    enum {
        depth = 27,
        lines = 3,
        line_depth = 9,
        line_pitch = 944,
        a_pitch = 6,
        out_pitch = 32,
        panel_width = 16,
        out_rows = 4
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 4800;
        for (int i = 0; i < 3; i++) {
            const int row = y * 2 + i - 1;
            float *line = scratch + i * line_pitch;
            if (row >= 0 && row < 299) {
                for (int c = 0; c < 3; c++)
                    line[c] = zeros[0];
                for (int x = 1; x < 300; x++) {
                    for (int c = 0; c < 3; c++)
                        line[x * 3 + c] = in[c * 89401 + row * 299 + x - 1];
                }
                for (int c = 900; c < 903; c++)
                    line[c] = zeros[0];
            } else {
                for (int c = 0; c < 903; c++)
                    line[c] = zeros[0];
            }
        }
        const int first = 0;
        const int last = 25;
        for (int panel = 0; panel < 2; panel++) {
            const int channel = panel * panel_width;
            for (int t = first; t < last; t++) {
                const int p = t * 6;
                product_6x16_lines_relu(line_depth, lines, line_pitch, scratch + p * a_pitch,
                                        a_pitch, weight + channel * depth, bias + channel, 0,
                                        weight, out_row + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* conv2d: 22500 pixels of 64 channels, each 288 deep. */
static void conv_3x3_150x150_32_64_relu_rows(int first_row, int end_row, const float *in,
                                             float *out, float *scratch, const float *weight,
                                             const float *bias) {
    enum {
        depth = 288,
        lines = 3,
        line_depth = 96,
        line_pitch = 4880,
        a_pitch = 32,
        out_pitch = 64,
        panel_width = 16,
        in_rows = 4,
        out_rows = 4
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 9600;
        for (int i = 0; i < 3; i++) {
            const int row = y + i - 1;
            float *line = scratch + i * line_pitch;
            for (int x = 0; x < 152; x++) {
                const int column = x - 1;
                const float *source = zeros;
                if (row >= 0 && row < 150 && column >= 0 && column < 150)
                    source = in + ((row % in_rows) * 150 + column) * 32;
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
            for (int t = first; t < last; t++) {
                const int p = t * 6;
                product_6x16_lines_relu(line_depth, lines, line_pitch, scratch + p * a_pitch,
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

/* separable: 22500 pixels of 128 channels, each 64 deep. */
static void separable_150x150_64_128_relu_rows(int first_row, int end_row, const float *in,
                                               float *out, float *scratch, const float *weight,
                                               const float *bias, const float *dw_weight) {
    enum { depth = 64, a_pitch = 80, out_pitch = 128, panel_width = 16, in_rows = 4, out_rows = 4 };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 19200;
        for (int first = 0; first < 25; first += 7) {
            const int last = min_int(first + 7, 25);
            const int lo = first * 6;
            const int hi = last * 6;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(150 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 150 && column >= 0 && column < 150)
                            tap[i * 7 + j] = in + ((row % in_rows) * 150 + column) * 64;
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
                for (int t = first; t < last; t++) {
                    const int p = t * 6;
                    product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, 0, weight,
                                      out_row + p * out_pitch + channel, out_pitch);
                }
            }
        }
    }
}

/* separable: 22500 pixels of 128 channels, each 128 deep. */
static void separable_150x150_128_128_relu_rows(int first_row, int end_row, const float *in,
                                                float *out, float *scratch, const float *weight,
                                                const float *bias, const float *dw_weight) {
    enum {
        depth = 128,
        a_pitch = 144,
        out_pitch = 128,
        panel_width = 16,
        in_rows = 4,
        out_rows = 3
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 19200;
        for (int first = 0; first < 25; first += 4) {
            const int last = min_int(first + 4, 25);
            const int lo = first * 6;
            const int hi = last * 6;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(150 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 150 && column >= 0 && column < 150)
                            tap[i * 7 + j] = in + ((row % in_rows) * 150 + column) * 128;
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
                for (int t = first; t < last; t++) {
                    const int p = t * 6;
                    product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
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
static void depthwise_3x3_stride2_5(int from, int to, const float *const *tap, int ahead,
                                    const float *w, int w_pitch, float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        __m256 acc_3 = _mm256_setzero_ps();
        __m256 acc_4 = _mm256_setzero_ps();
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
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_1, x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_4, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_fmadd_ps(b_1, x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_fmadd_ps(b_2, x_6, acc_2);
            acc_3 = _mm256_fmadd_ps(b_0, x_6, acc_3);
            __m256 x_7 = _mm256_loadu_ps(tap[row * 11 + 7] + c);
            acc_3 = _mm256_fmadd_ps(b_1, x_7, acc_3);
            __m256 x_8 = _mm256_loadu_ps(tap[row * 11 + 8] + c);
            acc_3 = _mm256_fmadd_ps(b_2, x_8, acc_3);
            acc_4 = _mm256_fmadd_ps(b_0, x_8, acc_4);
            __m256 x_9 = _mm256_loadu_ps(tap[row * 11 + 9] + c);
            acc_4 = _mm256_fmadd_ps(b_1, x_9, acc_4);
            __m256 x_10 = _mm256_loadu_ps(tap[row * 11 + 10] + c);
            acc_4 = _mm256_fmadd_ps(b_2, x_10, acc_4);
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
static void depthwise_3x3_stride2_4(int from, int to, const float *const *tap, const float *w,
                                    int w_pitch, float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        __m256 acc_3 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_1, x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_4, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_fmadd_ps(b_1, x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_fmadd_ps(b_2, x_6, acc_2);
            acc_3 = _mm256_fmadd_ps(b_0, x_6, acc_3);
            __m256 x_7 = _mm256_loadu_ps(tap[row * 11 + 7] + c);
            acc_3 = _mm256_fmadd_ps(b_1, x_7, acc_3);
            __m256 x_8 = _mm256_loadu_ps(tap[row * 11 + 8] + c);
            acc_3 = _mm256_fmadd_ps(b_2, x_8, acc_3);
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
static void depthwise_3x3_stride2_3(int from, int to, const float *const *tap, const float *w,
                                    int w_pitch, float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        __m256 acc_2 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_1, x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_4, acc_1);
            acc_2 = _mm256_fmadd_ps(b_0, x_4, acc_2);
            __m256 x_5 = _mm256_loadu_ps(tap[row * 11 + 5] + c);
            acc_2 = _mm256_fmadd_ps(b_1, x_5, acc_2);
            __m256 x_6 = _mm256_loadu_ps(tap[row * 11 + 6] + c);
            acc_2 = _mm256_fmadd_ps(b_2, x_6, acc_2);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
    }
}

/* 2 output pixels side by side, channels from .. to; tap[row * 11 + column] is where an input
 * stands.
 */
static void depthwise_3x3_stride2_2(int from, int to, const float *const *tap, const float *w,
                                    int w_pitch, float *out, int out_pitch) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        __m256 acc_1 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
            acc_1 = _mm256_fmadd_ps(b_0, x_2, acc_1);
            __m256 x_3 = _mm256_loadu_ps(tap[row * 11 + 3] + c);
            acc_1 = _mm256_fmadd_ps(b_1, x_3, acc_1);
            __m256 x_4 = _mm256_loadu_ps(tap[row * 11 + 4] + c);
            acc_1 = _mm256_fmadd_ps(b_2, x_4, acc_1);
        }
        _mm256_storeu_ps(out + c, acc_0);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
    }
}

/* 1 output pixel, channels from .. to; tap[row * 11 + column] is where an input stands. */
static void depthwise_3x3_stride2_1(int from, int to, const float *const *tap, const float *w,
                                    int w_pitch, float *out) {
    for (int c = from; c < to; c += 8) {
        __m256 acc_0 = _mm256_setzero_ps();
        for (int row = 0; row < 3; row++) {
            __m256 b_0 = _mm256_loadu_ps(w + row * 3 * w_pitch + c);
            __m256 b_1 = _mm256_loadu_ps(w + (row * 3 + 1) * w_pitch + c);
            __m256 b_2 = _mm256_loadu_ps(w + (row * 3 + 2) * w_pitch + c);
            __m256 x_0 = _mm256_loadu_ps(tap[row * 11] + c);
            acc_0 = _mm256_fmadd_ps(b_0, x_0, acc_0);
            __m256 x_1 = _mm256_loadu_ps(tap[row * 11 + 1] + c);
            acc_0 = _mm256_fmadd_ps(b_1, x_1, acc_0);
            __m256 x_2 = _mm256_loadu_ps(tap[row * 11 + 2] + c);
            acc_0 = _mm256_fmadd_ps(b_2, x_2, acc_0);
        }
        _mm256_storeu_ps(out + c, acc_0);
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

/* separable: 5625 pixels of 128 channels, each 128 deep. */
static void separable_stride2_75x75_128_128_rows(int first_row, int end_row, const float *in,
                                                 float *out, float *scratch, const float *weight,
                                                 const float *bias, const float *dw_weight) {
    enum {
        depth = 128,
        a_pitch = 144,
        out_pitch = 128,
        panel_width = 16,
        tall_tiles = 10,
        in_rows = 3,
        out_rows = 1
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 9600;
        for (int first = 0; first < 13; first += 4) {
            const int last = min_int(first + 4, 13);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(75 - x, hi - pixel), 5);
                const float *tap[33];
                for (int i = 0; i < 3; i++) {
                    const int row = y * 2 + i - 1;
                    for (int j = 0; j < 11; j++) {
                        const int column = x * 2 + j - 1;
                        tap[i * 11 + j] = zeros;
                        if (row >= 0 && row < 150 && column >= 0 && column < 150)
                            tap[i * 11 + j] = in + ((row % in_rows) * 150 + column) * 128;
                    }
                }
                if (count == 5)
                    depthwise_3x3_stride2_5(0, 128, tap, 1280, dw_weight, 128,
                                            scratch + (pixel - lo) * 144, 144);
                else if (count == 4)
                    depthwise_3x3_stride2_4(0, 128, tap, dw_weight, 128,
                                            scratch + (pixel - lo) * 144, 144);
                else if (count == 3)
                    depthwise_3x3_stride2_3(0, 128, tap, dw_weight, 128,
                                            scratch + (pixel - lo) * 144, 144);
                else if (count == 2)
                    depthwise_3x3_stride2_2(0, 128, tap, dw_weight, 128,
                                            scratch + (pixel - lo) * 144, 144);
                else
                    depthwise_3x3_stride2_1(0, 128, tap, dw_weight, 128,
                                            scratch + (pixel - lo) * 144);
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

/* A register tile: 6 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_6x16_add_relu(int depth, const float *a, int a_pitch, const float *w,
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
    __m256 nought = _mm256_setzero_ps();
    __m256 rest_0_0 = _mm256_loadu_ps(residual);
    acc_0_0 = _mm256_add_ps(acc_0_0, rest_0_0);
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    __m256 rest_1_0 = _mm256_loadu_ps(residual + residual_pitch);
    acc_1_0 = _mm256_add_ps(acc_1_0, rest_1_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    __m256 rest_2_0 = _mm256_loadu_ps(residual + 2 * residual_pitch);
    acc_2_0 = _mm256_add_ps(acc_2_0, rest_2_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    __m256 rest_3_0 = _mm256_loadu_ps(residual + 3 * residual_pitch);
    acc_3_0 = _mm256_add_ps(acc_3_0, rest_3_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    __m256 rest_4_0 = _mm256_loadu_ps(residual + 4 * residual_pitch);
    acc_4_0 = _mm256_add_ps(acc_4_0, rest_4_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    __m256 rest_5_0 = _mm256_loadu_ps(residual + 5 * residual_pitch);
    acc_5_0 = _mm256_add_ps(acc_5_0, rest_5_0);
    acc_5_0 = _mm256_max_ps(acc_5_0, nought);
    _mm256_storeu_ps(out + 5 * out_pitch, acc_5_0);
    __m256 rest_0_1 = _mm256_loadu_ps(residual + 8);
    acc_0_1 = _mm256_add_ps(acc_0_1, rest_0_1);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    __m256 rest_1_1 = _mm256_loadu_ps(residual + residual_pitch + 8);
    acc_1_1 = _mm256_add_ps(acc_1_1, rest_1_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    __m256 rest_2_1 = _mm256_loadu_ps(residual + 2 * residual_pitch + 8);
    acc_2_1 = _mm256_add_ps(acc_2_1, rest_2_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    __m256 rest_3_1 = _mm256_loadu_ps(residual + 3 * residual_pitch + 8);
    acc_3_1 = _mm256_add_ps(acc_3_1, rest_3_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    __m256 rest_4_1 = _mm256_loadu_ps(residual + 4 * residual_pitch + 8);
    acc_4_1 = _mm256_add_ps(acc_4_1, rest_4_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
    __m256 rest_5_1 = _mm256_loadu_ps(residual + 5 * residual_pitch + 8);
    acc_5_1 = _mm256_add_ps(acc_5_1, rest_5_1);
    acc_5_1 = _mm256_max_ps(acc_5_1, nought);
    _mm256_storeu_ps(out + 5 * out_pitch + 8, acc_5_1);
}

/* A register tile: 5 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_5x16_add_relu(int depth, const float *a, int a_pitch, const float *w,
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
    __m256 nought = _mm256_setzero_ps();
    __m256 rest_0_0 = _mm256_loadu_ps(residual);
    acc_0_0 = _mm256_add_ps(acc_0_0, rest_0_0);
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    __m256 rest_1_0 = _mm256_loadu_ps(residual + residual_pitch);
    acc_1_0 = _mm256_add_ps(acc_1_0, rest_1_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    __m256 rest_2_0 = _mm256_loadu_ps(residual + 2 * residual_pitch);
    acc_2_0 = _mm256_add_ps(acc_2_0, rest_2_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    __m256 rest_3_0 = _mm256_loadu_ps(residual + 3 * residual_pitch);
    acc_3_0 = _mm256_add_ps(acc_3_0, rest_3_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    __m256 rest_4_0 = _mm256_loadu_ps(residual + 4 * residual_pitch);
    acc_4_0 = _mm256_add_ps(acc_4_0, rest_4_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    __m256 rest_0_1 = _mm256_loadu_ps(residual + 8);
    acc_0_1 = _mm256_add_ps(acc_0_1, rest_0_1);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    __m256 rest_1_1 = _mm256_loadu_ps(residual + residual_pitch + 8);
    acc_1_1 = _mm256_add_ps(acc_1_1, rest_1_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    __m256 rest_2_1 = _mm256_loadu_ps(residual + 2 * residual_pitch + 8);
    acc_2_1 = _mm256_add_ps(acc_2_1, rest_2_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    __m256 rest_3_1 = _mm256_loadu_ps(residual + 3 * residual_pitch + 8);
    acc_3_1 = _mm256_add_ps(acc_3_1, rest_3_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    __m256 rest_4_1 = _mm256_loadu_ps(residual + 4 * residual_pitch + 8);
    acc_4_1 = _mm256_add_ps(acc_4_1, rest_4_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
}

/* conv2d: 5625 pixels of 128 channels, each 64 deep. */
static void conv_1x1_stride2_75x75_64_128_add_relu_rows(int first_row, int end_row, const float *in,
                                                        const float *residual, float *out,
                                                        float *scratch, const float *weight,
                                                        const float *bias) {
    enum {
        depth = 64,
        a_pitch = 80,
        out_pitch = 128,
        residual_pitch = 128,
        panel_width = 16,
        tall_tiles = 10,
        in_rows = 4,
        residual_rows = 1
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + y * 9600;
        const float *residual_row = residual + (y % residual_rows) * 9600;
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
                        if (row >= 0 && row < 150 && column >= 0 && column < 150)
                            source = in + ((row % in_rows) * 150 + column) * 64;
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
                    product_6x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                          weight + channel * depth, bias + channel, 0, weight, rest,
                                          residual_pitch, out_row + p * out_pitch + channel,
                                          out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    const float *rest = residual_row + p * residual_pitch + channel;
                    product_5x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                          weight + channel * depth, bias + channel, 0, weight, rest,
                                          residual_pitch, out_row + p * out_pitch + channel,
                                          out_pitch);
                }
            }
        }
    }
}

/* Large maps as streams: for each row of the result every stage makes the rows that are asked of it
 * and not there yet.
 * Row y of a value with a ring of n rows stands at row y % n of the ring, in the scratch of this
 * task. The stages:
 * 0: stem.0.conv, 150x150, 32 channels, a ring of 4 rows
 * 1: stem.1, 150x150, 64 channels, a ring of 4 rows
 * 2: blocks.0.stack.conv1.conv_pw, 150x150, 128 channels, a ring of 4 rows
 * 3: blocks.0.stack.conv2.conv_pw, 150x150, 128 channels, a ring of 3 rows
 * 4: blocks.0.stack.conv3.conv_pw, 75x75, 128 channels, a ring of 1 row
 * 5: blocks.0.shortcut, 75x75, 128 channels, the result
 */
static void region_75x75_128(const xnc_args *args) {
    const float *w0 = args->w[0];
    float *scratch = args->scratch;
    float *ring_0 = scratch;
    float *ring_1 = scratch + 19200;
    float *ring_2 = scratch + 57600;
    float *ring_3 = scratch + 134400;
    float *ring_4 = scratch + 192000;
    float *stage_scratch = scratch + 201600;
    const int first = (int)((int64_t)75 * args->task / args->tasks);
    const int last = (int)((int64_t)75 * (args->task + 1) / args->tasks);
    const float *image_in = args->in;
    float *image_out = args->out;
    /* rows of stage i below done_i are there, or are another task's */
    int done_0 = max_int(first * 2 - 4, 0);
    int done_1 = max_int(first * 2 - 3, 0);
    int done_2 = max_int(first * 2 - 2, 0);
    int done_3 = max_int(first * 2 - 1, 0);
    int done_4 = first;
    int done_5 = first;
    for (int row = first - 4; row < last; row++) {
        /* stem.0.conv */
        const int end_0 = min_int(row * 2 + 5, 150);
        conv_3x3_stride2_150x150_3_32_relu_rows(done_0, end_0, image_in, ring_0, stage_scratch, w0,
                                                w0 + 864);
        done_0 = max_int(done_0, end_0);
        /* stem.1 */
        const int end_1 = min_int(row * 2 + 4, 150);
        conv_3x3_150x150_32_64_relu_rows(done_1, end_1, ring_0, ring_1, stage_scratch, w0 + 896,
                                         w0 + 19328);
        done_1 = max_int(done_1, end_1);
        /* blocks.0.stack.conv1.conv_pw */
        const int end_2 = min_int(row * 2 + 3, 150);
        separable_150x150_64_128_relu_rows(done_2, end_2, ring_1, ring_2, stage_scratch, w0 + 19392,
                                           w0 + 27584, w0 + 27712);
        done_2 = max_int(done_2, end_2);
        /* blocks.0.stack.conv2.conv_pw */
        const int end_3 = min_int(row * 2 + 2, 150);
        separable_150x150_128_128_relu_rows(done_3, end_3, ring_2, ring_3, stage_scratch,
                                            w0 + 28288, w0 + 44672, w0 + 44800);
        done_3 = max_int(done_3, end_3);
        /* blocks.0.stack.conv3.conv_pw */
        const int end_4 = min_int(row + 1, 75);
        separable_stride2_75x75_128_128_rows(done_4, end_4, ring_3, ring_4, stage_scratch,
                                             w0 + 45952, w0 + 62336, w0 + 62464);
        done_4 = max_int(done_4, end_4);
        /* blocks.0.shortcut */
        const int end_5 = min_int(row + 1, 75);
        conv_1x1_stride2_75x75_64_128_add_relu_rows(done_5, end_5, ring_1, ring_4, image_out,
                                                    stage_scratch, w0 + 63616, w0 + 71808);
        done_5 = max_int(done_5, end_5);
    }
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

/* separable: 5625 pixels of 256 channels, each 128 deep. */
static void separable_75x75_128_256_relu_rows(int first_row, int end_row, const float *in,
                                              float *out, float *scratch, const float *weight,
                                              const float *bias, const float *dw_weight) {
    enum {
        depth = 128,
        a_pitch = 144,
        out_pitch = 256,
        panel_width = 16,
        tall_tiles = 10,
        out_rows = 4
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 19200;
        for (int first = 0; first < 13; first += 4) {
            const int last = min_int(first + 4, 13);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(75 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 75 && column >= 0 && column < 75)
                            tap[i * 7 + j] = in + (row * 75 + column) * 128;
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

/* separable: 5625 pixels of 256 channels, each 256 deep. */
static void separable_75x75_256_256_relu_rows(int first_row, int end_row, const float *in,
                                              float *out, float *scratch, const float *weight,
                                              const float *bias, const float *dw_weight) {
    enum {
        depth = 256,
        a_pitch = 272,
        out_pitch = 256,
        panel_width = 16,
        tall_tiles = 10,
        in_rows = 4,
        out_rows = 3
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 19200;
        for (int first = 0; first < 13; first += 2) {
            const int last = min_int(first + 2, 13);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(75 - x, hi - pixel), 5);
                const float *tap[21];
                for (int i = 0; i < 3; i++) {
                    const int row = y + i - 1;
                    for (int j = 0; j < 7; j++) {
                        const int column = x + j - 1;
                        tap[i * 7 + j] = zeros;
                        if (row >= 0 && row < 75 && column >= 0 && column < 75)
                            tap[i * 7 + j] = in + ((row % in_rows) * 75 + column) * 256;
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

/* separable: 1444 pixels of 256 channels, each 256 deep. */
static void separable_stride2_38x38_256_256_rows(int first_row, int end_row, const float *in,
                                                 float *out, float *scratch, const float *weight,
                                                 const float *bias, const float *dw_weight) {
    enum {
        depth = 256,
        a_pitch = 272,
        out_pitch = 256,
        panel_width = 16,
        tall_tiles = 3,
        in_rows = 3,
        out_rows = 1
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + (y % out_rows) * 9728;
        for (int first = 0; first < 7; first += 2) {
            const int last = min_int(first + 2, 7);
            const int lo = first * 5 + min_int(first, tall_tiles);
            const int hi = last * 5 + min_int(last, tall_tiles);
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel;
                const int count = min_int(min_int(38 - x, hi - pixel), 5);
                const float *tap[33];
                for (int i = 0; i < 3; i++) {
                    const int row = y * 2 + i - 1;
                    for (int j = 0; j < 11; j++) {
                        const int column = x * 2 + j - 1;
                        tap[i * 11 + j] = zeros;
                        if (row >= 0 && row < 75 && column >= 0 && column < 75)
                            tap[i * 11 + j] = in + ((row % in_rows) * 75 + column) * 256;
                    }
                }
                if (count == 5)
                    depthwise_3x3_stride2_5(0, 256, tap, 2560, dw_weight, 256,
                                            scratch + (pixel - lo) * 272, 272);
                else if (count == 4)
                    depthwise_3x3_stride2_4(0, 256, tap, dw_weight, 256,
                                            scratch + (pixel - lo) * 272, 272);
                else if (count == 3)
                    depthwise_3x3_stride2_3(0, 256, tap, dw_weight, 256,
                                            scratch + (pixel - lo) * 272, 272);
                else if (count == 2)
                    depthwise_3x3_stride2_2(0, 256, tap, dw_weight, 256,
                                            scratch + (pixel - lo) * 272, 272);
                else
                    depthwise_3x3_stride2_1(0, 256, tap, dw_weight, 256,
                                            scratch + (pixel - lo) * 272);
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

/* conv2d: 1444 pixels of 256 channels, each 128 deep. */
static void conv_1x1_stride2_38x38_128_256_add_relu_rows(int first_row, int end_row,
                                                         const float *in, const float *residual,
                                                         float *out, float *scratch,
                                                         const float *weight, const float *bias) {
    enum {
        depth = 128,
        a_pitch = 144,
        out_pitch = 256,
        residual_pitch = 256,
        panel_width = 16,
        tall_tiles = 3,
        residual_rows = 1
    };
    for (int y = first_row; y < end_row; y++) {
        float *out_row = out + y * 9728;
        const float *residual_row = residual + (y % residual_rows) * 9728;
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
                        if (row >= 0 && row < 75 && column >= 0 && column < 75)
                            source = in + (row * 75 + column) * 128;
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
                    product_6x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                          weight + channel * depth, bias + channel, 0, weight, rest,
                                          residual_pitch, out_row + p * out_pitch + channel,
                                          out_pitch);
                }
                for (int t = max_int(first, tall_tiles); t < last; t++) {
                    const int p = t * 5 + tall_tiles;
                    const float *rest = residual_row + p * residual_pitch + channel;
                    product_5x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                          weight + channel * depth, bias + channel, 0, weight, rest,
                                          residual_pitch, out_row + p * out_pitch + channel,
                                          out_pitch);
                }
            }
        }
    }
}

/* Large maps as streams: for each row of the result every stage makes the rows that are asked of it
 * and not there yet.
 * Row y of a value with a ring of n rows stands at row y % n of the ring, in the scratch of this
 * task. The stages:
 * 0: blocks.1.stack.conv1.conv_pw, 75x75, 256 channels, a ring of 4 rows
 * 1: blocks.1.stack.conv2.conv_pw, 75x75, 256 channels, a ring of 3 rows
 * 2: blocks.1.stack.conv3.conv_pw, 38x38, 256 channels, a ring of 1 row
 * 3: blocks.1.shortcut, 38x38, 256 channels, the result
 */
static void region_38x38_256(const xnc_args *args) {
    const float *w0 = args->w[0];
    float *scratch = args->scratch;
    float *ring_0 = scratch;
    float *ring_1 = scratch + 76800;
    float *ring_2 = scratch + 134400;
    float *stage_scratch = scratch + 144128;
    const int first = (int)((int64_t)38 * args->task / args->tasks);
    const int last = (int)((int64_t)38 * (args->task + 1) / args->tasks);
    const float *image_in = args->in;
    float *image_out = args->out;
    /* rows of stage i below done_i are there, or are another task's */
    int done_0 = max_int(first * 2 - 2, 0);
    int done_1 = max_int(first * 2 - 1, 0);
    int done_2 = first;
    int done_3 = first;
    for (int row = first - 2; row < last; row++) {
        /* blocks.1.stack.conv1.conv_pw */
        const int end_0 = min_int(row * 2 + 3, 75);
        separable_75x75_128_256_relu_rows(done_0, end_0, image_in, ring_0, stage_scratch, w0,
                                          w0 + 32768, w0 + 33024);
        done_0 = max_int(done_0, end_0);
        /* blocks.1.stack.conv2.conv_pw */
        const int end_1 = min_int(row * 2 + 2, 75);
        separable_75x75_256_256_relu_rows(done_1, end_1, ring_0, ring_1, stage_scratch, w0 + 34176,
                                          w0 + 99712, w0 + 99968);
        done_1 = max_int(done_1, end_1);
        /* blocks.1.stack.conv3.conv_pw */
        const int end_2 = min_int(row + 1, 38);
        separable_stride2_38x38_256_256_rows(done_2, end_2, ring_1, ring_2, stage_scratch,
                                             w0 + 102272, w0 + 167808, w0 + 168064);
        done_2 = max_int(done_2, end_2);
        /* blocks.1.shortcut */
        const int end_3 = min_int(row + 1, 38);
        conv_1x1_stride2_38x38_128_256_add_relu_rows(done_3, end_3, image_in, ring_2, image_out,
                                                     stage_scratch, w0 + 170368, w0 + 203136);
        done_3 = max_int(done_3, end_3);
    }
}

/* separable: 1444 pixels of 728 channels, each 256 deep. */
static void separable_38x38_256_728_relu(const xnc_args *args) {
    enum {
        depth = 256,
        a_pitch = 272,
        out_pitch = 736,
        panel_width = 16,
        ahead = 1,
        tall_tiles = 239
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)241 * args->task / args->tasks);
    const int end = (int)((int64_t)241 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 27) {
        const int last = min_int(first + 27, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[1008];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 38;
            const int x = pixel % 38;
            const int count = min_int(min_int(38 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[found + i * 7 + j] = zeros;
                    if (row >= 0 && row < 38 && column >= 0 && column < 38)
                        tap[found + i * 7 + j] = in + (row * 38 + column) * 256;
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
                const int x = pixel % 38;
                const int count = min_int(min_int(38 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_5(slice, slice_end, tap + group, 1280, dw_weight, 256,
                                    scratch + (pixel - lo) * 272, 272);
                else if (count == 4)
                    depthwise_3x3_4(slice, slice_end, tap + group, dw_weight, 256,
                                    scratch + (pixel - lo) * 272, 272);
                else if (count == 3)
                    depthwise_3x3_3(slice, slice_end, tap + group, dw_weight, 256,
                                    scratch + (pixel - lo) * 272, 272);
                else if (count == 2)
                    depthwise_3x3_2(slice, slice_end, tap + group, dw_weight, 256,
                                    scratch + (pixel - lo) * 272, 272);
                else
                    depthwise_3x3_1(slice, slice_end, tap + group, dw_weight, 256,
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
                    if (row >= 0 && row < 38 && column >= 0 && column < 38)
                        source = in + (row * 38 + column) * 256;
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

/* separable: 1444 pixels of 728 channels, each 728 deep. */
static void separable_38x38_728_728_relu(const xnc_args *args) {
    enum {
        depth = 728,
        a_pitch = 752,
        out_pitch = 736,
        panel_width = 16,
        ahead = 2,
        tall_tiles = 239
    };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)241 * args->task / args->tasks);
    const int end = (int)((int64_t)241 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 10) {
        const int last = min_int(first + 10, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 38;
            const int x = pixel % 38;
            const int count = min_int(min_int(38 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 38 && column >= 0 && column < 38)
                        tap[i * 7 + j] = in + (row * 38 + column) * 736;
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
static void separable_stride2_19x19_728_728_add_relu(const xnc_args *args) {
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
        const float *tap[528];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y * 2 + i - 1;
                for (int j = 0; j < 11; j++) {
                    const int column = x * 2 + j - 1;
                    tap[found + i * 11 + j] = zeros;
                    if (row >= 0 && row < 38 && column >= 0 && column < 38)
                        tap[found + i * 11 + j] = in + (row * 38 + column) * 736;
                }
            }
            found += 33;
            place += count;
        }
        for (int slice = 0; slice < 736; slice += 48) {
            const int slice_end = min_int(slice + 48, 736);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 19;
                const int count = min_int(min_int(19 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_stride2_5(slice, slice_end, tap + group, 7360, dw_weight, 736,
                                            scratch + (pixel - lo) * 752, 752);
                else if (count == 4)
                    depthwise_3x3_stride2_4(slice, slice_end, tap + group, dw_weight, 736,
                                            scratch + (pixel - lo) * 752, 752);
                else if (count == 3)
                    depthwise_3x3_stride2_3(slice, slice_end, tap + group, dw_weight, 736,
                                            scratch + (pixel - lo) * 752, 752);
                else if (count == 2)
                    depthwise_3x3_stride2_2(slice, slice_end, tap + group, dw_weight, 736,
                                            scratch + (pixel - lo) * 752, 752);
                else
                    depthwise_3x3_stride2_1(slice, slice_end, tap + group, dw_weight, 736,
                                            scratch + (pixel - lo) * 752);
                group += 33;
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
                product_6x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, ahead, fetched,
                                      rest, residual_pitch, out + p * out_pitch + channel,
                                      out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                const float *rest = residual + p * residual_pitch + channel;
                product_5x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, ahead, fetched,
                                      rest, residual_pitch, out + p * out_pitch + channel,
                                      out_pitch);
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

/* A register tile: 6 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_6x16_scaled_relu(int depth, const float *a, int a_pitch, const float *w,
                                         const float *bias, int ahead, const float *next,
                                         const float *residual, int residual_pitch,
                                         const float *scale, float *out, int out_pitch) {
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
    __m256 nought = _mm256_setzero_ps();
    __m256 factor_0 = _mm256_loadu_ps(scale);
    __m256 rest_0_0 = _mm256_loadu_ps(residual);
    acc_0_0 = _mm256_fmadd_ps(factor_0, rest_0_0, acc_0_0);
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    __m256 rest_1_0 = _mm256_loadu_ps(residual + residual_pitch);
    acc_1_0 = _mm256_fmadd_ps(factor_0, rest_1_0, acc_1_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    __m256 rest_2_0 = _mm256_loadu_ps(residual + 2 * residual_pitch);
    acc_2_0 = _mm256_fmadd_ps(factor_0, rest_2_0, acc_2_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    __m256 rest_3_0 = _mm256_loadu_ps(residual + 3 * residual_pitch);
    acc_3_0 = _mm256_fmadd_ps(factor_0, rest_3_0, acc_3_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    __m256 rest_4_0 = _mm256_loadu_ps(residual + 4 * residual_pitch);
    acc_4_0 = _mm256_fmadd_ps(factor_0, rest_4_0, acc_4_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    __m256 rest_5_0 = _mm256_loadu_ps(residual + 5 * residual_pitch);
    acc_5_0 = _mm256_fmadd_ps(factor_0, rest_5_0, acc_5_0);
    acc_5_0 = _mm256_max_ps(acc_5_0, nought);
    _mm256_storeu_ps(out + 5 * out_pitch, acc_5_0);
    __m256 factor_1 = _mm256_loadu_ps(scale + 8);
    __m256 rest_0_1 = _mm256_loadu_ps(residual + 8);
    acc_0_1 = _mm256_fmadd_ps(factor_1, rest_0_1, acc_0_1);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    __m256 rest_1_1 = _mm256_loadu_ps(residual + residual_pitch + 8);
    acc_1_1 = _mm256_fmadd_ps(factor_1, rest_1_1, acc_1_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    __m256 rest_2_1 = _mm256_loadu_ps(residual + 2 * residual_pitch + 8);
    acc_2_1 = _mm256_fmadd_ps(factor_1, rest_2_1, acc_2_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    __m256 rest_3_1 = _mm256_loadu_ps(residual + 3 * residual_pitch + 8);
    acc_3_1 = _mm256_fmadd_ps(factor_1, rest_3_1, acc_3_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    __m256 rest_4_1 = _mm256_loadu_ps(residual + 4 * residual_pitch + 8);
    acc_4_1 = _mm256_fmadd_ps(factor_1, rest_4_1, acc_4_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
    __m256 rest_5_1 = _mm256_loadu_ps(residual + 5 * residual_pitch + 8);
    acc_5_1 = _mm256_fmadd_ps(factor_1, rest_5_1, acc_5_1);
    acc_5_1 = _mm256_max_ps(acc_5_1, nought);
    _mm256_storeu_ps(out + 5 * out_pitch + 8, acc_5_1);
}

/* A register tile: 5 pixels x 16 output channels of a product over depth. */
XNC_INLINE void product_5x16_scaled_relu(int depth, const float *a, int a_pitch, const float *w,
                                         const float *bias, int ahead, const float *next,
                                         const float *residual, int residual_pitch,
                                         const float *scale, float *out, int out_pitch) {
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
    __m256 nought = _mm256_setzero_ps();
    __m256 factor_0 = _mm256_loadu_ps(scale);
    __m256 rest_0_0 = _mm256_loadu_ps(residual);
    acc_0_0 = _mm256_fmadd_ps(factor_0, rest_0_0, acc_0_0);
    acc_0_0 = _mm256_max_ps(acc_0_0, nought);
    _mm256_storeu_ps(out, acc_0_0);
    __m256 rest_1_0 = _mm256_loadu_ps(residual + residual_pitch);
    acc_1_0 = _mm256_fmadd_ps(factor_0, rest_1_0, acc_1_0);
    acc_1_0 = _mm256_max_ps(acc_1_0, nought);
    _mm256_storeu_ps(out + out_pitch, acc_1_0);
    __m256 rest_2_0 = _mm256_loadu_ps(residual + 2 * residual_pitch);
    acc_2_0 = _mm256_fmadd_ps(factor_0, rest_2_0, acc_2_0);
    acc_2_0 = _mm256_max_ps(acc_2_0, nought);
    _mm256_storeu_ps(out + 2 * out_pitch, acc_2_0);
    __m256 rest_3_0 = _mm256_loadu_ps(residual + 3 * residual_pitch);
    acc_3_0 = _mm256_fmadd_ps(factor_0, rest_3_0, acc_3_0);
    acc_3_0 = _mm256_max_ps(acc_3_0, nought);
    _mm256_storeu_ps(out + 3 * out_pitch, acc_3_0);
    __m256 rest_4_0 = _mm256_loadu_ps(residual + 4 * residual_pitch);
    acc_4_0 = _mm256_fmadd_ps(factor_0, rest_4_0, acc_4_0);
    acc_4_0 = _mm256_max_ps(acc_4_0, nought);
    _mm256_storeu_ps(out + 4 * out_pitch, acc_4_0);
    __m256 factor_1 = _mm256_loadu_ps(scale + 8);
    __m256 rest_0_1 = _mm256_loadu_ps(residual + 8);
    acc_0_1 = _mm256_fmadd_ps(factor_1, rest_0_1, acc_0_1);
    acc_0_1 = _mm256_max_ps(acc_0_1, nought);
    _mm256_storeu_ps(out + 8, acc_0_1);
    __m256 rest_1_1 = _mm256_loadu_ps(residual + residual_pitch + 8);
    acc_1_1 = _mm256_fmadd_ps(factor_1, rest_1_1, acc_1_1);
    acc_1_1 = _mm256_max_ps(acc_1_1, nought);
    _mm256_storeu_ps(out + out_pitch + 8, acc_1_1);
    __m256 rest_2_1 = _mm256_loadu_ps(residual + 2 * residual_pitch + 8);
    acc_2_1 = _mm256_fmadd_ps(factor_1, rest_2_1, acc_2_1);
    acc_2_1 = _mm256_max_ps(acc_2_1, nought);
    _mm256_storeu_ps(out + 2 * out_pitch + 8, acc_2_1);
    __m256 rest_3_1 = _mm256_loadu_ps(residual + 3 * residual_pitch + 8);
    acc_3_1 = _mm256_fmadd_ps(factor_1, rest_3_1, acc_3_1);
    acc_3_1 = _mm256_max_ps(acc_3_1, nought);
    _mm256_storeu_ps(out + 3 * out_pitch + 8, acc_3_1);
    __m256 rest_4_1 = _mm256_loadu_ps(residual + 4 * residual_pitch + 8);
    acc_4_1 = _mm256_fmadd_ps(factor_1, rest_4_1, acc_4_1);
    acc_4_1 = _mm256_max_ps(acc_4_1, nought);
    _mm256_storeu_ps(out + 4 * out_pitch + 8, acc_4_1);
}

/* separable: 361 pixels of 728 channels, each 728 deep. */
static void separable_19x19_728_728_scaled_relu(const xnc_args *args) {
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
    const float *residual_scale = args->w[4];
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
                product_6x16_scaled_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                         weight + channel * depth, bias + channel, ahead, fetched,
                                         rest, residual_pitch, residual_scale + channel,
                                         out + p * out_pitch + channel, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                const float *rest = residual + p * residual_pitch + channel;
                product_5x16_scaled_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                         weight + channel * depth, bias + channel, ahead, fetched,
                                         rest, residual_pitch, residual_scale + channel,
                                         out + p * out_pitch + channel, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 1024 channels, each 728 deep. */
static void separable_19x19_728_1024_relu(const xnc_args *args) {
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

/* separable: 100 pixels of 1024 channels, each 1024 deep. */
static void separable_stride2_10x10_1024_1024(const xnc_args *args) {
    enum {
        depth = 1024,
        a_pitch = 1040,
        out_pitch = 1040,
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
    const int begin = (int)((int64_t)64 * args->task / args->tasks);
    const int end = (int)((int64_t)64 * (args->task + 1) / args->tasks);
    for (int first = 0; first < 17; first += 6) {
        const int last = min_int(first + 6, 17);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        const float *tap[330];
        int found = 0;
        int place = lo;
        while (place < hi) {
            int pixel = place;
            const int y = pixel / 10;
            const int x = pixel % 10;
            const int count = min_int(min_int(10 - x, hi - pixel), 5);
            for (int i = 0; i < 3; i++) {
                const int row = y * 2 + i - 1;
                for (int j = 0; j < 11; j++) {
                    const int column = x * 2 + j - 1;
                    tap[found + i * 11 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[found + i * 11 + j] = in + (row * 19 + column) * 1040;
                }
            }
            found += 33;
            place += count;
        }
        for (int slice = 0; slice < 1024; slice += 96) {
            const int slice_end = min_int(slice + 96, 1024);
            int group = 0;
            int pixel = lo;
            while (pixel < hi) {
                const int x = pixel % 10;
                const int count = min_int(min_int(10 - x, hi - pixel), 5);
                if (count == 5)
                    depthwise_3x3_stride2_5(slice, slice_end, tap + group, 10400, dw_weight, 1040,
                                            scratch + (pixel - lo) * 1040, 1040);
                else if (count == 4)
                    depthwise_3x3_stride2_4(slice, slice_end, tap + group, dw_weight, 1040,
                                            scratch + (pixel - lo) * 1040, 1040);
                else if (count == 3)
                    depthwise_3x3_stride2_3(slice, slice_end, tap + group, dw_weight, 1040,
                                            scratch + (pixel - lo) * 1040, 1040);
                else if (count == 2)
                    depthwise_3x3_stride2_2(slice, slice_end, tap + group, dw_weight, 1040,
                                            scratch + (pixel - lo) * 1040, 1040);
                else
                    depthwise_3x3_stride2_1(slice, slice_end, tap + group, dw_weight, 1040,
                                            scratch + (pixel - lo) * 1040);
                group += 33;
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

/* conv2d: 100 pixels of 1024 channels, each 728 deep. */
static void conv_1x1_stride2_10x10_728_1024_add_relu(const xnc_args *args) {
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
                product_6x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, ahead, fetched,
                                      rest, residual_pitch, out + p * out_pitch + channel,
                                      out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                const float *fetched = next + (t - first) * ahead * depth;
                const float *rest = residual + p * residual_pitch + channel;
                product_5x16_add_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                      weight + channel * depth, bias + channel, ahead, fetched,
                                      rest, residual_pitch, out + p * out_pitch + channel,
                                      out_pitch);
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

/* separable: 100 pixels of 1536 channels, each 1536 deep. */
static void separable_10x10_1536_1536_relu(const xnc_args *args) {
    enum {
        depth = 1536,
        a_pitch = 1552,
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
        .name = "blocks.0.shortcut",
        .op = "region",
        .line = 23,
        .kernel = region_75x75_128,
        .in = XNC_AT_INPUT,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {0, -1, -1, -1, -1},
        .scratch_offset = 2880000,
        .scratch_bytes = 864960,
        .macs = 1170720000,
    },
    {
        .name = "blocks.1.shortcut",
        .op = "region",
        .line = 30,
        .kernel = region_38x38_256,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 2880000,
        .weights = {287744, -1, -1, -1, -1},
        .scratch_offset = 4358656,
        .scratch_bytes = 590336,
        .macs = 717677952,
    },
    {
        .name = "blocks.2.stack.conv1.conv_pw",
        .op = "separable",
        .line = 31,
        .kernel = separable_38x38_256_728_relu,
        .in = 2880000,
        .residual = XNC_AT_NOTHING,
        .out = 5313920,
        .weights = {1101312, 1854976, 1857920, -1, -1},
        .scratch_offset = 9565056,
        .scratch_bytes = 176256,
        .macs = 272442368,
    },
    {
        .name = "blocks.2.shortcut",
        .op = "conv2d",
        .line = 31,
        .kernel = conv_1x1_stride2_19x19_256_728,
        .in = 2880000,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {6212480, 6966144, -1, -1, -1},
        .scratch_offset = 9565056,
        .scratch_bytes = 137088,
        .macs = 67278848,
    },
    {
        .name = "blocks.2.stack.conv2.conv_pw",
        .op = "separable",
        .line = 31,
        .kernel = separable_38x38_728_728_relu,
        .in = 5313920,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {1867136, 4010368, 4013312, -1, -1},
        .scratch_offset = 9565056,
        .scratch_bytes = 180480,
        .macs = 774757984,
    },
    {
        .name = "blocks.2.stack.conv3.conv_pw",
        .op = "separable",
        .line = 31,
        .kernel = separable_stride2_19x19_728_728_add_relu,
        .in = 1062784,
        .residual = 0,
        .out = 0,
        .weights = {4039808, 6183040, 6185984, -1, -1},
        .scratch_offset = 5313920,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.3.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {6969088, 9112320, 9115264, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.3.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {9141760, 11284992, 11287936, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.3.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {11314432, 13457664, 13460608, -1, 13487104},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.4.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {13490048, 15633280, 15636224, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.4.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {15662720, 17805952, 17808896, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.4.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {17835392, 19978624, 19981568, -1, 20008064},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.5.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {20011008, 22154240, 22157184, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.5.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {22183680, 24326912, 24329856, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.5.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {24356352, 26499584, 26502528, -1, 26529024},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.6.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {26531968, 28675200, 28678144, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.6.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {28704640, 30847872, 30850816, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.6.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {30877312, 33020544, 33023488, -1, 33049984},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.7.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {33052928, 35196160, 35199104, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.7.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {35225600, 37368832, 37371776, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.7.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {37398272, 39541504, 39544448, -1, 39570944},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.8.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {39573888, 41717120, 41720064, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.8.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {41746560, 43889792, 43892736, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.8.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {43919232, 46062464, 46065408, -1, 46091904},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.9.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {46094848, 48238080, 48241024, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.9.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {48267520, 50410752, 50413696, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.9.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {50440192, 52583424, 52586368, -1, 52612864},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.10.stack.conv1.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {52615808, 54759040, 54761984, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.10.stack.conv2.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {54788480, 56931712, 56934656, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.10.stack.conv3.conv_pw",
        .op = "separable",
        .line = 33,
        .kernel = separable_19x19_728_728_scaled_relu,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {56961152, 59104384, 59107328, -1, 59133824},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.11.stack.conv1.conv_pw",
        .op = "separable",
        .line = 35,
        .kernel = separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {59136768, 61280000, 61282944, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.11.stack.conv2.conv_pw",
        .op = "separable",
        .line = 35,
        .kernel = separable_19x19_728_1024_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {61309440, 64291328, 64295424, -1, -1},
        .scratch_offset = 3627328,
        .scratch_bytes = 162432,
        .macs = 271480664,
    },
    {
        .name = "blocks.11.stack.conv3.conv_pw",
        .op = "separable",
        .line = 35,
        .kernel = separable_stride2_10x10_1024_1024,
        .in = 2125568,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {64321920, 68516224, 68520320, -1, -1},
        .scratch_offset = 3627328,
        .scratch_bytes = 149760,
        .macs = 105779200,
    },
    {
        .name = "blocks.11.shortcut",
        .op = "conv2d",
        .line = 35,
        .kernel = conv_1x1_stride2_10x10_728_1024_add_relu,
        .in = 0,
        .residual = 1062784,
        .out = 1062784,
        .weights = {68557760, 71539648, -1, -1, -1},
        .scratch_offset = 1478784,
        .scratch_bytes = 162432,
        .macs = 74547200,
    },
    {
        .name = "blocks.12.stack.conv1.conv_pw",
        .op = "separable",
        .line = 36,
        .kernel = separable_10x10_1024_1536_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {71543744, 77835200, 77841344, -1, -1},
        .scratch_offset = 1478784,
        .scratch_bytes = 149760,
        .macs = 158208000,
    },
    {
        .name = "blocks.12.stack.conv2.conv_pw",
        .op = "separable",
        .line = 36,
        .kernel = separable_10x10_1536_1536_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 620800,
        .weights = {77878784, 87315968, 87322112, -1, -1},
        .scratch_offset = 1241600,
        .scratch_bytes = 223488,
        .macs = 237312000,
    },
    {
        .name = "blocks.12.stack.conv3.conv_pw",
        .op = "separable",
        .line = 36,
        .kernel = separable_10x10_1536_2048_relu,
        .in = 620800,
        .residual = XNC_AT_NOTHING,
        .out = 1241600,
        .weights = {87377984, 99960896, 99969088, -1, -1},
        .scratch_offset = 2067200,
        .scratch_bytes = 223488,
        .macs = 315955200,
    },
    {
        .name = "head.global_pool",
        .op = "global_pool",
        .line = 38,
        .kernel = global_avg_10x10_2048,
        .in = 1241600,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {-1, -1, -1, -1, -1},
        .macs = 0,
    },
    {
        .name = "head.fc",
        .op = "linear",
        .line = 38,
        .kernel = linear_2048_1000,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 8192,
        .weights = {100024960, 108282496, -1, -1, -1},
        .macs = 2048000,
    },
    {
        .name = "head.fc.out",
        .op = "to_nchw",
        .line = 38,
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
    {.base = 9565056, .per_thread = 180480},
    {.base = 2880000, .per_thread = 864960},
};

static const xnc_tensor_info outputs[] = {
    {.name = "head.fc.out", .rank = 2, .shape = {1, 1000}},
};

const xnc_model xception41p_model = {
    .abi = XNC_ABI,
    .name = "xception41p",
    .version = "0.1.0",
    .target = "x86-64-v3",
    .features = "avx2 fma f16c",
    .digest = 0x974c4c7335caccd1,
    .packing = 0x5a8c79a243c4da73,
    .weights_bytes = XCEPTION41P_WEIGHTS_BYTES,
    .arena_terms = arena_terms,
    .n_arena_terms = sizeof arena_terms / sizeof *arena_terms,
    .input = {.name = "input", .rank = 4, .shape = {1, 3, 299, 299}},
    .outputs = outputs,
    .n_outputs = sizeof outputs / sizeof *outputs,
    .layers = layers,
    .n_layers = sizeof layers / sizeof *layers,
    .macs = XCEPTION41P_MACS,
    .preprocess =
        {
            .height = 299,
            .width = 299,
            .crop_pct = 0.94,
            .mean = {0.5f, 0.5f, 0.5f, 0.5f},
            .std = {0.5f, 0.5f, 0.5f, 0.5f},
            .interpolation = "bicubic",
            .crop_mode = "center",
        },
};
