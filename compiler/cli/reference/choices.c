/* choices.c - the words that stand for values in help -> what a person may write there.
 *
 *   "PASS"   ->   CHOICE_WORDS, the names of all passes        "FILE"   ->   CHOICE_FILE
 *   "8|16"   ->   CHOICE_WORDS, "8 16"                         "N"      ->   CHOICE_FREE
 *
 * Names come from the tables of descriptions, passes and targets, so completion knows each new one.
 */
#include "reference.h"

#include <string.h>

#include "description.h"
#include "registry.h"

static const char *add_word(Arena *arena, const char *words, const char *word) {
    return arena_printf(arena, "%s%s%s", words, *words ? " " : "", word);
}

static const char *models(Arena *arena) {
    const char *words = "";
    for (size_t i = 0; i < description_count(); i++) {
        words = add_word(arena, words, description_name(i));
    }
    return words;
}

static const char *passes(Arena *arena) {
    const char *words = "";
    for (size_t i = 0; i < pass_count(); i++) {
        words = add_word(arena, words, pass_at(i)->name);
    }
    return words;
}

static const char *targets(Arena *arena) {
    const char *words = "native";
    for (size_t i = 0; i < target_count(); i++) {
        words = add_word(arena, words, target_at(i)->name);
    }
    return words;
}

/* A word of help, up to the first bracket, comma, point or blank. Words that are not here are
 * files. */
typedef struct Meaning {
    const char *word;
    ChoiceKind kind;
    const char *(*words)(Arena *arena); /* for Choice.words; NULL: none */
} Meaning;

static const Meaning meanings[] = {
    {"MODEL", CHOICE_MODEL, models},   {"T", CHOICE_WORDS, targets},
    {"PASS", CHOICE_WORDS, passes},    {"NAME", CHOICE_WORDS, passes},
    {"COMMAND", CHOICE_PROGRAM, NULL}, {"DIR", CHOICE_FOLDER, NULL},
    {"P", CHOICE_FREE, NULL},          {"N", CHOICE_FREE, NULL},
};
enum { MEANINGS = sizeof meanings / sizeof *meanings };

/* "T,..." is a T; "NAME.npy" is a file, whatever NAME alone means. */
static Choice choice_of_word(Arena *arena, const char *word) {
    size_t length = strcspn(word, "[,. ");
    for (int i = 0; i < MEANINGS; i++) {
        const Meaning *meaning = &meanings[i];
        if (strlen(meaning->word) == length && strncmp(meaning->word, word, length) == 0 &&
            strncmp(word + length, ".npy", 4) != 0 && strncmp(word + length, ".ir", 3) != 0) {
            return (Choice){meaning->kind, meaning->words ? meaning->words(arena) : NULL};
        }
    }
    return (Choice){CHOICE_FILE, NULL};
}

/* "8|16|32" -> "8 16 32" */
static const char *choices(Arena *arena, const char *argument) {
    char *words = arena_strdup(arena, argument);
    for (char *bar = words; (bar = strchr(bar, '|'));) {
        *bar = ' ';
    }
    return words;
}

Choice choice_of_option(Arena *arena, const OptionRow *row) {
    switch (row->kind) {
    case CHOICE:
        return (Choice){CHOICE_WORDS, choices(arena, row->argument)};
    case TEXT:
    case TEXTS:
        return choice_of_word(arena, row->argument);
    default:
        return (Choice){CHOICE_FREE, NULL};
    }
}

/* Operands are separated by single spaces in commands.def. */
const char *operand_word(Arena *arena, const CommandRow *row, int index) {
    const char *at = row->operands;
    for (int i = 0; i < index && at; i++) {
        at = strchr(at, ' ');
        at += at != NULL;
    }
    return at && *at ? arena_strndup(arena, at, strcspn(at, " ")) : NULL;
}

Choice choice_of_operand(Arena *arena, const CommandRow *row, int index) {
    const char *word = operand_word(arena, row, index);
    return word ? choice_of_word(arena, word) : (Choice){CHOICE_FREE, NULL};
}

bool wants_value(const OptionRow *row) {
    return row->kind != FLAG && !may_have_value(row);
}

bool may_have_value(const OptionRow *row) {
    return row->kind == INDEXES || row->kind == OPTIONAL;
}
