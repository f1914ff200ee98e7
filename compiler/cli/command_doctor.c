/* command_doctor.c - xnc doctor: what this machine has, what is missing and how to get it.
 *
 *   library  sleef                  yes  models with silu, gelu or sigmoid; ...
 *
 * A target is there when the CPU has its features, one of other processors when this machine builds
 * and runs code for them, a program when it prints its version, a library when a file that includes
 * its header compiles. At the end are the commands that install what is missing. The exit code is 0
 * when everything that is required is there: the tool can then write C, build it and run it.
 */
#include "clean.h"
#include "doctor.h"

#include <string.h>

#include <yaml.h>
#include <zlib.h>

#include "cc.h"
#include "json_out.h"
#include "target.h"
#include "xnc.h"

/* The one that knows vectors of RISC-V, as cc.c looks for it. */
#define NEWEST_CLANG "clang-19"

/* A program or library to look for; see Finding for the other members. */
typedef struct Wanted {
    const char *subject, *name;
    const char *command;  /* of the shell; prints a line when it is there: "found", or a version */
    const char *packages; /* of Debian */
    const char *cause;    /* what it is for */
    bool required;
} Wanted;

/* With the compiler that the tool itself takes, the shell's function found_cc: whether it finds a
 * header; whether it builds a program with threads that runs. */
#define FINDS(header) "echo '#include <" header ">' | found_cc -x c -fsyntax-only - && echo found"
#define BUILDS                                                                                     \
    "to=$(mktemp) && printf '#include <pthread.h>\\nint main(void) { return 0; }' "                \
    "| found_cc -x c - -o \"$to\" -pthread >/dev/null && \"$to\" && echo \"$found_cc\"; "          \
    "rm -f \"$to\""
#define PROGRAM(name, packages, cause)                                                             \
    { "program", name, name " --version", packages, cause, false }

static const Wanted wanted[] = {
    {"program", "C compiler", BUILDS, "build-essential",
     "building what xnc writes: clang, gcc or cc, with the headers of the C library, or the zig of "
     "pip install xnc[cc]",
     true},
    PROGRAM("clang", "clang", "the fastest code"),
    PROGRAM(NEWEST_CLANG, NEWEST_CLANG,
            "vectors of RISC-V; a newer clang, with --cc=" NEWEST_CLANG),
    PROGRAM("gcc", "gcc", "the other compiler that is tested"),
    {"library", "sleef", FINDS("sleef.h"), "libsleef-dev",
     "models with silu, gelu or sigmoid; xnc_top.h: softmax and best classes", false},
    PROGRAM("ar", "binutils", "--emit=lib"),
    PROGRAM("cmake", "cmake", "building xnc and products that use its CMake functions"),
    PROGRAM("ninja", "ninja-build", "faster builds than with make"),
    PROGRAM("pkg-config", "pkg-config", "products that find the runtime without CMake"),
    PROGRAM("python3", "python3", "the Python package and bench/compare"),
    {"library", "numpy", "python3 -c 'import numpy; print(numpy.__version__)'", "python3-numpy",
     "the Python package; .npy files", false},
    {"library", "libmicrohttpd", FINDS("microhttpd.h"), "libmicrohttpd-dev",
     "the example of an HTTP service", false},
    {"library", "turbojpeg", FINDS("turbojpeg.h"), "libturbojpeg0-dev", "JPEG in the examples",
     false},
    {"library", "libpng", FINDS("png.h"), "libpng-dev", "PNG in xnc itself and in the examples",
     false},
#define MACHINE(name, cc, cc_packages, emulator, emulator_packages)                                \
    {"machine", cc, cc " --version", cc_packages, "building for " name, false},                    \
        {"machine",                                                                                \
         emulator,                                                                                 \
         emulator " --version",                                                                    \
         emulator_packages,                                                                        \
         "running what was built for " name,                                                       \
         false},
#include "machines.def"
#undef MACHINE
};

enum { WANTED = sizeof wanted / sizeof *wanted, MOST_FINDINGS = 64 };

typedef struct Findings {
    const Work *work;
    const char *cc;         /* text of the shell that defines found_cc and $found_cc */
    Finding wanted[WANTED]; /* of the rows of that name */
    Finding at[MOST_FINDINGS];
    int count;
} Findings;

