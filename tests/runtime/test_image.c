/* test_image.c - preprocessing of pictures: values of timm's transform, formats, strides, padding,
 * scratch of exactly the promised size, and refusals. Many more pictures: tests/compiler/data.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "xnc_image.h"

enum { WIDTH = 9, HEIGHT = 7, SIDE = 4, BYTES = 3 * WIDTH * HEIGHT, CROP = 3 * SIDE * SIDE };

static xnc_preprocess imagenet(const char *interpolation, const char *mode) {
    return (xnc_preprocess){.height = SIDE,
                            .width = SIDE,
                            .crop_pct = 0.8,
                            .mean = {0.485f, 0.456f, 0.406f, 0.0f},
                            .std = {0.229f, 0.224f, 0.225f, 1.0f},
                            .interpolation = interpolation,
                            .crop_mode = mode};
}

/* The picture of all tests: byte i is (37 i + 11) mod 256. */
static xnc_image picture(uint8_t pixels[BYTES]) {
    for (int i = 0; i < BYTES; i++) {
        pixels[i] = (uint8_t)(i * 37 + 11);
    }
    return (xnc_image){pixels, WIDTH, HEIGHT, 3 * WIDTH, XNC_RGB};
}

/* Scratch of exactly the size that the library asks for, so that a sanitizer sees more. */
static void crop(const xnc_preprocess *how, int channels, const xnc_image *image, uint8_t *to) {
    size_t bytes = xnc_image_scratch_bytes(how, channels, image);
    assert_true(bytes > 0);
    uint8_t *scratch = malloc(bytes);
    assert_int_equal(xnc_image_crop(how, channels, image, scratch, bytes - 1, to), XNC_E_ARENA);
    assert_int_equal(xnc_image_crop(how, channels, image, scratch, bytes, to), XNC_OK);
    free(scratch);
}

static void normalize(const xnc_preprocess *how, int channels, const xnc_image *image, float *to) {
    size_t bytes = xnc_image_scratch_bytes(how, channels, image);
    uint8_t *scratch = malloc(bytes);
    assert_int_equal(xnc_image_input(how, channels, image, scratch, bytes, to), XNC_OK);
    free(scratch);
}

typedef struct Golden {
    const char *interpolation, *mode;
    uint8_t crop[CROP]; /* of timm 1.0.31 with Pillow 9.4 */
    float sixth[3];     /* the floats of pixel 5 */
} Golden;

static const Golden goldens[] = {
    {"bicubic",
     "center",
     {180, 108, 106, 136, 157, 119, 108, 150, 119, 123, 132, 177, 139, 187, 61,  100,
      141, 157, 63,  112, 158, 161, 96,  133, 102, 141, 164, 82,  103, 138, 167, 93,
      115, 141, 148, 114, 132, 104, 145, 179, 52,  106, 148, 196, 63,  109, 148, 161},
     {-0x1.9f28acp-2f, 0x1.bb28e6p-2f, 0x1.dd2722p-1f}},
    {"bilinear",
     "squash",
     {108, 91,  122, 159, 110, 105, 131, 168, 114, 111, 132, 169, 163, 143, 91,  128,
      165, 74,  100, 137, 174, 112, 101, 138, 127, 164, 93,  107, 129, 143, 124, 112,
      138, 141, 119, 111, 140, 128, 165, 157, 93,  130, 148, 125, 102, 120, 157, 114},
     {0x1.2f5e64p-4f, 0x1.b4b4b6p-1f, -0x1.0784aap-1f}},
    {"bicubic",
     "border",
     {121, 89,  122, 161, 127, 98,  121, 167, 128, 111, 128, 167, 157, 169, 78,  107,
      158, 99,  94,  116, 168, 125, 97,  123, 120, 149, 145, 133, 96,  150, 153, 116,
      105, 140, 156, 110, 175, 97,  145, 159, 104, 95,  125, 137, 102, 87,  136, 135},
     {-0x1.24689cp-2f, 0x1.75f5f8p-1f, -0x1.436572p-4f}},
};

