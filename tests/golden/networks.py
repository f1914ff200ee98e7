"""timm's networks for the goldens: the six variants, and small ones made of timm's own blocks."""

from functools import partial

import timm
import torch
from seeded import tensor
from timm.layers import ConvNormAct, create_classifier, create_conv2d, get_act_layer
from timm.models._features import FeatureHookNet
from timm.models._manipulate import adapt_input_conv
from timm.models.xception import Block, SeparableConv2d, Xception
from timm.models.xception_aligned import XceptionAligned
from torch import nn


def mini_blocks(preact):
    last = {"no_skip": True} if preact else {"no_skip": True, "start_with_relu": False}
    return [
        dict(in_chs=24, out_chs=40, stride=2),
        dict(in_chs=40, out_chs=72, stride=2),
        dict(in_chs=72, out_chs=72, stride=1),
        dict(in_chs=72, out_chs=72, stride=1),
        dict(in_chs=72, out_chs=(72, 100, 100), stride=2),
        dict(in_chs=100, out_chs=(132, 132, 200), stride=1, **last),
    ]


def aligned_of(blocks, stem, preact=False, act=None, in_chans=3, **arguments):
    """XceptionAligned of these blocks, behind a stem of other widths (and strides) than timm's."""
    layers = {
        "act_layer": get_act_layer(act or "relu"),
        "norm_layer": partial(nn.BatchNorm2d, eps=1e-3),
    }
    network = XceptionAligned(
        block_cfg=blocks, preact=preact, in_chans=in_chans, **layers, **arguments
    )
    first, second, stride = stem
    convolution = create_conv2d if preact else partial(ConvNormAct, **layers)
    network.stem = nn.Sequential(
        ConvNormAct(in_chans, first, 3, stride=2, **layers),
        convolution(first, second, 3, stride=stride),
    )
    return network


def small_aligned(preact=False, num_classes=10, **arguments):
    """models/xception_mini.yaml."""
    return aligned_of(mini_blocks(preact), (8, 24, 1), preact, num_classes=num_classes, **arguments)


def marks(num_classes=64):
    """examples/marks/marks.yaml."""
    widths = [24, 48, 96, 96, 96, (96, 128, 128), (160, 160, 192)]
    strides = [2, 1, 1, 1, 2, 1]
    ends = [width[-1] if isinstance(width, tuple) else width for width in widths]
    blocks = [dict(in_chs=i, out_chs=o, stride=s) for i, o, s in zip(ends, widths[1:], strides)]
    blocks[-1] |= {"no_skip": True, "start_with_relu": False}
    return aligned_of(blocks, (16, 24, 2), num_classes=num_classes)


class SmallLegacy(Xception):
    """models/legacy_mini.yaml: the class Xception with fewer and narrower layers."""

    def __init__(self, num_classes=10, in_chans=3, global_pool="avg"):
        nn.Module.__init__(self)
        self.num_classes, self.num_features, self.drop_rate = num_classes, 200, 0.0
        self.conv1 = nn.Conv2d(in_chans, 8, 3, 2, bias=False)
        self.bn1, self.act1 = nn.BatchNorm2d(8), nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(8, 24, 3, bias=False)
        self.bn2, self.act2 = nn.BatchNorm2d(24), nn.ReLU(inplace=True)
        self.block1 = Block(24, 40, 2, 2, start_with_relu=False)
        self.block2 = Block(40, 72, 2, 2)
        self.block3 = Block(72, 72, 3, 1)
        self.block4 = Block(72, 72, 3, 1)
        self.block5 = Block(72, 104, 2, 2, grow_first=False)
        self.conv3 = SeparableConv2d(104, 136, 3, 1, 1)
        self.bn3, self.act3 = nn.BatchNorm2d(136), nn.ReLU(inplace=True)
        self.conv4 = SeparableConv2d(136, 200, 3, 1, 1)
        self.bn4, self.act4 = nn.BatchNorm2d(200), nn.ReLU(inplace=True)
        self.feature_info = [
            dict(num_chs=24, reduction=2, module="act2"),
            dict(num_chs=40, reduction=4, module="block2.rep.0"),
            dict(num_chs=72, reduction=8, module="block5.rep.0"),
            dict(num_chs=200, reduction=16, module="act4"),
        ]
        self.global_pool, self.fc = create_classifier(200, num_classes, pool_type=global_pool)

    def forward_features(self, x):
        x = self.act1(self.bn1(self.conv1(x)))
        x = self.act2(self.bn2(self.conv2(x)))
        for block in (self.block1, self.block2, self.block3, self.block4, self.block5):
            x = block(x)
        x = self.act3(self.bn3(self.conv3(x)))
        return self.act4(self.bn4(self.conv4(x)))


