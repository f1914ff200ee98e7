/* description_check.c - rules of a description that concern more than one key.
 *
 *   head: {pool: none, classes: 10}   ->   error: 'pool: none' needs 'classes: 0'
 *
 * What a single key may be is in the schema; what depends on shapes is found when the graph is
 * built.
 */
#include "description_spec.h"

#include <string.h>

typedef struct Validation {
    Diag *diag;
    const NetworkSpec *network;
    bool good; /* no rule is broken so far */
} Validation;

Act act_or(int activation, const NetworkSpec *network) {
    return (Act)(activation == UNSET ? network->activation : activation);
}

int64_t block_depth(const BlockSpec *block) {
    return block->widths.count ? block->widths.count : block->depth;
}

int64_t block_width(const BlockSpec *block, int64_t index) {
    return block->widths.at[block->widths.count ? index : 0];
}

/* Reports a rule that does not hold, and goes on: all mistakes are shown at once. */
static void require(Validation *validation, bool holds, Loc loc, const char *rule) {
    if (!holds) {
        validation->good = diag_at(validation->diag, DIAG_SCHEMA, loc, NULL, "%s", rule);
    }
}

/* widths is checked here and not by the schema: a block may have it from the section 'block'. */
static void check_block(Validation *validation, const BlockSpec *block) {
    require(validation, block->widths.at[0] > 0, block->loc, "'block' needs the key 'widths'");
    require(validation, block->kernel[0] % 2 && block->kernel[1] % 2, block->loc,
            "the kernel of a block must be odd, so that the shortcut's shape fits");
    require(validation, block->norm != NORM_BEFORE || block->activate == ACT_BEFORE, block->loc,
            "with 'norm: before' each activation follows a norm: 'activate' must be 'before'");
    require(validation,
            block->shortcut_from == FROM_INPUT ||
                (block->activate == ACT_BEFORE && block->norm != NORM_BEFORE),
            block->loc,
            "'shortcut_from: activation' needs an activation at the block's beginning: "
            "'activate: before', and 'norm' not 'before'");
    require(validation, !block->activate_sum || block->shortcut != SHORTCUT_NONE, block->loc,
            "'activate_sum' needs a sum, so a 'shortcut'");
}

/* Repeats count: a short text must not become a huge graph. */
static void check_blocks(Validation *validation) {
    const BlockSpec *blocks = validation->network->blocks.at;
    int64_t total = 0;
    for (int i = 0; i < validation->network->blocks.count; i++) {
        check_block(validation, &blocks[i]);
        total += blocks[i].repeat;
    }
    require(validation, total >= 1, validation->network->loc, "'blocks' must have an item");
    if (total > LIMIT_BLOCKS) {
        validation->good =
            diag_at(validation->diag, DIAG_SCHEMA, blocks[0].loc, NULL,
                    "%lld blocks; at most %d are allowed", (long long)total, LIMIT_BLOCKS);
    }
}

static void check_layers(Validation *validation) {
    const NetworkSpec *network = validation->network;
    const ExitSpec *exits = network->exit.at;
    require(validation, network->stem.count >= 1, network->loc, "'stem' must have an item");
    require(validation, network->stem.count <= LIMIT_BLOCKS && network->exit.count <= LIMIT_BLOCKS,
            network->loc, "'stem' and 'exit' have at most 128 items each");
    for (int i = 0; i < network->exit.count; i++) {
        require(validation, exits[i].kernel[0] % 2 && exits[i].kernel[1] % 2, exits[i].loc,
                "the kernel of an exit layer must be odd");
    }
}

/* MODEL.TAG must mean one checkpoint. */
static void check_weights(Validation *validation) {
    const PublishedWeights *weights = validation->network->weights.at;
    for (int i = 0; i < validation->network->weights.count; i++) {
        for (int j = 0; j < i; j++) {
            require(validation, strcmp(weights[i].tag, weights[j].tag) != 0, weights[i].loc,
                    "two published checkpoints with the same tag");
        }
    }
}

static void check_input(Validation *validation) {
    const InputSpec *input = &validation->network->input;
    int64_t needed = input->channels < 4 ? input->channels : 4;
    require(validation, input->mean.count == needed && input->std.count == needed, input->loc,
            "'mean' and 'std' take one number for each of the 'channels' (at most 4)");
}

/* Files and C identifiers are named after the network, and a dot in MODEL separates the tag. */
static void check_name(Validation *validation) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *name = validation->network->name;
    require(validation, strchr(letters, name[0]) && !strpbrk(name, ".-"), validation->network->loc,
            "the network's 'name' begins with a letter and has letters, digits and _ only");
}

/* Several layers say the number of classes themselves; 1000, the default of the key, is no
 * contradiction. */
static void check_head(Validation *validation) {
    const HeadSpec *head = &validation->network->head;
    int last = head_classifier(&head->layers), at;
    int64_t width = last < 0 ? 0 : head->layers.at[last].width;
    require(validation, width == 0 || head->classes == width || head->classes == 1000, head->loc,
            "'classes' and the last layer of 'layers' with outputs differ: leave 'classes' out");
    if (head->layers.count) {
        const char *rule = head_mistake(&head->layers, (PoolKind)head->pool, &at);
        require(validation, !rule, head->layers.at[at].loc, rule);
        return;
    }
    require(validation, head->pool != POOL_NONE || head->classes == 0, head->loc,
            "'pool: none' needs 'classes: 0', or layers that flatten the map");
}

bool check_network(Diag *diag, const NetworkSpec *network) {
    Validation validation = {diag, network, true};
    check_name(&validation);
    check_input(&validation);
    check_weights(&validation);
    check_layers(&validation);
    check_blocks(&validation);
    check_head(&validation);
    return validation.good;
}
