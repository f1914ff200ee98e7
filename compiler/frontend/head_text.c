/* head_text.c - the text of a head -> its layers.
 *
 *   "linear 512, ?, linear 2"   ->   --head:1:13: error: '?' stands for what is not in the file
 *
 * A setting that is left out keeps the value that the table of words gives the layer.
 */
#include "head.h"

#include <stdlib.h>
#include <string.h>

/* What begins a layer. */
static const struct HeadWord {
    const char *word, *form; /* form: for messages */
    HeadLayer usual;
} words[] = {
    {"linear", "linear N, or with bias=false", {.kind = HEAD_LINEAR, .bias = -1}},
    {"conv",
     "conv N, or with kernel=3, with bias=false",
     {.kind = HEAD_CONV, .kernel = 3, .bias = -1}},
    {"norm", "norm, or with eps=1e-5", {.kind = HEAD_NORM, .eps = 1e-5}},
    {"pool", "pool", {.kind = HEAD_POOL}},
    {"flatten", "flatten", {.kind = HEAD_FLATTEN}},
    {"softmax", "softmax", {.kind = HEAD_SOFTMAX}},
#define ACT(name, zero, cheap, line) {#name, #name, {.kind = HEAD_ACTIVATION, .act = ACT_##name}},
#include "acts.def"
#undef ACT
};
enum { WORD_COUNT = sizeof words / sizeof *words };

/* A layer that is being read. */
typedef struct LayerText {
    Arena *arena;
    Diag *diag;
    Loc loc;          /* of the whole */
    const char *text; /* of the whole, as loc points to it */
    const struct HeadWord *word;
    HeadLayer *layer;
} LayerText;

/* A diagnostic at a word of the layer; returns false. */
static bool wrong(const LayerText *at, const char *word, const char *hint, const char *what) {
    Loc loc = at->loc;
    size_t length = strcspn(word, " \t,");
    loc.col += (int)(word - at->text);
    loc.span = (int)length;
    return diag_at(at->diag, DIAG_SCHEMA, loc, hint, "'%.*s' %s", (int)length, word, what);
}

