/* checkpoint_names.c - the names that real checkpoints give to the same parameter.
 *
 *   module._orig_mod.conv1.weight, model.conv1.weight   ->   conv1.weight
 *   last_linear.weight                                  ->   fc.weight
 *
 * Wrappers of training scripts are never part of a network's own names, so they always go. The
 * prefixes of a surrounding model and the old name of the classifier might be, so they are tried
 * only where the name as it stands matches nothing.
 */
#include "checkpoint_names.h"

#include <string.h>

static const char *const wrappers[] = {"module.", "_orig_mod."};
static const char *const prefixes[] = {"model.", "backbone.", "encoder."};
static const struct Alias { const char *old, *name; } aliases[] = {{"last_linear.", "fc."}};

static const char *strip_any(const char *name, const char *const *prefix, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(prefix[i]);
        if (strncmp(name, prefix[i], length) == 0 && name[length] != '\0')
            return name + length;
    }
    return name;
}

const char *name_unwrapped(const char *name) {
    const char *before = NULL;
    while (name != before) {
        before = name;
        name = strip_any(name, wrappers, sizeof wrappers / sizeof *wrappers);
    }
    return name;
}

bool name_is_ignored(const char *name) {
    static const char counter[] = "num_batches_tracked";
    size_t length = strlen(name), end = sizeof counter - 1;
    if (length < end || strcmp(name + length - end, counter) != 0)
        return false;
    return length == end || name[length - end - 1] == '.';
}

int name_readings(Arena *arena, const char *name, NameTry *try, void *context) {
    const char *before = NULL;
    int found = -1;
    for (name = name_unwrapped(name); name != before && found < 0;) {
        found = try(context, name);
        for (size_t i = 0; i < sizeof aliases / sizeof *aliases && found < 0; i++) {
            size_t length = strlen(aliases[i].old);
            if (strncmp(name, aliases[i].old, length) == 0)
                found = try(context, arena_printf(arena, "%s%s", aliases[i].name, name + length));
        }
        before = name;
        name = name_unwrapped(strip_any(name, prefixes, sizeof prefixes / sizeof *prefixes));
    }
    return found;
}
