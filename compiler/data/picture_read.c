/* picture_read.c - the bytes of a file -> the decoder for its format -> the network's input.
 *
 * The format is recognized by the first bytes, not by the name, as Pillow does.
 */
#include "picture_format.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <xxhash.h>

#include "file.h"

/* How the files of a format begin. */
static const struct Magic {
    const char *bytes;
    size_t length;
    bool (*decode)(Decoding *decoding);
} magics[] = {{"\xff\xd8\xff", 3, decode_jpeg}, {"\x89PNG\r\n\x1a\n", 8, decode_png}};
enum { FORMATS = sizeof magics / sizeof *magics };

static const struct Magic *find_magic(const uint8_t *data, size_t size) {
    for (int i = 0; i < FORMATS; i++) {
        if (size >= magics[i].length && memcmp(data, magics[i].bytes, magics[i].length) == 0) {
            return &magics[i];
        }
    }
    return NULL;
}

bool is_picture_name(const char *path) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png"};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *ending = strrchr(name, '.');
    for (int i = 0; ending && i < 3; i++) {
        if (ending > name && strcasecmp(ending, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool picture_decode(Arena *arena, Diag *diag, const char *path, const uint8_t *data, size_t size,
                    int64_t most_bytes, bool exif, Picture *picture) {
    Decoding decoding = {.arena = arena,
                         .diag = diag,
                         .path = path,
                         .data = data,
                         .size = size,
                         .most_bytes = most_bytes,
                         .orientation = exif ? xnc_image_orientation(data, size) : 1,
                         .picture = picture};
    *picture = (Picture){0, 0, NULL};
    const struct Magic *magic = find_magic(data, size);
    if (magic) {
        return magic->decode(&decoding);
    }
    if (size == 0) {
        return diag_in(diag, DIAG_FILE, path, NULL, "was the download or copy interrupted?",
                       "is empty");
    }
    return diag_in(diag, DIAG_FILE, path, NULL, "convert it to one of them",
                   "is neither JPEG nor PNG");
}

bool picture_read(Arena *arena, Diag *diag, const char *path, bool exif, Picture *picture) {
    const Source *source = read_source(arena, diag, path, LIMIT_PICTURE_FILE_BYTES);
    return source && picture_decode(arena, diag, path, (const uint8_t *)source->text,
                                    source->length, LIMIT_PICTURE_BYTES, exif, picture);
}

xnc_preprocess picture_preprocess(const Graph *graph) {
    const Preprocess *preprocess = &graph->preprocess;
    xnc_preprocess how = {.height = (int)preprocess->test_size[0],
                          .width = (int)preprocess->test_size[1],
                          .crop_pct = preprocess->crop_pct,
                          .interpolation = preprocess->interpolation,
                          .crop_mode = preprocess->crop_mode,
                          .margin = preprocess->margin,
                          .exif = preprocess->exif,
                          .channels_last = graph->channels_last};
    for (int i = 0; i < 4; i++) {
        how.mean[i] = (float)preprocess->mean[i];
        how.std[i] = (float)preprocess->std[i];
        how.scale[i] = preprocess->multiplies ? (float)preprocess_scale(preprocess, i) : 0.0f;
        how.offset[i] = preprocess->multiplies ? (float)preprocess_offset(preprocess, i) : 0.0f;
    }
    return how;
}

/* Narrows the image to the box of its path. */
static bool take_box(Diag *diag, const char *path, const Boxes *boxes, double margin,
                     xnc_image *image) {
    const xnc_box *box = boxes_find(boxes, path);
    if (!box) {
        return diag_in(diag, DIAG_FILE, path, NULL, "a line of it is PATH,x,y,w,h",
                       "has no box in %s", boxes_origin(boxes));
    }
    return xnc_image_box(image, box, margin, image) == XNC_OK ||
           diag_in(diag, DIAG_FILE, path, NULL, "a box is x,y,w,h in pixels, from the upper left",
                   "has %d x %d pixels, and none of them lies in its box %g,%g,%g,%g", image->width,
                   image->height, box->x, box->y, box->width, box->height);
}

bool picture_input(Arena *arena, Diag *diag, const char *path, const Picture *picture,
                   const xnc_preprocess *how, const Boxes *boxes, int channels, float *input) {
    xnc_image image = {picture->pixels, picture->width, picture->height, 3 * (size_t)picture->width,
                       XNC_RGB};
    if (boxes && !take_box(diag, path, boxes, how->margin, &image)) {
        return false;
    }
    size_t bytes = xnc_image_scratch_bytes(how, channels, &image);
    if (bytes == 0) { /* the description's own facts have been checked: it is the picture's shape */
        return diag_in(diag, DIAG_FILE, path, NULL, NULL,
                       "is too narrow: resizing %d x %d pixels leaves no row or column",
                       image.width, image.height);
    }
    void *scratch = arena_alloc(arena, bytes);
    if (xnc_image_input(how, channels, &image, scratch, bytes, input) != XNC_OK) {
        internal_error("picture_input", "the preprocessing refuses what it has accepted");
    }
    return true;
}

bool picture_load(Arena *arena, Diag *diag, const char *path, const xnc_preprocess *how,
                  const Boxes *boxes, int channels, float *input) {
    Picture picture;
    return picture_read(arena, diag, path, how->exif, &picture) &&
           picture_input(arena, diag, path, &picture, how, boxes, channels, input);
}

/* 17 digits tell every double apart. */
uint64_t picture_digest(Arena *arena, const Preprocess *how, const Boxes *boxes) {
    const char *text = arena_printf(arena, "%lld %lld %.17g %s %s", (long long)how->test_size[0],
                                    (long long)how->test_size[1], how->crop_pct, how->interpolation,
                                    how->crop_mode);
    text = arena_printf(arena, "%s %.17g %d %016" PRIx64, text, how->margin, how->exif,
                        boxes_digest(boxes));
    for (int i = 0; i < 4; i++) {
        text = arena_printf(arena, "%s %.17g %.17g", text, how->mean[i], how->std[i]);
    }
    if (how->multiplies) {
        text = arena_printf(arena, "%s multiplies", text);
    }
    return XXH64(text, strlen(text), 0);
}
