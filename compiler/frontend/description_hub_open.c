/* description_hub_open.c - turns a folder as the hub lays it out into a description: config.json
 * names the architecture and what was changed about it, the weights are beside it.
 *
 *   {"architecture": "xception41", "num_classes": 7, "pretrained_cfg": {"tag": "tf_in1k", ...}}
 *       ->  the embedded xception41 with 7 classes and the preprocessing of pretrained_cfg
 *
 * Older files have no pretrained_cfg: its keys are at the root then. JSON is read strictly:
 * duplicate keys are refused, known keys must have their types and ranges. Unknown keys are
 * ignored, as training tools add their own; but every key of model_args must be understood, as it
 * changes the network.
 */
#include "description_hub.h"

#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "folder.h"
#include "json_in.h"
#include "known.h"

/* ---- the network ---- */

/* num_classes of an object; the key that stated it last is quoted in messages. */
static bool get_classes(const Hub *hub, const json_t *object, const char *where) {
    Description *description = hub->description;
    if (hub_value(object, "num_classes")) {
        description->classes_key = hub_below(hub, where, "num_classes");
    }
    return hub_integer(hub, object, where, "num_classes", 0, LIMIT_CLASSES, &description->classes);
}

/* num_features is informational, but must match the network. */
static bool check_num_features(const Hub *hub) {
    const NetworkSpec *network = hub->network;
    const BlockSpec *block = (const BlockSpec *)network->blocks.at + network->blocks.count - 1;
    const ExitSpec *exits = network->exit.at;
    int64_t features = network->exit.count ? exits[network->exit.count - 1].width
                                           : block_width(block, block_depth(block) - 1);
    int64_t stated = features;
    if (!hub_integer(hub, hub->root, "", "num_features", 1, INT32_MAX, &stated)) {
        return false;
    }
    return stated == features ||
           hub_wrong(hub, "num_features", NULL, "is %lld, but the network has %lld",
                     (long long)stated, (long long)features);
}

static bool check_pool(const Hub *hub) {
    const Description *description = hub->description;
    return description->defaults.pool != POOL_NONE || description->classes == 0 ||
           hub_wrong(hub, description->pool_key, NULL,
                     "is '', which gives a map and no classes, but the network has %lld classes",
                     (long long)description->classes);
}

/* A tag gives published accuracies only if the number of classes is the published one: a fine-tuned
 * network keeps the tag of what it started from. */
static void choose_tag(const Hub *hub) {
    const char *tag = json_string_value(json_object_get(hub->config, "tag"));
    Description *description = hub->description;
    double crop = description->preprocess.crop_pct;
    description->chosen = NULL;
    if (tag && description->classes == hub->network->head.classes) {
        choose_weights(description, tag);
    }
    description->preprocess.crop_pct = crop; /* the file's own, not the tag's */
}

/* Sets config to pretrained_cfg, or to the root in files without one. */
static bool find_config(Hub *hub) {
    const json_t *config = hub_value(hub->root, "pretrained_cfg");
    hub->config = config ? config : hub->root;
    hub->config_key = config ? "pretrained_cfg" : "";
    return json_is_object(hub->config) ||
           hub_wrong(hub, config ? hub->config_key : NULL, NULL, "expected an object");
}

/* The name is at the root, or in very flat files inside of pretrained_cfg. */
static bool find_architecture(Hub *hub) {
    const json_t *value = hub_value(hub->root, "architecture");
    bool nested = !value && json_is_object(hub->config);
    const char *where = hub_below(hub, nested ? hub->config_key : "", "architecture");
    const char *name = json_string_value(nested ? hub_value(hub->config, "architecture") : value);
    if (!name) {
        return hub_wrong(hub, "architecture", NULL, "expected the name of a network");
    }
    hub->description = description_embedded(hub->arena, hub->diag, name);
    return hub->description || unknown_description(hub->arena, hub->diag, hub->path, where,
                                                   arena_strdup(hub->arena, name));
}

/* model_args comes last and overrides the others. All mistakes of single keys are reported before
 * the checks across keys, which need right values. */
static bool read_network_keys(const Hub *hub) {
    bool good = hub_preprocess(hub);
    good = get_classes(hub, hub->config, hub->config_key) && good;
    good = get_classes(hub, hub->root, "") && good;
    good = hub_global_pool(hub, hub->root, "") && good;
    good = hub_global_pool(hub, hub->config, hub->config_key) && good;
    good = hub_model_args(hub) && good;
    return good && check_num_features(hub) && check_pool(hub) && hub_labels(hub);
}

/* Starts from the embedded description of the architecture. Its NetworkSpec is const: a copy of it
 * is changed. */
Description *description_parse_hub(Arena *arena, Diag *diag, const Source *source,
                                   const Source *beside) {
    Hub hub = {.arena = arena, .diag = diag, .path = source->path, .beside = beside};
    hub.root = hub_parse(arena, diag, source);
    if (!hub.root || !find_config(&hub) || !find_architecture(&hub)) {
        return NULL;
    }
    Description *description = hub.description;
    hub.network = NEW(arena, NetworkSpec);
    *hub.network = *description->network;
    description->network = hub.network;
    description->config_path = source->path;
    if (!read_network_keys(&hub)) {
        return NULL;
    }
    choose_tag(&hub);
    return description;
}

/* ---- the folder ---- */

static const char was_cut_short[] = "was the download interrupted? fetch the folder again";

Description *description_open_hub(Arena *arena, Diag *diag, const char *folder) {
    const char *config = folder_file(arena, folder, "config.json");
    struct stat info;
    if (stat(config, &info) == 0 && !S_ISREG(info.st_mode)) {
        diag_in(diag, DIAG_FILE, config, NULL, was_cut_short, "is not a regular file");
        return NULL;
    }
    if (lstat(config, &info) != 0) {
        diag_in(diag, DIAG_FILE, folder, NULL,
                "MODEL is a name that 'xnc list' shows, a description, or a folder of the hub",
                "is a folder without config.json");
        return NULL;
    }
    const Source *source = read_source(arena, diag, config, LIMIT_CONFIG_BYTES);
    const char *path = folder_entry(arena, folder, "preprocessor_config.json");
    const Source *beside = path ? read_source(arena, diag, path, LIMIT_CONFIG_BYTES) : NULL;
    bool good = source && (!path || beside);
    Description *description = good ? description_parse_hub(arena, diag, source, beside) : NULL;
    if (description) {
        hub_find_weights(arena, folder, description);
    }
    return description;
}
