/* quant_read.c - the text of quant.h -> its numbers, or what is wrong with it and where.
 *
 *   in 0.0235 300
 *             ^~~   expected a zero point, 0 to 255
 *
 * Words of a line stand one blank apart; lines that begin with # and empty ones are for people. The
 * lines of the head come in one order, and each node says how many lines of channels follow it.
 * Reading ends at the first mistake: behind it nothing is where it should be.
 */
#include "quant.h"

#include <float.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "lines.h"

enum {
    NUMBER_BYTES = 40,
    DIGEST_DIGITS = 16,
    MOST_ZERO = 255,
    MOST_DELTAS = INT32_MAX / (255 * 127) /* of an output: a sum of more numbers does not fit */
};

typedef struct QuantReader {
    Arena *arena;
    Diag *diag;
    Quant *quant;
    Map *by_name, *maps_by_name;
    Line line;
    const char *word; /* in the line, the last one that was read */
    size_t length;    /* of that word */
    bool begun;       /* a word of the line was read */
    const char *hint; /* where another word is expected */
} QuantReader;

static Loc place(const QuantReader *reader, const char *at, size_t length) {
    const Line *line = &reader->line;
    return (Loc){line->source, line->number, (int)(at - line->text) + 1, (int)length};
}

/* A mistake at the last word. */
static bool wrong(const QuantReader *reader, const char *hint, const char *message) {
    return diag_at(reader->diag, DIAG_SYNTAX, place(reader, reader->word, reader->length), hint,
                   "%s", message);
}

/* The next line that is not for people alone. At the end of the file it has no word, and the last
 * line stays. */
static bool next(QuantReader *reader) {
    do {
        if (!next_line(&reader->line)) {
            return false;
        }
    } while (reader->line.length == 0 || reader->line.text[0] == '#');
    reader->word = reader->line.text;
    reader->length = 0;
    reader->begun = false;
    return true;
}

/* The next word of the line; at its end the word is empty. */
static void take(QuantReader *reader) {
    const char *end = reader->line.text + reader->line.length;
    const char *start = reader->word + reader->length;
    start += reader->begun && start < end;
    const char *stop = memchr(start, ' ', (size_t)(end - start));
    reader->word = start;
    reader->length = (size_t)((stop ? stop : end) - start);
    reader->begun = true;
}

static bool word_is(const QuantReader *reader, const char *word) {
    return reader->length == strlen(word) && memcmp(reader->word, word, reader->length) == 0;
}

static bool take_word(QuantReader *reader, const char *word) {
    take(reader);
    return word_is(reader, word) ||
           wrong(reader, reader->hint, arena_printf(reader->arena, "expected '%s'", word));
}

/* Whether nothing stands behind the last word. */
static bool ends(QuantReader *reader) {
    const char *end = reader->line.text + reader->line.length;
    const char *rest = reader->word + reader->length;
    return rest == end ||
           diag_at(reader->diag, DIAG_SYNTAX, place(reader, rest, (size_t)(end - rest)),
                   "words stand one blank apart", "expected the end of the line");
}

/* The line that begins with the word. */
static bool next_is(QuantReader *reader, const char *word) {
    if (!next(reader)) {
        return diag_at(
            reader->diag, DIAG_SYNTAX, (Loc){reader->line.source, reader->line.number, 1, 0},
            "the file was cut off: make it anew", "expected '%s' behind the last line", word);
    }
    return take_word(reader, word);
}

/* The index of the word among count of them; -1 after a diagnostic that names them. */
static int take_choice(QuantReader *reader, const char *const words[], int count) {
    take(reader);
    const char *list = words[0];
    for (int i = 0; i < count; i++) {
        if (word_is(reader, words[i])) {
            return i;
        }
        list =
            i ? arena_printf(reader->arena, "%s%s%s", list, i < count - 1 ? ", " : " or ", words[i])
              : list;
    }
    wrong(reader, NULL, arena_printf(reader->arena, "expected %s", list));
    return -1;
}

