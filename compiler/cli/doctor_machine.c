/* doctor_machine.c - the processor, pages and folders of this machine -> findings.
 *
 *   /sys/kernel/mm/transparent_hugepage/enabled   ->   {"machine", "large pages", good, ...}
 *
 * The machine is asked by the same functions that the work itself uses (native_target(),
 * object_cache_folder(), build_temporary_folder()), so a finding is what a command would meet.
 */
#define _GNU_SOURCE /* ST_NOEXEC */
#include "doctor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench.h"
#include "build.h"
#include "object_cache.h"

/* Always good: every CPU runs the plainest target. */
Finding doctor_processor(Arena *arena) {
    const Target *best = native_target(PRECISION_f32);
    long threads = sysconf(_SC_NPROCESSORS_ONLN);
    return (Finding){.subject = "machine",
                     .name = "processor",
                     .good = true,
                     .text = arena_printf(arena, "%s, %ld threads; --target=native is %s",
                                          bench_cpu_name(arena), threads, best->name)};
}

/* The setting in brackets: "always [madvise] never" -> "madvise"; NULL when the kernel has no such
 * file. */
static const char *pages_setting(Arena *arena) {
    char line[128], *open, *close;
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
    bool read = file && fgets(line, sizeof line, file);
    if (file) {
        fclose(file);
    }
    if (!read || !(open = strchr(line, '[')) || !(close = strchr(open, ']'))) {
        return NULL;
    }
    return arena_strndup(arena, open + 1, (size_t)(close - open - 1));
}

/* Either of "always" and "madvise" will do, as the runtime calls madvise() for its arenas. */
Finding doctor_pages(Arena *arena) {
    const char *setting = pages_setting(arena);
    bool good = setting && strcmp(setting, "never") != 0;
    return (Finding){
        .subject = "machine",
        .name = "large pages",
        .good = good,
        .text = good ? arena_printf(arena, "given when a program asks (%s)", setting)
                     : "not given by this kernel; large inputs run a few percent slower",
        .advice = setting && !good
                      ? "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"
                      : NULL};
}

/* Bytes and number of the files in a folder. */
static int64_t folder_bytes(const char *path, int *files) {
    DIR *folder = opendir(path);
    int64_t bytes = 0;
    *files = 0;
    if (!folder) {
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct stat info;
        if (fstatat(dirfd(folder), entry->d_name, &info, 0) == 0 && S_ISREG(info.st_mode)) {
            bytes += info.st_size;
            ++*files;
        }
    }
    closedir(folder);
    return bytes;
}

/* Not required: without a cache everything is compiled anew each time. */
Finding doctor_cache(Arena *arena) {
    const char *why, *path = object_cache_folder(arena, &why);
    Finding finding = {.subject = "folder", .name = "cache", .good = path != NULL};
    if (!path) {
        finding.text = arena_printf(arena, "%s, so run, check and bench build anew each time",
                                    why ? why : "no folder is named");
        finding.advice = "make $HOME/.cache yours alone to write to, or set XDG_CACHE_HOME to a"
                         " folder that is";
        return finding;
    }
    int files;
    double bytes = (double)folder_bytes(path, &files);
    finding.text = arena_printf(arena, "%s, %d objects, %.1f MB; may be deleted at any time", path,
                                files, bytes / 1e6);
    return finding;
}

/* Required: without it nothing can be built. */
Finding doctor_temporary(Arena *arena) {
    const char *path = build_temporary_folder();
    const char *inside = arena_printf(arena, "%s/.", path); /* which only a folder has */
    struct statvfs system;
    Finding finding = {.subject = "folder", .name = "temporary", .required = true};
    finding.advice = "set TMPDIR to a folder that is writable and may hold programs";
    if (access(inside, W_OK) != 0) {
        finding.text = arena_printf(arena, "%s cannot be written: nothing can be built", path);
    } else if (statvfs(path, &system) != 0 || (system.f_flag & ST_NOEXEC)) {
        finding.text = arena_printf(arena, "%s is mounted noexec: nothing built there runs", path);
    } else {
        finding.good = true;
        finding.text = arena_printf(arena, "%s, %.1f GB free", path,
                                    (double)system.f_bavail * (double)system.f_frsize / 1e9);
    }
    return finding;
}
