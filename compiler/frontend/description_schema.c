/* description_schema.c - the keys of a description: one row each, and nothing about them elsewhere.
 *
 *   ROW(stride, INTEGER, 1, 4, "1", "pixels", "...")   ->   `stride: 2` sets BlockSpec.stride
 *
 * A row gives the key's type, the member that it sets, what it may be, its default, unit and
 * meaning (Field in description_spec.h). models/README.md shows the same rows; a test compares
 * both.
 */
#include "description_spec.h"

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))
#define WORDS(array)                                                                               \
    { array, COUNT(array) }
#define NO_WORDS                                                                                   \
    { NULL, 0 }

/* Words of choices, in the order of their enums, and marks of patterns. */
static const char *const act_words[] = {
#define ACT(name, zero, cheap, line) #name,
#include "acts.def"
#undef ACT
};
static const char *const pool_words[] = {"avg", "max", "avgmax", "catavgmax", "catmaxavg", "none"};
static const char *const layer_words[] = {
    "linear N", "conv N", "norm", "pool", "flatten", "softmax",
#define ACT(name, zero, cheap, line) #name,
#include "acts.def"
#undef ACT
};
static const char *const scores_words[] = {"softmax", "sigmoid", "none"};
static const char *const crop_words[] = {"center", "squash", "border", "aspect"};
static const char *const resize_words[] = {"bicubic", "bilinear", "nearest", "tf_bilinear"};
static const char *const scaling_words[] = {"divide", "multiply"};
static const char *const padding_words[] = {"symmetric", "same", "none"};
static const char *const block_padding_words[] = {"symmetric", "same"};
static const char *const shortcut_words[] = {"auto", "convolution", "none"};
static const char *const norm_words[] = {"both", "pointwise", "before"};
static const char *const exit_norm_words[] = {"both", "pointwise"};
static const char *const activate_words[] = {"before", "between", "after"};
static const char *const from_words[] = {"input", "activation"};
static const char *const exit_activate_words[] = {"each", "last"};
static const char *const label_words[] = {"imagenet1k"};
static const char *const stride_words[] = {"convolution", "max_pool"};
static const char *const layer_marks[] = {"{i}"};
static const char *const part_marks[] = {"{j}", "{n}"};

/* OWNER is the structure of the section whose rows follow. ROW: a key with a range; WORD_ROW: a
 * choice or pattern; SECTION_ROW: a section; SECTION: the section made of the rows before it. */
