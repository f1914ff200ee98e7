/* options.c - argv -> struct Options, by the rows of options.def and commands.def.
 *
 *   --size=224x256,299   ->   sizes {2, {{224, 256}, {299, 299}}}
 *
 * A row says where the value goes (its offset in Options) and by its kind which of the set_...
 * functions reads it; there is no code for single options. The command comes first, so that an
 * option is looked for among its own. Options and operands may be mixed; "--" ends the options.
 */
#include "options.h"
#include "clean.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "description.h"
#include "emit.h"

/* Sets of commands, as the rows of options.def name them. */
#define ON(id) (1u << COMMAND_##id)
#define ON_WEIGHTS                                                                                 \
    (ON(compile) | ON(run) | ON(interp) | ON(check) | ON(eval) | ON(bench) | ON(report))
#define ON_NETWORK (ON_WEIGHTS | ON(analyze) | ON(seed_weights))
#define ON_TARGET (ON_WEIGHTS | ON(analyze) | ON(opt))
#define ON_RUN (ON(run) | ON(check) | ON(eval) | ON(bench) | ON(analyze) | ON(report))
#define ON_BUILD (ON(compile) | ON(run) | ON(check) | ON(eval) | ON(bench) | ON(report))
#define ON_OUTPUT (ON(compile) | ON(run) | ON(interp) | ON(seed_weights) | ON(opt) | ON(report))
#define ON_LABELS (ON(run) | ON(eval))
#define ON_SCORES (ON(compile) | ON(run) | ON(eval))
#define ON_EVAL ON(eval)
#define ON_COMPILE ON(compile)
#define ON_CHECK ON(check)
#define ON_INTERP ON(interp)
#define ON_BENCH ON(bench)
#define ON_RUNS (ON(bench) | ON(report))
#define ON_INPUT (ON(check) | ON(report))
#define ON_SEED (ON(seed_weights) | ON(check) | ON(bench) | ON(report))
#define ON_OPT ON(opt)
#define ON_TARGETS ON(targets)
#define ON_ANALYZE ON(analyze)
#define ON_JSON                                                                                    \
    (ON(list) | ON(run) | ON(check) | ON(bench) | ON(analyze) | ON(passes) | ON(targets) |         \
     ON(ops) | ON(doctor) | ON(eval) | ON(report))
#define ON_PASSES (ON_WEIGHTS | ON(analyze) | ON(opt))

static const OptionRow rows[] = {
#define OPTION(member, name, letter, argument, kind, commands, line)                               \
    {name, letter, argument, kind, commands, line, offsetof(Options, member)},
#include "options.def"
#undef OPTION
};
enum { ROW_COUNT = sizeof rows / sizeof *rows, MOST_PREFIX = 64 };

static const CommandRow commands[COMMAND_COUNT] = {
#define COMMAND(id, name, operands, fewest, most, line) {name, operands, fewest, most, line},
#include "commands.def"
#undef COMMAND
};

/* The words that are being parsed. */
typedef struct CommandLine {
    Arena *arena;
    FILE *errors; /* for messages about wrong words */
    Options *options;
    int argc, next; /* next: index of the word to look at */
    char **argv;
} CommandLine;

const char *command_name(CommandId command) {
    return commands[command].name;
}

int64_t first_or(const IntList *list, int64_t otherwise) {
    return list->count ? list->at[0] : otherwise;
}

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

/* Writes the option's member. text is NULL when no value was given: of a FLAG, or of INDEXES. */
static bool set_value(Options *options, const OptionRow *row, const char *text) {
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
    }
    return false;
}

size_t option_count(void) {
    return ROW_COUNT;
}

const OptionRow *option_at(size_t index) {
    return &rows[index];
}

bool option_applies(const OptionRow *row, CommandId command) {
    return row->commands >> command & 1;
}

const CommandRow *command_row(CommandId command) {
    return &commands[command];
}

/* "run, check": the commands that have an option of that name; NULL when none has. A name may have
 * several rows, for different commands. */
