/* leftover.h - files and folders that must not stay behind when the work fails, and a child process
 * that must not outlive the tool: removed or ended when the arena ends, and also when a signal ends
 * the tool (Ctrl-C, kill, the terminal that closes).
 *
 * Only the thread that has called leftovers_watch_signals() may create and keep leftovers.
 */
#ifndef XNC_COMPILER_LEFTOVER_H
#define XNC_COMPILER_LEFTOVER_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "arena.h"

typedef struct Leftover Leftover;

/* From here on SIGINT, SIGTERM and SIGHUP remove every leftover before they end the tool, with the
 * same wait status as without a handler. Those that are ignored stay ignored. */
void leftovers_watch_signals(void);

/* Creates a file whose path ends in XXXXXX, as mkstemp() does, with the mode that open() would have
 * given. path must live as long as the arena. A descriptor, or less than 0. */
int leftover_file(Arena *arena, char *path, Leftover **leftover);
/* Makes a folder of that name, or (fresh) one whose path ends in XXXXXX, as mkdtemp() does. It is
 * removed only if it is empty by then. False when it cannot be made; errno says why. */
bool leftover_folder(Arena *arena, char *path, bool fresh);
/* Registers a file that another program is about to make; it need not come to exist. */
Leftover *leftover_path(Arena *arena, const char *path);
/* The file has its final name, or was removed: it is no leftover any more. NULL is allowed. */
void leftover_keep(Leftover *leftover);

/* Blocks the three signals and restores the mask from before: between the two no signal ends the
 * tool, so steps that belong together are not torn apart. */
void leftovers_hold(sigset_t *before);
void leftovers_release(const sigset_t *before);
/* Notes the one child that runs, which a signal ends (SIGTERM) before its files are removed; 0
 * after it was reaped. */
void leftovers_child(pid_t child);

#endif
