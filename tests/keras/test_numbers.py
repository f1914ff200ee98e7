"""Purpose: weights of Keras in every format give Keras' numbers on a network that is given by a
description: like.yaml, whose layers they fill in their order.
Input: fixtures that Keras 3.15 and tf.keras 2.15 wrote, and Keras' outputs in float64 (make/), at sizes
whose maps before a pooling are odd (32x32), even at the last one (36x36) and at the first (34x50).
Expectation: the interpreter's outputs within 1e-5 of the golden's largest; files with the same weights
give the same bits.
"""
import pathlib
import subprocess
import sys
import tempfile

from arrays import array, channels_first, write_nchw

TOOL, HERE = sys.argv[1], pathlib.Path(__file__).resolve().parent

# The input and golden, options, and files with these weights, which all give the same bits.
ALL = ["like.keras", "like.h5", "like.weights.h5"]
CASES = [("like", [], ALL), ("like.32x32", [], ALL), ("like.34x50", [], ALL),
         ("k2_like", [], ["k2_like.h5", "k2_like.weights_legacy.h5"]),
         ("k2_notop", ["--classes=0", "--pool=none"], ["k2_notop.weights_legacy.h5"]),
         ("k2_tuned_sequential", [], ["k2_tuned_sequential.h5"]),
         ("like_float16", [], ["like_float16.h5"]), ("like_bfloat16", [], ["like_bfloat16.keras"])]


def run(home, height, width, name, options):
    out = home / "out.npy"
    subprocess.run([TOOL, "interp", HERE / "like.yaml", home / "x.npy", f"--weights={HERE / name}",
                    f"--size={height}x{width}", "-o", out, *options], check=True,
                   capture_output=True)
    return array(out)[1]


failures = 0
with tempfile.TemporaryDirectory() as folder:
    home = pathlib.Path(folder)
    for golden, options, names in CASES:
        height, width = write_nchw(home / "x.npy", HERE / f"{golden}.x.npy")[2:]
        like, wanted = array(HERE / f"{golden}.y.npy")
        wanted = channels_first(like, wanted)[1] if len(like) == 4 else wanted
        first = run(home, height, width, names[0], options)
        worst = max(abs(a - b) for a, b in zip(first, wanted, strict=True)) / max(map(abs, wanted))
        print(f"{golden}, {names[0]}: {worst:.1e} of the largest")
        failures += worst > 1e-5
        for name in names[1:]:
            same = run(home, height, width, name, options) == first
            print(f"{golden}, {name}: {'the same bits' if same else 'OTHER BITS'}")
            failures += not same
sys.exit(1 if failures else 0)
