/* description.h - from the name of a network to its graph.
 *
 *   "xception65.tf_in1k"   a name in models/, and after a dot timm's tag
 *   "my.yaml"              a description (models/README.md)
 *   "folder/"              config.json and weights, as the hub has them
 *
 * A description is the network as published; ModelOptions are what a user changes about it, with
 * the names and meanings of timm's arguments. A file of weights decides the rest: how many classes
 * there are and how many channels the first convolution reads. Which of its tensors to look at is
 * known only when the network's parameters have names, so a graph is built in two steps:
 *
 *   Draft *draft = description_draft(arena, diag, description, &options);
 *   ... what the file says about the parameters of draft_graph(draft) ...
 *   Graph *graph = draft_finish(draft, &ends);
 */
#ifndef XNC_COMPILER_DESCRIPTION_H
#define XNC_COMPILER_DESCRIPTION_H

#include "ir.h"
#include "labels.h"
#include "preprocess_options.h"

enum { MAX_OUT_INDICES = 16 };

/* What a user changes; the values of model_options() mean "as described". */
typedef struct ModelOptions {
    int64_t size[2];       /* input height and width in pixels; 0: as described */
    int64_t batch;         /* images of one run; 0: one */
    int64_t classes;       /* num_classes; 0: no classifier, the pooled vector; -1: as described */
    int64_t in_chans;      /* input channels; 0: as described */
    int64_t output_stride; /* 8, 16 or 32; 0: as described. Applied by the pass dilate. */
    Precision precision;   /* of products. Applied by round_products and quantize. */
    Element weights_type;  /* of products' weights. Applied by store_halves. */
    bool channels_last;    /* the caller's input and maps are NHWC. Applied by assign_layout. */
    bool features_only;    /* Applied by the pass select_features, as is out_indices. */
    int64_t out_indices[MAX_OUT_INDICES]; /* which taps, negative ones count from the end */
    int n_out_indices;                    /* 0 with features_only: all taps */
    int pool;                             /* a PoolKind; -1: as described */
    const char *head; /* text of the layers behind the pooling (head.h); NULL: as described */
    int scores;       /* Scores of the classifier's output; -1: as described, else by its form */
    PreprocessOptions preprocess;
} ModelOptions;

/* All members "as described". */
ModelOptions model_options(void);

/* What a file of weights says about the two ends of the network. */
typedef struct CheckpointEnds {
    int64_t in_chans; /* channels that its first convolution reads; 0: not known. 3 are adapted to
                         another number of the network, as timm does it. */
    int64_t classes;  /* that the network shall have; -1: as asked for or described */
    /* The linear layers and norms of its head, in their order; none: not known. */
    struct HeadEnd {
        int64_t width; /* outputs */
        bool bias;
    } head[LIMIT_HEAD_LAYERS];
    int n_head;
} CheckpointEnds;

/* Nothing is known. */
CheckpointEnds unknown_ends(void);

/* A published checkpoint of the network. */
typedef struct PublishedWeights {
    const char *tag;   /* timm's: "tf_in1k" */
    const char *file;  /* name of the released file; NULL when only the hub has it */
    const char *hub;   /* repository on the hub: "timm/xception41.tf_in1k"; may be NULL */
    int64_t bytes;     /* of the file; 0: not known */
    double top1, top5; /* percent on ImageNet; 0: not published */
    double crop;       /* crop_pct of its preprocessing; 0: that of the input section */
    Loc loc;
} PublishedWeights;

/* Why the preprocessing is what it is. */
typedef enum PreprocessFrom {
    FROM_DESCRIPTION, /* the description's own: it has no published weights */
    FROM_DEFAULT_TAG, /* of the first published weights: neither MODEL nor a file chose others */
    FROM_TAG,         /* of the tag in MODEL */
    FROM_FILE,        /* of the published weights whose released file has this name */
    FROM_CONFIG,      /* as config.json says */
    FROM_INSIDE,      /* a model of Keras begins with it, and is taken without */
    FROM_HABIT        /* as networks of Keras usually need it, where the file does not say */
} PreprocessFrom;

typedef struct NetworkSpec NetworkSpec; /* description_spec.h */

