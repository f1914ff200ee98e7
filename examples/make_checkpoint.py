"""Writes examples/xception_mini.pth, a checkpoint as torch saves it, for try.sh and the examples.

The network is timm's XceptionAligned with the widths of models/xception_mini.yaml, its values are the
seeded ones of tests/golden, in half precision to keep the file small.

    python3 examples/make_checkpoint.py        (needs torch and timm)
"""

import pathlib
import sys

import torch

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "tests" / "golden"))
from networks import small_aligned  # noqa: E402
from seeded import tensor  # noqa: E402

network = small_aligned().eval()
state = {
    key: value if key.endswith("num_batches_tracked")
    else torch.from_numpy(tensor(key, tuple(value.shape), 1)).half()
    for key, value in network.state_dict().items()
}
torch.save(state, here / "xception_mini.pth")
