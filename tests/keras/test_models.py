"""Purpose: a file of Keras is a MODEL: the network that it states computes what Keras computes.
Input: whole models that Keras 3.15 and tf.keras 2.15 wrote (make/): the network alone, inside of a
Sequential and of a functional model, with augmentation, dropout and scaling inside, with heads of
hidden layers, a flattened map, a convolution; inputs and outputs in float64. Maps in front of the
poolings are even and odd.
Expectation: the interpreter's outputs within 1e-5 of the golden's spread; the description that
inspect writes gives the same bits with the file as its weights; compiled code too (`check`).
"""
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

from arrays import array, distance, write_nchw

TOOL, HERE = sys.argv.pop(), pathlib.Path(__file__).resolve().parent

# The model, its arrays, options.
PLAIN = [("like.keras", "like", []), ("like.h5", "like", []),
         ("like.keras", "like.34x50", ["--size=34x50"]), ("k2_like.h5", "k2_like", []),
         ("k2_tuned_sequential.h5", "k2_tuned_sequential", []),
         ("tuned_flat.keras", "tuned_flat", []), ("tiny_xception.keras", "tiny_xception", [])]
# Their pixels are scaled inside, by Rescaling(1 / 127.5, -1) or the operations of preprocess_input.
SCALED = {"tuned_functional": ", scaling: multiply", "k2_tuned_functional": ", scaling: multiply",
          "tuned_ops": ""}
COMPILED = ["tiny_xception.keras", "tuned_ops.keras"]


def scaled(value):
    """In two roundings, as preprocess_input does it."""
    single = struct.unpack("f", struct.pack("f", value / 127.5))[0]
    return single - 1


class Models(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def xnc(self, *arguments):
        done = subprocess.run([TOOL, *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def interp(self, model, *options):
        self.xnc("interp", model, self.home / "x.npy", "-o", self.home / "y.npy", *options)
        return array(self.home / "y.npy")[1]

    def compare(self, name, arrays, options=(), change=lambda value: value):
        with self.subTest(name, options=options):
            write_nchw(self.home / "x.npy", HERE / f"{arrays}.x.npy", change)
            got = self.interp(HERE / name, *options)
            wanted = array(HERE / f"{arrays}.y.npy")[1]
            self.assertLess(distance(got, wanted), 1e-5)
            self.assertEqual(max(range(len(got)), key=got.__getitem__),
                             max(range(len(got)), key=wanted.__getitem__))
            description = self.home / "described.yaml"
            description.write_text(self.xnc("inspect", "--describe", HERE / name))
            again = self.interp(description, f"--weights={HERE / name}", *options)
            self.assertEqual(again, got)

    def test_networks_compute_what_keras_computes(self):
        for name, arrays, options in PLAIN:
            self.compare(name, arrays, options)

    def test_scaling_inside_becomes_mean_and_deviation(self):
        for name, scaling in SCALED.items():
            self.compare(f"{name}.keras", name, change=scaled)
            text = self.xnc("inspect", "--describe", HERE / f"{name}.keras")
            self.assertIn(f"mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]{scaling}}}", text)
            told = subprocess.run([TOOL, "compile", HERE / f"{name}.keras", "-o", self.home / "out"],
                                  capture_output=True, text=True, check=True).stderr
            self.assertIn("has it inside; an array holds values as they are behind that", told)

    def test_compiled_code_gives_the_same_bits(self):
        for name in COMPILED:
            self.assertIn("bit by bit", self.xnc("check", HERE / name))
            self.assertIn("bit by bit", self.xnc("check", HERE / name, "--layout=nhwc"))

    def test_inspect_shows_the_network_and_the_command(self):
        text = self.xnc("inspect", HERE / "tuned_flat.keras")
        self.assertIn("head: {pool: avg, layers: [linear 16, relu, norm eps=0.001, linear 3, softmax]}",
                      text)  # fmt: skip
        self.assertIn("82 of its 82 tensors are there", text)
        self.assertIn(f"xnc compile {HERE / 'tuned_flat.keras'} -o out", text)

    def test_another_file_of_a_published_name_is_told(self):
        copy = self.home / "fer2013_mini_XCEPTION.102-0.66.hdf5"
        copy.write_bytes((HERE / "k2_like.h5").read_bytes())
        for command in (["inspect", copy], ["compile", copy, "-o", self.home / "out"]):
            done = subprocess.run([TOOL, *command], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"note: {copy} is not the published file of this name", done.stderr)
            self.assertNotIn("published  ", done.stdout)


if __name__ == "__main__":
    unittest.main()
