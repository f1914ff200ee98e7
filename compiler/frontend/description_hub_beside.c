/* description_hub_beside.c - preprocessor_config.json in the words of transformers -> a
 * preprocessing in timm's.
 *
 *   size {"height": 299, "width": 299}, resample 2            ->   299x299, bilinear, squash, crop
 * 1 size {"shortest_edge": 331}, crop_size 299                ->   299x299, center, crop 299/331
 *   image_mean, image_std                                     ->   mean, std
 *
 * What these words can say and a preprocessing cannot (pictures of any shape, values that are not
 * scaled to 0..1, other filters) is refused with its key, as ignoring it would change the answers.
 */
#include "description_hub.h"

#include <math.h>
#include <string.h>

/* A size of the file. */
typedef struct Sides {
    int64_t at[2]; /* height, width; twice the shortest edge */
    bool shortest; /* only the shorter edge is stated, the other one follows the picture */
    bool single;   /* one number, which older files write for either */
} Sides;

/* An integer, height and width, or the shortest edge. 0 for what is absent. */
static bool read_sides(const Hub *hub, const char *key, Sides *sides) {
    const json_t *value = hub_value(hub->root, key);
    *sides = (Sides){{0, 0}, false, json_is_integer(value)};
    if (!value) {
        return true;
    }
    if (sides->single) {
        return hub_integer(hub, hub->root, "", key, 1, LIMIT_SIDE, &sides->at[0]) &&
               (sides->at[1] = sides->at[0]);
    }
    sides->shortest = hub_value(value, "shortest_edge") != NULL;
    const char *height = sides->shortest ? "shortest_edge" : "height";
    const char *width = sides->shortest ? "shortest_edge" : "width";
    if (!hub_integer(hub, value, key, height, 1, LIMIT_SIDE, &sides->at[0]) ||
        !hub_integer(hub, value, key, width, 1, LIMIT_SIDE, &sides->at[1])) {
        return false;
    }
    return (sides->at[0] && sides->at[1]) ||
           hub_wrong(hub, key, NULL,
                     "expected a number of pixels, \"height\" and \"width\", or \"shortest_edge\"");
}

/* The ratio whose floor(side / ratio) is the resized side: a quotient may be a bit too large. */
static double ratio_of(int64_t side, int64_t resized) {
    double ratio = (double)side / (double)resized;
    while ((int64_t)((double)side / ratio) < resized) {
        ratio = nextafter(ratio, 0);
    }
    return ratio;
}

static void set_pictures(const Hub *hub, const int64_t size[2], double crop_pct, const char *mode) {
    Description *description = hub->description;
    description->input_size[0] = size[0];
    description->input_size[1] = size[1];
    description->preprocess.crop_pct = crop_pct;
    description->preprocess.crop_mode = mode;
}

/* The shorter edge to size, then the middle; or both edges to size, then the middle. */
static bool set_crop(const Hub *hub, const Sides *size, const Sides *crop) {
    double ratio = ratio_of(crop->at[0], size->at[0]);
    bool shorter = size->shortest || size->single;
    if (crop->at[0] > size->at[0] || crop->at[1] > size->at[1]) {
        return hub_wrong(hub, "crop_size", NULL, "is larger than what pictures are resized to");
    }
    if (shorter ? crop->at[0] != crop->at[1] : ratio != ratio_of(crop->at[1], size->at[1])) {
        return hub_wrong(hub, "crop_size", NULL, "height and width are cut by different ratios");
    }
    set_pictures(hub, crop->at, ratio, shorter ? "center" : "squash");
    return true;
}

/* Without a center crop pictures get their size at once. The shortest edge with crop_pct is what
 * ConvNeXt's processor writes. */
static bool set_whole(const Hub *hub, const Sides *size) {
    double crop_pct = 1;
    if (!hub_number(hub, hub->root, "", "crop_pct", 0.01, 1, &crop_pct)) {
        return false;
    }
    if (size->shortest && !hub_value(hub->root, "crop_pct")) {
        return hub_wrong(hub, "size", "a network of one size needs crop_size beside it",
                         "pictures would keep their shape");
    }
    set_pictures(hub, size->at, crop_pct, crop_pct < 1 ? "center" : "squash");
    return true;
}

static bool read_size(const Hub *hub, HubSaid *said) {
    Sides size, crop;
    bool resizes = true, cuts = hub_value(hub->root, "crop_size") != NULL;
    if (!hub_flag(hub, hub->root, "", "do_resize", &resizes) ||
        !hub_flag(hub, hub->root, "", "do_center_crop", &cuts) || !read_sides(hub, "size", &size) ||
        !read_sides(hub, "crop_size", &crop)) {
        return false;
    }
    if (!size.at[0] || !resizes) {
        return true;
    }
    said->size = said->crop = true;
    return cuts && crop.at[0] ? set_crop(hub, &size, &crop) : set_whole(hub, &size);
}

/* Pillow's numbers of filters. */
static bool read_filter(const Hub *hub, HubSaid *said) {
    int64_t filter = -1;
    if (!hub_integer(hub, hub->root, "", "resample", 0, INT32_MAX, &filter)) {
        return false;
    }
    said->interpolation = filter >= 0;
    if (filter >= 0) {
        hub->description->preprocess.interpolation = filter == 2 ? "bilinear" : "bicubic";
    }
    return filter < 0 || filter == 2 || filter == 3 ||
           hub_wrong(hub, "resample", NULL, "expected 2 (bilinear) or 3 (bicubic)");
}

static bool read_statistics(const Hub *hub, HubSaid *said) {
    Preprocess *preprocess = &hub->description->preprocess;
    bool normalizes = true, scales = true;
    double factor = 1.0 / 255;
    if (!hub_flag(hub, hub->root, "", "do_normalize", &normalizes) ||
        !hub_flag(hub, hub->root, "", "do_rescale", &scales) ||
        !hub_number(hub, hub->root, "", "rescale_factor", 0, 1e6, &factor)) {
        return false;
    }
    if (!scales || fabs(factor * 255 - 1) > 1e-6) {
        return hub_wrong(hub, scales ? "rescale_factor" : "do_rescale", NULL,
                         "values are expected to be scaled to 0..1, by 1/255");
    }
    said->mean = !normalizes || hub_value(hub->root, "image_mean");
    said->std = !normalizes || hub_value(hub->root, "image_std");
    for (int i = 0; i < 4 && !normalizes; i++) {
        preprocess->mean[i] = 0;
        preprocess->std[i] = 1;
    }
    return !normalizes ||
           (hub_numbers(hub, hub->root, "", "image_mean", -1e6, 1e6, preprocess->mean) &&
            hub_numbers(hub, hub->root, "", "image_std", 1e-6, 1e6, preprocess->std));
}

bool hub_processor(const Hub *hub, HubSaid *said) {
    bool good = read_size(hub, said);
    good = read_filter(hub, said) && good;
    return read_statistics(hub, said) && good;
}
