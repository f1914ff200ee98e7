"""Networks of the Xception family, compiled by xnc and run from Python.

    import xnc

    model = xnc.compile("xception41", weights="tf_xception_41-e6439c97.pth")
    logits = model(["a.jpg", "b.jpg"])           # float32 [2, 1000]
    for one in model.classify("a.jpg"):          # the five most probable classes
        print(one.class_id, one.probability, one.label)

compile() runs the program xnc, which 'pip install xnc' brings, and keeps what it wrote. A shared
object of 'xnc compile --emit=so' is loaded by Model(). Such an object has everything in it:
kernels, thread pool, preprocessing. This package is pure Python on top of its C interface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._facts import Preprocess, Ranked, Tensor
from ._library import Error, Status
from ._model import Model
from ._version import __version__

if TYPE_CHECKING:
    from ._compile import CompileError, compile, tool

__all__ = [
    "CompileError",
    "Error",
    "Model",
    "Preprocess",
    "Ranked",
    "Status",
    "Tensor",
    "__version__",
    "compile",
    "tool",
]


def __getattr__(name: str) -> Any:
    """What runs the tool is imported when it is asked for: many programs only load a model."""
    if name in ("CompileError", "compile", "tool"):
        from . import _compile

        return getattr(_compile, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