static void test_values_are_timms(void **state) {
    (void)state;
    uint8_t pixels[BYTES], bytes[CROP];
    float floats[CROP];
    xnc_image image = picture(pixels);
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        const Golden *golden = &goldens[i];
        xnc_preprocess how = imagenet(golden->interpolation, golden->mode);
        crop(&how, 3, &image, bytes);
        assert_memory_equal(bytes, golden->crop, CROP);
        normalize(&how, 3, &image, floats);
        for (int c = 0; c < 3; c++) {
            assert_true(floats[c * SIDE * SIDE + 5] == golden->sixth[c]);
        }
    }
}

/* The same picture in the other order of colours, with a gap behind each row. */
static void test_order_and_stride(void **state) {
    (void)state;
    enum { STRIDE = 3 * WIDTH + 5 };
    uint8_t pixels[BYTES], strided[STRIDE * HEIGHT], bytes[CROP];
    xnc_preprocess how = imagenet("bicubic", "center");
    picture(pixels);
    memset(strided, 255, sizeof strided);
    for (int i = 0; i < BYTES; i++) {
        int row = i / (3 * WIDTH), column = i / 3 % WIDTH;
        strided[row * STRIDE + 3 * column + 2 - i % 3] = pixels[i];
    }
    xnc_image image = {strided, WIDTH, HEIGHT, STRIDE, XNC_BGR};
    crop(&how, 3, &image, bytes);
    assert_memory_equal(bytes, goldens[0].crop, CROP);
}

/* A grey picture is one with three equal channels; a model of one channel sees its luma. */
static void test_grey(void **state) {
    (void)state;
    uint8_t grey[WIDTH * HEIGHT], colour[BYTES], expected[CROP], bytes[CROP], luma[SIDE * SIDE];
    xnc_preprocess how = imagenet("bilinear", "squash");
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        grey[i] = (uint8_t)(i * i);
        memset(colour + 3 * i, grey[i], 3);
    }
    xnc_image image = {grey, WIDTH, HEIGHT, WIDTH, XNC_GREY};
    xnc_image same = {colour, WIDTH, HEIGHT, 3 * WIDTH, XNC_BGR};
    crop(&how, 3, &image, bytes);
    crop(&how, 3, &same, expected);
    assert_memory_equal(bytes, expected, CROP);
    crop(&how, 1, &same, luma);
    crop(&how, 1, &image, bytes);
    assert_memory_equal(bytes, luma, SIDE * SIDE);
    for (int i = 0; i < SIDE * SIDE; i++) {
        assert_int_equal(luma[i], expected[3 * i]);
    }
}

/* One pixel of pure red, green, blue: Pillow's weights of the three are 76, 150 and 29. */
static void test_luma(void **state) {
    (void)state;
    static const uint8_t expected[3] = {76, 150, 29};
    xnc_preprocess how = imagenet("bicubic", "center");
    for (int c = 0; c < 3; c++) {
        uint8_t pixel[3] = {0}, luma[SIDE * SIDE];
        pixel[c] = 255;
        xnc_image image = {pixel, 1, 1, 3, XNC_RGB};
        crop(&how, 1, &image, luma);
        assert_int_equal(luma[0], expected[c]);
        image.format = XNC_BGR;
        crop(&how, 1, &image, luma);
        assert_int_equal(luma[15], expected[2 - c]);
    }
}

/* A picture that has its size already stays as it is, byte for byte. */
static void test_equal_size_is_a_copy(void **state) {
    (void)state;
    uint8_t pixels[BYTES], bytes[BYTES];
    xnc_image image = picture(pixels);
    xnc_preprocess how = {.height = HEIGHT,
                          .width = WIDTH,
                          .crop_pct = 1.0,
                          .std = {1, 1, 1, 1},
                          .interpolation = "bicubic",
                          .crop_mode = "squash"};
    crop(&how, 3, &image, bytes);
    assert_memory_equal(bytes, pixels, BYTES);
}

