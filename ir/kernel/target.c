/* target.c - makes the data files in ir/target available as a table of Targets.
 *
 * Rows stay as they are. A target that is to use another one's layout of weights is a copy whose
 * layout says so, which shares all texts with the row.
 */
#include "target.h"

#include <string.h>

static const Target targets[] = {
#include "targets.def"
};

static const OtherMachine machines[] = {
#define MACHINE(name, cc, cc_packages, emulator, emulator_packages) {name, cc, emulator},
#include "machines.def"
#undef MACHINE
};
enum { MACHINE_COUNT = sizeof machines / sizeof *machines };

static const char here[] =
#include "here.def"
    ;

const OtherMachine *machine_of_family(const char *family) {
    for (int i = 0; i < MACHINE_COUNT; i++) {
        if (strcmp(machines[i].name, family) == 0) {
            return &machines[i];
        }
    }
    return NULL;
}

size_t target_count(void) {
    return sizeof targets / sizeof *targets;
}

const Target *target_at(size_t index) {
    return &targets[index];
}

const Target *target_by_name(const char *name) {
    for (size_t i = 0; i < target_count(); i++) {
        if (strcmp(targets[i].name, name) == 0) {
            return &targets[i];
        }
    }
    return NULL;
}

/* What compilers and emulators call the processors of a family. */
static const char *machine_name(Arena *arena, const char *family) {
    char *name = arena_strdup(arena, family), *dash = strchr(name, '-');
    if (dash) {
        *dash = '_';
    }
    return name;
}

const char *family_of_emulator(Arena *arena, const char *program) {
    static const char ending[] = "-static";
    size_t length = strlen(program), cut = length - strlen(ending);
    bool is_static = length > strlen(ending) && strcmp(program + cut, ending) == 0;
    const char *name = is_static ? arena_strndup(arena, program, cut) : program;
    for (int i = 0; i < MACHINE_COUNT; i++) {
        if (strcmp(machines[i].emulator, name) == 0) {
            return machines[i].name;
        }
    }
    const char *own = arena_printf(arena, "qemu-%s", machine_name(arena, here));
    return strcmp(own, name) == 0 ? here : NULL;
}

const char *machine_to_build_for(const OtherMachine *machine) {
    return strcmp(machine->name, here) == 0 ? NULL : machine->name;
}

const char *target_machine(Arena *arena, const Target *target) {
    if (!*target->family || strcmp(target->family, here) == 0) {
        return NULL;
    }
    return machine_name(arena, target->family);
}

const char *target_vector(const Target *target, Element element) {
    if (element == ELEMENT_f32) {
        return target->vec_type;
    }
    return element == ELEMENT_s32 ? target->sum_type : target->word_type;
}

const char *target_store(const Target *target, Element element) {
    return element == ELEMENT_f32 ? target->store : target->store_as[element];
}

bool target_fits_layout(const Target *target, const Target *layout) {
    return layout->lanes % target->lanes == 0;
}

const Target *target_in_layout(Arena *arena, const Target *target, const Target *layout) {
    if (target == layout) {
        return target;
    }
    if (!target_fits_layout(target, layout)) {
        internal_error("target_in_layout", "%s has no layout of %s", target->name, layout->name);
    }
    Target *copy = NEW(arena, Target);
    *copy = *target;
    copy->layout = layout;
    return copy;
}
