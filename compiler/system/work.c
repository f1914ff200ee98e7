/* work.c - see work.h. */
#include "work.h"

Work work_part(const Work *whole) {
    return (Work){arena_child(whole->arena), whole->diag, whole->progress};
}