#define OWNER PublishedWeights
#define ROW(key, type, lo, hi, standard, unit, doc)                                                \
    { #key, FIELD_##type, offsetof(OWNER, key), lo, hi, NO_WORDS, NULL, standard, unit, doc, 0 }
#define WORD_ROW(key, type, words, standard, doc)                                                  \
    { #key, FIELD_##type, offsetof(OWNER, key), 0, 0, WORDS(words), NULL, standard, "", doc, 0 }
#define SECTION_ROW(key, type, section, standard, doc)                                             \
    { #key, FIELD_##type, offsetof(OWNER, key), 0, 0, NO_WORDS, &section, standard, "", doc, 0 }
#define SECTION(name, doc)                                                                         \
    static const Section name##_section = {                                                        \
        #name, doc, sizeof(OWNER), offsetof(OWNER, loc), name##_fields, COUNT(name##_fields)}

static const Field weights_fields[] = {
    ROW(tag, NAME, 0, 0, NULL, "", "timm's tag; `MODEL.TAG` chooses it"),
    ROW(file, NAME, 0, 0, "(none)", "", "name of the released file"),
    ROW(bytes, INTEGER, 1, 1e12, "(not known)", "bytes", "size of the released file"),
    ROW(hub, TEXT, 0, 0, "(none)", "", "repository on the hub"),
    ROW(top1, NUMBER, 0, 100, "(not published)", "percent", "published top-1 on ImageNet"),
    ROW(top5, NUMBER, 0, 100, "(not published)", "percent", "published top-5 on ImageNet"),
    ROW(crop, NUMBER, 0.01, 1, "(`input.crop`)", "ratio", "crop_pct that belongs to it"),
};
SECTION(weights, "A published checkpoint. The first of the list is the default.");

#undef OWNER
#define OWNER InputSpec
static const Field input_fields[] = {
    ROW(size, SIDES, 1, LIMIT_SIDE, NULL, "pixels", "height and width"),
    ROW(channels, INTEGER, 1, 1024, "3", "channels", "as the published weights have"),
    ROW(crop, NUMBER, 0.01, 1, "1", "ratio", "crop_pct: size / shorter edge before the crop"),
    WORD_ROW(crop_mode, CHOICE, crop_words, "center", "how a picture gets its size"),
    WORD_ROW(interpolation, CHOICE, resize_words, "bicubic", "filter of the resize"),
    ROW(mean, NUMBERS, -1e6, 1e6, "[0.5, 0.5, 0.5]", "of 1", "subtracted from each channel"),
    ROW(std, NUMBERS, 1e-6, 1e6, "[0.5, 0.5, 0.5]", "of 1", "divides each channel"),
    WORD_ROW(scaling, CHOICE, scaling_words, "divide", "operations by which pixels are scaled"),
};
SECTION(input, "The input and how a picture becomes one.");

#undef OWNER
#define OWNER NamesSpec
static const Field names_fields[] = {
    ROW(count_from, INTEGER, 0, 1, "0", "", "number of the first layer and block: {i}"),
    WORD_ROW(stem_conv, PATTERN, layer_marks, "stem.{i}.conv", "convolution of a stem layer"),
    WORD_ROW(stem_norm, PATTERN, layer_marks, "stem.{i}.bn", "its norm"),
    WORD_ROW(stem_act, PATTERN, layer_marks, "stem.{i}.bn.act", "its activation"),
    WORD_ROW(block, PATTERN, layer_marks, "blocks.{i}", "a block; its parts stand below it"),
    ROW(shortcut_conv, PATTERN, 0, 0, "shortcut.conv", "", "1x1 of the shortcut"),
    ROW(shortcut_norm, PATTERN, 0, 0, "shortcut.bn", "", "its norm"),
    WORD_ROW(block_norm, PATTERN, part_marks, "norm", "norm at the start (`norm: before`)"),
    WORD_ROW(block_act, PATTERN, part_marks, "norm.act", "activation behind it"),
    WORD_ROW(norm, PATTERN, part_marks, "stack.conv{j}.norm", "later norms (`norm: before`)"),
    WORD_ROW(norm_act, PATTERN, part_marks, "stack.conv{j}.norm.act", "activations behind them"),
    WORD_ROW(act, PATTERN, part_marks, "stack.act{j}", "activation before a separable"),
    WORD_ROW(depthwise, PATTERN, part_marks, "stack.conv{j}.conv_dw", "depthwise convolution"),
    WORD_ROW(depthwise_norm, PATTERN, part_marks, "stack.conv{j}.bn_dw", "its norm"),
    WORD_ROW(depthwise_act, PATTERN, part_marks, "stack.conv{j}.act_dw", "its activation"),
    WORD_ROW(pointwise, PATTERN, part_marks, "stack.conv{j}.conv_pw", "pointwise convolution"),
    WORD_ROW(pointwise_norm, PATTERN, part_marks, "stack.conv{j}.bn_pw", "its norm"),
    WORD_ROW(pointwise_act, PATTERN, part_marks, "stack.conv{j}.act_pw", "its activation"),
    WORD_ROW(pool, PATTERN, part_marks, "stack.pool", "max-pooling at the end of a block"),
    WORD_ROW(sum_act, PATTERN, layer_marks, "blocks.{i}.act", "activation behind a block's sum"),
    WORD_ROW(exit_depthwise, PATTERN, layer_marks, "exit.{i}.conv_dw", "depthwise of the exit"),
    WORD_ROW(exit_depthwise_norm, PATTERN, layer_marks, "exit.{i}.bn_dw", "its norm"),
    WORD_ROW(exit_depthwise_act, PATTERN, layer_marks, "exit.{i}.act_dw", "its activation"),
    WORD_ROW(exit_pointwise, PATTERN, layer_marks, "exit.{i}.conv_pw", "pointwise of the exit"),
    WORD_ROW(exit_norm, PATTERN, layer_marks, "exit.{i}.bn_pw", "its norm"),
    WORD_ROW(exit_act, PATTERN, layer_marks, "exit.{i}.act_pw", "its activation"),
    ROW(head_act, PATTERN, 0, 0, "act", "", "activation before the pooling"),
    ROW(head_pool, PATTERN, 0, 0, "head.global_pool", "", "the pooling"),
    ROW(classifier, PATTERN, 0, 0, "head.fc", "", "the classifier"),
};
SECTION(names, "Patterns of timm's names, for values and for tensors of the checkpoint.");

#undef OWNER
#define OWNER StemSpec
static const Field stem_fields[] = {
    ROW(width, INTEGER, 1, LIMIT_WIDTH, NULL, "channels", "output channels"),
    ROW(kernel, SIDES, 1, 15, "3", "pixels", "height and width of the kernel"),
    ROW(stride, INTEGER, 1, 4, "1", "pixels", "step in both directions"),
    ROW(dilation, INTEGER, 1, 64, "1", "pixels", "distance of the kernel's taps"),
    WORD_ROW(padding, CHOICE, padding_words, "symmetric",
             "`symmetric`: ((stride - 1) + dilation * (kernel - 1)) / 2 on each side; `same`: "
             "TensorFlow's, by the size of the map"),
    ROW(norm, FLAG, 0, 0, "true", "", "batch norm behind it"),
    WORD_ROW(activation, CHOICE, act_words, "(the network's)", "at the end of the layer"),
    ROW(key, PATTERN, 0, 0, "(by `names.stem_conv`)", "", "name of the convolution"),
};
SECTION(stem, "A dense convolution before the blocks.");

#undef OWNER
#define OWNER BlockSpec
static const Field block_fields[] = {
    ROW(widths, WIDTHS, 1, LIMIT_WIDTH, "(needed)", "channels",
        "output channels of its separable convolutions: one number for all, or one each"),
    ROW(depth, INTEGER, 1, LIMIT_BLOCK_WIDTHS, "3", "",
        "separable convolutions, where `widths` is one number"),
    ROW(repeat, INTEGER, 1, LIMIT_BLOCKS, "1", "", "how many such blocks in a row"),
    ROW(kernel, SIDES, 1, 15, "3", "pixels", "depthwise kernel; odd"),
    ROW(stride, INTEGER, 1, 4, "1", "pixels", "step of the last depthwise, or of the pooling"),
    ROW(dilation, INTEGER, 1, 64, "1", "pixels", "distance of the depthwise kernel's taps"),
    WORD_ROW(padding, CHOICE, block_padding_words, "symmetric",
             "of depthwise convolutions, pooling and shortcut, as in a stem"),
    WORD_ROW(stride_by, CHOICE, stride_words, "convolution",
             "`max_pool`: a 3x3 max-pooling at the end takes the stride"),
    WORD_ROW(shortcut, CHOICE, shortcut_words, "auto",
             "`auto`: a 1x1 convolution where the shape changes, else the input itself"),
    WORD_ROW(shortcut_from, CHOICE, from_words, "input",
             "`activation`: it takes what the block's first activation gives, as where that works "
             "in place"),
    ROW(shortcut_norm, FLAG, 0, 0, "true", "", "batch norm behind the shortcut's convolution"),
    WORD_ROW(norm, CHOICE, norm_words, "both",
             "`both`: behind depthwise and pointwise; `pointwise`: behind that alone; `before`: "
             "norm and activation before each separable, the shortcut starts behind the first"),
    WORD_ROW(activate, CHOICE, activate_words, "before",
             "`before` each separable; `between` them, not before the first; `after` each norm"),
    ROW(activate_sum, FLAG, 0, 0, "false", "", "an activation behind the sum too"),
    WORD_ROW(activation, CHOICE, act_words, "(the network's)", "of this block"),
    WORD_ROW(key, PATTERN, layer_marks, "(by `names.block`)", "name of the block"),
};
SECTION(block, "A residual block of separable convolutions. The section `block` holds what all "
               "items of `blocks` start from.");

#undef OWNER
#define OWNER ExitSpec
static const Field exit_fields[] = {
    ROW(width, INTEGER, 1, LIMIT_WIDTH, NULL, "channels", "output channels"),
    ROW(kernel, SIDES, 1, 15, "3", "pixels", "depthwise kernel; odd"),
    ROW(dilation, INTEGER, 1, 64, "1", "pixels", "distance of the depthwise kernel's taps"),
    WORD_ROW(norm, CHOICE, exit_norm_words, "pointwise", "as in a block"),
    WORD_ROW(activate, CHOICE, exit_activate_words, "each",
             "behind `each` norm, or behind the `last` alone"),
    WORD_ROW(activation, CHOICE, act_words, "(the network's)", "of this layer"),
};
SECTION(exit, "A separable convolution behind the blocks, without a shortcut.");

#undef OWNER
#define OWNER HeadSpec
static const Field head_fields[] = {
    WORD_ROW(activation, CHOICE, act_words, "none", "before the pooling"),
    WORD_ROW(pool, CHOICE, pool_words, "avg",
             "global_pool; `none` needs `classes: 0` or a `flatten`"),
    ROW(classes, INTEGER, 0, LIMIT_CLASSES, "1000", "",
        "num_classes; 0: no classifier, the pooled vector is the output"),
    WORD_ROW(layers, LAYERS, layer_words, "[]",
             "what follows the last map, where it is more than a pooling and a linear layer of "
             "`classes` "
             "outputs"),
    WORD_ROW(
        scores, CHOICE, scores_words, "(by the head)",
        "what makes probabilities of the outputs: `softmax` for several classes, `sigmoid` for "
        "one or where several may be right at once, `none` behind an output activation"),
};
SECTION(head, "Pooling and classifier.");

#undef OWNER
#define OWNER NetworkSpec
static const Field network_fields[] = {
    ROW(name, NAME, 0, 0, NULL, "", "name of the network and of what is compiled from it"),
    ROW(title, TEXT, 0, 0, NULL, "", "one line for people"),
    ROW(aliases, NAMES, 0, 0, "[]", "", "other names of the network"),
    ROW(papers, TEXTS, 0, 0, "[]", "", "where it was published"),
    ROW(renames, TEXTS, 0, 0, "[]", "",
        "rows `PATTERN OF THE FILE = pattern of the network`, as `--names` has them"),
    ROW(parameters, INTEGER, 1, 1e12, "(not stated)", "numbers", "published; tests compare it"),
    ROW(macs, INTEGER, 1, 1e15, "(not stated)", "multiply-adds",
        "of convolutions and classifier at `input.size`; tests compare it"),
    SECTION_ROW(weights, SECTIONS, weights_section, "[]", "published checkpoints"),
    WORD_ROW(labels, CHOICE, label_words, "(none)",
             "names of the classes that `weights` tell apart: `models/WORD.labels`"),
    SECTION_ROW(input, SECTION, input_section, NULL, "the input"),
    WORD_ROW(activation, CHOICE, act_words, "relu", "everywhere, unless a layer says otherwise"),
    ROW(norm_eps, NUMBER, 1e-12, 1, NULL, "", "added to the variance in each batch norm"),
    SECTION_ROW(names, SECTION, names_section, "(the patterns below)", "timm's names"),
    SECTION_ROW(stem, SECTIONS, stem_section, NULL, "layers before the blocks, at least one"),
    SECTION_ROW(block, SECTION, block_section, "(the defaults below)", "defaults of `blocks`"),
    {"blocks", FIELD_SECTIONS, offsetof(OWNER, blocks), 0, 0, NO_WORDS, &block_section, NULL, "",
     "the blocks, at least one", offsetof(OWNER, block)},
    SECTION_ROW(exit, SECTIONS, exit_section, "[]", "layers behind the blocks"),
    SECTION_ROW(head, SECTION, head_section, "(the defaults below)", "pooling and classifier"),
    ROW(features, NAMES, 0, 0, "[]", "",
        "taps of features_only in order: a value, or a module, which means its last value"),
};
SECTION(network, "The whole description.");
#undef OWNER

/* In the order in which models/README.md shows them. */
static const Section *const sections[] = {
    &network_section, &weights_section, &input_section, &stem_section,
    &block_section,   &exit_section,    &head_section,  &names_section,
};

size_t schema_count(void) {
    return sizeof sections / sizeof *sections;
}

const Section *schema_at(size_t index) {
    return sections[index];
}

/* As messages and models/README.md call the types. */
const char *field_type_name(FieldType type) {
    static const char *const names[FIELD_TYPES] = {
        [FIELD_INTEGER] = "integer",
        [FIELD_NUMBER] = "number",
        [FIELD_FLAG] = "flag",
        [FIELD_CHOICE] = "word",
        [FIELD_TEXT] = "text",
        [FIELD_NAME] = "name",
        [FIELD_PATTERN] = "pattern",
        [FIELD_SIDES] = "integer or [height, width]",
        [FIELD_WIDTHS] = "integer or list",
        [FIELD_NUMBERS] = "list of numbers",
        [FIELD_TEXTS] = "list of texts",
        [FIELD_NAMES] = "list of names",
        [FIELD_LAYERS] = "list of layers",
        [FIELD_SECTION] = "section",
        [FIELD_SECTIONS] = "list of sections",
    };
    return names[type];
}

/* From lo and hi, or from the words. */
const char *field_range(Arena *arena, const Field *field) {
    if (field->lo < field->hi) {
        bool real = field->type == FIELD_NUMBER || field->type == FIELD_NUMBERS;
        return arena_printf(arena, real ? "%g..%g" : "%.0f..%.0f", field->lo, field->hi);
    }
    if (field->type == FIELD_FLAG) {
        return "true, false";
    }
    const char *text = "";
    for (int i = 0; i < field->words.count; i++) {
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", field->words.at[i]);
    }
    return text;
}
