"""Model: one compiled network with its weights, arena and threads."""

from __future__ import annotations

import ctypes
import operator
import os
import threading
import weakref
from ctypes import c_void_p
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, Sequence, Union

import numpy as np

from . import _facts, _images, _library, _pictures
from ._facts import SCORES, PathLike, Preprocess, Ranked, Tensor
from ._library import Error, Library, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._facts import Floats


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
    layout = "NC" if info.rank == 2 else "NHWC" if info.channels_last else "NCHW"
    return Tensor(info.name.decode(), tuple(info.shape[: info.rank]), layout)


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
        """A lock that nobody holds: for a new model, and in a child of fork(), which has not got
        the thread that may have held the old one."""
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
        """Type that the operands of its products are rounded to, "f32", "bf16" or "int8"."""
        return self._text("xnc_model_precision")

    @property
    def weights_type(self) -> str:
        """Type that its products' weights are stored in: "f16", or what the precision says."""
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
        how, channels = self._how(), min(self._input.channels, 4)
        return Preprocess(
            size=(how.height, how.width),
            crop_pct=how.crop_pct,
            mean=tuple(how.mean[:channels]),
            std=tuple(how.std[:channels]),
            multiplies=how.scale[0] != 0,
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
        out: Optional[Floats] = None,
    ) -> Floats:
        """Resizes, crops and normalizes a picture as timm does for evaluation, bit for bit.

        picture: uint8 [H, W, 3] in the order RGB (or BGR), or grey [H, W]. With Pillow:
        np.asarray(Image.open(path).convert("RGB")). Gives float32 [C, H, W], or [H, W, C] for a
        model compiled with --layout=nhwc.
        orientation: of EXIF, when the picture stands as the camera stored it; orientation(file)
        finds it. It is turned before anything else.
        box: left, top, width and height in pixels of the part to see; what lies outside is cut off.
        margin: the box becomes the square on its longer side times this; 0 leaves it as it is; by
        default the model's (preprocess.margin).
        out: float32 of that shape to write to, such as one image of a batch; it is what is given
            back.
        """
        image, pixels = _pictures.described(picture, bgr)
        if orientation != 1:
            pixels = _pictures.turn(self._library, image, orientation, pixels)
        if box is not None:
            wide = self._how().margin if margin is None else margin
            _pictures.cut(self._library, image, box, wide)
        result = _pictures.result_for(self._input.shape[1:], out)
        _pictures.prepare(self._library, self._how(), image, self._input.channels, result)
        return result

    def inputs(self, images: Any, *, layout: Optional[str] = None) -> Floats:
        """What run() takes, float32 in the layout of the input, for whatever __call__() takes."""
        taken = _images.take(images, layout, self._input)
        if not isinstance(taken, list):
            return taken
        batch = np.empty((len(taken), *self._input.shape[1:]), np.float32)
        turned = self._how().exif

        def fill(index: int) -> None:
            picture = taken[index]
            orientation = picture.orientation if turned else 1
            self.prepare(picture.pixels, orientation=orientation, out=batch[index])

        self._each(fill, len(taken))
        return batch

    def _each(self, work: Callable[[int], None], count: int) -> None:
        """Does the work for each index below count, on as many threads as the model has."""
        if self._threads == 1 or count == 1:
            for index in range(count):
                work(index)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(self._threads, count)) as pool:
            list(pool.map(work, range(count)))

    def __call__(self, images: Any, *, layout: Optional[str] = None, out: Any = None) -> Any:
        """The outputs for images: what run() gives for inputs(images).

        images, one or a list of them:
            a path of a JPEG or PNG file, or what else Pillow opens (pip install 'xnc[pictures]')
            a picture of Pillow
            uint8 [H, W, 3] or [H, W], RGB or grey: a decoded picture; [N, H, W, 3]: N of them
            float32 [N, C, H, W] or [C, H, W], or in the layout that input.layout says: normalized
            input, handed on without a copy when it is contiguous; other floats are converted
        Pictures are turned (if preprocess.exif), resized, cropped and normalized. Arrays may be of
        NumPy, a torch.Tensor on the CPU, or anything that speaks DLPack.
        layout: "HWC", "CHW", "NHWC", "NCHW" or "HW", when the array is laid out otherwise than
        above; a shape that does not fit is a ValueError.
        out: one array (or torch.Tensor) for each output to write to, float32, contiguous.

        Gives float32 [N, classes], or a tuple of maps for a model that has several outputs: arrays
        of NumPy (which speak DLPack), or a torch.Tensor on the same memory when images is one.
        """
        results = None
        if out is not None:
            given = list(out) if isinstance(out, (list, tuple)) else [out]
            results = [_images.shared_array(one) for one in given]
            if any(result is None for result in results):
                raise TypeError("out has arrays of float32, of NumPy, torch or DLPack")
        outputs = self.run(self.inputs(images, layout=layout), results)  # type: ignore[arg-type]
        if out is not None:
            return out
        if isinstance(outputs, tuple):
            return tuple(_images.like(images, output) for output in outputs)
        return _images.like(images, outputs)

    def run(
        self, x: Floats, out: Optional[Sequence[Floats]] = None
    ) -> Union[Floats, tuple[Floats, ...]]:
        """The output for x, or a tuple of the outputs of a model that has several.

        x: float32 [N, C, H, W], or what input.layout says, normalized (prepare() makes one image of
        it). Any N will do: the images go through the network in batches of input.shape[0].
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
        self, outputs: NDArray[Any], scores: Optional[str] = None
    ) -> NDArray[np.float64]:
        """Probabilities, in float64, of what run() gives for images: [N, classes].

        scores: "softmax" where one class of several is right, "sigmoid" where each output is a
        label of its own (one logit, several labels at once), "none" where the outputs are
        probabilities already. None: as the model says (scores).
        """
        kind = self.scores if scores is None else scores
        if kind not in SCORES:
            raise ValueError(f"scores is one of {', '.join(SCORES)}, not {scores!r}")
        return _facts.probabilities(kind, outputs)

    def classify(
        self,
        picture: Any,
        k: int = 5,
        *,
        scores: Optional[str] = None,
        layout: Optional[str] = None,
        **view: Any,
    ) -> list[Ranked]:
        """The k most probable classes of one image, the best first. A model with one output gives
        class 1 alone, with its probability.

        picture: one image as __call__() takes it; layout: likewise; scores: as probabilities()
        takes it; view: bgr, orientation, box and margin as prepare() takes them, for uint8 pixels.
        """
        x = self.prepare(picture, **view)[None] if view else self.inputs(picture, layout=layout)
        if len(x) != 1:
            raise ValueError(f"classify() takes one image, classify_all() the {len(x)} of these")
        return self._rank(x, k, scores)[0]

    def classify_all(
        self,
        images: Any,
        k: int = 5,
        *,
        scores: Optional[str] = None,
        layout: Optional[str] = None,
    ) -> list[list[Ranked]]:
        """What classify() gives for each of several images, which go through the network in
        batches."""
        return self._rank(self.inputs(images, layout=layout), k, scores)

    def _rank(self, x: Floats, k: int, scores: Optional[str]) -> list[list[Ranked]]:
        if self.classes is None:
            raise ValueError(f"{self.name} gives maps, not classes")
        outputs = self.run(x)
        assert isinstance(outputs, np.ndarray)
        first, names = int(self.classes == 1), self.labels
        answers = []
        for chances in self.probabilities(outputs, scores):
            best = [int(index) for index in np.argsort(-chances, kind="stable")[:k]]
            answers.append(
                [Ranked(i + first, float(chances[i]), names[i] if names else None) for i in best]
            )
        return answers


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
