#!/usr/bin/env python3
"""Runs goldens: seed-weights, run (compile, build, execute), compare with what timm computed.

    run.py --xnc XNC --work FOLDER [--target T] CASE...    CASE: a name, or a pattern

Exit code 1 when an output is off. Needs python3 and numpy only.
"""

import argparse
import fnmatch
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from seeded import image, sample_positions

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "models"
TOLERANCE = 1e-4
OF_RANGE = 1e-5


def description(model, work):
    """What xnc is given for a case's model: a name of its own, or the path of a file."""
    if (MODELS / f"{model}.yaml").exists() or Path(model).is_file():
        return model
    if (HERE / "models" / f"{model}.yaml").exists():
        return str(HERE / "models" / f"{model}.yaml")
    return with_activation(model, work)


def with_activation(model, work):
    """mini_silu: models/xception_mini.yaml with another activation."""
    text = (MODELS / "xception_mini.yaml").read_text()
    assert "\nactivation:" not in text, "models/xception_mini.yaml names an activation"
    text = text.replace("\nstem:", f"\nactivation: {model.split('_', 1)[1]}\nstem:")
    path = work / f"{model}.yaml"
    write_once(path, text)
    return str(path)


def write_once(path, text):
    """Tests run side by side: a file is there whole or not at all."""
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(text)
        draft.replace(path)


def xnc(arguments, command):
    environment = dict(os.environ, XDG_CACHE_HOME=str(arguments.work / "cache"))
    command = [arguments.xnc, *command]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-4000:]}")


def checkpoint(arguments, golden, model):
    name = "".join([golden["model"], *golden["seed_with"]])
    path = arguments.work / f"{name}.safetensors"
    if not path.exists():
        xnc(arguments, ["seed-weights", model, *golden["seed_with"], "-o", str(path)])
    return path


def level(golden):
    """How far clang optimises: every level gives the same bits (tests/bits), and dozens of small
    networks at -O3 would take most of the suite's time."""
    return "-O0" if "mini" in golden["model"] else "-O1"


def results(arguments, golden):
    """The outputs of generated code for the golden's input."""
    model = description(golden["model"], arguments.work)
    weights = checkpoint(arguments, golden, model)
    base = arguments.work / golden["name"]
    inputs, output = f"{base}.x.npy", f"{base}.y.npy"
    np.save(inputs, image(golden["input"], golden["input_seed"]))
    command = ["run", model, "--weights", str(weights), f"--cc=clang {level(golden)}"]
    command += golden["options"]
    target = ["--target", arguments.target] if arguments.target else []
    xnc(arguments, [*command, *target, inputs, "--output", output])
    count = len(golden["outputs"])
    names = [output] if count == 1 else [f"{base}.y.{i}.npy" for i in range(count)]
    return [np.load(name) for name in names]


def compare(index, expected, wanted, got, tolerance):
    """A line about one output, and whether it is right. wanted: the sampled values; tolerance: the
    case's own, or None. A case with its own has a limit from the least to the largest value too."""
    if list(got.shape) != expected["shape"]:
        return False, f"output {index}: shape {list(got.shape)}, not {expected['shape']}"
    flat = got.ravel().astype(np.float64)
    farthest = np.abs(flat[sample_positions(flat.size)] - wanted).max()
    off = farthest / expected["scale"]
    off = max(off, abs(flat.mean() - expected["mean"]) / expected["scale"] - 1e-5)
    limit = tolerance or max(TOLERANCE, 3 * expected["torch_f32_distance"])
    right = bool(off <= limit)
    line = f"output {index}: off by {off:.2g} of the spread, limit {limit:.2g}"
    if tolerance:
        of_range = farthest / (wanted.max() - wanted.min())
        right = right and bool(of_range <= OF_RANGE)
        line += f"; by {of_range:.2g} of the range, limit {OF_RANGE:.2g}"
    if got.ndim == 2 and wanted.size == got.size:
        right = right and np.array_equal(got.argmax(1), wanted.reshape(got.shape).argmax(1))
    return right, line


def run_case(arguments, path):
    golden = json.loads(path.read_text())
    wanted = np.load(path.with_suffix(".npy"))
    right = True
    for index, got in enumerate(results(arguments, golden)):
        expected = golden["outputs"][index]
        count = sample_positions(int(np.prod(expected["shape"]))).size
        same, line = compare(index, expected, wanted[:count], got, golden.get("tolerance"))
        wanted = wanted[count:]
        right = right and same
        print(f"{golden['name']}: {'ok' if same else 'WRONG'}, {line}")
    return right


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xnc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--target")
    parser.add_argument("cases", nargs="+")
    arguments = parser.parse_args()
    arguments.work = arguments.work.resolve()
    arguments.work.mkdir(parents=True, exist_ok=True)
    paths = [
        path
        for path in sorted((HERE / "data").glob("*.json"))
        if any(fnmatch.fnmatchcase(path.stem, pattern) for pattern in arguments.cases)
    ]
    if not paths:
        sys.exit("no golden has such a name")
    wrong = [path.stem for path in paths if not run_case(arguments, path)]
    if wrong:
        sys.exit(f"{len(wrong)} of {len(paths)} wrong: {' '.join(wrong)}")


if __name__ == "__main__":
    main()
