/* checkpoint_names.c - what can be said about a tensor's name without a network.
 *
 *   dict "state_dict", "module.bn1.num_batches_tracked"
 *   ->   state_dict.module.bn1.num_batches_tracked; a counter; not averaged
 *
 * The words are rows of training.def.
 */
#include "match.h"

#include <string.h>

/* A word and its length, which most parts of names differ in. */
typedef struct TrainingWord {
    const char *text;
    size_t length;
    bool own;
} TrainingWord;

static const TrainingWord wrappers[] = {
#define WRAPPER(part) {part, sizeof part - 1, false},
#include "training.def"
};

static const TrainingWord averaged[] = {
#define AVERAGED(word) {word, sizeof word - 1, false},
#include "training.def"
};

static const TrainingWord leftovers[] = {
#define LEFTOVER(part, own, what) {part, sizeof part - 1, own},
#include "training.def"
};

size_t full_name(const TensorFile *file, const Tensor *tensor, char *buffer) {
    const char *dict = file->dicts[tensor->dict].path;
    size_t length = strlen(dict), rest = strlen(tensor->name);
    memcpy(buffer, dict, length);
    if (length > 0) {
        buffer[length++] = '.';
    }
    memcpy(buffer + length, tensor->name, rest + 1);
    return length + rest;
}

const char *full_name_text(Arena *arena, const TensorFile *file, const Tensor *tensor) {
    char name[FULL_NAME_BYTES];
    return arena_strndup(arena, name, full_name(file, tensor, name));
}

/* The word that a part of a name is; NULL: none of them. */
static const TrainingWord *find_word(const TrainingWord *words, size_t count, const char *part,
                                     size_t length) {
    for (size_t i = 0; i < count; i++) {
        if (words[i].length == length && memcmp(words[i].text, part, length) == 0) {
            return &words[i];
        }
    }
    return NULL;
}
#define FIND_WORD(words, part, length)                                                             \
    find_word((words), sizeof(words) / sizeof *(words), (part), (length))

bool name_is_counter(const char *name, bool own) {
    for (const char *at = name; *at; at += *at == '.') {
        size_t length = strcspn(at, ".");
        const TrainingWord *word = FIND_WORD(leftovers, at, length);
        if (word && (word->own || !own)) {
            return true;
        }
        at += length;
    }
    return false;
}

/* A word stands between dots, lines or the ends: "state_dict_ema" has one, "schema" none. */
bool name_is_averaged(const char *prefix) {
    for (const char *at = prefix; *at; at += *at != '\0') {
        size_t length = strcspn(at, "._-");
        if (FIND_WORD(averaged, at, length)) {
            return true;
        }
        at += length;
    }
    return false;
}

bool part_is_wrapper(const char *part, size_t length) {
    return FIND_WORD(wrappers, part, length) != NULL;
}

/* The last part is a tensor's own name and stays. */
void name_unwrap(char *name) {
    char *end = name;
    for (const char *at = name; *at;) {
        size_t length = strcspn(at, ".");
        bool last = at[length] == '\0';
        if (last || !part_is_wrapper(at, length)) {
            memmove(end, at, length + !last);
            end += length + !last;
        }
        at += length + !last;
    }
    *end = '\0';
}
