/* foreign.c - a file that is no checkpoint of PyTorch or Keras -> what it is, and what to do.
 *
 *   TFL3 at byte 4   ->   net.tflite: error: is a model of TensorFlow Lite, not a checkpoint
 *
 * The rows are in foreign.def. Nothing of such a file is read but the bytes that tell what it is.
 */
#include "foreign.h"

#include <string.h>

typedef struct ForeignRow {
    size_t at;         /* byte of the file */
    const char *bytes; /* that stand there, '?' is any; or a part of a name */
    size_t length;
    const char *what, *advice;
} ForeignRow;

#define FOREIGN(at, bytes, what, advice) {at, bytes, sizeof(bytes) - 1, what, advice},
#define FOREIGN_NAME(part, what, advice)
#define FOREIGN_ENTRY(part, what, advice)
static const ForeignRow file_rows[] = {
#include "foreign.def"
};

#define FOREIGN(at, bytes, what, advice)
#define FOREIGN_NAME(part, what, advice) {0, part, sizeof(part) - 1, what, advice},
#define FOREIGN_ENTRY(part, what, advice)
static const ForeignRow name_rows[] = {
#include "foreign.def"
};

#define FOREIGN(at, bytes, what, advice)
#define FOREIGN_NAME(part, what, advice)
#define FOREIGN_ENTRY(part, what, advice) {0, part, sizeof(part) - 1, what, advice},
static const ForeignRow entry_rows[] = {
#include "foreign.def"
};

static bool begins_so(const ForeignRow *row, const Reading *reading) {
    if (reading->size < row->at + row->length) {
        return false;
    }
    for (size_t i = 0; i < row->length; i++) {
        if (row->bytes[i] != '?' && (uint8_t)row->bytes[i] != reading->data[row->at + i]) {
            return false;
        }
    }
    return true;
}

static bool has_part(const ForeignRow *row, const char *name, size_t length) {
    for (size_t i = 0; i + row->length <= length; i++) {
        if (memcmp(name + i, row->bytes, row->length) == 0) {
            return true;
        }
    }
    return false;
}

/* A name says more than the first bytes of a text. */
static const ForeignRow *row_of(const Reading *reading) {
    for (size_t i = 0; i < sizeof name_rows / sizeof *name_rows; i++) {
        if (has_part(&name_rows[i], reading->path, strlen(reading->path))) {
            return &name_rows[i];
        }
    }
    for (size_t i = 0; i < sizeof file_rows / sizeof *file_rows; i++) {
        if (begins_so(&file_rows[i], reading)) {
            return &file_rows[i];
        }
    }
    return NULL;
}

bool foreign_file(const Reading *reading) {
    const ForeignRow *row = row_of(reading);
    if (!row) {
        return fail_at(reading, 0, "give a .safetensors, .pth, .bin, .keras or .h5 file",
                       "neither a safetensors file nor one that torch.save or Keras wrote");
    }
    return fail_in(reading, NULL, row->advice, "is %s, not a checkpoint of PyTorch or Keras",
                   row->what);
}

const char *foreign_entry(const char *name, size_t length, const char **advice) {
    for (size_t i = 0; i < sizeof entry_rows / sizeof *entry_rows; i++) {
        if (has_part(&entry_rows[i], name, length)) {
            *advice = entry_rows[i].advice;
            return entry_rows[i].what;
        }
    }
    return NULL;
}
