/* safetensors.c - the bytes of a .safetensors file -> a list of tensors.
 *
 *   u64 header length, {"fc.bias": {"dtype": "F32", "shape": [10], "data_offsets": [0, 40]}, ...},
 *   spaces, data
 *
 * The format is that of the safetensors README ("Format"); data_offsets count from the end of the
 * header. The reference reader also accepts repeated names, unknown fields, a leading space and
 * more; such a file can be read in two ways, so it is refused here. The tensors must cover the data
 * exactly, each byte once: then no data is hidden and no tensor overlaps another.
 */
#include "tensor_tree.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    LENGTH_BYTES = 8,
    INTEGER_BITS = 53,
    MOST_COMMAS =
        LIMIT_TENSOR_RANK + 3 /* of a tensor: in its shape, its offsets, its fields, one */
};

/* The format's types; those that are SCALAR_OTHER are listed, but cannot be read as weights. */
static const struct DtypeRow {
    const char *name;
    ScalarType type;
    int bytes; /* of an element */
} dtype_rows[] = {
    {"F32", SCALAR_F32, 4},       {"F16", SCALAR_F16, 2},       {"BF16", SCALAR_BF16, 2},
    {"F64", SCALAR_F64, 8},       {"I64", SCALAR_I64, 8},       {"I32", SCALAR_OTHER, 4},
    {"I16", SCALAR_OTHER, 2},     {"I8", SCALAR_OTHER, 1},      {"U64", SCALAR_OTHER, 8},
    {"U32", SCALAR_OTHER, 4},     {"U16", SCALAR_OTHER, 2},     {"U8", SCALAR_OTHER, 1},
    {"BOOL", SCALAR_OTHER, 1},    {"F8_E4M3", SCALAR_OTHER, 1}, {"F8_E5M2", SCALAR_OTHER, 1},
    {"F8_E8M0", SCALAR_OTHER, 1}, {"C64", SCALAR_OTHER, 8}};

/* The header's bytes, checked as far as that goes without parsing; NULL after a diagnostic. */
static const char *header_text(const Reading *reading, size_t *length) {
    uint64_t bytes = 0;
    if (reading->size < LENGTH_BYTES) {
        return fail_at(reading, 0, NULL, "the file ends before the 8-byte header length"), NULL;
    }
    for (int i = LENGTH_BYTES - 1; i >= 0; i--) {
        bytes = bytes << 8 | reading->data[i];
    }
    if (bytes > LIMIT_HEADER_BYTES) {
        return fail_at(reading, 0, "is this a safetensors file?",
                       "the header length is %" PRIu64 " bytes, more than %d MB", bytes,
                       LIMIT_HEADER_BYTES >> 20),
               NULL;
    }
    if (bytes > reading->size - LENGTH_BYTES) {
        return fail_at(reading, 0, "was the download or copy interrupted?",
                       "the header length is %" PRIu64 " bytes, the file has %zu after it", bytes,
                       reading->size - LENGTH_BYTES),
               NULL;
    }
    const char *text = (const char *)reading->data + LENGTH_BYTES;
    if (bytes == 0 || text[0] != '{') {
        return fail_at(reading, LENGTH_BYTES, NULL, "the header does not begin with '{'"), NULL;
    }
    while (text[bytes - 1] == ' ') {
        bytes--;
    }
    if (text[bytes - 1] != '}') {
        return fail_at(reading, LENGTH_BYTES + bytes - 1, NULL,
                       "the header does not end with '}' and spaces"),
               NULL;
    }
    *length = bytes;
    return text;
}

/* What Jansson would build: commas tell how many values there are, as each but the first of an
 * object or array has one before it. */
