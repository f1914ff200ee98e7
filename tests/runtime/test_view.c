/* test_view.c - boxes and orientations of pictures: which pixels they give, what is refused.
 * Pillow's values for files of both formats: tests/compiler/data.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "xnc_image.h"

enum { WIDTH = 4, HEIGHT = 3, GAP = 2, STRIDE = WIDTH + GAP };

/* Grey pixels that are their place: 10 * row + column; the gap behind a row is 255. */
static xnc_image picture(uint8_t pixels[HEIGHT * STRIDE]) {
    memset(pixels, 255, HEIGHT * STRIDE);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        pixels[i / WIDTH * STRIDE + i % WIDTH] = (uint8_t)(i / WIDTH * 10 + i % WIDTH);
    }
    return (xnc_image){pixels, WIDTH, HEIGHT, STRIDE, XNC_GREY};
}

/* By orientation, what stands in the first two pixels of the first row and in the last pixel. */
static void test_orientations_move_the_corners(void **state) {
    (void)state;
    static const uint8_t corners[9][3] = {{0},         {0, 1, 23},  {3, 2, 20},
                                          {23, 22, 0}, {20, 21, 3}, {0, 10, 23},
                                          {20, 10, 3}, {23, 13, 0}, {3, 13, 20}};
    uint8_t pixels[HEIGHT * STRIDE];
    xnc_image image = picture(pixels), turned;
    for (int orientation = 1; orientation <= 8; orientation++) {
        uint8_t to[WIDTH * HEIGHT];
        size_t stride = orientation < 5 ? WIDTH : HEIGHT;
        assert_int_equal(xnc_image_turn(&image, orientation, to, stride, &turned), XNC_OK);
        assert_int_equal(turned.width, stride);
        assert_int_equal(turned.height, WIDTH + HEIGHT - (int)stride);
        assert_int_equal(to[0], corners[orientation][0]);
        assert_int_equal(to[1], corners[orientation][1]);
        assert_int_equal(to[WIDTH * HEIGHT - 1], corners[orientation][2]);
    }
}

/* Three bytes of a pixel stay together, rows may have gaps. */
static void test_colours_are_turned_whole(void **state) {
    (void)state;
    static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    uint8_t to[7] = {9, 9, 9, 9, 9, 9, 9};
    const xnc_image image = {pixels, 2, 1, 6, XNC_BGR};
    xnc_image turned;
    assert_int_equal(xnc_image_turn(&image, 8, to, 4, &turned), XNC_OK);
    assert_memory_equal(to, ((uint8_t[]){4, 5, 6, 9, 1, 2, 3}), 7);
    assert_int_equal(turned.format, XNC_BGR);
    assert_int_equal(turned.stride, 4);
}

static void test_turns_that_are_refused(void **state) {
    (void)state;
    uint8_t pixels[HEIGHT * STRIDE], to[WIDTH * HEIGHT];
    xnc_image image = picture(pixels), turned;
    assert_int_equal(xnc_image_turn(&image, 0, to, WIDTH, &turned), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_turn(&image, 9, to, WIDTH, &turned), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_turn(&image, 1, to, WIDTH - 1, &turned), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_turn(&image, 6, to, HEIGHT - 1, &turned), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_turn(&image, 1, NULL, WIDTH, &turned), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_turn(NULL, 1, to, WIDTH, &turned), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_turn(&image, 1, to, WIDTH, NULL), XNC_E_ARGUMENT);
}

/* Expects a part of that place and size. */
static void expect_part(xnc_box box, double margin, int x, int y, int width, int height) {
    uint8_t pixels[HEIGHT * STRIDE];
    xnc_image image = picture(pixels), part;
    assert_int_equal(xnc_image_box(&image, &box, margin, &part), XNC_OK);
    assert_ptr_equal(part.pixels, pixels + y * STRIDE + x);
    assert_int_equal(part.width, width);
    assert_int_equal(part.height, height);
    assert_int_equal(part.stride, STRIDE);
    assert_int_equal(part.format, XNC_GREY);
}

static void test_boxes(void **state) {
    (void)state;
    expect_part((xnc_box){0, 0, WIDTH, HEIGHT}, 0, 0, 0, WIDTH, HEIGHT);
    expect_part((xnc_box){1, 1, 2, 1}, 0, 1, 1, 2, 1);
    expect_part((xnc_box){0.5, 1.5, 1, 1.4}, 0, 0, 2, 2, 1); /* halves to even: 0 and 2, 2 and 3 */
    expect_part((xnc_box){-5, 2, 6, 100}, 0, 0, 2, 1, 1);    /* what lies outside is cut off */
    expect_part((xnc_box){1, 1, 1, 1}, 1, 1, 1, 1, 1);       /* a square that it is already */
    expect_part((xnc_box){1, 0, 2, 1}, 1, 1, 0, 2, 2);       /* 1,-0.5 to 3,1.5 */
    expect_part((xnc_box){1, 1, 1, 1}, 3, 0, 0, 3, 3);       /* around the same centre */
    expect_part((xnc_box){-5e8, -5e8, 5e8 + 1, 5e8 + 1}, 0, 0, 0, 1, 1);
}

static void test_boxes_that_are_refused(void **state) {
    (void)state;
    const xnc_box bad[] = {{4, 0, 1, 1},        {0, 3, 1, 1},     {-1, 0, 1, 1},
                           {0, 0, 0, 1},        {0, 0, 1, -1},    {NAN, 0, 1, 1},
                           {0, 0, INFINITY, 1}, {1.6, 0, 0.3, 1}, {0, 2e9, 1, 1}};
    const double margins[] = {-1, NAN, INFINITY};
    uint8_t pixels[HEIGHT * STRIDE];
    xnc_image image = picture(pixels), part = image;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(xnc_image_box(&image, &bad[i], 0, &part), XNC_E_ARGUMENT);
    }
    const xnc_box good = {0, 0, 1, 1};
    for (size_t i = 0; i < sizeof margins / sizeof *margins; i++) {
        assert_int_equal(xnc_image_box(&image, &good, margins[i], &part), XNC_E_ARGUMENT);
    }
    assert_int_equal(part.width, WIDTH);
    assert_int_equal(xnc_image_box(&image, NULL, 0, &part), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_box(NULL, &good, 0, &part), XNC_E_ARGUMENT);
    assert_int_equal(xnc_image_box(&image, &good, 0, NULL), XNC_E_ARGUMENT);
}

/* Segment and table of a camera; every beginning of it is read within its bytes. */
static void test_orientation_of_bytes(void **state) {
    (void)state;
    static const uint8_t photo[] = {0xff, 0xd8, 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0,    0, 'M',
                                    'M',  0,    42,   0,    0, 0,  8,   0,   1,   1,   0x12, 0, 3,
                                    0,    0,    0,    1,    0, 8,  0,   0,   0,   0,   0,    0};
    assert_int_equal(xnc_image_orientation(photo, sizeof photo), 8);
    assert_int_equal(xnc_image_orientation(NULL, 9), 1);
    for (size_t bytes = 0; bytes < sizeof photo; bytes++) {
        uint8_t *copy = malloc(bytes + 1);
        memcpy(copy, photo, bytes);
        assert_int_equal(xnc_image_orientation(copy, bytes), 1);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orientations_move_the_corners),
        cmocka_unit_test(test_colours_are_turned_whole),
        cmocka_unit_test(test_turns_that_are_refused),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_boxes_that_are_refused),
        cmocka_unit_test(test_orientation_of_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
