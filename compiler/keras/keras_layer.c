/* keras_layer.c - which layers of Keras do nothing here, and what their activations are called.
 *
 *   Dropout                                          ->   an identity
 *   Activation {"activation": "swish"}               ->   silu
 *   ReLU {"max_value": 6.0}                          ->   relu6
 */
#include "keras_nodes.h"

#include <string.h>

const char *keras_text(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? json_string_value(value) : NULL;
}

/* Those that do nothing in a trained network. */
static const char *const identities[] = {
    "Dropout",         "SpatialDropout2D", "GaussianDropout",   "AlphaDropout",
    "GaussianNoise",   "RandomFlip",       "RandomRotation",    "RandomZoom",
    "RandomContrast",  "RandomBrightness", "RandomTranslation", "ActivityRegularization",
    "RandomSharpness", "RandomHue",        "RandomSaturation",  "Identity"};

/* Those that the family has somewhere, and operations that scale the input. */
static const char *const known[] = {"Conv2D",
                                    "SeparableConv2D",
                                    "DepthwiseConv2D",
                                    "BatchNormalization",
                                    "Activation",
                                    "ReLU",
                                    "Softmax",
                                    "MaxPooling2D",
                                    "Add",
                                    "GlobalAveragePooling2D",
                                    "GlobalMaxPooling2D",
                                    "Flatten",
                                    "Dense",
                                    "Rescaling",
                                    "Normalization",
                                    "TrueDivide",
                                    "Subtract",
                                    "Multiply",
                                    "TFOpLambda"};

static bool is_listed(const char *kind, const char *const *kinds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

bool keras_is_identity(const char *kind) {
    return is_listed(kind, identities, sizeof identities / sizeof *identities);
}

/* A class that was registered under a package is the person's own, whatever it is called. */
bool keras_check_class(const KerasGraph *graph, const KerasNode *node, const json_t *layer) {
    const char *registered = keras_text(layer, "registered_name");
    bool own = registered && strchr(registered, '>');
    if (!own && is_listed(node->kind, known, sizeof known / sizeof *known)) {
        return true;
    }
    const char *hint = strcmp(node->kind, "Lambda") == 0
                           ? "the code in a file is not run: build the model without a Lambda"
                           : NULL;
    return KERAS_WRONG(graph, node->name, hint,
                       "a layer of class %s, which no network of this family has",
                       own ? registered : node->kind);
}

/* Their names in Keras, and in descriptions. */
static const char *const functions[][2] = {
    {"linear", "linear"},        {"relu", "relu"},
    {"relu6", "relu6"},          {"silu", "silu"},
    {"swish", "silu"},           {"gelu", "gelu"},
    {"hard_silu", "hard_swish"}, {"sigmoid", "sigmoid"},
    {"softmax", "softmax"},      {"hard_swish", "hard_swish"},
};

static const char *known_function(const KerasGraph *graph, const KerasNode *node,
                                  const char *word) {
    for (size_t i = 0; word && i < sizeof functions / sizeof *functions; i++) {
        if (strcmp(functions[i][0], word) == 0) {
            return functions[i][1];
        }
    }
    KERAS_WRONG(graph, node->name,
                "relu, relu6, silu, gelu, hard_silu, sigmoid and softmax are known",
                "the activation '%s' is not known", word ? word : "(an object)");
    return NULL;
}

/* A number under a key; null or nothing is as the standard. */
static double number_at(const json_t *config, const char *key, double standard) {
    const json_t *value = json_object_get(config, key);
    return json_is_number(value) ? json_number_value(value) : standard;
}

static const char *relu_function(const KerasGraph *graph, const KerasNode *node) {
    double most = number_at(node->config, "max_value", -1);
    double slope = number_at(node->config, "negative_slope", 0);
    double threshold = number_at(node->config, "threshold", 0);
    if (slope != 0 || threshold != 0 || (most != -1 && most != 6)) {
        KERAS_WRONG(graph, node->name, NULL,
                    "a ReLU with a slope, a threshold or a largest value other than 6");
        return NULL;
    }
    return most == 6 ? "relu6" : "relu";
}

/* Over the channels, which are last. */
static const char *softmax_function(const KerasGraph *graph, const KerasNode *node) {
    const json_t *axis = json_object_get(node->config, "axis");
    if (axis && (!json_is_integer(axis) || json_integer_value(axis) != -1)) {
        KERAS_WRONG(graph, node->name, NULL, "a softmax over an axis that is not the last");
        return NULL;
    }
    return "softmax";
}

/* Keras 3 writes a function as a text, or as an object that holds its name. */
const char *keras_function(const KerasGraph *graph, const KerasNode *node) {
    if (strcmp(node->kind, "ReLU") == 0) {
        return relu_function(graph, node);
    }
    if (strcmp(node->kind, "Softmax") == 0) {
        return softmax_function(graph, node);
    }
    const json_t *activation = json_object_get(node->config, "activation");
    if (!activation || json_is_null(activation)) {
        return "linear";
    }
    const char *word = json_is_string(activation) ? json_string_value(activation)
                                                  : keras_text(activation, "config");
    return known_function(graph, node, word);
}
