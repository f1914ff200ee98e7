/* build.c - texts of C -> a temporary folder -> the C compiler -> objects and libraries.
 *
 *   "net.c", "net.h"   ->   clang -std=c11 -O3 -fPIC -mavx2 -mfma -I... -c -o net.o net.c
 *
 * The key of an object in the cache is a digest of all that it depends on: its own text, every
 * header's, the flags, and the compiler's --version.
 */
#include "build.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "cc.h"
#include "leftover.h"
#include "map_file.h"
#include "object_cache.h"
#include "process.h"

enum { MOST_FILES = 64 };

typedef struct SourceFile {
    const char *name, *text;
    size_t size;
} SourceFile;

struct Build {
    Arena *arena;
    Diag *diag;
    CCompiler compiler;           /* as it was found or given, with its own flags */
    CommandWords command;         /* with all flags: build_set_flags() */
    const char *folder;           /* temporary */
    const char *cache;            /* folder of compiled objects; NULL: not used */
    SourceFile files[MOST_FILES]; /* added so far */
    int n_files;
    bool own_sleef; /* sleef.h is one of them */
    const char *run_with;
    bool is_foreign; /* for another machine */
};

static bool complain(const Build *build, const char *path, const char *what) {
    return diag_in(build->diag, DIAG_FILE, path, NULL, NULL, "%s: %s", what, strerror(errno));
}

static bool find_compiler(Build *build, const char *cc, const CCNeed *need) {
    if (cc && words_count(cc) > MOST_OF_PERSON) {
        return diag_in(build->diag, DIAG_FILE, "--cc", NULL, NULL, "has more than %d words",
                       MOST_OF_PERSON);
    }
    if (cc_find(build->arena, cc, need, &build->compiler)) {
        return true;
    }
    const char *missing = cc ? cc : "clang, gcc, cc", *why = "no C compiler that runs";
    if (!cc && need->compiler) {
        missing = arena_printf(build->arena, "%s %d or newer", need->compiler, need->from);
    } else if (!cc && need->machine) {
        missing = need->machine;
        why = "no C compiler for that machine";
    }
    return diag_in(build->diag, DIAG_FILE, missing, NULL,
                   "'xnc doctor' says what is missing and how to get it; pip install 'xnc[cc]' "
                   "brings one; --cc names another",
                   "%s", why);
}

/* A program for another machine is static, as nothing knows where its libraries are: of zig's C
 * libraries only musl allows that. */
static void prepare_programs(Build *build) {
    static const char dynamic[] = "-linux-gnu";
    for (int i = 0; build->compiler.zig && i < build->compiler.words.count; i++) {
        const char **word = &build->compiler.words.at[i];
        size_t length = strlen(*word), front = length - strlen(dynamic);
        if (length > strlen(dynamic) && strcmp(*word + front, dynamic) == 0) {
            *word = arena_printf(build->arena, "%.*s-linux-musl", (int)front, *word);
        }
    }
}

/* Registered files are removed automatically (leftover.h); this removes what the C compiler left.
 */
static void empty_folder(void *path) {
    DIR *folder = opendir(path);
    if (!folder) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        unlinkat(dirfd(folder), entry->d_name, 0);
    }
    closedir(folder);
}

const char *build_temporary_folder(void) {
    const char *given = getenv("TMPDIR");
    return given && *given ? given : "/tmp";
}

static bool make_folder(Build *build) {
    char *path = arena_printf(build->arena, "%s/xnc-XXXXXX", build_temporary_folder());
    if (!leftover_folder(build->arena, path, true)) {
        return complain(build, path, "a temporary folder cannot be made");
    }
    build->folder = path;
    arena_defer(build->arena, empty_folder, path);
    return true;
}

/* Flags of a target. Where others take an architecture with its extensions (-march=A+E), zig takes
 * a processor with them. */
static void add_target_flags(Build *build, const char *flags) {
    static const char architecture[] = "-march=";
    int first = build->command.count;
    words_split(build->arena, &build->command, flags);
    for (int i = first; build->compiler.zig && i < build->command.count; i++) {
        const char *word = build->command.at[i], *extensions = strchr(word, '+');
        if (strncmp(word, architecture, strlen(architecture)) == 0 && extensions) {
            build->command.at[i] = arena_printf(build->arena, "-mcpu=generic%s", extensions);
        }
    }
}