static bool is_word(const char *text, size_t length, const char *word) {
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* The nearest word, or all of them. */
static const char *word_hint(const LayerText *at, const char *text, size_t length) {
    const char *names[WORD_COUNT], *all = "layers are ";
    for (int i = 0; i < WORD_COUNT; i++) {
        names[i] = words[i].word;
        all = arena_printf(at->arena, "%s%s%s", all, i ? ", " : "", words[i].word);
    }
    const char *near = nearest_name(arena_strndup(at->arena, text, length), names, WORD_COUNT);
    return near ? arena_printf(at->arena, "did you mean '%s'?", near) : all;
}

static bool find_word(LayerText *at, const char *text, size_t length) {
    for (int i = 0; i < WORD_COUNT; i++) {
        if (is_word(text, length, words[i].word)) {
            at->word = &words[i];
            *at->layer = words[i].usual;
            at->layer->loc = at->loc;
            return true;
        }
    }
    if (is_word(text, length, "?")) {
        return wrong(at, text, "put an activation there, such as relu, or leave it out",
                     "stands for what the file does not say");
    }
    if (length >= 7 && memcmp(text, "dropout", 7) == 0) {
        return wrong(at, text, "leave it out", "does nothing in a network that has been trained");
    }
    return wrong(at, text, word_hint(at, text, length), "is no layer of a head");
}

/* A number from 1; leading zeros and signs are refused. */
static bool read_width(const LayerText *at, const char *text) {
    char *end;
    long long width = *text >= '1' && *text <= '9' ? strtoll(text, &end, 10) : 0;
    bool whole = width > 0 && strchr(" \t,", *end); /* a NUL counts */
    at->layer->width = whole ? width : 0;
    return (whole && width <= LIMIT_CLASSES) ||
           wrong(at, text, NULL, "is no number of outputs: 1 to 1048576 are possible");
}

/* strtod() reads more than a description may have, so that the letters are looked at first. */
static bool read_eps(const LayerText *at, const char *setting, const char *text) {
    char *end;
    double eps = strspn(text, "0123456789.") > 0 ? strtod(text, &end) : 0;
    at->layer->eps = eps;
    return (eps >= 1e-12 && eps <= 1 && strchr(" \t,", *end)) ||
           wrong(at, setting, NULL, "is no eps: 1e-12 to 1 are possible");
}

static bool read_bias(const LayerText *at, const char *setting, const char *text) {
    size_t length = strcspn(text, " \t,");
    at->layer->bias = is_word(text, length, "true");
    return at->layer->bias || is_word(text, length, "false") ||
           wrong(at, setting, NULL, "is neither bias=true nor bias=false");
}

/* One side for both directions; of what a stem may have. */
static bool read_kernel(const LayerText *at, const char *setting, const char *text) {
    char *end;
    long kernel = *text >= '1' && *text <= '9' ? strtol(text, &end, 10) : 0;
    at->layer->kernel = kernel;
    return (kernel >= 1 && kernel <= 15 && strchr(" \t,", *end)) ||
           wrong(at, setting, NULL, "is no kernel: 1 to 15 are possible");
}

/* A word behind the first: a number, or a setting of the layer's kind. */
static bool read_setting(const LayerText *at, const char *text) {
    HeadKind kind = at->layer->kind;
    bool has_outputs = head_has_outputs(at->layer);
    if (has_outputs && strncmp(text, "bias=", 5) == 0) {
        return read_bias(at, text, text + 5);
    }
    if (has_outputs && *text >= '0' && *text <= '9' && at->layer->width == 0) {
        return read_width(at, text);
    }
    if (kind == HEAD_CONV && strncmp(text, "kernel=", 7) == 0) {
        return read_kernel(at, text, text + 7);
    }
    if (kind == HEAD_NORM && strncmp(text, "eps=", 4) == 0) {
        return read_eps(at, text, text + 4);
    }
    return wrong(at, text, arena_printf(at->arena, "it is written: %s", at->word->form),
                 "is no part of this layer");
}

/* Reads the layer whose text begins at a place and ends with a comma or with the text. */
static bool read_layer(LayerText *at, const char *text) {
    text += strspn(text, " \t");
    size_t length = strcspn(text, " \t,");
    if (length == 0) {
        return diag_at(at->diag, DIAG_SCHEMA, at->loc, "layers are separated by single commas",
                       "a layer of the head is missing");
    }
    if (!find_word(at, text, length)) {
        return false;
    }
    for (text += length + strspn(text + length, " \t"); *text && *text != ',';) {
        if (!read_setting(at, text)) {
            return false;
        }
        text += strcspn(text, " \t,");
        text += strspn(text, " \t");
    }
    return true;
}

/* Reads the layer at a place of the text that loc points to. */
static bool add_layer(Arena *arena, Diag *diag, Loc loc, const char *text, const char *place,
                      HeadLayers *layers) {
    if (layers->count == LIMIT_HEAD_LAYERS) {
        return diag_at(diag, DIAG_SCHEMA, loc, NULL, "a head has at most %d layers",
                       LIMIT_HEAD_LAYERS);
    }
    LayerText at = {arena, diag, loc, text, NULL, &layers->at[layers->count]};
    layers->count++;
    return read_layer(&at, place);
}

bool head_add(Arena *arena, Diag *diag, Loc loc, const char *text, HeadLayers *layers) {
    const char *comma = strchr(text, ',');
    if (comma) {
        return diag_at(diag, DIAG_SCHEMA, loc, "each layer is an item of the list",
                       "a comma within a layer");
    }
    return add_layer(arena, diag, loc, text, text, layers);
}

bool head_parse(Arena *arena, Diag *diag, const char *option, const char *text,
                HeadLayers *layers) {
    Source *source = NEW(arena, Source);
    *source = (Source){option, text, strlen(text)};
    Loc loc = {source, 1, 1, 0};
    bool good = true;
    layers->count = 0;
    for (const char *place = text; place && good;) {
        good = add_layer(arena, diag, loc, text, place, layers);
        const char *comma = strchr(place, ',');
        place = comma ? comma + 1 : NULL;
    }
    return good;
}
