"""Model: one compiled network with its weights, arena and threads."""

from __future__ import annotations

import ctypes
import operator
import os
import threading
import weakref
from ctypes import byref, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Optional, Sequence, Union

import numpy as np
from numpy.typing import NDArray

from . import _library
from ._library import Error, Library, Status

PathLike = Union[str, "os.PathLike[str]"]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Tensor:
    """Name and shape of the input or of an output: [N, C, H, W], or [N, C]."""

    name: str
    shape: tuple[int, ...]


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


def _count_threads(threads: int) -> int:
    count = operator.index(threads)
    if not 1 <= count <= _library.MAX_THREADS:
        raise Error(Status.ARGUMENT, f"threads is within 1..{_library.MAX_THREADS}, not {threads}")
    return count


class _Owned:
    """A handle of the runtime that goes when nobody refers to it any more."""

    def __init__(self, library: Library, destroy: str, handle: int) -> None:
        self.library = library
        self.handle = handle
        weakref.finalize(self, getattr(library.functions, destroy), handle)


def _open_weights(library: Library, path: Optional[PathLike], map_weights: bool) -> _Owned:
    """A file, the one beside the library by default; unless the weights are in the library."""
    inside = library.address(f"{library.name}_weights")
    if path is None and inside is not None:
        size = library.functions.xnc_model_weights_bytes(library.model)
        handle = library.created("xnc_weights_attach", library.model, inside, size)
    else:
        beside = Path(library.path).with_name(f"{library.name}.weights")
        file = os.fspath(path if path is not None else beside)
        flags = _library.MAP if map_weights else 0
        handle = library.created(
            "xnc_weights_open", library.model, os.fsencode(file), flags, about=file
        )
    return _Owned(library, "xnc_weights_close", handle)


def _tensor(pointer: Any) -> Tensor:
    info = pointer.contents
    return Tensor(info.name.decode(), tuple(info.shape[: info.rank]))


SCORES = ("softmax", "sigmoid", "none")
"""xnc_scores by its numbers."""


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers: NDArray[np.float64] = np.exp(logits - logits.max(-1, keepdims=True))
    powers /= powers.sum(-1, keepdims=True)
    return powers


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers: NDArray[np.float64] = np.exp(-np.abs(logits))  # of both signs, without overflow
    result: NDArray[np.float64] = np.where(logits > 0, 1.0, powers) / (1.0 + powers)
    return result


