/* checkpoint_names.c - the names that real checkpoints give to the same parameter.
 *
 *   module._orig_mod.conv1.weight, model.conv1.weight   ->   conv1.weight
 *   last_linear.weight, last_linear.1.weight            ->   fc.weight
 *
 * Wrappers of training scripts (DistributedDataParallel, torch.compile) are never part of a
 * network's own names, so they are always removed. The prefix under which a file keeps the network
 * (find_prefix), those of usual surrounding models, and other names of the classifier might be part
 * of a name, so they are removed only if the name as it is matches no parameter.
 */
#include "checkpoint_names.h"

#include <string.h>

static const char *const wrappers[] = {"module.", "_orig_mod."};
static const char *const prefixes[] = {"model.", "backbone.", "encoder."};
/* Names of classifiers in other versions of timm. A classifier that was replaced by a sequence
 * (dropout, then a linear layer) has a number after it: "fc.1.weight". */
static const struct Alias {
    const char *old, *name;
} aliases[] = {
    {"last_linear.", "fc."}, {"last_linear.", "head.fc."}, {"fc.", "fc."},
    {"fc.", "head.fc."},     {"head.fc.", "head.fc."},
};

/* The name without a prefix; the name itself when it has another one or would become empty. */
static const char *strip(const char *name, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 && name[length] != '\0' ? name + length : name;
}

/* Without the first of the prefixes that it has. */
static const char *strip_any(const char *name, const char *const *prefix, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *rest = strip(name, prefix[i]);
        if (rest != name) {
            return rest;
        }
    }
    return name;
}

/* The tensor's name without the wrappers of training scripts ("module.", "_orig_mod."). */
static const char *name_unwrapped(const char *name) {
    const char *before = NULL;
    while (name != before) {
        before = name;
        name = strip_any(name, wrappers, sizeof wrappers / sizeof *wrappers);
    }
    return name;
}

const char *name_in_network(const char *name, const char *prefix) {
    return name_unwrapped(strip(name, prefix));
}

/* The last part of the name, or all of it. */
bool name_is_ignored(const char *name) {
    static const char counter[] = "num_batches_tracked";
    size_t length = strlen(name), end = sizeof counter - 1;
    if (length < end || strcmp(name + length - end, counter) != 0) {
        return false;
    }
    return length == end || name[length - end - 1] == '.';
}

/* "1.weight" -> "weight" */
static const char *without_number(const char *name) {
    size_t digits = strspn(name, "0123456789");
    return digits > 0 && name[digits] == '.' ? name + digits + 1 : name;
}

static int try_aliases(const char *name, NameTry *try, void *context) {
    char read[LIMIT_TENSOR_NAME + 16];
    int found = -1;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases && found < 0; i++) {
        const char *rest = strip(name, aliases[i].old);
        if (rest != name) {
            snprintf(read, sizeof read, "%s%s", aliases[i].name, without_number(rest));
            found = try(context, read);
        }
    }
    return found;
}

int name_readings(const char *name, const char *prefix, NameTry *try, void *context) {
    const char *before = NULL;
    int found = try(context, name_unwrapped(name));
    for (name = name_in_network(name, prefix); name != before && found < 0;) {
        found = try(context, name);
        if (found < 0) {
            found = try_aliases(name, try, context);
        }
        before = name;
        name = name_unwrapped(strip_any(name, prefixes, sizeof prefixes / sizeof *prefixes));
    }
    return found;
}
