"""The engines by name: how each is loaded from files, and what of it has to be deployed.

A loader gives a function that runs one inference and returns the logits. It imports its engine only
when called, so that a process has no engine in it but those that it asked for.
"""

import importlib.util
import os
import sys
from functools import partial
from importlib import metadata
from pathlib import Path

from rows import HOME


def onnxruntime_engine(files, inputs, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(files[0], options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"input": inputs})[0]


def openvino_engine(files, inputs, threads, precision="f32"):
    import openvino

    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": precision,
        "PERFORMANCE_HINT": "LATENCY",
    }
    core = openvino.Core()
    request = core.compile_model(core.read_model(files[0]), "CPU", settings).create_infer_request()
    return lambda: next(iter(request.infer({0: inputs}).values()))


def ncnn_engine(files, inputs, threads):
    import ncnn
    import numpy

    net = ncnn.Net()
    net.opt.num_threads = threads
    for option in dir(net.opt):
        if option.startswith(("use_fp16", "use_bf16")):
            setattr(net.opt, option, False)
    if net.load_param(files[0]) or net.load_model(files[1]):
        raise RuntimeError("ncnn does not take the network")
    image = ncnn.Mat(inputs[0])

    def run():
        extractor = net.create_extractor()
        extractor.input("input", image)
        return numpy.array(extractor.extract("logits")[1])[None]

    return run


def keras_engine(files, inputs, threads):
    """keras.applications.Xception without its softmax, with the weights of xnc seed-weights. How many
    threads TensorFlow has is said once for a process."""
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "golden"))
    import make_keras

    network = make_keras.build(inputs.shape[2], "top", "float32")
    run = tensorflow.function(lambda x: network(x, training=False))
    pixels = tensorflow.constant(inputs.transpose(0, 2, 3, 1))
    return lambda: run(pixels).numpy()


def has_keras():
    """Whether it can be timed: with TensorFlow, the backend that computes on all of a CPU."""
    there = [importlib.util.find_spec(name) for name in ("keras", "tensorflow")]
    return all(there) and os.environ.setdefault("KERAS_BACKEND", "tensorflow") == "tensorflow"


def xnc_engine(files, inputs, threads, map_weights=True):
    from compiled import Compiled

    model = os.path.basename(files[1]).split(".")[0]
    compiled = Compiled(model, *files, threads, map_weights)
    compiled.prepare(inputs)
    return compiled.run


# Name, loader, and the package on PyPI that a program needs to run it. In another precision than f32
# an engine has a name of its own, "ENGINE PRECISION"; a quantized network is its own file.
ENGINES = {
    HOME: (xnc_engine, None),
    "ONNX Runtime": (onnxruntime_engine, "onnxruntime"),
    "OpenVINO": (openvino_engine, "openvino"),
    "ncnn": (ncnn_engine, "ncnn"),
    "Keras": (keras_engine, "keras"),
    f"{HOME} bf16": (xnc_engine, None),
    f"{HOME} int8": (xnc_engine, None),
    "OpenVINO bf16": (partial(openvino_engine, precision="bf16"), "openvino"),
    "OpenVINO int8": (openvino_engine, "openvino"),
    "ONNX Runtime int8": (onnxruntime_engine, "onnxruntime"),
}


def load(name, files, inputs, threads, **options):
    return ENGINES[name][0](files, inputs, threads, **options)


def package_bytes(name):
    """Size of the installed package of an engine, without what Python itself adds when it runs."""
    package = ENGINES[name][1]
    found = metadata.files(package) if package else []
    paths = [file.locate() for file in found if file.suffix != ".pyc"]
    return sum(os.path.getsize(path) for path in paths if os.path.exists(path))


def deployed_bytes(name, files):
    return package_bytes(name) + sum(os.path.getsize(path) for path in files)