/* The word as a whole number of these bounds. */
static bool take_count(QuantReader *reader, const char *what, int64_t lo, int64_t hi,
                       int64_t *number) {
    take(reader);
    *number = 0;
    bool good = reader->length > 0 && reader->length <= 9 &&
                (reader->word[0] != '0' || reader->length == 1);
    for (size_t i = 0; good && i < reader->length; i++) {
        good = reader->word[i] >= '0' && reader->word[i] <= '9';
        *number = 10 * *number + (reader->word[i] - '0');
    }
    return (good && *number >= lo && *number <= hi) ||
           wrong(reader, NULL,
                 arena_printf(reader->arena, "expected %s, %" PRId64 " to %" PRId64, what, lo, hi));
}

/* The word as a float: a decimal of digits, a point, a sign, an exponent; no other of the forms
 * that strtof() knows. */
static bool take_float(QuantReader *reader, const char *what, float lo, float hi, float *number) {
    char copy[NUMBER_BYTES + 1], *end = copy;
    take(reader);
    size_t length = reader->length;
    if (length > 0 && length <= NUMBER_BYTES) {
        memcpy(copy, reader->word, length);
        copy[length] = '\0';
        bool plain = strspn(copy, "+-.0123456789eE") == length && copy[0] != '+';
        *number = plain ? strtof(copy, &end) : 0;
    }
    bool good = end != copy && *end == '\0' && *number >= lo && *number <= hi;
    return good || wrong(reader, NULL, arena_printf(reader->arena, "expected %s", what));
}

static bool take_digest(QuantReader *reader, uint64_t *digest) {
    take(reader);
    bool good = reader->length == DIGEST_DIGITS;
    *digest = 0;
    for (size_t i = 0; good && i < reader->length; i++) {
        const char *digits = "0123456789abcdef", *at = strchr(digits, reader->word[i]);
        good = at && *at;
        *digest = 16 * *digest + (uint64_t)(good ? at - digits : 0);
    }
    return good || wrong(reader, NULL, "expected a digest: 16 digits 0-9a-f");
}

/* "pictures none" or "pictures DIGEST COUNT". */
static bool read_pictures(QuantReader *reader, Quant *quant) {
    if (!next_is(reader, "pictures")) {
        return false;
    }
    static const char none[] = " none";
    const char *rest = reader->word + reader->length;
    size_t length = (size_t)(reader->line.text + reader->line.length - rest);
    if (length == sizeof none - 1 && memcmp(rest, none, length) == 0) {
        return true;
    }
    return take_digest(reader, &quant->pictures) &&
           take_count(reader, "a number of pictures", 1, LIMIT_SET_PICTURES, &quant->n_pictures) &&
           ends(reader);
}

static bool read_ranges(QuantReader *reader, Quant *quant) {
    const char *words[QUANT_RANGES];
    for (int i = 0; i < QUANT_RANGES; i++) {
        words[i] = quant_ranges_word((QuantRanges)i);
    }
    int found = next_is(reader, "ranges") ? take_choice(reader, words, QUANT_RANGES) : -1;
    quant->ranges = found >= 0 ? (QuantRanges)found : QUANT_OF_PICTURES;
    return found >= 0 && ends(reader);
}

static bool read_pairs(QuantReader *reader, Quant *quant) {
    int found = next_is(reader, "pairs") ? take_choice(reader, quant_pairs_words, 3) : -1;
    quant->together = 2 * (found > 0 ? found : 0);
    return found >= 0 && ends(reader);
}

static bool read_head(QuantReader *reader) {
    Quant *quant = reader->quant;
    return next_is(reader, "xnc-quant") && take_word(reader, "1") && ends(reader) &&
           next_is(reader, "network") && take_digest(reader, &quant->network) && ends(reader) &&
           next_is(reader, "checkpoint") && take_digest(reader, &quant->checkpoint) &&
           ends(reader) && read_pictures(reader, quant) && read_ranges(reader, quant) &&
           read_pairs(reader, quant);
}

