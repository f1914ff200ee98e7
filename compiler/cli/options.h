/* options.h - the command line, parsed by the rows of options.def and commands.def.
 *
 *   xnc run xception41 cat.jpg --threads=2   ->   {COMMAND_run, operands {"xception41", "cat.jpg"},
 *                                                  threads {1, {2}}}
 */
#ifndef XNC_COMPILER_OPTIONS_H
#define XNC_COMPILER_OPTIONS_H

#include <stdio.h>

#include "diag.h"

/* Most elements of a list (a,b,...), of one of decimals, and most times that an option of kind
 * TEXTS may be given. */
enum { MAX_LIST = 16, MOST_REALS = 4, MAX_TEXTS = 64 };

typedef enum CommandId {
#define COMMAND(id, name, operands, fewest, most, line) COMMAND_##id,
#include "commands.def"
#undef COMMAND
    COMMAND_COUNT
} CommandId;

typedef struct IntList {
    int count; /* 0: not given */
    int64_t at[MAX_LIST];
} IntList;

typedef struct SizeList {
    int count;               /* 0: not given */
    int64_t at[MAX_LIST][2]; /* height, width in pixels */
} SizeList;

typedef struct TextList {
    int count; /* 0: not given */
    const char *at[MAX_TEXTS];
} TextList;

typedef struct IndexList {
    bool given;           /* also without indexes: all of them */
    int count;            /* of the indexes */
    int64_t at[MAX_LIST]; /* from 0; negative: from the end, -1 is the last */
} IndexList;

typedef struct RealList {
    int count; /* 0: not given */
    double at[MOST_REALS];
} RealList;

typedef struct BoxOption {
    bool given;
    double at[4];     /* left, top, width, height in pixels; where file is NULL */
    const char *file; /* with a box for each picture */
} BoxOption;

/* One member for each row of options.def, whose meaning is there. Texts and choices are NULL,
 * numbers -1, flags false when not given. */
typedef struct Options {
    const char *weights, *labels, *output, *target, *output_stride, *pool, *head, *scores,
        *precision, *pairs, *maps, *rounding, *weights_type, *quant, *prefix, *cc, *run_with, *emit;
    const char *weights_as, *tuning, *input, *golden, *after, *dump_after, *verify, *peak, *state;
    const char *dict, *under, *names;
    const char *crop_mode, *interpolation, *values, *layout;
    const char *with_golden; /* "" when given without inputs */
    const char *compare;
    SizeList sizes;
    IntList batches, threads;
    IndexList features;
    TextList passes, ignore, images;
    RealList mean, std;
    BoxOption box;
    double crop_pct, margin, agreement; /* 0: not given */
    int64_t classes, in_chans, runs, seed, pictures;
    bool exif, with_labels, strict, no_images;
    bool tune, with_runtime, no_cache, layers, csv, json, describe, dump_changed, time_passes;
    CommandId command;     /* COMMAND_COUNT before it is known */
    const char **operands; /* words that are no options: MODEL, INPUT..., in order */
    int n_operands;        /* within fewest and most of the command's row */
} Options;

/* ---- the tables, for help, the manual and completion ---- */
/* What the value of an option may be, and the type of its member. */
typedef enum OptionKind {
    FLAG,       /* no value; bool */
    TEXT,       /* any text but ""; const char * */
    TEXTS,      /* the same, may be repeated; TextList */
    PREFIX,     /* a C identifier that the runtime does not use; const char * */
    COUNT,      /* a number from 1; int64_t */
    COUNTS,     /* numbers from 1, separated by commas; IntList */
    NUMBER,     /* a number from 0; int64_t */
    CHOICE,     /* one of the words of the argument; const char * */
    SIZES,      /* N or HxW, separated by commas; SizeList */
    INDEXES,    /* may be left out; numbers, separated by commas; IndexList */
    OPTIONAL,   /* may be left out, which is ""; any text; const char * */
    REAL,       /* a decimal within the bounds of the argument; double */
    MEANS,      /* decimals for channels, separated by commas, or a name; RealList */
    DEVIATIONS, /* the same, above 0; RealList */
    BOX         /* four decimals, separated by commas, or a path; BoxOption */
} OptionKind;

/* A row of options.def. */
typedef struct OptionRow {
    const char *name;     /* without "--" */
    char letter;          /* short form, without "-"; 0: none */
    const char *argument; /* as help shows it: "FILE", "1..4096", "c|obj"; "" for a flag */
    OptionKind kind;
    unsigned commands; /* 1 << CommandId for each command that has it */
    const char *line;  /* what it does, for people */
    size_t offset;     /* of its member of Options */
} OptionRow;

/* A row of commands.def. */
typedef struct CommandRow {
    const char *name, *operands; /* operands as help shows them: "MODEL INPUT..." */
    int fewest, most;            /* operands; most -1: any number */
    const char *line;            /* what it does, for people */
} CommandRow;

size_t option_count(void);
/* In the order of options.def. */
const OptionRow *option_at(size_t index);
/* Whether the command has the option. */
bool option_applies(const OptionRow *row, CommandId command);
const CommandRow *command_row(CommandId command);

/* ---- parsing ---- */
typedef enum ParseOutcome {
    PARSE_RUN,     /* a command with options that may be run */
    PARSE_HELP,    /* --help, of options->command, or of the tool when it is COMMAND_COUNT */
    PARSE_VERSION, /* --version */
    PARSE_NOTHING, /* no argument at all */
    PARSE_WRONG    /* a message has been written */
} ParseOutcome;

/* Parses argv; what is wrong goes to errors, one line with a hint. Texts point into argv. */
ParseOutcome parse_options(Arena *arena, FILE *errors, int argc, char **argv, Options *options);
const char *command_name(CommandId command);
/* The first element of a list, or the number otherwise when the list was not given. */
int64_t first_or(const IntList *list, int64_t otherwise);

#endif
