/* work.c - a part of the work: its own arena, diagnostics and progress of the whole. */
#include "work.h"

Work work_part(const Work *whole) {
    return (Work){arena_child(whole->arena), whole->diag, whole->progress};
}
