"""The installed package xnc, on xception_mini: every answer against that of the command line.

Environment: XNC, the tool; ROOT, the source tree. The work folder is the current one.
"""
import copy
import gc
import multiprocessing
import os
import pathlib
import pickle
import subprocess
import threading
import unittest

import numpy as np

import xnc

TOOL, ROOT = os.environ["XNC"], pathlib.Path(os.environ["ROOT"])
WEIGHTS = str(ROOT / "examples/shapes/model.safetensors")
MODEL = "xception_mini"
CC = "--cc=cc -O0"  # what is looked at is the package, and bits are the same at every level
SIZES = """
#include <stdio.h>
#include "xnc.h"
#include "xnc_image.h"
int main(void) {
    printf("%zu %zu %zu %zu %zu %d", sizeof(xnc_tensor_info), sizeof(xnc_preprocess),
           sizeof(xnc_exec), sizeof(xnc_image), sizeof(xnc_box), XNC_E_DIFFERENT + XNC_MAX_THREADS);
    return 0;
}
"""


def tool(*arguments):
    subprocess.run([TOOL, *arguments], check=True, stdout=subprocess.DEVNULL)


def compiled(folder, *options):
    """Compiles the network; gives the path of the shared object."""
    tool("compile", MODEL, "--weights", WEIGHTS, "--emit=so", "-o", folder, CC, *options)
    return next(pathlib.Path(folder).glob("lib*.so"))


def images(count, seed=1, shape=(3, 64, 64)):
    return np.random.default_rng(seed).standard_normal((count, *shape), np.float32)


