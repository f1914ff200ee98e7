#!/usr/bin/env python3
"""Names of classes: from every place that has them, which wins, and as C in the compiled model.

  test_labels.py XNC CC CXX
"""
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
for folder in ("tests/common", "tests/compiler/weights", "tests/alloc"):
    sys.path.insert(0, str(ROOT / folder))
from pickles import DICT, LIST, MARK, NONE, SETITEMS, dict_of, integers, number, text, tuple_of  # noqa: E402
from to_legacy import legacy  # noqa: E402
from tool import ToolTest  # noqa: E402

CC, CXX = sys.argv[1:3]
del sys.argv[1:3]
NAMES = ["ant", "bee", "cow", "dog", "eel"]
TINY = """
name: tiny
title: Five classes
input: {size: 16}
norm_eps: 0.001
stem: [{width: 8, stride: 2}]
blocks: [{widths: 8, stride: 2}]
head: {classes: 5}
"""
SHOW = """
#include <stdio.h>
#include "tiny.h"
int main(void) {
    for (int i = 0; i < TINY_CLASSES; i++) {
        if (TINY_LABELS[i] != xnc_model_labels(&tiny_model)[i] && TINY_LABELS[i][0] == 0)
            return 1;
        printf("%s\\n", xnc_model_labels(&tiny_model)[i]);
        fprintf(stderr, "%s\\n", TINY_LABELS[i]);
    }
    return 0;
}
"""


def texts(names, form=tuple_of):
    return form(*map(text, names))


def list_of(*items):
    return LIST + MARK + b"".join(items) + b"e"


def pairs(items):
    """A dict of pickled keys and values."""
    return DICT + MARK + b"".join(key + value for key, value in items) + SETITEMS


def by_name(names):
    """class_to_idx, its entries in another order than the classes."""
    return pairs([(text(name), number(names.index(name))) for name in sorted(names, reverse=True)])


class Labels(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "tiny.yaml").write_text(TINY)
        cls.xnc(0, "seed-weights", "tiny.yaml", "-o", "w.safetensors")
        cls.xnc(0, "seed-weights", "xception_mini", "--classes=5", "-o", "mini.safetensors")

    def written(self, *arguments, model="tiny.yaml", code=0):
        """The run of compile --with-labels, and the names in the header."""
        run = self.xnc(code, "compile", model, "-o", "out", "--target=scalar", "--with-labels",
                       "--prefix=tiny", *arguments)
        if code:
            return run, None
        header = (self.folder / "out/tiny.h").read_text()
        body = header.split("TINY_LABELS[TINY_CLASSES] = {\n")[1].split("};")[0]
        return run, [line.strip()[1:-1] for line in body.replace('"\n    "', "").split(",\n")[:-1]]

    def lines(self, name, names):
        (self.folder / name).write_text("".join(f"{line}\n" for line in names))
        return f"--labels={name}"

    def checkpoint(self, beside):
        legacy(self.folder / "w.safetensors", self.folder / "w.pth", beside)
        return "--weights=w.pth"