static bool count_fits(const Reading *reading, size_t objects, size_t commas) {
    if (objects > LIMIT_TENSORS + 2) {
        return fail_at(reading, LENGTH_BYTES, "save the network's tensors alone",
                       "the header has %zu objects, for more than %d tensors", objects,
                       LIMIT_TENSORS);
    }
    return commas <= MOST_COMMAS * objects + LIMIT_METADATA ||
           fail_at(
               reading, LENGTH_BYTES, "save it without metadata",
               "the header has more values than its tensors and %d entries of __metadata__ need",
               LIMIT_METADATA);
}

/* Jansson has a limit of 2048 levels and none on values; ours must hold before it works. */
static bool header_fits(const Reading *reading, const char *text, size_t length) {
    int depth = 0;
    size_t objects = 0, commas = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (quoted && text[i] == '\\') {
            i++;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (text[i] == '{' || text[i] == '[')) {
            depth++;
            objects += text[i] == '{';
        } else if (!quoted && (text[i] == '}' || text[i] == ']')) {
            depth--;
        }
        commas += !quoted && text[i] == ',';
        if (depth > LIMIT_HEADER_DEPTH) {
            return fail_at(reading, LENGTH_BYTES + i, NULL,
                           "the header nests deeper than %d levels", LIMIT_HEADER_DEPTH);
        }
    }
    return count_fits(reading, objects, commas);
}

/* The arena's cleanup. It gets the place of the pointer, which is NULL if parsing failed. */
static void release_json(void *what) {
    json_t **header = what;
    json_decref(*header);
}

/* Jansson reports a failed allocation as any error, or as none (a byte of a name is missing then).
 * Its allocator gets no context, so whether one failed is a thread-local variable, like errno. */
static bool *json_starved(void) {
    static _Thread_local bool starved;
    return &starved;
}

static void *json_allocate(size_t size) {
    void *block = malloc(size);
    if (!block) {
        *json_starved() = true;
    }
    return block;
}

/* NULL after a diagnostic; the result is released with the arena. */
static json_t *parse_header(const Reading *reading) {
    size_t length;
    const char *text = header_text(reading, &length);
    if (!text || !header_fits(reading, text, length)) {
        return NULL;
    }
    json_error_t error;
    json_t **header = NEW(reading->arena, json_t *);
    arena_defer(reading->arena, release_json, header);
    json_set_alloc_funcs(json_allocate, free);
    *json_starved() = false;
    *header = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (*json_starved()) {
        arena_fail(reading->arena);
    }
    if (!*header) {
        fail_at(reading, LENGTH_BYTES + (uint64_t)error.position, NULL,
                "the header is not strict JSON: %s",
                readable(reading->arena, error.text, strlen(error.text)));
        return NULL;
    }
    return *header;
}

/* __metadata__ is an object of strings, of which "format" names the writer, for people. */
static bool read_metadata(const Reading *reading, json_t *metadata, TensorFile *file) {
    const char *key;
    json_t *value;
    if (!json_is_object(metadata)) {
        return fail_in(reading, "__metadata__", NULL, "is not an object of strings");
    }
    json_object_foreach(metadata, key, value) {
        if (!json_is_string(value)) {
            return fail_in(reading,
                           arena_printf(reading->arena, "__metadata__.%s",
                                        readable(reading->arena, key, strlen(key))),
                           NULL, "is not a string");
        }
    }
    const char *format = json_string_value(json_object_get(metadata, "format"));
    if (format) {
        file->writer = readable(reading->arena, format, strlen(format));
    }
    return true;
}

static const char *field_path(const Reading *reading, const char *name, const char *field) {
    return arena_printf(reading->arena, "%s.%s", name, field);
}

/* An array of length integers, each from 0 to 2^53 - 1. Jansson reads integers to 64 bits; 2^53 is
 * what JSON can promise and bounds later products. */
static bool read_integers(const Reading *reading, const char *where, json_t *array, size_t length,
                          int64_t *numbers) {
    for (size_t i = 0; i < length; i++) {
        json_t *item = json_array_get(array, i);
        if (!json_is_integer(item) || json_integer_value(item) < 0 ||
            json_integer_value(item) >= (json_int_t)1 << INTEGER_BITS) {
            return fail_in(reading, where, NULL, "element %zu is not an integer from 0 to 2^53 - 1",
                           i);
        }
        numbers[i] = json_integer_value(item);
    }
    return true;
}

