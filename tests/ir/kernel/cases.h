/* cases.h - the kernel texts that the tests share: a module around a few statements. */
#ifndef XNC_TESTS_KERNEL_CASES_H
#define XNC_TESTS_KERNEL_CASES_H

#include "kernel.h"

/* A parsed module, or NULL; what was said about it goes to messages. */
Module *module_from(Arena *arena, const char *text, char **messages);
/* A module with one kernel $top of these statements, bound to one layer without weights. */
Module *module_around(Arena *arena, const char *stage, const char *statements, char **messages);
/* The same with further rows of the tables behind its constant, in front of its layer. */
Module *module_with(Arena *arena, const char *stage, const char *statements, const char *rows,
                    char **messages);

#endif
