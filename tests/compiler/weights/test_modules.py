"""Purpose: networks that were saved as objects, TorchScript and sets of files give their tensors, and
nothing of them is imported or run.
Input: fixtures/modules/, written by make_modules.py; their classes can be imported nowhere. The ways
to ruin a set of files are spelled out here.
Expectation: the names and values that state_dict() had (fixtures/modules/expected.txt), or a refusal
with the text in golden/modules.txt. The program that some of them would run does not run.
"""

import json
import os
import shutil
import tempfile

import cases

FIXTURES = os.path.join(cases.HERE, "fixtures", "modules")
test = cases.Cases("modules")
test.tool = os.path.abspath(test.tool)
home = tempfile.TemporaryDirectory()
os.chdir(home.name)  # where "touch executed" would leave its file


def tensors_of(text):
    """The lines of tensors of floats; counters and entries of other kinds are left out, and the sets
    of one file may stand in the order of their types."""
    return sorted(line for line in text.splitlines()
                  if " FloatStorage " in line or " F32 " in line)


for name, text in cases.read_sections(os.path.join(FIXTURES, "expected.txt")).items():
    code, shown = test.run(os.path.join(FIXTURES, name))
    test.check(name, code == 0 and tensors_of(shown) == tensors_of(text), shown)
test.accepts("an archive without checksums: a note", os.path.join(FIXTURES, "without_sums.pth"),
             shows="was written without checksums")
test.refuses("an object that is no network", os.path.join(FIXTURES, "attack_alone.pth"))
test.refuses("TorchScript whose weights became constants", os.path.join(FIXTURES, "frozen.pt"))
test.check("nothing was executed", os.listdir(home.name) == [], str(os.listdir(home.name)))


# Sets of files: title, and what the list says, or what else is done to the folder.
def listed(change):
    """Another weight_map."""
    def ruin(folder):
        path = os.path.join(folder, "model.safetensors.index.json")
        with open(path) as file:
            index = json.load(file)
        where = index["weight_map"]
        change(where)
        with open(path, "w") as file:
            json.dump(index, file)
    return ruin


def written(text):
    def ruin(folder):
        with open(os.path.join(folder, "model.safetensors.index.json"), "wb") as file:
            file.write(text)
    return ruin


FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"


def without(name):
    return lambda folder: os.remove(os.path.join(folder, name))


def twice(folder):
    """Both files have all of the first one's tensors, and the list says nothing about them."""
    shutil.copyfile(os.path.join(folder, FIRST), os.path.join(folder, SECOND))
    written(json.dumps({"weight_map": {"a": FIRST, "b": SECOND}}).encode())(folder)


def outside(path):
    return listed(lambda where: where.update({"fc.bias": path}))


GOOD = {
    "a tensor that the list does not name": listed(lambda where: where.pop("fc.bias")),
    "a list without metadata": listed(lambda where: None),
    "files under a folder": lambda folder: (
        os.mkdir(os.path.join(folder, "parts")),
        [shutil.move(os.path.join(folder, name), os.path.join(folder, "parts", name))
         for name in (FIRST, SECOND)],
        listed(lambda where: where.update({key: "parts/" + name
                                           for key, name in where.items()}))(folder)),
}
BAD = {
    "a list that is no JSON": written(b'{"weight_map": {"fc.bias": '),
    "a list that is an array": written(b"[]"),
    "a list without a weight_map": written(b'{"metadata": {}}'),
    "an empty weight_map": written(b'{"weight_map": {}}'),
    "a weight_map that is a text": written(b'{"weight_map": "model.safetensors"}'),
    "a tensor listed twice": written(b'{"weight_map": {"fc.bias": "a", "fc.bias": "b"}}'),
    "a place that is a number": written(b'{"weight_map": {"fc.bias": 2}}'),
    "a path to the root": outside("/etc/passwd"),
    "a path out of the folder": outside("../" + FIRST),
    "a path that goes in and out": outside("parts/../../" + FIRST),
    "a path with control characters": outside("\x1b[2J"),
    "an empty path": outside(""),
    "more than 256 files": written(json.dumps(
        {"weight_map": {f"t{i}": f"{i}.bin" for i in range(257)}}).encode()),
    "a list of more than 2 MB": written(b'{"weight_map": {"fc.bias": "a"}}' + b" " * (2 << 20)),
    "a file that is not there": without(SECOND),
    "a file that is the list itself": outside("model.safetensors.index.json"),
    "a tensor that is not in its file": listed(lambda where: where.update({"fc.bias": FIRST})),
    "a tensor that is in no file": listed(lambda where: where.update({"fc.scale": FIRST})),
    "a tensor in two files": twice,
}
NETWORK = ["fc.weight:3,2", "fc.bias:3", "blocks.0.conv.weight:2,2,1,1"]


def ruined(ruin):
    folder = tempfile.mkdtemp(dir=home.name)
    for name in (FIRST, SECOND, "model.safetensors.index.json"):
        shutil.copyfile(os.path.join(FIXTURES, name), os.path.join(folder, name))
    ruin(folder)
    os.chdir(folder)
    return "model.safetensors.index.json"


for title, ruin in GOOD.items():
    test.accepts(title, ruined(ruin), shows="fc.bias F32 [3]: 0.375 0.484375 -0.421875\n")
for title, ruin in BAD.items():
    test.refuses(title, ruined(ruin))

os.chdir(cases.HERE)
test.finish()
