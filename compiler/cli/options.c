/* options.c - the tables of options.def and commands.def, and questions to them.
 *
 *   OPTION(classes, "classes", 0, "0..1048576", NUMBER, ON_NETWORK, "...")   ->   an OptionRow
 *
 * A row says where a value goes (its offset in Options); there is no code for single options. What
 * reads the command line by them is options_parse.c.
 */
#include "options.h"

/* Sets of commands, as the rows of options.def name them. */
#define ON(id) (1u << COMMAND_##id)
#define ON_WEIGHTS                                                                                 \
    (ON(compile) | ON(run) | ON(interp) | ON(check) | ON(eval) | ON(bench) | ON(report) |          \
     ON(golden) | ON(calibrate))
#define ON_NETWORK (ON_WEIGHTS | ON(analyze) | ON(seed_weights))
#define ON_LAYOUT ((ON_WEIGHTS | ON(analyze)) & ~ON(calibrate))
#define ON_TARGET (ON_WEIGHTS | ON(analyze) | ON(opt))
#define ON_PRECISION (ON_TARGET & ~ON(calibrate))
#define ON_QUANT (ON_PRECISION & ~ON(opt))
#define ON_RUN (ON(run) | ON(interp) | ON(check) | ON(eval) | ON(bench) | ON(analyze) | ON(report))
#define ON_THREADS (ON_RUN | ON_COMPILE | ON_GOLDEN | ON_CALIBRATE)
#define ON_BUILD                                                                                   \
    (ON(compile) | ON(run) | ON(check) | ON(eval) | ON(bench) | ON(report) | ON_CALIBRATE |        \
     ON_GOLDEN)
#define ON_RUN_WITH (ON(run) | ON(check) | ON_GOLDEN)
#define ON_OUTPUT                                                                                  \
    (ON(compile) | ON(run) | ON(interp) | ON(seed_weights) | ON(opt) | ON(report) | ON_CALIBRATE)
#define ON_SCORES (ON(compile) | ON(run) | ON(eval))
#define ON_LABELS (ON(compile) | ON(run) | ON(eval))
#define ON_IMAGES (ON_CHECK | ON(report) | ON_CALIBRATE)
#define ON_PICTURES (ON(run) | ON(interp) | ON(eval) | ON_IMAGES)
#define ON_PIXELS (ON(compile) | ON_PICTURES | ON_GOLDEN)
#define ON_MARGIN (ON(compile) | ON_PICTURES)
#define ON_EVAL ON(eval)
#define ON_COMPILE ON(compile)
#define ON_CHECK ON(check)
#define ON_INTERP ON(interp)
#define ON_BENCH ON(bench)
#define ON_GOLDEN ON(golden)
#define ON_CALIBRATE ON(calibrate)
#define ON_RUNS (ON(bench) | ON(report))
#define ON_INPUT (ON(check) | ON(report))
#define ON_SEED (ON(seed_weights) | ON(check) | ON(bench) | ON(report) | ON(golden) | ON_CALIBRATE)
#define ON_OPT ON(opt)
#define ON_INSPECT ON(inspect)
#define ON_TARGETS ON(targets)
#define ON_ANALYZE ON(analyze)
#define ON_JSON                                                                                    \
    (ON(list) | ON(run) | ON(check) | ON(bench) | ON(analyze) | ON(passes) | ON(targets) |         \
     ON(ops) | ON(doctor) | ON(eval) | ON(report) | ON(golden) | ON(inspect))
#define ON_PASSES (ON_WEIGHTS | ON(analyze) | ON(opt))

static const OptionRow rows[] = {
#define OPTION(member, name, letter, argument, kind, commands, line)                               \
    {name, letter, argument, kind, commands, line, offsetof(Options, member)},
#include "options.def"
#undef OPTION
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static const CommandRow commands[COMMAND_COUNT] = {
#define COMMAND(id, name, operands, fewest, most, line) {name, operands, fewest, most, line},
#include "commands.def"
#undef COMMAND
};

const char *command_name(CommandId command) {
    return commands[command].name;
}

int64_t first_or(const IntList *list, int64_t otherwise) {
    return list->count ? list->at[0] : otherwise;
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
