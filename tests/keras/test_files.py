"""Purpose: what Keras wrote is read, and hostile files of its kinds cost nothing and are told.
Input: fixtures of Keras 3.15 and tf.keras 2.15, and hostile files that were made from them (make/).
Expectation: of each fixture its kind, version, layers and variables as golden/files.txt has them; of
each hostile file the text there, or for those that are sound in this part that they are read.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "compiler/weights"))
import cases

test = cases.Cases("files", str(HERE))

for path in sorted([*HERE.glob("*.keras"), *HERE.glob("*.h5")]):
    test.shows(path.name, str(path), "--layers")

# Sound as files: their networks (or shapes, or values) are what is wrong, or nothing is.
SOUND = {"axis_1", "called_twice", "channels_first", "chunked_names", "config_cut", "config_deep",
         "custom_layer", "epsilon_negative", "good", "graph_cycle", "heap_endless", "input_unknown",
         "lambda_layer", "nan", "same_name_twice", "strides_huge", "two_members", "two_outputs",
         "wrong_rank"}
for path in sorted((HERE / "hostile").iterdir()):
    title = path.name.split(".")[0]
    if title in SOUND:
        test.accepts(title, str(path))
    else:
        test.refuses(f"hostile/{path.name}", str(path))

test.finish()
