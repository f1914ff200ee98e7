/* Purpose: the work of reading a checkpoint grows as the file does, not faster, up to the limits.
 * Input: files built here, one kind of thing in each: tensors, entries of dicts, entries of the zip
 * archive, pickled modules, objects of TorchScript, lists of files, and long texts that nobody
 * reads; each with few of them, and with FACTOR times as many, the most that must be read.
 * Expectation: both are read, with the tensors that are in them, and the larger one takes at most
 * SLACK * FACTOR times the work; that of texts does not depend on their length: it differs by less
 * than FREE, since a map, whose hash is drawn anew for each, takes a few steps more or less from
 * run to run. Work is counted in basic blocks, as test_work.c does.
 */
#include <stdlib.h>
#include <string.h>

#include "pickle.h"
#include "shard_index.h"

enum { FACTOR = 4, BATCH = 1000 };
#define SLACK 1.4
#define FREE 1.01

static long long blocks_done;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void) {
    blocks_done++;
}

/* ---- bytes ---- */

typedef struct Bytes {
    uint8_t *at;
    size_t size, room;
} Bytes;

static void put(Bytes *bytes, const void *data, size_t count) {
    if (bytes->size + count > bytes->room) {
        bytes->room = 2 * (bytes->size + count);
        bytes->at = realloc(bytes->at, bytes->room);
        if (!bytes->at) {
            exit(1);
        }
    }
    memcpy(bytes->at + bytes->size, data, count);
    bytes->size += count;
}

/* A literal, which may have zeros in it. */
#define PUT(bytes, literal) put(bytes, literal, sizeof(literal) - 1)

static void put_text(Bytes *bytes, const char *text) {
    put(bytes, text, strlen(text));
}

static void put_number(Bytes *bytes, uint64_t number, int count) {
    for (int i = 0; i < count; i++) {
        uint8_t byte = (uint8_t)(number >> 8 * i);
        put(bytes, &byte, 1);
    }
}

/* ---- zip ---- */

typedef struct Archive {
    Bytes file, directory;
    uint32_t count;
} Archive;

static void put_header(Bytes *bytes, const char *name, size_t size) {
    put_number(bytes, 0, 12); /* flags, method, time, date, checksum */
    put_number(bytes, size, 4);
    put_number(bytes, size, 4);
    put_number(bytes, strlen(name), 2);
    put_number(bytes, 0, 2);
}

static void add(Archive *archive, const char *name, const void *data, size_t size) {
    size_t at = archive->file.size;
    PUT(&archive->file, "PK\3\4\24\0");
    put_header(&archive->file, name, size);
    put_text(&archive->file, name);
    put(&archive->file, data, size);
    PUT(&archive->directory, "PK\1\2\24\0\24\0");
    put_header(&archive->directory, name, size);
    put_number(&archive->directory, 0, 10);
    put_number(&archive->directory, at, 4);
    put_text(&archive->directory, name);
    archive->count++;
}

/* The end record, and the large one in front of it that has the count. */
static void finish(Archive *archive) {
    Bytes *file = &archive->file;
    size_t directory = file->size;
    put(file, archive->directory.at, archive->directory.size);
    size_t large = file->size;
    PUT(file, "PK\6\6\54\0\0\0\0\0\0\0\55\0\55\0");
    put_number(file, 0, 8);
    put_number(file, archive->count, 8);
    put_number(file, archive->count, 8);
    put_number(file, archive->directory.size, 8);
    put_number(file, directory, 8);
    PUT(file, "PK\6\7\0\0\0\0");
    put_number(file, large, 8);
    put_number(file, 1, 4);
    PUT(file, "PK\5\6\0\0\0\0\377\377\377\377\377\377\377\377\377\377\377\377\0\0");
    free(archive->directory.at);
}

/* ---- pickles ---- */

static void put_string(Bytes *pickle, const char *text) {
    put_text(pickle, "X");
    put_number(pickle, strlen(text), 4);
    put_text(pickle, text);
}

static const char *numbered(char *text, const char *lead, int number) {
    snprintf(text, 32, "%s%d", lead, number);
    return text;
}

/* A tensor of one float, in storage 0 or in one of its own. */
static void put_tensor(Bytes *pickle, int storage) {
    char key[32];
    put_text(pickle, "ctorch._utils\n_rebuild_tensor_v2\n((");
    put_string(pickle, "storage");
    put_text(pickle, "ctorch\nFloatStorage\n");
    put_string(pickle, numbered(key, "", storage));
    put_string(pickle, "cpu");
    PUT(pickle, "K\1tQK\0K\1\205K\1\205\211NtR");
}

