/* description_hub_blocks.c - block_cfg of model_args becomes the blocks of the network.
 *
 *   [{"in_chs": 64, "out_chs": 128, "stride": 2}, {"in_chs": 128, "out_chs": [128, 256, 256]}]
 *   ->  blocks of widths 128, 128, 128 with stride 2 and 128, 256, 256
 *
 * As in timm, features are tapped at each block that strides and after the last one, and
 * "dilation" is ignored: it follows from the output stride.
 */
#include "description_hub.h"

#include <string.h>

static const char *at_index(const Hub *hub, int index) {
    return arena_printf(hub->arena, "model_args.block_cfg[%d]", index);
}

/* out_chs: one number for all three separable convolutions, or three. */
static bool read_widths(const Hub *hub, const json_t *value, const char *where, BlockSpec *block) {
    enum { DEPTH = 3 };
    bool single = json_is_integer(value), good = single || json_array_size(value) == DEPTH;
    for (int i = 0; good && i < DEPTH; i++) {
        const json_t *item = single ? value : json_array_get(value, (size_t)i);
        block->widths.at[i] = json_integer_value(item);
        good =
            json_is_integer(item) && block->widths.at[i] >= 1 && block->widths.at[i] <= LIMIT_WIDTH;
    }
    block->widths.count = DEPTH;
    return good || hub_wrong(hub, hub_below(hub, where, "out_chs"), NULL,
                             "expected the output channels: an integer from 1 to %d, or three",
                             LIMIT_WIDTH);
}

/* Unknown keys are refused, as they would change the network; false after diagnostics. */
static bool known_keys(const Hub *hub, const json_t *item, const char *where) {
    static const char *const keys[] = {"in_chs",  "out_chs",         "stride",
                                       "no_skip", "start_with_relu", "dilation"};
    const char *key;
    json_t *value;
    bool good = true;
    json_object_foreach((json_t *)item, key, value) {
        size_t i = 0;
        while (i < 6 && strcmp(keys[i], key) != 0) {
            i++;
        }
        good = (i < 6 || hub_wrong(hub, hub_below(hub, where, key),
                                   "known are in_chs, out_chs, stride, no_skip, start_with_relu",
                                   "this change of a block is not known")) &&
               good;
    }
    return good;
}

/* in_chs is redundant: it must be what the block before gives. */
static bool check_input(const Hub *hub, const json_t *item, const char *where, int64_t channels) {
    int64_t stated = channels;
    if (!hub_integer(hub, item, where, "in_chs", 1, LIMIT_WIDTH, &stated)) {
        return false;
    }
    return stated == channels || hub_wrong(hub, hub_below(hub, where, "in_chs"), NULL,
                                           "is %lld, but what comes before has %lld channels",
                                           (long long)stated, (long long)channels);
}

/* What the item does not say is as in the architecture's section 'block'. */
static bool read_block(const Hub *hub, const json_t *item, const char *where, int64_t channels,
                       BlockSpec *block) {
    bool starts_with_act = true, no_skip = false;
    *block = hub->network->block;
    if (!json_is_object(item)) {
        return hub_wrong(hub, where, NULL, "expected an object");
    }
    bool good = known_keys(hub, item, where) && check_input(hub, item, where, channels) &&
                read_widths(hub, hub_value(item, "out_chs"), where, block) &&
                hub_integer(hub, item, where, "stride", 1, 4, &block->stride) &&
                hub_flag(hub, item, where, "no_skip", &no_skip) &&
                hub_flag(hub, item, where, "start_with_relu", &starts_with_act);
    if (good && !starts_with_act && block->norm == NORM_BEFORE) {
        return hub_wrong(hub, hub_below(hub, where, "start_with_relu"), NULL,
                         "a pre-activated block has no such argument");
    }
    block->shortcut = no_skip ? SHORTCUT_NONE : SHORTCUT_AUTO;
    block->activate = starts_with_act ? ACT_BEFORE : ACT_AFTER;
    return good;
}

/* Taps at the same places as timm's feature_info: in each block that strides, before its last
 * separable convolution (the activation act3, in pre-activated blocks the result of conv2), and the
 * last block. No taps at all when a block that strides has no such activation, or when there are
 * too many. */
static void set_features(const Hub *hub, const BlockSpec *blocks, int count) {
    LocatedTexts *features = &hub->network->features;
    const char *part = hub->network->block.norm == NORM_BEFORE ? "conv2" : "act3";
    Loc loc = hub->network->loc;
    features->count = 0;
    for (int i = 0; i < count; i++) {
        bool last = i == count - 1, tapped = blocks[i].stride > 1;
        if ((tapped && blocks[i].activate == ACT_AFTER) ||
            features->count + tapped + last > LIMIT_TEXTS) {
            features->count = 0;
            return;
        }
        if (tapped) {
            features->loc[features->count] = loc;
            features->at[features->count++] =
                arena_printf(hub->arena, "blocks.%d.stack.%s", i, part);
        }
        if (last) {
            features->loc[features->count] = loc;
            features->at[features->count++] = arena_printf(hub->arena, "blocks.%d", i);
        }
    }
}

bool hub_blocks(const Hub *hub, const json_t *list) {
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count < 1 || count > LIMIT_BLOCKS) {
        return hub_wrong(hub, "model_args.block_cfg", NULL, "expected a list of 1 to %d blocks",
                         LIMIT_BLOCKS);
    }
    NetworkSpec *network = hub->network;
    const StemSpec *stem = network->stem.at;
    BlockSpec *blocks = NEW_ARRAY(hub->arena, BlockSpec, count);
    int64_t channels = stem[network->stem.count - 1].width;
    for (size_t i = 0; i < count; i++) {
        const char *where = at_index(hub, (int)i);
        if (!read_block(hub, json_array_get(list, i), where, channels, &blocks[i])) {
            return false;
        }
        channels = block_width(&blocks[i], block_depth(&blocks[i]) - 1);
    }
    network->blocks = (SpecList){blocks, (int)count};
    set_features(hub, blocks, (int)count);
    return true;
}
