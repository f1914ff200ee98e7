/* npy.c - a .npy file <-> f32 values and their shape.
 *
 *   \x93NUMPY 1 0 <u16 length> {'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 8, 8), }
 *
 * padded with spaces and ended by a newline; then the values. In version 2.0 the length, which is
 * little-endian, has four bytes. The dict is a Python literal; only the form that numpy writes is
 * accepted. The file may be hostile: every number is checked before it is used, and memory is
 * allocated only after the file's size fits the shape.
 */
#include "npy.h"

#include <string.h>
#include <sys/stat.h>

#include "file.h"

enum { MAGIC_BYTES = 8 };

static const int64_t most_bytes = (int64_t)LIMIT_NPY_MEGABYTES << 20;
static const char magic[] = "\x93NUMPY";

/* The rest of the header's text, up to the data. No NUL ends it. */
typedef struct Cursor {
    const char *at, *end;
} Cursor;

static void skip_spaces(Cursor *cursor) {
    while (cursor->at < cursor->end && *cursor->at == ' ') {
        cursor->at++;
    }
}

/* Skips blanks, and the word if it comes next; whether it did. */
static bool take(Cursor *cursor, const char *word) {
    skip_spaces(cursor);
    size_t length = strlen(word);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0) {
        return false;
    }
    cursor->at += length;
    return true;
}

/* A decimal number as Python prints it, without leading zeros. Bounded in each step, so that it
 * cannot overflow. */
static bool take_number(Cursor *cursor, int64_t *number) {
    skip_spaces(cursor);
    const char *start = cursor->at;
    *number = 0;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9') {
        *number = *number * 10 + (*cursor->at++ - '0');
        if (*number > most_bytes) {
            return false;
        }
    }
    return cursor->at > start && (*start != '0' || cursor->at == start + 1);
}

/* "(1, 3, 8, 8)", "(5,)" or "()". NULL, or what is wrong. The product of the sizes is bounded by
 * division before it is computed. */
static const char *take_shape(Cursor *cursor, Shape *shape) {
    static const char *const wrong = "shape is not a tuple of up to 4 sizes";
    if (!take(cursor, "(")) {
        return wrong;
    }
    int64_t elements = 1;
    bool comma = true;
    while (!take(cursor, ")")) {
        int64_t size;
        if (!comma || shape->rank == MAX_RANK || !take_number(cursor, &size)) {
            return wrong;
        }
        if (size < 1 || size > most_bytes / 4 / elements) {
            return "shape has a size of 0, or too many values";
        }
        elements *= size;
        shape->dim[shape->rank++] = size;
        comma = take(cursor, ",");
    }
    /* (3) is a number to Python, not a tuple. */
    return shape->rank == 1 && !comma ? wrong : NULL;
}

/* Keys of the dict that have been seen. */
typedef struct Keys {
    bool descr, order, shape;
} Keys;

/* One entry of the dict; NULL, or what is wrong. */
static const char *take_entry(Cursor *cursor, Keys *keys, Shape *shape) {
    if (take(cursor, "'descr':") && !keys->descr) {
        keys->descr = true;
        return take(cursor, "'<f4'") ? NULL : "the values are not little-endian f32 ('<f4')";
    }
    if (take(cursor, "'fortran_order':") && !keys->order) {
        keys->order = true;
        return take(cursor, "False") ? NULL : "the values are in Fortran order";
    }
    if (take(cursor, "'shape':") && !keys->shape) {
        keys->shape = true;
        return take_shape(cursor, shape);
    }
    return "the header has an unknown or repeated key";
}

/* The whole dict, in any order of its keys. */
static const char *parse_dict(Cursor *cursor, Shape *shape) {
    Keys keys = {0};
    *shape = (Shape){0};
    bool comma = true;
    if (!take(cursor, "{")) {
        return "the header is not a dict";
    }
    while (!take(cursor, "}")) {
        const char *wrong = comma ? take_entry(cursor, &keys, shape) : "a comma is missing";
        if (wrong) {
            return wrong;
        }
        comma = take(cursor, ",");
    }
    skip_spaces(cursor);
    if (cursor->end - cursor->at != 1 || *cursor->at != '\n') {
        return "the header does not end with its dict and a newline";
    }
    return keys.descr && keys.order && keys.shape ? NULL : "the header lacks a key";
}

const char *npy_parse(const uint8_t *bytes, size_t size, NpyHeader *header) {
    if (size < MAGIC_BYTES + 4 || memcmp(bytes, magic, sizeof magic - 1) != 0) {
        return "not a .npy file";
    }
    if ((bytes[6] != 1 && bytes[6] != 2) || bytes[7] != 0) {
        return "a version other than 1.0 and 2.0";
    }
    size_t start = bytes[6] == 1 ? MAGIC_BYTES + 2 : MAGIC_BYTES + 4;
    size_t length = bytes[8] | (size_t)bytes[9] << 8;
    if (bytes[6] == 2) {
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    }
    if (length > LIMIT_NPY_HEADER || length > size - start) {
        return "the header is cut short or too long";
    }
    Cursor cursor = {(const char *)bytes + start, (const char *)bytes + start + length};
    header->data = (int64_t)(start + length);
    return parse_dict(&cursor, &header->shape);
}

