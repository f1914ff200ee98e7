/* options_parse.c - argv -> struct Options, by the rows of options.def and commands.def.
 *
 *   --size=224x256,299   ->   sizes {2, {{224, 256}, {299, 299}}}
 *
 * The command comes first, so that an option is looked for among its own; how its value is read,
 * its row's kind says (options_value.c). Options and operands may be mixed; "--" ends the options.
 */
#include "options.h"

#include <string.h>

#include "clean.h"
#include "description.h"
#include "options_value.h"

/* The words that are being parsed. */
typedef struct CommandLine {
    Arena *arena;
    FILE *errors; /* for messages about wrong words */
    Options *options;
    int argc, next; /* next: index of the word to look at */
    char **argv;
} CommandLine;

/* "run, check": the commands that have an option of that name; NULL when none has. A name may have
 * several rows, for different commands. */
static const char *commands_with(Arena *arena, const char *name) {
    const char *list = NULL;
    for (size_t i = 0; i < option_count(); i++) {
        const OptionRow *row = option_at(i);
        for (int j = 0; strcmp(row->name, name) == 0 && j < COMMAND_COUNT; j++) {
            if (option_applies(row, (CommandId)j)) {
                list = arena_printf(arena, "%s%s%s", list ? list : "", list ? ", " : "",
                                    command_name((CommandId)j));
            }
        }
    }
    return list;
}

/* The hint is the command that has such an option, else the nearest name of this command's. */
static bool unknown_option(CommandLine *line, const char *word, size_t length) {
    const char **names = NEW_ARRAY(line->arena, const char *, option_count());
    size_t count = 0;
    for (size_t i = 0; i < option_count(); i++) {
        if (option_applies(option_at(i), line->options->command)) {
            names[count++] = option_at(i)->name;
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

/* text is what follows '=', NULL without one: then the next word is the value, except of an option
 * whose value may be left out. */
static bool take_option(CommandLine *line, const OptionRow *row, const char *text) {
    bool wants_word = !needs_no_value(row);
    if (!text && wants_word && line->next < line->argc) {
        text = line->argv[line->next++];
    }
    if ((!text && wants_word) || !set_value(line->options, row, text)) {
        wrong_value(line->errors, line->arena, line->options->command, row, text);
        return false;
    }
    return true;
}

/* A word without its "--". */
static bool parse_long(CommandLine *line, const char *word) {
    size_t length = strcspn(word, "=");
    const char *text = word[length] ? word + length + 1 : NULL;
    for (size_t i = 0; i < option_count(); i++) {
        const OptionRow *row = option_at(i);
        if (option_applies(row, line->options->command) && strlen(row->name) == length &&
            memcmp(row->name, word, length) == 0) {
            return take_option(line, row, text);
        }
    }
    return unknown_option(line, word, length);
}

/* A word without its "-": -oPATH or -o PATH. A long option with one dash gets a hint. */
static bool parse_short(CommandLine *line, const char *word) {
    for (size_t i = 0; i < option_count(); i++) {
        const OptionRow *row = option_at(i);
        if (row->letter && row->letter == word[0] && option_applies(row, line->options->command)) {
            return take_option(line, row, word[1] ? word + 1 : NULL);
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
        names[i] = command_name((CommandId)i);
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
    const CommandRow *row = command_row(line->options->command);
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

/* A margin is that of boxes: without one it would be silently of no use, except in compiled code,
 * which tells it to programs. */
static ParseOutcome check_margin(CommandLine *line) {
    const Options *options = line->options;
    if (options->margin == 0 || options->box.given || options->command == COMMAND_compile) {
        return PARSE_RUN;
    }
    print_clean(line->errors, "xnc %s: --margin widens boxes: it needs --box\n",
                command_name(options->command));
    return PARSE_WRONG;
}

/* Nor is a box of use without pictures; check, report and calibrate have them by --images alone. */
static ParseOutcome check_box(CommandLine *line) {
    const Options *options = line->options;
    CommandId id = options->command;
    bool by_images = id == COMMAND_check || id == COMMAND_report || id == COMMAND_calibrate;
    if (!options->box.given || !by_images || options->images.count > 0) {
        return PARSE_RUN;
    }
    print_clean(line->errors, "xnc %s: --box is a part of each picture: it needs --images\n",
                command_name(id));
    return PARSE_WRONG;
}

/* --values says mean and deviation in other words. */
static ParseOutcome check_values(CommandLine *line) {
    const Options *options = line->options;
    if (!options->values || (options->mean.count == 0 && options->std.count == 0)) {
        return PARSE_RUN;
    }
    print_clean(line->errors, "xnc %s: --values=%s is a mean and a std: --%s contradicts it\n",
                command_name(options->command), options->values,
                options->mean.count ? "mean" : "std");
    return PARSE_WRONG;
}

/* Other precisions have types of weights of their own. */
static ParseOutcome check_weights_type(CommandLine *line) {
    const Options *options = line->options;
    bool is_f32 = !options->precision || strcmp(options->precision, "f32") == 0;
    if (is_f32 || !options->weights_type || strcmp(options->weights_type, "f32") == 0) {
        return PARSE_RUN;
    }
    print_clean(line->errors,
                "xnc %s: --weights-type=%s is for the arithmetic of f32: --precision=%s stores its "
                "weights in a type of its own\n",
                command_name(options->command), options->weights_type, options->precision);
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
    bool good = check_operands(line) == PARSE_RUN && check_lists(line) == PARSE_RUN &&
                check_values(line) == PARSE_RUN && check_weights_type(line) == PARSE_RUN;
    return good && check_box(line) == PARSE_RUN ? check_margin(line) : PARSE_WRONG;
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
