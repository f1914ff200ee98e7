/* calibrate_state.c - what the images so far have left, in a file beside the result, so that an
 * interrupted calibration goes on.
 *
 *   "xnc-calibrate 3", digest of what it belongs to, runs of images
 *   of each operand: its tallies, how many rows it has, the rows; its moments, if they are wanted
 *   of each map that is kept in 8 bits: its tallies
 *   digest of all bytes before
 *
 * In the byte order of the machine, as it stays on it. A file that was cut, changed or belongs to
 * another calibration is as if it were not there. Each save replaces it as a whole.
 */
#include "calibrate.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <xxhash.h>

#include "map_file.h"
#include "output.h"
#include "text_stream.h"

enum { MOST_SAVING = 20 /* times as long nothing is saved */ };

static const char magic[16] = "xnc-calibrate 3";

/* A part of the file. */
typedef struct StatePart {
    void *data;
    size_t size;
} StatePart;

typedef struct StateHead {
    char magic[sizeof magic];
    uint64_t subject;
    int64_t done; /* runs of images, those of calibrate_round() behind all others */
} StateHead;

/* The parts of an operand, in the order of the file; the rows that it does not have yet are there
 * too, as zeros, so that all files of a calibration have one size. */
enum { PARTS = 6 };
static void list_parts(Observed *observed, StatePart parts[PARTS]) {
    size_t channels = (size_t)observed->operand.channels, depth = (size_t)observed->operand.depth;
    parts[0] = (StatePart){observed->tallies, channels * sizeof *observed->tallies};
    parts[1] = (StatePart){&observed->n_rows, sizeof observed->n_rows};
    parts[2] = (StatePart){observed->rows, SAMPLED_ROWS * depth * sizeof *observed->rows};
    Moments *moments = observed->moments;
    for (int i = 3; i < PARTS; i++) {
        parts[i] = (StatePart){observed->rows, 0};
    }
    if (moments) {
        size_t products = (size_t)moments_products((int64_t)depth);
        parts[3] = (StatePart){&moments->rows, sizeof moments->rows};
        parts[4] = (StatePart){moments->sums, depth * sizeof *moments->sums};
        parts[5] = (StatePart){moments->products, products * sizeof *moments->products};
    }
}

/* Of a map: its tallies. */
static StatePart map_part(const ObservedMap *map) {
    return (StatePart){map->tallies, (size_t)map->channels * sizeof *map->tallies};
}

static size_t size_of(const Calibration *calibration) {
    size_t size = sizeof(StateHead) + sizeof(uint64_t);
    for (int i = 0; i < calibration->n_maps; i++) {
        size += map_part(&calibration->maps[i]).size;
    }
    for (int i = 0; i < calibration->count; i++) {
        StatePart parts[PARTS];
        list_parts(&calibration->at[i], parts);
        for (int j = 0; j < PARTS; j++) {
            size += parts[j].size;
        }
    }
    return size;
}

/* What a sound run leaves: with it no later step can go wrong, whoever wrote the file. */
static bool is_sound(const Calibration *calibration, int64_t done) {
    int64_t passes = calibration->second_order ? 2 : 1;
    bool good = done >= 0 && done <= passes * calibration->taken.count;
    for (int i = 0; good && i < calibration->count; i++) {
        const Observed *observed = &calibration->at[i];
        int64_t twice = done > calibration->taken.count ? done - calibration->taken.count : 0;
        good =
            observed->n_rows >= 0 && observed->n_rows <= SAMPLED_ROWS &&
            (!observed->moments ||
             moments_sound(observed->moments, calibrate_moment_rows(calibration, observed, twice)));
        for (int64_t c = 0; good && c < observed->operand.channels; c++) {
            good = tally_sound(&observed->tallies[c]);
        }
        for (int64_t j = 0; good && j < observed->n_rows * observed->operand.depth; j++) {
            good = isfinite(observed->rows[j]);
        }
    }
    for (int i = 0; good && i < calibration->n_maps; i++) {
        const ObservedMap *map = &calibration->maps[i];
        for (int64_t c = 0; good && c < map->channels; c++) {
            good = tally_sound(&map->tallies[c]);
        }
    }
    return good;
}

static void forget(Calibration *calibration) {
    for (int i = 0; i < calibration->count; i++) {
        StatePart parts[PARTS];
        list_parts(&calibration->at[i], parts);
        for (int j = 0; j < PARTS; j++) {
            memset(parts[j].data, 0, parts[j].size);
        }
    }
    for (int i = 0; i < calibration->n_maps; i++) {
        StatePart part = map_part(&calibration->maps[i]);
        memset(part.data, 0, part.size);
    }
}

