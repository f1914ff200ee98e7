/* options_value.c - the text of an option's value -> its member of struct Options.
 *
 *   SIZES "224x256,299"   ->   {2, {{224, 256}, {299, 299}}}
 *
 * The row's kind says which of the set_... functions reads the text. Each reads digits by itself
 * and bounds them, as the functions of C take blanks, signs and words that nobody means.
 */
#include "options_value.h"
#include "clean.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "preprocess_options.h"

enum { MOST_PREFIX = 64 };

/* Reads digits from *text and moves it behind them. False when there are none, or when the number
 * does not fit. strtoll() alone would take blanks and signs too. */
static bool take_number(const char **text, int64_t *number) {
    char *end;
    if (**text < '0' || **text > '9') {
        return false;
    }
    errno = 0;
    *number = strtoll(*text, &end, 10);
    *text = end;
    return errno == 0;
}

/* The same, from 1. */
static bool take_count(const char **text, int64_t *number) {
    return take_number(text, number) && *number >= 1;
}

/* "HxW", or "N" for both. */
static bool take_size(const char **text, int64_t size[2]) {
    if (!take_count(text, &size[0])) {
        return false;
    }
    size[1] = size[0];
    if (**text != 'x') {
        return true;
    }
    ++*text;
    return take_count(text, &size[1]);
}

/* An index of a feature may count from the end: -1 is the last. */
static bool take_index(const char **text, int64_t *index) {
    bool negative = **text == '-';
    *text += negative;
    if (!take_number(text, index)) {
        return false;
    }
    *index = negative ? -*index : *index;
    return true;
}

/* A decimal number, with a sign and an exponent at most. strtod() alone would take blanks, words
 * and hexadecimal digits too. */
static bool take_real(const char **text, double *number) {
    size_t length = strspn(*text, "+-.0123456789eE");
    char *end;
    *number = strtod(*text, &end);
    bool good = end > *text && end == *text + length;
    *text = end;
    return good;
}

/* True when another element follows. */
static bool take_comma(const char **text) {
    bool more = **text == ',';
    *text += more;
    return more;
}

/* The largest number that an argument allows: 1024 of "1..1024"; three dots mean "and so on". */
static int64_t most_of(const char *argument) {
    const char *dots = strstr(argument, "..");
    return dots && dots[2] != '.' ? strtoll(dots + 2, NULL, 10) : INT64_MAX;
}

/* The set_... functions write a member of Options; false when the text is no value of its kind. */
static bool set_counts(IntList *list, const char *text, int64_t most) {
    list->count = 0;
    do {
        if (list->count == MAX_LIST || !take_count(&text, &list->at[list->count]) ||
            list->at[list->count++] > most) {
            return false;
        }
    } while (take_comma(&text));
    return *text == 0;
}

/* Sizes have no upper bound here: the description's reader checks what a network can take. */
static bool set_sizes(SizeList *list, const char *text) {
    list->count = 0;
    do {
        if (list->count == MAX_LIST || !take_size(&text, list->at[list->count++])) {
            return false;
        }
    } while (take_comma(&text));
    return *text == 0;
}

/* text NULL: the option alone, without indexes. */
static bool set_indexes(IndexList *list, const char *text) {
    *list = (IndexList){.given = true};
    if (!text) {
        return true;
    }
    do {
        if (list->count == MAX_LIST || !take_index(&text, &list->at[list->count++])) {
            return false;
        }
    } while (take_comma(&text));
    return *text == 0;
}

/* A number from least to most and nothing after it. */
static bool set_integer(int64_t *number, const char *text, int64_t least, int64_t most) {
    return take_number(&text, number) && *text == 0 && *number >= least && *number <= most;
}

/* The same with decimals; the bounds are those of the argument: "0.01..1". */
static bool set_real(double *number, const char *text, const char *argument) {
    const char *dots = strstr(argument, "..");
    return dots && take_real(&text, number) && *text == 0 && *number >= strtod(argument, NULL) &&
           *number <= strtod(dots + 2, NULL);
}

/* One to four numbers from least to most, or a name of statistics.def. */
static bool set_statistics(RealList *list, const char *text, bool (*named)(const char *, double *),
                           double least, double most) {
    list->count = 3;
    if (named(text, list->at)) {
        return true;
    }
    list->count = 0;
    do {
        double *number = &list->at[list->count];
        if (list->count++ == MOST_REALS || !take_real(&text, number) ||
            !(*number >= least && *number <= most)) {
            return false;
        }
    } while (take_comma(&text));
    return *text == 0;
}

