/* torch_module.c - a pickled object -> the entries that are in it, under their names.
 *
 *   Net { _modules: {"fc": Linear { _parameters: {"weight": tensor, "bias": None} }} }   ->
 * fc.weight
 *
 * torch.save(model) pickles the objects of a network. What names a tensor in its state_dict() is
 * the state of these objects alone: the dicts _parameters, _buffers and _modules of each (torch/nn/
 * modules/module.py, _save_to_state_dict()), so names and tensors follow without the classes, which
 * are never looked for. TorchScript keeps the same in the attributes of its objects, whose classes
 * are in __torch__.
 */
#include "pickle.h"

#include <string.h>

/* One walk through the objects of a module. */
typedef struct ModuleWalk {
    const Reading *reading;
    int64_t *steps;     /* entries of modules that the walks of a file have looked at */
    PickleItems *found; /* name, tensor, name, tensor, ... */
} ModuleWalk;

/* A module on the way from the first one to where the walk is. */
typedef struct ModulePlace {
    char prefix[LIMIT_TENSOR_NAME + 2]; /* of names: "blocks.3." */
    size_t length;                      /* of the prefix */
    int depth;                          /* 1: the first one */
} ModulePlace;

/* The value of a key of a dict, the last one of that name as in Python; NULL: none. */
static const PickleValue *value_of(const PickleItems *dict, const char *key) {
    for (uint32_t i = dict->count; i > 0; i -= 2) {
        if (pickle_text_is(&dict->at[i - 2], key)) {
            return &dict->at[i - 1];
        }
    }
    return NULL;
}

/* The items of a dict under a key; NULL: none. */
static const PickleItems *dict_of(const PickleItems *dict, const char *key) {
    const PickleValue *value = value_of(dict, key);
    return value && value->kind == PICKLE_DICT ? value->items : NULL;
}

/* The dict of an object's attributes; NULL: it has none. A class with slots pickles a pair: the
 * dict and the slots. */
static PickleItems *attributes(const PickleObject *object) {
    const PickleValue *state = &object->state;
    if (state->kind == PICKLE_TUPLE && state->items->count == 2) {
        state = &state->items->at[0];
    }
    return state->kind == PICKLE_DICT ? state->items : NULL;
}

static bool is_module(const PickleItems *state) {
    return dict_of(state, "_parameters") && dict_of(state, "_buffers") &&
           dict_of(state, "_modules");
}

bool is_script(const PickleObject *object) {
    static const char lead[] = "__torch__.";
    return object->class.length >= strlen(lead) &&
           memcmp(object->class.text, lead, strlen(lead)) == 0;
}

/* Modules may share modules, so a small file can have many paths: each look at an entry counts. */
static bool count_step(const ModuleWalk *walk) {
    return ++*walk->steps <= LIMIT_MODULE_ENTRIES ||
           fail_in(walk->reading, NULL,
                   "save the weights alone: torch.save(model.state_dict(), path)",
                   "the modules of the file have more than %d entries", LIMIT_MODULE_ENTRIES);
}

/* Whether the name of an entry, with those of the modules that it is in, is not too long. */
static bool name_fits(const ModuleWalk *walk, const ModulePlace *place, const PickleValue *key) {
    return place->length + key->length <= LIMIT_TENSOR_NAME ||
           fail_in(walk->reading, readable(walk->reading->arena, key->text, key->length), NULL,
                   "the name of the entry with its modules has more than %d bytes",
                   LIMIT_TENSOR_NAME);
}

static bool add_tensor(const ModuleWalk *walk, const ModulePlace *place, const PickleValue *key,
                       const PickleValue *value) {
    Arena *arena = walk->reading->arena;
    PickleItems *found = walk->found;
    if (!name_fits(walk, place, key)) {
        return false;
    }
    char *name = arena_alloc(arena, place->length + key->length);
    memcpy(name, place->prefix, place->length);
    memcpy(name + place->length, key->text, key->length);
    found->at = arena_room(arena, found->at, (int)found->count, sizeof *found->at);
    found->at[found->count++] = (PickleValue){
        .kind = PICKLE_STRING, .length = (place->length + key->length) & 0xffff, .text = name};
    found->at = arena_room(arena, found->at, (int)found->count, sizeof *found->at);
    found->at[found->count++] = *value;
    return true;
}

