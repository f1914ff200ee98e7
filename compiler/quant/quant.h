/* quant.h - NAME.quant: in which integers the products of a network are computed.
 *
 *   xnc-quant 1
 *   network 9f3c1a07d2e4b856
 *   checkpoint 0c6f3a5521d7e980
 *   pictures 77d05be1c24a9f13 300
 *   ranges pictures
 *   pairs restricted
 *   agreement 0.99
 *   point 0 295 300
 *   point 1 299 300
 *   node block1.conv int8 inputs 2 outputs 1 deltas 2 error 0.0031
 *   in 0.0235 0
 *   in 0.011 128
 *   out 0.00012 -0.0004
 *   delta K
 *   node block2.conv f32 error 0.0204
 *   map block1.conv channels 1
 *   of 0.0179 121
 *   end
 *
 * docs/quant.md has the grammar and what the numbers mean. The text is read strictly: what is not
 * said there is an error with its place, so a file that was edited by hand is understood whole or
 * refused. Whether its digests and nodes are those of a network is for others to compare.
 */
#ifndef XNC_COMPILER_QUANT_H
#define XNC_COMPILER_QUANT_H

#include "diag.h"
#include "element.h"
#include "limit.h"
#include "map.h"

/* How the ranges of the inputs were found: the words pictures, norms and imported. */
typedef enum QuantRanges {
    QUANT_OF_PICTURES, /* pictures or arrays, run through the network in f32 */
    QUANT_OF_NORMS,    /* no pictures: statistics of batch norms, and pictures that were made up */
    QUANT_IMPORTED,    /* another program's file */
    QUANT_RANGES
} QuantRanges;

/* A product: a separable node, or a convolution that does not read the picture. The lists are there
 * for int8 alone. */
typedef struct QuantNode {
    const char *name;    /* of the node, once depthwise stages are joined with their products */
    Precision precision; /* that the product is computed in */
    float error; /* of its result in int8, as a part of the result's own size (root mean squares);
                    not below 0 */
    int64_t inputs, outputs; /* channels; 0 but for int8 */
    float *scale;            /* of each input: x is about scale * (q - zero); QUANT_LEAST_SCALE to
                                QUANT_MOST_SCALE */
    int *zero;               /* of each input: the q of 0, 0 to 255 */
    float *step;             /* of each output: of a sum of integers; within the same bounds */
    float *correction;       /* of each output: added to its bias; finite */
    int64_t depth;           /* weights of an output, which have deltas; 0: they have none */
    const char **delta;      /* of each output, where there are some: quant_letters() letters */
    Loc loc;                 /* of its line; zero where it was not read */
} QuantNode;

/* A plan that was tried on the way to the agreement that was asked for. */
typedef struct QuantPoint {
    int64_t returned; /* nodes that it left in f32: those whose error is the largest for each of
                         their multiply-adds, of equal ones the first of the file */
    int64_t same;     /* images that it answers as f32 does */
    int64_t images;
} QuantPoint;

/* The result of a convolution that is kept in 8 bits. */
typedef struct QuantMap {
    const char *name; /* of the node */
    int64_t channels;
    float *scale; /* of each channel, as in QuantNode */
    int *zero;
    Loc loc; /* likewise */
} QuantMap;

/* A file of this kind. */
typedef struct Quant {
    const char *path;    /* that it was read from; NULL: from none */
    uint64_t network;    /* network_digest() of the graph before the first pass */
    uint64_t checkpoint; /* of the weights that it was made with */
    uint64_t pictures;   /* of the contents of the pictures; 0: there were none */
    int64_t n_pictures;
    QuantRanges ranges;
    int together;       /* weights of one sign that add up to at most 128: those of 2 neighbours in
                           a sum, of 4 in two pairs that stand four apart; 0: any */
    float agreement;    /* of answers with those in f32, as asked for; 0: it was not */
    QuantPoint *points; /* with an agreement: by nodes that returned, all different */
    int n_points;
    QuantNode *nodes;
    int count;
    const Map *by_name; /* the nodes, after quant_index() or a reader */
    QuantMap *maps;
    int map_count;
    const Map *maps_by_name; /* likewise */
} Quant;

/* With these the reciprocal of a scale is a normal number, and so is what they are divided by. */
#define QUANT_LEAST_SCALE 1e-30f
#define QUANT_MOST_SCALE 1e30f

/* ---- quant_read.c ---- */
/* Reads a file. NULL after diagnostics. */
const Quant *quant_read(Arena *arena, Diag *diag, const char *path);
/* The same from a text, which must outlive the result. */
const Quant *quant_parse(Arena *arena, Diag *diag, const Source *source);

/* ---- quant_find.c ---- */
/* Finds names among the nodes and maps that stand in the file now. */
void quant_index(Arena *arena, Quant *quant);
/* How many nodes are in that precision. */
int quant_count(const Quant *quant, Precision precision);
/* How many of them have deltas. */
int quant_count_nudged(const Quant *quant);
/* The node of that name; NULL when there is none. */
const QuantNode *quant_node(const Quant *quant, const char *name);
/* The map of that name, likewise. */
const QuantMap *quant_map(const Quant *quant, const char *name);

/* ---- quant_delta.c: what is added to an integer weight behind its rounding, three to a letter
 * ---- */
enum { DELTAS_OF_LETTER = 3 };
/* How many letters so many deltas have; the last one stands for some that are not there, as 0. */
int64_t quant_letters(int64_t deltas);
/* The delta, -1 to 1, of weight k of output o of a node that has some. The order is that of the
 * sum: window row, column, input channel. */
int quant_delta(const QuantNode *node, int64_t o, int64_t k);
/* The letter of three deltas. */
char quant_letter(const int8_t deltas[DELTAS_OF_LETTER]);
/* The deltas of a letter. False when it is none of those. */
bool quant_deltas(char letter, int8_t deltas[DELTAS_OF_LETTER]);

/* ---- quant_write.c ---- */
/* Writes the text that reads back as the same numbers. Errors stay in the stream. */
void quant_write(FILE *out, const Quant *quant);
/* Prints the shortest decimal that reads back as the f32. */
void quant_print_float(FILE *out, float number);
const char *quant_ranges_word(QuantRanges ranges);
/* The words of the line pairs: what is restricted together, 0, 2 or 4. */
extern const char *const quant_pairs_words[3];

#endif
