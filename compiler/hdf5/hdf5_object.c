/* hdf5_object.c - an object header -> where its messages are.
 *
 *   version 1, 6 messages: dataspace, type, fill value, layout, time, attribute
 *   ->   Hdf5Object { space, type, layout, attributes[1] }
 *
 * A header is a first block and others that messages of continuation name (section IV.A.1.a). It
 * states the number of its messages, so blocks that name each other end.
 */
#include "hdf5_parts.h"

enum { HEADER_BYTES = 16, MESSAGE_BYTES = 8, FLAG_SHARED = 2 };

enum {
    MESSAGE_SPACE = 0x01,
    MESSAGE_TYPE = 0x03,
    MESSAGE_LAYOUT = 0x08,
    MESSAGE_ATTRIBUTE = 0x0c,
    MESSAGE_CONTINUATION = 0x10,
    MESSAGE_TABLE = 0x11
};

/* Messages that change where names or values stand. */
static const struct BeyondRow {
    uint16_t type;
    const char *what;
} beyond[] = {{0x02, "links of a newer kind"},
              {0x06, "links of a newer kind"},
              {0x07, "values in other files"},
              {0x0b, "a filter, such as compression"},
              {0x15, "attributes of a newer kind"}};

/* The header being read: blocks that are still to be read, and how many messages it states. */
typedef struct Hdf5Header {
    Hdf5 *file;
    Hdf5Object *object;
    Hdf5Message *blocks;
    int block_count, messages;
} Hdf5Header;

static void add_block(Hdf5Header *header, uint64_t at, uint64_t size) {
    Arena *arena = header->file->reading->arena;
    header->blocks = arena_room(arena, header->blocks, header->block_count, sizeof *header->blocks);
    header->blocks[header->block_count++] = (Hdf5Message){at, size};
}

static bool continue_in(Hdf5Header *header, Hdf5Message message) {
    if (message.size < 16) {
        return hdf5_broken(header->file, message.at, "a continuation is too short");
    }
    const uint8_t *where = header->file->reading->data + message.at;
    add_block(header, hdf5_u64(where), hdf5_u64(where + 8));
    return true;
}

static bool keep_once(const Hdf5Header *header, Hdf5Message *kept, Hdf5Message message) {
    if (kept->at) {
        return hdf5_broken(header->file, message.at, "a header has two messages of one kind");
    }
    *kept = message;
    return true;
}

/* flags: those of the message. */
static bool keep_message(Hdf5Header *header, uint16_t type, int flags, Hdf5Message message) {
    Hdf5Object *object = header->object;
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        if (beyond[i].type == type) {
            return hdf5_beyond(header->file, object, beyond[i].what);
        }
    }
    Hdf5Message *once = type == MESSAGE_SPACE    ? &object->space
                        : type == MESSAGE_TYPE   ? &object->type
                        : type == MESSAGE_LAYOUT ? &object->layout
                        : type == MESSAGE_TABLE  ? &object->table
                                                 : NULL;
    if ((once || type == MESSAGE_ATTRIBUTE) && (flags & FLAG_SHARED)) {
        return hdf5_beyond(header->file, object, "shared messages");
    }
    if (once) {
        return keep_once(header, once, message);
    }
    if (type == MESSAGE_ATTRIBUTE) {
        Arena *arena = header->file->reading->arena;
        object->attributes = arena_room(arena, object->attributes, object->attribute_count,
                                        sizeof *object->attributes);
        object->attributes[object->attribute_count++] = message;
    }
    return type != MESSAGE_CONTINUATION || continue_in(header, message);
}

/* The messages of one block; bytes at its end that hold no message are a gap. */
static bool read_block(Hdf5Header *header, Hdf5Message block) {
    const uint8_t *start = hdf5_take(header->file, block.at, block.size, "an object header");
    uint64_t done = 0;
    while (start && header->messages > 0 && block.size - done >= MESSAGE_BYTES) {
        const uint8_t *message = start + done;
        uint64_t size = hdf5_u16(message + 2), at = block.at + done + MESSAGE_BYTES;
        if (size > block.size - done - MESSAGE_BYTES) {
            return hdf5_broken(header->file, at, "a message leaves its header");
        }
        header->messages--;
        if (!keep_message(header, hdf5_u16(message), message[4], (Hdf5Message){at, size})) {
            return false;
        }
        done += MESSAGE_BYTES + size;
    }
    return start != NULL;
}

bool hdf5_object(Hdf5 *file, uint64_t address, const Hdf5Path *path, Hdf5Object *object) {
    *object = (Hdf5Object){.path = path, .address = address};
    const uint8_t *start = hdf5_take(file, address, HEADER_BYTES, "an object header");
    if (!start) {
        return false;
    }
    if (start[0] != 1) {
        return hdf5_broken(file, address, "no object header of version 1 is here");
    }
    Hdf5Header header = {file, object, NULL, 0, hdf5_u16(start + 2)};
    add_block(&header, address + HEADER_BYTES, hdf5_u32(start + 8));
    for (int i = 0; i < header.block_count; i++) {
        if (!read_block(&header, header.blocks[i])) {
            return false;
        }
    }
    return true;
}