/* The names of a set, which is a list here; *map stays NULL when there are none. */
static bool names_of(const ModuleWalk *walk, const PickleValue *set, Map **map) {
    *map = NULL;
    for (uint32_t i = 0; set && set->kind == PICKLE_LIST && i < set->items->count; i++) {
        const PickleValue *name = &set->items->at[i];
        *map = *map ? *map : map_by_name(walk->reading->arena);
        if (!count_step(walk)) {
            return false;
        }
        if (name->kind == PICKLE_STRING) {
            map_put_name(*map, name->text, name->length, name);
        }
    }
    return true;
}

/* The tensors of one dict of a module, but for those whose names are in apart (or NULL). */
static bool walk_tensors(const ModuleWalk *walk, const ModulePlace *place, const PickleItems *dict,
                         const Map *apart) {
    for (uint32_t i = 0; i < dict->count; i += 2) {
        const PickleValue *key = &dict->at[i], *value = &dict->at[i + 1];
        if (!count_step(walk)) {
            return false;
        }
        bool kept = key->kind == PICKLE_STRING && value->kind == PICKLE_TENSOR &&
                    !(apart && map_get_name(apart, key->text, key->length));
        if (kept && !add_tensor(walk, place, key, value)) {
            return false;
        }
    }
    return true;
}

static bool walk_object(const ModuleWalk *walk, const ModulePlace *place,
                        const PickleObject *object);

/* The objects among the values of a dict. What is no module has no entries. */
static bool walk_modules(const ModuleWalk *walk, const ModulePlace *place,
                         const PickleItems *dict) {
    for (uint32_t i = 0; i < dict->count; i += 2) {
        const PickleValue *key = &dict->at[i], *value = &dict->at[i + 1];
        if (!count_step(walk)) {
            return false;
        }
        if (key->kind != PICKLE_STRING || value->kind != PICKLE_OBJECT) {
            continue;
        }
        if (!name_fits(walk, place, key)) {
            return false;
        }
        ModulePlace below = {.length = place->length + key->length + 1, .depth = place->depth + 1};
        memcpy(below.prefix, place->prefix, place->length);
        memcpy(below.prefix + place->length, key->text, key->length);
        below.prefix[below.length - 1] = '.';
        if (!walk_object(walk, &below, value->object)) {
            return false;
        }
    }
    return true;
}

/* In the order of state_dict(): the module's own tensors, then those of the modules in it. Buffers
 * that are not persistent are made anew by the class. */
static bool walk_module(const ModuleWalk *walk, const ModulePlace *place,
                        const PickleItems *state) {
    Map *apart;
    return names_of(walk, value_of(state, "_non_persistent_buffers_set"), &apart) &&
           walk_tensors(walk, place, dict_of(state, "_parameters"), NULL) &&
           walk_tensors(walk, place, dict_of(state, "_buffers"), apart) &&
           walk_modules(walk, place, dict_of(state, "_modules"));
}

static bool walk_object(const ModuleWalk *walk, const ModulePlace *place,
                        const PickleObject *object) {
    const PickleItems *state = attributes(object);
    if (place->depth > LIMIT_MODULE_DEPTH) {
        return fail_in(walk->reading, NULL, NULL, "modules nest deeper than %d levels",
                       LIMIT_MODULE_DEPTH);
    }
    if (state && is_module(state)) {
        return walk_module(walk, place, state);
    }
    return !state || !is_script(object) ||
           (walk_tensors(walk, place, state, NULL) && walk_modules(walk, place, state));
}

bool object_entries(const Reading *reading, int64_t *steps, PickleObject *object,
                    PickleItems **entries) {
    PickleItems *state = attributes(object);
    *entries = object->items ? object->items : state;
    if (object->items || !state || (!is_module(state) && !is_script(object))) {
        return true;
    }
    if (object->module) {
        *entries = object->module;
        return true;
    }
    *entries = object->module = NEW(reading->arena, PickleItems);
    ModuleWalk walk = {reading, steps, object->module};
    ModulePlace place = {.depth = 1};
    return walk_object(&walk, &place, object);
}
