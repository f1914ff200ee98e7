/* description_hub.h - what the files that read config.json share: the file being read, and a reader
 * for each type of value. A key that is absent or null leaves the variable as it is, so a variable
 * is set to its default first.
 */
#ifndef XNC_COMPILER_DESCRIPTION_HUB_H
#define XNC_COMPILER_DESCRIPTION_HUB_H

#include <jansson.h>

#include "description_spec.h"

typedef struct Hub {
    Arena *arena;
    Diag *diag;
    const char *path;         /* of config.json */
    Description *description; /* that of the architecture, being changed */
    NetworkSpec *network;     /* the description's, a copy that may be changed */
    const json_t *root;       /* the whole file */
    const json_t *config;     /* pretrained_cfg, or the root of a file without one */
    const char *config_key;   /* "pretrained_cfg" or "" */
    const Source *beside;     /* preprocessor_config.json; NULL: there is none */
} Hub;

/* The root of a file of JSON; NULL after a diagnostic. */
const json_t *hub_parse(Arena *arena, Diag *diag, const Source *source);
/* Reports a mistake at a key; where is its path in the file, hint may be NULL. Always false. */
bool hub_wrong(const Hub *hub, const char *where, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* "model_args" and "in_chans" -> "model_args.in_chans"; "" is the root. */
const char *hub_below(const Hub *hub, const char *where, const char *key);
/* The value of a key; NULL when it is absent or null. */
const json_t *hub_value(const json_t *object, const char *key);

/* Each reads object[key], where the object's path is `where`, within lo and hi; false after a
 * diagnostic. */
bool hub_integer(const Hub *hub, const json_t *object, const char *where, const char *key,
                 int64_t lo, int64_t hi, int64_t *value);
bool hub_number(const Hub *hub, const json_t *object, const char *where, const char *key, double lo,
                double hi, double *value);
bool hub_flag(const Hub *hub, const json_t *object, const char *where, const char *key,
              bool *value);
/* One of count words; *index becomes the index of the word. */
bool hub_word(const Hub *hub, const json_t *object, const char *where, const char *key,
              const char *const *words, int count, int *index);

/* A list of one to four numbers; the last is repeated up to four. */
bool hub_numbers(const Hub *hub, const json_t *object, const char *where, const char *key,
                 double lo, double hi, double numbers[4]);

/* ---- description_hub_blocks.c ---- */
/* Replaces the blocks of the network by those of block_cfg. */
bool hub_blocks(const Hub *hub, const json_t *list);
/* ---- description_hub_preprocess.c ---- */
/* Sets the preprocessing of the description, and where it comes from. */
bool hub_preprocess(const Hub *hub);
/* ---- description_hub_beside.c ---- */
/* What the processor of transformers says in its own words, read into the description of hub, whose
 * path and root are that file's. The members of *said become true for what it says. */
typedef struct HubSaid {
    bool size, crop, interpolation, mean, std;
} HubSaid;
bool hub_processor(const Hub *hub, HubSaid *said);
/* ---- description_hub_args.c ---- */
/* Reads global_pool of an object. */
bool hub_global_pool(const Hub *hub, const json_t *object, const char *where);
/* Applies model_args to the network and to the defaults of the description. */
bool hub_model_args(const Hub *hub);
/* ---- description_hub_labels.c ---- */
/* Reads the names of the classes, once their number is known as far as other keys state it. */
bool hub_labels(const Hub *hub);

/* ---- description_hub_folder.c ---- */
/* Sets hub_weights of the description, or hub_choice where several files may be the weights. */
void hub_find_weights(Arena *arena, const char *folder, Description *description);

/* ---- description_hub_open.c ---- */
/* Reads the text of a config.json and of the preprocessor_config.json beside it (NULL: none), which
 * must outlive the result; NULL after diagnostics. */
Description *description_parse_hub(Arena *arena, Diag *diag, const Source *source,
                                   const Source *beside);
/* Reads config.json of a folder as the hub lays it out and finds the weights in it. */
Description *description_open_hub(Arena *arena, Diag *diag, const char *folder);

#endif
