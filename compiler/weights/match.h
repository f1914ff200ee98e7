/* match.h - which tensors of a file are which parameters of a network: what the files
 * checkpoint_*.c share. Private to compiler/weights.
 *
 *   checkpoint_network.c     graph and options   ->   Network: what is wanted, under which names
 *   checkpoint_match.c       all of the below, in order
 *   checkpoint_sets.c        tensors of a file   ->   sets that may be the network, by their prefix
 *   checkpoint_numbered.c    base.0, base.1      ->   a set whose children are only numbered
 *   checkpoint_classifier.c  any name            ->   the one linear layer of the right width
 *   checkpoint_choice.c      sets                ->   the one that fills the network
 *   checkpoint_left.c        the other tensors   ->   notes and errors
 */
#ifndef XNC_COMPILER_WEIGHTS_MATCH_H
#define XNC_COMPILER_WEIGHTS_MATCH_H

#include "container.h"

/* Bytes of a dict's path, a dot, a tensor's name and the NUL. */
enum { FULL_NAME_BYTES = 2 * LIMIT_TENSOR_NAME + 2 };

/* A tensor that the network has. */
typedef struct WantedTensor {
    const char *name;
    Shape shape;  /* that the file must have; a dimension of -1 may be any */
    bool needed;  /* the compiled graph reads it */
    bool in_head; /* of a head of several layers, or what its place may take */
} WantedTensor;

/* What is looked for. */
typedef struct Network {
    WantedTensor *at;
    int count, needed_count;
    int classifier;  /* index of its weight; -1: there is none, or it is more than one layer */
    Map *names;      /* to their WantedTensor */
    Map *children;   /* first parts of the names */
    Map *modules;    /* all names but their last parts, and what these stand in */
    NameRule *rules; /* of the person, then (from own on) of the table for this style */
    int rule_count, own;
    size_t longest; /* bytes of a name */
} Network;

/* How a tensor's name became the wanted one; its whose is the word for people. NULL: it is the
 * same. */
typedef struct MatchHit {
    int tensor, wanted;
    const NameRule *rule;
    int next; /* hit of the same set; -1: the last */
} MatchHit;

/* Tensors of one prefix that may be the network. */
typedef struct TensorSet {
    const char *prefix; /* dicts included */
    int first, last;    /* hits */
    int hits;
    int *tensor_of;           /* by wanted: index of the tensor, or -1 */
    const NameRule **rule_of; /* by wanted */
    int found;                /* of the needed ones, with the right shape */
    int twice, twice_of;      /* tensors that mean the same and differ; -1: none */
    const char *choice;       /* a classifier that cannot be chosen: the message; NULL */
    bool fills;               /* nothing is missing or of another shape */
} TensorSet;

/* A file and what is looked for in it. */
typedef struct Match {
    Reading reading;
    const TensorFile *file;
    const CheckpointOptions *options;
    const Network *network;
    bool *is_skipped; /* by tensor: foreign, a counter, or ignored */
    MatchHit *hits;
    int hit_count;
    Map *prefixes;   /* to the indexes of all sets */
    TensorSet *all;  /* as they were found, not resolved */
    TensorSet *sets; /* those with at least half of what is needed */
    int set_count, all_count;
    int64_t compared, most_compared; /* bytes of values, to find equal ones */
} Match;

/* ---- checkpoint_network.c ---- */
/* The graph's parameters; needed NULL: all of them. */
Network *match_network(Arena *arena, const CheckpointOptions *options, const Graph *graph,
                       ParamNeeded *needed, void *context);
/* Adds a tensor that the graph does not have yet. Returns its index. */
int network_add(Arena *arena, Network *network, WantedTensor wanted);
/* Index of the wanted tensor that a name means, without its prefix; -1: none. */
int network_find(const Network *network, const char *name, const NameRule **rule);
/* The name that the tables make of a name, whether the network has it or not; the name itself where
 * no row fits. */
const char *network_name(const Network *network, const char *name, char *buffer, size_t size);
/* The nearest of the names (NULL: the network's), as a hint; NULL where the diagnostic would only
 * be counted, because the search costs more than all the rest of a hostile file. */
