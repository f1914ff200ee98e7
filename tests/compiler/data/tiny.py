"""What tests of pictures share: the tool in a folder of its own with the weights of tiny.yaml."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
DATA, TINY = HERE / "pictures", HERE / "tiny.yaml"


class TinyTest(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weights = cls.folder / "tiny.safetensors"
        cls.xnc(0, "seed-weights", TINY, "-o", cls.weights)
