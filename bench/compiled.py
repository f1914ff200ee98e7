"""A network that xnc compiled, loaded from its shared object and run in this process."""

import ctypes
import os
import subprocess
from ctypes import POINTER, c_char_p, c_int, c_size_t, c_uint, c_void_p

import numpy as np

MAP = 1  # XNC_MAP of runtime/xnc.h: processes share the weights


class Exec(ctypes.Structure):
    """xnc_exec of runtime/xnc.h."""

    _fields_ = [
        ("pool", c_void_p),
        ("parallel", c_void_p),
        ("context", c_void_p),
        ("threads", c_int),
        ("profile", c_void_p),
        ("profile_context", c_void_p),
    ]


SIGNATURES = {
    "xnc_weights_open": (c_int, [POINTER(c_void_p), c_void_p, c_char_p, c_uint]),
    "xnc_arena_bytes": (c_size_t, [c_void_p, c_int]),
    "xnc_arena_create": (c_void_p, [c_size_t]),
    "xnc_pool_create": (c_int, [POINTER(c_void_p), c_int]),
    "xnc_model_target": (c_char_p, [c_void_p]),
    "xnc_model_macs": (ctypes.c_uint64, [c_void_p]),
    "xnc_status_text": (c_char_p, [c_int]),
    "xnc_run": (
        c_int,
        [c_void_p, c_void_p, c_void_p, c_size_t, c_void_p, POINTER(c_void_p), POINTER(Exec)],
    ),
}


def compile_so(xnc, model, weights, folder, options):
    """Runs xnc compile; gives the paths of the shared object and of the blob."""
    command = [xnc, "compile", model, "--weights", weights, "-o", folder, "--emit=so", *options]
    subprocess.run(command, check=True)
    found = [name for name in os.listdir(folder) if name.endswith(".so")]
    return os.path.join(folder, found[0]), os.path.join(folder, f"{model}.weights")


class Compiled:
    """Maps the weights once; run() is one inference with the given threads."""

    def __init__(self, model, shared_object, weights, threads):
        self.library = ctypes.CDLL(os.path.abspath(shared_object))
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(self.library, name)
            function.restype, function.argtypes = result, arguments
        self.model = ctypes.addressof(c_int.in_dll(self.library, f"{model}_model"))
        self.weights, pool = c_void_p(), c_void_p()
        path = weights.encode()
        self.expect(self.library.xnc_weights_open(self.weights, self.model, path, MAP))
        self.expect(self.library.xnc_pool_create(pool, threads))
        self.exec = Exec(pool=pool)
        self.arena_bytes = self.library.xnc_arena_bytes(self.model, threads)
        self.arena = self.library.xnc_arena_create(self.arena_bytes)
        self.target = self.library.xnc_model_target(self.model).decode()
        self.macs = self.library.xnc_model_macs(self.model)

    def expect(self, status):
        if status != 0:
            raise RuntimeError(self.library.xnc_status_text(status).decode())

    def prepare(self, inputs, output_shape):
        self.inputs = np.ascontiguousarray(inputs)
        self.output = np.zeros(output_shape, np.float32)
        self.outputs = (c_void_p * 1)(self.output.ctypes.data)

    def run(self):
        self.expect(
            self.library.xnc_run(
                self.model, self.weights, self.arena, self.arena_bytes,
                self.inputs.ctypes.data, self.outputs, self.exec,
            )
        )  # fmt: skip
        return self.output
