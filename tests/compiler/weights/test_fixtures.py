"""Purpose: what torch and safetensors wrote is read exactly.
Input: fixtures/, written by make_fixtures.py.
Expectation: the tensors, types and values of fixtures/expected.txt, which torch printed.
"""

import os

import cases

FIXTURES = os.path.join(cases.HERE, "fixtures")
test = cases.Cases("fixtures")

for name, text in cases.read_sections(os.path.join(FIXTURES, "expected.txt")).items():
    code, shown = test.run(os.path.join(FIXTURES, name))
    if name.endswith(".safetensors"):  # its tensors stand in the order of their types
        text = "".join(sorted(text.splitlines(True)))
        shown = "".join(sorted(shown.splitlines(True)))
    test.check(name, code == 0 and shown == text, shown)

# A pickled module is data too: test_modules.py has more of them.
test.accepts("a whole module", os.path.join(FIXTURES, "module.pth"), "weight:2,2", "bias:2",
             shows="bias: 0.17955610156059265 0.39396286010742188\n")

# The same network's parameters out of each: prefixes go, old names and shapes are understood.
NETWORK = ["conv1.weight:2,3,1,2", "bn1.weight:2", "bn1.bias:2", "bn1.running_mean:2",
           "bn1.running_var:2", "fc.weight:4,2", "fc.bias:4"]
plain = test.run(os.path.join(FIXTURES, "zip.pth"), *NETWORK)
test.check("zip.pth as a network", plain[0] == 0, plain[1])
for name in ("legacy.pth", "half.pth", "bfloat16.pth", "double.pth", "half_legacy.pth",
             "training_no_ema.pth"):
    other = test.run(os.path.join(FIXTURES, name), *NETWORK)
    test.check(f"{name} as the same network", other == plain, other[1])
for name in ("training.pth", "training_legacy.pth"):
    test.accepts(f"{name}: averaged weights", os.path.join(FIXTURES, name), *NETWORK,
                 shows="fc.bias: -0.09375 0.015625 0.125 0.234375\n")
test.accepts("compiled.pth: wrapped twice", os.path.join(FIXTURES, "compiled.pth"), *NETWORK,
             shows="bn1.running_var: 0.390625 0.28125\n")
test.accepts("old_names.pth: last_linear, model., two-dimensional pointwise",
             os.path.join(FIXTURES, "old_names.pth"), "conv1.weight:2,3,1,2",
             "block1.rep.0.pointwise.weight:3,2,1,1", "fc.weight:4,3", "fc.bias:4",
             shows="block1.rep.0.pointwise.weight: -0.5 -0.390625 -0.28125 -0.171875 -0.0625 ")
test.accepts("peeking at the classifier", os.path.join(FIXTURES, "old_names.pth"), "--peek",
             "fc.weight", shows="[4, 3]")
test.refuses("peeking at what is not there", os.path.join(FIXTURES, "old_names.pth"), "--peek",
             "fc.scale")

test.finish()
