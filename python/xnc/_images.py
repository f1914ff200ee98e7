"""What people have (paths, pictures of Pillow, arrays, tensors) -> arrays of NumPy.

    "photo.jpg", PIL.Image, uint8 [H, W, 3]    ->   a Picture: pixels and EXIF orientation
    float [N, C, H, W], [N, H, W, C], ...      ->   float32 in the layout of the input

Memory is shared where it can be: a float32 array in the layout of the model is handed on as it is,
also when it belongs to a torch.Tensor or comes by DLPack.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

import numpy as np

from ._facts import PathLike

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._facts import Bytes, Floats, Tensor

LAYOUTS = ("HW", "HWC", "CHW", "NHWC", "NCHW")
"""Names of layouts: N images, C channels, H rows, W columns."""


class Picture(NamedTuple):
    """Decoded pixels, uint8 [H, W, 3] or [H, W], and the EXIF orientation, 1 to 8."""

    pixels: Bytes
    orientation: int = 1


def is_tensor(value: object) -> bool:
    """Whether it is a torch.Tensor; torch is not imported for that."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def shared_array(value: Any) -> Optional[NDArray[Any]]:
    """An array on the memory of an array, a tensor on the CPU or whatever speaks DLPack; None for
    anything else."""
    if isinstance(value, np.ndarray):
        return value
    if is_tensor(value):
        if value.device.type != "cpu":
            raise TypeError(f"a tensor has to be on the CPU, not on {value.device}: call .cpu()")
        array: NDArray[Any] = value.detach().numpy()
        return array
    if hasattr(value, "__dlpack__"):
        exported: NDArray[Any] = np.from_dlpack(value)
        return exported
    return None


def like(given: object, result: NDArray[Any]) -> Any:
    """A result as what it was asked with: a torch.Tensor on its memory for one, else itself."""
    return sys.modules["torch"].from_numpy(result) if is_tensor(given) else result


def _image_module() -> Any:
    try:
        return importlib.import_module("PIL.Image")
    except ImportError:
        raise ImportError(
            "pictures in files are read by Pillow: pip install 'xnc[pictures]' (or decode them"
            " yourself and give uint8 [H, W, 3])"
        ) from None


ORIENTATION = 0x0112
"""The tag of EXIF."""


def _of_pillow(picture: Any) -> Picture:
    orientation = picture.getexif().get(ORIENTATION, 1)
    valid = isinstance(orientation, int) and 1 <= orientation <= 8
    return Picture(np.asarray(picture.convert("RGB")), orientation if valid else 1)


def _of_file(path: PathLike) -> Picture:
    with _image_module().open(os.fspath(path)) as picture:
        return _of_pillow(picture)


def _checked_layout(array: NDArray[Any], layout: Optional[str], usual: dict[int, str]) -> str:
    """The layout that was said, or the usual one of so many dimensions."""
    if layout is not None and layout not in LAYOUTS:
        raise ValueError(f"layout is one of {', '.join(LAYOUTS)}, not {layout!r}")
    found = layout or usual.get(array.ndim)
    if found is None or len(found) != array.ndim:
        counts = " or ".join(map(str, usual))
        said = f"of layout {layout}" if layout else f"with {counts} dimensions"
        raise ValueError(f"an array {said} is expected, not {list(array.shape)}")
    return found


def _of_bytes(array: NDArray[Any], layout: Optional[str]) -> list[Picture]:
    """uint8 in a layout: one picture, or N of them."""
    found = _checked_layout(array, layout, {2: "HW", 3: "HWC", 4: "NHWC"})
    if found.endswith("CHW"):
        array = np.moveaxis(array, -3, -1)
    if "C" in found and array.shape[-1] == 1:
        array = array[..., 0]
    elif "C" in found and array.shape[-1] != 3:
        raise ValueError(f"a picture in {found} has 1 or 3 channels, not {array.shape[-1]}")
    return [Picture(pixels) for pixels in (array if found.startswith("N") else array[None])]


def _of_floats(array: NDArray[Any], layout: Optional[str], wanted: Tensor) -> Floats:
    """Floats in a layout as float32 in that of the input that is wanted."""
    own = wanted.layout[1:]
    found = _checked_layout(array, layout, {3: own, 4: wanted.layout})
    if found == "HW":
        raise ValueError("floats are normalized input, [N, C, H, W]; HW is for uint8 pictures")
    images = array if found.startswith("N") else array[None]
    if not found.endswith(own):
        images = np.moveaxis(images, *((-1, 1) if own == "CHW" else (1, -1)))
    if images.shape[1:] != wanted.shape[1:] or len(images) == 0:
        other = "N" * (array.ndim == 4) + ("CHW" if found.endswith("HWC") else "HWC")
        sizes = dict(zip(wanted.layout, wanted.shape))
        turned = array.shape[-3:] == tuple(sizes[letter] for letter in other[-3:])
        names = ", ".join(str(sizes[letter]) for letter in found[-3:])
        raise ValueError(
            f"floats in {found} are [N, {names}] for this model, not {list(array.shape)}"
            + (f"; these look like {other}: say layout={other!r}" if turned else "")
        )
    return np.require(images, np.float32, ["C", "ALIGNED"])


Taken = Union["Floats", list[Picture]]
"""Normalized input, or pictures that are still to be prepared."""


def _take_one(value: Any, layout: Optional[str], wanted: Tensor) -> Taken:
    if isinstance(value, (str, os.PathLike)):
        return [_of_file(value)]
    if isinstance(value, Picture):
        return [value]
    pillow = sys.modules.get("PIL.Image")  # who has a picture of Pillow has imported it
    if pillow is not None and isinstance(value, pillow.Image):
        return [_of_pillow(value)]
    array = shared_array(value)
    if array is not None and array.dtype == np.uint8:
        return _of_bytes(array, layout)
    if array is not None and array.dtype.kind == "f":
        return _of_floats(array, layout, wanted)
    what = f"an array of {array.dtype}" if array is not None else f"{type(value).__name__}"
    raise TypeError(
        "images are paths, pictures of Pillow, uint8 pictures or normalized floats (arrays, torch"
        f" tensors, DLPack), or a list of these; not {what}"
    )


def take(images: Any, layout: Optional[str], wanted: Tensor) -> Taken:
    """What run() takes for images, or the pictures to prepare for it. wanted: the input."""
    if isinstance(images, Picture) or not isinstance(images, (list, tuple)):
        return _take_one(images, layout, wanted)
    if not images:
        raise ValueError("there are no images")
    each = [_take_one(image, layout, wanted) for image in images]
    pictures = [picture for one in each if isinstance(one, list) for picture in one]
    if not pictures:
        return np.concatenate([one for one in each if not isinstance(one, list)])
    if all(isinstance(one, list) for one in each):
        return pictures
    raise TypeError("images are either all pictures or all normalized floats")
