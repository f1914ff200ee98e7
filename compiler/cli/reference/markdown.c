/* markdown.c - the tables of the command line -> one table for each command, as docs/commands.md
 * shows them.
 *
 *   <!-- options of list -->
 *   | option | meaning |
 *
 * The comments mark where a table begins and ends in that page, which a test replaces or compares.
 */
#include "reference.h"

/* A bar would end the cell. */
static void put_cell(FILE *out, const char *text) {
    for (; *text; text++) {
        fprintf(out, "%s%c", *text == '|' ? "\\" : "", *text);
    }
}

static void put_option(FILE *out, const OptionRow *row) {
    bool joined = row->argument[0] == '[';
    fputs("| `", out);
    if (row->letter) {
        fprintf(out, "-%c`, `", row->letter);
    }
    fprintf(out, "--%s%s", row->name, row->argument[0] && !joined ? "=" : "");
    put_cell(out, row->argument);
    fputs("` | ", out);
    put_cell(out, row->line);
    fputs(" |\n", out);
}

/* A command without options has no table. */
static void put_command(FILE *out, CommandId command) {
    const CommandRow *row = command_row(command);
    fprintf(out, "<!-- options of %s -->\n`xnc %s%s%s`: %s.\n", row->name, row->name,
            row->operands[0] ? " " : "", row->operands, row->line);
    bool first = true;
    for (size_t i = 0; i < option_count(); i++) {
        if (option_applies(option_at(i), command)) {
            fputs(first ? "\n| option | meaning |\n|---|---|\n" : "", out);
            first = false;
            put_option(out, option_at(i));
        }
    }
    fputs("<!-- end -->\n", out);
}

void write_markdown(Arena *arena, FILE *out) {
    (void)arena;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        put_command(out, (CommandId)i);
    }
}
