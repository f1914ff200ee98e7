#!/usr/bin/env python3
"""A mistake in one text test is told with its file's name, and the tests behind it run.

    check_runner.py RUN_TEXT_TESTS

Input: files with an unknown section, with a pass that aborts, with a pass that is unknown, with a
graph that is none, and a good one. Expectation: all but the last are named and counted.
"""
import pathlib
import subprocess
import sys
import tempfile

GRAPH = """graph net stage=graph
input %x : f32[1,3,8,8]
%a = conv2d(%x) weight=@a[4,3,1,1]
output %a
"""
FILES = {
    "section": f"purpose: p\npasses: infer_shapes\n--- input\n{GRAPH}--- contents\nx\n",
    "aborts": f"purpose: p\npasses: infer_shapes lower\nrun: no\n--- input\n{GRAPH}",
    "unknown": f"purpose: p\npasses: infer_shape\n--- input\n{GRAPH}",
    "graph": "purpose: p\npasses: infer_shapes\n--- input\nno graph\n",
    "good": f"purpose: p\npasses: infer_shapes\n--- input\n{GRAPH}--- contains\n%a = conv2d\n",
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / f"{name}.test" for name in FILES]
        for path, text in zip(paths, FILES.values()):
            path.write_text(text)
        done = subprocess.run([sys.argv[1], *paths], capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        missing = [path.stem for path in paths[:-1] if f"{path}:" not in said]
        good = done.returncode == 1 and not missing and "5 tests, 4 failures" in said
        print("" if good else said, f"not named: {missing}" if missing else "", sep="\n")
        return 0 if good and f"{paths[-1]}:" not in said else 1


if __name__ == "__main__":
    sys.exit(main())
