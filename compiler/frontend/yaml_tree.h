/* yaml_tree.h - a strict subset of YAML 1.1 as a tree, each part with its place in the text.
 *
 *   blocks: [{widths: 32}]   ->   MAP { "blocks": LIST [ MAP { "widths": SCALAR "32" } ] }
 *
 * Scalars stay texts: the reader of a key knows which type it wants.
 */
#ifndef XNC_COMPILER_YAML_TREE_H
#define XNC_COMPILER_YAML_TREE_H

#include "diag.h"
#include "limit.h"

typedef enum TreeKind { TREE_SCALAR, TREE_LIST, TREE_MAP } TreeKind;

typedef struct Tree {
    TreeKind kind;
    Loc loc;             /* where it begins, for messages */
    const char *text;    /* scalar: one line without control characters */
    bool plain;          /* scalar: written without quotes, so it may be a number */
    struct Tree **keys;  /* map: scalars, all different */
    struct Tree **items; /* list, map: values; of a map items[i] belongs to keys[i] */
    int count;           /* of items */
} Tree;

/* Reads one document. Refused: anchors, aliases, tags, directives, several documents, duplicate
 * keys, keys that are no scalars, and whatever exceeds the limits (limit.def). NULL after a
 * diagnostic. The source must outlive the tree. */
Tree *read_yaml(Arena *arena, Diag *diag, const Source *source);
/* The value of a key in a map; NULL when there is none. */
const Tree *tree_value(const Tree *map, const char *key);

#endif
