/* walk_text.c - a unit as text, and the text as a unit again. */
#include "walk.h"

#include <string.h>

static bool parse_unit(Unit *unit, bool is_module, const char *text) {
    Source *source = NEW(unit->arena, Source);
    *source = (Source){"text", text, strlen(text)};
    if (is_module) {
        unit->module = parse_module(unit->arena, unit->diag, source);
        return unit->module;
    }
    unit->graph = parse_graph(unit->arena, unit->diag, source);
    return unit->graph;
}

Unit *reread_unit(Walk *walk, const Unit *unit, const PassInfo *done, const PassInfo *next) {
    const char *text = unit_text(unit);
    Unit *again = NEW(unit->arena, Unit);
    *again = (Unit){.arena = unit->arena, .diag = unit->diag, .target = unit->target};
    if (!parse_unit(again, unit->module != NULL, text)) {
        walk_wrong(walk, "text %s: cannot be read again:\n%s", done->name, text);
    } else if (strcmp(unit_text(again), text) != 0) {
        walk_wrong(walk, "text %s: prints differently:\n%s\ninstead of\n%s", done->name,
                   unit_text(again), text);
    } else if (next && !pass_ready(again, next)) {
        walk_wrong(walk, "text %s: %s does not take it:\n%s", done->name, next->name, text);
    }
    return walk->failed || !next ? NULL : again;
}