/* NULL after a diagnostic. */
static const struct DtypeRow *read_dtype(const Reading *reading, const char *name, json_t *object) {
    const char *where = field_path(reading, name, "dtype");
    const char *text = json_string_value(json_object_get(object, "dtype"));
    if (!text) {
        return fail_in(reading, where, NULL, "is missing or not a string"), NULL;
    }
    for (size_t i = 0; i < sizeof dtype_rows / sizeof *dtype_rows; i++) {
        if (strcmp(text, dtype_rows[i].name) == 0) {
            return &dtype_rows[i];
        }
    }
    return fail_in(reading, where, "weights are F32, F16, BF16 or F64", "unknown type '%s'",
                   readable(reading->arena, text, strlen(text))),
           NULL;
}

/* Rank 0 is a scalar: an empty array. */
static bool read_shape(const Reading *reading, json_t *object, Tensor *tensor) {
    const char *where = field_path(reading, tensor->name, "shape");
    json_t *array = json_object_get(object, "shape");
    if (!json_is_array(array)) {
        return fail_in(reading, where, NULL, "is missing or not an array");
    }
    size_t rank = json_array_size(array);
    if (rank > LIMIT_TENSOR_RANK) {
        return fail_in(reading, where, NULL, "has %zu dimensions, more than %d", rank,
                       LIMIT_TENSOR_RANK);
    }
    tensor->rank = (int)rank;
    return read_integers(reading, where, array, rank, tensor->dim);
}

/* The bytes of a tensor: from lo up to hi, counted from the end of the header. */
typedef struct Extent {
    int64_t lo, hi;
    const char *name;
} Extent;

/* data_offsets must be inside of the data and agree with type and shape. item: bytes of an element;
 * start: byte of the file where the data begins. */
static bool read_extent(const Reading *reading, json_t *object, Tensor *tensor, int64_t item,
                        uint64_t start, Extent *extent) {
    const char *where = field_path(reading, tensor->name, "data_offsets");
    json_t *array = json_object_get(object, "data_offsets");
    int64_t ends[2], bytes;
    if (!json_is_array(array) || json_array_size(array) != 2) {
        return fail_in(reading, where, NULL, "is missing or not an array of two integers");
    }
    if (!read_integers(reading, where, array, 2, ends)) {
        return false;
    }
    if (!checked_bytes(tensor->dim, tensor->rank, item, &bytes)) {
        return fail_in(reading, field_path(reading, tensor->name, "shape"), NULL,
                       "%s has 2^53 bytes or more",
                       dims_text(reading->arena, tensor->dim, tensor->rank));
    }
    uint64_t available = reading->size - start;
    if (ends[0] > ends[1] || (uint64_t)ends[1] > available) {
        return fail_in(reading, where, "was the download or copy interrupted?",
                       "[%" PRId64 ", %" PRId64 "] is outside the %" PRIu64 " bytes of data",
                       ends[0], ends[1], available);
    }
    if (ends[1] - ends[0] != bytes) {
        return fail_in(reading, where, NULL, "%" PRId64 " bytes, but %s%s needs %" PRId64,
                       ends[1] - ends[0], tensor->type_name,
                       dims_text(reading->arena, tensor->dim, tensor->rank), bytes);
    }
    *extent = (Extent){ends[0], ends[1], tensor->name};
    tensor->offset = start + (uint64_t)ends[0];
    tensor->data = reading->data + tensor->offset;
    tensor_set_dense(tensor);
    return true;
}

