/* description_hub_labels.c - the names of the classes in config.json become labels.
 *
 *   "label_names": ["n01440764", ...], "label_descriptions": {"n01440764": "tench", ...}
 *   "id2label": {"0": "cat", "1": "dog"}     transformers
 *   "class_to_idx": {"cat": 0, "dog": 1}     training scripts
 *
 * label_names is a list, or a mapping from the class to its name if not every class has one. The
 * keys are at the root or, in older files, in pretrained_cfg; very old files call the names
 * "labels". The number of names in a mapping is that of the classes where nothing else states it.
 */
#include "description_hub.h"

#include <stdlib.h>
#include <string.h>

/* Labels while they are read. */
typedef struct HubLabels {
    const Hub *hub;
    const char *where;  /* path of the names in the file */
    const char **at;    /* names by class; "" until set, and for classes without a name */
    const char **words; /* by class; NULL: none */
    int64_t count;      /* classes of the network */
} HubLabels;

/* The value of the key at the root, else in pretrained_cfg; *where becomes its path. */
static const json_t *find(const Hub *hub, const char *key, const char **where) {
    const json_t *value = hub_value(hub->root, key);
    bool at_root = value || hub->config == hub->root;
    *where = hub_below(hub, at_root ? "" : hub->config_key, key);
    return at_root ? value : hub_value(hub->config, key);
}

static bool wrong_text(const HubLabels *names, const char *where) {
    return hub_wrong(names->hub, where, NULL,
                     "expected texts of 1 to %d bytes without control characters",
                     LIMIT_LABEL_BYTES);
}

/* Checks and keeps the name of one class. Jansson's texts are UTF-8, which label_fits() expects. */
static bool set_text(HubLabels *names, int64_t index, const char *text, size_t length) {
    if (!text || !label_fits(text, length)) {
        return wrong_text(names, names->where);
    }
    names->at[index] = arena_strdup(names->hub->arena, text);
    return true;
}

/* The message quotes where the number of classes comes from: config.json, or the architecture. */
static bool wrong_count(const HubLabels *names, size_t count) {
    const Description *description = names->hub->description;
    const char *stated = description->classes_key
                             ? arena_printf(names->hub->arena, "%s is", description->classes_key)
                             : arena_printf(names->hub->arena, "%s has", description->name);
    return hub_wrong(names->hub, names->where, NULL, "has %zu names, but %s %lld%s", count, stated,
                     (long long)names->count, description->classes_key ? "" : " classes");
}

static bool set_name(HubLabels *names, int64_t index, const json_t *value) {
    return set_text(names, index, json_string_value(value), json_string_length(value));
}

static bool read_list(HubLabels *names, const json_t *list) {
    size_t count = json_array_size(list);
    if ((int64_t)count != names->count) {
        return wrong_count(names, count);
    }
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = set_name(names, (int64_t)i, json_array_get(list, i));
    }
    return good;
}

/* Whether a class exists and has no name yet; the key says where that stands. */
static bool check_class(HubLabels *names, const char *key, bool is_number, long long index) {
    if (!is_number || index < 0 || index >= names->count) {
        return hub_wrong(names->hub, hub_below(names->hub, names->where, key), NULL,
                         "expected a class from 0 to %lld", (long long)names->count - 1);
    }
    return !names->at[index][0] || hub_wrong(names->hub, hub_below(names->hub, names->where, key),
                                             NULL, "names class %lld a second time", index);
}

/* The keys are classes: "0", "17". */
static bool read_mapping(HubLabels *names, const json_t *mapping) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)mapping, key, value) {
        char *end;
        long long index = strtoll(key, &end, 10);
        bool is_number = *key >= '0' && *key <= '9' && !*end;
        if (!check_class(names, key, is_number, index) || !set_name(names, index, value)) {
            return false;
        }
    }
    return true;
}

/* The keys are names, the values classes. */
static bool read_indexes(HubLabels *names, const json_t *mapping) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)mapping, key, value) {
        long long index = json_integer_value(value);
        if (!check_class(names, key, json_is_integer(value), index) ||
            !set_text(names, index, key, strlen(key))) {
            return false;
        }
    }
    return true;
}

static bool read_names(HubLabels *names, const json_t *value, bool by_name) {
    if (by_name) {
        return json_is_object(value) ? read_indexes(names, value)
                                     : hub_wrong(names->hub, names->where, NULL,
                                                 "expected a mapping from name to class");
    }
    if (json_is_array(value)) {
        return read_list(names, value);
    }
    return json_is_object(value) ? read_mapping(names, value)
                                 : hub_wrong(names->hub, names->where, NULL,
                                             "expected a list of names, or a mapping from class "
                                             "to name");
}

/* label_descriptions is a mapping from names, not from classes. */
static bool read_words(HubLabels *names) {
    const char *where;
    const json_t *mapping = find(names->hub, "label_descriptions", &where);
    if (mapping && !json_is_object(mapping)) {
        return hub_wrong(names->hub, where, NULL, "expected a mapping from name to words");
    }
    for (int64_t i = 0; i < names->count && mapping; i++) {
        const json_t *value = hub_value(mapping, names->at[i]);
        const char *text = json_string_value(value);
        if (value && (!text || !label_fits(text, json_string_length(value)))) {
            return wrong_text(names, hub_below(names->hub, where, names->at[i]));
        }
        names->words[i] = text ? arena_strdup(names->hub->arena, text) : NULL;
    }
    return true;
}

/* Keys of the names, the best first. */
static const struct NamesKey {
    const char *key;
    bool by_name; /* a mapping from name to class */
} names_keys[] = {{"label_names", false},
                  {"labels", false},
                  {"id2label", false},
                  {"label2id", true},
                  {"class_to_idx", true}};
enum { NAMES_KEYS = sizeof names_keys / sizeof *names_keys };

/* The row of the first key that is there, else NAMES_KEYS. */
static int find_names(const Hub *hub, const json_t **value, const char **where) {
    int row = 0;
    while (row < NAMES_KEYS && !(*value = find(hub, names_keys[row].key, where))) {
        row++;
    }
    return row;
}

/* transformers says how many classes there are by how many names they have. */
static void count_names(const Hub *hub, const json_t *value, const char *where) {
    Description *description = hub->description;
    size_t count = json_object_size(value);
    if (!description->classes_key && count >= 1 && count <= LIMIT_CLASSES) {
        description->classes = (int64_t)count;
        description->classes_key = where;
    }
}

/* Without names in the file the architecture's labels stay, if there are as many as classes. */
bool hub_labels(const Hub *hub) {
    Description *description = hub->description;
    HubLabels names = {.hub = hub};
    const json_t *value = NULL;
    int row = find_names(hub, &value, &names.where);
    if (row >= 2) {
        count_names(hub, value, names.where);
    }
    names.count = description->classes;
    if (!value) {
        bool fits = description->labels && description->labels->count == names.count;
        description->labels = fits ? description->labels : NULL;
        return true;
    }
    names.at = NEW_ARRAY(hub->arena, const char *, names.count);
    names.words = NEW_ARRAY(hub->arena, const char *, names.count);
    for (int64_t i = 0; i < names.count; i++) {
        names.at[i] = "";
    }
    if (!read_names(&names, value, names_keys[row].by_name) || !read_words(&names)) {
        return false;
    }
    Labels *labels = NEW(hub->arena, Labels);
    *labels = (Labels){names.at, names.words, names.count, hub->path};
    description->labels = labels;
    return true;
}
