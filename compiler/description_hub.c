/* description_hub.c - turns a folder as the hub lays it out into a description: config.json names
 * the architecture and what was changed about it, the weights lie beside.
 *
 *   {"architecture": "xception41", "num_classes": 7, "pretrained_cfg": {"tag": "tf_in1k", ...}}
 *       ->  the embedded xception41 with 7 classes and the preprocessing of pretrained_cfg
 *
 * JSON is read strictly: duplicate keys are refused, known keys must have their types and ranges.
 * Other keys are allowed, as training tools add their own; but what model_args asks of the network
 * must be understood, or the result would be another network.
 */
#include "description_open.h"

#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "json_in.h"

typedef struct Hub {
    Arena *arena;
    Diag *diag;
    const char *path; /* of config.json */
    Description *description;
} Hub;

/* The largest config.json, far above what label names need. */
enum { MOST_BYTES = 1 << 20 };

static const json_t *read_config(Arena *arena, Diag *diag, const char *path) {
    const Source *source = read_source(arena, diag, path);
    json_error_t error;
    if (!source) {
        return NULL;
    }
    if (source->length > MOST_BYTES) {
        diag_in(diag, DIAG_SYNTAX, path, NULL, NULL, "is larger than %d bytes", MOST_BYTES);
        return NULL;
    }
    const json_t *root = json_read(arena, source->text, source->length, &error);
    if (!root) {
        Loc loc = {source, error.line > 0 ? error.line : 1, error.column, 0};
        diag_at(diag, DIAG_SYNTAX, loc, NULL, "%s", error.text);
    }
    return root;
}

static bool wrong(const Hub *hub, const char *where, const char *rule) {
    return diag_in(hub->diag, DIAG_SCHEMA, hub->path, where, NULL, "%s", rule);
}

static const char *below(const Hub *hub, const char *where, const char *key) {
    return *where ? arena_printf(hub->arena, "%s.%s", where, key) : key;
}

/* Reads object[key] when it is there (null counts as absent). */
static bool get_integer(const Hub *hub, const json_t *object, const char *where, const char *key,
                        int64_t lo, int64_t hi, int64_t *value) {
    const json_t *json = json_object_get(object, key);
    if (!json || json_is_null(json)) {
        return true;
    }
    if (!json_is_integer(json) || json_integer_value(json) < lo || json_integer_value(json) > hi) {
        return wrong(hub, below(hub, where, key),
                     arena_printf(hub->arena, "expected an integer from %lld to %lld",
                                  (long long)lo, (long long)hi));
    }
    *value = json_integer_value(json);
    return true;
}

static bool get_number(const Hub *hub, const json_t *object, const char *where, const char *key,
                       double lo, double hi, double *value) {
    const json_t *json = json_object_get(object, key);
    if (!json || json_is_null(json)) {
        return true;
    }
    double number = json_number_value(json);
    if (!json_is_number(json) || !(number >= lo && number <= hi)) {
        return wrong(hub, below(hub, where, key),
                     arena_printf(hub->arena, "expected a number from %g to %g", lo, hi));
    }
    *value = number;
    return true;
}

/* One of the words; index says which. */
static bool get_word(const Hub *hub, const json_t *object, const char *where, const char *key,
                     const char *const *words, int count, int *index) {
    const json_t *json = json_object_get(object, key);
    const char *text = json_string_value(json);
    if (!json || json_is_null(json)) {
        return true;
    }
    for (int i = 0; text && i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *index = i;
            return true;
        }
    }
    const char *all = words[0];
    for (int i = 1; i < count; i++) {
        all = arena_printf(hub->arena, "%s, %s", all, words[i]);
    }
    return wrong(hub, below(hub, where, key), arena_printf(hub->arena, "expected one of: %s", all));
}

static bool get_numbers(const Hub *hub, const json_t *object, const char *key, double lo, double hi,
                        double numbers[4]) {
    const json_t *list = json_object_get(object, key);
    if (!list || json_is_null(list)) {
        return true;
    }
    size_t count = json_array_size(list);
    bool good = count >= 1 && count <= 4;
    for (size_t i = 0; good && i < 4; i++) {
        const json_t *item = json_array_get(list, i < count ? i : count - 1);
        numbers[i] = json_number_value(item);
        good = json_is_number(item) && numbers[i] >= lo && numbers[i] <= hi;
    }
    return good || wrong(hub, below(hub, "pretrained_cfg", key),
                         arena_printf(hub->arena, "expected 1 to 4 numbers from %g to %g", lo, hi));
}

/* input_size: [channels, height, width]. */
static bool get_input_size(const Hub *hub, const json_t *object, const char *key, int64_t *chans,
                           int64_t size[2]) {
    const json_t *list = json_object_get(object, key);
    if (!list || json_is_null(list)) {
        return true;
    }
    int64_t sides[3] = {0};
    bool good = json_array_size(list) == 3;
    for (size_t i = 0; good && i < 3; i++) {
        const json_t *item = json_array_get(list, i);
        sides[i] = json_integer_value(item);
        good = json_is_integer(item) && sides[i] >= 1 && sides[i] <= (i ? MOST_SIDE : 1024);
    }
    if (!good) {
        return wrong(hub, below(hub, "pretrained_cfg", key),
                     "expected [channels, height, width] of at least 1");
    }
    *chans = sides[0];
    size[0] = sides[1];
    size[1] = sides[2];
    return true;
}

