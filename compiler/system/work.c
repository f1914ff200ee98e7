/* work.c - a part of the work: its own arena, diagnostics and progress of the whole. */
#include "work.h"

#include "text_stream.h"

Work work_part(const Work *whole) {
    return (Work){arena_child(whole->arena), whole->diag, whole->progress};
}

Work work_silent_part(const Work *whole) {
    Work part = work_part(whole);
    part.diag = diag_create(part.arena, text_stream_file(text_stream_open(part.arena)));
    return part;
}
