/* output.c - writes files under temporary names and renames them when all are complete.
 *
 *   out/net.c   ->   out/net.c.Xa83kf while it grows, out/net.c after the commit
 *
 * The temporary file is in the same folder, so that rename() stays within one file system and is
 * atomic. Until the commit it is a leftover. If the path is no regular file (a pipe, /dev/null), it
 * is written to directly and never replaced.
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leftover.h"

struct Output {
    Diag *diag;
    const char *path;
    const char *temporary; /* name while the file grows; NULL when it has none of its own */
    Leftover *leftover;    /* under that name */
    FILE *stream;          /* NULL once closed */
};

/* Some file systems (ext4 since Linux 6.16, XFS, Btrfs) keep a written file in the page cache in
 * folios as large as its writes. With folios of 2 MB, mapped weights cause hardly any TLB misses,
 * which otherwise take a twentieth of an inference. */
enum { WRITE_BYTES = 2 << 20 };

static void close_output(void *what) {
    Output *output = what;
    if (output->stream) {
        fclose(output->stream);
    }
}

static bool complain(const Output *output, const char *what) {
    return diag_in(output->diag, DIAG_FILE, output->path, NULL, NULL, "cannot be %s: %s", what,
                   strerror(errno));
}

static bool is_special(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

/* A folder is told before anything is written: rename() would find it at the end. */
static bool is_folder(Diag *diag, const char *path) {
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        return false;
    }
    diag_in(diag, DIAG_FILE, path, NULL, "say the name of a file in it", "is a folder");
    return true;
}

/* A new file beside the path; a descriptor, or less than 0. */
static int open_temporary(Arena *arena, Output *output) {
    char *temporary = arena_printf(arena, "%s.XXXXXX", output->path);
    int file = leftover_file(arena, temporary, &output->leftover);
    if (file >= 0) {
        output->temporary = temporary;
    }
    return file;
}

Output *output_open(Arena *arena, Diag *diag, const char *path) {
    Output *output = NEW(arena, Output);
    *output = (Output){.diag = diag, .path = arena_strdup(arena, path)};
    if (is_folder(diag, path)) {
        return NULL;
    }
    arena_defer(arena, close_output, output);
    int file = is_special(path) ? open(path, O_WRONLY) : open_temporary(arena, output);
    if (file < 0) {
        complain(output, "written");
        return NULL;
    }
    output->stream = fdopen(file, "wb");
    if (!output->stream) {
        close(file);
        arena_fail(arena); /* the only way for fdopen() to fail here */
    }
    setvbuf(output->stream, arena_alloc(arena, WRITE_BYTES), _IOFBF, WRITE_BYTES);
    return output;
}

/* A pipe is not opened, as closing it would end what its reader reads. */
bool output_possible(Arena *arena, Diag *diag, const char *path) {
    Arena *part = arena_child(arena); /* removes the file */
    bool special = is_special(path), good = special && access(path, W_OK) == 0;
    if (!special) {
        good = output_open(part, diag, path) != NULL;
    } else if (!good) {
        complain(&(Output){.diag = diag, .path = path}, "written");
    }
    arena_destroy(part);
    return good;
}

FILE *output_stream(Output *output) {
    return output->stream;
}

/* Flushes and closes: everything that can fail for lack of space fails here, before any file is
 * renamed. */
static bool finish(Output *output) {
    FILE *stream = output->stream;
    bool good = fflush(stream) == 0 && !ferror(stream);
    /* Special files cannot be synchronized, which is no error. */
    good = good && (fsync(fileno(stream)) == 0 || errno == EINVAL);
    if (!good) {
        return complain(output, "written");
    }
    output->stream = NULL;
    return fclose(stream) == 0 || complain(output, "written");
}

static void remove_file(const char *path) {
    if (!is_special(path)) {
        unlink(path);
    }
}

/* Renames all; when one fails, those already renamed are removed, so that no half product stays. */
static bool give_names(Output *const outputs[], int count) {
    for (int i = 0; i < count; i++) {
        if (outputs[i]->temporary && rename(outputs[i]->temporary, outputs[i]->path) != 0) {
            complain(outputs[i], "written");
            while (i-- > 0) {
                remove_file(outputs[i]->path);
            }
            return false;
        }
        leftover_keep(outputs[i]->leftover);
    }
    return true;
}

/* No signal ends the tool between two renames. */
bool outputs_commit(Output *const outputs[], int count) {
    for (int i = 0; i < count; i++) {
        if (!finish(outputs[i])) {
            return false;
        }
    }
    sigset_t before;
    leftovers_hold(&before);
    bool good = give_names(outputs, count);
    leftovers_release(&before);
    return good;
}

bool output_commit(Output *output) {
    return outputs_commit(&output, 1);
}

bool output_link(Arena *arena, Output *output, const char *path) {
    leftover_path(arena, path);
    char *real = realpath(output->temporary, NULL);
    bool good = real && fflush(output->stream) == 0 && symlink(real, path) == 0;
    if (!good) {
        complain(output, "linked");
    }
    free(real);
    return good;
}

Output *output_bytes(Arena *arena, Diag *diag, const char *path, const void *data, size_t size) {
    Output *output = output_open(arena, diag, path);
    if (output) {
        fwrite(data, 1, size, output->stream);
    }
    return output;
}

bool output_folder(Arena *arena, Diag *diag, const char *path) {
    struct stat info;
    if (stat(path, &info) == 0) {
        return S_ISDIR(info.st_mode) ||
               diag_in(diag, DIAG_FILE, path, NULL, "give -o a folder; it is made if need be",
                       "is not a folder");
    }
    if (leftover_folder(arena, arena_strdup(arena, path), false)) {
        return true;
    }
    const char *hint = errno == ENOENT ? "only the last folder of the path is made: mkdir -p"
                                       : "choose a folder in a place that you may write to";
    return diag_in(diag, DIAG_FILE, path, NULL, hint, "cannot be made: %s", strerror(errno));
}
