/* options.h - the command line, parsed. Rows in options.def and commands.def. */
#ifndef XNC_COMPILER_OPTIONS_H
#define XNC_COMPILER_OPTIONS_H

#include <stdio.h>

#include "diag.h"

enum { MAX_LIST = 16, MAX_TEXTS = 64 };

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
    int count;
    int64_t at[MAX_LIST][2]; /* height, width */
} SizeList;

typedef struct TextList {
    int count;
    const char *at[MAX_TEXTS];
} TextList;

typedef struct IndexList {
    bool given; /* also without indexes: all of them */
    int count;
    int64_t at[MAX_LIST];
} IndexList;

/* Texts and choices are NULL, numbers -1, flags false when not given. */
typedef struct Options {
    const char *weights, *labels, *output, *target, *output_stride, *pool, *precision, *prefix, *cc,
        *emit;
    const char *weights_as, *tuning, *input, *golden, *after, *dump_after, *verify, *peak, *state;
    SizeList sizes;
    IntList batches, threads;
    IndexList features;
    TextList passes;
    int64_t classes, in_chans, runs, seed;
    bool tune, with_runtime, no_cache, layers, csv, json, dump_changed, time_passes;
    CommandId command;
    const char **operands;
    int n_operands;
} Options;

/* ---- the tables, for help, the manual and completion ---- */
typedef enum OptionKind {
    FLAG,
    TEXT,
    TEXTS,
    PREFIX,
    COUNT,
    COUNTS,
    NUMBER,
    CHOICE,
    SIZES,
    INDEXES
} OptionKind;

/* A row of options.def. */
typedef struct OptionRow {
    const char *name;
    char letter; /* 0: none */
    const char *argument;
    OptionKind kind;
    unsigned commands; /* a bit for each that has it */
    const char *line;
    size_t offset; /* of its member of Options */
} OptionRow;

/* A row of commands.def. */
typedef struct CommandRow {
    const char *name, *operands;
    int fewest, most;
    const char *line;
} CommandRow;

size_t option_count(void);
const OptionRow *option_at(size_t index);
bool option_applies(const OptionRow *row, CommandId command);
const CommandRow *command_row(CommandId command);

/* ---- parsing ---- */
typedef enum ParseOutcome {
    PARSE_RUN,
    PARSE_HELP,
    PARSE_VERSION,
    PARSE_NOTHING, /* no argument at all */
    PARSE_WRONG
} ParseOutcome;

/* Parses argv; what is wrong goes to errors, one line with a hint. Texts point into argv. */
ParseOutcome parse_options(Arena *arena, FILE *errors, int argc, char **argv, Options *options);
const char *command_name(CommandId command);
/* The first of a list or, when it was not given, otherwise. */
int64_t first_or(const IntList *list, int64_t otherwise);

#endif
