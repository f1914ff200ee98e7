/* output.h - writing files so that the old or the new one exists, never a torn one.
 *
 * A file grows under another name in the same folder. outputs_commit() flushes all files of a
 * command to the disk and only then gives them their names; whatever was not committed when the
 * arena ends or a signal ends the tool is removed (leftover.h). So a command that fails leaves
 * nothing behind. Pipes and devices are written to as they are.
 */
#ifndef XNC_COMPILER_OUTPUT_H
#define XNC_COMPILER_OUTPUT_H

#include "diag.h"

typedef struct Output Output;

/* Starts a file; NULL after a diagnostic (the folder is missing or may not be written to). */
Output *output_open(Arena *arena, Diag *diag, const char *path);
/* Where to write; errors are remembered by the stream and reported by outputs_commit(). */
FILE *output_stream(Output *output);
/* Gives all files their names, or none of them. False after a diagnostic. */
bool outputs_commit(Output *const outputs[], int count);
/* The same for one file. */
bool output_commit(Output *output);

/* Lets others read what has been written so far, through a symbolic link that is made at a path.
 * False after a diagnostic. */
bool output_link(Arena *arena, Output *output, const char *path);

/* A whole file from memory. */
Output *output_bytes(Arena *arena, Diag *diag, const char *path, const void *data, size_t size);

/* Makes a folder unless it exists; one that stays empty goes again when the arena ends. Register it
 * before the files in it. False after a diagnostic. */
bool output_folder(Arena *arena, Diag *diag, const char *path);

#endif
