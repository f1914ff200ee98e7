/* description_spec.h - a description as structures, and the schema that fills them.
 *
 * Each structure below has a section of the schema (description_schema.c): a table of its keys.
 * Reading, defaults, ranges, hints for unknown keys and the test of models/README.md all walk that
 * table, so a new key is one member here, one row there, one line in the README.
 */
#ifndef XNC_COMPILER_DESCRIPTION_SPEC_H
#define XNC_COMPILER_DESCRIPTION_SPEC_H

#include "description.h"
#include "head.h"
#include "limit.h"
#include "yaml_tree.h"

enum { UNSET = -1 }; /* a choice that was not made */

/* Choices, in the order of their words in description_schema.c, where each is explained. */
typedef enum ShortcutKind { SHORTCUT_AUTO, SHORTCUT_CONVOLUTION, SHORTCUT_NONE } ShortcutKind;
typedef enum NormPlace { NORM_BOTH, NORM_POINTWISE, NORM_BEFORE } NormPlace;
typedef enum ActPlace { ACT_BEFORE, ACT_BETWEEN, ACT_AFTER } ActPlace;
typedef enum ShortcutFrom { FROM_INPUT, FROM_ACTIVATION } ShortcutFrom;
typedef enum ExitActPlace { EXIT_ACT_EACH, EXIT_ACT_LAST } ExitActPlace;
typedef enum StrideBy { STRIDE_CONVOLUTION, STRIDE_MAX_POOL } StrideBy;
typedef enum PixelScaling { SCALING_DIVIDE, SCALING_MULTIPLY } PixelScaling;
typedef enum Padding { PADDING_SYMMETRIC, PADDING_SAME, PADDING_NONE } Padding;

typedef struct LocatedTexts {
    const char *at[LIMIT_TEXTS];
    Loc loc[LIMIT_TEXTS];
    int count;
} LocatedTexts;

typedef struct NumberList {
    double at[4];
    int64_t count;
} NumberList;

typedef struct WidthList {
    int64_t at[LIMIT_BLOCK_WIDTHS];
    int64_t count; /* 0: a single number, in at[0], for all of the block's depth */
} WidthList;

/* A list of sections; at points to count structures of the section's type. */
typedef struct SpecList {
    void *at;
    int count;
} SpecList;

typedef struct InputSpec {
    Loc loc;
    int64_t size[2], channels;    /* size: height, width in pixels */
    double crop;                  /* crop_pct: size / shorter edge of the resized picture */
    int crop_mode, interpolation; /* index into the words of the schema */
    NumberList mean, std;         /* one for each channel, at most 4; of values in 0..1 */
    int scaling;                  /* SCALING_... */
} InputSpec;

/* Patterns of timm's module names: {i} numbers layers and blocks, {j} the separable convolutions of
 * a block from 1, {n} the modules of a block's stack from 0; a shortcut, of which a block has
 * one, has no number. Names of a block's parts follow the block's own name and a dot. */
typedef struct NamesSpec {
    Loc loc;
    int64_t count_from; /* {i} of the first layer and the first block: 0 or 1 */
    const char *stem_conv, *stem_norm, *stem_act;
    const char *block, *shortcut_conv, *shortcut_norm, *block_norm, *block_act;
    const char *norm, *norm_act, *act; /* before separable convolutions, in their stack */
    const char *depthwise, *depthwise_norm, *depthwise_act;
    const char *pointwise, *pointwise_norm, *pointwise_act, *pool;
    const char *sum_act; /* behind a block's sum; a name of its own, not below the block's */
    const char *exit_depthwise, *exit_depthwise_norm, *exit_depthwise_act;
    const char *exit_pointwise, *exit_norm, *exit_act;
    const char *head_act, *head_pool, *classifier;
} NamesSpec;

/* A dense convolution before the blocks. */
typedef struct StemSpec {
    Loc loc;
    int64_t width; /* output channels */
    int64_t kernel[2], stride, dilation;
    int padding; /* Padding */
    bool norm;
    int activation;  /* Act; UNSET: the network's */
    const char *key; /* name of the convolution, NULL: by the pattern */
} StemSpec;

typedef struct BlockSpec {
    Loc loc;
    WidthList widths;
    int64_t depth;  /* separable convolutions, if widths is a single number: block_depth() */
    int64_t repeat; /* blocks in a row */
    int64_t kernel[2], stride, dilation; /* of the depthwise convolutions; stride: of the block */
    int padding;                         /* PADDING_SYMMETRIC or PADDING_SAME */
    int stride_by;                       /* StrideBy */
    int shortcut;                        /* ShortcutKind */
    int shortcut_from;                   /* ShortcutFrom */
    bool shortcut_norm;
    int norm;     /* NormPlace */
    int activate; /* ActPlace */
    bool activate_sum;
    int activation;  /* Act; UNSET: the network's */
    const char *key; /* name of the block, NULL: by the pattern */
} BlockSpec;

