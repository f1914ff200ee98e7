#!/usr/bin/env python3
"""Times code that xnc wrote beside ONNX Runtime (and OpenVINO), in one process, run by run in turn.

    bench/compare_onnxruntime.py --xnc build/xnc [MODEL...] [--threads N] [--runs N] [--openvino]

Every engine gets the same seeded weights and input and the same number of threads; the best time of
each counts. The results must agree before a number is printed. bench/README.md says more.
"""

import argparse
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ["numpy", "onnx", "onnxruntime"]
MODELS = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
TOLERANCE = 1e-4  # of the spread of the logits
SIZE = 299


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "xnc" / "bench"


def with_packages(arguments):
    """Makes sure that the peers can be imported: in this Python, else in an environment of ours."""
    packages = PACKAGES + (["openvino"] if arguments.openvino else [])
    try:
        for package in packages:
            __import__(package)
        return
    except ImportError:
        if os.environ.get("XNC_BENCH_ENVIRONMENT"):
            raise
    python = cache_folder() / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    os.environ["XNC_BENCH_ENVIRONMENT"] = "1"
    os.execv(python, [str(python), *sys.argv])


def peak_meter(cc, folder):
    """A function that measures the GFLOP/s of fused multiply-adds in registers, of one thread."""
    library = os.path.join(folder, "peak.so")
    flags = ["-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC"]
    subprocess.run([cc, *flags, str(HERE / "peak.c"), "-o", library], check=True)
    peak = ctypes.CDLL(library).peak_gflops
    peak.restype = ctypes.c_double
    peak.argtypes = [ctypes.c_float, ctypes.POINTER(ctypes.c_float)]
    total = ctypes.c_float()
    return lambda: peak(0.999, ctypes.byref(total))


def onnxruntime_engine(graph, inputs, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    name = f"ONNX Runtime {onnxruntime.__version__}"
    return name, lambda: session.run(None, {"input": inputs})[0]


def openvino_engine(graph, inputs, threads):
    import openvino

    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    core = openvino.Core()
    request = core.compile_model(core.read_model(graph), "CPU", settings).create_infer_request()
    version = openvino.__version__.split("-")[0]
    return f"OpenVINO {version} f32", lambda: next(iter(request.infer({0: inputs}).values()))


def xnc_engine(arguments, model, weights, inputs, folder):
    from compiled import Compiled, compile_so

    options = [f"--target={arguments.target}"] if arguments.target else []
    paths = compile_so(arguments.xnc, model, weights, os.path.join(folder, model), options)
    compiled = Compiled(model, *paths, arguments.threads)
    compiled.prepare(inputs, (1, 1000))
    return f"xnc {compiled.target}", compiled


def interleave(engines, runs, meter):
    """Best time of each engine in ms, and the highest peak: every round runs each once."""
    best, peak = dict.fromkeys(engines, float("inf")), 0
    for _ in range(runs):
        for name, run in engines.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], 1e3 * (time.perf_counter() - start))
        peak = max(peak, meter())
    return best, peak


def disagreement(engines):
    """The largest difference from the first engine, in parts of its spread."""
    results = [run().copy() for run in engines.values()]
    return max(abs(result - results[0]).max() / results[0].std() for result in results)


def compare_model(arguments, model, folder, meter):
    import onnx_graph

    sys.path.insert(0, str(HERE.parent / "tests" / "golden"))
    from seeded import image

    weights = os.path.join(folder, f"{model}.safetensors")
    subprocess.run([arguments.xnc, "seed-weights", model, "-o", weights], check=True)
    graph = onnx_graph.build(model, weights, 1, SIZE).SerializeToString()
    inputs = image((1, 3, SIZE, SIZE), 1)
    engines = dict([onnxruntime_engine(graph, inputs, arguments.threads)])
    if arguments.openvino:
        engines.update([openvino_engine(graph, inputs, arguments.threads)])
    name, compiled = xnc_engine(arguments, model, weights, inputs, folder)
    engines[name] = compiled.run
    off = disagreement(engines)
    best, peak = interleave(engines, arguments.runs, meter)
    report(model, best, off, 2e-6 * compiled.macs, peak * arguments.threads)
    return off <= TOLERANCE


def report(model, best, off, megaflops, peak):
    ours = list(best.values())[-1]
    for name, milliseconds in best.items():
        share = megaflops / milliseconds / peak
        print(
            f"{model:12} {name:24} {milliseconds:8.2f} ms  {share:6.1%} of the peak"
            f"  xnc / this = {ours / milliseconds:.3f}"
        )
    agreement = f"results agree within {off:.1e} of the spread"
    print(f"{model:12} {agreement}; peak {peak:.0f} GFLOP/s", flush=True)


def parse():
    parser = argparse.ArgumentParser(description="times xnc beside ONNX Runtime")
    parser.add_argument("models", nargs="*", default=["xception41"], help="variants, or 'all'")
    parser.add_argument("--xnc", default="build/xnc", help="the tool")
    parser.add_argument("--target", help="instruction set, native by default")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=20, help="rounds, of which the best counts")
    parser.add_argument("--openvino", action="store_true", help="time OpenVINO as well")
    parser.add_argument("--cc", default="cc", help="C compiler for the measurement of the peak")
    return parser.parse_args()


def main():
    arguments = parse()
    with_packages(arguments)
    models = MODELS if "all" in arguments.models else arguments.models
    with tempfile.TemporaryDirectory(prefix="xnc-bench-") as folder:
        meter = peak_meter(arguments.cc, folder)
        agree = [compare_model(arguments, model, folder, meter) for model in models]
    sys.exit(0 if all(agree) else 4)


if __name__ == "__main__":
    main()
