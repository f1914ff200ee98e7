/* zip.h - a zip archive in memory: its entries, and where their bytes are. Private to
 * compiler/weights.
 *
 * The reader is our own because the archive may be hostile and may have many entries: each is
 * looked at once, and the work is linear in their number whatever their names are. Numbers are
 * those of the central directory (APPNOTE.TXT 4.3.12); the local headers must agree with it.
 */
#ifndef XNC_COMPILER_WEIGHTS_ZIP_H
#define XNC_COMPILER_WEIGHTS_ZIP_H

#include "container.h"

/* Methods of compression that are read (APPNOTE.TXT 4.4.5). */
enum { ZIP_STORED = 0, ZIP_DEFLATED = 8 };

typedef struct ZipEntry {
    const char *name; /* in the archive's bytes, not terminated: clean UTF-8, a path that is
                         relative and has no part ".." */
    size_t name_length;
    uint64_t size;   /* bytes of the content */
    uint64_t stored; /* bytes that it has in the archive */
    uint64_t header; /* byte of the file where the local header begins */
    uint64_t offset; /* byte of the file where the stored bytes begin */
    uint32_t crc;    /* CRC-32 of the content */
    uint16_t method;
    struct ZipEntry *twin; /* another entry of this name; NULL: none */
} ZipEntry;

typedef struct Zip {
    const Reading *reading;
    ZipEntry *entries; /* in the order of the central directory */
    uint32_t count;
    Map *names;        /* from names to their entries */
    bool has_sums;     /* false: all checksums are 0, as writers that do not sum leave them */
    uint64_t inflated; /* bytes that were decompressed so far */
} Zip;

/* Reads the directory and checks every entry; NULL after a diagnostic. The reading must outlive the
 * result. */
Zip *zip_open(const Reading *reading);
/* The first entry of a name of length bytes; NULL when there is none. */
ZipEntry *zip_find(const Zip *zip, const char *name, size_t length);
/* Sets *chunk to the content of an entry: bytes of the file where it is stored, memory of the arena
 * where it had to be decompressed. False after a diagnostic: the content is broken, or there is
 * another entry of this name with other content. */
bool zip_content(Zip *zip, const ZipEntry *entry, Chunk *chunk);
/* Compares the checksum of a chunk, once; false after a diagnostic. */
bool chunk_verified(Diag *diag, const char *path, Chunk *chunk);
/* The name for messages. */
const char *zip_name(const Zip *zip, const ZipEntry *entry);

/* ---- zip_end.c ---- */
/* Where the central directory is, as the archive's end says. */
typedef struct ZipEnd {
    uint64_t directory, bytes; /* byte of the file, and length */
    uint64_t count;            /* of entries */
} ZipEnd;

/* Finds and checks the records at the archive's end; false after a diagnostic. */
bool zip_end(const Reading *reading, ZipEnd *end);
/* A little-endian number of so many bytes (1 to 8) at a byte of the file, which must have them. */
uint64_t zip_number(const Reading *reading, uint64_t at, int bytes);
/* A mistake of the archive's structure. Always false. */
bool zip_broken(const Reading *reading, const char *what);

#endif
