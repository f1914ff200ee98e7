/* features.c - the maps of a network instead of its classes, as segmentation takes them.
 *
 *   features WEIGHTS PICTURE MAP.png
 *
 * The network was compiled with --features --output-stride=8 (xnc_add_model: FEATURES and
 * OUTPUT_STRIDE): it has one output for each stage, [N, C, H, W], and keeps an eighth of the
 * resolution to the end by dilating what comes behind. Of each map this program shows where it is
 * active: the mean over the channels of the magnitude, in grey, beside the picture that the network
 * saw; and it prints the shape, and row and column of the most active place.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <png.h>

#include "mini_features.h"
#include "picture.h"

enum {
    MOST_PIXELS = 100000000,
    SEEN = 64, /* pixels of a side of the network's input */
    SIDE = 2 * SEEN,
    PANELS = MINI_FEATURES_OUTPUTS + 1
};

static const xnc_model *const model = &mini_features_model;

/* A row of square panels, RGB. */
typedef struct canvas {
    unsigned char pixels[SIDE][PANELS * SIDE][3];
} canvas;

static int complain(const char *about, const char *why) {
    fprintf(stderr, "features: %s: %s\n", about, why);
    return EXIT_FAILURE;
}

/* ---- From maps to a picture ---- */

/* Mean magnitude over the channels at one place of a map. */
static float activity(const float *map, const int64_t *shape, int64_t place) {
    int64_t area = shape[2] * shape[3];
    float sum = 0;
    for (int64_t channel = 0; channel < shape[1]; channel++) {
        sum += fabsf(map[channel * area + place]);
    }
    return sum / (float)shape[1];
}

/* The activity at every place, stretched to 0..255. Returns the most active place. */
static int64_t stretch(const float *map, const int64_t *shape, unsigned char *grey) {
    int64_t area = shape[2] * shape[3], strongest = 0;
    float low = INFINITY, high = -INFINITY;
    for (int64_t place = 0; place < area; place++) {
        float value = activity(map, shape, place);
        low = fminf(low, value);
        strongest = value > high ? place : strongest;
        high = fmaxf(high, value);
    }
    float scale = high > low ? 255.0f / (high - low) : 0.0f;
    for (int64_t place = 0; place < area; place++) {
        grey[place] = (unsigned char)((activity(map, shape, place) - low) * scale);
    }
    return strongest;
}

/* Fills a panel with a map, whatever its resolution. Returns its most active place. */
static int64_t paint_map(canvas *on, int panel, const float *map, const int64_t *shape) {
    unsigned char grey[SEEN * SEEN];
    int64_t strongest = stretch(map, shape, grey);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            int64_t place = y * shape[2] / SIDE * shape[3] + x * shape[3] / SIDE;
            for (int colour = 0; colour < 3; colour++) {
                on->pixels[y][panel * SIDE + x][colour] = grey[place];
            }
        }
    }
    return strongest;
}

static void paint_picture(canvas *on, const unsigned char *pixels) {
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            int place = y * SEEN / SIDE * SEEN + x * SEEN / SIDE;
            for (int colour = 0; colour < 3; colour++) {
                on->pixels[y][x][colour] = pixels[place * 3 + colour];
            }
        }
    }
}

static int write_png(const canvas *from, const char *path) {
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = PANELS * SIDE,
                     .height = SIDE,
                     .format = PNG_FORMAT_RGB};
    return png_image_write_to_file(&png, path, 0, from->pixels, 0, NULL)
               ? EXIT_SUCCESS
               : complain(path, png.message);
}

/* ---- From a picture to maps ---- */

/* What the network sees: as bytes for people, and normalized. */
static xnc_status prepare(const xnc_image *picture, unsigned char *pixels, float *input) {
    const xnc_preprocess *how = xnc_model_preprocess(model);
    size_t bytes = xnc_image_scratch_bytes(how, 3, picture);
    void *scratch = malloc(bytes + 1);
    xnc_status status =
        scratch ? xnc_image_crop(how, 3, picture, scratch, bytes, pixels) : XNC_E_MEMORY;
    if (status == XNC_OK) {
        status = xnc_image_input(how, 3, picture, scratch, bytes, input);
    }
    free(scratch);
    return status;
}

static xnc_status run(const char *weights_path, const float *input, float *const maps[]) {
    xnc_weights *weights;
    xnc_status status = xnc_weights_open(&weights, model, weights_path, XNC_MAP);
    if (status != XNC_OK) {
        return status;
    }
    size_t bytes = xnc_arena_bytes(model, 1);
    void *arena = xnc_arena_create(bytes);
    status = arena ? xnc_run(model, weights, arena, bytes, input, maps, NULL) : XNC_E_MEMORY;
    xnc_arena_destroy(arena);
    xnc_weights_close(weights);
    return status;
}

/* Room for every output, one behind the other. */
static float *allocate_maps(float *maps[]) {
    size_t elements = 0, done = 0;
    for (int i = 0; i < MINI_FEATURES_OUTPUTS; i++) {
        elements += xnc_tensor_elements(xnc_model_output(model, i));
    }
    float *all = malloc(elements * sizeof *all);
    for (int i = 0; all && i < MINI_FEATURES_OUTPUTS; i++) {
        maps[i] = all + done;
        done += xnc_tensor_elements(xnc_model_output(model, i));
    }
    return all;
}

static void paint_maps(canvas *on, float *const maps[]) {
    for (int i = 0; i < MINI_FEATURES_OUTPUTS; i++) {
        const xnc_tensor_info *info = xnc_model_output(model, i);
        const int64_t *shape = info->shape;
        int64_t strongest = paint_map(on, i + 1, maps[i], shape);
        printf("%-34s %3d channels of %d x %d, strongest at %d, %d\n", info->name, (int)shape[1],
               (int)shape[2], (int)shape[3], (int)(strongest / shape[3]),
               (int)(strongest % shape[3]));
    }
}

static int show_features(const char *weights_path, const xnc_image *picture, const char *path) {
    static float input[MINI_FEATURES_INPUT_ELEMENTS];
    static unsigned char seen[MINI_FEATURES_INPUT_ELEMENTS];
    static canvas painted;
    float *maps[MINI_FEATURES_OUTPUTS];
    float *all = allocate_maps(maps);
    xnc_status status = all ? prepare(picture, seen, input) : XNC_E_MEMORY;
    if (status == XNC_OK) {
        status = run(weights_path, input, maps);
    }
    if (status != XNC_OK) {
        free(all);
        return complain(weights_path, xnc_status_text(status));
    }
    paint_picture(&painted, seen);
    paint_maps(&painted, maps);
    free(all);
    return write_png(&painted, path);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: features WEIGHTS PICTURE MAP.png\n");
        return EXIT_FAILURE;
    }
    xnc_image picture;
    picture_status decoded = picture_read(argv[2], MOST_PIXELS, &picture);
    if (decoded != PICTURE_OK) {
        return complain(argv[2], picture_text(decoded));
    }
    int code = show_features(argv[1], &picture, argv[3]);
    picture_free(&picture);
    return code;
}