class Sources(Labels):
    def test_a_file(self):
        self.assertEqual(self.written(self.lines("names.txt", NAMES))[1], NAMES)
        self.assertEqual(self.written(self.lines("words.txt", [f"n{i}\t{n}" for i, n in enumerate(NAMES)]))[1],
                         NAMES)

    def test_the_folder_of_a_data_set(self):
        for name in ("c10", "c9", "B", "a", ".cache", "x"):
            (self.folder / "train" / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "train/readme.txt").write_text("no class")
        run, names = self.written("--labels=train")
        self.assertEqual(names, ["a", "B", "c9", "c10", "x"])
        self.assertIn("note: classes are the folders of train in timm's order; torchvision's, by "
                      "bytes, has 'B' before 'a'", run.stderr)
        (self.folder / "train/y").mkdir()
        run, _ = self.written("--labels=train", code=3)
        self.assertIn("train: error: has 6 labels, the network has 5 classes", run.stderr)
        (self.folder / "empty").mkdir()
        run, _ = self.written("--labels=empty", code=3)
        self.assertIn("empty: error: has no folders", run.stderr)

    def test_a_checkpoint(self):
        """Each key and form, at the root and in a dict of it; the first of the table's keys counts."""
        by_class = pairs([(number(i), text(name)) for i, name in enumerate(NAMES)])
        by_text = pairs([(text(str(i)), text(name)) for i, name in enumerate(NAMES)])
        other = texts("vwxyz")
        for beside, key in (({"class_to_idx": by_name(NAMES)}, "class_to_idx"),
                            ({"label2id": by_name(NAMES)}, "label2id"),
                            ({"label_names": texts(NAMES)}, "label_names"),
                            ({"classes": texts(NAMES, list_of)}, "classes"),
                            ({"id2label": by_class}, "id2label"),
                            ({"id2label": by_text, "epoch": number(3)}, "id2label"),
                            ({"classes": other, "label_names": texts(NAMES)}, "label_names"),
                            ({"meta": dict_of({"CLASSES": texts(NAMES)})}, "CLASSES"),
                            ({"hyper_parameters": dict_of({"idx_to_class": by_class})}, "idx_to_class")):
            with self.subTest(key, at=list(beside)):
                run, names = self.written(self.checkpoint(beside))
                self.assertEqual(names, NAMES)
                self.assertIn(f"note: the classes have the names of {key} in w.pth", run.stderr)

    def test_what_is_no_names_of_all_classes_is_passed_over(self):
        for value in (number(5), NONE, text("ant"), texts(NAMES[:4]), tuple_of(), integers(*range(5)),
                      by_name(NAMES[:4]), pairs([(text(n), number(1)) for n in NAMES]),
                      pairs([(text(n), number(i + 1)) for i, n in enumerate(NAMES)]),
                      pairs([(text(n), number(i - 1)) for i, n in enumerate(NAMES)]),
                      pairs([(text(n), text(n)) for n in NAMES]), texts(NAMES[:4] + ["\x1b[2J"]),
                      texts(NAMES[:4] + [b"\xff"]), texts(NAMES[:4] + ["a\0b"]),
                      texts(NAMES[:4] + [""])):
            for key in ("class_to_idx", "classes"):
                run, _ = self.written(self.checkpoint({key: value}), code=2)
                self.assertIn("no names of the classes are known; --labels=FILE or --labels=DIR", run.stderr)
                self.assertNotIn("have the names", run.stderr)

    def hub(self, **keys):
        folder = self.folder / "hub"
        folder.mkdir(exist_ok=True)
        (folder / "model.safetensors").write_bytes((self.folder / "mini.safetensors").read_bytes())
        (folder / "config.json").write_text(json.dumps({"architecture": "xception_mini", **keys}))
        return folder

    def test_config_json(self):
        for keys in ({"label_names": NAMES, "num_classes": 5}, {"label_names": NAMES, "num_classes": 5,
                                                                "id2label": {"0": "x"}},
                     {"id2label": {str(i): n for i, n in enumerate(NAMES)}},
                     {"label2id": {n: i for i, n in enumerate(NAMES)}},
                     {"class_to_idx": {n: NAMES.index(n) for n in reversed(NAMES)}, "num_classes": 5}):
            self.hub(**keys)
            self.assertEqual(self.written(model="hub")[1], NAMES)

    def test_config_json_that_contradicts_itself(self):
        for keys, text_of in (
                ({"class_to_idx": {"ant": 5}, "num_classes": 5},
                 "class_to_idx.ant: error: expected a class from 0 to 4"),
                ({"class_to_idx": {"ant": "0"}, "num_classes": 5},
                 "class_to_idx.ant: error: expected a class from 0 to 4"),
                ({"label2id": {"ant": 0, "bee": 0}},
                 "label2id.bee: error: names class 0 a second time"),
                ({"label2id": NAMES, "num_classes": 5},
                 "label2id: error: expected a mapping from name to class"),
                ({"class_to_idx": {"a\x1b": 0}, "num_classes": 5},
                 "class_to_idx: error: expected texts of 1 to 512 bytes"),
                ({"id2label": {"0": "a", "1": "b"}},
                 "id2label: error: is 2, but head.fc.weight of model.safetensors has 5 rows")):
            self.hub(**keys)
            run, _ = self.written(model="hub", code=3)
            self.assertIn(f"hub/config.json: {text_of}", run.stderr)

    def test_what_wins(self):
        """--labels over config.json over the checkpoint over the description."""
        folder = self.hub(label_names=NAMES, num_classes=5)
        legacy(self.folder / "mini.safetensors", self.folder / "mini.pth", {"classes": texts("vwxyz")})
        self.assertEqual(self.written("--weights=mini.pth", model="hub")[1], NAMES)
        self.assertEqual(self.written("--weights=mini.pth", self.lines("l.txt", "klmno"), model="hub")[1],
                         list("klmno"))
        (folder / "config.json").write_text('{"architecture": "xception_mini"}')
        self.assertEqual(self.written("--weights=mini.pth", model="hub")[1], list("vwxyz"))
        thousand = [f"class {i}" for i in range(1000)]
        described = TINY.replace("classes: 5", "classes: 1000") + "labels: imagenet1k\n"
        (self.folder / "thousand.yaml").write_text(described)
        names = self.written(model="thousand.yaml")[1]
        self.assertEqual((len(names), names[0]), (1000, "tench, Tinca tinca"))
        self.xnc(0, "seed-weights", "thousand.yaml", "-o", "t.safetensors")
        legacy(self.folder / "t.safetensors", self.folder / "t.pth", {"classes": texts(thousand)})
        self.assertEqual(self.written("--weights=t.pth", model="thousand.yaml")[1], thousand)

    def test_run_shows_them(self):
        run = self.xnc(0, "run", "tiny.yaml", self.checkpoint({"classes": texts(NAMES)}), "--json",
                       "--target=scalar", "--cc=cc -O0",
                       ROOT / "tests/compiler/data/pictures/cmyk.jpg")
        (found,) = json.loads(run.stdout)
        self.assertEqual({row["class"]: row["label"] for row in found["top"]}, dict(enumerate(NAMES)))

    def test_wrong_use(self):
        run = self.xnc(2, "compile", "tiny.yaml", "-o", "out", "--labels=names.txt")
        self.assertIn("--labels is of use with --with-labels", run.stderr)
        run, _ = self.written(code=2)
        self.assertIn("no names of the classes are known", run.stderr)
        run, _ = self.written("--classes=0", code=2)
        self.assertIn("--with-labels: the network has no classes", run.stderr)