/* The number of images in bytes of that size; -1 when they are no such state. */
static int64_t take_bytes(Calibration *calibration, const uint8_t *data, size_t size) {
    StateHead head;
    uint64_t digest;
    memcpy(&head, data, sizeof head);
    memcpy(&digest, data + size - sizeof digest, sizeof digest);
    if (memcmp(head.magic, magic, sizeof magic) != 0 || head.subject != calibration->subject ||
        digest != XXH64(data, size - sizeof digest, 0)) {
        return -1;
    }
    data += sizeof head;
    for (int i = 0; i < calibration->count; i++) {
        StatePart parts[PARTS];
        list_parts(&calibration->at[i], parts);
        for (int j = 0; j < PARTS; j++) {
            memcpy(parts[j].data, data, parts[j].size);
            data += parts[j].size;
        }
    }
    for (int i = 0; i < calibration->n_maps; i++) {
        StatePart part = map_part(&calibration->maps[i]);
        memcpy(part.data, data, part.size);
        data += part.size;
    }
    if (is_sound(calibration, head.done)) {
        return head.done;
    }
    forget(calibration);
    return -1;
}

int64_t calibrate_state_read(Calibration *calibration) {
    const Work *work = calibration->work;
    struct stat info;
    if (!calibration->state || stat(calibration->state, &info) != 0) {
        return 0;
    }
    Arena *part = arena_child(work->arena); /* unmaps the file */
    const uint8_t *data;
    size_t size;
    int64_t done = -1;
    if (S_ISREG(info.st_mode) && info.st_size == (off_t)size_of(calibration) &&
        map_file(part, work->diag, calibration->state, &data, &size) &&
        size == size_of(calibration)) {
        done = take_bytes(calibration, data, size);
    }
    arena_destroy(part);
    if (done < 0) {
        diag_note(work->diag, "%s is of another calibration or damaged: all images run anew",
                  calibration->state);
        return 0;
    }
    int64_t images = calibration->taken.count, observed = done < images ? done : images;
    calibration->gathered = done - observed;
    diag_note(work->diag, "%lld of %lld images have run before%s, as %s says", (long long)observed,
              (long long)images,
              calibration->gathered > 0 ? arena_printf(work->arena, ", %lld of them twice",
                                                       (long long)calibration->gathered)
                                        : "",
              calibration->state);
    return observed;
}

/* Writes a part and adds it to the digest. */
static void put(FILE *out, XXH64_state_t *digest, const void *data, size_t size) {
    fwrite(data, 1, size, out);
    XXH64_update(digest, data, size);
}

static bool state_write(Arena *part, Diag *diag, const Calibration *calibration, int64_t done) {
    Output *output = output_open(part, diag, calibration->state);
    XXH64_state_t *digest = output ? XXH64_createState() : NULL;
    if (output && !digest) {
        arena_fail(part);
    }
    bool good = output != NULL;
    if (good) {
        StateHead head = {.subject = calibration->subject, .done = done};
        FILE *out = output_stream(output);
        memcpy(head.magic, magic, sizeof magic);
        XXH64_reset(digest, 0);
        put(out, digest, &head, sizeof head);
        for (int i = 0; i < calibration->count; i++) {
            StatePart parts[PARTS];
            list_parts(&calibration->at[i], parts);
            for (int j = 0; j < PARTS; j++) {
                put(out, digest, parts[j].data, parts[j].size);
            }
        }
        for (int i = 0; i < calibration->n_maps; i++) {
            StatePart one = map_part(&calibration->maps[i]);
            put(out, digest, one.data, one.size);
        }
        uint64_t sum = XXH64_digest(digest);
        XXH64_freeState(digest);
        fwrite(&sum, 1, sizeof sum, out);
        good = output_commit(output);
    }
    return good;
}

/* Writes it; where that fails, a note says so once, with what would have been the error. */
static void save(Calibration *calibration, int64_t done) {
    const Work *work = calibration->work;
    Arena *part = arena_child(work->arena);
    TextStream *told = text_stream_open(part);
    Diag *diag = diag_create(part, text_stream_file(told));
    calibration->stateless = !state_write(part, diag, calibration, done);
    if (calibration->stateless) {
        diag_finish(diag);
        const char *error = text_stream_close(told, NULL);
        diag_note(work->diag, "goes on without a state, an interruption would begin anew: %.*s",
                  (int)strcspn(error, "\n"), error);
    }
    arena_destroy(part);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Saving takes a small part of the time, however large the network is. */
void calibrate_state_keep(Calibration *calibration, int64_t done) {
    double begun = now();
    bool more = done % calibration->taken.count != 0;
    bool kept = calibration->state && !calibration->stateless;
    if (kept && (!more || begun >= calibration->next_save)) {
        save(calibration, done);
        calibration->next_save = now() + MOST_SAVING * (now() - begun);
    }
}

void calibrate_state_remove(const Calibration *calibration) {
    if (calibration->state) {
        unlink(calibration->state);
    }
}