/* A separable convolution after the blocks; norm and activation follow it. */
typedef struct ExitSpec {
    Loc loc;
    int64_t width, kernel[2], dilation;
    int norm;     /* NORM_BOTH or NORM_POINTWISE */
    int activate; /* ExitActPlace */
    int activation;
} ExitSpec;

typedef struct HeadSpec {
    Loc loc;
    int activation, pool; /* Act, PoolKind */
    int64_t classes;
    int scores;        /* Scores; UNSET: by the form of the classifier */
    HeadLayers layers; /* none: one linear layer */
} HeadSpec;

struct NetworkSpec {
    Loc loc;
    const char *name, *title;
    LocatedTexts aliases, papers, renames;
    int64_t parameters, macs;
    SpecList weights; /* PublishedWeights */
    int labels;       /* index into the words of the schema; UNSET: none */
    InputSpec input;
    int activation;
    double norm_eps;
    NamesSpec names;
    SpecList stem;   /* StemSpec */
    BlockSpec block; /* what blocks start from */
    SpecList blocks; /* BlockSpec */
    SpecList exit;   /* ExitSpec */
    HeadSpec head;
    LocatedTexts features;
};

/* ---- description_schema.c ---- */
typedef enum FieldType {
    FIELD_INTEGER,  /* int64_t */
    FIELD_NUMBER,   /* double */
    FIELD_FLAG,     /* bool: true or false */
    FIELD_CHOICE,   /* int: index into words, UNSET without one */
    FIELD_TEXT,     /* const char *: any text */
    FIELD_NAME,     /* const char *: [A-Za-z0-9_.-]+ */
    FIELD_PATTERN,  /* const char *: [A-Za-z0-9_.]+ with the marks of words in it */
    FIELD_SIDES,    /* int64_t[2]: one number for both, or [height, width] */
    FIELD_WIDTHS,   /* WidthList: one number, or one for each separable convolution */
    FIELD_NUMBERS,  /* NumberList */
    FIELD_TEXTS,    /* LocatedTexts */
    FIELD_NAMES,    /* LocatedTexts of names */
    FIELD_LAYERS,   /* HeadLayers */
    FIELD_SECTION,  /* a structure */
    FIELD_SECTIONS, /* SpecList */
    FIELD_TYPES
} FieldType;

typedef struct Words {
    const char *const *at;
    int count;
} Words;

typedef struct Section Section;

typedef struct Field {
    const char *key; /* in the YAML text */
    FieldType type;
    size_t offset;          /* in the section's structure */
    double lo, hi;          /* of numbers, inclusive; both 0: not a number */
    Words words;            /* of a choice: the values; of a pattern: the marks that it may have */
    const Section *section; /* FIELD_SECTION, FIELD_SECTIONS: what the value is read as */
    /* The default as a description would write it; NULL: the key is required; in parentheses: only
     * shown in documentation, the member stays zero (choices: UNSET). */
    const char *standard;
    const char *unit; /* "" where there is none */
    const char *doc;  /* one line for models/README.md */
    size_t start;     /* FIELD_SECTIONS: offset of the member that each item starts as a copy of; 0:
                         items start from the defaults */
} Field;

/* A mapping of the YAML text and the structure that it fills. */
struct Section {
    const char *name; /* for messages and documentation */
    const char *doc;
    size_t size;       /* of the structure */
    size_t loc_offset; /* of its Loc */
    const Field *fields;
    int count;
};

/* The sections; index 0 is that of the whole description. */
size_t schema_count(void);
const Section *schema_at(size_t index);
const char *field_type_name(FieldType type);
/* What a value may be: "1..64", "relu, relu6, ...", or "". */
const char *field_range(Arena *arena, const Field *field);

/* ---- description_value.c, description_read.c ---- */
/* Reads one value that is no section into the field's member of the structure; false after a
 * diagnostic. */
bool read_value(Arena *arena, Diag *diag, const Field *field, const Tree *tree, void *structure);
/* Sets the default of a field that is no section and has one. */
void set_standard(Arena *arena, Diag *diag, const Field *field, void *structure);
/* Reads a whole description; NULL after diagnostics (all mistakes are reported). */
NetworkSpec *read_network(Arena *arena, Diag *diag, const Tree *tree);

/* ---- description_check.c ---- */
/* Rules that concern more than one key; false after diagnostics (all mistakes are reported). */
bool check_network(Diag *diag, const NetworkSpec *network);
/* The activation of a member: the network's when it is UNSET. */
Act act_or(int activation, const NetworkSpec *network);
/* Number of separable convolutions of a block, and output channels of one of them, from 0. */
int64_t block_depth(const BlockSpec *block);
int64_t block_width(const BlockSpec *block, int64_t index);

#endif
