/* options_help.c - rows of commands.def and options.def -> what --help prints.
 *
 *   OPTION(output, "output", 'o', "PATH", ...)   ->     -o, --output=PATH         file or folder
 * ...
 */
#include "options_help.h"

/* An argument that may be left out brings its own sign: "--features[=I,...]". */
static void help_option(FILE *out, const OptionRow *row) {
    char left[80];
    bool joined = row->argument[0] == '[';
    snprintf(left, sizeof left, "%c%c%c --%s%s%s", row->letter ? '-' : ' ',
             row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name,
             row->argument[0] && !joined ? "=" : "", row->argument);
    fprintf(out, "  %-42s %s\n", left, row->line);
}

/* Commands in the order of commands.def, then what MODEL and the exit codes mean. */
static void help_tool(FILE *out) {
    fprintf(out, "xnc turns a trained network of the Xception family into C.\n\n"
                 "usage: xnc COMMAND [arguments] [options]\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const CommandRow *row = command_row((CommandId)i);
        fprintf(out, "  %-13s %s\n", row->name, row->line);
    }
    fprintf(out,
            "\nMODEL is a name that 'xnc list' shows, a description (my.yaml) or a folder with\n"
            "config.json and weights. 'xnc COMMAND --help' lists the options of a command.\n"
            "Exit codes: 0 done; 1 the machine failed; 2 wrong use; 3 a bad model or weights\n"
            "file; 4 results differ.\n");
}

/* Usage line, purpose, then the options that the command has. */
void print_help(FILE *out, CommandId command) {
    if (command == COMMAND_COUNT) {
        help_tool(out);
        return;
    }
    const CommandRow *row = command_row(command);
    fprintf(out, "usage: xnc %s %s%s[options]\n\n%s\n\n", row->name, row->operands,
            row->operands[0] ? " " : "", row->line);
    for (size_t i = 0; i < option_count(); i++) {
        if (option_applies(option_at(i), command)) {
            help_option(out, option_at(i));
        }
    }
}