/* 8 x 2 into 4 x 4: one row of the mean's colour above, two below after rounding down, as timm
 * pads. 0.1 * 255 is half of an odd number and goes to the even neighbour. */
static void test_border_has_the_means_colour(void **state) {
    (void)state;
    static const uint8_t fill[3] = {26, 128, 76};
    uint8_t pixels[3 * 8 * 2], bytes[CROP];
    memset(pixels, 200, sizeof pixels);
    xnc_image image = {pixels, 8, 2, 24, XNC_RGB};
    xnc_preprocess how = imagenet("bicubic", "border");
    how.crop_pct = 1.0;
    memcpy(how.mean, (float[]){0.1f, 0.5f, 0.3f, 0.0f}, sizeof how.mean);
    crop(&how, 3, &image, bytes);
    for (int i = 0; i < CROP; i++) {
        int row = i / (3 * SIDE);
        assert_int_equal(bytes[i], row == 1 ? 200 : fill[i % 3]);
    }
}

/* All values of a pixel, as TensorFlow 2.21 computes Rescaling(1 / 255) and Rescaling(1 / 127.5,
 * -1): a product, rounded, and a sum. So many of the 256 differ from those of a division by 255. */
static void test_scale_rounds_as_rescaling(void **state) {
    (void)state;
    static const struct Case {
        double scale;
        float offset, mean, std;
        int differ;
    } cases[] = {{1 / 255.0, 0, 0, 1, 126}, {1 / 127.5, -1, 0.5f, 0.5f, 111}};
    uint8_t pixels[256];
    float divided[256], multiplied[256];
    for (int i = 0; i < 256; i++) {
        pixels[i] = (uint8_t)i;
    }
    xnc_image image = {pixels, 16, 16, 16, XNC_GREY};
    for (int k = 0; k < 2; k++) {
        float mean = cases[k].mean, std = cases[k].std, scale = (float)cases[k].scale;
        xnc_preprocess how = {.height = 16,
                              .width = 16,
                              .crop_pct = 1.0,
                              .mean = {mean, mean, mean, mean},
                              .std = {std, std, std, std},
                              .interpolation = "nearest",
                              .crop_mode = "squash"};
        normalize(&how, 1, &image, divided);
        how.scale[0] = scale;
        how.offset[0] = cases[k].offset;
        normalize(&how, 1, &image, multiplied);
        int differ = 0;
        for (int i = 0; i < 256; i++) {
            float product = (float)((double)i * (double)scale); /* exact before it is rounded */
            assert_true(multiplied[i] == (float)((double)product + (double)cases[k].offset));
            differ += multiplied[i] != divided[i];
        }
        assert_int_equal(differ, cases[k].differ);
    }
}

/* The longest pictures: nothing overflows, and scratch stays small. */
static void test_extreme_shapes(void **state) {
    (void)state;
    uint8_t *pixels = calloc(3, XNC_IMAGE_MAX_SIDE), bytes[CROP];
    xnc_image high = {pixels, 1, XNC_IMAGE_MAX_SIDE, 3, XNC_RGB};
    xnc_image wide = {pixels, XNC_IMAGE_MAX_SIDE, 1, 3 * XNC_IMAGE_MAX_SIDE, XNC_RGB};
    const char *modes[] = {"center", "squash"};
    memset(pixels, 9, 3 * XNC_IMAGE_MAX_SIDE);
    for (int i = 0; i < 2; i++) {
        xnc_preprocess how = imagenet("bicubic", modes[i]);
        crop(&how, 3, &high, bytes);
        assert_int_equal(bytes[CROP - 1], 9);
        crop(&how, 3, &wide, bytes);
        assert_int_equal(bytes[0], 9);
        assert_true(xnc_image_scratch_bytes(&how, 3, &high) < 4 << 20);
    }
    free(pixels);
}

static void refuse(const xnc_preprocess *how, int channels, const xnc_image *image) {
    float floats[CROP];
    uint8_t scratch[16], bytes[CROP];
    assert_int_equal(xnc_image_scratch_bytes(how, channels, image), 0);
    assert_int_equal(xnc_image_crop(how, channels, image, scratch, 16, bytes), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_input(how, channels, image, scratch, 16, floats), XNC_E_ARGUMENT);
}