static void begin(Bytes *pickle) {
    PUT(pickle, "\200\2");
}

/* One tensor, w, and then what follows it in the dict of the root. */
static void begin_beside(Bytes *pickle) {
    begin(pickle);
    put_text(pickle, "}(");
    put_string(pickle, "w");
    put_tensor(pickle, 0);
}

static void end_beside(Bytes *pickle) {
    put_text(pickle, "u.");
}

/* Items go into a dict in batches, as Python writes them. */
static void end_item(Bytes *pickle, int index) {
    if (index % BATCH == BATCH - 1) {
        put_text(pickle, "u(");
    }
}

/* ---- files ---- */

/* So many tensors, each with a storage of its own. */
static void tensors(Bytes *pickle, int count) {
    char name[32];
    begin(pickle);
    put_text(pickle, "}(");
    for (int i = 0; i < count; i++) {
        put_string(pickle, numbered(name, "block.", i));
        put_tensor(pickle, i);
        end_item(pickle, i);
    }
    end_beside(pickle);
}

/* A dict of numbers beside the weights, as an optimizer keeps them. */
static void entries(Bytes *pickle, int count) {
    char name[32];
    begin_beside(pickle);
    put_string(pickle, "optimizer");
    put_text(pickle, "}(");
    for (int i = 0; i < count; i++) {
        put_string(pickle, numbered(name, "step.", i));
        PUT(pickle, "K\1");
        end_item(pickle, i);
    }
    put_text(pickle, "u");
    end_beside(pickle);
}

/* A dict of objects beside the weights. */
static void objects(Bytes *pickle, int count) {
    char name[32];
    begin_beside(pickle);
    put_string(pickle, "history");
    put_text(pickle, "}(");
    for (int i = 0; i < count; i++) {
        put_string(pickle, numbered(name, "step.", i));
        PUT(pickle, "clab\nEvent\n)\201}X\1\0\0\0aK\1sb");
        end_item(pickle, i);
    }
    put_text(pickle, "u");
    end_beside(pickle);
}

/* A module with so many modules, each with one tensor. */
static void modules(Bytes *pickle, int count) {
    char name[32];
    begin(pickle);
    PUT(pickle, "clab\nNet\n)\201}(");
    put_string(pickle, "_parameters");
    put_text(pickle, "}");
    put_string(pickle, "_buffers");
    put_text(pickle, "}");
    put_string(pickle, "_modules");
    put_text(pickle, "}(");
    for (int i = 0; i < count; i++) {
        put_string(pickle, numbered(name, "block", i));
        PUT(pickle, "clab\nLayer\n)\201}(");
        put_string(pickle, "_buffers");
        put_text(pickle, "}");
        put_string(pickle, "_modules");
        put_text(pickle, "}");
        put_string(pickle, "_parameters");
        put_text(pickle, "}");
        put_string(pickle, "weight");
        put_tensor(pickle, i);
        put_text(pickle, "sub");
        end_item(pickle, i);
    }
    put_text(pickle, "uub.");
}

/* The same as TorchScript has it. */
static void scripts(Bytes *pickle, int count) {
    char name[32];
    begin(pickle);
    PUT(pickle, "c__torch__.lab\nNet\n)\201}(");
    for (int i = 0; i < count; i++) {
        put_string(pickle, numbered(name, "block", i));
        PUT(pickle, "c__torch__.lab\nLayer\n)\201}");
        put_string(pickle, "weight");
        put_tensor(pickle, i);
        put_text(pickle, "sb");
        end_item(pickle, i);
    }
    put_text(pickle, "ub.");
}

/* A text of so many MB, in 64 parts. */
static void texts(Bytes *pickle, int count) {
    size_t size = (size_t)count << 14;
    char *text = malloc(size + 1);
    if (!text) {
        exit(1);
    }
    memset(text, 'a', size);
    text[size] = '\0';
    begin_beside(pickle);
    put_string(pickle, "config");
    put_text(pickle, "](");
    for (int i = 0; i < 64; i++) {
        put_string(pickle, text);
    }
    put_text(pickle, "e");
    end_beside(pickle);
    free(text);
}

static void nothing(Bytes *pickle, int count) {
    (void)count;
    begin_beside(pickle);
    end_beside(pickle);
}

