/* xception71.c - the kernels and layers of xception71 in C for x86 with AVX2 and FMA, 8 lanes.
 *
 * Written by xnc 0.1.0 from the description of xception71. Digest of network and layout:
 * 9dc81ec33a90b5ff.
 * SPDX-License-Identifier: MIT-0
 */
#include "xception71.h"

#include <immintrin.h>

#include "xnc_model.h"

#if !defined(__AVX2__) || !defined(__FMA__)
#error "compile this file with -mavx2 -mfma"
#endif

static int min_int(int a, int b) {
    return a < b ? a : b;
}

static int max_int(int a, int b) {
    return a > b ? a : b;
}

/* What taps outside the image read. */
static _Alignas(64) const float zeros[1536];

/* A register tile: 6 pixels x 16 output channels of a product over depth. */
static void product_6x16_relu(int depth, const float *a, int a_pitch, const float *w,
                              const float *bias, float *out, int out_pitch) {
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
    for (int k = 0; k < depth; k++) {
        _mm_prefetch((const char *)(w + (depth + k) * 16), _MM_HINT_T1);
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

/* conv2d: 22500 pixels of 32 channels, each 27 deep. */
static void conv_3x3_stride2_150x150_3_32_relu(const xnc_args *args) {
    enum { depth = 27, a_pitch = 48, out_pitch = 32, panel_width = 16 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)3750 * args->task / args->tasks);
    const int end = (int)((int64_t)3750 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 14) {
        const int last = min_int(first + 14, end);
        const int lo = first * 6;
        const int hi = last * 6;
        for (int pixel = lo; pixel < hi; pixel++) {
            const int y = pixel / 150;
            const int x = pixel % 150;
            float *patch = scratch + (pixel - lo) * 48;
            for (int i = 0; i < 3; i++) {
                const int row = y * 2 + i - 1;
                for (int j = 0; j < 3; j++) {
                    const int column = x * 2 + j - 1;
                    if (row >= 0 && row < 299 && column >= 0 && column < 299) {
                        for (int c = 0; c < 3; c++)
                            patch[(i * 3 + j) * 3 + c] = in[c * 89401 + row * 299 + column];
                    } else {
                        for (int c = 0; c < 3; c++)
                            patch[(i * 3 + j) * 3 + c] = zeros[0];
                    }
                }
            }
        }
        for (int panel = 0; panel < 2; panel++) {
            for (int t = first; t < last; t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* conv2d: 22500 pixels of 64 channels, each 288 deep. */
static void conv_3x3_150x150_32_64_relu(const xnc_args *args) {
    enum { depth = 288, a_pitch = 304, out_pitch = 64, panel_width = 16 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)3750 * args->task / args->tasks);
    const int end = (int)((int64_t)3750 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 10) {
        const int last = min_int(first + 10, end);
        const int lo = first * 6;
        const int hi = last * 6;
        for (int pixel = lo; pixel < hi; pixel++) {
            const int y = pixel / 150;
            const int x = pixel % 150;
            float *patch = scratch + (pixel - lo) * 304;
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 3; j++) {
                    const int column = x + j - 1;
                    const float *source = zeros;
                    if (row >= 0 && row < 150 && column >= 0 && column < 150)
                        source = in + (row * 150 + column) * 32;
                    for (int c = 0; c < 32; c += 8) {
                        __m256 value = _mm256_loadu_ps(source + c);
                        _mm256_storeu_ps(patch + (i * 3 + j) * 32 + c, value);
                    }
                }
            }
        }
        for (int panel = 0; panel < 4; panel++) {
            for (int t = first; t < last; t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* 5 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void relu_depthwise_3x3_5(int channels, const float *const *tap, int ahead, const float *w,
                                 int w_pitch, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
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

/* 4 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void relu_depthwise_3x3_4(int channels, const float *const *tap, const float *w, int w_pitch,
                                 float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
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

/* 3 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void relu_depthwise_3x3_3(int channels, const float *const *tap, const float *w, int w_pitch,
                                 float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
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

/* 2 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void relu_depthwise_3x3_2(int channels, const float *const *tap, const float *w, int w_pitch,
                                 float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
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

/* 1 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void relu_depthwise_3x3_1(int channels, const float *const *tap, const float *w, int w_pitch,
                                 float *out) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
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

/* separable: 22500 pixels of 128 channels, each 64 deep; relu on load. */
static void relu_separable_150x150_64_128_relu(const xnc_args *args) {
    enum { depth = 64, a_pitch = 80, out_pitch = 128, panel_width = 16 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)3750 * args->task / args->tasks);
    const int end = (int)((int64_t)3750 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 17) {
        const int last = min_int(first + 17, end);
        const int lo = first * 6;
        const int hi = last * 6;
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 150;
            const int x = pixel % 150;
            const int count = min_int(min_int(150 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 150 && column >= 0 && column < 150)
                        tap[i * 7 + j] = in + (row * 150 + column) * 64;
                }
            }
            if (count == 5)
                relu_depthwise_3x3_5(64, tap, 320, dw_weight, 64, scratch + (pixel - lo) * 80, 80);
            else if (count == 4)
                relu_depthwise_3x3_4(64, tap, dw_weight, 64, scratch + (pixel - lo) * 80, 80);
            else if (count == 3)
                relu_depthwise_3x3_3(64, tap, dw_weight, 64, scratch + (pixel - lo) * 80, 80);
            else if (count == 2)
                relu_depthwise_3x3_2(64, tap, dw_weight, 64, scratch + (pixel - lo) * 80, 80);
            else
                relu_depthwise_3x3_1(64, tap, dw_weight, 64, scratch + (pixel - lo) * 80);
            pixel += count;
        }
        for (int panel = 0; panel < 8; panel++) {
            for (int t = first; t < last; t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* A register tile: 6 pixels x 16 output channels of a product over depth. */
static void product_6x16(int depth, const float *a, int a_pitch, const float *w, const float *bias,
                         float *out, int out_pitch) {
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
    for (int k = 0; k < depth; k++) {
        _mm_prefetch((const char *)(w + (depth + k) * 16), _MM_HINT_T1);
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
static void product_5x16(int depth, const float *a, int a_pitch, const float *w, const float *bias,
                         float *out, int out_pitch) {
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
    for (int k = 0; k < depth; k++) {
        _mm_prefetch((const char *)(w + (depth + k) * 16), _MM_HINT_T1);
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

/* conv2d: 5625 pixels of 128 channels, each 64 deep. */
static void conv_1x1_stride2_75x75_64_128(const xnc_args *args) {
    enum { depth = 64, a_pitch = 80, out_pitch = 128, panel_width = 16, tall_tiles = 935 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)938 * args->task / args->tasks);
    const int end = (int)((int64_t)938 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 17) {
        const int last = min_int(first + 17, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        for (int pixel = lo; pixel < hi; pixel++) {
            const int y = pixel / 75;
            const int x = pixel % 75;
            float *patch = scratch + (pixel - lo) * 80;
            for (int i = 0; i < 1; i++) {
                const int row = y * 2 + i;
                for (int j = 0; j < 1; j++) {
                    const int column = x * 2 + j;
                    const float *source = zeros;
                    if (row >= 0 && row < 150 && column >= 0 && column < 150)
                        source = in + (row * 150 + column) * 64;
                    for (int c = 0; c < 64; c += 8) {
                        __m256 value = _mm256_loadu_ps(source + c);
                        _mm256_storeu_ps(patch + (i + j) * 64 + c, value);
                    }
                }
            }
        }
        for (int panel = 0; panel < 8; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* 5 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_5(int channels, const float *const *tap, int ahead, const float *w,
                            int w_pitch, float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 4 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_4(int channels, const float *const *tap, const float *w, int w_pitch,
                            float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 3 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_3(int channels, const float *const *tap, const float *w, int w_pitch,
                            float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 2 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_2(int channels, const float *const *tap, const float *w, int w_pitch,
                            float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 1 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_1(int channels, const float *const *tap, const float *w, int w_pitch,
                            float *out) {
    for (int c = 0; c < channels; c += 8) {
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

/* separable: 22500 pixels of 128 channels, each 128 deep. */
static void separable_150x150_128_128_relu(const xnc_args *args) {
    enum { depth = 128, a_pitch = 144, out_pitch = 128, panel_width = 16 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)3750 * args->task / args->tasks);
    const int end = (int)((int64_t)3750 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 18) {
        const int last = min_int(first + 18, end);
        const int lo = first * 6;
        const int hi = last * 6;
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 150;
            const int x = pixel % 150;
            const int count = min_int(min_int(150 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 150 && column >= 0 && column < 150)
                        tap[i * 7 + j] = in + (row * 150 + column) * 128;
                }
            }
            if (count == 5)
                depthwise_3x3_5(128, tap, 640, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
            else if (count == 4)
                depthwise_3x3_4(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
            else if (count == 3)
                depthwise_3x3_3(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
            else if (count == 2)
                depthwise_3x3_2(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
            else
                depthwise_3x3_1(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144);
            pixel += count;
        }
        for (int panel = 0; panel < 8; panel++) {
            for (int t = first; t < last; t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* 5 output pixels side by side, all channels; tap[row * 11 + column] is where an input stands. */
static void depthwise_3x3_stride2_5(int channels, const float *const *tap, int ahead,
                                    const float *w, int w_pitch, float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 4 output pixels side by side, all channels; tap[row * 11 + column] is where an input stands. */
static void depthwise_3x3_stride2_4(int channels, const float *const *tap, const float *w,
                                    int w_pitch, float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 3 output pixels side by side, all channels; tap[row * 11 + column] is where an input stands. */
static void depthwise_3x3_stride2_3(int channels, const float *const *tap, const float *w,
                                    int w_pitch, float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 2 output pixels side by side, all channels; tap[row * 11 + column] is where an input stands. */
static void depthwise_3x3_stride2_2(int channels, const float *const *tap, const float *w,
                                    int w_pitch, float *out, int out_pitch) {
    for (int c = 0; c < channels; c += 8) {
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

/* 1 output pixels side by side, all channels; tap[row * 11 + column] is where an input stands. */
static void depthwise_3x3_stride2_1(int channels, const float *const *tap, const float *w,
                                    int w_pitch, float *out) {
    for (int c = 0; c < channels; c += 8) {
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
static void product_6x16_add(int depth, const float *a, int a_pitch, const float *w,
                             const float *bias, const float *residual, int residual_pitch,
                             float *out, int out_pitch) {
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
    for (int k = 0; k < depth; k++) {
        _mm_prefetch((const char *)(w + (depth + k) * 16), _MM_HINT_T1);
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
static void product_5x16_add(int depth, const float *a, int a_pitch, const float *w,
                             const float *bias, const float *residual, int residual_pitch,
                             float *out, int out_pitch) {
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
    for (int k = 0; k < depth; k++) {
        _mm_prefetch((const char *)(w + (depth + k) * 16), _MM_HINT_T1);
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

/* separable: 5625 pixels of 128 channels, each 128 deep. */
static void separable_stride2_75x75_128_128_add(const xnc_args *args) {
    enum { depth = 128, a_pitch = 144, out_pitch = 128, panel_width = 16, tall_tiles = 935 };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)938 * args->task / args->tasks);
    const int end = (int)((int64_t)938 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 18) {
        const int last = min_int(first + 18, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 75;
            const int x = pixel % 75;
            const int count = min_int(min_int(75 - x, hi - pixel), 5);
            const float *tap[33];
            for (int i = 0; i < 3; i++) {
                const int row = y * 2 + i - 1;
                for (int j = 0; j < 11; j++) {
                    const int column = x * 2 + j - 1;
                    tap[i * 11 + j] = zeros;
                    if (row >= 0 && row < 150 && column >= 0 && column < 150)
                        tap[i * 11 + j] = in + (row * 150 + column) * 128;
                }
            }
            if (count == 5)
                depthwise_3x3_stride2_5(128, tap, 1280, dw_weight, 128,
                                        scratch + (pixel - lo) * 144, 144);
            else if (count == 4)
                depthwise_3x3_stride2_4(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144,
                                        144);
            else if (count == 3)
                depthwise_3x3_stride2_3(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144,
                                        144);
            else if (count == 2)
                depthwise_3x3_stride2_2(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144,
                                        144);
            else
                depthwise_3x3_stride2_1(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144);
            pixel += count;
        }
        for (int panel = 0; panel < 8; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 128 + panel * panel_width, 128,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 128 + panel * panel_width, 128,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* A register tile: 5 pixels x 16 output channels of a product over depth. */
static void product_5x16_relu(int depth, const float *a, int a_pitch, const float *w,
                              const float *bias, float *out, int out_pitch) {
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
    for (int k = 0; k < depth; k++) {
        _mm_prefetch((const char *)(w + (depth + k) * 16), _MM_HINT_T1);
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

/* separable: 5625 pixels of 256 channels, each 128 deep; relu on load. */
static void relu_separable_75x75_128_256_relu(const xnc_args *args) {
    enum { depth = 128, a_pitch = 144, out_pitch = 256, panel_width = 16, tall_tiles = 935 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)938 * args->task / args->tasks);
    const int end = (int)((int64_t)938 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 37) {
        const int last = min_int(first + 37, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 75;
            const int x = pixel % 75;
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
                relu_depthwise_3x3_5(128, tap, 640, dw_weight, 128, scratch + (pixel - lo) * 144,
                                     144);
            else if (count == 4)
                relu_depthwise_3x3_4(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
            else if (count == 3)
                relu_depthwise_3x3_3(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
            else if (count == 2)
                relu_depthwise_3x3_2(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144, 144);
            else
                relu_depthwise_3x3_1(128, tap, dw_weight, 128, scratch + (pixel - lo) * 144);
            pixel += count;
        }
        for (int panel = 0; panel < 16; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 5625 pixels of 256 channels, each 256 deep. */
static void separable_75x75_256_256_relu(const xnc_args *args) {
    enum { depth = 256, a_pitch = 272, out_pitch = 256, panel_width = 16, tall_tiles = 935 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)938 * args->task / args->tasks);
    const int end = (int)((int64_t)938 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 30) {
        const int last = min_int(first + 30, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 75;
            const int x = pixel % 75;
            const int count = min_int(min_int(75 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 75 && column >= 0 && column < 75)
                        tap[i * 7 + j] = in + (row * 75 + column) * 256;
                }
            }
            if (count == 5)
                depthwise_3x3_5(256, tap, 1280, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 4)
                depthwise_3x3_4(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 3)
                depthwise_3x3_3(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 2)
                depthwise_3x3_2(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else
                depthwise_3x3_1(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272);
            pixel += count;
        }
        for (int panel = 0; panel < 16; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 5625 pixels of 256 channels, each 256 deep. */
static void separable_75x75_256_256(const xnc_args *args) {
    enum { depth = 256, a_pitch = 272, out_pitch = 256, panel_width = 16, tall_tiles = 935 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)938 * args->task / args->tasks);
    const int end = (int)((int64_t)938 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 30) {
        const int last = min_int(first + 30, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 75;
            const int x = pixel % 75;
            const int count = min_int(min_int(75 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 75 && column >= 0 && column < 75)
                        tap[i * 7 + j] = in + (row * 75 + column) * 256;
                }
            }
            if (count == 5)
                depthwise_3x3_5(256, tap, 1280, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 4)
                depthwise_3x3_4(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 3)
                depthwise_3x3_3(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 2)
                depthwise_3x3_2(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else
                depthwise_3x3_1(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272);
            pixel += count;
        }
        for (int panel = 0; panel < 16; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* conv2d: 5625 pixels of 256 channels, each 128 deep. */
static void conv_1x1_75x75_128_256_add(const xnc_args *args) {
    enum { depth = 128, a_pitch = 128, out_pitch = 256, panel_width = 16, tall_tiles = 935 };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)938 * args->task / args->tasks);
    const int end = (int)((int64_t)938 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 63) {
        const int last = min_int(first + 63, end);
        for (int panel = 0; panel < 16; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_add(depth, in + p * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 256 + panel * panel_width, 256,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_add(depth, in + p * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 256 + panel * panel_width, 256,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 5625 pixels of 256 channels, each 256 deep; relu on load. */
static void relu_separable_75x75_256_256_relu(const xnc_args *args) {
    enum { depth = 256, a_pitch = 272, out_pitch = 256, panel_width = 16, tall_tiles = 935 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)938 * args->task / args->tasks);
    const int end = (int)((int64_t)938 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 30) {
        const int last = min_int(first + 30, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 75;
            const int x = pixel % 75;
            const int count = min_int(min_int(75 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 75 && column >= 0 && column < 75)
                        tap[i * 7 + j] = in + (row * 75 + column) * 256;
                }
            }
            if (count == 5)
                relu_depthwise_3x3_5(256, tap, 1280, dw_weight, 256, scratch + (pixel - lo) * 272,
                                     272);
            else if (count == 4)
                relu_depthwise_3x3_4(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 3)
                relu_depthwise_3x3_3(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 2)
                relu_depthwise_3x3_2(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else
                relu_depthwise_3x3_1(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272);
            pixel += count;
        }
        for (int panel = 0; panel < 16; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 1444 pixels of 256 channels, each 256 deep. */
static void separable_stride2_38x38_256_256(const xnc_args *args) {
    enum { depth = 256, a_pitch = 272, out_pitch = 256, panel_width = 16, tall_tiles = 239 };
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
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 38;
            const int x = pixel % 38;
            const int count = min_int(min_int(38 - x, hi - pixel), 5);
            const float *tap[33];
            for (int i = 0; i < 3; i++) {
                const int row = y * 2 + i - 1;
                for (int j = 0; j < 11; j++) {
                    const int column = x * 2 + j - 1;
                    tap[i * 11 + j] = zeros;
                    if (row >= 0 && row < 75 && column >= 0 && column < 75)
                        tap[i * 11 + j] = in + (row * 75 + column) * 256;
                }
            }
            if (count == 5)
                depthwise_3x3_stride2_5(256, tap, 2560, dw_weight, 256,
                                        scratch + (pixel - lo) * 272, 272);
            else if (count == 4)
                depthwise_3x3_stride2_4(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272,
                                        272);
            else if (count == 3)
                depthwise_3x3_stride2_3(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272,
                                        272);
            else if (count == 2)
                depthwise_3x3_stride2_2(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272,
                                        272);
            else
                depthwise_3x3_stride2_1(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272);
            pixel += count;
        }
        for (int panel = 0; panel < 16; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* conv2d: 1444 pixels of 256 channels, each 256 deep. */
static void conv_1x1_stride2_38x38_256_256_add(const xnc_args *args) {
    enum { depth = 256, a_pitch = 272, out_pitch = 256, panel_width = 16, tall_tiles = 239 };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)241 * args->task / args->tasks);
    const int end = (int)((int64_t)241 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 27) {
        const int last = min_int(first + 27, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        for (int pixel = lo; pixel < hi; pixel++) {
            const int y = pixel / 38;
            const int x = pixel % 38;
            float *patch = scratch + (pixel - lo) * 272;
            for (int i = 0; i < 1; i++) {
                const int row = y * 2 + i;
                for (int j = 0; j < 1; j++) {
                    const int column = x * 2 + j;
                    const float *source = zeros;
                    if (row >= 0 && row < 75 && column >= 0 && column < 75)
                        source = in + (row * 75 + column) * 256;
                    for (int c = 0; c < 256; c += 8) {
                        __m256 value = _mm256_loadu_ps(source + c);
                        _mm256_storeu_ps(patch + (i + j) * 256 + c, value);
                    }
                }
            }
        }
        for (int panel = 0; panel < 16; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 256 + panel * panel_width, 256,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 256 + panel * panel_width, 256,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 1444 pixels of 728 channels, each 256 deep; relu on load. */
static void relu_separable_38x38_256_728_relu(const xnc_args *args) {
    enum { depth = 256, a_pitch = 272, out_pitch = 736, panel_width = 16, tall_tiles = 239 };
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
                        tap[i * 7 + j] = in + (row * 38 + column) * 256;
                }
            }
            if (count == 5)
                relu_depthwise_3x3_5(256, tap, 1280, dw_weight, 256, scratch + (pixel - lo) * 272,
                                     272);
            else if (count == 4)
                relu_depthwise_3x3_4(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 3)
                relu_depthwise_3x3_3(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else if (count == 2)
                relu_depthwise_3x3_2(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272, 272);
            else
                relu_depthwise_3x3_1(256, tap, dw_weight, 256, scratch + (pixel - lo) * 272);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 1444 pixels of 728 channels, each 728 deep. */
static void separable_38x38_728_728_relu(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 239 };
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
                depthwise_3x3_5(736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 4)
                depthwise_3x3_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                depthwise_3x3_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                depthwise_3x3_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                depthwise_3x3_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 1444 pixels of 728 channels, each 728 deep. */
static void separable_38x38_728_728(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 239 };
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
                depthwise_3x3_5(736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 4)
                depthwise_3x3_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                depthwise_3x3_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                depthwise_3x3_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                depthwise_3x3_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* conv2d: 1444 pixels of 728 channels, each 256 deep. */
static void conv_1x1_38x38_256_728_add(const xnc_args *args) {
    enum { depth = 256, a_pitch = 256, out_pitch = 736, panel_width = 16, tall_tiles = 239 };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)241 * args->task / args->tasks);
    const int end = (int)((int64_t)241 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 31) {
        const int last = min_int(first + 31, end);
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_add(depth, in + p * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 736 + panel * panel_width, 736,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_add(depth, in + p * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 736 + panel * panel_width, 736,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 1444 pixels of 728 channels, each 728 deep; relu on load. */
static void relu_separable_38x38_728_728_relu(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 239 };
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
                relu_depthwise_3x3_5(736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752,
                                     752);
            else if (count == 4)
                relu_depthwise_3x3_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                relu_depthwise_3x3_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                relu_depthwise_3x3_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                relu_depthwise_3x3_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 728 channels, each 728 deep. */
static void separable_stride2_19x19_728_728(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 56 };
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
                    tap[i * 11 + j] = zeros;
                    if (row >= 0 && row < 38 && column >= 0 && column < 38)
                        tap[i * 11 + j] = in + (row * 38 + column) * 736;
                }
            }
            if (count == 5)
                depthwise_3x3_stride2_5(736, tap, 7360, dw_weight, 736,
                                        scratch + (pixel - lo) * 752, 752);
            else if (count == 4)
                depthwise_3x3_stride2_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752,
                                        752);
            else if (count == 3)
                depthwise_3x3_stride2_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752,
                                        752);
            else if (count == 2)
                depthwise_3x3_stride2_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752,
                                        752);
            else
                depthwise_3x3_stride2_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* conv2d: 361 pixels of 728 channels, each 728 deep. */
static void conv_1x1_stride2_19x19_728_728_add(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 56 };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)61 * args->task / args->tasks);
    const int end = (int)((int64_t)61 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 9) {
        const int last = min_int(first + 9, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        for (int pixel = lo; pixel < hi; pixel++) {
            const int y = pixel / 19;
            const int x = pixel % 19;
            float *patch = scratch + (pixel - lo) * 752;
            for (int i = 0; i < 1; i++) {
                const int row = y * 2 + i;
                for (int j = 0; j < 1; j++) {
                    const int column = x * 2 + j;
                    const float *source = zeros;
                    if (row >= 0 && row < 38 && column >= 0 && column < 38)
                        source = in + (row * 38 + column) * 736;
                    for (int c = 0; c < 736; c += 8) {
                        __m256 value = _mm256_loadu_ps(source + c);
                        _mm256_storeu_ps(patch + (i + j) * 728 + c, value);
                    }
                }
            }
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 736 + panel * panel_width, 736,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 736 + panel * panel_width, 736,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 728 channels, each 728 deep; relu on load. */
static void relu_separable_19x19_728_728_relu(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 56 };
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
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            if (count == 5)
                relu_depthwise_3x3_5(736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752,
                                     752);
            else if (count == 4)
                relu_depthwise_3x3_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                relu_depthwise_3x3_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                relu_depthwise_3x3_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                relu_depthwise_3x3_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 728 channels, each 728 deep. */
static void separable_19x19_728_728_relu(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 56 };
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
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            if (count == 5)
                depthwise_3x3_5(736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 4)
                depthwise_3x3_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                depthwise_3x3_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                depthwise_3x3_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                depthwise_3x3_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 728 channels, each 728 deep. */
static void separable_19x19_728_728_add(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 736, panel_width = 16, tall_tiles = 56 };
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
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            if (count == 5)
                depthwise_3x3_5(736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 4)
                depthwise_3x3_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                depthwise_3x3_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                depthwise_3x3_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                depthwise_3x3_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 46; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 736 + panel * panel_width, 736,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 736 + panel * panel_width, 736,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 361 pixels of 1024 channels, each 728 deep. */
static void separable_19x19_728_1024_relu(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 1040, panel_width = 16, tall_tiles = 56 };
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
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 19;
            const int x = pixel % 19;
            const int count = min_int(min_int(19 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[i * 7 + j] = in + (row * 19 + column) * 736;
                }
            }
            if (count == 5)
                depthwise_3x3_5(736, tap, 3680, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 4)
                depthwise_3x3_4(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 3)
                depthwise_3x3_3(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else if (count == 2)
                depthwise_3x3_2(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752, 752);
            else
                depthwise_3x3_1(736, tap, dw_weight, 736, scratch + (pixel - lo) * 752);
            pixel += count;
        }
        for (int panel = 0; panel < 64; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 100 pixels of 1024 channels, each 1024 deep. */
static void separable_stride2_10x10_1024_1024(const xnc_args *args) {
    enum { depth = 1024, a_pitch = 1040, out_pitch = 1040, panel_width = 16, tall_tiles = 15 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const int begin = (int)((int64_t)17 * args->task / args->tasks);
    const int end = (int)((int64_t)17 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 6) {
        const int last = min_int(first + 6, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
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
                    tap[i * 11 + j] = zeros;
                    if (row >= 0 && row < 19 && column >= 0 && column < 19)
                        tap[i * 11 + j] = in + (row * 19 + column) * 1040;
                }
            }
            if (count == 5)
                depthwise_3x3_stride2_5(1024, tap, 10400, dw_weight, 1040,
                                        scratch + (pixel - lo) * 1040, 1040);
            else if (count == 4)
                depthwise_3x3_stride2_4(1024, tap, dw_weight, 1040, scratch + (pixel - lo) * 1040,
                                        1040);
            else if (count == 3)
                depthwise_3x3_stride2_3(1024, tap, dw_weight, 1040, scratch + (pixel - lo) * 1040,
                                        1040);
            else if (count == 2)
                depthwise_3x3_stride2_2(1024, tap, dw_weight, 1040, scratch + (pixel - lo) * 1040,
                                        1040);
            else
                depthwise_3x3_stride2_1(1024, tap, dw_weight, 1040, scratch + (pixel - lo) * 1040);
            pixel += count;
        }
        for (int panel = 0; panel < 64; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16(depth, scratch + (p - lo) * a_pitch, a_pitch,
                             weight + panel * panel_width * depth, bias + panel * panel_width,
                             out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* conv2d: 100 pixels of 1024 channels, each 728 deep. */
static void conv_1x1_stride2_10x10_728_1024_add(const xnc_args *args) {
    enum { depth = 728, a_pitch = 752, out_pitch = 1040, panel_width = 16, tall_tiles = 15 };
    const float *in = args->in;
    const float *residual = args->residual;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)17 * args->task / args->tasks);
    const int end = (int)((int64_t)17 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 9) {
        const int last = min_int(first + 9, end);
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
        for (int panel = 0; panel < 64; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 1040 + panel * panel_width, 1040,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_add(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                 weight + panel * panel_width * depth, bias + panel * panel_width,
                                 residual + p * 1040 + panel * panel_width, 1040,
                                 out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* 5 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_bias_relu_5(int channels, const float *const *tap, int ahead,
                                      const float *w, int w_pitch, const float *bias, float *out,
                                      int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
        __m256 acc_0 = _mm256_loadu_ps(bias + c);
        __m256 acc_1 = _mm256_loadu_ps(bias + c);
        __m256 acc_2 = _mm256_loadu_ps(bias + c);
        __m256 acc_3 = _mm256_loadu_ps(bias + c);
        __m256 acc_4 = _mm256_loadu_ps(bias + c);
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
        acc_0 = _mm256_max_ps(acc_0, nought);
        _mm256_storeu_ps(out + c, acc_0);
        acc_1 = _mm256_max_ps(acc_1, nought);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        acc_2 = _mm256_max_ps(acc_2, nought);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        acc_3 = _mm256_max_ps(acc_3, nought);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
        acc_4 = _mm256_max_ps(acc_4, nought);
        _mm256_storeu_ps(out + 4 * out_pitch + c, acc_4);
    }
}

/* 4 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_bias_relu_4(int channels, const float *const *tap, const float *w,
                                      int w_pitch, const float *bias, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
        __m256 acc_0 = _mm256_loadu_ps(bias + c);
        __m256 acc_1 = _mm256_loadu_ps(bias + c);
        __m256 acc_2 = _mm256_loadu_ps(bias + c);
        __m256 acc_3 = _mm256_loadu_ps(bias + c);
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
        acc_0 = _mm256_max_ps(acc_0, nought);
        _mm256_storeu_ps(out + c, acc_0);
        acc_1 = _mm256_max_ps(acc_1, nought);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        acc_2 = _mm256_max_ps(acc_2, nought);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
        acc_3 = _mm256_max_ps(acc_3, nought);
        _mm256_storeu_ps(out + 3 * out_pitch + c, acc_3);
    }
}

/* 3 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_bias_relu_3(int channels, const float *const *tap, const float *w,
                                      int w_pitch, const float *bias, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
        __m256 acc_0 = _mm256_loadu_ps(bias + c);
        __m256 acc_1 = _mm256_loadu_ps(bias + c);
        __m256 acc_2 = _mm256_loadu_ps(bias + c);
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
        acc_0 = _mm256_max_ps(acc_0, nought);
        _mm256_storeu_ps(out + c, acc_0);
        acc_1 = _mm256_max_ps(acc_1, nought);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
        acc_2 = _mm256_max_ps(acc_2, nought);
        _mm256_storeu_ps(out + 2 * out_pitch + c, acc_2);
    }
}

/* 2 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_bias_relu_2(int channels, const float *const *tap, const float *w,
                                      int w_pitch, const float *bias, float *out, int out_pitch) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
        __m256 acc_0 = _mm256_loadu_ps(bias + c);
        __m256 acc_1 = _mm256_loadu_ps(bias + c);
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
        acc_0 = _mm256_max_ps(acc_0, nought);
        _mm256_storeu_ps(out + c, acc_0);
        acc_1 = _mm256_max_ps(acc_1, nought);
        _mm256_storeu_ps(out + out_pitch + c, acc_1);
    }
}

/* 1 output pixels side by side, all channels; tap[row * 7 + column] is where an input stands. */
static void depthwise_3x3_bias_relu_1(int channels, const float *const *tap, const float *w,
                                      int w_pitch, const float *bias, float *out) {
    __m256 nought = _mm256_setzero_ps();
    for (int c = 0; c < channels; c += 8) {
        __m256 acc_0 = _mm256_loadu_ps(bias + c);
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
        acc_0 = _mm256_max_ps(acc_0, nought);
        _mm256_storeu_ps(out + c, acc_0);
    }
}

/* separable: 100 pixels of 1536 channels, each 1024 deep; relu between the stages. */
static void separable_relu_10x10_1024_1536_relu(const xnc_args *args) {
    enum { depth = 1024, a_pitch = 1040, out_pitch = 1552, panel_width = 16, tall_tiles = 15 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const float *dw_bias = args->w[3];
    const int begin = (int)((int64_t)17 * args->task / args->tasks);
    const int end = (int)((int64_t)17 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 6) {
        const int last = min_int(first + 6, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 10;
            const int x = pixel % 10;
            const int count = min_int(min_int(10 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 10 && column >= 0 && column < 10)
                        tap[i * 7 + j] = in + (row * 10 + column) * 1040;
                }
            }
            if (count == 5)
                depthwise_3x3_bias_relu_5(1024, tap, 5200, dw_weight, 1040, dw_bias,
                                          scratch + (pixel - lo) * 1040, 1040);
            else if (count == 4)
                depthwise_3x3_bias_relu_4(1024, tap, dw_weight, 1040, dw_bias,
                                          scratch + (pixel - lo) * 1040, 1040);
            else if (count == 3)
                depthwise_3x3_bias_relu_3(1024, tap, dw_weight, 1040, dw_bias,
                                          scratch + (pixel - lo) * 1040, 1040);
            else if (count == 2)
                depthwise_3x3_bias_relu_2(1024, tap, dw_weight, 1040, dw_bias,
                                          scratch + (pixel - lo) * 1040, 1040);
            else
                depthwise_3x3_bias_relu_1(1024, tap, dw_weight, 1040, dw_bias,
                                          scratch + (pixel - lo) * 1040);
            pixel += count;
        }
        for (int panel = 0; panel < 96; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 100 pixels of 1536 channels, each 1536 deep; relu between the stages. */
static void separable_relu_10x10_1536_1536_relu(const xnc_args *args) {
    enum { depth = 1536, a_pitch = 1552, out_pitch = 1552, panel_width = 16, tall_tiles = 15 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const float *dw_bias = args->w[3];
    const int begin = (int)((int64_t)17 * args->task / args->tasks);
    const int end = (int)((int64_t)17 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 5) {
        const int last = min_int(first + 5, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 10;
            const int x = pixel % 10;
            const int count = min_int(min_int(10 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 10 && column >= 0 && column < 10)
                        tap[i * 7 + j] = in + (row * 10 + column) * 1552;
                }
            }
            if (count == 5)
                depthwise_3x3_bias_relu_5(1536, tap, 7760, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else if (count == 4)
                depthwise_3x3_bias_relu_4(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else if (count == 3)
                depthwise_3x3_bias_relu_3(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else if (count == 2)
                depthwise_3x3_bias_relu_2(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else
                depthwise_3x3_bias_relu_1(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552);
            pixel += count;
        }
        for (int panel = 0; panel < 96; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
        }
    }
}

/* separable: 100 pixels of 2048 channels, each 1536 deep; relu between the stages. */
static void separable_relu_10x10_1536_2048_relu(const xnc_args *args) {
    enum { depth = 1536, a_pitch = 1552, out_pitch = 2064, panel_width = 16, tall_tiles = 15 };
    const float *in = args->in;
    float *out = args->out;
    float *scratch = args->scratch;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const float *dw_weight = args->w[2];
    const float *dw_bias = args->w[3];
    const int begin = (int)((int64_t)17 * args->task / args->tasks);
    const int end = (int)((int64_t)17 * (args->task + 1) / args->tasks);
    for (int first = begin; first < end; first += 5) {
        const int last = min_int(first + 5, end);
        const int lo = first * 5 + min_int(first, tall_tiles);
        const int hi = last * 5 + min_int(last, tall_tiles);
        int pixel = lo;
        while (pixel < hi) {
            const int y = pixel / 10;
            const int x = pixel % 10;
            const int count = min_int(min_int(10 - x, hi - pixel), 5);
            const float *tap[21];
            for (int i = 0; i < 3; i++) {
                const int row = y + i - 1;
                for (int j = 0; j < 7; j++) {
                    const int column = x + j - 1;
                    tap[i * 7 + j] = zeros;
                    if (row >= 0 && row < 10 && column >= 0 && column < 10)
                        tap[i * 7 + j] = in + (row * 10 + column) * 1552;
                }
            }
            if (count == 5)
                depthwise_3x3_bias_relu_5(1536, tap, 7760, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else if (count == 4)
                depthwise_3x3_bias_relu_4(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else if (count == 3)
                depthwise_3x3_bias_relu_3(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else if (count == 2)
                depthwise_3x3_bias_relu_2(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552, 1552);
            else
                depthwise_3x3_bias_relu_1(1536, tap, dw_weight, 1552, dw_bias,
                                          scratch + (pixel - lo) * 1552);
            pixel += count;
        }
        for (int panel = 0; panel < 128; panel++) {
            for (int t = first; t < min_int(last, tall_tiles); t++) {
                const int p = t * 6;
                product_6x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
            }
            for (int t = max_int(first, tall_tiles); t < last; t++) {
                const int p = t * 5 + tall_tiles;
                product_5x16_relu(depth, scratch + (p - lo) * a_pitch, a_pitch,
                                  weight + panel * panel_width * depth, bias + panel * panel_width,
                                  out + p * out_pitch + panel * panel_width, out_pitch);
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

/* A register tile: 1 pixels x 56 output channels of a product over depth. */
static void product_1x56(int depth, const float *a, const float *w, const float *bias, float *out) {
    __m256 acc_0_0 = _mm256_loadu_ps(bias);
    __m256 acc_0_1 = _mm256_loadu_ps(bias + 8);
    __m256 acc_0_2 = _mm256_loadu_ps(bias + 16);
    __m256 acc_0_3 = _mm256_loadu_ps(bias + 24);
    __m256 acc_0_4 = _mm256_loadu_ps(bias + 32);
    __m256 acc_0_5 = _mm256_loadu_ps(bias + 40);
    __m256 acc_0_6 = _mm256_loadu_ps(bias + 48);
    for (int k = 0; k < depth; k++) {
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

/* linear: 1 pixels of 1000 channels, each 2048 deep. */
static void linear_2048_1000(const xnc_args *args) {
    enum { depth = 2048, a_pitch = 2048, out_pitch = 1008, panel_width = 56 };
    const float *in = args->in;
    float *out = args->out;
    const float *weight = args->w[0];
    const float *bias = args->w[1];
    const int begin = (int)((int64_t)18 * args->task / args->tasks);
    const int end = (int)((int64_t)18 * (args->task + 1) / args->tasks);
    const int first = 0;
    const int last = 1;
    for (int panel = begin; panel < min_int(end, 18); panel++) {
        for (int t = first; t < last; t++) {
            const int p = t;
            product_1x56(depth, in + p * a_pitch, weight + panel * panel_width * depth,
                         bias + panel * panel_width, out + p * out_pitch + panel * panel_width);
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
        .name = "stem.0.conv",
        .op = "conv2d",
        .line = 21,
        .kernel = conv_3x3_stride2_150x150_3_32_relu,
        .in = XNC_AT_INPUT,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {0, 3456, -1, -1, -1},
        .scratch_offset = 2880000,
        .scratch_bytes = 16128,
        .macs = 19440000,
    },
    {
        .name = "stem.1.conv",
        .op = "conv2d",
        .line = 22,
        .kernel = conv_3x3_150x150_32_64_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 2880000,
        .weights = {3584, 77312, -1, -1, -1},
        .scratch_offset = 8640000,
        .scratch_bytes = 72960,
        .macs = 414720000,
    },
    {
        .name = "blocks.0.stack.conv1.conv_pw",
        .op = "separable",
        .line = 26,
        .kernel = relu_separable_150x150_64_128_relu,
        .in = 2880000,
        .residual = XNC_AT_NOTHING,
        .out = 14400000,
        .weights = {77568, 110336, 110848, -1, -1},
        .scratch_offset = 25920000,
        .scratch_bytes = 32640,
        .macs = 197280000,
    },
    {
        .name = "blocks.0.shortcut.conv",
        .op = "conv2d",
        .line = 26,
        .kernel = conv_1x1_stride2_75x75_64_128,
        .in = 2880000,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {113152, 145920, -1, -1, -1},
        .scratch_offset = 25920000,
        .scratch_bytes = 32640,
        .macs = 46080000,
    },
    {
        .name = "blocks.0.stack.conv2.conv_pw",
        .op = "separable",
        .line = 26,
        .kernel = separable_150x150_128_128_relu,
        .in = 14400000,
        .residual = XNC_AT_NOTHING,
        .out = 2880000,
        .weights = {146432, 211968, 212480, -1, -1},
        .scratch_offset = 25920000,
        .scratch_bytes = 62208,
        .macs = 394560000,
    },
    {
        .name = "blocks.0.stack.conv3.conv_pw",
        .op = "separable",
        .line = 26,
        .kernel = separable_stride2_75x75_128_128_add,
        .in = 2880000,
        .residual = 0,
        .out = 0,
        .weights = {217088, 282624, 283136, -1, -1},
        .scratch_offset = 14400000,
        .scratch_bytes = 62208,
        .macs = 98640000,
    },
    {
        .name = "blocks.1.stack.conv1.conv_pw",
        .op = "separable",
        .line = 27,
        .kernel = relu_separable_75x75_128_256_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 2880000,
        .weights = {287744, 418816, 419840, -1, -1},
        .scratch_offset = 8640000,
        .scratch_bytes = 127872,
        .macs = 190800000,
    },
    {
        .name = "blocks.1.stack.conv2.conv_pw",
        .op = "separable",
        .line = 27,
        .kernel = separable_75x75_256_256_relu,
        .in = 2880000,
        .residual = XNC_AT_NOTHING,
        .out = 8640000,
        .weights = {424448, 686592, 687616, -1, -1},
        .scratch_offset = 14400000,
        .scratch_bytes = 195840,
        .macs = 381600000,
    },
    {
        .name = "blocks.1.stack.conv3.conv_pw",
        .op = "separable",
        .line = 27,
        .kernel = separable_75x75_256_256,
        .in = 8640000,
        .residual = XNC_AT_NOTHING,
        .out = 2880000,
        .weights = {696832, 958976, 960000, -1, -1},
        .scratch_offset = 14400000,
        .scratch_bytes = 195840,
        .macs = 381600000,
    },
    {
        .name = "blocks.1.shortcut.conv",
        .op = "conv2d",
        .line = 27,
        .kernel = conv_1x1_75x75_128_256_add,
        .in = 0,
        .residual = 2880000,
        .out = 2880000,
        .weights = {969216, 1100288, -1, -1, -1},
        .macs = 184320000,
    },
    {
        .name = "blocks.2.stack.conv1.conv_pw",
        .op = "separable",
        .line = 28,
        .kernel = relu_separable_75x75_256_256_relu,
        .in = 2880000,
        .residual = XNC_AT_NOTHING,
        .out = 8640000,
        .weights = {1101312, 1363456, 1364480, -1, -1},
        .scratch_offset = 14400000,
        .scratch_bytes = 195840,
        .macs = 381600000,
    },
    {
        .name = "blocks.2.stack.conv2.conv_pw",
        .op = "separable",
        .line = 28,
        .kernel = separable_75x75_256_256_relu,
        .in = 8640000,
        .residual = XNC_AT_NOTHING,
        .out = 14400000,
        .weights = {1373696, 1635840, 1636864, -1, -1},
        .scratch_offset = 20160000,
        .scratch_bytes = 195840,
        .macs = 381600000,
    },
    {
        .name = "blocks.2.stack.conv3.conv_pw",
        .op = "separable",
        .line = 28,
        .kernel = separable_stride2_38x38_256_256,
        .in = 14400000,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {1646080, 1908224, 1909248, -1, -1},
        .scratch_offset = 20160000,
        .scratch_bytes = 176256,
        .macs = 97960960,
    },
    {
        .name = "blocks.2.shortcut.conv",
        .op = "conv2d",
        .line = 28,
        .kernel = conv_1x1_stride2_38x38_256_256_add,
        .in = 2880000,
        .residual = 0,
        .out = 0,
        .weights = {1918464, 2180608, -1, -1, -1},
        .scratch_offset = 8640000,
        .scratch_bytes = 176256,
        .macs = 94633984,
    },
    {
        .name = "blocks.3.stack.conv1.conv_pw",
        .op = "separable",
        .line = 29,
        .kernel = relu_separable_38x38_256_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1478656,
        .weights = {2181632, 2935296, 2938240, -1, -1},
        .scratch_offset = 5729792,
        .scratch_bytes = 176256,
        .macs = 272442368,
    },
    {
        .name = "blocks.3.stack.conv2.conv_pw",
        .op = "separable",
        .line = 29,
        .kernel = separable_38x38_728_728_relu,
        .in = 1478656,
        .residual = XNC_AT_NOTHING,
        .out = 5729792,
        .weights = {2947456, 5090688, 5093632, -1, -1},
        .scratch_offset = 9980928,
        .scratch_bytes = 180480,
        .macs = 774757984,
    },
    {
        .name = "blocks.3.stack.conv3.conv_pw",
        .op = "separable",
        .line = 29,
        .kernel = separable_38x38_728_728,
        .in = 5729792,
        .residual = XNC_AT_NOTHING,
        .out = 1478656,
        .weights = {5120128, 7263360, 7266304, -1, -1},
        .scratch_offset = 9980928,
        .scratch_bytes = 180480,
        .macs = 774757984,
    },
    {
        .name = "blocks.3.shortcut.conv",
        .op = "conv2d",
        .line = 29,
        .kernel = conv_1x1_38x38_256_728_add,
        .in = 0,
        .residual = 1478656,
        .out = 1478656,
        .weights = {7292800, 8046464, -1, -1, -1},
        .macs = 269115392,
    },
    {
        .name = "blocks.4.stack.conv1.conv_pw",
        .op = "separable",
        .line = 30,
        .kernel = relu_separable_38x38_728_728_relu,
        .in = 1478656,
        .residual = XNC_AT_NOTHING,
        .out = 5729792,
        .weights = {8049408, 10192640, 10195584, -1, -1},
        .scratch_offset = 9980928,
        .scratch_bytes = 180480,
        .macs = 774757984,
    },
    {
        .name = "blocks.4.stack.conv2.conv_pw",
        .op = "separable",
        .line = 30,
        .kernel = separable_38x38_728_728_relu,
        .in = 5729792,
        .residual = XNC_AT_NOTHING,
        .out = 9980928,
        .weights = {10222080, 12365312, 12368256, -1, -1},
        .scratch_offset = 14232064,
        .scratch_bytes = 180480,
        .macs = 774757984,
    },
    {
        .name = "blocks.4.stack.conv3.conv_pw",
        .op = "separable",
        .line = 30,
        .kernel = separable_stride2_19x19_728_728,
        .in = 9980928,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {12394752, 14537984, 14540928, -1, -1},
        .scratch_offset = 14232064,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.4.shortcut.conv",
        .op = "conv2d",
        .line = 30,
        .kernel = conv_1x1_stride2_19x19_728_728_add,
        .in = 1478656,
        .residual = 0,
        .out = 0,
        .weights = {14567424, 16710656, -1, -1, -1},
        .scratch_offset = 5729792,
        .scratch_bytes = 162432,
        .macs = 191324224,
    },
    {
        .name = "blocks.5.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {16713600, 18856832, 18859776, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.5.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {18886272, 21029504, 21032448, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.5.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {21058944, 23202176, 23205120, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.6.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {23231616, 25374848, 25377792, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.6.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {25404288, 27547520, 27550464, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.6.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {27576960, 29720192, 29723136, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.7.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {29749632, 31892864, 31895808, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.7.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {31922304, 34065536, 34068480, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.7.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {34094976, 36238208, 36241152, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.8.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {36267648, 38410880, 38413824, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.8.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {38440320, 40583552, 40586496, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.8.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {40612992, 42756224, 42759168, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.9.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {42785664, 44928896, 44931840, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.9.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {44958336, 47101568, 47104512, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.9.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {47131008, 49274240, 49277184, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.10.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {49303680, 51446912, 51449856, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.10.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {51476352, 53619584, 53622528, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.10.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {53649024, 55792256, 55795200, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.11.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {55821696, 57964928, 57967872, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.11.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {57994368, 60137600, 60140544, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.11.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {60167040, 62310272, 62313216, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.12.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {62339712, 64482944, 64485888, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.12.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {64512384, 66655616, 66658560, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.12.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {66685056, 68828288, 68831232, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.13.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {68857728, 71000960, 71003904, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.13.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {71030400, 73173632, 73176576, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.13.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {73203072, 75346304, 75349248, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.14.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {75375744, 77518976, 77521920, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.14.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {77548416, 79691648, 79694592, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.14.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {79721088, 81864320, 81867264, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.15.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {81893760, 84036992, 84039936, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.15.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {84066432, 86209664, 86212608, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.15.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {86239104, 88382336, 88385280, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.16.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {88411776, 90555008, 90557952, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.16.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {90584448, 92727680, 92730624, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.16.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {92757120, 94900352, 94903296, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.17.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {94929792, 97073024, 97075968, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.17.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {97102464, 99245696, 99248640, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.17.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {99275136, 101418368, 101421312, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.18.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {101447808, 103591040, 103593984, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.18.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {103620480, 105763712, 105766656, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.18.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {105793152, 107936384, 107939328, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.19.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {107965824, 110109056, 110112000, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.19.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {110138496, 112281728, 112284672, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.19.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {112311168, 114454400, 114457344, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.20.stack.conv1.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {114483840, 116627072, 116630016, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.20.stack.conv2.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {116656512, 118799744, 118802688, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.20.stack.conv3.conv_pw",
        .op = "separable",
        .line = 32,
        .kernel = separable_19x19_728_728_add,
        .in = 2125568,
        .residual = 0,
        .out = 0,
        .weights = {118829184, 120972416, 120975360, -1, -1},
        .scratch_offset = 3188352,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.21.stack.conv1.conv_pw",
        .op = "separable",
        .line = 34,
        .kernel = relu_separable_19x19_728_728_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {121001856, 123145088, 123148032, -1, -1},
        .scratch_offset = 2125568,
        .scratch_bytes = 162432,
        .macs = 193689496,
    },
    {
        .name = "blocks.21.stack.conv2.conv_pw",
        .op = "separable",
        .line = 34,
        .kernel = separable_19x19_728_1024_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 2125568,
        .weights = {123174528, 126156416, 126160512, -1, -1},
        .scratch_offset = 3627328,
        .scratch_bytes = 162432,
        .macs = 271480664,
    },
    {
        .name = "blocks.21.stack.conv3.conv_pw",
        .op = "separable",
        .line = 34,
        .kernel = separable_stride2_10x10_1024_1024,
        .in = 2125568,
        .residual = XNC_AT_NOTHING,
        .out = 1062784,
        .weights = {126187008, 130381312, 130385408, -1, -1},
        .scratch_offset = 3627328,
        .scratch_bytes = 149760,
        .macs = 105779200,
    },
    {
        .name = "blocks.21.shortcut.conv",
        .op = "conv2d",
        .line = 34,
        .kernel = conv_1x1_stride2_10x10_728_1024_add,
        .in = 0,
        .residual = 1062784,
        .out = 1062784,
        .weights = {130422848, 133404736, -1, -1, -1},
        .scratch_offset = 1478784,
        .scratch_bytes = 162432,
        .macs = 74547200,
    },
    {
        .name = "blocks.22.stack.conv1.conv_pw",
        .op = "separable",
        .line = 35,
        .kernel = separable_relu_10x10_1024_1536_relu,
        .in = 1062784,
        .residual = XNC_AT_NOTHING,
        .out = 0,
        .weights = {133408832, 139700288, 139706432, 139743872, -1},
        .scratch_offset = 1478784,
        .scratch_bytes = 149760,
        .macs = 158208000,
    },
    {
        .name = "blocks.22.stack.conv2.conv_pw",
        .op = "separable",
        .line = 35,
        .kernel = separable_relu_10x10_1536_1536_relu,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 620800,
        .weights = {139748032, 149185216, 149191360, 149247232, -1},
        .scratch_offset = 1241600,
        .scratch_bytes = 186240,
        .macs = 237312000,
    },
    {
        .name = "blocks.22.stack.conv3.conv_pw",
        .op = "separable",
        .line = 35,
        .kernel = separable_relu_10x10_1536_2048_relu,
        .in = 620800,
        .residual = XNC_AT_NOTHING,
        .out = 1241600,
        .weights = {149253440, 161836352, 161844544, 161900416, -1},
        .scratch_offset = 2067200,
        .scratch_bytes = 186240,
        .macs = 315955200,
    },
    {
        .name = "head.global_pool",
        .op = "global_pool",
        .line = 37,
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
        .line = 37,
        .kernel = linear_2048_1000,
        .in = 0,
        .residual = XNC_AT_NOTHING,
        .out = 8192,
        .weights = {161906624, 170164160, -1, -1, -1},
        .macs = 2048000,
    },
    {
        .name = "head.fc.out",
        .op = "to_nchw",
        .line = 37,
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
    {.base = 25920000, .per_thread = 62208},
    {.base = 20160000, .per_thread = 195840},
};

static const xnc_tensor_info outputs[] = {
    {.name = "head.fc.out", .rank = 2, .shape = {1, 1000}},
};

const xnc_model xception71_model = {
    .abi = XNC_ABI,
    .name = "xception71",
    .version = "0.1.0",
    .target = "x86-64-v3",
    .features = "avx2 fma",
    .digest = 0x9dc81ec33a90b5ff,
    .weights_bytes = XCEPTION71_WEIGHTS_BYTES,
    .arena_terms = arena_terms,
    .n_arena_terms = sizeof arena_terms / sizeof *arena_terms,
    .input = {.name = "input", .rank = 4, .shape = {1, 3, 299, 299}},
    .outputs = outputs,
    .n_outputs = sizeof outputs / sizeof *outputs,
    .layers = layers,
    .n_layers = sizeof layers / sizeof *layers,
    .macs = XCEPTION71_MACS,
    .preprocess =
        {
            .height = 299,
            .width = 299,
            .crop_pct = 0.903,
            .mean = {0.5f, 0.5f, 0.5f, 0.5f},
            .std = {0.5f, 0.5f, 0.5f, 0.5f},
            .interpolation = "bicubic",
            .crop_mode = "center",
        },
};
