/* leftover.h - files and folders that must not stay behind when the work fails, and programs that
 * must not go on without us: they go when the arena ends, and also when a signal ends the tool
 * (Ctrl-C, kill, the terminal that closes).
 *
 * Only the thread that watches makes and keeps leftovers.
 */
#ifndef XNC_COMPILER_LEFTOVER_H
#define XNC_COMPILER_LEFTOVER_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "arena.h"

typedef struct Leftover Leftover;

/* From here on SIGINT, SIGTERM and SIGHUP remove every leftover before they end the tool as they
 * would have. Those that are ignored stay ignored. */
void leftovers_watch_signals(void);

/* Creates a file whose path ends in XXXXXX, as mkstemp() does, with the mode that open() would have
 * given; a descriptor, or less than 0. */
int leftover_file(Arena *arena, char *path, Leftover **leftover);
/* Makes a folder of that name, or (fresh) one whose path ends in XXXXXX, as mkdtemp() does. It goes
 * only when it is empty by then. False when it cannot be made. */
bool leftover_folder(Arena *arena, char *path, bool fresh);
/* A file that another program makes, or nobody. */
Leftover *leftover_path(Arena *arena, const char *path);
/* It has got its final name, or was taken away: it is nobody's leftover any more. NULL is allowed.
 */
void leftover_keep(Leftover *leftover);

/* Between the two no signal ends the tool: steps that belong together stay together. */
void leftovers_hold(sigset_t *before);
void leftovers_release(const sigset_t *before);
/* Notes a child, which a signal ends before its files are removed; nobody (0) after it was waited
 * for. There is at most one. */
void leftovers_child(pid_t child);

#endif