def expected(x, *options):
    """What 'xnc run' gives for an array: a list of the outputs."""
    np.save("x.npy", x)
    for old in pathlib.Path().glob("y*.npy"):
        old.unlink()
    tool("run", MODEL, "--weights", WEIGHTS, "x.npy", "--output", "y.npy", CC, *options)
    return [np.load(path) for path in sorted(pathlib.Path().glob("y*.npy"))]


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.so = compiled("plain")

    def test_structures_have_the_sizes_of_the_headers(self):
        pathlib.Path("sizes.c").write_text(SIZES)
        subprocess.run(["cc", f"-I{ROOT}/runtime", "sizes.c", "-o", "sizes"], check=True)
        import ctypes

        from xnc import _library as lib
        ours = [ctypes.sizeof(kind) for kind in
                (lib.TensorInfo, lib.PreprocessInfo, lib.Exec, lib.Image, lib.Box)]
        said = subprocess.check_output(["./sizes"], text=True).split()
        ours.append(max(xnc.Status) + lib.MAX_THREADS)
        self.assertEqual(said, [str(number) for number in ours])

    def test_a_model_says_what_it_is(self):
        with xnc.Model(self.so) as model:
            self.assertEqual((model.name, model.classes, model.threads), (MODEL, 10, 1))
            self.assertEqual(model.input.shape, (1, 3, 64, 64))
            self.assertEqual([output.shape for output in model.outputs], [(1, 10)])
            how = model.preprocess
            self.assertEqual((how.size, how.mean), ((64, 64), (0.5, 0.5, 0.5)))
            self.assertEqual((how.crop_pct, how.interpolation), (0.9, "bicubic"))
            self.assertGreater(model.macs, 10**6)
            self.assertIn(MODEL, repr(model))

    def test_results_are_those_of_xnc_run_to_the_bit(self):
        x = images(3)
        with xnc.Model(self.so) as model:
            result = model.run(x)
        np.testing.assert_array_equal(result, expected(x)[0])

    def test_every_number_of_threads_gives_the_same_bits(self):
        x = images(1)
        with xnc.Model(self.so) as alone, xnc.Model(self.so, threads=3) as together:
            np.testing.assert_array_equal(alone.run(x), together.run(x))

    def test_any_number_of_images_goes_through_a_batch_of_two(self):
        x = images(5)
        with xnc.Model(compiled("two", "--batch=2")) as model:
            self.assertEqual(model.input.shape[0], 2)
            np.testing.assert_array_equal(model.run(x), expected(x)[0])

    def test_several_outputs_are_a_tuple_of_maps(self):
        x, options = images(1), ["--features", "--output-stride=8"]
        with xnc.Model(compiled("maps", *options)) as model:
            self.assertIsNone(model.classes)
            results = model.run(x)
        self.assertEqual([r.shape for r in results], [output.shape for output in model.outputs])
        for ours, theirs in zip(results, expected(x, *options), strict=True):
            np.testing.assert_array_equal(ours, theirs)

    def test_weights_may_be_in_the_library(self):
        so = compiled("inside", "--weights-as=object", "--prefix=inside")
        os.remove(so.with_name("inside.weights"))
        x = images(1)
        with xnc.Model(so) as model, xnc.Model(self.so) as other:
            np.testing.assert_array_equal(model.run(x), other.run(x))

    def test_results_go_where_they_are_wanted(self):
        x, out = images(1), np.full((1, 10), np.nan, np.float32)
        with xnc.Model(self.so, map_weights=False) as model:
            self.assertIs(model.run(x, out=[out]), out)
            np.testing.assert_array_equal(out, model.run(x))
            with self.assertRaisesRegex(ValueError, "shapes"):
                model.run(x, out=[out[:, :9]])
            with self.assertRaisesRegex(TypeError, "float32"):
                model.run(x, out=[out.astype(np.float64)])

    def test_models_share_weights_and_run_side_by_side(self):
        x = images(8)
        with xnc.Model(self.so) as first:
            right, wrong = first.run(x), []
            second = first.share()

            def work(model):
                for _ in range(20):
                    if not np.array_equal(model.run(x), right):
                        wrong.append(model)

            threads = [threading.Thread(target=work, args=[m]) for m in (first, second) * 2]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(wrong, [])
        np.testing.assert_array_equal(second.run(x), right)  # the first one is closed by now

    def test_a_closed_model_refuses_to_run(self):
        model = xnc.Model(self.so)
        model.close()
        model.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            model.run(images(1))
        with self.assertRaisesRegex(ValueError, "closed"):
            model.share()
        with self.assertRaisesRegex(ValueError, "closed"):
            pickle.dumps(model)
        with self.assertRaisesRegex(ValueError, "closed"):
            with model:
                model.run(images(1))
        del model
        gc.collect()

    def test_errors_of_the_runtime_are_exceptions_with_its_text(self):
        pathlib.Path("bad.weights").write_bytes(b"no blob")
        for path, status in ("bad.weights", xnc.Status.FORMAT), ("missing", xnc.Status.IO):
            with self.assertRaisesRegex(xnc.Error, path) as caught:
                xnc.Model(self.so, path)
            self.assertEqual(caught.exception.status, status)

    def test_numbers_of_threads_that_are_refused(self):
        with xnc.Model(self.so) as model:
            for threads in (0, -1, 1025, 2**31, 2**32 + 1, 2**64 + 1):
                for make in (xnc.Model, self.so), (xnc.Model.share, model):
                    with self.assertRaisesRegex(xnc.Error, f"1..1024, not {threads}") as caught:
                        make[0](make[1], threads=threads)
                    self.assertEqual(caught.exception.status, xnc.Status.ARGUMENT)
            for threads in (1.0, "2", None):
                with self.assertRaises(TypeError):
                    xnc.Model(self.so, threads=threads)
            self.assertEqual(model.share(np.int64(2)).threads, 2)

    def test_an_array_of_any_layout_is_copied_where_it_must_be(self):
        x = images(2)
        raw = np.empty(x.nbytes + 1, np.uint8)
        odd = raw[1:].view(np.float32).reshape(x.shape)
        odd[:] = x
        self.assertFalse(odd.flags.aligned)
        with xnc.Model(self.so) as model:
            right = model.run(x)
            for same in (odd, x.astype(">f4"), x.astype(np.float64), np.asfortranarray(x),
                         np.repeat(x, 2, axis=3)[..., ::2]):
                np.testing.assert_array_equal(model.run(same), right)
            out = np.empty(right.nbytes + 1, np.uint8)[1:].view(np.float32).reshape(right.shape)
            with self.assertRaisesRegex(TypeError, "aligned"):
                model.run(x, out=[out])

    def test_models_and_errors_are_copied_and_pickled(self):
        x = images(1)
        renamed = pathlib.Path(self.so).with_name("renamed.so")
        renamed.write_bytes(pathlib.Path(self.so).read_bytes())
        weights = os.path.relpath(pathlib.Path(self.so).with_name(f"{MODEL}.weights"))
        with xnc.Model(renamed, weights, name=MODEL, threads=2, map_weights=False) as model:
            right = model.run(x)
            copies = [copy.copy(model), copy.deepcopy(model), copy.deepcopy([model.share(2)])[0]]
            texts = [pickle.dumps(model), pickle.dumps(copies[1])]
        os.makedirs("elsewhere", exist_ok=True)
        here = os.getcwd()
        os.chdir("elsewhere")
        self.addCleanup(os.chdir, here)
        for other in [*copies, *map(pickle.loads, texts)]:
            self.assertEqual(other.threads, 2)
            np.testing.assert_array_equal(other.run(x), right)
        error = pickle.loads(pickle.dumps(xnc.Error(xnc.Status.IO, "text")))
        self.assertEqual((error.status, str(error)), (xnc.Status.IO, "text"))

    def test_children_of_fork_use_their_parents_models(self):
        x = images(1)
        with xnc.Model(self.so, threads=2) as model, xnc.Model(self.so, threads=2) as unused:
            right, stop = model.run(x), threading.Event()

            def keep_busy():
                while not stop.is_set():
                    model.run(x)

            def work(results):
                results.put([model.run(x), unused.run(x), model.share(2).run(x)])
                unused.close()

            busy = threading.Thread(target=keep_busy)  # holds the model's lock most of the time
            busy.start()
            try:
                for _ in range(5):
                    for got in self.in_child("fork", work):
                        np.testing.assert_array_equal(got, right)
            finally:
                stop.set()
                busy.join()
            np.testing.assert_array_equal(unused.run(x), right)

    def test_a_pool_of_processes_runs_a_model(self):
        x = images(1)
        with xnc.Model(self.so, threads=2) as model:
            right = model.run(x)
            for method in "fork", "spawn":
                with multiprocessing.get_context(method).Pool(2) as processes:
                    for got in processes.map_async(model.run, [x] * 4).get(timeout=100):
                        np.testing.assert_array_equal(got, right)

    def in_child(self, method, work):
        """What work() puts into the queue that it is called with, in another process."""
        context = multiprocessing.get_context(method)
        results = context.Queue()
        child = context.Process(target=work, args=[results])
        child.start()
        try:
            got = results.get(timeout=100)
            child.join(100)
            self.assertEqual(child.exitcode, 0)
            return got
        finally:
            child.kill()

    def test_wrong_libraries_are_named(self):
        with self.assertRaisesRegex(OSError, "no_such"):
            xnc.Model("no_such.so")
        with self.assertRaisesRegex(ValueError, "other_model.*--prefix"):
            xnc.Model(self.so, name="other")

    def test_wrong_inputs_are_refused(self):
        with xnc.Model(self.so) as model:
            for shape in (3, 64, 64), (1, 3, 64, 63), (0, 3, 64, 64):
                with self.assertRaisesRegex(ValueError, "the input is"):
                    model.run(np.zeros(shape, np.float32))
            with self.assertRaisesRegex(TypeError, "prepare"):
                model.run(np.zeros((1, 3, 64, 64), np.uint8))
            for shape in (4,), (5, 5, 4), (0, 5, 3):
                with self.assertRaisesRegex(ValueError, "a picture is"):
                    model.prepare(np.zeros(shape, np.uint8))
            with self.assertRaisesRegex(TypeError, "uint8"):
                model.prepare(np.zeros((5, 5, 3)))

    def test_a_picture_of_the_right_size_is_only_normalized(self):
        """71 is floor(64 / 0.9): nothing is resized, and 3.5 rounds to an even 4 above and left."""
        picture = np.random.default_rng(2).integers(0, 256, (71, 71, 3), np.uint8)
        cut = picture[4:68, 4:68].astype(np.float32) / np.float32(255)
        right = ((cut - np.float32(0.5)) / np.float32(0.5)).transpose(2, 0, 1)
        with xnc.Model(self.so) as model:
            np.testing.assert_array_equal(model.prepare(picture), right)

    def test_every_layout_of_a_picture_gives_the_same_input(self):
        wide = np.random.default_rng(3).integers(0, 256, (90, 200, 3), np.uint8)
        picture = wide[:, 20:140]  # rows with gaps
        grey = np.ascontiguousarray(picture[:, :, 0])
        with xnc.Model(self.so) as model:
            right = model.prepare(picture.copy())
            np.testing.assert_array_equal(model.prepare(picture), right)
            np.testing.assert_array_equal(model.prepare(np.asfortranarray(picture)), right)
            np.testing.assert_array_equal(model.prepare(picture[:, :, ::-1], bgr=True), right)
            repeated = np.repeat(grey[:, :, None], 3, axis=2)
            np.testing.assert_array_equal(model.prepare(grey), model.prepare(repeated))

    def test_channels_last_is_a_layout_of_the_model(self):
        x = images(2)
        picture = np.random.default_rng(4).integers(0, 256, (80, 90, 3), np.uint8)
        with xnc.Model(self.so) as first, xnc.Model(compiled("last", "--layout=nhwc")) as last:
            self.assertEqual((first.input.layout, last.input.layout), ("NCHW", "NHWC"))
            self.assertEqual((last.input.shape, last.input.channels), ((1, 64, 64, 3), 3))
            self.assertEqual(last.outputs[0].layout, "NC")
            self.assertEqual(last.preprocess.mean, first.preprocess.mean)
            right, turned = first.run(x), x.transpose(0, 2, 3, 1)
            for same in (last.run(turned), last(turned), last(x, layout="NCHW")):
                np.testing.assert_array_equal(same, right)
            prepared = first.prepare(picture).transpose(1, 2, 0)
            np.testing.assert_array_equal(last.prepare(picture), prepared)
            with self.assertRaisesRegex(ValueError, "these look like NCHW: say layout='NCHW'"):
                last(x)

    def test_turns_and_boxes_are_slices_of_the_picture(self):
        picture = np.random.default_rng(5).integers(0, 256, (70, 90, 3), np.uint8)
        turns = [lambda p: p, lambda p: p[:, ::-1], lambda p: p[::-1, ::-1], lambda p: p[::-1],
                 lambda p: p.transpose(1, 0, 2), lambda p: np.rot90(p, -1),
                 lambda p: p[::-1, ::-1].transpose(1, 0, 2), lambda p: np.rot90(p)]
        with xnc.Model(self.so) as model:
            for orientation, turn in enumerate(turns, 1):
                np.testing.assert_array_equal(model.prepare(picture, orientation=orientation),
                                              model.prepare(turn(picture)))
            np.testing.assert_array_equal(model.prepare(picture, box=(10.4, 5, 30, 20)),
                                          model.prepare(picture[5:25, 10:40]))
            np.testing.assert_array_equal(model.prepare(picture, box=(10, 5, 30, 20), margin=1),
                                          model.prepare(picture[0:30, 10:40]))
            np.testing.assert_array_equal(
                model.prepare(picture, orientation=6, box=(0, 0, 40, 30)),
                model.prepare(np.rot90(picture, -1)[0:30, 0:40]))
            grey = np.ascontiguousarray(picture[:, :, 0])
            np.testing.assert_array_equal(model.prepare(grey, orientation=8, box=(-9, 3, 20, 20)),
                                          model.prepare(np.rot90(grey)[3:23, 0:11]))
            with self.assertRaisesRegex(ValueError, "no pixel of 90 x 70 lies in the box"):
                model.prepare(picture, box=(90, 0, 5, 5))
            with self.assertRaisesRegex(ValueError, "within 1..8, not 9"):
                model.prepare(picture, orientation=9)
            photo = (ROOT / "tests/compiler/data/pictures/turned_420.jpg").read_bytes()
            self.assertEqual((model.orientation(photo), model.orientation(b"")), (6, 1))

    def test_labels_are_those_that_were_compiled_in(self):
        names = ["disc", "ring?", "square", "frame", "cross", "café", '"star"', "bar", "wave", "."]
        pathlib.Path("names.txt").write_text("\n".join(names))
        so = compiled("named", "--with-labels", "--labels=names.txt")
        with xnc.Model(so) as model, xnc.Model(self.so) as plain:
            self.assertEqual(model.labels, tuple(names))
            self.assertIsNone(plain.labels)

    def test_options_about_pictures_are_facts_of_the_model(self):
        so = compiled("faces", "--mean=0.25,0.5,0.75", "--std=imagenet", "--crop-pct=1",
                      "--crop-mode=squash", "--interpolation=bilinear", "--margin=1.3", "--exif")
        picture = np.random.default_rng(6).integers(0, 256, (90, 70, 3), np.uint8)
        with xnc.Model(so) as model, xnc.Model(self.so) as plain:
            how = model.preprocess
            self.assertEqual(how.mean, (0.25, 0.5, 0.75))
            self.assertEqual((how.crop_pct, how.crop_mode), (1, "squash"))
            self.assertEqual((how.interpolation, how.margin, how.exif), ("bilinear", 1.3, True))
            self.assertEqual((plain.preprocess.margin, plain.preprocess.exif), (0, False))
            face = dict(box=(20, 30, 20, 30))
            np.testing.assert_array_equal(model.prepare(picture, **face),
                                          model.prepare(picture, **face, margin=1.3))
            self.assertFalse(np.array_equal(model.prepare(picture, **face),
                                            model.prepare(picture, **face, margin=0)))

    def test_classify_ranks_probabilities(self):
        picture = np.random.default_rng(4).integers(0, 256, (100, 80, 3), np.uint8)
        with xnc.Model(self.so) as model:
            best, logits = model.classify(picture, 10), model.run(model.prepare(picture)[None])[0]
        self.assertEqual([one.class_id for one in best], list(np.argsort(-logits, kind="stable")))
        self.assertAlmostEqual(sum(one.probability for one in best), 1, places=12)

    def test_scores_are_the_model_s_unless_others_are_asked_for(self):
        x = np.array([[0.0, 1.0, -800.0]], np.float32)
        with xnc.Model(self.so) as model:
            self.assertEqual(model.scores, "softmax")
            np.testing.assert_allclose(model.probabilities(x), [[0.26894142, 0.73105858, 0]])
            np.testing.assert_allclose(model.probabilities(x, "sigmoid"), [[0.5, 0.73105858, 0]],
                                       atol=1e-300)
            np.testing.assert_array_equal(model.probabilities(x, "none"), x)
            with self.assertRaisesRegex(ValueError, "one of softmax, sigmoid, none"):
                model.probabilities(x, "relu")
        with xnc.Model(compiled("labels", "--scores=sigmoid")) as model:
            self.assertEqual(model.scores, "sigmoid")
        with xnc.Model(compiled("vector", "--classes=0")) as model:
            self.assertEqual(model.scores, "none")

    def test_one_output_is_the_probability_of_class_1(self):
        picture = np.random.default_rng(4).integers(0, 256, (100, 80, 3), np.uint8)
        tool("seed-weights", MODEL, "--classes=1", "-o", "one.safetensors")
        tool("compile", MODEL, "--weights=one.safetensors", "--emit=so", "-o", "one", CC)
        with xnc.Model(next(pathlib.Path("one").glob("lib*.so"))) as model:
            (best,) = model.classify(picture)
            logit = float(model.run(model.prepare(picture)[None])[0, 0])
        self.assertEqual(best.class_id, 1)
        self.assertAlmostEqual(best.probability, 1 / (1 + np.exp(-logit)), places=12)


if __name__ == "__main__":
    unittest.main()
