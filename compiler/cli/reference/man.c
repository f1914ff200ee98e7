/* man.c - the tables of the command line -> the manual page xnc(1), in the macros of man(7).
 *
 *   COMMAND(list, "list", ...)   ->   .TP
 *                                     .B list
 *                                     the known variants: ...
 *
 * Lines of the tables never begin with a point or an apostrophe, which roff would take for a
 * request.
 */
#include "reference.h"

#include <string.h>

static const char intro[] =
    ".SH NAME\n"
    "xnc \\- turns a trained network of the Xception family into C\n"
    ".SH SYNOPSIS\n"
    ".B xnc\n"
    ".I command\n"
    ".RI [ arguments ]\n"
    ".RI [ options ]\n"
    ".SH DESCRIPTION\n"
    "A description of a network and a checkpoint go in; C, a header and a file of packed weights\n"
    "come out. The C needs nothing but a small runtime, and gives the same bits on every machine.\n"
    ".PP\n"
    ".I MODEL\n"
    "is a name that\n"
    ".B xnc list\n"
    "shows, also in timm's spelling with a tag (xception65.ra3_in1k), or the path of a "
    "description\n"
    "(my.yaml), or a folder as the hub lays it out, with config.json and weights.\n"
    ".PP\n"
    "Results go to standard output, everything else to standard error. The value of a long option\n"
    "stands behind an equals sign or in the next word.\n";

static const char outro[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\ndone\n"
    ".TP\n.B 1\nthe machine failed: memory, disk, the C compiler\n"
    ".TP\n.B 2\nwrong use\n"
    ".TP\n.B 3\na bad model, weights or input file\n"
    ".TP\n.B 4\nresults differ\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B XDG_CACHE_HOME\n"
    "holds the folder xnc with compiled objects;\n"
    ".I ~/.cache\n"
    "when it is not set. The folder may be deleted at any time.\n"
    ".TP\n.B TMPDIR\nwhere C is compiled;\n.I /tmp\nwhen it is not set\n"
    ".TP\n.B TERM\nwhen unset or \\(lqdumb\\(rq, no progress is shown on a terminal\n"
    ".SH EXAMPLES\n"
    "A checkpoint with reproducible values, C for it, and a test of that C:\n"
    ".PP\n.nf\n"
    "    xnc seed\\-weights xception_mini \\-o seeded.safetensors\n"
    "    xnc compile xception_mini \\-\\-weights seeded.safetensors \\-o out\n"
    "    xnc check xception_mini \\-\\-weights seeded.safetensors\n"
    ".fi\n"
    ".SH SEE ALSO\n"
    ".BR cc (1)\n";

/* Escapes for roff: a backslash as \e, a hyphen as \-, which stays an ASCII minus when copied. */
static void put_text(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '\\') {
            fputs("\\e", out);
        } else {
            fprintf(out, "%s%c", *text == '-' ? "\\" : "", *text);
        }
    }
}

/* Name and operands in bold and italics, then the line. */
static void put_command(FILE *out, CommandId command) {
    const CommandRow *row = command_row(command);
    fputs(".TP\n.B ", out);
    put_text(out, row->name);
    if (*row->operands) {
        fputs(" \\fI", out);
        put_text(out, row->operands);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put_text(out, row->line);
    fputc('\n', out);
}

/* "-o, --output=PATH" in bold and italics, as a tagged paragraph. */
static void put_option_name(FILE *out, const OptionRow *row) {
    bool joined = row->argument[0] == '[';
    fputs(".TP\n", out);
    if (row->letter) {
        fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
    }
    fputs("\\fB\\-\\-", out);
    put_text(out, row->name);
    fprintf(out, "\\fR%s\\fI", row->argument[0] && !joined ? "=" : "");
    put_text(out, row->argument);
    fputs("\\fR\n", out);
}

/* Name, line, words that the argument does not list already, and the commands that have it. */
static void put_option(Arena *arena, FILE *out, const OptionRow *row) {
    put_option_name(out, row);
    put_text(out, row->line);
    Choice choice = choice_of_option(arena, row);
    if (choice.kind == CHOICE_WORDS && row->kind != CHOICE) {
        fputs("; one of: ", out);
        put_text(out, choice.words);
    }
    fputs(".\nFor", out);
    for (int i = 0, written = 0; i < COMMAND_COUNT; i++) {
        if (option_applies(row, (CommandId)i)) {
            fputs(written++ ? ", " : " ", out);
            put_text(out, command_name((CommandId)i));
        }
    }
    fputs(".\n", out);
}

/* --help and --version, which are no rows of options.def, come first among the options. */
void write_man(Arena *arena, FILE *out) {
    fprintf(out,
            ".\\\" Written from the tables of the command line.\n"
            ".TH XNC 1 \"\" \"xnc %s\" \"User Commands\"\n",
            XNC_VERSION);
    fputs(intro, out);
    fputs(".SH COMMANDS\n", out);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        put_command(out, (CommandId)i);
    }
    fputs(".SH OPTIONS\n.TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nlists the options of a command.\n"
          ".TP\n\\fB\\-\\-version\\fR\nprints the version.\n",
          out);
    for (size_t i = 0; i < option_count(); i++) {
        put_option(arena, out, option_at(i));
    }
    fputs(outro, out);
}
