/* weights.c - from a blob (a file or memory) to weights that a run can trust.
 * SPDX-License-Identifier: MIT-0
 *
 * Nothing of a blob is used before everything about it was checked: magic, byte order, version,
 * whose it is, its size, and the digest of its content. Reading into private memory is the default,
 * because a mapped file can be changed or cut by others while it is used.
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1 /* madvise */
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xnc_internal.h"

static const char magic[8] = {'X', 'N', 'C', 'B', 'L', 'O', 'B', '\n'};

/* What can be said before a blob is looked at; chooses the code that this CPU will run. */
static xnc_status check_model(const xnc_model *model, const xnc_model **runs) {
    if (model->abi != XNC_ABI) {
        return XNC_E_VERSION;
    }
    *runs = xnc_model_variant(model);
    if ((*runs)->abi != XNC_ABI) {
        return XNC_E_VERSION;
    }
    return xnc_cpu_has((*runs)->features) ? XNC_OK : XNC_E_CPU;
}

/* Whether a word of the header is what the model says: zeros where it says nothing. */
static int is_word(const char word[4], const char *name) {
    size_t length = name ? strlen(name) : 0;
    char expected[4] = {0};
    if (name) {
        memcpy(expected, name, length < sizeof expected ? length : sizeof expected);
    }
    return memcmp(word, expected, sizeof expected) == 0;
}

/* The numbers of products. */
static int has_types(const xnc_blob_header *header, const xnc_model *model) {
    return is_word(header->precision, model->precision) &&
           is_word(header->weights_type, model->weights_type);
}

/* bytes: what there is of the header. */
static xnc_status check_header(const xnc_model *model, const void *data, size_t bytes) {
    xnc_blob_header header;
    if (bytes < sizeof header) {
        return bytes >= sizeof magic && memcmp(data, magic, sizeof magic) == 0 ? XNC_E_SIZE
                                                                               : XNC_E_FORMAT;
    }
    memcpy(&header, data, sizeof header);
    if (memcmp(header.magic, magic, sizeof magic) != 0) {
        return XNC_E_FORMAT;
    }
    if (header.byte_order != XNC_BYTE_ORDER) {
        return header.byte_order == XNC_BYTE_ORDER_OTHER ? XNC_E_BYTE_ORDER : XNC_E_FORMAT;
    }
    if (header.version != XNC_BLOB_VERSION) {
        return XNC_E_VERSION;
    }
    if (header.model_digest != model->digest || !has_types(&header, model) ||
        header.in_channels != (uint32_t)xnc_tensor_channels(&model->input) ||
        header.out_channels != (uint32_t)xnc_tensor_channels(&model->outputs[0])) {
        return XNC_E_MISMATCH;
    }
    if (header.packing_digest != model->packing) {
        return XNC_E_PACKING;
    }
    return header.bytes == model->weights_bytes ? XNC_OK : XNC_E_SIZE;
}

static xnc_status check_blob(const xnc_model *model, const unsigned char *data, size_t bytes) {
    xnc_status status = check_header(model, data, bytes);
    if (status != XNC_OK) {
        return status;
    }
    if (bytes != model->weights_bytes) {
        return XNC_E_SIZE;
    }
    xnc_blob_header header;
    memcpy(&header, data, sizeof header);
    uint64_t digest = xnc_xxh64(data + sizeof header, bytes - sizeof header);
    return digest == header.content_digest ? XNC_OK : XNC_E_CORRUPT;
}

/* Makes the handle of a blob, or says what is wrong with it. */
static xnc_status wrap_blob(xnc_weights **weights, const xnc_model *model, const void *data,
                            size_t bytes) {
    xnc_status status = check_blob(model, data, bytes);
    if (status != XNC_OK) {
        return status;
    }
    xnc_weights *made = calloc(1, sizeof *made);
    if (!made) {
        return XNC_E_MEMORY;
    }
    made->model = model;
    made->content = (const unsigned char *)data + sizeof(xnc_blob_header);
    *weights = made;
    return XNC_OK;
}

