/* known.c - the descriptions that are linked into the tool, and a description's text ->
 * Description.
 *
 *   "xception65"  ->  the text of models/xception65.yaml  ->  Tree  ->  NetworkSpec  -> Description
 *
 * A Description is what commands ask for (sizes, classes, preprocessing, weights); the NetworkSpec
 * behind it is what the graph is built from.
 */
#include "known.h"

#include "description_build.h"

#include <string.h>

#include "embed.h"

static const char models_folder[] = "models/";

static const char models_suffix[] = ".yaml";

/* Other embedded files are label sets, the runtime and the page of reports. */
static bool is_description(const EmbeddedFile *file) {
    size_t length = strlen(file->path), suffix = strlen(models_suffix);
    return strncmp(file->path, models_folder, strlen(models_folder)) == 0 && length > suffix &&
           strcmp(file->path + length - suffix, models_suffix) == 0;
}

/* The table of embedded files is short: it is walked each time. */
size_t description_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < embedded_files_count; i++) {
        count += is_description(&embedded_files[i]);
    }
    return count;
}

/* The description of that index, in the order of the names. */
static const EmbeddedFile *description_file(size_t index) {
    for (size_t i = 0; i < embedded_files_count; i++) {
        if (is_description(&embedded_files[i]) && index-- == 0) {
            return &embedded_files[i];
        }
    }
    internal_error("description_file", "no description has this index");
}

const char *description_name(size_t index) {
    return description_file(index)->name;
}

/* The word of a choice: words.at[choice] of a key in a section of the schema. */
static const char *choice_word(const char *name, const char *key, int choice) {
    const Section *section = NULL;
    for (size_t i = 0; i < schema_count(); i++) {
        section = strcmp(schema_at(i)->name, name) == 0 ? schema_at(i) : section;
    }
    for (int i = 0; section && i < section->count; i++) {
        if (strcmp(section->fields[i].key, key) == 0) {
            return section->fields[i].words.at[choice];
        }
    }
    internal_error("choice_word", "no key '%s' in '%s'", key, name);
}

/* Means and deviations of channels beyond those stated are those of the last one. */
static Preprocess described_preprocess(const InputSpec *input) {
    Preprocess preprocess = {.test_size = {input->size[0], input->size[1]}};
    preprocess.crop_pct = input->crop;
    for (int64_t i = 0; i < 4; i++) {
        int64_t j = i < input->mean.count ? i : input->mean.count - 1;
        preprocess.mean[i] = input->mean.at[j];
        preprocess.std[i] = input->std.at[j];
    }
    preprocess.multiplies = input->scaling == SCALING_MULTIPLY;
    preprocess.interpolation = choice_word("input", "interpolation", input->interpolation);
    preprocess.crop_mode = choice_word("input", "crop_mode", input->crop_mode);
    return preprocess;
}

/* "stem.0.conv.weight": the tensor whose shape tells how many channels a checkpoint's input has. */
static const char *first_conv_key(Arena *arena, const NetworkSpec *network) {
    const StemSpec *stem = network->stem.at;
    Marks marks = {network->names.count_from, 0, 0};
    const char *name = stem->key ? stem->key : fill_pattern(arena, network->names.stem_conv, marks);
    return arena_printf(arena, "%s.weight", name);
}

/* The last layer with outputs of a head that lists its layers says it. */
static int64_t described_classes(const HeadSpec *head) {
    int last = head_classifier(&head->layers);
    bool stated = last >= 0 && head->layers.at[last].width > 0;
    return stated ? head->layers.at[last].width : head->classes;
}

/* What was published about the network: facts for people, which no pass reads. */
static void describe_publication(Description *description, const NetworkSpec *network) {
    description->title = network->title;
    description->aliases = network->aliases.at;
    description->n_aliases = network->aliases.count;
    description->parameters = network->parameters;
    description->macs = network->macs;
    description->weights = network->weights.at;
    description->n_weights = network->weights.count;
}

