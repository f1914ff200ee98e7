/* cc.c - the words of --cc, or none -> a C compiler that runs.
 *
 *   none, on a machine with gcc            ->   gcc
 *   none, in a Python environment alone    ->   ENV/lib/python3.11/site-packages/ziglang/zig cc
 *   none, for arm64 on x86-64              ->   aarch64-linux-gnu-gcc, or zig cc -target ...
 *   none, for vectors of RISC-V            ->   clang-19 --target=riscv64-linux-gnu
 *
 * A compiler counts when it prints its version.
 */
#include "cc.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "process.h"

void words_add(CommandWords *words, const char *word) {
    if (words->count == MOST_WORDS - 1) {
        internal_error("build", "more than %d words", MOST_WORDS);
    }
    words->at[words->count++] = word;
}

void words_split(Arena *arena, CommandWords *words, const char *text) {
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        words_add(words, arena_strndup(arena, text, length));
        text += length;
    }
}

int words_count(const char *text) {
    int count = 0;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        text += strcspn(text, " ");
        count++;
    }
    return count;
}

const char *shell_word(Arena *arena, const char *text) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_./+=:@%-";
    if (*text && text[strspn(text, plain)] == '\0') {
        return text;
    }
    const char *word = "'";
    for (; *text; text++) {
        word = *text == '\'' ? arena_printf(arena, "%s'\\''", word)
                             : arena_printf(arena, "%s%c", word, *text);
    }
    return arena_printf(arena, "%s'", word);
}

/* Whether it runs; sets the version. */
static bool answers(Arena *arena, CCompiler *compiler) {
    CommandWords words = compiler->words;
    char *output;
    words_add(&words, "--version");
    bool runs = compiler->words.count > 0 && process_run(arena, words.at, &output, 1) == 0;
    compiler->version = runs ? output : NULL;
    return runs;
}

static bool is_found(Arena *arena, const char *text, CCompiler *found) {
    *found = (CCompiler){0};
    words_split(arena, &found->words, text);
    return answers(arena, found);
}

/* The folder of this program, without a slash at its end; NULL when the system does not say. */
static const char *own_folder(Arena *arena) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    if (length <= 0 || length == (ssize_t)sizeof path) {
        return NULL;
    }
    path[length] = 0;
    *strrchr(path, '/') = 0;
    return arena_strdup(arena, path);
}

/* The program of the Python package ziglang in the environment that this tool is installed in: its
 * programs are in ENV/bin, its packages in ENV/lib/pythonVERSION/site-packages (or in ENV itself,
 * of pip's --target). NULL when there is none. */
static const char *zig_beside(Arena *arena) {
    static const char *const places[] = {"lib*/python3*/*-packages/ziglang/zig", "ziglang/zig"};
    const char *folder = own_folder(arena), *zig = NULL;
    for (size_t i = 0; folder && !zig && i < sizeof places / sizeof *places; i++) {
        glob_t match = {0};
        if (glob(arena_printf(arena, "%s/../%s", folder, places[i]), 0, NULL, &match) == 0) {
            zig = arena_strdup(arena, match.gl_pathv[match.gl_pathc - 1]);
        }
        globfree(&match);
    }
    return zig;
}

/* machine: the one that is built for, as compilers name it; NULL: this one. */
static bool is_zig_found(Arena *arena, const char *machine, CCompiler *found) {
    *found = (CCompiler){.zig = zig_beside(arena)};
    if (!found->zig) {
        return false;
    }
    words_add(&found->words, found->zig);
    words_add(&found->words, "cc");
    if (machine) {
        words_add(&found->words, "-target");
        words_add(&found->words, arena_printf(arena, "%s-linux-gnu", machine));
    }
    return answers(arena, found);
}

/* The first of the usual compilers for this machine. */
static bool is_usual_found(Arena *arena, CCompiler *found) {
    return is_found(arena, "clang", found) || is_found(arena, "gcc", found) ||
           is_found(arena, "cc", found);
}

/* The number behind "version" in the first line that it printed; 0 when there is none. */
static int version_of(const CCompiler *compiler) {
    static const char word[] = "version ";
    const char *at = strstr(compiler->version, word);
    return at ? atoi(at + strlen(word)) : 0;
}

/* The one that alone can compile the code: the newest of Debian, or the usual one if it is new
 * enough. */
static bool is_only_one_found(Arena *arena, const CCNeed *need, CCompiler *found) {
    const char *for_machine =
        need->machine ? arena_printf(arena, " --target=%s-linux-gnu", need->machine) : "";
    const char *const names[] = {arena_printf(arena, "%s-19%s", need->compiler, for_machine),
                                 arena_printf(arena, "%s%s", need->compiler, for_machine)};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (is_found(arena, names[i], found) && version_of(found) >= need->from) {
            return true;
        }
    }
    return false;
}

/* One for what is needed. */
static bool is_able_found(Arena *arena, const CCNeed *need, CCompiler *found) {
    if (need->compiler) {
        return is_only_one_found(arena, need, found);
    }
    /* For another machine that of Debian. */
    return need->machine
               ? is_found(arena, arena_printf(arena, "%s-linux-gnu-gcc", need->machine), found)
               : is_usual_found(arena, found);
}

bool cc_find(Arena *arena, const char *cc, const CCNeed *need, CCompiler *found) {
    if (cc) {
        return is_found(arena, cc, found);
    }
    return is_able_found(arena, need, found) || is_zig_found(arena, need->machine, found);
}
