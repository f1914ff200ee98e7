/* description_open.c - MODEL of the command line -> a description.
 *
 *   "xception65.tf_in1k"  ->  the embedded models/xception65.yaml, preprocessing of tf_in1k
 *   "my.yaml", "a/b"      ->  the description in that file
 *   "folder", "folder/"   ->  config.json and weights in that folder (description_hub_open.c)
 *
 * A text that ends in .yaml or .yml, or has a slash, is a path. A name of a network wins over a
 * folder of the same name in the current directory, so its meaning does not depend on where xnc is
 * called.
 */
#include "description.h"

#include <string.h>

#include "description_hub.h"
#include "file.h"
#include "folder.h"
#include "known.h"

/* NAME or NAME.TAG. */
static Description *open_name(Arena *arena, Diag *diag, const char *model) {
    const char *dot = strchr(model, '.');
    const char *name = dot ? arena_strndup(arena, model, (size_t)(dot - model)) : model;
    Description *description = description_embedded(arena, diag, name);
    if (!description) {
        return unknown_description(arena, diag, model, NULL, name);
    }
    if (dot && !choose_weights(description, dot + 1)) {
        diag_in(diag, DIAG_FILE, model, NULL, known_tags(arena, description),
                "'%s' has no tag '%s'", name, dot + 1);
        return NULL;
    }
    description->preprocess_from = dot ? FROM_TAG : description->preprocess_from;
    return description;
}

Description *description_open(Arena *arena, Diag *diag, const char *model) {
    bool is_path = strchr(model, '/') || ends_with(model, ".yaml") || ends_with(model, ".yml");
    if (is_folder(model) && (is_path || !description_embedded(arena, diag, model))) {
        return description_open_hub(arena, diag, model);
    }
    if (!is_path) {
        return open_name(arena, diag, model);
    }
    const Source *source = read_source(arena, diag, model, LIMIT_DESCRIPTION_BYTES);
    return source ? description_parse(arena, diag, source) : NULL;
}
