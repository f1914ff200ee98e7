/* description_hub_preprocess.c - what config.json, and preprocessor_config.json beside it, say
 * about pictures -> the preprocessing of the description.
 *
 *   {"mean": [0.25, 0.5, 0.5]} and beside it {"image_std": [0.1, 0.1, 0.1], "resample": 2}
 *   ->   mean of config.json, std and interpolation of the other file, the rest as described
 *
 * config.json has timm's keys, in pretrained_cfg or at its root. transformers writes the second
 * file: for networks of timm with the same keys in data_config or pretrained_cfg, for others in
 * words of its own (description_hub_beside.c). It is read where config.json lacks something.
 */
#include "description_hub.h"

#include <string.h>

static const char *const filters[] = {"bicubic", "bilinear"};
static const char *const crops[] = {"center", "squash", "border"};

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

/* A word, where it is said; else the variable stays. */
static bool get_word(const Hub *hub, const char *key, const char *const *words, int count,
                     const char **word) {
    int index = 0;
    bool good = hub_word(hub, hub->config, hub->config_key, key, words, count, &index);
    *word = good && hub_value(hub->config, key) ? words[index] : *word;
    return good;
}

/* What the object at config says with timm's keys. Sizes and crops for testing (test_input_size,
 * test_crop_pct) override those for training, as published accuracies were measured with them. */
static bool read_pictures(const Hub *hub) {
    const json_t *config = hub->config;
    const char *where = hub->config_key;
    Preprocess *preprocess = &hub->description->preprocess;
    bool good = hub_number(hub, config, where, "crop_pct", 0.01, 1, &preprocess->crop_pct);
    good = hub_number(hub, config, where, "test_crop_pct", 0.01, 1, &preprocess->crop_pct) && good;
    good = get_word(hub, "interpolation", filters, 2, &preprocess->interpolation) && good;
    good = get_word(hub, "crop_mode", crops, 3, &preprocess->crop_mode) && good;
    good = hub_numbers(hub, config, where, "mean", -1e6, 1e6, preprocess->mean) && good;
    good = hub_numbers(hub, config, where, "std", 1e-6, 1e6, preprocess->std) && good;
    good = get_input_size(hub, "input_size") && good;
    return get_input_size(hub, "test_input_size") && good;
}

/* What an object with timm's keys says. */
static HubSaid said_by(const json_t *config) {
    return (HubSaid){.size = hub_value(config, "input_size") != NULL,
                     .crop = hub_value(config, "crop_pct") != NULL,
                     .interpolation = hub_value(config, "interpolation") != NULL,
                     .mean = hub_value(config, "mean") != NULL,
                     .std = hub_value(config, "std") != NULL};
}

/* "mean, std": the keys whose members are true in one and false in the other; NULL for none. */
static const char *keys_of(Arena *arena, const HubSaid *said, const HubSaid *but_not) {
    const struct Key {
        const char *name;
        bool said, other;
    } keys[] = {{"input_size", said->size, but_not->size},
                {"interpolation", said->interpolation, but_not->interpolation},
                {"crop_pct", said->crop, but_not->crop},
                {"mean", said->mean, but_not->mean},
                {"std", said->std, but_not->std}};
    const char *text = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i].said && !keys[i].other) {
            text = text ? arena_printf(arena, "%s, %s", text, keys[i].name) : keys[i].name;
        }
    }
    return text;
}

/* Reads the file beside config.json into the copy of a description. */
static bool read_beside(const Hub *hub, Description *copy, HubSaid *said) {
    Hub beside = *hub;
    static const char *const keys[] = {"data_config", "pretrained_cfg"};
    beside.description = copy;
    beside.path = hub->beside->path;
    beside.root = hub_parse(hub->arena, hub->diag, hub->beside);
    if (!beside.root || !json_is_object(beside.root)) {
        return beside.root && hub_wrong(&beside, NULL, NULL, "expected an object");
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        beside.config = hub_value(beside.root, keys[i]);
        beside.config_key = keys[i];
        if (json_is_object(beside.config)) {
            *said = said_by(beside.config);
            return read_pictures(&beside);
        }
    }
    return hub_processor(&beside, said);
}

/* Takes from the copy what config.json lacks. */
static void take_missing(const Hub *hub, const Description *copy, const HubSaid *has,
                         const HubSaid *said) {
    Preprocess *to = &hub->description->preprocess;
    const Preprocess *from = &copy->preprocess;
    if (said->size && !has->size) {
        memcpy(hub->description->input_size, copy->input_size, sizeof copy->input_size);
    }
    if (said->crop && !has->crop) {
        to->crop_pct = from->crop_pct;
        to->crop_mode = hub_value(hub->config, "crop_mode") ? to->crop_mode : from->crop_mode;
    }
    if (said->interpolation && !has->interpolation) {
        to->interpolation = from->interpolation;
    }
    if (said->mean && !has->mean) {
        memcpy(to->mean, from->mean, sizeof to->mean);
    }
    if (said->std && !has->std) {
        memcpy(to->std, from->std, sizeof to->std);
    }
}

/* With some of the keys in one of the files the preprocessing is theirs, and the missing ones are
 * listed for the user; with none of them it stays the architecture's. */
static void note_origin(const Hub *hub, const HubSaid *has, const HubSaid *said) {
    static const HubSaid none = {0}, all = {true, true, true, true, true};
    Description *description = hub->description;
    HubSaid either = {has->size || said->size, has->crop || said->crop,
                      has->interpolation || said->interpolation, has->mean || said->mean,
                      has->std || said->std};
    description->beside_keys = keys_of(hub->arena, said, has);
    description->beside_path = description->beside_keys ? hub->beside->path : NULL;
    if (keys_of(hub->arena, &either, &none)) {
        description->preprocess_from = FROM_CONFIG;
        description->config_lacks = keys_of(hub->arena, &all, &either);
    }
}

bool hub_preprocess(const Hub *hub) {
    Description *description = hub->description;
    HubSaid has = said_by(hub->config), said = {0};
    bool whole = has.size && has.crop && has.interpolation && has.mean && has.std;
    bool good = read_pictures(hub);
    if (hub->beside && !whole) {
        Description copy = *description;
        good = read_beside(hub, &copy, &said) && good;
        take_missing(hub, &copy, &has, &said);
    }
    note_origin(hub, &has, &said);
    description->preprocess.test_size[0] = description->input_size[0];
    description->preprocess.test_size[1] = description->input_size[1];
    return good;
}
