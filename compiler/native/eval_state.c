/* eval_state.c - digests and letters of an evaluation <-> a JSON file.
 *
 *   {"network": "91b2...", "weights": "...", "preprocessing": "...", "pictures": "...",
 *    "results": "1105x...."}
 *
 * Where labels are told the letters are k, and "outputs" has the bits of each float as 8 digits.
 * Digests are texts of 16 hexadecimal digits, as JSON's numbers lose bits above 2^53. A file is
 * taken only when all digests and the number of letters fit, so results of other pictures or
 * weights are never mixed in.
 */
#include "eval_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "json_in.h"
#include "output.h"

typedef struct Part {
    const char *key; /* of the JSON object */
    uint64_t digest;
} Part;

enum { PARTS = 4 };

static void list_parts(const EvalSubject *subject, Part parts[PARTS]) {
    parts[0] = (Part){"network", subject->network};
    parts[1] = (Part){"weights", subject->weights};
    parts[2] = (Part){"preprocessing", subject->preprocessing};
    parts[3] = (Part){"pictures", subject->pictures};
}

/* Whether a text is count letters that such an evaluation gives. */
static bool is_results(const char *text, int64_t count, bool outputs) {
    static const char ranked[] = {RESULT_PENDING, RESULT_TOP1,       RESULT_TOP5,
                                  RESULT_WRONG,   RESULT_UNREADABLE, 0};
    static const char told[] = {RESULT_PENDING, RESULT_KEPT, RESULT_UNREADABLE, 0};
    const char *letters = outputs ? told : ranked;
    return text && (int64_t)strlen(text) == count && (int64_t)strspn(text, letters) == count;
}

static bool refuse(Diag *diag, const char *path, const char *key, const char *what) {
    return diag_in(diag, DIAG_FILE, path, key, "give another --state file, or remove this one",
                   "%s", what);
}

enum { DIGITS = 8 /* hexadecimal, of the bits of a float */ };

/* Reads the bits of all outputs; false when the text is none of that length. */
static bool read_outputs(const char *text, const EvalKept *kept) {
    int64_t count = kept->count * kept->labels;
    if (!text || (int64_t)strlen(text) != count * DIGITS ||
        (int64_t)strspn(text, "0123456789abcdef") != count * DIGITS) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        char digits[DIGITS + 1] = "";
        memcpy(digits, text + i * DIGITS, DIGITS);
        uint32_t bits = (uint32_t)strtoul(digits, NULL, 16);
        memcpy(&kept->outputs[i], &bits, sizeof bits);
    }
    return true;
}

/* Bits, as decimals of NaN are no JSON. */
static void write_outputs(FILE *out, const EvalKept *kept) {
    fprintf(out, ",\n \"outputs\": \"");
    for (int64_t i = 0; i < kept->count * kept->labels; i++) {
        uint32_t bits;
        memcpy(&bits, &kept->outputs[i], sizeof bits);
        fprintf(out, "%08" PRIx32, bits);
    }
    fputc('"', out);
}

/* A missing file is a new evaluation; one that exists must be a complete state of this one. */
bool eval_state_read(Arena *arena, Diag *diag, const char *path, const EvalSubject *subject,
                     const EvalKept *kept) {
    struct stat info;
    if (stat(path, &info) != 0 && errno == ENOENT) {
        memset(kept->results, RESULT_PENDING, (size_t)kept->count);
        return true;
    }
    const Source *source = read_source(arena, diag, path, LIMIT_STATE_BYTES);
    json_error_t error;
    const json_t *root = source ? json_read(arena, source->text, source->length, &error) : NULL;
    if (!source) {
        return false;
    }
    Part parts[PARTS];
    list_parts(subject, parts);
    for (int i = 0; i < PARTS; i++) {
        const char *found = json_string_value(json_object_get(root, parts[i].key));
        if (!found) {
            return refuse(diag, path, NULL, "is no state of an evaluation");
        }
        if (strcmp(found, arena_printf(arena, "%016" PRIx64, parts[i].digest)) != 0) {
            return refuse(diag, path, parts[i].key, "belongs to another evaluation");
        }
    }
    const char *text = json_string_value(json_object_get(root, "results"));
    if (!is_results(text, kept->count, kept->outputs != NULL)) {
        return refuse(diag, path, "results", "is no state of an evaluation");
    }
    memcpy(kept->results, text, (size_t)kept->count);
    const char *outputs = json_string_value(json_object_get(root, "outputs"));
    return !kept->outputs || read_outputs(outputs, kept) ||
           refuse(diag, path, "outputs", "is no state of an evaluation");
}

bool eval_state_write(Arena *arena, Diag *diag, const char *path, const EvalSubject *subject,
                      const EvalKept *kept) {
    Output *output = output_open(arena, diag, path);
    if (!output) {
        return false;
    }
    Part parts[PARTS];
    list_parts(subject, parts);
    FILE *out = output_stream(output);
    for (int i = 0; i < PARTS; i++) {
        fprintf(out, "%s\"%s\": \"%016" PRIx64 "\"", i ? ",\n " : "{", parts[i].key,
                parts[i].digest);
    }
    fprintf(out, ",\n \"results\": \"%s\"", kept->results);
    if (kept->outputs) {
        write_outputs(out, kept);
    }
    fprintf(out, "}\n");
    return output_commit(output);
}