static void test_pictures_that_are_refused(void **state) {
    (void)state;
    uint8_t pixels[BYTES];
    const xnc_image good = picture(pixels);
    const xnc_image bad[] = {
        {NULL, WIDTH, HEIGHT, 3 * WIDTH, XNC_RGB},
        {pixels, 0, HEIGHT, 3 * WIDTH, XNC_RGB},
        {pixels, WIDTH, -1, 3 * WIDTH, XNC_RGB},
        {pixels, WIDTH, XNC_IMAGE_MAX_SIDE + 1, 3 * WIDTH, XNC_RGB},
        {pixels, WIDTH, HEIGHT, 3 * WIDTH - 1, XNC_RGB},
        {pixels, WIDTH, HEIGHT, WIDTH - 1, XNC_GREY},
        {pixels, WIDTH, HEIGHT, SIZE_MAX / 3, XNC_RGB},
        {pixels, WIDTH, HEIGHT, 3 * WIDTH, (xnc_image_format)3},
    };
    xnc_preprocess how = imagenet("bicubic", "center");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refuse(&how, 3, &bad[i]);
    }
    refuse(&how, 3, NULL);
    refuse(NULL, 3, &good);
    refuse(&how, 2, &good);
    refuse(&how, 4, &good);
}

static void test_preprocessing_that_is_refused(void **state) {
    (void)state;
    uint8_t pixels[BYTES];
    const xnc_image good = picture(pixels), narrow = {pixels, 1, 20, 3, XNC_RGB};
    const double ratios[] = {0.0, -1.0, 1.5, NAN, INFINITY};
    xnc_preprocess how = imagenet("bicubic", "border");
    refuse(&how, 3, &narrow); /* 5 / 20 of a column is left */
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        how.crop_pct = ratios[i];
        refuse(&how, 3, &good);
    }
    how = imagenet("lanczos", "center");
    refuse(&how, 3, &good);
    how = imagenet("bicubic", "middle");
    refuse(&how, 3, &good);
    how = imagenet(NULL, "center");
    refuse(&how, 3, &good);
    how = imagenet("bicubic", NULL);
    refuse(&how, 3, &good);
    how = imagenet("bicubic", "center");
    how.height = 0;
    refuse(&how, 3, &good);
}

/* A NULL where the library writes is refused as well. */
static void test_no_place_for_results(void **state) {
    (void)state;
    uint8_t pixels[BYTES], bytes[CROP], scratch[4096];
    float floats[CROP];
    xnc_image image = picture(pixels);
    xnc_preprocess how = imagenet("bicubic", "center");
    assert_true(xnc_image_scratch_bytes(&how, 3, &image) <= sizeof scratch);
    assert_int_equal(xnc_image_crop(&how, 3, &image, scratch, 4096, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_input(&how, 3, &image, scratch, 4096, NULL), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_crop(&how, 3, &image, NULL, 4096, bytes), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_input(&how, 3, &image, NULL, 4096, floats), XNC_E_ARGUMENT);
    for (int i = 0; i < 8; i++) { /* scratch needs no alignment */
        assert_int_equal(xnc_image_crop(&how, 3, &image, scratch + i, 4088, bytes), XNC_OK);
        assert_memory_equal(bytes, goldens[0].crop, CROP);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_timms),
        cmocka_unit_test(test_order_and_stride),
        cmocka_unit_test(test_grey),
        cmocka_unit_test(test_luma),
        cmocka_unit_test(test_equal_size_is_a_copy),
        cmocka_unit_test(test_border_has_the_means_colour),
        cmocka_unit_test(test_scale_rounds_as_rescaling),
        cmocka_unit_test(test_extreme_shapes),
        cmocka_unit_test(test_pictures_that_are_refused),
        cmocka_unit_test(test_preprocessing_that_is_refused),
        cmocka_unit_test(test_no_place_for_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
