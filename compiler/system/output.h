/* output.h - writing files so that the old or the new one exists, never a torn one.
 *
 * A file is written under a temporary name in the same folder. outputs_commit() flushes all files
 * of a command to the disk and only then renames them; files that are not committed when the arena
 * ends or a signal ends the tool are removed (leftover.h). So a command that fails leaves nothing
 * behind. Pipes and devices are written to directly.
 */
#ifndef XNC_COMPILER_OUTPUT_H
#define XNC_COMPILER_OUTPUT_H

#include "diag.h"

typedef struct Output Output;

/* Starts a file; NULL after a diagnostic (the folder is missing or may not be written to, the path
 * is a folder). */
Output *output_open(Arena *arena, Diag *diag, const char *path);
/* Whether a file may be started, asked before long work; nothing of it stays. False after the same
 * diagnostic. */
bool output_possible(Arena *arena, Diag *diag, const char *path);
/* Where to write; errors are remembered by the stream and reported by outputs_commit(). */
FILE *output_stream(Output *output);
/* Gives all files their names, or none of them. False after a diagnostic. */
bool outputs_commit(Output *const outputs[], int count);
/* The same for one file. */
bool output_commit(Output *output);

/* Flushes what has been written so far and makes a symbolic link to the file at a path, so that
 * other programs can read it before it has its name. The link goes with the arena. False after a
 * diagnostic. */
bool output_link(Arena *arena, Output *output, const char *path);

/* Starts a file and writes it whole from memory; NULL after a diagnostic. */
Output *output_bytes(Arena *arena, Diag *diag, const char *path, const void *data, size_t size);

/* Makes a folder unless it exists; one that stays empty is removed when the arena ends. To be
 * called before the files in it are opened, as cleanups run in reverse order. False after a
 * diagnostic. */
bool output_folder(Arena *arena, Diag *diag, const char *path);

#endif
