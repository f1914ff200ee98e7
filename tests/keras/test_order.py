"""Purpose: a file of Keras that is of another network than MODEL is told by its layers.
Input: like.yaml, and files whose layers differ from its in number, kind or shape.
Expectation: exit code 3 and the text in golden/order.txt.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "compiler/weights"), str(HERE.parent / "compiler/hdf5")]
import cases
from hdf5_files import File, floats

MOST_LINES = 6  # of each text: those on further tensors are like those before


def told(data, options):
    """Exit code and text of the tool on a file with these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "net.weights.h5")
        path.write_bytes(data)
        done = subprocess.run([sys.argv[1], "compile", HERE / "like.yaml", "--target=scalar", "-o",
                               f"{folder}/out", "--weights", path, *options], capture_output=True, text=True)
        text = done.stderr.replace(f"{folder}/", "").replace(f"{HERE}/", "")
        return done.returncode, "".join(text.splitlines(True)[:MOST_LINES])


def layers(counts):
    """So many layers of each kind, all of one value but the dense ones."""
    file, made = File(), {}
    shapes = {"conv2d": [[1, 1, 1, 1]], "biased_conv2d": [[1, 1, 1, 1], [1]], "separable_conv2d": [[3, 3, 1, 1], [1, 1, 1, 1]],
              "batch_normalization": [[1]] * 4, "dense": [[32, 5], [5]],
              "normalization": [[1], [1], []]}
    for kind, count in counts.items():
        for number in range(count):
            variables = {}
            for index, dims in enumerate(shapes[kind]):
                size = 1
                for dim in dims:
                    size *= dim
                variables[str(index)] = file.dataset(dims, floats(*[1] * size))
            name = f"{kind}_{number}" if number else kind
            made[name] = file.group({"vars": file.group(variables)})
    return file.close(file.group({"layers": file.group(made)}))


RIGHT = {"conv2d": 4, "separable_conv2d": 9, "batch_normalization": 13, "dense": 1}
CASES = {
    "shapes of another network": RIGHT,
    "a convolution too few": {**RIGHT, "conv2d": 3},
    "a separable convolution too many": {**RIGHT, "separable_conv2d": 10},
    "no norms": {**RIGHT, "batch_normalization": 0},
    "no top": {**RIGHT, "dense": 0},
    "no top, and none asked for": {**RIGHT, "dense": 0},
    "two dense layers": {**RIGHT, "dense": 2},
    "a layer of another kind": {**RIGHT, "normalization": 1},
    "a bias that the network lacks": {**RIGHT, "conv2d": 3, "biased_conv2d": 1},
    "no layers": {},
}
OPTIONS = {"no top, and none asked for": ["--classes=0"]}
texts, failures = {}, 0
for title, counts in CASES.items():
    code, texts[title] = told(layers(counts), OPTIONS.get(title, []))
    failures += code != 3
golden = HERE / "golden/order.txt"
if "--write" in sys.argv:
    golden.write_text("".join(f"== {title}\n{text}" for title, text in texts.items()))
for title, text in cases.read_sections(golden).items():
    if texts.get(title) != text:
        print(f"{title}:\n{texts.get(title)}expected\n{text}")
        failures += 1
sys.exit(1 if failures or len(texts) != len(cases.read_sections(golden)) else 0)
