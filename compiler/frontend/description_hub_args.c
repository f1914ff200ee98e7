/* description_hub_args.c - model_args of config.json: what was changed about the architecture, with
 * the names and meanings of timm's arguments.
 *
 *   {"act_layer": "silu", "output_stride": 16}
 *   ->  network.activation silu, defaults.output_stride 16
 *
 * Arguments that a description cannot express are refused, as ignoring them would give another
 * network. Options of the command line override what is read here.
 */
#include "description_hub.h"

#include <string.h>

static const char root[] = "model_args";

typedef bool ReadArg(const Hub *hub, const json_t *args);

/* The styles of models/README.md, told by the place of the norms. */
static bool is_legacy(const Hub *hub) {
    return hub->network->block.norm == NORM_POINTWISE;
}

static bool is_preact(const Hub *hub) {
    return hub->network->block.norm == NORM_BEFORE;
}

/* timm's legacy_xception takes fewer arguments than its aligned networks. */
static bool refuse_legacy(const Hub *hub, const char *key) {
    return hub_wrong(hub, hub_below(hub, root, key), NULL, "'%s' has no such argument",
                     hub->description->name);
}

/* timm writes the number at the root too; both must agree. */
static bool arg_num_classes(const Hub *hub, const json_t *args) {
    int64_t in_args = -1, at_root = -1;
    if (!hub_integer(hub, args, root, "num_classes", 0, LIMIT_CLASSES, &in_args) ||
        !hub_integer(hub, hub->root, "", "num_classes", 0, LIMIT_CLASSES, &at_root)) {
        return false;
    }
    if (at_root >= 0 && in_args != at_root) {
        return hub_wrong(hub, hub_below(hub, root, "num_classes"), NULL,
                         "is %lld, but num_classes is %lld", (long long)in_args,
                         (long long)at_root);
    }
    hub->description->classes = in_args;
    hub->description->classes_key = "model_args.num_classes";
    return true;
}

static bool arg_in_chans(const Hub *hub, const json_t *args) {
    hub->description->channels_key = "model_args.in_chans";
    return hub_integer(hub, args, root, "in_chans", 1, 1024, &hub->description->in_chans);
}

/* A default: --output-stride overrides it. */
static bool arg_output_stride(const Hub *hub, const json_t *args) {
    int64_t *stride = &hub->description->defaults.output_stride;
    return hub_integer(hub, args, root, "output_stride", 8, 32, stride) &&
           (*stride == 8 || *stride == 16 || *stride == 32 ||
            hub_wrong(hub, hub_below(hub, root, "output_stride"), NULL, "expected 8, 16 or 32"));
}

static bool arg_global_pool(const Hub *hub, const json_t *args) {
    return hub_global_pool(hub, args, root);
}

static bool arg_ignored(const Hub *hub, const json_t *args) {
    (void)hub;
    (void)args;
    return true;
}

/* timm's names of activations, and the rows of acts.def that compute them. A head without an
 * activation keeps none. */
static bool arg_act_layer(const Hub *hub, const json_t *args) {
    static const char *const words[] = {"relu", "relu6",      "silu",    "swish",
                                        "gelu", "hard_swish", "sigmoid", "identity"};
    static const int acts[] = {ACT_relu, ACT_relu6,      ACT_silu,    ACT_silu,
                               ACT_gelu, ACT_hard_swish, ACT_sigmoid, ACT_none};
    int index = 0;
    if (is_legacy(hub)) {
        return refuse_legacy(hub, "act_layer");
    }
    if (!hub_word(hub, args, root, "act_layer", words, 8, &index)) {
        return false;
    }
    NetworkSpec *network = hub->network;
    network->activation = acts[index];
    network->head.activation =
        network->head.activation == ACT_none ? ACT_none : network->activation;
    return true;
}

/* Whether norms come before convolutions is part of the architecture (41 or 41p): the argument can
 * only confirm it. */
static bool arg_preact(const Hub *hub, const json_t *args) {
    bool preact = is_preact(hub);
    if (!hub_flag(hub, args, root, "preact", &preact)) {
        return false;
    }
    return preact == is_preact(hub) ||
           hub_wrong(hub, hub_below(hub, root, "preact"),
                     "the architectures that end in p are the pre-activated ones",
                     "'%s' is %spre-activated", hub->description->name, preact ? "not " : "");
}

