/* command_doctor.c - xnc doctor: what this machine has, what is missing and how to get it.
 *
 * Targets are judged by the CPU's features, programs by asking them for their version. A finding
 * that is not good carries the command that mends it.
 */
#include "command.h"

#include <string.h>

#include <yaml.h>
#include <zip.h>

#include "json_out.h"
#include "xnc.h"

/* Programs that a user of the tool may need; cause says for what. */
typedef struct Program {
    const char *name, *package, *cause;
    bool required;
} Program;

static const Program programs[] = {
    {"clang", "clang", "compiles the emitted C, the fastest code", false},
    {"clang-19", "clang-19", "a newer clang: --cc=clang-19", false},
    {"gcc", "gcc", "compiles the emitted C", false},
    {"cc", "build-essential", "the compiler of last resort", true},
    {"cmake", "cmake", "builds xnc itself", false},
};
enum { PROGRAMS = sizeof programs / sizeof *programs };

static void close_pipe(void *stream) {
    pclose(stream);
}

/* First line of what a command of the shell prints; NULL when there is none. */
static const char *first_line(Arena *arena, const char *command) {
    char line[256];
    FILE *pipe = popen(command, "r");
    if (!pipe) {
        return NULL;
    }
    arena_defer(arena, close_pipe, pipe);
    if (!fgets(line, sizeof line, pipe)) {
        return NULL;
    }
    line[strcspn(line, "\n")] = 0;
    return arena_strdup(arena, line);
}

typedef struct Report {
    Session *session;
    json_t *findings;
    bool broken; /* something required is missing */
} Report;

static void add_finding(Report *report, const char *subject, const char *name, bool good,
                        const char *text) {
    if (report->session->options->json) {
        json_append_object(report->session->arena, report->findings, "{s:s, s:s, s:b, s:s}",
                           "subject", subject, "name", name, "good", good, "text", text);
    } else {
        printf("%-8s %-14s %-4s %s\n", subject, name, good ? "yes" : "no", text);
    }
}

static void report_targets(Report *report) {
    for (size_t i = 0; i < target_count(); i++) {
        const Target *target = target_at(i);
        bool runs = xnc_cpu_has(target->features);
        const char *text =
            runs ? target->line : "this CPU lacks a feature; code for it can be written";
        add_finding(report, "target", target->name, runs,
                    arena_printf(report->session->arena, "%s (needs: %s)", text,
                                 *target->features ? target->features : "nothing"));
    }
}

static void report_programs(Report *report) {
    Arena *arena = report->session->arena;
    for (int i = 0; i < PROGRAMS; i++) {
        const Program *program = &programs[i];
        const char *version =
            first_line(arena, arena_printf(arena, "%s --version 2>/dev/null", program->name));
        report->broken |= !version && program->required;
        add_finding(report, "program", program->name, version != NULL,
                    version ? version
                            : arena_printf(arena, "%s; install it with: apt-get install %s",
                                           program->cause, program->package));
    }
}

/* A header whose absence shows only when a model that needs it is compiled. Where it lies, the C
 * compiler knows. */
static void report_sleef(Report *report) {
    static const char command[] =
        "cc -E -include sleef.h -x c /dev/null >/dev/null 2>&1 && echo found";
    bool found = first_line(report->session->arena, command) != NULL;
    add_finding(report, "library", "sleef", found,
                found
                    ? "for models with exp, erf or tanh in their activations"
                    : "needed by models with silu, gelu or sigmoid; apt-get install libsleef-dev");
}

static void report_libraries(Report *report) {
    int major, minor, patch;
    yaml_get_version(&major, &minor, &patch);
    add_finding(report, "library", "libyaml", true,
                arena_printf(report->session->arena, "%d.%d.%d", major, minor, patch));
    add_finding(report, "library", "jansson", true, jansson_version_str());
    add_finding(report, "library", "libzip", true, zip_libzip_version());
    report_sleef(report);
}

ExitCode command_doctor(Session *session) {
    Report report = {session, json_root(session->arena, json_array()), false};
    report_targets(&report);
    report_programs(&report);
    report_libraries(&report);
    if (session->options->json) {
        json_print(session->arena, report.findings);
    }
    return report.broken ? EXIT_MACHINE : EXIT_DONE;
}