/* Unknown fields could change the meaning of a tensor: refused. */
static bool fields_known(const Reading *reading, const char *name, json_t *object) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return fail_in(reading, name, NULL, "is not an object");
    }
    json_object_foreach(object, key, value) {
        if (strcmp(key, "dtype") != 0 && strcmp(key, "shape") != 0 &&
            strcmp(key, "data_offsets") != 0) {
            return fail_in(reading, name, "fields are dtype, shape and data_offsets",
                           "unknown field '%s'", readable(reading->arena, key, strlen(key)));
        }
    }
    return true;
}

/* One entry of the header; false after a diagnostic. */
static bool read_tensor(const Reading *reading, const char *name, json_t *object, uint64_t start,
                        Tensor *tensor, Extent *extent) {
    size_t length = strlen(name);
    if (!tensor_name_fits(name, length)) {
        return fail_in(reading, readable(reading->arena, name, length), NULL, "the tensor name %s",
                       tensor_name_fault(length));
    }
    if (!fields_known(reading, name, object)) {
        return false;
    }
    const struct DtypeRow *row = read_dtype(reading, name, object);
    if (!row) {
        return false;
    }
    *tensor = (Tensor){.name = name, .type = row->type, .type_name = row->name};
    return read_shape(reading, object, tensor) &&
           read_extent(reading, object, tensor, row->bytes, start, extent);
}

/* By begin, then by end, so that empty tensors come before others at the same place. */
static int compare_extents(const void *a, const void *b) {
    const Extent *one = a, *two = b;
    if (one->lo != two->lo) {
        return one->lo < two->lo ? -1 : 1;
    }
    return (one->hi > two->hi) - (one->hi < two->hi);
}

/* Whether each byte after the header belongs to exactly one tensor: sorted, each must begin where
 * the one before ends. */
static bool extents_cover(const Reading *reading, Extent *extents, int count, uint64_t start) {
    int64_t end = 0, all = (int64_t)(reading->size - start);
    qsort(extents, (size_t)count, sizeof *extents, compare_extents);
    for (int i = 0; i < count; i++) {
        if (extents[i].lo < end) {
            return fail_in(reading, extents[i].name, NULL, "overlaps with '%s'",
                           extents[i - 1].name);
        }
        if (extents[i].lo > end) {
            return fail_at(reading, start + (uint64_t)end, NULL,
                           "%" PRId64 " bytes before tensor '%s' belong to no tensor",
                           extents[i].lo - end, extents[i].name);
        }
        end = extents[i].hi;
    }
    if (end != all) {
        return fail_at(reading, start + (uint64_t)end, NULL,
                       "%" PRId64 " bytes at the end belong to no tensor", all - end);
    }
    return true;
}

/* The header with its padding; header_text() has checked the length. */
static uint64_t data_start(const Reading *reading) {
    uint64_t length = 0;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--) {
        length = length << 8 | reading->data[i];
    }
    return LENGTH_BYTES + length;
}

/* All entries, then the check that they cover the data. */
static bool read_tensors_of(const Reading *reading, json_t *header, TensorFile *file) {
    size_t size = json_object_size(header);
    Extent *extents = NEW_ARRAY(reading->arena, Extent, size);
    uint64_t start = data_start(reading);
    const char *name;
    json_t *value;
    file->tensors = NEW_ARRAY(reading->arena, Tensor, size);
    json_object_foreach(header, name, value) {
        if (strcmp(name, "__metadata__") == 0) {
            if (!read_metadata(reading, value, file)) {
                return false;
            }
        } else if (read_tensor(reading, name, value, start, &file->tensors[file->count],
                               &extents[file->count])) {
            file->count++;
        } else {
            return false;
        }
    }
    return extents_cover(reading, extents, file->count, start);
}

TensorFile *read_safetensors(Arena *arena, Diag *diag, const char *path, const uint8_t *data,
                             size_t size) {
    Reading reading = {arena, diag, path, data, size};
    json_t *header = parse_header(&reading);
    if (!header) {
        return NULL;
    }
    TensorFile *file = tensor_tree_create(&reading);
    return read_tensors_of(&reading, header, file) ? file : NULL;
}
