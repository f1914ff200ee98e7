"""A decoded picture -> the input of a model, by the runtime's xnc_image.h."""

from __future__ import annotations

import operator
from ctypes import byref
from typing import TYPE_CHECKING, Any, Optional, Sequence

import numpy as np

from . import _library
from ._library import Library, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._facts import Bytes, Floats


def described(picture: NDArray[np.uint8], bgr: bool) -> tuple[Any, Bytes]:
    """The picture as xnc_image, and the array that it points into."""
    pixels = np.asarray(picture)
    if pixels.dtype != np.uint8:
        raise TypeError(f"a picture is uint8, not {pixels.dtype}")
    if pixels.size == 0 or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
        raise ValueError(f"a picture is [H, W, 3] or [H, W], not {list(pixels.shape)}")
    depth = 1 if pixels.ndim == 2 else 3
    row = pixels.shape[1] * depth
    if not pixels[0].flags.c_contiguous or pixels.strides[0] < row:  # rows may have gaps
        pixels = np.ascontiguousarray(pixels)
    form = _library.GREY if depth == 1 else _library.BGR if bgr else _library.RGB
    image = _library.Image(
        pixels.ctypes.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], form
    )
    return image, pixels


def turn(library: Library, image: Any, orientation: int, pixels: Bytes) -> Bytes:
    """Makes the image the turned one; gives the array that it then points into."""
    if operator.index(orientation) not in range(1, 9):
        raise ValueError(f"an orientation is within 1..8, not {orientation}")
    turned = np.empty(pixels.size, np.uint8)
    depth = 1 if pixels.ndim == 2 else 3
    row = depth * (image.height if orientation >= 5 else image.width)
    status = library.functions.xnc_image_turn(
        byref(image), orientation, turned.ctypes.data, row, byref(image)
    )
    library.expect(status, "orientation")
    return turned


def cut(library: Library, image: Any, box: Sequence[float], margin: float) -> None:
    """Narrows the image to the box."""
    x, y, width, height = map(float, box)
    status = library.functions.xnc_image_box(
        byref(image), byref(_library.Box(x, y, width, height)), float(margin), byref(image)
    )
    if status != Status.OK:
        size = f"{image.width} x {image.height}"
        raise ValueError(f"no pixel of {size} lies in the box {box} with margin {margin}")


def prepare(library: Library, how: Any, image: Any, channels: int, result: Floats) -> None:
    """Resizes, crops and normalizes the image into one image of the input, float32."""
    functions = library.functions
    size = functions.xnc_image_scratch_bytes(byref(how), channels, byref(image))
    if size == 0:
        library.expect(Status.ARGUMENT, "preprocessing")
    scratch = np.empty(size, np.uint8)
    status = functions.xnc_image_input(
        byref(how), channels, byref(image), scratch.ctypes.data, size, result.ctypes.data
    )
    library.expect(status, "preprocessing")


def result_for(shape: tuple[int, ...], out: Optional[Floats]) -> Floats:
    """The caller's array when it fits, else a new one."""
    if out is None:
        return np.empty(shape, np.float32)
    if out.shape != shape:
        raise ValueError(f"out is [{', '.join(map(str, shape))}], not {list(out.shape)}")
    if out.dtype != np.float32 or not out.flags.carray:
        raise TypeError("out is a contiguous, aligned, writeable array of float32")
    return out