ACTS = {"relu": nn.ReLU, "silu": nn.SiLU, "gelu": nn.GELU, "hard_swish": nn.Hardswish,
        "sigmoid": nn.Sigmoid}  # fmt: skip


class CatMaxAvg(nn.Module):
    """fastai's AdaptiveConcatPool2d, flattened."""

    def forward(self, x):
        return torch.cat([x.amax((2, 3)), x.mean((2, 3))], 1)


class Named(nn.Sequential):
    """One linear layer with tensors of its own names, and what follows it."""

    def __init__(self, linear, *others):
        super().__init__()
        self.weight, self.bias, self.others = linear.weight, linear.bias, others

    def forward(self, x):
        x = nn.functional.linear(x, self.weight, self.bias)
        for layer in self.others:
            x = layer(x)
        return x


def head_layer(text, features):
    """A layer of the grammar of compiler/frontend/head.h, and its outputs."""
    word, *settings = text.split()
    if word == "linear":
        width = int(settings[0])
        return nn.Linear(features, width, bias="bias=false" not in settings), width
    if word == "norm":
        eps = float(settings[0].partition("=")[2]) if settings else 1e-5
        return nn.BatchNorm1d(features, eps=eps), features
    return (nn.Identity() if word == "flatten" else ACTS[word]()), features


def sequence(text, features):
    layers = []
    for part in text.split(","):
        layer, features = head_layer(part, features)
        layers.append(layer)
    with_tensors = [layer for layer in layers if list(layer.parameters())]
    return nn.Sequential(*layers) if len(with_tensors) > 1 else Named(*layers)


def build_with_head(model, head, global_pool="avg", **arguments):
    """Puts a sequence in the place of the classifier."""
    network = build(model, **arguments)
    place, name = (network, "fc") if hasattr(network, "fc") else (network.head, "fc")
    features = getattr(place, name).in_features
    if global_pool == "catmaxavg":
        place.global_pool, features = CatMaxAvg(), 2 * features
    setattr(place, name, sequence(head, features))
    return network


def build(model, head=None, **arguments):
    if head:
        return build_with_head(model, head, **arguments)
    if model.startswith("mini_") or model in ("xception_mini", "preact_mini"):
        return small_aligned(preact=model == "preact_mini", **arguments)
    if model == "legacy_mini":
        return SmallLegacy(**arguments)
    name = "legacy_xception" if model == "xception" else model
    return timm.create_model(name, pretrained=False, **arguments)


def first_convolution(state):
    return next(key for key in ("stem.0.conv.weight", "conv1.weight") if key in state)


def load_seeded(network, adapt_to=None):
    """Gives every parameter its seeded value; adapts the first convolution from 3 channels."""
    state = network.state_dict()
    for key, value in state.items():
        if not key.endswith("num_batches_tracked"):
            state[key] = torch.from_numpy(tensor(key, value.shape))
    if adapt_to:
        key = first_convolution(state)
        shape = list(state[key].shape)
        shape[1] = 3
        state[key] = adapt_input_conv(adapt_to, torch.from_numpy(tensor(key, shape)))
    network.load_state_dict(state, strict=True)


def prepare(model, features_only=False, out_indices=None, adapt=False, **arguments):
    """A network of timm in eval mode with seeded parameters."""
    network = build(model, **arguments)
    load_seeded(network, arguments.get("in_chans") if adapt else None)
    if features_only:
        taps = out_indices or range(len(network.feature_info))
        network = FeatureHookNet(
            network, out_indices=taps, flatten_sequential=isinstance(network, XceptionAligned)
        )
    return network.eval()