/* The compiler's words, this tool's flags, then the flags of --cc: of two flags that contradict
 * each other compilers take the last, so the user's win. */
void build_set_flags(Build *build, const char *flags) {
    int first = 0;
    build->command = (CommandWords){0};
    while (first < build->compiler.words.count && build->compiler.words.at[first][0] != '-') {
        words_add(&build->command, build->compiler.words.at[first++]);
    }
    words_split(build->arena, &build->command, "-std=c11 -O3 -fPIC");
    if (build->compiler.zig) { /* or else it takes all that this CPU knows */
        words_add(&build->command, "-mcpu=baseline");
    }
    add_target_flags(build, flags);
    while (first < build->compiler.words.count) {
        words_add(&build->command, build->compiler.words.at[first++]);
    }
}

Build *build_open(Arena *arena, Diag *diag, const BuildOptions *options, const CCNeed *need,
                  const char *flags) {
    Build *build = NEW(arena, Build);
    build->arena = arena;
    build->diag = diag;
    build->run_with = options->run_with;
    build->is_foreign = need->machine != NULL;
    if (!find_compiler(build, options->cc, need) || !make_folder(build)) {
        return NULL;
    }
    if (options->run_with && build->is_foreign) {
        prepare_programs(build);
    }
    build_set_flags(build, flags);
    if (!options->no_cache) {
        const char *why;
        build->cache = object_cache_folder(arena, &why);
        if (why) {
            diag_note(diag, "objects are not cached: %s", why);
        }
    }
    return build;
}

const char *build_compiler(const Build *build) {
    return arena_strndup(build->arena, build->compiler.version,
                         strcspn(build->compiler.version, "\n"));
}

const char *build_run_with(const Build *build) {
    return build->run_with;
}

const char *build_folder(const Build *build) {
    return build->folder;
}

/* The path of a file in the build's folder, which is removed at the end, whichever program makes
 * it. */
static const char *path_in_folder(const Build *build, const char *name) {
    const char *path = arena_printf(build->arena, "%s/%s", build->folder, name);
    leftover_path(build->arena, path);
    return path;
}

bool build_add(Build *build, const char *name, const char *text, size_t size) {
    const char *path = path_in_folder(build, name);
    FILE *file = fopen(path, "wb");
    if (!file) {
        return complain(build, path, "cannot be written");
    }
    bool good = fwrite(text, 1, size, file) == size;
    good = fclose(file) == 0 && good;
    if (build->n_files == MOST_FILES) {
        internal_error("build_add", "more than %d files", MOST_FILES);
    }
    build->files[build->n_files++] = (SourceFile){name, text, size};
    return good || complain(build, path, "cannot be written");
}

bool build_provide_sleef(Build *build, const char *text, size_t size) {
    CommandWords words = build->compiler.words;
    words_split(build->arena, &words, "-fsyntax-only -include sleef.h -x c /dev/null");
    if (process_run(build->arena, words.at, NULL, 1) == 0) {
        return true;
    }
    build->own_sleef = true;
    return build_add(build, "sleef.h", text, size);
}

static bool is_header(const char *name) {
    size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, ".h") == 0;
}

/* Texts with their NUL, so that "ab", "c" and "a", "bc" differ. The folder is left out: its name is
 * random, and no object depends on it. */
static uint64_t object_key(const Build *build, const char *name) {
    uint64_t key = XXH64(build->compiler.version, strlen(build->compiler.version), 0);
    for (int i = 0; i < build->command.count; i++) {
        key = XXH64(build->command.at[i], strlen(build->command.at[i]) + 1, key);
    }
    for (int i = 0; i < build->n_files; i++) {
        const SourceFile *file = &build->files[i];
        if (is_header(file->name) || strcmp(file->name, name) == 0) {
            key = XXH64(file->name, strlen(file->name) + 1, key);
            key = XXH64(file->text, file->size, key);
        }
    }
    return key;
}

/* Runs a command; a diagnostic names its last word, the file. */
static bool run_tool(const Build *build, const CommandWords *words) {
    int code = process_run(build->arena, words->at, NULL, 0);
    if (code == 0) {
        return true;
    }
    const char *why = code == PROCESS_NOT_STARTED ? "cannot be started" : "failed";
    return diag_in(build->diag, DIAG_FILE, words->at[0], NULL, NULL, "%s (code %d) on %s", why,
                   code, words->at[words->count - 1]);
}

