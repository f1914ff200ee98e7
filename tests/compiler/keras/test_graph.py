"""Purpose: what a model's config may be, rule by rule: a description, or a message that names the layer.
Input: config.json of like.keras and tuned_functional.keras (tests/keras), each time with one change,
packed again with the same weights, or with those of one norm alone.
Expectation: `inspect --describe` gives the description, or says what is wrong.
"""
import copy
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "hdf5"))
from hdf5_files import F32, I64, File

FOLDER, TOOL = pathlib.Path(sys.argv.pop()), sys.argv.pop()


def config_of(name):
    with zipfile.ZipFile(FOLDER / name) as archive:
        return json.loads(archive.read("config.json"))


LIKE, TUNED = config_of("like.keras"), config_of("tuned_functional.keras")


def layer(model, name):
    """The layer of that name, in the model or in one inside of it."""
    for one in model["config"]["layers"]:
        if one.get("name") == name or one["config"].get("name") == name:
            return one
        if "layers" in one["config"]:
            found = layer(one, name)
            if found:
                return found
    return None


def tensor(name):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}


def call(*names):
    return [{"args": [[tensor(name) for name in names]] if len(names) > 1 else [tensor(names[0])],
             "kwargs": {}}]  # fmt: skip


class Graphs(unittest.TestCase):
    def setUp(self):
        self.path = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "m.keras"

    def describe(self, config, name="like.keras", weights=None):
        with zipfile.ZipFile(FOLDER / name) as old, zipfile.ZipFile(self.path, "w") as new:
            new.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
            new.writestr("metadata.json", old.read("metadata.json"))
            new.writestr("model.weights.h5", weights or old.read("model.weights.h5"))
        done = subprocess.run([TOOL, "inspect", "--describe", "m.keras"], cwd=self.path.parent,
                              capture_output=True, text=True)  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def changed(self, name, model=LIKE, **settings):
        """The model with settings of one layer."""
        config = copy.deepcopy(model)
        layer(config, name)["config"].update(settings)
        return config

    def says(self, config, message, name="like.keras"):
        code, out, err = self.describe(config, name)
        self.assertEqual((code, out), (3, ""))
        self.assertIn(message, err)

    def gives(self, config, text, name="like.keras"):
        code, out, err = self.describe(config, name)
        self.assertEqual(code, 0, err)
        self.assertIn(text, out)
        return out

    # ---- what is understood ----

    def test_the_whole_description(self):
        self.assertEqual(self.gives(LIKE, "name: xception\n").split("\n", 1)[1], """\
name: xception
title: xception, a model of Keras
input: {size: [36, 36], channels: 3, crop_mode: squash, interpolation: nearest,
        mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
norm_eps: 0.001

stem:
  - {width: 8, stride: 2, padding: none}
  - {width: 12, padding: none}

block: {norm: pointwise, padding: same}
blocks:
  - {widths: 16, depth: 2, stride: 2, stride_by: max_pool, activate: between}
  - {widths: 16, depth: 3}
  - {widths: [16, 24], stride: 2, stride_by: max_pool}
exit:
  - {width: 28}
  - {width: 32}

head: {pool: avg, layers: [linear 5, softmax]}
""")

    def test_names_and_the_order_of_the_list_count_for_nothing(self):
        plain = self.gives(LIKE, "head:")
        text = json.dumps(LIKE).replace("block2_sepconv1", "zebra").replace("block5_", "x")
        self.assertEqual(self.gives(text, "head:"), plain)
        turned = copy.deepcopy(LIKE)
        places = {}  # the weights lie where the order of a class says: that must stay
        for one in turned["config"]["layers"]:
            places.setdefault(one["class_name"], []).append(one)
        turned["config"]["layers"] = [one for kind in sorted(places) for one in places[kind]]
        self.assertEqual(self.gives(turned, "head:"), plain)

    def test_keras_2_writes_calls_as_lists(self):
        old = copy.deepcopy(LIKE)
        for one in old["config"]["layers"]:
            for node in one["inbound_nodes"]:
                args = node["args"][0]
                args = args if isinstance(args, list) else [args]
                one["inbound_nodes"] = [[[a["config"]["keras_history"][0], 0, 0, {}] for a in args]]
        old["config"]["output_layers"] = [["predictions", 0, 0]]
        self.assertEqual(self.gives(old, "head:"), self.gives(LIKE, "head:"))

    def test_activations(self):
        for word, ours in (("relu6", "relu6"), ("swish", "silu"), ("gelu", "gelu")):
            self.gives(self.changed("block1_conv1_act", activation=word),
                       f"{{width: 8, stride: 2, padding: none, activation: {ours}}}")  # fmt: skip
        self.gives(self.changed("predictions", activation="linear"), "layers: [linear 5]")
        self.gives(self.changed("predictions", activation="sigmoid"), "[linear 5, sigmoid]")
        self.gives(self.changed("block14_sepconv1_act", activation="linear"),
                   "- {width: 28, activation: none}")  # fmt: skip

    def test_stem(self):
        self.gives(self.changed("block1_conv2", padding="same"), "{width: 12, padding: same}")

    def test_eps_is_that_of_the_file(self):
        text = json.dumps(LIKE).replace('"epsilon": 0.001', '"epsilon": 1e-05')
        self.gives(text, "norm_eps: 1e-05\n")

    def test_pooling(self):
        config = copy.deepcopy(LIKE)
        layer(config, "avg_pool")["class_name"] = "GlobalMaxPooling2D"
        self.gives(config, "head: {pool: max, layers: [linear 5, softmax]}")

    def test_a_network_without_its_top(self):
        config = copy.deepcopy(LIKE)
        config["config"]["output_layers"] = ["block14_sepconv2_act", 0, 0]
        self.gives(config, "head: {pool: none, classes: 0}")
        config["config"]["output_layers"] = ["avg_pool", 0, 0]
        self.gives(config, "head: {pool: avg, classes: 0}")

    def test_a_size_that_is_not_stated(self):
        code, out, err = self.describe(self.changed("input_layer", batch_shape=[None] * 3 + [3]))
        self.assertEqual(code, 0, err)
        self.assertIn("size: [299, 299]", out)
        self.assertIn("--size says otherwise", err)

    def test_scaling_of_each_channel(self):
        config = self.changed("rescaling", TUNED, scale=[1, 0.5, 0.1], offset=[-1, 0, 0.25])
        self.gives(config, "mean: [0.00392156862745098, 0, -0.00980392156862745",
                   "tuned_functional.keras")  # fmt: skip

    def test_normalization_of_the_config(self):
        config = copy.deepcopy(TUNED)
        one = layer(config, "rescaling")
        one["class_name"] = "Normalization"
        one["config"] = {"name": "rescaling", "axis": [-1], "mean": [0, 127.5, 255],
                         "variance": [65025, 16256.25, 65025], "invert": False}  # fmt: skip
        self.gives(config, "mean: [0, 0.5, 1], std: [1, 0.5, 1]", "tuned_functional.keras")

    def test_normalization_that_was_learnt(self):
        """Floats are taken, and then the next layer is what the file lacks; integers are told."""
        config = copy.deepcopy(TUNED)
        layer(config, "rescaling").update(class_name="Normalization",
                                          config={"name": "rescaling", "axis": [-1]})  # fmt: skip
        for of_type, code, message in (
                (F32, "f", "the file has no weights of this layer"),
                (I64, "q", "rescaling: error: its mean and variance are no numbers for the")):
            file = File()
            variables = {str(index): file.dataset([3], struct.pack(f"<3{code}", 1, 2, 3), of_type)
                         for index in range(2)}
            weights = file.close(file.group({"layers": file.group({
                "normalization": file.group({"vars": file.group(variables)})})}))  # fmt: skip
            found = self.describe(config, "tuned_functional.keras", weights)
            self.assertEqual(found[:2], (3, ""))
            self.assertIn(message, found[2])

    # ---- what is refused, by name ----

    def test_layers_that_the_family_has_not(self):
        config = copy.deepcopy(LIKE)
        one = layer(config, "block1_conv1_act")
        one["class_name"] = "Lambda"
        self.says(config, "block1_conv1_act: error: a layer of class Lambda, which no network")
        one["class_name"] = "LSTM"
        self.says(config, "block1_conv1_act: error: a layer of class LSTM, which no network")
        one.update(class_name="Activation", registered_name="mine>Activation")
        self.says(config, "a layer of class mine>Activation, which no network")

    def test_layers_in_the_wrong_place(self):
        config = copy.deepcopy(LIKE)
        layer(config, "block14_sepconv1_act")["class_name"] = "Flatten"
        self.says(config, "block14_sepconv2: error: a SeparableConv2D behind the blocks")
        layer(config, "block14_sepconv1_act")["class_name"] = "Dense"
        self.says(config, "block14_sepconv1_act: error:")

    def test_settings_of_layers(self):
        for name, settings, message in (
                ("block1_conv1", {"use_bias": True}, "block1_conv1: error: a Conv2D with a bias"),
                ("block1_conv1", {"data_format": "channels_first"}, "its channels come first"),
                ("block1_conv1", {"strides": [2, 1]}, "'strides' differs in the two directions"),
                ("block1_conv1", {"strides": [5, 5]}, "'strides' is beyond 1 to 4"),
                ("block1_conv1", {"strides": "two"}, "'strides' is beyond 1 to 4"),
                ("block1_conv1", {"kernel_size": [40, 40]}, "'kernel_size' is beyond 1 to 15"),
                ("block1_conv1", {"filters": 0}, "'filters' is no number from 1"),
                ("block1_conv1", {"groups": 2}, "groups or a depth_multiplier other than 1"),
                ("block1_conv1", {"padding": "causal"}, "its padding is neither same nor valid"),
                ("block1_conv1_bn", {"epsilon": -1}, "block1_conv1_bn: error: its epsilon"),
                ("block1_conv2_bn", {"epsilon": 0.1}, "its epsilon is 0.1, that of the norms"),
                ("block1_conv1_bn", {"axis": 1}, "its axis is not that of the channels"),
                ("block1_conv1_act", {"activation": "tanh"}, "the activation 'tanh' is not known"),
                ("block1_conv1_act", {"activation": "softmax"}, "a softmax in the middle"),
                ("block2_sepconv1", {"depth_multiplier": 2}, "depth_multiplier other than 1"),
                ("block2_sepconv1", {"padding": "valid"}, "its padding is 'valid'"),
                ("block2_sepconv1", {"strides": [2, 2]},
                 "block2_sepconv1: error: kernel, dilation, norm or stride differ"),
                ("block2_sepconv1", {"kernel_size": [3, 2]}, "block2_sepconv1: error: its kernel has"),
                ("block14_sepconv1", {"kernel_size": 4}, "block14_sepconv1: error: its kernel has"),
                ("block2_sepconv1", {"kernel_size": [5, 5]}, "block2_sepconv2: error: kernel, dil"),
                ("block2_pool", {"pool_size": [2, 2]}, "block2_pool: error: a block's pooling is"),
                ("block2_pool", {"padding": "valid"}, "a block's pooling is 3x3"),
                ("block5_sepconv2_act", {"activation": "gelu"}, "two kinds of activation in one"),
                ("predictions", {"units": 0}, "predictions: error: 'units' is no number from 1"),
                ("input_layer", {"batch_shape": [None, 36, 36]}, "the input is no map")):  # fmt: skip
            with self.subTest(name, settings=settings):
                self.says(self.changed(name, **settings), message)

    def test_calls(self):
        config = copy.deepcopy(LIKE)
        layer(config, "block1_conv1")["inbound_nodes"] *= 2
        self.says(config, "block1_conv1: error: a layer that is called 2 times")
        layer(config, "block1_conv1")["inbound_nodes"] = call("nobody")
        self.says(config, "block1_conv1: error: reads 'nobody', which is no layer of its model")
        layer(config, "block1_conv1")["inbound_nodes"] = call("predictions")
        self.says(config, "error: reads its own result")
        layer(config, "block1_conv1")["inbound_nodes"] = []
        self.says(config, "block1_conv1: error: reads no layer, or more than two")

    def test_blocks_that_do_not_meet(self):
        config = copy.deepcopy(LIKE)
        adds = [one for one in config["config"]["layers"] if one["class_name"] == "Add"]
        first = adds[0]["inbound_nodes"][0]["args"][0][0]["config"]["keras_history"][0]
        adds[0]["inbound_nodes"] = call(first, first)
        self.says(config, "error:")

    def test_models(self):
        config = copy.deepcopy(LIKE)
        config["config"]["output_layers"] = [["predictions", 0, 0], ["avg_pool", 0, 0]]
        self.says(config, "m.keras: error: the model has several outputs, or none")
        config = copy.deepcopy(LIKE)
        layer(config, "block1_conv2")["name"] = "block1_conv1"
        self.says(config, "block1_conv1: error: two layers have this name")
        config = copy.deepcopy(LIKE)
        config["config"]["layers"] = []
        self.says(config, "a model has 1 to 2000 layers")
        self.says({"class_name": "Functional", "config": {}}, "a model has 1 to 2000 layers")
        self.says("[]", "a model has 1 to 2000 layers")
        self.says("{", "the text of the network is no JSON")
        self.says("{\"a\": 1, \"a\": 2}", "the text of the network is no JSON")

    def test_scaling_that_is_none(self):
        name = "tuned_functional.keras"
        self.says(self.changed("rescaling", TUNED, scale=0), "no mean and positive deviation", name)
        self.says(self.changed("rescaling", TUNED, scale="x"), "no number", name)


if __name__ == "__main__":
    unittest.main()
