"""Networks for the goldens that timm 1 has no more: gluon_xception65 of timm 0.6, and a small one in
the style of the DeepLab ports that it comes from, whose activations work in place."""

import torch
from seeded import tensor
from timm.models.gluon_xception import gluon_xception65
from torch import nn


class Separable(nn.Module):
    """Depthwise, norm, pointwise: no activation between."""

    def __init__(self, inputs, outputs, stride=1, dilation=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, inputs, 3, stride, dilation, dilation, inputs, bias=False)
        self.bn = nn.BatchNorm2d(inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return self.pointwise(self.bn(self.conv1(x)))


class Block(nn.Module):
    """Where the stack begins with its activation, that changes the block's input in place, so the
    shortcut, which is computed later, takes the activated values."""

    def __init__(self, inputs, widths, stride=1, dilation=1, starts_with_relu=True):
        super().__init__()
        self.skip = None
        if widths[-1] != inputs or stride != 1:
            self.skip = nn.Conv2d(inputs, widths[-1], 1, stride, bias=False)
            self.skipbn = nn.BatchNorm2d(widths[-1])
        stack = []
        for i, width in enumerate(widths):
            if i > 0 or starts_with_relu:
                stack.append(nn.ReLU(inplace=True))
            last = i == len(widths) - 1
            stack.append(Separable(inputs, width, stride if last else 1, dilation))
            stack.append(nn.BatchNorm2d(width))
            inputs = width
        self.rep = nn.Sequential(*stack)

    def forward(self, x):
        stack = self.rep(x)
        return stack + (self.skipbn(self.skip(x)) if self.skip else x)


class SmallDeepLab(nn.Module):
    """tests/golden/models/deeplab_mini.yaml"""

    def __init__(self, output_stride=16):
        super().__init__()
        dilated = output_stride == 8
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 24, 3, 1, 1, bias=False), nn.BatchNorm2d(24)
        self.block1 = Block(24, [40, 40, 40], 2, starts_with_relu=False)
        self.block2 = Block(40, [72, 72, 72], 2)
        self.block3 = Block(72, [72, 72, 72])
        self.block4 = Block(72, [72, 72, 100], 1 if dilated else 2)
        self.conv3, self.bn3 = Separable(100, 132, 1, 2 if dilated else 1), nn.BatchNorm2d(132)
        self.fc = nn.Linear(132, 10)

    def forward(self, x):
        relu = torch.nn.functional.relu
        x = relu(self.bn1(self.conv1(x)))
        x = relu(self.bn2(self.conv2(x)))
        x = relu(self.block1(x))
        x = relu(self.block4(self.block3(self.block2(x))))
        return self.fc(relu(self.bn3(self.conv3(x))).mean((2, 3)))


def build(model, **arguments):
    if model == "deeplab_mini":
        return SmallDeepLab(**arguments)
    return gluon_xception65(pretrained=False, **arguments)


def prepare(model, **arguments):
    """A network in eval mode with seeded parameters."""
    network = build(model, **arguments)
    state = network.state_dict()
    for key, value in state.items():
        if not key.endswith("num_batches_tracked"):
            state[key] = torch.from_numpy(tensor(key, value.shape))
    network.load_state_dict(state, strict=True)
    return network.eval()
