/* hdf5_attribute.c - the name of an attribute -> the texts that it holds.
 *
 *   "layer_names" of /model_weights   ->   "block1_conv1", "block1_conv1_bn", ...
 *
 * Texts of fixed length stand in the attribute, padded; those of variable length in the global
 * heap, 16 bytes of place for each. Both kinds occur, also for lists. An empty list of Keras is an
 * array of no floats (section IV.A.2.m).
 */
#include "hdf5_parts.h"

#include <string.h>

enum { ATTRIBUTE_BYTES = 8, PLACE_BYTES = 16 };

/* An attribute and the parts of its message. */
typedef struct Hdf5Attribute {
    const char *name;
    uint64_t name_size; /* with what pads it */
    Hdf5Message type, space, values;
} Hdf5Attribute;

static bool read_attribute(Hdf5 *file, const Hdf5Object *object, Hdf5Message message,
                           Hdf5Attribute *attribute) {
    const uint8_t *start = file->reading->data + message.at;
    if (message.size < ATTRIBUTE_BYTES) {
        return hdf5_broken(file, message.at, "an attribute is too short");
    }
    if (start[0] != 1) {
        return hdf5_beyond(file, object, "attributes of a newer kind");
    }
    uint64_t name = hdf5_u16(start + 2), type = hdf5_u16(start + 4), space = hdf5_u16(start + 6);
    uint64_t type_at = ATTRIBUTE_BYTES + hdf5_padded(name), space_at = type_at + hdf5_padded(type);
    uint64_t values_at = space_at + hdf5_padded(space);
    if (name == 0 || values_at > message.size) {
        return hdf5_broken(file, message.at, "the parts of an attribute leave it");
    }
    *attribute = (Hdf5Attribute){.name = (const char *)start + ATTRIBUTE_BYTES,
                                 .name_size = name,
                                 .type = {message.at + type_at, type},
                                 .space = {message.at + space_at, space},
                                 .values = {message.at + values_at, message.size - values_at}};
    return true;
}

/* Reads no more of the attribute's name than is asked for. */
static bool is_named(const Hdf5Attribute *attribute, const char *name) {
    size_t length = strlen(name);
    return attribute->name_size >= length && memcmp(attribute->name, name, length) == 0 &&
           (attribute->name_size == length || attribute->name[length] == '\0');
}

/* Padding behind a text is NULs. */
static struct Hdf5Text fixed_text(const char *bytes, uint64_t size) {
    while (size > 0 && bytes[size - 1] == '\0') {
        size--;
    }
    return (struct Hdf5Text){bytes, (size_t)size};
}

/* A place: length, collection, index. The object may be longer. */
static bool variable_text(Hdf5 *file, uint64_t at, struct Hdf5Text *text) {
    const uint8_t *place = file->reading->data + at;
    uint32_t length = hdf5_u32(place);
    uint64_t collection = hdf5_u64(place + 4);
    if (length == 0) {
        *text = (struct Hdf5Text){"", 0};
        return true;
    }
    if (!hdf5_heap_object(file, collection, hdf5_u32(place + 12), text)) {
        return false;
    }
    if (length > text->length) {
        return hdf5_broken(file, at, "a text is longer than its place in the heap");
    }
    uint64_t start = (uint64_t)((const uint8_t *)text->bytes - file->reading->data);
    *text = fixed_text(text->bytes, length);
    return hdf5_take(file, start, length, "a text") != NULL;
}

static bool read_texts(Hdf5 *file, const Hdf5Attribute *attribute, const Hdf5Layout *layout,
                       int64_t count, Hdf5Texts *texts) {
    uint64_t item = layout->size, at = attribute->values.at;
    texts->at = NEW_ARRAY(file->reading->arena, struct Hdf5Text, count);
    for (int64_t i = 0; i < count; i++, at += item) {
        struct Hdf5Text *text = &texts->at[texts->count++];
        if (layout->class == HDF5_CLASS_TEXT) {
            *text = fixed_text((const char *)file->reading->data + at, item);
        } else if (!variable_text(file, at, text)) {
            return false;
        }
    }
    return true;
}

/* The values of one attribute, which has to be a text or a list of texts. */
static bool read_values(Hdf5 *file, const Hdf5Object *object, const char *name,
                        const Hdf5Attribute *attribute, Hdf5Texts *texts) {
    Hdf5Layout layout;
    int64_t dim[LIMIT_TENSOR_RANK], bytes;
    int rank;
    if (!hdf5_read_space(file, object, attribute->space, dim, &rank) ||
        !hdf5_read_type(file, object, attribute->type, &layout)) {
        return false;
    }
    if (rank == 1 && dim[0] == 0) {
        return true;
    }
    if (rank > 1 || (layout.class != HDF5_CLASS_TEXT && layout.class != HDF5_CLASS_VARIABLE)) {
        return hdf5_fail(file, object, NULL, "the attribute '%s' is no text or list of texts",
                         name);
    }
    if (!checked_bytes(dim, rank, (int64_t)layout.size, &bytes) ||
        (uint64_t)bytes > attribute->values.size) {
        return hdf5_broken(file, attribute->values.at, "the values of an attribute leave it");
    }
    if (rank == 1 && dim[0] > LIMIT_TENSORS) {
        return hdf5_fail(file, object, file->advice, "the attribute '%s' has more than %d texts",
                         name, LIMIT_TENSORS);
    }
    return read_texts(file, attribute, &layout, rank == 1 ? dim[0] : 1, texts);
}

bool hdf5_texts(Hdf5 *file, const Hdf5Object *object, const char *name, Hdf5Texts *texts,
                bool *found) {
    *texts = (Hdf5Texts){NULL, 0};
    bool known = false;
    for (int i = 0; i < object->attribute_count && !known; i++) {
        Hdf5Attribute attribute = {.name = NULL};
        if (!hdf5_take(file, object->attributes[i].at, ATTRIBUTE_BYTES, "an attribute") ||
            !read_attribute(file, object, object->attributes[i], &attribute)) {
            return false;
        }
        known = is_named(&attribute, name);
        if (known && !read_values(file, object, name, &attribute, texts)) {
            return false;
        }
    }
    if (found) {
        *found = known;
    }
    return true;
}
