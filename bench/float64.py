"""Runs an ONNX graph of onnx_graph.py in float64: what results of every precision are held against.

evaluate() is numpy alone, so that nothing but rounding to 53 bits stands between it and the network.
"""

import numpy as np


def taps(x, kernel, strides, pads, fill):
    """What each tap of the kernel sees: a map of the output's size for each, row by row."""
    top, left, bottom, right = pads
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    height = (x.shape[2] - kernel[0]) // strides[0] + 1
    width = (x.shape[3] - kernel[1]) // strides[1] + 1
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            rows = slice(i, i + strides[0] * (height - 1) + 1, strides[0])
            yield x[:, :, rows, j : j + strides[1] * (width - 1) + 1 : strides[1]]


def conv(x, weight, kernel_shape, strides, pads, group):
    parts = taps(x, kernel_shape, strides, pads, 0)
    places = [(i, j) for i in range(kernel_shape[0]) for j in range(kernel_shape[1])]
    if group > 1:  # depthwise
        return sum(part * weight[:, 0, i, j, None, None] for part, (i, j) in zip(parts, places))
    result = 0
    for part, (i, j) in zip(parts, places):
        flat = part.reshape(*part.shape[:2], -1)
        result = result + (weight[:, :, i, j] @ flat).reshape(len(x), -1, *part.shape[2:])
    return result


def norm(x, weight, bias, mean, variance, epsilon):
    scale = weight / np.sqrt(variance + epsilon)
    return x * scale[:, None, None] + (bias - mean * scale)[:, None, None]


def max_pool(x, kernel_shape, strides, pads):
    return np.max(list(taps(x, kernel_shape, strides, pads, -np.inf)), axis=0)


OPERATIONS = {
    "Conv": conv,
    "BatchNormalization": norm,
    "Relu": lambda x: np.maximum(x, 0),
    "Add": lambda x, y: x + y,
    "MaxPool": max_pool,
    "GlobalAveragePool": lambda x: x.mean((2, 3), keepdims=True),
    "Flatten": lambda x: x.reshape(len(x), -1),
    "Gemm": lambda x, weight, bias, transB: x @ weight.T + bias,
}


def evaluate(model, inputs):
    """The logits of a batch in float64."""
    from onnx import helper, numpy_helper

    values = {t.name: numpy_helper.to_array(t).astype(float) for t in model.graph.initializer}
    values["input"] = inputs.astype(float)
    last_use = {name: node for node in model.graph.node for name in node.input}
    for node in model.graph.node:
        settings = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        arguments = [values[name] for name in node.input]
        values[node.output[0]] = OPERATIONS[node.op_type](*arguments, **settings)
        for name in node.input:
            if last_use[name] is node:
                values.pop(name, None)
    return values["logits"]
