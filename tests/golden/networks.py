"""timm's networks for the goldens: the six variants, and small ones made of timm's own blocks."""

from functools import partial

import timm
import torch
from seeded import tensor
from timm.models._features import FeatureHookNet
from timm.models._manipulate import adapt_input_conv
from timm.models.xception import Block, SeparableConv2d, Xception
from timm.models.xception_aligned import XceptionAligned
from torch import nn

ACTIVATIONS = {"silu": nn.SiLU, "gelu": nn.GELU, "hard_swish": nn.Hardswish, "relu6": nn.ReLU6}


def mini_blocks(preact):
    last = {"no_skip": True} if preact else {"no_skip": True, "start_with_relu": False}
    return [
        dict(in_chs=64, out_chs=48, stride=2),
        dict(in_chs=48, out_chs=72, stride=2),
        dict(in_chs=72, out_chs=72, stride=1),
        dict(in_chs=72, out_chs=(72, 88, 88), stride=2),
        dict(in_chs=88, out_chs=(104, 104, 120), stride=1, **last),
    ]


def small_aligned(preact=False, act=None, **arguments):
    """XceptionAligned with the blocks of models/xception_mini.yaml."""
    if act:
        arguments["act_layer"] = ACTIVATIONS[act]
    return XceptionAligned(
        block_cfg=mini_blocks(preact),
        preact=preact,
        norm_layer=partial(nn.BatchNorm2d, eps=1e-3),
        **arguments,
    )


class SmallLegacy(Xception):
    """The class Xception with fewer and narrower blocks, as models/legacy_mini.yaml has them."""

    def __init__(self, num_classes=1000, in_chans=3, global_pool="avg"):
        nn.Module.__init__(self)
        raise NotImplementedError


def build(model, **arguments):
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
