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
#include "json_in.h"
#include "known.h"

static const json_t *parse_config(Arena *arena, Diag *diag, const Source *source) {
    json_error_t error;
    const json_t *root = json_read(arena, source->text, source->length, &error);
    if (!root) {
        Loc loc = {source, error.line > 0 ? error.line : 1, error.column, 0};
        diag_at(diag, DIAG_SYNTAX, loc, NULL, "%s", error.text);
    }
    return root;
}

/* ---- preprocessing ---- */

/* One number for each channel; the last is repeated up to four. */
static bool get_numbers(const Hub *hub, const char *key, double lo, double hi, double numbers[4]) {
    const json_t *list = hub_value(hub->config, key);
    if (!list) {
        return true;
    }
    size_t count = json_array_size(list);
    bool good = count >= 1 && count <= 4;
    for (size_t i = 0; good && i < 4; i++) {
        const json_t *item = json_array_get(list, i < count ? i : count - 1);
        numbers[i] = json_number_value(item);
        good = json_is_number(item) && numbers[i] >= lo && numbers[i] <= hi;
    }
    return good || hub_wrong(hub, hub_below(hub, hub->config_key, key), NULL,
                             "expected 1 to 4 numbers from %g to %g", lo, hi);
}

/* input_size and test_input_size: [channels, height, width]. */
static bool get_input_size(const Hub *hub, const char *key) {
    Description *description = hub->description;
    const json_t *list = hub_value(hub->config, key);
    if (!list) {
        return true;
    }
    int64_t sides[3] = {0};
    bool good = json_array_size(list) == 3;
    for (size_t i = 0; good && i < 3; i++) {
        const json_t *item = json_array_get(list, i);
        sides[i] = json_integer_value(item);
        good = json_is_integer(item) && sides[i] >= 1 && sides[i] <= (i ? LIMIT_SIDE : 1024);
    }
    const char *where = hub_below(hub, hub->config_key, key);
    if (!good) {
        return hub_wrong(hub, where, NULL, "expected [channels, height, width] of at least 1");
    }
    description->in_chans = sides[0];
    description->input_size[0] = sides[1];
    description->input_size[1] = sides[2];
    description->channels_key = where;
    return true;
}

/* Sets where the preprocessing comes from. With some of the keys it is config.json, and the missing
 * ones are listed for the user; with none of them it stays the architecture's. */
static void note_silence(const Hub *hub) {
    static const char *const keys[] = {"input_size", "interpolation", "crop_pct", "mean", "std"};
    enum { KEYS = sizeof keys / sizeof *keys };
    const char *lacks = NULL;
    int lacking = 0;
    for (int i = 0; i < KEYS; i++) {
        if (!hub_value(hub->config, keys[i])) {
            lacks = lacks ? arena_printf(hub->arena, "%s, %s", lacks, keys[i]) : keys[i];
            lacking++;
        }
    }
    if (lacking < KEYS) {
        hub->description->preprocess_from = FROM_CONFIG;
        hub->description->config_lacks = lacks;
    }
}

/* Sizes and crops for testing (test_input_size, test_crop_pct) override those for training, as
 * published accuracies were measured with them. */
static bool read_preprocess(const Hub *hub) {
    static const char *const filters[] = {"bicubic", "bilinear"};
    static const char *const crops[] = {"center", "squash", "border"};
    const json_t *config = hub->config;
    const char *where = hub->config_key;
    Description *description = hub->description;
    Preprocess *preprocess = &description->preprocess;
    int filter = 0, crop = 0;
    bool good = hub_number(hub, config, where, "crop_pct", 0.01, 1, &preprocess->crop_pct);
    good = hub_number(hub, config, where, "test_crop_pct", 0.01, 1, &preprocess->crop_pct) && good;
    good = hub_word(hub, config, where, "interpolation", filters, 2, &filter) && good;
    good = hub_word(hub, config, where, "crop_mode", crops, 3, &crop) && good;
    good = get_numbers(hub, "mean", -1e6, 1e6, preprocess->mean) && good;
    good = get_numbers(hub, "std", 1e-6, 1e6, preprocess->std) && good;
    good = get_input_size(hub, "input_size") && good;
    good = get_input_size(hub, "test_input_size") && good;
    preprocess->interpolation = filters[filter];
    preprocess->crop_mode = crops[crop];
    preprocess->test_size[0] = description->input_size[0];
    preprocess->test_size[1] = description->input_size[1];
    return good;
}

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
    bool good = read_preprocess(hub);
    good = get_classes(hub, hub->config, hub->config_key) && good;
    good = get_classes(hub, hub->root, "") && good;
    good = hub_global_pool(hub, hub->root, "") && good;
    good = hub_global_pool(hub, hub->config, hub->config_key) && good;
    good = hub_model_args(hub) && good;
    return good && check_num_features(hub) && check_pool(hub) && hub_labels(hub);
}

/* Starts from the embedded description of the architecture. Its NetworkSpec is const: a copy of it
 * is changed. */
Description *description_parse_hub(Arena *arena, Diag *diag, const Source *source) {
    Hub hub = {.arena = arena, .diag = diag, .path = source->path};
    hub.root = parse_config(arena, diag, source);
    if (!hub.root || !find_config(&hub) || !find_architecture(&hub)) {
        return NULL;
    }
    Description *description = hub.description;
    hub.network = NEW(arena, NetworkSpec);
    *hub.network = *description->network;
    description->network = hub.network;
    description->config_path = source->path;
    note_silence(&hub);
    if (!read_network_keys(&hub)) {
        return NULL;
    }
    choose_tag(&hub);
    return description;
}

/* ---- the folder ---- */

static const char was_cut_short[] = "was the download interrupted? fetch the folder again";

Description *description_open_hub(Arena *arena, Diag *diag, const char *folder) {
    const char *config = hub_file(arena, folder, "config.json");
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
    Description *description = source ? description_parse_hub(arena, diag, source) : NULL;
    if (description) {
        hub_find_weights(arena, folder, description);
    }
    return description;
}
