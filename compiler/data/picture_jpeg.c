/* picture_jpeg.c - JPEG -> RGB through libjpeg-turbo with its defaults, as Pillow uses it.
 *
 *   1 component    grey: the value three times
 *   3 components   what the library converts to RGB
 *   4 components   CMYK with every value inverted, converted by Pillow's formula
 *
 * The defaults (accurate integer IDCT, fancy upsampling) are what makes pixels equal to Pillow's.
 * Warnings about damaged data are ignored, as in Pillow, except a file that ends before its
 * picture. The library reports errors by a callback that must not return, so it jumps back to
 * decode_jpeg().
 */
#include "picture_format.h"

#include <setjmp.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

typedef struct JpegReader {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    Decoding *decoding;
    jmp_buf landing;
    bool cut_short, no_memory;
    char message[JMSG_LENGTH_MAX];
} JpegReader;

static void close_reader(void *what) {
    jpeg_destroy_decompress(&((JpegReader *)what)->info);
}

/* error_exit: keeps the message and jumps. */
static void leave(j_common_ptr info) {
    JpegReader *reader = info->client_data;
    reader->no_memory = info->err->msg_code == JERR_OUT_OF_MEMORY;
    info->err->format_message(info, reader->message);
    longjmp(reader->landing, 1);
}

/* emit_message: level -1 is a warning, 0 and above are trace messages. At the end of the data the
 * library would go on with a made-up end marker. */
static void note(j_common_ptr info, int level) {
    JpegReader *reader = info->client_data;
    if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) {
        reader->cut_short = true;
        longjmp(reader->landing, 1);
    }
}

/* A progressive JPEG has about ten scans. Each costs time for the whole picture and may take a few
 * bytes of the file, so that thousands of them would be an attack. */
static void count_scans(j_common_ptr info) {
    JpegReader *reader = info->client_data;
    int64_t scans = reader->info.input_scan_number;
    int64_t pixels = scans * reader->info.image_width * reader->info.image_height;
    if (scans > LIMIT_JPEG_SCANS) {
        snprintf(reader->message, sizeof reader->message, "more than %d scans", LIMIT_JPEG_SCANS);
        longjmp(reader->landing, 1);
    }
    if (scans > 1 && pixels > LIMIT_JPEG_SCAN_PIXELS) {
        snprintf(reader->message, sizeof reader->message, "its scans have more than %d pixels",
                 LIMIT_JPEG_SCAN_PIXELS);
        longjmp(reader->landing, 1);
    }
}

static void print_nothing(j_common_ptr info) {
    (void)info;
}

static void open_reader(JpegReader *reader) {
    reader->info.err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = leave;
    reader->errors.emit_message = note;
    reader->errors.output_message = print_nothing;
    reader->info.client_data = reader;
    jpeg_create_decompress(&reader->info); /* keeps err and client_data */
    reader->progress.progress_monitor = count_scans;
    reader->info.progress = &reader->progress;
}

/* The colours that the library shall give; false for a number of components that Pillow refuses. */
static bool choose_colours(struct jpeg_decompress_struct *info) {
    switch (info->num_components) {
    case 1:
        info->out_color_space = JCS_GRAYSCALE;
        return true;
    case 3:
        info->out_color_space = JCS_RGB;
        return true;
    case 4:
        info->out_color_space = JCS_CMYK;
        return true;
    default:
        return false;
    }
}

/* a * b / 255, rounded to nearest without a division, as Pillow's MULDIV255 does. */
static int multiply(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
}

/* Turns a row of grey or inverted CMYK into RGB. Pillow's cmyk2rgb: with K' = 255 - K, red is
 * K' - C * K' / 255; likewise green and blue. */
static void convert_row(const uint8_t *from, int width, int components, uint8_t *to) {
    for (int x = 0; x < width; x++, to += 3, from += components) {
        if (components == 1) {
            memset(to, from[0], 3);
            continue;
        }
        int light = from[3]; /* 255 - K of the inverted values */
        for (int c = 0; c < 3; c++) {
            to[c] = (uint8_t)(light - multiply(255 - from[c], light));
        }
    }
}

/* RGB goes straight into the picture, other colours through a row of their own. */
static void read_rows(JpegReader *reader) {
    struct jpeg_decompress_struct *info = &reader->info;
    const Decoding *decoding = reader->decoding;
    uint8_t *row = NEW_ARRAY(decoding->arena, uint8_t, 4 * decoding->width);
    while (info->output_scanline < info->output_height) {
        int y = (int)info->output_scanline;
        uint8_t *to = picture_row(decoding, y);
        bool direct = info->num_components == 3;
        JSAMPROW rows[] = {direct ? to : row};
        jpeg_read_scanlines(info, rows, 1);
        if (!direct) {
            convert_row(row, decoding->width, info->num_components, to);
        }
        picture_row_done(decoding, y);
    }
}

/* Everything that may leave by longjmp(): apart from decode_jpeg(), which has locals that such a
 * jump would make undefined. */
static bool read_picture(JpegReader *reader) {
    Decoding *decoding = reader->decoding;
    struct jpeg_decompress_struct *info = &reader->info;
    jpeg_mem_src(info, decoding->data, (unsigned long)decoding->size);
    jpeg_read_header(info, TRUE);
    if (!choose_colours(info)) {
        return picture_damaged(decoding, "JPEG",
                               arena_printf(decoding->arena,
                                            "it has %d components; expected 1, 3 "
                                            "or 4",
                                            info->num_components));
    }
    /* Of several scans the library keeps all coefficients, of two bytes each. */
    int kept = jpeg_has_multiple_scans(info) ? 2 * info->num_components : 0;
    if (!picture_allocate(decoding, info->image_width, info->image_height, kept, false)) {
        return false;
    }
    jpeg_start_decompress(info);
    read_rows(reader);
    return true;
}

bool decode_jpeg(Decoding *decoding) {
    JpegReader *reader = NEW(decoding->arena, JpegReader);
    reader->decoding = decoding;
    arena_defer(decoding->arena, close_reader, reader);
    if (setjmp(reader->landing) == 0) {
        open_reader(reader);
        return read_picture(reader);
    }
    return picture_failed(decoding, "JPEG", reader->no_memory, reader->cut_short, reader->message);
}
