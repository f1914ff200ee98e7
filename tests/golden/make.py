#!/usr/bin/env python3
"""Writes the goldens: what timm computes in float64 for the cases of cases.py.

    python3 make.py [PATTERN]     needs timm and torch; PATTERN selects cases by name

timm 1.0.31 makes those of the networks that it has, timm 0.6.13 the others.

Per case: data/CASE.npy holds the sampled values of all outputs, one after the other, as f64;
data/CASE.json everything else (README.md describes both).
"""

import fnmatch
import sys

import numpy as np
import timm
import torch

from cases import OLD, all_cases
from golden_file import DATA, SEEDS, describe, has_gap, round_off, sample, write
from seeded import image

IS_OLD = timm.__version__ == "0.6.13"
if IS_OLD:
    import networks_0_6 as networks
else:
    import networks



def watch_stages(network, stages):
    """Records mean, standard deviation and largest magnitude of each block's result."""

    def watch(name):
        def hook(_module, _inputs, result):
            numbers = (result.mean(), result.std(unbiased=False), result.abs().max())
            stages[name] = [round_off(number.item()) for number in numbers]

        return hook

    def is_stage(name):
        return (
            name in ("act1", "act2", "act3", "act4", "act")
            or name.startswith(("stem", "blocks")) and name.count(".") == 1
            or name.startswith("block") and "." not in name and name != "blocks"
        )

    for name, module in network.named_modules():
        if is_stage(name):
            module.register_forward_hook(watch(name))


def run(network, inputs):
    with torch.no_grad():
        results = network(inputs)
    results = results if isinstance(results, (list, tuple)) else [results]
    return [result.double().numpy() for result in results]


def make(case):
    single = networks.prepare(case["model"], **case["timm"])
    exact = networks.prepare(case["model"], **case["timm"]).double()
    stages = {}
    watch_stages(exact, stages)
    for seed in SEEDS:
        inputs = torch.from_numpy(image(case["input"], seed))
        outputs = run(exact, inputs.double())
        if all(map(has_gap, outputs)):
            break
    else:
        sys.exit(f"{case['name']}: no input gives a clear best class")
    described = [describe(*pair) for pair in zip(outputs, run(single, inputs))]
    return {
        **{key: case[key] for key in ("name", "model", "input", "options", "seed_with")},
        "input_seed": seed,
        "outputs": described,
        "stages": stages,
    }, np.concatenate([sample(output) for output in outputs])


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*"
    assert timm.__version__ in ("0.6.13", "1.0.31"), timm.__version__
    DATA.mkdir(exist_ok=True)
    for case in all_cases():
        if fnmatch.fnmatchcase(case["name"], pattern) and (case["model"] in OLD) == IS_OLD:
            summary, values = make(case)
            write(summary, values)
            distance = max(output["torch_f32_distance"] for output in summary["outputs"])
            print(f"{case['name']}: {values.size} values, torch f32 is off by {distance:.2g}")


if __name__ == "__main__":
    main()