static int64_t file_size(FILE *file) {
    struct stat info;
    return fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode) ? (int64_t)info.st_size : -1;
}

/* Little-endian bytes into the numbers of this machine, in place. */
static void decode(float *values, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint8_t byte[4];
        memcpy(byte, &values[i], 4);
        uint32_t bits =
            byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
        memcpy(&values[i], &bits, 4);
    }
}

/* NULL, or what is wrong. More bytes than the shape asks for are refused too: the file is then not
 * what its header says. */
static const char *read_values(Arena *arena, FILE *file, const NpyHeader *header, float **values) {
    int64_t count = shape_elements(&header->shape);
    if (file_size(file) != header->data + 4 * count) {
        return "the file has fewer or more values than its shape says";
    }
    *values = NEW_ARRAY(arena, float, count);
    if (fseek(file, (long)header->data, SEEK_SET) != 0 ||
        fread(*values, 4, (size_t)count, file) != (size_t)count) {
        return "the file cannot be read";
    }
    decode(*values, count);
    return NULL;
}

static void complain(Diag *diag, const char *path, const char *wrong) {
    diag_in(diag, DIAG_FILE, path, NULL, "numpy.save() of a float32 array writes such a file", "%s",
            wrong);
}

bool is_npy(const char *path) {
    char start[sizeof magic] = {0};
    const char *ending = strrchr(path, '.');
    struct stat info;
    if (ending && strcmp(ending, ".npy") == 0) {
        return true;
    }
    /* Bytes read from a pipe here would be missing when it is read again as a picture. */
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    if (!file) {
        return false;
    }
    bool found = fread(start, 1, sizeof magic - 1, file) == sizeof magic - 1 &&
                 memcmp(start, magic, sizeof magic - 1) == 0;
    fclose(file);
    return found;
}

/* The file behind its header; NULL after a diagnostic. */
static FILE *open_array(Arena *arena, Diag *diag, const char *path, NpyHeader *header) {
    FILE *file = open_regular(arena, diag, path);
    if (!file) {
        return NULL;
    }
    uint8_t first[MAGIC_BYTES + 4 + LIMIT_NPY_HEADER];
    size_t size = fread(first, 1, sizeof first, file);
    const char *wrong = npy_parse(first, size, header);
    if (wrong) {
        complain(diag, path, wrong);
        return NULL;
    }
    return file;
}

bool npy_shape(Arena *arena, Diag *diag, const char *path, Shape *shape) {
    Arena *part = arena_child(arena);
    NpyHeader header;
    bool good = open_array(part, diag, path, &header) != NULL;
    *shape = header.shape;
    arena_destroy(part);
    return good;
}

float *npy_read(Arena *arena, Diag *diag, const char *path, Shape *shape) {
    NpyHeader header;
    float *values = NULL;
    FILE *file = open_array(arena, diag, path, &header);
    const char *wrong = file ? read_values(arena, file, &header, &values) : NULL;
    if (!file || wrong) {
        if (wrong) {
            complain(diag, path, wrong);
        }
        return NULL;
    }
    *shape = header.shape;
    return values;
}

/* Version 1.0: the header of a shape of rank 4 is far below its limit of 65,535 bytes. */
static void write_header(FILE *out, const Shape *shape) {
    char text[256];
    int length = snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (int i = 0; i < shape->rank; i++) {
        length += snprintf(text + length, sizeof text - (size_t)length, "%s%lld", i ? ", " : "",
                           (long long)shape->dim[i]);
    }
    length += snprintf(text + length, sizeof text - (size_t)length, "%s), }",
                       shape->rank == 1 ? "," : "");
    /* The values begin at a multiple of 64 bytes, as numpy aligns them. */
    int total = (MAGIC_BYTES + 2 + length + 1 + 63) / 64 * 64;
    int padded = total - MAGIC_BYTES - 2;
    fwrite(magic, 1, sizeof magic - 1, out);
    fputc(1, out);
    fputc(0, out);
    fputc(padded & 255, out);
    fputc(padded >> 8, out);
    fprintf(out, "%-*s\n", padded - 1, text);
}

void npy_write(FILE *out, const float *values, const Shape *shape) {
    write_header(out, shape);
    int64_t count = shape_elements(shape);
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], 4);
        const uint8_t byte[4] = {(uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
                                 (uint8_t)(bits >> 24)};
        fwrite(byte, 1, 4, out);
    }
}
