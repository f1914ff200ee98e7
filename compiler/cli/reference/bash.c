/* bash.c - the tables of the command line -> completion for bash.
 *
 *   --target=n<Tab>   ->   --target=native
 *
 * The script needs bash alone, not the functions of bash-completion. Bash splits words at '='
 * (COMP_WORDBREAKS), so "--target=native" arrives as three words: when the word before the cursor
 * is "=", the option is the one before that.
 */
#include "reference.h"

#include <string.h>

static const char head[] =
    "# Completion of xnc for bash, written from the tables of its commands and options.\n"
    "# Found by bash-completion where 'cmake --install' puts it, or: source xnc.bash\n"
    "\n"
    "_xnc_words() {\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
    "    # A value follows at once: no space behind the sign.\n"
    "    [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null\n"
    "}\n"
    "\n"
    "_xnc_paths() {\n"
    "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$current\")\n"
    "    compopt -o filenames 2>/dev/null\n"
    "}\n"
    "\n"
    "_xnc_models() {\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\"; compgen -f -- \"$current\")\n"
    "    compopt -o filenames 2>/dev/null\n"
    "}\n"
    "\n"
    "_xnc() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    COMPREPLY=()\n"
    "    if [[ $current == = ]]; then\n"
    "        current=\n"
    "    elif [[ $before == = ]]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

/* The call that completes a value; ":" does nothing. */
static void write_choice(FILE *out, Choice choice) {
    switch (choice.kind) {
    case CHOICE_FREE:
        fputs(":", out);
        break;
    case CHOICE_WORDS:
        fprintf(out, "_xnc_words \"%s\"", choice.words);
        break;
    case CHOICE_FILE:
        fputs("_xnc_paths -f", out);
        break;
    case CHOICE_FOLDER:
        fputs("_xnc_paths -d", out);
        break;
    case CHOICE_MODEL:
        fprintf(out, "_xnc_models \"%s\"", choice.words);
        break;
    case CHOICE_PROGRAM:
        fputs("_xnc_paths -c", out);
        break;
    }
}

/* The first word: a command, --help or --version. */
static void write_commands(FILE *out) {
    fputs("    if ((COMP_CWORD == 1)); then\n        _xnc_words \"", out);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "%s ", command_name((CommandId)i));
    }
    fputs("--help --version\"\n        return\n    fi\n", out);
}

/* A case for each option with a value; the word before the cursor is the option. An option has the
 * same values for all commands. */
static void write_values(Arena *arena, FILE *out) {
    fputs("    case $before in\n", out);
    for (size_t i = 0; i < option_count(); i++) {
        const OptionRow *row = option_at(i);
        if (!wants_value(row)) {
            continue;
        }
        fprintf(out, "        --%s", row->name);
        if (row->letter) {
            fprintf(out, " | -%c", row->letter);
        }
        fputs(") ", out);
        write_choice(out, choice_of_option(arena, row));
        fputs("; return ;;\n", out);
    }
    fputs("    esac\n", out);
}

/* The options of a command, with a '=' where a value follows. */
static void write_options(FILE *out, CommandId command) {
    fputs("                _xnc_words \"--help", out);
    for (size_t i = 0; i < option_count(); i++) {
        const OptionRow *row = option_at(i);
        if (option_applies(row, command)) {
            fprintf(out, " --%s%s", row->name, wants_value(row) ? "=" : "");
        }
    }
    fputs("\"\n", out);
}

/* Options of a command, and its operands. The first operand's choices are offered at every place:
 * which operand the cursor is at is not known, as words before it may be values of options. */
static void write_command(Arena *arena, FILE *out, CommandId command) {
    const CommandRow *row = command_row(command);
    Choice choice = choice_of_operand(arena, row, 0);
    fprintf(out, "        %s)\n            if [[ $current == -* ]]; then\n", row->name);
    write_options(out, command);
    if (choice.kind != CHOICE_FREE) {
        fputs("            else\n                ", out);
        write_choice(out, choice);
        fputc('\n', out);
    }
    fputs("            fi\n            ;;\n", out);
}

/* In the function _xnc: first word, value of an option, else options and operands. */
void write_bash(Arena *arena, FILE *out) {
    fputs(head, out);
    write_commands(out);
    write_values(arena, out);
    fputs("    case ${COMP_WORDS[1]} in\n", out);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        write_command(arena, out, (CommandId)i);
    }
    fputs("    esac\n}\n\ncomplete -F _xnc xnc\n", out);
}