/* The result points into the NetworkSpec and the source, which live in the same arena. */
static Description *describe(Arena *arena, Diag *diag, const Source *source,
                             const NetworkSpec *network) {
    Description *description = NEW(arena, Description);
    description->name = network->name;
    describe_publication(description, network);
    description->input_size[0] = network->input.size[0];
    description->input_size[1] = network->input.size[1];
    description->in_chans = network->input.channels;
    description->classes = described_classes(&network->head);
    description->scores = network->head.scores;
    description->preprocess = described_preprocess(&network->input);
    description->first_conv = first_conv_key(arena, network);
    description->classifier = arena_printf(arena, "%s.weight", network->names.classifier);
    description->renames = network->renames.at;
    description->rename_locs = network->renames.loc;
    description->n_renames = network->renames.count;
    description->source = source;
    description->defaults = model_options();
    description->network = network;
    if (network->labels != UNSET) {
        const char *set = choice_word("network", "labels", network->labels);
        description->labels = labels_embedded(arena, diag, set);
    }
    choose_weights(description, NULL);
    description->preprocess_from = description->chosen ? FROM_DEFAULT_TAG : FROM_DESCRIPTION;
    return description;
}

/* Weights without a crop of their own have that of the input section. */
bool choose_weights(Description *description, const char *tag) {
    for (int i = 0; i < description->n_weights; i++) {
        const PublishedWeights *weights = &description->weights[i];
        if (!tag || strcmp(weights->tag, tag) == 0) {
            description->chosen = weights;
            description->preprocess.crop_pct =
                weights->crop > 0 ? weights->crop : description->network->input.crop;
            return true;
        }
    }
    return !tag;
}

/* Only the default choice may be changed: a tag in MODEL or config.json is explicit. */
void description_match_file(Description *description, const char *file) {
    for (int i = 0; i < description->n_weights; i++) {
        const PublishedWeights *weights = &description->weights[i];
        if (description->preprocess_from == FROM_DEFAULT_TAG && weights->file &&
            strcmp(weights->file, file) == 0) {
            choose_weights(description, weights->tag);
            description->preprocess_from = FROM_FILE;
        }
    }
}

/* Syntax, then keys and values, then rules across keys; each step needs the one before. */
Description *description_parse(Arena *arena, Diag *diag, const Source *source) {
    const Tree *tree = read_yaml(arena, diag, source);
    const NetworkSpec *network = tree ? read_network(arena, diag, tree) : NULL;
    return network && check_network(diag, network) ? describe(arena, diag, source, network) : NULL;
}

static Description *parse_embedded(Arena *arena, Diag *diag, const EmbeddedFile *file) {
    Source *source = NEW(arena, Source);
    *source = (Source){file->path, file->text, file->size};
    return description_parse(arena, diag, source);
}

/* Names first: an alias costs reading every description. */
Description *description_embedded(Arena *arena, Diag *diag, const char *name) {
    for (size_t i = 0; i < description_count(); i++) {
        if (strcmp(description_file(i)->name, name) == 0) {
            return parse_embedded(arena, diag, description_file(i));
        }
    }
    for (size_t i = 0; i < description_count(); i++) {
        Description *description = parse_embedded(arena, diag, description_file(i));
        for (int j = 0; description && j < description->n_aliases; j++) {
            if (strcmp(description->aliases[j], name) == 0) {
                return description;
            }
        }
    }
    return NULL;
}

Description *unknown_description(Arena *arena, Diag *diag, const char *path, const char *where,
                                 const char *name) {
    size_t count = description_count();
    const char **names = NEW_ARRAY(arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        names[i] = description_name(i);
    }
    const char *nearest = nearest_name(name, names, count);
    const char *hint = nearest ? arena_printf(arena, "did you mean '%s'?", nearest)
                               : "'xnc list' shows all; a path ends in .yaml or is a folder";
    diag_in(diag, DIAG_FILE, path, where, hint, "no network has the name '%s'", name);
    return NULL;
}

const char *known_tags(Arena *arena, const Description *description) {
    const char *text = description->n_weights ? "tags are " : "it has no tags";
    for (int i = 0; i < description->n_weights; i++) {
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", description->weights[i].tag);
    }
    return text;
}
