"""The C interface of a compiled network, as ctypes sees it: runtime/xnc.h and runtime/xnc_image.h.

Structures mirror the headers field by field; a test compares their sizes with the compiler's.
"""

from __future__ import annotations

import ctypes
import enum
import os
from ctypes import POINTER, c_char_p, c_double, c_float, c_int, c_int64, c_size_t, c_uint, c_void_p
from typing import Any, Callable, Optional

from ._version import __version__

MAP = 1
"""XNC_MAP: the weights are mapped, and processes share them."""

MAX_THREADS = 1024
"""XNC_MAX_THREADS; a larger number might be cut to a C int that is allowed."""


class Status(enum.IntEnum):
    """xnc_status; xnc.h says what each one means."""

    OK = 0
    ARGUMENT = 1
    CPU = 2
    ARENA = 3
    IO = 4
    FORMAT = 5
    VERSION = 6
    MISMATCH = 7
    CORRUPT = 8
    MEMORY = 9
    BYTE_ORDER = 10
    SIZE = 11
    PACKING = 12
    DIFFERENT = 13


class Error(RuntimeError):
    """A function of the runtime gave a status that is not OK; the message is its text."""

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        return Error, (self.status, str(self))


class TensorInfo(ctypes.Structure):
    """xnc_tensor_info."""

    _fields_ = [
        ("name", c_char_p),
        ("rank", c_int),
        ("shape", c_int64 * 4),
        ("channels_last", c_int),
    ]


class PreprocessInfo(ctypes.Structure):
    """xnc_preprocess."""

    _fields_ = [
        ("height", c_int),
        ("width", c_int),
        ("crop_pct", c_double),
        ("mean", c_float * 4),
        ("std", c_float * 4),
        ("interpolation", c_char_p),
        ("crop_mode", c_char_p),
        ("margin", c_double),
        ("exif", c_int),
        ("channels_last", c_int),
        ("scale", c_float * 4),
        ("offset", c_float * 4),
    ]


class Exec(ctypes.Structure):
    """xnc_exec."""

    _fields_ = [
        ("pool", c_void_p),
        ("parallel", c_void_p),
        ("context", c_void_p),
        ("threads", c_int),
        ("profile", c_void_p),
        ("profile_context", c_void_p),
    ]


class Image(ctypes.Structure):
    """xnc_image."""

    _fields_ = [
        ("pixels", c_void_p),
        ("width", c_int),
        ("height", c_int),
        ("stride", c_size_t),
        ("format", c_int),
    ]


class Box(ctypes.Structure):
    """xnc_box."""

    _fields_ = [("x", c_double), ("y", c_double), ("width", c_double), ("height", c_double)]


RGB, BGR, GREY = range(3)

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "xnc_status_text": (c_char_p, [c_int]),
    "xnc_model_name": (c_char_p, [c_void_p]),
    "xnc_model_version": (c_char_p, [c_void_p]),
    "xnc_model_target": (c_char_p, [c_void_p]),
    "xnc_model_precision": (c_char_p, [c_void_p]),
    "xnc_model_weights_type": (c_char_p, [c_void_p]),
    "xnc_model_input": (POINTER(TensorInfo), [c_void_p]),
    "xnc_model_outputs": (c_int, [c_void_p]),
    "xnc_model_output": (POINTER(TensorInfo), [c_void_p, c_int]),
    "xnc_model_weights_bytes": (c_size_t, [c_void_p]),
    "xnc_model_macs": (ctypes.c_uint64, [c_void_p]),
    "xnc_model_scores": (c_int, [c_void_p]),
    "xnc_model_labels": (POINTER(c_char_p), [c_void_p]),
    "xnc_model_preprocess": (POINTER(PreprocessInfo), [c_void_p]),
    "xnc_weights_open": (c_int, [POINTER(c_void_p), c_void_p, c_char_p, c_uint]),
    "xnc_weights_attach": (c_int, [POINTER(c_void_p), c_void_p, c_void_p, c_size_t]),
    "xnc_weights_close": (None, [c_void_p]),
    "xnc_arena_bytes": (c_size_t, [c_void_p, c_int]),
    "xnc_arena_create": (c_void_p, [c_size_t]),
    "xnc_arena_destroy": (None, [c_void_p]),
    "xnc_pool_create": (c_int, [POINTER(c_void_p), c_int]),
    "xnc_pool_destroy": (None, [c_void_p]),
    "xnc_run": (
        c_int,
        [c_void_p, c_void_p, c_void_p, c_size_t, c_void_p, POINTER(c_void_p), POINTER(Exec)],
    ),
    "xnc_image_orientation": (c_int, [c_char_p, c_size_t]),
    "xnc_image_turn": (c_int, [POINTER(Image), c_int, c_void_p, c_size_t, POINTER(Image)]),
    "xnc_image_box": (c_int, [POINTER(Image), POINTER(Box), c_double, POINTER(Image)]),
    "xnc_image_scratch_bytes": (c_size_t, [POINTER(PreprocessInfo), c_int, POINTER(Image)]),
    "xnc_image_input": (
        c_int,
        [POINTER(PreprocessInfo), c_int, POINTER(Image), c_void_p, c_size_t, c_void_p],
    ),
}


class Library:
    """A shared object of 'xnc compile --emit=so': its functions, and the address of the model."""

    def __init__(self, path: str, name: str) -> None:
        self.path = os.path.abspath(path)
        self.functions = ctypes.CDLL(self.path)
        self.name = name
        self._check_version()
        for function, (result, arguments) in _SIGNATURES.items():
            try:
                entry = getattr(self.functions, function)
            except AttributeError:
                raise ValueError(f"{path}: no {function}(), which --emit=so puts in") from None
            entry.restype, entry.argtypes = result, arguments

    def _check_version(self) -> None:
        """Finds the model, and refuses that of another version, whose structures may differ."""
        try:
            version = self.functions.xnc_model_version
        except AttributeError:
            raise ValueError(f"{self.path}: not made by 'xnc compile --emit=so'") from None
        model = self.address(f"{self.name}_model")
        if model is None:
            raise ValueError(
                f"{self.path}: no {self.name}_model in it; say name= as --prefix was said"
            )
        self.model: int = model
        version.restype, version.argtypes = _SIGNATURES["xnc_model_version"]
        written = version(model).decode()
        if written != __version__:
            raise Error(
                Status.VERSION,
                f"{self.path} was compiled by xnc {written}, this package is of {__version__}:"
                " compile it again",
            )

    def address(self, symbol: str) -> Optional[int]:
        """Where a constant stands; None when there is none of that name."""
        try:
            return ctypes.addressof(ctypes.c_char.in_dll(self.functions, symbol))
        except ValueError:
            return None

    def expect(self, status: int, about: str = "") -> None:
        """Raises Error unless the status is OK."""
        if status != Status.OK:
            text = self.functions.xnc_status_text(status).decode()
            raise Error(Status(status), f"{about}: {text}" if about else text)

    def created(self, function: str, *arguments: Any, about: str = "") -> int:
        """The handle that a function gives through its first pointer."""
        handle = c_void_p()
        create: Callable[..., int] = getattr(self.functions, function)
        self.expect(create(ctypes.byref(handle), *arguments), about)
        assert handle.value is not None
        return handle.value