static const char *commands_with(Arena *arena, const char *name) {
    const char *list = NULL;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (int j = 0; strcmp(rows[i].name, name) == 0 && j < COMMAND_COUNT; j++) {
            if (option_applies(&rows[i], (CommandId)j)) {
                list = arena_printf(arena, "%s%s%s", list ? list : "", list ? ", " : "",
                                    commands[j].name);
            }
        }
    }
    return list;
}

/* The hint is the command that has such an option, else the nearest name of this command's. */
static bool unknown_option(CommandLine *line, const char *word, size_t length) {
    const char *names[ROW_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (option_applies(&rows[i], line->options->command)) {
            names[count++] = rows[i].name;
        }
    }
    const char *name = arena_strndup(line->arena, word, length);
    const char *near = nearest_name(name, names, count);
    const char *command = command_name(line->options->command);
    const char *others = commands_with(line->arena, name);
    print_clean(line->errors, "xnc %s: unknown option '--%s'", command, name);
    if (others) {
        print_clean(line->errors, "; it is one of %s\n", others);
    } else if (near) {
        print_clean(line->errors, "; did you mean '--%s'?\n", near);
    } else {
        print_clean(line->errors, "; 'xnc %s --help' lists its options\n", command);
    }
    return false;
}

/* Says what the row expects. */
static bool wrong_value(CommandLine *line, const OptionRow *row, const char *text) {
    const char *command = command_name(line->options->command);
    if (row->kind == FLAG) {
        print_clean(line->errors, "xnc %s: --%s takes no value\n", command, row->name);
    } else if (!text) {
        print_clean(line->errors, "xnc %s: --%s needs a value: %s\n", command, row->name,
                    row->argument);
    } else if (row->kind == PREFIX && is_c_name(text)) {
        print_clean(line->errors, "xnc %s: --%s cannot be '%s': %s; '%s' can\n", command, row->name,
                    text, emit_name_taken(text), emit_identifier(line->arena, text));
    } else if (row->kind == PREFIX) {
        print_clean(
            line->errors,
            "xnc %s: --%s cannot be '%s'; expected letters, digits and underscores, at most %d, "
            "no digit first\n",
            command, row->name, text, MOST_PREFIX);
    } else {
        print_clean(line->errors, "xnc %s: --%s cannot be '%s'; expected %s\n", command, row->name,
                    text, row->argument);
    }
    return false;
}

/* text is what follows '=', NULL without one: then the next word is the value, except of an option
 * whose value may be left out. */
static bool take_option(CommandLine *line, const OptionRow *row, const char *text) {
    bool wants_word = row->kind != FLAG && row->kind != INDEXES;
    if (!text && wants_word && line->next < line->argc) {
        text = line->argv[line->next++];
    }
    if ((!text && wants_word) || !set_value(line->options, row, text)) {
        return wrong_value(line, row, text);
    }
    return true;
}

/* A word without its "--". */
static bool parse_long(CommandLine *line, const char *word) {
    size_t length = strcspn(word, "=");
    const char *text = word[length] ? word + length + 1 : NULL;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (option_applies(&rows[i], line->options->command) && strlen(rows[i].name) == length &&
            memcmp(rows[i].name, word, length) == 0) {
            return take_option(line, &rows[i], text);
        }
    }
    return unknown_option(line, word, length);
}

/* A word without its "-": -oPATH or -o PATH. A long option with one dash gets a hint. */
static bool parse_short(CommandLine *line, const char *word) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].letter && rows[i].letter == word[0] &&
            option_applies(&rows[i], line->options->command)) {
            return take_option(line, &rows[i], word[1] ? word + 1 : NULL);
        }
    }
    bool is_long = commands_with(line->arena, arena_strndup(line->arena, word, strcspn(word, "=")));
    const char *command = command_name(line->options->command);
    print_clean(line->errors, "xnc %s: unknown option '-%s'; ", command, word);
    if (is_long) {
        print_clean(line->errors, "did you mean '--%s'?\n", word);
    } else {
        print_clean(line->errors, "'xnc %s --help' lists its options\n", command);
    }
    return false;
}