/* Reads up to bytes, less only at the end of the file; -1 after an error. */
static ptrdiff_t read_fully(int file, unsigned char *to, size_t bytes) {
    size_t done = 0;
    while (done < bytes) {
        ssize_t count = read(file, to + done, bytes - done);
        if (count == 0) {
            break;
        }
        if (count > 0) {
            done += (size_t)count;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return (ptrdiff_t)done;
}

/* Reads the whole file behind its header into a buffer of the size that the model expects. */
static xnc_status read_content(int file, const xnc_model *model, unsigned char *buffer) {
    size_t rest = (size_t)model->weights_bytes - sizeof(xnc_blob_header);
    unsigned char beyond;
    ptrdiff_t count = read_fully(file, buffer + sizeof(xnc_blob_header), rest);
    ptrdiff_t more = count < 0 ? -1 : read_fully(file, &beyond, 1);
    if (more < 0) {
        return XNC_E_IO;
    }
    return (size_t)count == rest && more == 0 ? XNC_OK : XNC_E_SIZE;
}

static xnc_status open_read(xnc_weights **weights, const xnc_model *model, int file) {
    unsigned char header[sizeof(xnc_blob_header)];
    ptrdiff_t count = read_fully(file, header, sizeof header);
    if (count < 0) {
        return XNC_E_IO;
    }
    /* Before memory is spent on it: is it a blob of this model? */
    xnc_status status = check_header(model, header, (size_t)count);
    if (status != XNC_OK) {
        return status;
    }
    unsigned char *buffer = xnc_arena_create((size_t)model->weights_bytes);
    if (!buffer) {
        return XNC_E_MEMORY;
    }
    memcpy(buffer, header, sizeof header);
    status = read_content(file, model, buffer);
    if (status == XNC_OK) {
        status = wrap_blob(weights, model, buffer, (size_t)model->weights_bytes);
    }
    if (status != XNC_OK) {
        xnc_arena_destroy(buffer);
        return status;
    }
    (*weights)->owned = buffer;
    return XNC_OK;
}

/* The digest reads all of a mapping at once, so all its pages are wanted at once too: one call
 * instead of a fault for every few of them. A file that is not in memory yet is to be read into
 * large pages, which save the misses of address translation; one that is stays as it is. Both are
 * wishes. Only for a file of the right size: whatever else was named may be far larger than
 * memory. */
static void fault_in(const xnc_model *model, void *mapped, size_t bytes) {
    if (bytes != model->weights_bytes) {
        return;
    }
#ifdef MADV_HUGEPAGE
    (void)madvise(mapped, bytes, MADV_HUGEPAGE);
#endif
#ifdef MADV_POPULATE_READ
    (void)madvise(mapped, bytes, MADV_POPULATE_READ); /* faults do the same, slower */
#else
    (void)mapped;
#endif
}

static xnc_status open_map(xnc_weights **weights, const xnc_model *model, int file) {
    struct stat info;
    if (fstat(file, &info) != 0) {
        return XNC_E_IO;
    }
    if (info.st_size == 0) { /* cannot be mapped */
        return XNC_E_FORMAT;
    }
    size_t bytes = (size_t)info.st_size;
    void *mapped = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped == MAP_FAILED) {
        return errno == ENOMEM ? XNC_E_MEMORY : XNC_E_IO;
    }
    fault_in(model, mapped, bytes);
    xnc_status status = wrap_blob(weights, model, mapped, bytes);
    if (status != XNC_OK) {
        munmap(mapped, bytes);
        return status;
    }
    (*weights)->mapped = mapped;
    (*weights)->bytes = bytes;
    return XNC_OK;
}

/* A regular file, or -1. A pipe without a writer would hold up open() for ever, a terminal read(),
 * so neither waits before it is known what the path names. */
static int open_file(const char *path) {
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file >= 0 && (fstat(file, &info) != 0 || !S_ISREG(info.st_mode))) {
        close(file);
        return -1;
    }
    return file;
}

xnc_status xnc_weights_open(xnc_weights **weights, const xnc_model *model, const char *path,
                            unsigned flags) {
    if (!weights) {
        return XNC_E_ARGUMENT;
    }
    *weights = NULL;
    if (!model || !path || (flags & ~XNC_MAP) != 0) {
        return XNC_E_ARGUMENT;
    }
    const xnc_model *runs;
    xnc_status status = check_model(model, &runs);
    if (status != XNC_OK) {
        return status;
    }
    int file = open_file(path);
    if (file < 0) {
        return XNC_E_IO;
    }
    status =
        (flags & XNC_MAP) != 0 ? open_map(weights, model, file) : open_read(weights, model, file);
    close(file);
    if (status == XNC_OK) {
        (*weights)->runs = runs;
    }
    return status;
}

xnc_status xnc_weights_attach(xnc_weights **weights, const xnc_model *model, const void *data,
                              size_t bytes) {
    if (!weights) {
        return XNC_E_ARGUMENT;
    }
    *weights = NULL;
    if (!model || !data || (uintptr_t)data % XNC_ARENA_ALIGN != 0) {
        return XNC_E_ARGUMENT;
    }
    const xnc_model *runs;
    xnc_status status = check_model(model, &runs);
    if (status == XNC_OK) {
        status = wrap_blob(weights, model, data, bytes);
    }
    if (status == XNC_OK) {
        (*weights)->runs = runs;
    }
    return status;
}

void xnc_weights_close(xnc_weights *weights) {
    if (weights) {
        if (weights->mapped) {
            munmap(weights->mapped, weights->bytes);
        }
        xnc_arena_destroy(weights->owned);
        free(weights);
    }
}