static bool read_preprocess(const Hub *hub, const json_t *config) {
    static const char *const filters[] = {"bicubic", "bilinear"};
    static const char *const crops[] = {"center", "squash", "border"};
    static const char where[] = "pretrained_cfg";
    Description *description = hub->description;
    Preprocess *preprocess = &description->preprocess;
    int filter = 0, crop = 0;
    bool good = get_number(hub, config, where, "crop_pct", 0.01, 1, &preprocess->crop_pct);
    good = get_word(hub, config, where, "interpolation", filters, 2, &filter) && good;
    good = get_word(hub, config, where, "crop_mode", crops, 3, &crop) && good;
    good = get_numbers(hub, config, "mean", -1e6, 1e6, preprocess->mean) && good;
    good = get_numbers(hub, config, "std", 1e-6, 1e6, preprocess->std) && good;
    good = get_input_size(hub, config, "input_size", &description->in_chans,
                          description->input_size) &&
           good;
    preprocess->interpolation = filters[filter];
    preprocess->crop_mode = crops[crop];
    preprocess->test_size[0] = description->input_size[0];
    preprocess->test_size[1] = description->input_size[1];
    return good;
}

static bool read_pretrained(const Hub *hub, const json_t *root) {
    const json_t *config = json_object_get(root, "pretrained_cfg");
    if (!config) {
        return true;
    }
    if (!json_is_object(config)) {
        return wrong(hub, "pretrained_cfg", "expected an object");
    }
    const char *tag = json_string_value(json_object_get(config, "tag"));
    hub->description->chosen = NULL; /* a fine-tuned network has no published figures ... */
    if (tag) {
        choose_weights(hub->description, tag); /* ... unless its tag is a published one */
    }
    return read_preprocess(hub, config);
}

/* What model_args change; the words of global_pool are timm's, '' is no pooling. */
static bool read_model_args(const Hub *hub, const json_t *root) {
    static const char *const keys[] = {"num_classes", "in_chans",  "output_stride",
                                       "global_pool", "drop_rate", "drop_path_rate"};
    static const char *const pools[] = {"avg", "max", "avgmax", "catavgmax", ""};
    static const char where[] = "model_args";
    const json_t *args = json_object_get(root, where);
    Description *description = hub->description;
    const char *key;
    json_t *value;
    if (!args) {
        return true;
    }
    if (!json_is_object(args)) {
        return wrong(hub, where, "expected an object");
    }
    bool good = true;
    json_object_foreach((json_t *)args, key, value) {
        size_t i = 0;
        while (i < sizeof keys / sizeof *keys && strcmp(keys[i], key) != 0) {
            i++;
        }
        if (i == sizeof keys / sizeof *keys) {
            good = wrong(hub, below(hub, where, arena_strdup(hub->arena, key)),
                         "this change of the network is not known");
        }
    }
    ModelOptions *options = &description->defaults;
    good = get_integer(hub, args, where, "num_classes", 0, MOST_CLASSES, &description->classes) &&
           good;
    good = get_integer(hub, args, where, "in_chans", 1, 1024, &description->in_chans) && good;
    good = get_integer(hub, args, where, "output_stride", 8, 32, &options->output_stride) && good;
    return get_word(hub, args, where, "global_pool", pools, 5, &options->pool) && good;
}

static bool read_labels(const Hub *hub, const json_t *root) {
    const json_t *list = json_object_get(root, "label_names");
    if (!list || json_is_null(list)) {
        return true;
    }
    size_t count = json_array_size(list);
    const char **names = NEW_ARRAY(hub->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(list, i));
        if (!name) {
            return wrong(hub, "label_names", "expected a list of texts");
        }
        names[i] = arena_strdup(hub->arena, name);
    }
    if (!json_is_array(list) || (int64_t)count != hub->description->classes) {
        return wrong(hub, "label_names",
                     arena_printf(hub->arena, "expected %lld texts, one for each class",
                                  (long long)hub->description->classes));
    }
    hub->description->label_names = names;
    hub->description->n_label_names = (int)count;
    return true;
}

static const char *find_weights(Arena *arena, const char *folder) {
    static const char *const names[] = {"model.safetensors", "pytorch_model.bin"};
    struct stat info;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, names[i]);
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
            return path;
        }
    }
    return NULL;
}

static bool find_architecture(Hub *hub, const json_t *root) {
    const char *name = json_string_value(json_object_get(root, "architecture"));
    if (!name) {
        return wrong(hub, "architecture", "expected the name of a network");
    }
    hub->description = description_embedded(hub->arena, hub->diag, name);
    return hub->description || unknown_description(hub->arena, hub->diag, hub->path, "architecture",
                                                   arena_strdup(hub->arena, name));
}

Description *description_open_hub(Arena *arena, Diag *diag, const char *folder) {
    Hub hub = {arena, diag, arena_printf(arena, "%s/config.json", folder), NULL};
    const json_t *root = read_config(arena, diag, hub.path);
    if (!root || !find_architecture(&hub, root)) {
        return NULL;
    }
    Description *description = hub.description;
    bool good = read_pretrained(&hub, root);
    good = read_model_args(&hub, root) && good;
    good =
        get_integer(&hub, root, "", "num_classes", 0, MOST_CLASSES, &description->classes) && good;
    if (!good || !read_labels(&hub, root)) {
        return NULL;
    }
    description->hub_folder = arena_strdup(arena, folder);
    description->hub_weights = find_weights(arena, folder);
    return description;
}
