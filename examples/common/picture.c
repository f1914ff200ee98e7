/* picture.c - see picture.h. The decoders are libjpeg-turbo and libpng. */
#include "picture.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <turbojpeg.h>

enum { MOST_FILE = 1 << 30 };

const char *picture_text(picture_status status) {
    static const char *const texts[] = {
        "no error",
        "the file cannot be read",
        "neither a JPEG nor a PNG picture that has RGB",
        "the picture is damaged or cut short",
        "the picture has too many pixels",
        "out of memory",
    };
    return texts[status];
}

/* Pixels for a size that a header promises. */
static picture_status allocate(xnc_image *picture, long long width, long long height,
                               size_t most_pixels) {
    if (width < 1 || height < 1) {
        return PICTURE_DAMAGED;
    }
    if (width > XNC_IMAGE_MAX_SIDE || height > XNC_IMAGE_MAX_SIDE ||
        (size_t)width > most_pixels / (size_t)height) {
        return PICTURE_TOO_LARGE;
    }
    *picture = (xnc_image){.pixels = malloc((size_t)width * (size_t)height * 3),
                           .width = (int)width,
                           .height = (int)height,
                           .stride = (size_t)width * 3,
                           .format = XNC_RGB};
    return picture->pixels ? PICTURE_OK : PICTURE_NO_MEMORY;
}

/* ---- JPEG ---- */

/* TurboJPEG fails for a warning too: a picture of which a part is missing is a warning to it. */
static picture_status decode_jpeg_with(tjhandle decoder, const unsigned char *data, size_t bytes,
                                       size_t most_pixels, xnc_image *picture) {
    /* Not set when the data end before the picture's own header, which is no error to TurboJPEG. */
    int width = 0, height = 0, subsampling = 0, colours = 0;
    if (tjDecompressHeader3(decoder, data, bytes, &width, &height, &subsampling, &colours) != 0) {
        return PICTURE_DAMAGED;
    }
    if (colours == TJCS_CMYK || colours == TJCS_YCCK) {
        return PICTURE_UNKNOWN;
    }
    picture_status status = allocate(picture, width, height, most_pixels);
    if (status != PICTURE_OK) {
        return status;
    }
    /* A progressive picture may repeat scans without end; nobody needs more than 500. */
    int flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
    unsigned char *pixels = (unsigned char *)picture->pixels;
    int failed = tjDecompress2(decoder, data, bytes, pixels, width, 0, height, TJPF_RGB, flags);
    return failed ? PICTURE_DAMAGED : PICTURE_OK;
}

static picture_status decode_jpeg(const unsigned char *data, size_t bytes, size_t most_pixels,
                                  xnc_image *picture) {
    tjhandle decoder = tjInitDecompress();
    if (!decoder) {
        return PICTURE_NO_MEMORY;
    }
    picture_status status = decode_jpeg_with(decoder, data, bytes, most_pixels, picture);
    tjDestroy(decoder);
    return status;
}

/* ---- PNG ---- */

/* The bytes that libpng has not read yet. */
typedef struct unread {
    const unsigned char *data;
    size_t bytes;
} unread;

static void read_bytes(png_structp png, png_bytep to, size_t count) {
    unread *from = png_get_io_ptr(png);
    if (count > from->bytes) {
        png_error(png, "cut short");
    }
    memcpy(to, from->data, count);
    from->data += count;
    from->bytes -= count;
}

static void leave(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

/* Every kind of PNG as timm's loader sees it: 8-bit RGB, without transparency or gamma. */
static void ask_for_rgb(png_structp png, png_infop info) {
    png_set_strip_16(png);
    png_set_strip_alpha(png);
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) {
        png_set_palette_to_rgb(png);
    } else if (!(png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR)) {
        png_set_expand_gray_1_2_4_to_8(png);
        png_set_gray_to_rgb(png);
    }
}

/* libpng leaves this function by longjmp() when something is wrong: nothing here changes a local
 * variable that is read after that. */
static picture_status read_png(png_structp png, png_infop info, size_t most_pixels,
                               xnc_image *picture) {
    if (setjmp(png_jmpbuf(png))) {
        return PICTURE_DAMAGED;
    }
    png_read_info(png, info);
    picture_status status = allocate(picture, png_get_image_width(png, info),
                                     png_get_image_height(png, info), most_pixels);
    if (status != PICTURE_OK) {
        return status;
    }
    ask_for_rgb(png, info);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != picture->stride) {
        return PICTURE_DAMAGED;
    }
    for (int row = 0; row < passes * picture->height; row++) {
        size_t offset = (size_t)(row % picture->height) * picture->stride;
        png_read_row(png, (png_bytep)picture->pixels + offset, NULL);
    }
    png_read_end(png, NULL);
    return PICTURE_OK;
}

static picture_status decode_png(const unsigned char *data, size_t bytes, size_t most_pixels,
                                 xnc_image *picture) {
    unread from = {data, bytes};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, leave, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    picture_status status = PICTURE_NO_MEMORY;
    if (info) {
        png_set_read_fn(png, &from, read_bytes);
        status = read_png(png, info, most_pixels, picture);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return status;
}

/* ---- Either ---- */

picture_status picture_decode(const void *data, size_t bytes, size_t most_pixels,
                              xnc_image *picture) {
    static const unsigned char jpeg[] = {0xFF, 0xD8, 0xFF};
    static const unsigned char png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    picture_status status = PICTURE_UNKNOWN;
    *picture = (xnc_image){0};
    if (bytes >= sizeof jpeg && memcmp(data, jpeg, sizeof jpeg) == 0) {
        status = decode_jpeg(data, bytes, most_pixels, picture);
    } else if (bytes >= sizeof png && memcmp(data, png, sizeof png) == 0) {
        status = decode_png(data, bytes, most_pixels, picture);
    }
    if (status != PICTURE_OK) {
        picture_free(picture);
    }
    return status;
}

void picture_free(xnc_image *picture) {
    free((void *)picture->pixels);
    *picture = (xnc_image){0};
}

/* The whole file in memory, to be freed; NULL when that cannot be. */
static void *read_file(const char *path, size_t *bytes) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    void *data = NULL;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size >= 0 && size <= MOST_FILE && fseek(file, 0, SEEK_SET) == 0) {
        data = malloc((size_t)size + 1);
    }
    if (data) {
        *bytes = fread(data, 1, (size_t)size, file);
    }
    fclose(file);
    return data;
}

picture_status picture_read(const char *path, size_t most_pixels, xnc_image *picture) {
    size_t bytes = 0;
    *picture = (xnc_image){0};
    void *data = read_file(path, &bytes);
    if (!data) {
        return PICTURE_UNREADABLE;
    }
    picture_status status = picture_decode(data, bytes, most_pixels, picture);
    free(data);
    return status;
}
