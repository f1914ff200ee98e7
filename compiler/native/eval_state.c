/* eval_state.c - digests and letters of an evaluation <-> a JSON file.
 *
 *   {"network": "91b2...", "weights": "...", "preprocessing": "...", "pictures": "...",
 *    "results": "1105x...."}
 *
 * Digests are texts of 16 hexadecimal digits, as JSON's numbers lose bits above 2^53. A file is
 * taken only when all digests and the number of letters fit, so results of other pictures or
 * weights are never mixed in.
 */
#include "eval_state.h"

#include <errno.h>
#include <inttypes.h>
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

/* Whether a text is count letters, all of them known. */
static bool is_results(const char *text, int64_t count) {
    static const char letters[] = {RESULT_PENDING, RESULT_TOP1,       RESULT_TOP5,
                                   RESULT_WRONG,   RESULT_UNREADABLE, 0};
    return text && (int64_t)strlen(text) == count && (int64_t)strspn(text, letters) == count;
}

static bool refuse(Diag *diag, const char *path, const char *key, const char *what) {
    return diag_in(diag, DIAG_FILE, path, key, "give another --state file, or remove this one",
                   "%s", what);
}

/* A missing file is a new evaluation; one that exists must be a complete state of this one. */
bool eval_state_read(Arena *arena, Diag *diag, const char *path, const EvalSubject *subject,
                     char *results, int64_t count) {
    struct stat info;
    if (stat(path, &info) != 0 && errno == ENOENT) {
        memset(results, RESULT_PENDING, (size_t)count);
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
    if (!is_results(text, count)) {
        return refuse(diag, path, "results", "is no state of an evaluation");
    }
    memcpy(results, text, (size_t)count);
    return true;
}

bool eval_state_write(Arena *arena, Diag *diag, const char *path, const EvalSubject *subject,
                      const char *results) {
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
    fprintf(out, ",\n \"results\": \"%s\"}\n", results);
    return output_commit(output);
}