/* Whether the word that should be a command is a network: "xnc xception41" gets its own hint. */
static bool is_network(const char *word) {
    size_t length = strlen(word);
    bool found = length > 5 && strcmp(word + length - 5, ".yaml") == 0;
    for (size_t i = 0; i < description_count() && !found; i++) {
        found = strcmp(description_name(i), word) == 0;
    }
    return found;
}

/* Sets the command by its name; false after a message with the nearest name as a hint. */
static bool find_command(CommandLine *line, const char *word) {
    const char *names[COMMAND_COUNT];
    for (int i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
        if (strcmp(names[i], word) == 0) {
            line->options->command = (CommandId)i;
            return true;
        }
    }
    const char *near = nearest_name(word, names, COMMAND_COUNT);
    if (is_network(word)) {
        print_clean(
            line->errors,
            "xnc: '%s' is a network, not a command; 'xnc compile %s -o DIR' writes C for it\n",
            word, word);
        return false;
    }
    print_clean(line->errors, "xnc: unknown command '%s'; ", word);
    if (near) {
        print_clean(line->errors, "did you mean '%s'?\n", near);
    } else {
        print_clean(line->errors, "'xnc --help' lists the commands\n");
    }
    return false;
}

/* Whether an argument is one of two spellings. */
static bool is_word(const char *argument, const char *long_form, const char *short_form) {
    return strcmp(argument, long_form) == 0 || strcmp(argument, short_form) == 0;
}

/* Whether their number fits the command's row. */
static ParseOutcome check_operands(CommandLine *line) {
    const CommandRow *row = &commands[line->options->command];
    int count = line->options->n_operands;
    if (count >= row->fewest && (row->most < 0 || count <= row->most)) {
        return PARSE_RUN;
    }
    print_clean(line->errors, "xnc %s: %s arguments; usage: xnc %s%s%s [options]\n", row->name,
                count < row->fewest ? "too few" : "too many", row->name,
                row->operands[0] ? " " : "", row->operands);
    return PARSE_WRONG;
}

/* A list of settings is a sweep, which only bench makes. Checked here, as the rows of options.def
 * are shared by all commands. */
static ParseOutcome check_lists(CommandLine *line) {
    const Options *options = line->options;
    if (options->command == COMMAND_bench ||
        (options->sizes.count <= 1 && options->batches.count <= 1 && options->threads.count <= 1)) {
        return PARSE_RUN;
    }
    print_clean(line->errors,
                "xnc %s: --size, --batch and --threads take one value; 'xnc bench' takes lists\n",
                command_name(options->command));
    return PARSE_WRONG;
}

/* The words after the command. "-" alone is an operand. */
static ParseOutcome parse_words(CommandLine *line) {
    bool options_end = false;
    while (line->next < line->argc) {
        const char *word = line->argv[line->next++];
        if (options_end || word[0] != '-' || word[1] == 0) {
            line->options->operands[line->options->n_operands++] = word;
        } else if (strcmp(word, "--") == 0) {
            options_end = true;
        } else if (is_word(word, "--help", "-h")) {
            return PARSE_HELP;
        } else if (!(word[1] == '-' ? parse_long(line, word + 2) : parse_short(line, word + 1))) {
            return PARSE_WRONG;
        }
    }
    return check_operands(line) == PARSE_RUN ? check_lists(line) : PARSE_WRONG;
}

/* --help and --version are looked for before the command, "COMMAND --help" by parse_words(). */
ParseOutcome parse_options(Arena *arena, FILE *errors, int argc, char **argv, Options *options) {
    *options = (Options){.classes = -1, .in_chans = -1, .runs = -1, .seed = -1};
    options->command = COMMAND_COUNT;
    options->operands = NEW_ARRAY(arena, const char *, argc);
    CommandLine line = {arena, errors, options, argc, 2, argv};
    if (argc < 2) {
        return PARSE_NOTHING;
    }
    if (is_word(argv[1], "--help", "-h")) {
        return PARSE_HELP;
    }
    if (strcmp(argv[1], "--version") == 0) {
        return PARSE_VERSION;
    }
    return find_command(&line, argv[1]) ? parse_words(&line) : PARSE_WRONG;
}
