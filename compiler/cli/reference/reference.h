/* reference.h - the program that writes documentation and completion of the command line:
 * the manual page, completion for bash and zsh, the tables of docs/commands.md. All of it comes
 * from the tables that the tool itself is made of.
 */
#ifndef XNC_COMPILER_REFERENCE_H
#define XNC_COMPILER_REFERENCE_H

#include "options.h"

/* What a value may be, as far as a shell can complete it. */
typedef enum ChoiceKind {
    CHOICE_FREE,   /* numbers and names of the user's own: nothing to complete */
    CHOICE_WORDS,  /* one of a list of words */
    CHOICE_FILE,   /* path of a file */
    CHOICE_FOLDER, /* path of a folder */
    CHOICE_MODEL,  /* name of a network, or a path */
    CHOICE_PROGRAM /* command in PATH */
} ChoiceKind;

typedef struct Choice {
    ChoiceKind kind;
    const char *words; /* CHOICE_WORDS and CHOICE_MODEL: separated by spaces */
} Choice;

/* What the value of an option may be. */
Choice choice_of_option(Arena *arena, const OptionRow *row);
/* What operand number index (from 0) of a command may be; CHOICE_FREE when it takes none there. */
Choice choice_of_operand(Arena *arena, const CommandRow *row, int index);
/* The word of operand number index as help shows it, with "..." when any number may follow; NULL
 * when there is none. */
const char *operand_word(Arena *arena, const CommandRow *row, int index);
/* Whether the option always has a value. */
bool wants_value(const OptionRow *row);
/* Whether the option has one behind the sign, or none. */
bool may_have_value(const OptionRow *row);

/* Each writes one file, the same at every call. Errors stay in the stream. */
void write_man(Arena *arena, FILE *out);
void write_bash(Arena *arena, FILE *out);
void write_zsh(Arena *arena, FILE *out);
void write_markdown(Arena *arena, FILE *out);

#endif