/* Cleanup of a pipe whose command may still run: pclose() waits for it. */
static void close_pipe(void *stream) {
    pclose(stream);
}

/* "found_cc() { clang "$@"; }; found_cc=clang": a function that runs the compiler, and a
 * variable that names it. */
static const char *shell_compiler(Arena *arena) {
    CCompiler compiler;
    if (!cc_find(arena, NULL, &(CCNeed){0}, &compiler)) {
        return "found_cc() { false; }";
    }
    const char *words = "", *name = "";
    for (int i = 0; i < compiler.words.count; i++) {
        const char *word = compiler.words.at[i];
        words = arena_printf(arena, "%s%s ", words, shell_word(arena, word));
        name = arena_printf(arena, "%s%s%s", name, i > 0 ? " " : "", word);
    }
    return arena_printf(arena, "found_cc() { %s\"$@\"; }; found_cc=%s", words,
                        shell_word(arena, name));
}

/* First line that a command of the shell prints; NULL when there is none. */
static const char *first_line(const Findings *findings, const char *command) {
    Arena *arena = findings->work->arena;
    char line[256];
    /* Complaints are silent: also those of a shell whose pipe a broken compiler does not read. */
    const char *script = arena_printf(arena, "exec 2>/dev/null; %s; %s", findings->cc, command);
    FILE *pipe = popen(script, "r");
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

/* Appends a finding; the number of rows is known, so too many are a mistake of this file. */
static void add(Findings *findings, Finding finding) {
    if (findings->count == MOST_FINDINGS) {
        internal_error("doctor", "more than %d findings", MOST_FINDINGS);
    }
    findings->at[findings->count++] = finding;
}

/* Whether a program or library was found. */
static bool is_there(const Findings *findings, const char *name) {
    bool there = false;
    for (int i = 0; i < WANTED; i++) {
        const Finding *finding = &findings->wanted[i];
        there = there || (finding->good && strcmp(finding->name, name) == 0);
    }
    return there;
}

/* A target of other processors: what this machine builds and runs it with. */
static Finding foreign_target(const Findings *findings, const Target *target) {
    const OtherMachine *machine = machine_of_family(target->family);
    const char *cc = target->compiler ? NEWEST_CLANG : machine ? machine->cc : NULL;
    /* The C library for that machine comes with its gcc. */
    bool builds = machine && is_there(findings, machine->cc) && is_there(findings, cc);
    bool runs = builds && is_there(findings, machine->emulator);
    Arena *arena = findings->work->arena;
    const char *cpu =
        target->emulator_cpu ? arena_printf(arena, " -cpu %s", target->emulator_cpu) : "";
    const char *with =
        runs     ? arena_printf(arena, "built with %s, run by %s%s", cc, machine->emulator, cpu)
        : builds ? arena_printf(arena, "built with %s", cc)
                 : "code for it can be written";
    const char *text = arena_printf(arena, "%s (other processors; here: %s)", target->line, with);
    return (Finding){.subject = "target", .name = target->name, .good = runs, .text = text};
}

/* A target of this CPU's family, which may be newer than the CPU. */
static Finding own_target(const Findings *findings, const Target *target) {
    bool runs = xnc_cpu_has(target->features);
    const char *text = runs ? target->line : "this CPU lacks a feature; code for it can be written";
    const char *needs = *target->features ? target->features : "nothing";
    text = arena_printf(findings->work->arena, "%s (needs: %s)", text, needs);
    return (Finding){.subject = "target", .name = target->name, .good = runs, .text = text};
}

/* The tool writes code for every target; one that cannot be run here is still listed. */
static void add_targets(Findings *findings) {
    for (size_t i = 0; i < target_count(); i++) {
        const Target *target = target_at(i);
        bool foreign = target_machine(findings->work->arena, target) != NULL;
        add(findings, foreign ? foreign_target(findings, target) : own_target(findings, target));
    }
}

/* One progress step each: starting compilers takes a moment. */
static void find_wanted(Findings *findings) {
    for (int i = 0; i < WANTED; i++) {
        const Wanted *row = &wanted[i];
        progress_step(findings->work->progress, "looking for %s", row->name);
        const char *line = first_line(findings, row->command);
        bool found = line && strcmp(line, "found") == 0;
        findings->wanted[i] = (Finding){row->subject,
                                        row->name,
                                        line != NULL,
                                        row->required,
                                        line && !found ? line : row->cause,
                                        row->packages,
                                        NULL};
    }
}

static void add_wanted(Findings *findings) {
    for (int i = 0; i < WANTED; i++) {
        add(findings, findings->wanted[i]);
    }
}

/* Versions of the libraries that are linked into the tool. */
static void add_own_libraries(Findings *findings) {
    Arena *arena = findings->work->arena;
    int major, minor, patch;
    yaml_get_version(&major, &minor, &patch);
    add(findings,
        (Finding){.subject = "inside",
                  .name = "libraries",
                  .good = true,
                  .text = arena_printf(arena, "libyaml %d.%d.%d, jansson %s, zlib %s", major, minor,
                                       patch, jansson_version_str(), zlibVersion())});
}

/* "program  clang   yes  Debian clang version 14": a missing one is followed by what it is for. */
static void print_findings(const Findings *findings) {
    for (int i = 0; i < findings->count; i++) {
        const Finding *finding = &findings->at[i];
        print_clean(stdout, "%-8s %-22s %-4s %s%s\n", finding->subject, finding->name,
                    finding->good ? "yes" : "no",
                    !finding->good && finding->packages ? "for: " : "", finding->text);
    }
}

/* " clang gcc": each once, although several findings may ask for it; "" when nothing is missing.
 */
static const char *missing_packages(const Findings *findings) {
    Arena *arena = findings->work->arena;
    const char *list = "";
    for (int i = 0; i < findings->count; i++) {
        const Finding *finding = &findings->at[i];
        if (finding->good || !finding->packages) {
            continue;
        }
        const char *entry = arena_printf(arena, " %s ", finding->packages);
        if (!strstr(arena_printf(arena, "%s ", list), entry)) {
            list = arena_printf(arena, "%s %s", list, finding->packages);
        }
    }
    return list;
}

/* Whether nothing that is required is missing. */
static bool all_required(const Findings *findings) {
    bool all = true;
    for (int i = 0; i < findings->count; i++) {
        all = all && (findings->at[i].good || !findings->at[i].required);
    }
    return all;
}

/* One line for all packages together, then the advice of single findings. */
static void print_advice(const Findings *findings) {
    const char *packages = missing_packages(findings);
    printf("\n%s\n", all_required(findings) ? "xnc can write C, build it and run it here."
                                            : "xnc can write C, but not build or run it here.");
    if (*packages) {
        printf("what is missing, from Debian:  apt-get install%s\n", packages);
    }
    for (int i = 0; i < findings->count; i++) {
        if (!findings->at[i].good && findings->at[i].advice) {
            print_clean(stdout, "%s:  %s\n", findings->at[i].name, findings->at[i].advice);
        }
    }
}

/* The same rows, with advice and packages of their own. */
static void print_json(const Findings *findings) {
    Arena *arena = findings->work->arena;
    json_t *list = json_root(arena, json_array());
    for (int i = 0; i < findings->count; i++) {
        const Finding *finding = &findings->at[i];
        json_append_object(arena, list, "{s:s, s:s, s:b, s:b, s:s, s:s?, s:s?}", "subject",
                           finding->subject, "name", finding->name, "good", finding->good,
                           "required", finding->required, "text", json_safe(arena, finding->text),
                           "packages", finding->packages, "advice", finding->advice);
    }
    json_print(arena, list);
}

/* From hardware to folders; everything is looked for before the first line is printed. */
ExitCode command_doctor(const Work *work, const Options *options) {
    Arena *arena = work->arena;
    Findings findings = {.work = work, .cc = shell_compiler(arena)};
    find_wanted(&findings);
    add(&findings, doctor_processor(arena));
    add_targets(&findings);
    add_wanted(&findings);
    add_own_libraries(&findings);
    add(&findings, doctor_pages(arena));
    add(&findings, doctor_cache(arena));
    add(&findings, doctor_temporary(arena));
    progress_hide(work->progress);
    if (options->json) {
        print_json(&findings);
    } else {
        print_findings(&findings);
        print_advice(&findings);
    }
    return all_required(&findings) ? EXIT_DONE : EXIT_MACHINE;
}