/* A name of the graph that nothing before has, of those that are known. */
static bool take_name(QuantReader *reader, const Map *known, const char **name) {
    take(reader);
    bool good = reader->length > 0 && reader->length <= LIMIT_WORD;
    for (size_t i = 0; good && i < reader->length; i++) {
        char letter = reader->word[i];
        good = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '.';
    }
    if (!good) {
        return wrong(reader, NULL, "expected the name of a node: letters, digits, '.' and '_'");
    }
    if (map_get_name(known, reader->word, reader->length)) {
        return wrong(reader, "remove one of them",
                     known == reader->by_name ? "a second node of this name"
                                              : "a second map of this name");
    }
    *name = arena_strndup(reader->arena, reader->word, reader->length);
    return true;
}

static bool take_precision(QuantReader *reader, QuantNode *node) {
    static const char *const words[] = {"int8", "f32", "bf16"};
    int found = take_choice(reader, words, 3);
    if (found >= 0) {
        node->precision = (Precision)precision_by_name(words[found]);
    }
    return found >= 0;
}

static bool take_channels(QuantReader *reader, const char *word, int64_t *number) {
    return take_word(reader, word) &&
           take_count(reader, "a number of channels", 1, LIMIT_WIDTH, number);
}

static const char form[] = "docs/quant.md has the form of these files, which xnc calibrate writes";
static const char counts[] =
    "the line of the node says how many lines 'in', 'out' and 'delta' follow it";
static const char map_counts[] = "the line of the map says how many lines 'of' follow it";

/* Lines of a scale and a zero point. */
static bool read_numbers(QuantReader *reader, const char *word, int64_t count, float **scales,
                         int **zeros) {
    *scales = NEW_ARRAY(reader->arena, float, count);
    *zeros = NEW_ARRAY(reader->arena, int, count);
    for (int64_t i = 0; i < count; i++) {
        int64_t zero;
        if (!next_is(reader, word) ||
            !take_float(reader, "a scale, 1e-30 to 1e30", QUANT_LEAST_SCALE, QUANT_MOST_SCALE,
                        &(*scales)[i]) ||
            !take_count(reader, "a zero point", 0, MOST_ZERO, &zero) || !ends(reader)) {
            return false;
        }
        (*zeros)[i] = (int)zero;
    }
    return true;
}

static bool read_outputs(QuantReader *reader, QuantNode *node) {
    node->step = NEW_ARRAY(reader->arena, float, node->outputs);
    node->correction = NEW_ARRAY(reader->arena, float, node->outputs);
    for (int64_t o = 0; o < node->outputs; o++) {
        if (!next_is(reader, "out") ||
            !take_float(reader, "a step, 1e-30 to 1e30", QUANT_LEAST_SCALE, QUANT_MOST_SCALE,
                        &node->step[o]) ||
            !take_float(reader, "a correction, -1e30 to 1e30", -QUANT_MOST_SCALE, QUANT_MOST_SCALE,
                        &node->correction[o]) ||
            !ends(reader)) {
            return false;
        }
    }
    return true;
}

/* The word as the letters of so many deltas; what the last one has too many is 0. */
static bool take_deltas(QuantReader *reader, int64_t count) {
    int64_t letters = quant_letters(count);
    int8_t deltas[DELTAS_OF_LETTER] = {0};
    take(reader);
    for (size_t i = 0; i < reader->length; i++) {
        if (!quant_deltas(reader->word[i], deltas)) {
            return diag_at(reader->diag, DIAG_SYNTAX, place(reader, reader->word + i, 1), form,
                           "expected three deltas: a letter A to Z, or '.'");
        }
    }
    if ((int64_t)reader->length != letters) {
        return wrong(reader, form,
                     arena_printf(reader->arena, "expected %" PRId64 " letters, three deltas each",
                                  letters));
    }
    for (int64_t k = count; k < letters * DELTAS_OF_LETTER; k++) {
        if (deltas[k % DELTAS_OF_LETTER] != 0) {
            return diag_at(
                reader->diag, DIAG_SYNTAX, place(reader, reader->word + letters - 1, 1), form,
                "expected a letter whose last deltas are 0: there are %" PRId64 " deltas", count);
        }
    }
    return true;
}