/* x,y,w,h; what has other characters than numbers have is the path of a file. */
static bool set_box(BoxOption *box, const char *text) {
    *box = (BoxOption){.given = *text != 0};
    if (text[strspn(text, "+-.0123456789eE, ")]) {
        box->file = text;
        return true;
    }
    for (int i = 0; i < 4; i++) {
        bool last = i == 3;
        if (!take_real(&text, &box->at[i]) || take_comma(&text) == last ||
            !(box->at[i] >= -1e6 && box->at[i] <= 1e6)) {
            return false;
        }
    }
    return *text == 0 && box->at[2] > 0 && box->at[3] > 0;
}

/* allowed: words separated by bars. */
static bool set_choice(const char **choice, const char *text, const char *allowed) {
    size_t length = strlen(text);
    for (const char *word = allowed; word; word = strchr(word, '|')) {
        word += *word == '|';
        size_t size = strcspn(word, "|");
        if (size == length && memcmp(word, text, length) == 0) {
            *choice = text;
            return true;
        }
    }
    return false;
}

/* One more text; false when there are too many. */
static bool set_texts(TextList *list, const char *text) {
    if (list->count == MAX_TEXTS) {
        return false;
    }
    list->at[list->count++] = text;
    return true;
}

static bool is_c_name(const char *text) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t length = strspn(text, letters);
    return length > 0 && text[length] == 0 && strspn(text, "0123456789") == 0 &&
           length <= MOST_PREFIX;
}

static bool set_prefix(const char **prefix, const char *text) {
    *prefix = text;
    return is_c_name(text) && !emit_name_taken(text);
}

bool needs_no_value(const OptionRow *row) {
    return row->kind == FLAG || row->kind == INDEXES || row->kind == OPTIONAL;
}

bool set_value(Options *options, const OptionRow *row, const char *text) {
    void *member = (char *)options + row->offset;
    switch (row->kind) {
    case FLAG:
        *(bool *)member = true;
        return text == NULL;
    case TEXT:
        *(const char **)member = text;
        return *text != 0;
    case TEXTS:
        return set_texts(member, text);
    case PREFIX:
        return set_prefix(member, text);
    case COUNT:
        return set_integer(member, text, 1, most_of(row->argument));
    case NUMBER:
        return set_integer(member, text, 0, most_of(row->argument));
    case COUNTS:
        return set_counts(member, text, most_of(row->argument));
    case CHOICE:
        return set_choice(member, text, row->argument);
    case SIZES:
        return set_sizes(member, text);
    case INDEXES:
        return set_indexes(member, text);
    case OPTIONAL:
        *(const char **)member = text ? text : "";
        return !text || *text != 0;
    case REAL:
        return set_real(member, text, row->argument);
    case MEANS:
        return set_statistics(member, text, statistics_mean, -10, 10);
    case DEVIATIONS:
        return set_statistics(member, text, statistics_std, 1e-6, 10);
    case BOX:
        return set_box(member, text);
    }
    return false;
}

void wrong_value(FILE *errors, Arena *arena, CommandId id, const OptionRow *row, const char *text) {
    const char *command = command_name(id);
    if (row->kind == FLAG) {
        print_clean(errors, "xnc %s: --%s takes no value\n", command, row->name);
    } else if (!text) {
        print_clean(errors, "xnc %s: --%s needs a value: %s\n", command, row->name, row->argument);
    } else if (row->kind == PREFIX && is_c_name(text)) {
        print_clean(errors, "xnc %s: --%s cannot be '%s': %s; '%s' can\n", command, row->name, text,
                    emit_name_taken(text), emit_identifier(arena, text));
    } else if (row->kind == PREFIX) {
        print_clean(
            errors,
            "xnc %s: --%s cannot be '%s'; expected letters, digits and underscores, at most %d, "
            "no digit first\n",
            command, row->name, text, MOST_PREFIX);
    } else if (row->kind == MEANS || row->kind == DEVIATIONS) {
        print_clean(errors,
                    "xnc %s: --%s cannot be '%s'; expected a number of values in 0..1 for all "
                    "channels or one for each (those of values in 0..255 are to be divided by "
                    "255), or a name: %s\n",
                    command, row->name, text, statistics_names(arena));
    } else {
        print_clean(errors, "xnc %s: --%s cannot be '%s'; expected %s\n", command, row->name, text,
                    row->argument);
    }
}