class Compiled(Labels):
    ODD = ['??/ ??= trigraphs?', 'say "no" \\ and %s', "café 日本 ☕ 0", "x" * 300 + "??!" + "é" * 100, "*/ // }"]

    def show(self, compiler, *flags):
        """What a program prints, from the model and from the header."""
        out = self.folder / "out"
        (out / "show.c").write_text(SHOW)
        runtime = [path for path in sorted(out.glob("xnc_*.c")) if path.name != "xnc_top.c"]
        for source in (out / "tiny.c", *runtime):
            if not (out / f"{source.stem}.o").exists():
                self.run_in(0, CC, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O0",
                            "-I", out, "-c", source, "-o", out / f"{source.stem}.o")
        language = "c++" if "++" in compiler else "c"
        self.run_in(0, compiler, *flags, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", out,
                    "-x", language, out / "show.c", "-x", "none",
                    *(out / f"{source.stem}.o" for source in (out / "tiny.c", *runtime)),
                    "-lm", "-pthread", "-o", "show")
        run = subprocess.run([self.folder / "show"], capture_output=True, check=True)
        return run.stdout.decode().splitlines(), run.stderr.decode().splitlines()

    def test_every_text_comes_out_of_c_and_cpp_as_it_was(self):
        self.written(self.lines("odd.txt", self.ODD), "--with-runtime")
        header = (self.folder / "out/tiny.h").read_text()
        self.assertTrue(header.isascii())
        self.assertNotIn("??", header)
        self.assertLessEqual(max(map(len, header.splitlines())), 100)
        for compiler, flags in ((CC, ["-std=c11", "-trigraphs"]), (CXX, ["-std=c++17", "-trigraphs"])):
            self.assertEqual(self.show(compiler, *flags), (self.ODD, self.ODD))

    def test_the_array_is_written_on_request_alone(self):
        self.xnc(0, "compile", "tiny.yaml", "-o", "plain", "--target=scalar")
        for name in ("tiny.h", "tiny.c"):
            self.assertNotIn("abels", (self.folder / "plain" / name).read_text())

    def test_each_variant_of_a_model_has_them(self):
        self.xnc(0, "compile", "tiny.yaml", "-o", "both", "--target=scalar,x86-64-v3", "--with-labels",
                 self.lines("names.txt", NAMES))
        for name in ("tiny.c", "tiny_scalar.c", "tiny_x86_64_v3.c"):
            self.assertIn(".labels = TINY_LABELS,", (self.folder / "both" / name).read_text())


if __name__ == "__main__":
    unittest.main()
