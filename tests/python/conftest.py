"""What the tests of the Python package share: the tool, the source tree, a small network.

Environment: XNC, the tool; ROOT, the source tree. The work folder is the current one.
"""
import os
import pathlib
import subprocess

import pytest

TOOL, ROOT = os.environ["XNC"], pathlib.Path(os.environ["ROOT"])


@pytest.fixture(scope="session", autouse=True)
def own_cache():
    """Nothing is left in the cache of the person who tests, and nothing is found there."""
    os.environ["XDG_CACHE_HOME"] = str(pathlib.Path("cache").resolve())


@pytest.fixture(scope="session")
def shapes():
    """The network with weights of its own that names drawn shapes."""
    return ROOT / "examples/shapes"


@pytest.fixture
def answer(tmp_path):
    """What 'xnc run' writes for an array or pictures."""
    def ask(model, *inputs):
        import numpy as np
        to = tmp_path / "answer.npy"
        subprocess.run([TOOL, "run", model, *inputs, "--output", to], check=True,
                       stdout=subprocess.DEVNULL)
        return np.load(to)
    return ask