static bool compile_to(const Build *build, const char *name, const char *object) {
    CommandWords words = build->command;
    words_add(&words, arena_printf(build->arena, "-I%s", build->folder));
    words_add(&words, "-c");
    words_add(&words, "-o");
    words_add(&words, object);
    words_add(&words, path_in_folder(build, name));
    return run_tool(build, &words);
}

/* "pool.c" -> "pool.o" in the build's folder: the name that archives show. */
static const char *object_path(const Build *build, const char *name) {
    int stem = (int)(strrchr(name, '.') - name);
    return path_in_folder(build, arena_printf(build->arena, "%.*s.o", stem, name));
}

/* Puts an object that was just compiled into the cache. */
static void keep_object(Build *build, uint64_t key, const char *path) {
    const uint8_t *data;
    size_t size;
    if (map_file(build->arena, build->diag, path, &data, &size)) {
        object_cache_put(build->arena, build->cache, key, data, size);
    }
}

static bool write_object(const Build *build, const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(data, 1, size, file) == size;
    good = file && fclose(file) == 0 && good;
    return good || complain(build, path, "cannot be written");
}

const char *build_object(Build *build, const char *name) {
    const char *object = object_path(build, name);
    if (!build->cache) {
        return compile_to(build, name, object) ? object : NULL;
    }
    uint64_t key = object_key(build, name);
    size_t size;
    const void *kept = object_cache_get(build->arena, build->cache, key, &size);
    if (kept) {
        return write_object(build, object, kept, size) ? object : NULL;
    }
    if (!compile_to(build, name, object)) {
        return NULL;
    }
    keep_object(build, key, object);
    return object;
}

const char *build_stub(Build *build, const char *name, const char *folder) {
    const char *object = object_path(build, name);
    CommandWords words = build->command;
    words_add(&words, arena_printf(build->arena, "-Wa,-I%s", folder));
    words_add(&words, "-c");
    words_add(&words, "-o");
    words_add(&words, object);
    words_add(&words, path_in_folder(build, name));
    return run_tool(build, &words) ? object : NULL;
}

/* how: what is made of the objects, as flags. */
static bool link_objects(Build *build, const char *how, const char *path,
                         const char *const objects[], int count, bool sleef) {
    CommandWords words = build->compiler.words;
    leftover_path(build->arena, path);
    words_split(build->arena, &words, how);
    words_add(&words, "-pthread");
    for (int i = 0; i < count; i++) {
        words_add(&words, objects[i]);
    }
    if (sleef && !build->own_sleef) {
        words_add(&words, "-lsleef");
    }
    words_split(build->arena, &words, "-lm -o");
    words_add(&words, path);
    return run_tool(build, &words);
}

bool build_shared(Build *build, const char *path, const char *const objects[], int count,
                  bool sleef) {
    return link_objects(build, "-shared", path, objects, count, sleef);
}

bool build_program(Build *build, const char *path, const char *const objects[], int count,
                   bool sleef) {
    return link_objects(build, build->is_foreign ? "-static" : "", path, objects, count, sleef);
}

bool build_archive(Build *build, const char *path, const char *const objects[], int count) {
    CommandWords words = {0};
    leftover_path(build->arena, path);
    if (build->compiler.zig) {
        words_add(&words, build->compiler.zig);
    }
    words_split(build->arena, &words, "ar rcsD");
    words_add(&words, path);
    for (int i = 0; i < count; i++) {
        words_add(&words, objects[i]);
    }
    return run_tool(build, &words);
}

static void close_library(void *handle) {
    dlclose(handle);
}

/* RTLD_NOW: a symbol that is missing shows here, not in the middle of a run. */
void *build_load(Build *build, const char *path, const char *symbol) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        diag_in(build->diag, DIAG_FILE, path, NULL, NULL, "cannot be loaded: %s", dlerror());
        return NULL;
    }
    arena_defer(build->arena, close_library, handle);
    void *found = dlsym(handle, symbol);
    if (!found) {
        diag_in(build->diag, DIAG_FILE, path, NULL, NULL, "has no symbol %s", symbol);
    }
    return found;
}