class Model:
    """A network from the shared object that 'xnc compile MODEL --emit=so' wrote.

    library      the shared object, libNAME.so
    weights      the blob; by default what --weights-as=object put into the library, else
                 NAME.weights beside it
    name         the prefix of the library's symbols, when the file was renamed
    threads      of each run
    map_weights  processes that map the same file share its memory; False reads it, for files that
                 others may change or cut while they are used

    Calls of one model from several threads take turns; share() gives a second one that runs beside
    it on the same weights. A model is closed by close(), at the end of a 'with', or when it is
    collected; closing it again does nothing.

    Models work in a child of fork() too. copy and deepcopy are share(); a pickled model opens the
    same files again where it is unpickled.

    Raises xnc.Error for what the runtime refuses (weights of another network, a CPU that lacks what
    the library was compiled for, ...), OSError for a library that cannot be loaded, ValueError and
    TypeError for wrong arguments.
    """

    def __init__(
        self,
        library: PathLike,
        weights: Optional[PathLike] = None,
        *,
        name: Optional[str] = None,
        threads: int = 1,
        map_weights: bool = True,
    ) -> None:
        path = os.fspath(library)
        prefix = name or Path(path).name.split(".")[0].removeprefix("lib")
        count = _count_threads(threads)
        loaded = Library(path, prefix)
        self._begin(loaded, _open_weights(loaded, weights, map_weights), count)
        file = None if weights is None else os.path.abspath(weights)
        self._again: tuple[Any, ...] = (loaded.path, file, prefix, map_weights)

    def _begin(self, library: Library, weights: _Owned, threads: int) -> None:
        functions = library.functions
        self._library = library
        self._weights: Optional[_Owned] = weights
        pool = _Owned(library, "xnc_pool_destroy", library.created("xnc_pool_create", threads))
        self._arena_bytes: int = functions.xnc_arena_bytes(library.model, threads)
        arena = functions.xnc_arena_create(self._arena_bytes)
        if not arena:
            raise Error(Status.MEMORY, "no memory for the arena")
        self._pool: Optional[_Owned] = pool
        self._arena: Optional[_Owned] = _Owned(library, "xnc_arena_destroy", arena)
        self._exec = _library.Exec(pool=pool.handle)
        self._threads = threads
        self._unlock()
        _models.add(self)
        self._input = _tensor(functions.xnc_model_input(library.model))
        outputs = range(functions.xnc_model_outputs(library.model))
        self._outputs = tuple(
            _tensor(functions.xnc_model_output(library.model, index)) for index in outputs
        )

    def share(self, threads: int = 1) -> Model:
        """Another model on the same weights, with arena and threads of its own."""
        other = Model.__new__(Model)
        other._begin(self._library, self._opened(), _count_threads(threads))
        other._again = self._again
        return other

    def close(self) -> None:
        """Gives memory and threads back; the weights stay while others share them."""
        with self._lock:
            self._weights = self._arena = self._pool = None

    def _unlock(self) -> None:
        """A lock that nobody holds: for a new model, and in a child of fork(), which has not got the
        thread that may have held the old one."""
        self._lock = threading.Lock()

    def __copy__(self) -> Model:
        return self.share(self._threads)

    def __deepcopy__(self, _: object) -> Model:
        return self.share(self._threads)

    def __reduce__(self) -> tuple[Any, ...]:
        self._opened()
        return _reopen, (*self._again, self._threads)

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<xnc.Model {self.name} {list(self._input.shape)} for {self.target}>"

    def _opened(self) -> _Owned:
        if self._weights is None:
            raise ValueError("the model is closed")
        return self._weights

    def _text(self, function: str) -> str:
        text: bytes = getattr(self._library.functions, function)(self._library.model)
        return text.decode()

    @property
    def name(self) -> str:
        """Name of the network."""
        return self._text("xnc_model_name")

    @property
    def version(self) -> str:
        """Version of the compiler that wrote the library."""
        return self._text("xnc_model_version")

    @property
    def target(self) -> str:
        """Instruction set that the library was compiled for."""
        return self._text("xnc_model_target")

    @property
    def precision(self) -> str:
        """Type that the operands of its products are rounded to, "f32" or "bf16"."""
        return self._text("xnc_model_precision")

    @property
    def weights_type(self) -> str:
        """Type that the weights of its products are stored in: "f16", or what the precision says."""
        return self._text("xnc_model_weights_type")

    @property
    def macs(self) -> int:
        """Multiply-adds of one run, of all images of the batch."""
        macs: int = self._library.functions.xnc_model_macs(self._library.model)
        return macs

    @property
    def threads(self) -> int:
        """Threads of a run, the calling one included."""
        return self._threads

    @property
    def input(self) -> Tensor:
        """The one input: float32, normalized. Its first dimension is the batch of one run."""
        return self._input

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs: logits, or the maps of --features."""
        return self._outputs

    @property
    def classes(self) -> Optional[int]:
        """Length of the one output vector; None for a model that gives maps."""
        first = self._outputs[0].shape
        return first[1] if len(self._outputs) == 1 and len(first) == 2 else None

    @property
    def scores(self) -> str:
        """What makes probabilities of the outputs: "softmax", "sigmoid" or "none"."""
        return SCORES[self._library.functions.xnc_model_scores(self._library.model)]

    @property
    def labels(self) -> Optional[tuple[str, ...]]:
        """Names of the classes; None when it was compiled without --with-labels."""
        names = self._library.functions.xnc_model_labels(self._library.model)
        if not names or self.classes is None:
            return None
        return tuple(name.decode() for name in names[: self.classes])

    def _how(self) -> Any:
        return self._library.functions.xnc_model_preprocess(self._library.model).contents

    @property
    def preprocess(self) -> Preprocess:
        """How a picture becomes the input."""
        how, channels = self._how(), min(self._input.shape[1], 4)
        return Preprocess(
            size=(how.height, how.width),
            crop_pct=how.crop_pct,
            mean=tuple(how.mean[:channels]),
            std=tuple(how.std[:channels]),
            interpolation=how.interpolation.decode(),
            crop_mode=how.crop_mode.decode(),
            margin=how.margin,
            exif=bool(how.exif),
        )

    def orientation(self, file: bytes) -> int:
        """The EXIF orientation, 1 to 8, that the bytes of a JPEG or PNG file state; else 1."""
        found: int = self._library.functions.xnc_image_orientation(file, len(file))
        return found

    def prepare(
        self,
        picture: NDArray[np.uint8],
        *,
        bgr: bool = False,
        orientation: int = 1,
        box: Optional[Sequence[float]] = None,
        margin: Optional[float] = None,
    ) -> Floats:
        """Resizes, crops and normalizes a picture as timm does for evaluation, bit for bit.

        picture: uint8 [H, W, 3] in the order RGB (or BGR), or grey [H, W]. With Pillow:
        np.asarray(Image.open(path).convert("RGB")). Gives float32 [C, H, W].
        orientation: of EXIF, when the picture stands as the camera stored it; orientation(file)
        finds it. It is turned before anything else.
        box: left, top, width and height in pixels of the part to see; what lies outside is cut off.
        margin: the box becomes the square on its longer side times this; 0 leaves it as it is; by
        default the model's (preprocess.margin).
        """
        pixels = np.asarray(picture)
        if pixels.dtype != np.uint8:
            raise TypeError(f"a picture is uint8, not {pixels.dtype}")
        if pixels.size == 0 or not (
            pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
        ):
            raise ValueError(f"a picture is [H, W, 3] or [H, W], not {list(pixels.shape)}")
        depth = 1 if pixels.ndim == 2 else 3
        row = pixels.shape[1] * depth
        if not pixels[0].flags.c_contiguous or pixels.strides[0] < row:  # rows may have gaps
            pixels = np.ascontiguousarray(pixels)
        form = _library.GREY if depth == 1 else _library.BGR if bgr else _library.RGB
        image = _library.Image(
            pixels.ctypes.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], form
        )
        if orientation != 1:
            turned = np.empty(pixels.size, np.uint8)
            self._turn(image, orientation, turned, depth)
        if box is not None:
            self._cut(image, box, self._how().margin if margin is None else margin)
        return self._prepare(image)

    def _turn(self, image: Any, orientation: int, pixels: NDArray[np.uint8], depth: int) -> None:
        """Makes the image the turned one, whose pixels those become."""
        if operator.index(orientation) not in range(1, 9):
            raise ValueError(f"an orientation is within 1..8, not {orientation}")
        row = depth * (image.height if orientation >= 5 else image.width)
        status = self._library.functions.xnc_image_turn(
            byref(image), orientation, pixels.ctypes.data, row, byref(image)
        )
        self._library.expect(status, "orientation")

    def _cut(self, image: Any, box: Sequence[float], margin: float) -> None:
        """Narrows the image to the box."""
        x, y, width, height = map(float, box)
        status = self._library.functions.xnc_image_box(
            byref(image), byref(_library.Box(x, y, width, height)), float(margin), byref(image)
        )
        if status != Status.OK:
            size = f"{image.width} x {image.height}"
            raise ValueError(f"no pixel of {size} lies in the box {box} with margin {margin}")

    def _prepare(self, image: Any) -> Floats:
        functions, how, channels = self._library.functions, self._how(), self._input.shape[1]
        size = functions.xnc_image_scratch_bytes(byref(how), channels, byref(image))
        if size == 0:
            self._library.expect(Status.ARGUMENT, "preprocessing")
        scratch = np.empty(size, np.uint8)
        result = np.empty(self._input.shape[1:], np.float32)
        status = functions.xnc_image_input(
            byref(how), channels, byref(image), scratch.ctypes.data, size, result.ctypes.data
        )
        self._library.expect(status, "preprocessing")
        return result

    def run(
        self, x: Floats, out: Optional[Sequence[Floats]] = None
    ) -> Union[Floats, tuple[Floats, ...]]:
        """The output for x, or a tuple of the outputs of a model that has several.

        x: float32 [N, C, H, W], normalized (prepare() makes one image of it). Any N will do: the
        images go through the network in batches of input.shape[0].
        out: arrays to write to, one for each output, when N is that batch.
        """
        images = np.asarray(x)
        if images.dtype.kind != "f":
            raise TypeError(f"the input is float32, not {images.dtype}; prepare() takes pictures")
        if images.ndim != 4 or images.shape[1:] != self._input.shape[1:] or len(images) == 0:
            expected = ", ".join(map(str, self._input.shape[1:]))
            raise ValueError(f"the input is [N, {expected}], not {list(images.shape)}")
        images = np.require(images, np.float32, ["C", "ALIGNED"])
        results = self._results(len(images), out)
        batch = self._input.shape[0]
        for first in range(0, len(images), batch):
            self._run_batch(images[first : first + batch], [r[first:] for r in results])
        return tuple(results) if len(results) > 1 else results[0]

    def _results(self, count: int, out: Optional[Sequence[Floats]]) -> list[Floats]:
        """Arrays for so many images; those of the caller when there are some."""
        each = count // self._input.shape[0]
        shapes = [(count, *info.shape[1:]) for info in self._outputs]
        if out is None:
            return [np.empty(shape, np.float32) for shape in shapes]
        results = list(out)
        if [result.shape for result in results] != shapes or each * self._input.shape[0] != count:
            raise ValueError(f"out has arrays of the shapes {shapes}")
        if not all(r.dtype == np.float32 and r.flags.carray for r in results):
            raise TypeError("out has contiguous, aligned, writeable arrays of float32")
        return results

    def _run_batch(self, images: Floats, results: list[Floats]) -> None:
        """One run. A batch that is not full goes through copies of the full size."""
        missing = self._input.shape[0] - len(images)
        if missing > 0:
            full = [np.empty(info.shape, np.float32) for info in self._outputs]
            gap = np.zeros((missing, *images.shape[1:]), np.float32)
            self._run_batch(np.concatenate([images, gap]), full)
            for result, computed in zip(results, full):
                result[:] = computed[: len(images)]
            return
        pointers = (c_void_p * len(results))(*[result.ctypes.data for result in results])
        with self._lock:
            weights = self._opened()
            assert self._arena is not None
            status = self._library.functions.xnc_run(
                self._library.model,
                weights.handle,
                self._arena.handle,
                self._arena_bytes,
                images.ctypes.data,
                pointers,
                ctypes.byref(self._exec),
            )
        self._library.expect(status)

    def probabilities(
        self, outputs: Floats, scores: Optional[str] = None
    ) -> NDArray[np.float64]:
        """Probabilities, in float64, of what run() gives for images: [N, classes].

        scores: "softmax" where one class of several is right, "sigmoid" where each output is a
        label of its own (one logit, several labels at once), "none" where the outputs are
        probabilities already. None: as the model says (scores).
        """
        kind = self.scores if scores is None else scores
        if kind not in SCORES:
            raise ValueError(f"scores is one of {', '.join(SCORES)}, not {scores!r}")
        values = np.asarray(outputs).astype(np.float64)
        if kind == "none":
            return values
        return _softmax(values) if kind == "softmax" else _sigmoid(values)

    def classify(
        self,
        picture: NDArray[np.uint8],
        k: int = 5,
        *,
        scores: Optional[str] = None,
        **view: Any,
    ) -> list[Ranked]:
        """The k most probable classes of a picture, the best first. A model with one output gives
        class 1 alone, with its probability. scores: as probabilities() takes it; view: as prepare()
        takes it."""
        if self.classes is None:
            raise ValueError(f"{self.name} gives maps, not classes")
        outputs = self.run(self.prepare(picture, **view)[None])
        assert isinstance(outputs, np.ndarray)
        chances = self.probabilities(outputs[0], scores)
        first = int(self.classes == 1)
        best = np.argsort(-chances, kind="stable")[:k]
        return [Ranked(int(index) + first, float(chances[index])) for index in best]


def _reopen(
    library: str, weights: Optional[str], name: str, map_weights: bool, threads: int
) -> Model:
    """What a pickled model becomes."""
    return Model(library, weights, name=name, map_weights=map_weights, threads=threads)


_models: weakref.WeakSet[Model] = weakref.WeakSet()
"""All models of this process."""


def _unlock_models() -> None:
    for model in list(_models):
        model._unlock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock_models)