/* Letters stay where they are read. */
static bool read_deltas(QuantReader *reader, QuantNode *node) {
    node->delta = NEW_ARRAY(reader->arena, const char *, node->outputs);
    for (int64_t o = 0; o < node->outputs; o++) {
        if (!next_is(reader, "delta") || !take_deltas(reader, node->depth) || !ends(reader)) {
            return false;
        }
        node->delta[o] = reader->word;
    }
    return true;
}

static bool read_channels(QuantReader *reader, QuantNode *node) {
    reader->hint = counts;
    bool good = read_numbers(reader, "in", node->inputs, &node->scale, &node->zero) &&
                read_outputs(reader, node) && (node->depth == 0 || read_deltas(reader, node));
    reader->hint = form;
    return good;
}

/* "inputs K outputs O error", and in front of the last word "deltas D" where there are some. */
static bool take_sizes(QuantReader *reader, QuantNode *node) {
    static const char *const words[] = {"error", "deltas"};
    if (!take_channels(reader, "inputs", &node->inputs) ||
        !take_channels(reader, "outputs", &node->outputs)) {
        return false;
    }
    int found = take_choice(reader, words, 2);
    if (found != 1) {
        return found == 0;
    }
    return take_count(reader, "a number of weights of an output", 1, MOST_DELTAS, &node->depth) &&
           (node->depth % node->inputs == 0 ||
            wrong(reader, NULL, "expected as many weights for each input")) &&
           take_word(reader, "error");
}

/* The rest of a line that begins with "node", and the lines of its channels. */
static bool read_node(QuantReader *reader, QuantNode *node) {
    node->loc = place(reader, reader->line.text, reader->line.length);
    if (!take_name(reader, reader->by_name, &node->name) || !take_precision(reader, node)) {
        return false;
    }
    bool int8 = node->precision == PRECISION_int8;
    return (int8 ? take_sizes(reader, node) : take_word(reader, "error")) &&
           take_float(reader, "an error, 0 to 1e30", 0, QUANT_MOST_SCALE, &node->error) &&
           ends(reader) && (!int8 || read_channels(reader, node));
}

/* The map holds indexes from 1, as the list moves while it grows. */
static bool add_node(QuantReader *reader) {
    Quant *quant = reader->quant;
    QuantNode node = {.name = NULL};
    if (quant->count == LIMIT_NODES) {
        return wrong(reader, NULL, arena_printf(reader->arena, "more than %d nodes", LIMIT_NODES));
    }
    if (!read_node(reader, &node)) {
        return false;
    }
    quant->nodes = arena_room(reader->arena, quant->nodes, quant->count, sizeof node);
    quant->nodes[quant->count++] = node;
    map_put(reader->by_name, node.name, (void *)(intptr_t)quant->count);
    return true;
}

/* A line that begins with "map", and those of its channels. */
static bool add_map(QuantReader *reader) {
    Quant *quant = reader->quant;
    QuantMap map = {.loc = place(reader, reader->line.text, reader->line.length)};
    if (quant->map_count == LIMIT_NODES) {
        return wrong(reader, NULL, arena_printf(reader->arena, "more than %d maps", LIMIT_NODES));
    }
    if (!take_name(reader, reader->maps_by_name, &map.name) ||
        !take_channels(reader, "channels", &map.channels) || !ends(reader)) {
        return false;
    }
    reader->hint = map_counts;
    bool good = read_numbers(reader, "of", map.channels, &map.scale, &map.zero);
    reader->hint = form;
    if (good) {
        quant->maps = arena_room(reader->arena, quant->maps, quant->map_count, sizeof map);
        quant->maps[quant->map_count++] = map;
        map_put(reader->maps_by_name, map.name, (void *)(intptr_t)quant->map_count);
    }
    return good;
}

