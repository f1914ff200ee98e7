/* build.h - the C compiler: from texts in memory to objects, libraries and code that can be called.
 *
 *   build_open(), build_add() for each file, build_object(), build_shared(), build_load()
 *
 * A build works in a temporary folder, which is removed with the arena. Objects are cached
 * (object_cache.h) by the digest of the texts, the flags and the compiler's version. Messages of
 * the compiler go to standard error as they are; then a diagnostic names the file.
 */
#ifndef XNC_COMPILER_BUILD_H
#define XNC_COMPILER_BUILD_H

#include "cc.h"
#include "diag.h"

typedef struct Build Build;

typedef struct BuildOptions {
    const char *cc;       /* command with its own arguments; NULL: the one that cc_find() finds */
    bool no_cache;        /* builds objects anew */
    const char *run_with; /* command that runs programs for another machine; NULL: none */
} BuildOptions;

/* Where the temporary folders of builds are made. */
const char *build_temporary_folder(void);
/* Finds the compiler (cc_find()) and makes the folder; flags are the
 * target's, separated by spaces. NULL after a diagnostic. */
Build *build_open(Arena *arena, Diag *diag, const BuildOptions *options, const CCNeed *need,
                  const char *flags);
/* What the compiler calls itself: the first line of its --version. */
const char *build_compiler(const Build *build);
/* The command of the options. */
const char *build_run_with(const Build *build);
/* Other flags of a target for what is compiled from now on. */
void build_set_flags(Build *build, const char *flags);
/* The temporary folder, for other files of the caller's. */
const char *build_folder(const Build *build);
/* Adds a source or header to the folder. The text must outlive the build. False after a
 * diagnostic. */
bool build_add(Build *build, const char *name, const char *text, size_t size);
/* For C that includes sleef.h: where the compiler does not find SLEEF's own, this text is added
 * under that name, whose functions need no library. False after a diagnostic. */
bool build_provide_sleef(Build *build, const char *text, size_t size);
/* Compiles an added source (headers must have been added before). The path of the object; NULL
 * after a diagnostic. */
const char *build_object(Build *build, const char *name);
/* Assembles a stub whose .incbin is looked up in a folder; never cached. */
const char *build_stub(Build *build, const char *name, const char *folder);
/* Links objects into a shared library; sleef says whether they call it. The library is linked
 * unless build_provide_sleef() has added what it is needed for. */
bool build_shared(Build *build, const char *path, const char *const objects[], int count,
                  bool sleef);
/* Links objects into a program, a static one for another machine, likewise. */
bool build_program(Build *build, const char *path, const char *const objects[], int count,
                   bool sleef);
/* Makes a static library. */
bool build_archive(Build *build, const char *path, const char *const objects[], int count);
/* Loads a shared library until the arena ends and finds a symbol in it. NULL after a diagnostic. */
void *build_load(Build *build, const char *path, const char *symbol);

#endif
