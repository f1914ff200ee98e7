/* attributes.h - one row per field that the text form writes as NAME=VALUE. The printer and the
 * parser both follow these rows, so a further attribute is one row, and what is printed can always
 * be read back.
 */
#ifndef XNC_IR_ATTRIBUTES_H
#define XNC_IR_ATTRIBUTES_H

#include "internal.h"

/* The type of a field, and how its value looks in the text. */
typedef enum AttributeKind {
    ATTRIBUTE_FLAG,      /* bool: the bare name */
    ATTRIBUTE_SMALL,     /* int */
    ATTRIBUTE_INTEGER,   /* int64_t */
    ATTRIBUTE_PAIR,      /* int64_t[2]: 3x3 */
    ATTRIBUTE_LIST,      /* int64_t[16] and, in the next field, the count: 0,2 */
    ATTRIBUTE_NUMBER,    /* double */
    ATTRIBUTE_FOUR,      /* double[4]: 0.5,0.5,0.5,0.5 */
    ATTRIBUTE_WORD,      /* const char * */
    ATTRIBUTE_ACT,       /* Act */
    ATTRIBUTE_POOL,      /* PoolKind */
    ATTRIBUTE_STAGE,     /* Stage */
    ATTRIBUTE_PRECISION, /* Precision */
    ATTRIBUTE_ELEMENT,   /* Element */
    ATTRIBUTE_SCORES,    /* Scores */
    ATTRIBUTE_EXPR       /* const Expr * */
} AttributeKind;

enum { LONGEST_LIST = 16 /* integers of an ATTRIBUTE_LIST */ };

typedef struct Attribute {
    const char *name;
    AttributeKind kind;
    size_t offset; /* of the field in its structure, in bytes */
    /* The value that is not written, of both numbers in a pair. Without a meaning for lists,
     * numbers, words and expressions, whose usual value is empty, 0 or NULL, and stages, always
     * written. */
    int64_t usual;
} Attribute;

/* The attributes of one structure; at most 64, as the parser keeps a bit for each. */
typedef struct AttributeTable {
    const Attribute *rows;
    size_t count;
} AttributeTable;

extern const AttributeTable graph_attributes, preprocess_attributes, param_attributes,
    tap_attributes, node_attributes, value_attributes;

/* True when the field holds its usual value. */
bool attribute_is_usual(const Attribute *row, const void *object);
/* True when all fields of the table do: nothing would be written. */
bool attributes_are_usual(const AttributeTable *table, const void *object);

#endif