static bool read_agreement(QuantReader *reader) {
    return take_float(reader, "a part of all answers, above 0 and up to 1", FLT_MIN, 1,
                      &reader->quant->agreement) &&
           ends(reader);
}

/* More nodes than at the point before; more answers than images there are not. */
static bool add_point(QuantReader *reader) {
    Quant *quant = reader->quant;
    QuantPoint point;
    int64_t least = quant->n_points ? quant->points[quant->n_points - 1].returned + 1 : 0;
    if (!take_count(reader, "more nodes than at the point before", least, LIMIT_NODES,
                    &point.returned) ||
        !take_count(reader, "a number of answers", 0, LIMIT_SET_PICTURES, &point.same) ||
        !take_count(reader, "a number of images, at least as many", point.same > 1 ? point.same : 1,
                    LIMIT_SET_PICTURES, &point.images) ||
        !ends(reader)) {
        return false;
    }
    quant->points = arena_room(reader->arena, quant->points, quant->n_points, sizeof point);
    quant->points[quant->n_points++] = point;
    return true;
}

/* What a line behind the head begins with: of the curve "agreement", and "point" behind that. */
enum { BEGIN_NODE, BEGIN_MAP, BEGIN_END, BEGIN_CURVE };

/* How the next line begins, that of the curve with that word; NULL: the curve is over. -1 after a
 * diagnostic. */
static int next_begin(QuantReader *reader, const char *curve) {
    const char *const words[] = {"node", "map", "end", curve};
    if (!next(reader)) {
        next_is(reader, "end");
        return -1;
    }
    return take_choice(reader, words, curve ? 4 : 3);
}

/* The agreement and its points, if they are there. How the line behind them begins. */
static int read_curve(QuantReader *reader) {
    int found = next_begin(reader, "agreement");
    if (found != BEGIN_CURVE) {
        return found;
    }
    bool good = read_agreement(reader);
    while (good && (found = next_begin(reader, "point")) == BEGIN_CURVE) {
        good = add_point(reader);
    }
    return good ? found : -1;
}

/* Nodes and maps up to the line "end", behind which nothing stands. */
static bool read_nodes(QuantReader *reader) {
    int found = read_curve(reader);
    while ((found == BEGIN_NODE && add_node(reader)) || (found == BEGIN_MAP && add_map(reader))) {
        found = next_begin(reader, NULL);
    }
    return found == BEGIN_END && ends(reader);
}

static bool read_end(QuantReader *reader) {
    if (!next(reader)) {
        return true;
    }
    take(reader);
    return wrong(reader, "remove what stands behind the line 'end'",
                 "expected the end of the file");
}

const Quant *quant_parse(Arena *arena, Diag *diag, const Source *source) {
    Quant *quant = NEW(arena, Quant);
    QuantReader reader = {
        .arena = arena, .diag = diag, .quant = quant, .line = {.source = source}, .hint = form};
    quant->path = source->path;
    reader.by_name = map_by_name(arena);
    reader.maps_by_name = map_by_name(arena);
    quant->by_name = reader.by_name;
    quant->maps_by_name = reader.maps_by_name;
    return read_head(&reader) && read_nodes(&reader) && read_end(&reader) ? quant : NULL;
}

const Quant *quant_read(Arena *arena, Diag *diag, const char *path) {
    const Source *source = read_source(arena, diag, path, LIMIT_QUANT_BYTES);
    return source ? quant_parse(arena, diag, source) : NULL;
}
