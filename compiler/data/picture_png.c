/* picture_png.c - PNG of every kind -> RGB through libpng, as Pillow's convert("RGB") gives it.
 *
 *   palette        its colours; transparency is dropped
 *   grey, 1..8     scaled to 0..255
 *   grey, 16       values above 255 become 255: Pillow clips here instead of scaling
 *   others, 16     the higher byte
 *   alpha          dropped
 *
 * Chunks other than IHDR, PLTE, tRNS, IDAT and IEND are skipped unread, gamma and profiles among
 * them: Pillow does not apply those either. libpng reports errors by a callback that must not
 * return, so it jumps back to decode_png().
 */
#include "picture_format.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct PngReader {
    png_structp png;
    png_infop info;
    Decoding *decoding;
    size_t at; /* the next byte to read */
    jmp_buf landing;
    bool cut_short, no_memory;
    char message[128];
} PngReader;

static void close_reader(void *what) {
    PngReader *reader = what;
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

static void leave(png_structp png, png_const_charp message) {
    PngReader *reader = png_get_error_ptr(png);
    snprintf(reader->message, sizeof reader->message, "%s", message);
    longjmp(reader->landing, 1);
}

static void ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

/* libpng reports a failed allocation like damaged data: no_memory tells them apart. */
static png_voidp get_memory(png_structp png, png_alloc_size_t bytes) {
    PngReader *reader = png_get_mem_ptr(png);
    void *memory = malloc(bytes);
    reader->no_memory = !memory || reader->no_memory;
    return memory;
}

static void free_memory(png_structp png, png_voidp memory) {
    (void)png;
    free(memory);
}

/* Instead of reading past the end, reports a file that is cut short. */
static void read_bytes(png_structp png, png_bytep to, size_t count) {
    PngReader *reader = png_get_io_ptr(png);
    const Decoding *decoding = reader->decoding;
    if (count > decoding->size - reader->at) {
        reader->cut_short = true;
        longjmp(reader->landing, 1);
    }
    memcpy(to, decoding->data + reader->at, count);
    reader->at += count;
}

static void open_reader(PngReader *reader) {
    reader->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, reader, leave, ignore, reader,
                                           get_memory, free_memory);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (!reader->info) {
        reader->no_memory = true;
        longjmp(reader->landing, 1);
    }
    png_set_read_fn(reader->png, reader, read_bytes);
    png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    /* picture_allocate() checks the size with a message of its own; libpng's limits are off. */
    png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
}

/* Asks libpng for rows of 8-bit RGB. True for grey of 16 bits, which libpng cannot clip: its rows
 * come as two bytes a pixel, high byte first. */
static bool choose_pixels(PngReader *reader) {
    png_structp png = reader->png;
    int bits = png_get_bit_depth(png, reader->info), kind = png_get_color_type(png, reader->info);
    if (bits == 16 && kind == PNG_COLOR_TYPE_GRAY) {
        return true;
    }
    png_set_strip_16(png);
    png_set_strip_alpha(png);
    if (kind == PNG_COLOR_TYPE_PALETTE) {
        png_set_palette_to_rgb(png);
    } else if (kind == PNG_COLOR_TYPE_GRAY || kind == PNG_COLOR_TYPE_GRAY_ALPHA) {
        png_set_expand_gray_1_2_4_to_8(png);
        png_set_gray_to_rgb(png);
    }
    return false;
}

/* A row of 16-bit values becomes RGB in place: from its end, as each pixel grows from two bytes to
 * three. */
static void cut_deep_grey(uint8_t *row, int width) {
    for (int x = width - 1; x >= 0; x--) {
        uint8_t high = row[2 * x], low = row[2 * x + 1];
        memset(row + 3 * x, high ? 255 : low, 3);
    }
}

/* A row after the last pass. */
static void finish_row(const Decoding *decoding, int y, uint8_t *row, bool deep_grey) {
    if (deep_grey) {
        cut_deep_grey(row, decoding->width);
    }
    picture_row_done(decoding, y);
}

/* An interlaced picture takes several passes over all rows, each of which fills in more pixels. */
static void read_rows(PngReader *reader, bool deep_grey) {
    const Decoding *decoding = reader->decoding;
    size_t bytes = 3 * (size_t)decoding->width;
    int passes = png_set_interlace_handling(reader->png);
    png_read_update_info(reader->png, reader->info);
    if (png_get_rowbytes(reader->png, reader->info) > bytes) {
        internal_error("picture_png", "rows of another width");
    }
    for (int i = 0; i < passes; i++) {
        for (int y = 0; y < decoding->height; y++) {
            uint8_t *row = picture_row(decoding, y);
            png_read_row(reader->png, row, NULL);
            if (i + 1 == passes) {
                finish_row(decoding, y, row, deep_grey);
            }
        }
    }
}

/* Everything that may leave by longjmp(). */
static bool read_picture(PngReader *reader) {
    png_read_info(reader->png, reader->info);
    if (!picture_allocate(reader->decoding, png_get_image_width(reader->png, reader->info),
                          png_get_image_height(reader->png, reader->info), 0,
                          png_get_interlace_type(reader->png, reader->info) !=
                              PNG_INTERLACE_NONE)) {
        return false;
    }
    read_rows(reader, choose_pixels(reader));
    return true;
}

bool decode_png(Decoding *decoding) {
    PngReader *reader = NEW(decoding->arena, PngReader);
    reader->decoding = decoding;
    arena_defer(decoding->arena, close_reader, reader);
    if (setjmp(reader->landing) == 0) {
        open_reader(reader);
        return read_picture(reader);
    }
    return picture_failed(decoding, "PNG", reader->no_memory, reader->cut_short, reader->message);
}