typedef struct Kind {
    const char *name;
    void (*make)(Bytes *pickle, int count);
    int most;         /* things in the larger file */
    bool has_tensors; /* each has a tensor in a storage of its own; else there is one */
    bool has_entries; /* each is an entry of the archive */
    bool is_free;     /* takes no work of its own */
} Kind;

static const Kind kinds[] = {
    {"tensors", tensors, 10000, true, false, false},
    {"entries of a dict", entries, 100000, false, false, false},
    {"objects", objects, 100000, false, false, false},
    {"modules", modules, 10000, true, false, false},
    {"objects of TorchScript", scripts, 10000, true, false, false},
    {"entries of the archive", nothing, 65532, false, true, false},
    {"MB of texts", texts, 64, false, false, true},
};

/* ---- reading ---- */

static Bytes make_file(const Kind *kind, int count) {
    Archive archive = {.count = 0};
    Bytes pickle = {.size = 0};
    char name[32];
    kind->make(&pickle, count);
    add(&archive, "net/data.pkl", pickle.at, pickle.size);
    int storages = kind->has_tensors ? count : 1;
    for (int i = 0; i < storages; i++) {
        add(&archive, numbered(name, "net/data/", i), "\0\0\0\0", 4);
    }
    for (int i = 0; kind->has_entries && i < count; i++) {
        add(&archive, numbered(name, "net/other/", i), "", 0);
    }
    finish(&archive);
    free(pickle.at);
    return archive.file;
}

static int tensors_in(const TensorFile *file) {
    int count = 0;
    for (int i = 0; file && i < file->count; i++) {
        count += !file->tensors[i].foreign;
    }
    return count;
}

/* The work of reading, or -1 when it does not give the tensors that are in the file. */
static long long work_of(const Kind *kind, int count) {
    Arena *arena = arena_create();
    Bytes bytes = make_file(kind, count);
    FILE *nowhere = fopen("/dev/null", "w");
    if (!arena || !nowhere) {
        exit(1);
    }
    Diag *diag = diag_create(arena, getenv("XNC_TELL_WORK") ? stderr : nowhere);
    blocks_done = 0;
    const TensorFile *file = read_zip(arena, diag, "net.pth", bytes.at, bytes.size);
    long long work = blocks_done;
    bool good = tensors_in(file) == (kind->has_tensors ? count : 1);
    arena_destroy(arena);
    fclose(nowhere);
    free(bytes.at);
    return good ? work : -1;
}

/* The list of files of so many tensors, eight in each file. */
static long long work_of_index(int count) {
    Arena *arena = arena_create();
    Bytes text = {.size = 0};
    char line[128];
    put_text(&text, "{\"weight_map\": {\"a\": \"0.bin\"");
    for (int i = 0; i < count; i++) {
        snprintf(line, sizeof line, ", \"block.%d\": \"%d.bin\"", i,
                 i * (LIMIT_SHARDS - 1) / count);
        put_text(&text, line);
    }
    put_text(&text, "}}");
    ShardIndex *index = NEW(arena, ShardIndex);
    Reading reading = {arena, diag_create(arena, stderr), "net.bin.index.json", text.at, text.size};
    blocks_done = 0;
    bool good = shard_index_read(&reading, index);
    long long work = blocks_done;
    arena_destroy(arena);
    free(text.at);
    return good ? work : -1;
}

static bool check(const char *name, int most, long long few, long long many, double times) {
    if (getenv("XNC_TELL_WORK")) {
        printf("%-24s %7d %12lld %12lld  x %.2f\n", name, most, few, many,
               (double)many / (double)few);
    }
    if (few > 0 && many > 0 && (double)many <= times * (double)few) {
        return true;
    }
    fprintf(stderr, "%s: %lld basic blocks for %d, %lld for %d (-1: not read)\n", name, few,
            most / FACTOR, many, most);
    return false;
}

int main(void) {
    bool good = true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const Kind *kind = &kinds[i];
        long long few = work_of(kind, kind->most / FACTOR), many = work_of(kind, kind->most);
        good =
            check(kind->name, kind->most, few, many, kind->is_free ? FREE : SLACK * FACTOR) && good;
    }
    int most = 16000;
    good = check("tensors of a list", most, work_of_index(most / FACTOR), work_of_index(most),
                 SLACK * FACTOR) &&
           good;
    return good ? 0 : 1;
}
