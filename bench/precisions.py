"""Parts of bench/compare that need pictures: what other precisions than f32 gain and cost.

precision  every network with seeded weights: time, and distance from float64 on the pictures of the
           calibration and on others, all engines in one process (together.py)
accuracy   the trained network of examples/marks: right answers of each engine (accuracy.py)

Every int8 network is calibrated with the same pictures.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import float64
import numpy as np
import onnx
import onnx_graph
from onnx_graph import SIZE
from pictures import MARKS, SEEDS, prepared, render
from quantize import QUANTIZERS
from rows import HOME, TRAINED

HERE = Path(__file__).resolve().parent
SOURCE = str(MARKS / "marks.yaml")


def draw(bench, name, count, edge):
    """The file of a set's first pictures; it is drawn once."""
    path = Path(bench.folder) / f"pictures-{name}-{count}-{edge}.npy"
    if not path.exists():
        np.save(path, render.pictures(SEEDS[name], count, edge))
    return str(path)


def truths(graph, sets):
    """Files with the results in float64 beside those of the pictures."""
    model, files = onnx.load(graph), {}
    for name, pictures in sets.items():
        path = f"{Path(graph).with_suffix('')}-{name}.npy"
        images = np.load(pictures)
        np.save(path, np.stack([float64.evaluate(model, prepared(p))[0] for p in images]))
        files[name] = (pictures, path)
    return files


def quantized(bench, model, calibration):
    """Our own int8 network: the files of it, as they are loaded."""
    arrays, quant = f"{calibration}.inputs.npy", Path(bench.folder) / f"{model}.quant"
    if not Path(arrays).exists():
        np.save(arrays, np.concatenate([prepared(pixels) for pixels in np.load(calibration)]))
    images = [f"--images={arrays}", f"--pictures={bench.calibration}", f"--cc={bench.cc}"]
    images.append(f"--threads={os.cpu_count()}")  # which change no bit
    bench.ask("calibrate", *bench.network(model), *images, "-o", str(quant))
    return bench.shared_object(model, None, "--precision=int8", f"--quant={quant}")


def in_precisions(bench, model, graph, in_f32, calibration):
    """The files that each engine loads, by its name with the precision."""
    images, stem = np.load(calibration, mmap_mode="r"), Path(graph).with_suffix("")
    files = {HOME: in_f32, f"{HOME} bf16": bench.shared_object(model, None, "--precision=bf16")}
    files["OpenVINO bf16"] = [graph]
    files[f"{HOME} int8"] = quantized(bench, model, calibration)
    for name, quantize in QUANTIZERS.items():
        files[name] = quantize(graph, images, f"{stem}-{name.replace(' ', '-')}")
    return files


def precision(bench, model, files, targets):
    in_f32, (graph,) = (files[targets[0]][engine] for engine in (HOME, "OpenVINO"))
    calibration = draw(bench, "calibration", bench.calibration, SIZE)
    sets = {name: draw(bench, name, bench.pictures, SIZE) for name in SEEDS}
    measured = in_precisions(bench, model, graph, in_f32, calibration)
    for row in bench.together(model, targets[0], measured, sets=truths(graph, sets)):
        errors = "".join(f" {row[f'error, {name}']:8.3%}" for name in SEEDS if "error, others" in row)
        place = f"{model:12} {row['threads']} {row['engine']:17}"
        print(f"{place} {row['milliseconds']:8.2f} ms{errors}", flush=True)
        yield row | {"calibrated": bench.calibration}


def export_trained(folder):
    """The graph of the trained network, beside its weights."""
    stem = Path(folder) / TRAINED
    shutil.copyfile(MARKS / "model.safetensors", f"{stem}.safetensors")
    graph = onnx_graph.build(TRAINED, f"{stem}.safetensors", 1, render.EDGE)
    Path(f"{stem}.onnx").write_bytes(graph.SerializeToString())
    return f"{stem}.onnx"


def accuracy(bench, model, files, targets):
    graph = export_trained(bench.folder)
    calibration = draw(bench, "calibration", bench.calibration, render.EDGE)
    in_f32 = bench.shared_object(TRAINED, targets[0])
    setting = {"files": in_precisions(bench, TRAINED, graph, in_f32, calibration)}
    setting["pictures"] = draw(bench, "others", bench.judged, render.EDGE)
    command = [sys.executable, str(HERE / "accuracy.py")]
    found = subprocess.check_output(command, input=json.dumps(setting), text=True)
    for row in map(json.loads, found.splitlines()):
        words = f"{row['right']:6.2%} right, {row['same']:6.2%} as in f32"
        print(f"{TRAINED:12} {row['engine']:17} {words}", flush=True)
        yield {"model": TRAINED, "pictures": bench.judged, "calibrated": bench.calibration} | row