static bool arg_features_only(const Hub *hub, const json_t *args) {
    return hub_flag(hub, args, root, "features_only", &hub->description->defaults.features_only);
}

/* Indexes beyond the network's taps are found when taps are selected. */
static bool arg_out_indices(const Hub *hub, const json_t *args) {
    ModelOptions *options = &hub->description->defaults;
    const json_t *list = hub_value(args, "out_indices");
    size_t count = json_array_size(list);
    bool good = json_is_array(list) && count >= 1 && count <= MAX_OUT_INDICES;
    for (size_t i = 0; good && i < count; i++) {
        const json_t *item = json_array_get(list, i);
        options->out_indices[i] = json_integer_value(item);
        good = json_is_integer(item) && options->out_indices[i] >= -MAX_OUT_INDICES &&
               options->out_indices[i] < MAX_OUT_INDICES;
    }
    options->n_out_indices = (int)count;
    return good || hub_wrong(hub, hub_below(hub, root, "out_indices"), NULL,
                             "expected 1 to %d indexes of features", MAX_OUT_INDICES);
}

static bool arg_block_cfg(const Hub *hub, const json_t *args) {
    return is_legacy(hub) ? refuse_legacy(hub, "block_cfg")
                          : hub_blocks(hub, hub_value(args, "block_cfg"));
}

/* All arguments that are understood. Those that matter in training only are ignored. */
static const struct ArgRow {
    const char *key;
    ReadArg *read;
} rows[] = {
    {"num_classes", arg_num_classes},
    {"in_chans", arg_in_chans},
    {"output_stride", arg_output_stride},
    {"global_pool", arg_global_pool},
    {"act_layer", arg_act_layer},
    {"block_cfg", arg_block_cfg},
    {"preact", arg_preact},
    {"features_only", arg_features_only},
    {"out_indices", arg_out_indices},
    {"drop_rate", arg_ignored}, /* what only training knows */
    {"drop_path_rate", arg_ignored},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* The hint is the nearest argument, else all of them. */
static bool unknown_arg(const Hub *hub, const char *key) {
    const char *names[ROWS], *all = rows[0].key;
    if (!diag_shows(hub->diag, DIAG_SCHEMA)) {
        return hub_wrong(hub, root, NULL, "a change of the network is not known");
    }
    for (size_t i = 0; i < ROWS; i++) {
        names[i] = rows[i].key;
        all = i ? arena_printf(hub->arena, "%s, %s", all, names[i]) : all;
    }
    const char *near = nearest_name(key, names, ROWS);
    const char *hint = near ? arena_printf(hub->arena, "did you mean '%s'?", near)
                            : arena_printf(hub->arena, "known are %s", all);
    return hub_wrong(hub, hub_below(hub, root, key), hint,
                     "this change of the network is not known");
}

static bool read_arg(const Hub *hub, const json_t *args, const char *key) {
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].key, key) == 0) {
            return rows[i].read(hub, args);
        }
    }
    return unknown_arg(hub, key);
}

/* Arguments that are null leave the architecture's value, as None does in timm. */
bool hub_model_args(const Hub *hub) {
    const json_t *args = hub_value(hub->root, root);
    const char *key;
    json_t *value;
    bool good = true;
    if (args && !json_is_object(args)) {
        return hub_wrong(hub, root, NULL, "expected an object");
    }
    json_object_foreach((json_t *)args, key, value) {
        good = (json_is_null(value) || read_arg(hub, args, key)) && good;
    }
    return good;
}

/* '' is timm's word for no pooling: the words are in the order of PoolKind. */
bool hub_global_pool(const Hub *hub, const json_t *object, const char *where) {
    static const char *const pools[] = {"avg", "max", "avgmax", "catavgmax", "catmaxavg", ""};
    if (hub_value(object, "global_pool")) {
        hub->description->pool_key = hub_below(hub, where, "global_pool");
    }
    return hub_word(hub, object, where, "global_pool", pools, 6, &hub->description->defaults.pool);
}
