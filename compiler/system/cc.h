/* cc.h - command lines as words, and which C compiler builds.
 */
#ifndef XNC_COMPILER_CC_H
#define XNC_COMPILER_CC_H

#include <stdbool.h>

#include "arena.h"

/* Words of a command line; of them most that a person gives with --cc. */
enum { MOST_WORDS = 128, MOST_OF_PERSON = 64 };

/* A NULL follows the last word, as the array starts as zeros. */
typedef struct CommandWords {
    const char *at[MOST_WORDS];
    int count;
} CommandWords;

void words_add(CommandWords *words, const char *word);
/* Adds words separated by spaces; there is no quoting. */
void words_split(Arena *arena, CommandWords *words, const char *text);
/* The number of words of such a text. */
int words_count(const char *text);
/* A word of a command line for a shell: in quotes where it needs them. */
const char *shell_word(Arena *arena, const char *text);

typedef struct CCompiler {
    CommandWords words;  /* what starts it, with a person's own flags */
    const char *version; /* all that --version printed */
    const char *zig;     /* path of the zig that it is part of; NULL: of none */
} CCompiler;

/* What a compiler is to build. */
typedef struct CCNeed {
    const char *machine;  /* that it is for, as compilers name it; NULL: this one */
    const char *compiler; /* "clang" where no other can compile the code; NULL: any can */
    int from;             /* the first version of that one that can */
} CCNeed;

/* The compiler that builds what is needed: the one of --cc and no other; without it (NULL) the
 * first of the usual ones that runs, for another machine the gcc that Debian has for it, or a clang
 * that is new enough; else the zig that 'pip install xnc[cc]' put beside this tool, which is a
 * clang. False when none runs; cc has no more than MOST_OF_PERSON words. */
bool cc_find(Arena *arena, const char *cc, const CCNeed *need, CCompiler *found);

#endif
