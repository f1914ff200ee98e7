/* zsh.c - the tables of the command line -> completion for zsh, through its _arguments
 * (zshcompsys(1)).
 *
 *   OPTION(target, "target", 0, "T", ...)   ->   '--target=[instruction set ...]:T:(native ...)'
 */
#include "reference.h"

#include <string.h>

/* Text inside an argument in single quotes that _arguments takes apart at brackets and colons. */
static void put_text(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", out);
        } else if (strchr("[]:\\", *text)) {
            fprintf(out, "\\%c", *text);
        } else {
            fputc(*text, out);
        }
    }
}

/* ":what it is:what completes it" */
static void put_choice(FILE *out, const char *word, Choice choice) {
    fputc(':', out);
    put_text(out, word);
    switch (choice.kind) {
    case CHOICE_FREE:
        fputs(": ", out);
        break;
    case CHOICE_WORDS:
        fprintf(out, ":(%s)", choice.words);
        break;
    case CHOICE_FILE:
        fputs(":_files", out);
        break;
    case CHOICE_FOLDER:
        fputs(":_files -/", out);
        break;
    case CHOICE_MODEL:
        fputs(":_xnc_models", out);
        break;
    case CHOICE_PROGRAM:
        fputs(":_command_names -e", out);
        break;
    }
}

/* The head of a spec: '(-o --output)'{-o+,--output=}' for an option with a letter, so that one form
 * excludes the other, and '*--pass= for one that may be repeated. It leaves a quote open. */
static void put_names(FILE *out, const OptionRow *row) {
    const char *end = may_have_value(row) ? "=-" : wants_value(row) ? "=" : "";
    const char *times = row->kind == TEXTS ? "*" : "";
    if (row->letter) {
        fprintf(out, "'(-%c --%s)'{-%c+,--%s%s}'", row->letter, row->name, row->letter, row->name,
                end);
    } else {
        fprintf(out, "'%s--%s%s", times, row->name, end);
    }
}

/* A value that may be left out, without the frame of "[=I,...]": one colon more. */
static void put_maybe(FILE *out, const OptionRow *row) {
    int length = (int)strlen(row->argument) - (int)strlen("[=]");
    fprintf(out, "::%.*s:%s", length, row->argument + strlen("[="),
            row->kind == OPTIONAL ? "_files" : " ");
}

/* Names, line in brackets and what completes the value: one argument of _arguments. */
static void put_option(Arena *arena, FILE *out, const OptionRow *row) {
    fputs(" \\\n                ", out);
    put_names(out, row);
    fputc('[', out);
    put_text(out, row->line);
    fputc(']', out);
    if (may_have_value(row)) {
        put_maybe(out, row);
    } else if (wants_value(row)) {
        put_choice(out, row->argument, choice_of_option(arena, row));
    }
    fputc('\'', out);
}

/* '1:MODEL:...' by place, or '*:INPUT:...' for the last when any number may follow. */
static void put_operands(Arena *arena, FILE *out, const CommandRow *row) {
    const char *word;
    for (int i = 0; (word = operand_word(arena, row, i)); i++) {
        bool many = row->most < 0 && !operand_word(arena, row, i + 1);
        fputs(" \\\n                ", out);
        if (many) {
            fputs("'*", out);
        } else {
            fprintf(out, "'%d", i + 1);
        }
        put_choice(out, word, choice_of_operand(arena, row, i));
        fputc('\'', out);
    }
}

/* A case of the function _xnc. --help excludes everything else: (- *). */
static void put_command(Arena *arena, FILE *out, CommandId command) {
    const CommandRow *row = command_row(command);
    fprintf(out, "        %s)\n            _arguments \\\n                ", row->name);
    fputs("'(- *)'{-h,--help}'[shows its options]'", out);
    for (size_t i = 0; i < option_count(); i++) {
        if (option_applies(option_at(i), command)) {
            put_option(arena, out, option_at(i));
        }
    }
    put_operands(arena, out, row);
    fputs("\n            ;;\n", out);
}

/* Names and lines of the commands for _describe, at the first word. */
static void put_commands(FILE *out) {
    fputs("    if ((CURRENT == 2)); then\n        local -a commands=(\n", out);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const CommandRow *row = command_row((CommandId)i);
        fprintf(out, "            '%s:", row->name);
        put_text(out, row->line);
        fputs("'\n", out);
    }
    fputs("        )\n        _describe -t commands 'command' commands\n        return\n    fi\n",
          out);
}

/* A function that offers names of networks and paths. */
static void put_models(Arena *arena, FILE *out) {
    CommandRow row = {.operands = "MODEL"};
    fprintf(out,
            "_xnc_models() {\n    _alternative 'models:network:(%s)' \\\n"
            "        'files:description or folder:_files'\n}\n\n",
            choice_of_operand(arena, &row, 0).words);
}

/* The command is shifted out of the words, so that _arguments counts operands from 1. */
void write_zsh(Arena *arena, FILE *out) {
    fputs("#compdef xnc\n# Completion of xnc for zsh, written from the tables of its commands and "
          "options.\n\n",
          out);
    put_models(arena, out);
    fputs("_xnc() {\n", out);
    put_commands(out);
    fputs("    local command=$words[2]\n    shift words\n    ((CURRENT--))\n    case $command in\n",
          out);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        put_command(arena, out, (CommandId)i);
    }
    fputs("    esac\n}\n\n_xnc \"$@\"\n", out);
}