const char *match_near(const Match *match, DiagKind kind, const char *lead, const char *name,
                       const char *const *names, int count);
/* A convolution may also be stored as a matrix: [O, I * kh * kw] for [O, I, kh, kw]. */
bool wanted_fits(const WantedTensor *wanted, const Tensor *tensor);

/* ---- checkpoint_names.c ---- */
/* The dict's path, a dot and the tensor's name, into FULL_NAME_BYTES. Returns the length. */
size_t full_name(const TensorFile *file, const Tensor *tensor, char *buffer);
/* The same in the arena. */
const char *full_name_text(Arena *arena, const TensorFile *file, const Tensor *tensor);
/* Whether a name has a part of training's counters and losses; own: those that torch's layers have
 * themselves. */
bool name_is_counter(const char *name, bool own);
/* Whether a prefix says that weights were averaged. */
bool name_is_averaged(const char *prefix);
/* The name without the wrappers that training scripts leave in it. */
void name_unwrap(char *name);
/* Whether a part of a name of so many bytes is such a wrapper. */
bool part_is_wrapper(const char *part, size_t length);

/* ---- checkpoint_match.c ---- */
/* All sets of the file that may be the network, resolved. */
Match *match_file(const Reading *reading, const TensorFile *file, const CheckpointOptions *options,
                  const Network *network);

/* ---- checkpoint_sets.c ---- */
/* Marks the tensors that are no weights, or that --ignore names. */
void mark_skipped(Match *match);
/* Adds a hit to the set of each prefix behind which a tensor's name is one of the network. */
void find_hits(Match *match, int tensor);
/* Keeps the sets that may be the network: half of it, or the nearest if none has so much and one
 * has an eighth. */
void keep_likely(Match *match);
/* Fills tensor_of and what follows from it. */
void set_resolve(Match *match, TensorSet *set);
/* Sets found and fills, from tensor_of. */
void set_count(const Match *match, TensorSet *set);
/* Whether two tensors have type, shape and values in common. Values in other orders of memory count
 * as different, as do all beyond a limit on the bytes that are compared. */
bool tensors_equal(Match *match, const Tensor *one, const Tensor *other);
/* Appends a hit to a set. */
void set_hit(Match *match, TensorSet *set, MatchHit hit);
/* Whether --dict and --under allow a set that has hits. */
bool set_allowed(const Match *match, const TensorSet *set);
/* An empty set in the list. */
TensorSet *set_add(Match *match, const char *prefix);

/* ---- checkpoint_numbered.c ---- */
/* Adds sets whose children have numbers instead of names. */
void match_numbered(Match *match);

/* ---- checkpoint_classifier.c ---- */
/* Finds a classifier of any name for a set that lacks one. */
void match_classifier(const Match *match, TensorSet *set);

/* ---- checkpoint_head.c ---- */
/* Finds the one chain of linear layers and norms among the tensors that are no parameters outside
 * of the head, for a network whose last map has so many channels, each of which pooling may give
 * twice. False when there is no chain, or several. */
bool find_head(const Match *match, const TensorSet *set, int64_t channels, HeadModules *found);
/* Gives the layers of a head of several to the wanted tensors that are in one, by their place. */
void match_head(const Match *match, TensorSet *set);

/* ---- checkpoint_choice.c ---- */
/* The set to take: the one that fills the network, else the nearest. *instead receives
 * the prefix of its plain twin, or NULL. NULL after a diagnostic when there is a choice. */
TensorSet *match_choose(Match *match, const char **instead);
/* "'state_dict.model.'" or "no prefix". */
const char *prefix_text(Arena *arena, const char *prefix);

/* ---- checkpoint_left.c ---- */
/* What becomes of the tensors that are not the network's: notes and records, or false after
 * diagnostics. complete: no tensor of the network is missing. */
bool match_leftovers(const Match *match, const TensorSet *set, bool complete,
                     CheckpointRecord *record);

#endif
