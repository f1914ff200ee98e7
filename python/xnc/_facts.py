"""What a model says of itself, and what it answers: plain values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.uint8]

PathLike = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class Tensor:
    """Name and shape of the input or of an output."""

    name: str
    shape: tuple[int, ...]
    layout: str
    """Its dimensions: "NCHW", "NC", or "NHWC" of a model compiled with --layout=nhwc."""

    @property
    def channels(self) -> int:
        return self.shape[self.layout.index("C")]


@dataclass(frozen=True)
class Preprocess:
    """How a picture becomes the input; Model.prepare() does all of it."""

    size: tuple[int, int]
    """Height and width of the input."""
    crop_pct: float
    """The shorter edge is resized to floor(size / crop_pct), then the middle is cropped."""
    mean: tuple[float, ...]
    std: tuple[float, ...]
    """Per channel of values in 0..1: (x - mean) / std."""
    multiplies: bool
    """The same as one product and a sum, x / (255 std) - mean / std, as Keras' Rescaling rounds."""
    interpolation: str
    crop_mode: str
    margin: float
    """A box becomes the square on its longer side times this; 0: boxes are as they are."""
    exif: bool
    """Pictures are turned as EXIF says."""


class Ranked(NamedTuple):
    """A class and its probability. The only output of a network is that for class 1 of two."""

    class_id: int
    probability: float
    label: Optional[str]
    """Name of the class; None when the model was compiled without names."""


SCORES = ("softmax", "sigmoid", "none")
"""xnc_scores by its numbers."""


def probabilities(kind: str, outputs: NDArray[Any]) -> NDArray[np.float64]:
    """Probabilities of outputs [..., classes] in float64; kind is one of SCORES."""
    values = np.asarray(outputs).astype(np.float64)
    if kind == "none":
        return values
    if kind == "softmax":
        powers: NDArray[np.float64] = np.exp(values - values.max(-1, keepdims=True))
        powers /= powers.sum(-1, keepdims=True)
        return powers
    powers = np.exp(-np.abs(values))  # of both signs, without overflow
    result: NDArray[np.float64] = np.where(values > 0, 1.0, powers) / (1.0 + powers)
    return result
