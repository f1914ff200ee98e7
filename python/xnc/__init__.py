"""Runs networks of the Xception family that xnc has compiled to shared objects.

    xnc compile xception41 --weights FILE --emit=so -o out

    import xnc
    with xnc.Model("out/libxception41.so") as model:
        logits = model.run(x)                    # x: float32 [N, C, H, W], normalized
        best = model.classify(picture)           # picture: uint8 [H, W, 3]

The shared object has everything in it: kernels, thread pool, preprocessing. This package is pure
Python on top of its C interface, so nothing is compiled when it is installed.
"""

from ._library import Error, Status
from ._model import Model, Preprocess, Ranked, Tensor

__all__ = ["Error", "Model", "Preprocess", "Ranked", "Status", "Tensor"]
__version__ = "0.1.0"