typedef struct Description {
    const char *name;           /* "xception65" */
    const char *title;          /* one line for people */
    const char *const *aliases; /* other names: "legacy_xception" */
    int n_aliases;
    const char *const *renames; /* rows of names: "stage.{i} = block{i+1}" */
    const Loc *rename_locs;
    int n_renames;
    int64_t parameters, macs;        /* published for the described size; 0: not stated */
    const PublishedWeights *weights; /* the first is timm's default */
    int n_weights;
    const PublishedWeights *chosen; /* by the tag, else the first; NULL when there is none */
    int64_t input_size[2], in_chans, classes; /* as described */
    Preprocess preprocess;                    /* as described, with the tag's crop */
    PreprocessFrom preprocess_from;
    const char *first_conv;  /* key of its weight in the checkpoint: "stem.0.conv.weight" */
    const char *classifier;  /* key of its weight: "head.fc.weight"; its rows are the classes */
    const Source *source;    /* the text */
    const char *config_path; /* of a hub folder: its config.json, else NULL */
    const char
        *config_lacks; /* keys of the preprocessing that are not in it: "mean, std" or NULL */
    /* Of preprocessor_config.json beside it: its path and the keys of the preprocessing that come
     * from there; NULL where none does. */
    const char *beside_path, *beside_keys;
    /* Where config.json states classes, the input's channels, the pooling; NULL where it does not.
     */
    const char *classes_key, *channels_key, *pool_key;
    const char *hub_weights; /* path of the weights beside it; NULL: none, or a choice */
    const char *hub_choice;  /* names of the files that may be the weights; NULL: no choice */
    int scores;              /* Scores as described; UNSET (-1): by the form of the classifier */
    const Labels *labels;    /* of config.json, else of the published weights; NULL: none known */
    ModelOptions defaults;   /* what model_args of config.json change; else model_options() */
    const NetworkSpec *network;
} Description;

/* Finds and reads a description; NULL after a diagnostic. */
Description *description_open(Arena *arena, Diag *diag, const char *model);
/* Chooses the published weights whose released file has this name, unless MODEL or config.json
 * chose or there is no such file. */
void description_match_file(Description *description, const char *file);
/* Reads the text of a description; the source must outlive the result. NULL after a diagnostic. */
Description *description_parse(Arena *arena, Diag *diag, const Source *source);

/* A network that is built except for its classifier; in the arena. */
typedef struct Draft Draft;

/* Names of values are timm's names of modules; graph->params is the state_dict in timm's order.
 * What the options leave "as described" is as config.json says, else as the description says;
 * options NULL: everything. NULL after a diagnostic. */
Draft *description_draft(Arena *arena, Diag *diag, const Description *description,
                         const ModelOptions *options);
/* The graph so far. */
const Graph *draft_graph(const Draft *draft);
/* Features (pooled channels) that the classifier's weight has columns for; 0 when the network has
 * no classifier, neither with these options nor as described, or one that reads a map. */
int64_t draft_features(const Draft *draft);
/* Whether the head begins with a map: with a convolution, or with a linear layer of all its pixels.
 */
bool draft_classifies_map(const Draft *draft);
/* The classes that are asked for or described; 0: no classifier. */
int64_t draft_classes(const Draft *draft);
/* Channels of the last map, in front of the pooling. */
int64_t draft_channels(const Draft *draft);
/* Whether the head has several layers with tensors; whether its last linear layer states the
 * classes.
 */
bool draft_has_sequence(const Draft *draft);
/* Whether its layers with tensors are norms where norms says so, and linear layers elsewhere. */
bool draft_head_is(const Draft *draft, const bool *norms, int count);
bool draft_states_classes(const Draft *draft);
/* The graph at stage GRAPH with shapes; NULL after a diagnostic. */
Graph *draft_finish(Draft *draft, const CheckpointEnds *ends);
/* Both steps, for a network without a file of weights. */
Graph *description_build(Arena *arena, Diag *diag, const Description *description,
                         const ModelOptions *options);

/* The descriptions inside the tool, by index, in the order of their names. */
size_t description_count(void);
const char *description_name(size_t index);

#endif
