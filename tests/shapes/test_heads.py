#!/usr/bin/env python3
"""One logit and several labels, from pictures to probabilities, as torch answers.

Usage: test_heads.py XNC FOLDER (examples/shapes). The body of the network is that of the folder; the
heads are those of train_heads.py: "angular", one logit behind a sequence whose tensors are numbered
with a dropout between them, and "labels", three logits for what may hold together. answers.json has
the probabilities that torch computed in float64, and the targets. Needs numpy and a C compiler.
"""
import json
import pathlib
import shutil
import struct
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
from tool import ToolTest  # noqa: E402

FOLDER = pathlib.Path(sys.argv.pop(1)).resolve()
HEADS = pathlib.Path(__file__).resolve().parent / "heads"
ANSWERS = json.loads((HEADS / "answers.json").read_text())
HEAD = "--head=linear 12, relu, norm, linear 1"
MODEL = "xception_mini"
NEAR = 2e-6  # f32 beside float64


def read(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    entries = json.loads(data[8 : 8 + size])
    entries.pop("__metadata__", None)
    return {name: (entry, data[8 + size :][slice(*entry["data_offsets"])])
            for name, entry in entries.items()}  # fmt: skip


def write(path, tensors):
    entries, body = {}, b""
    for name, (entry, data) in tensors.items():
        entries[name] = {**entry, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header + body)


def auc(targets, chances):
    """The share of pairs that are in order."""
    pairs = [(p > q) + 0.5 * (p == q) for a, p in zip(targets, chances) if a
             for b, q in zip(targets, chances) if not b]  # fmt: skip
    return sum(pairs) / len(pairs)


class Heads(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        body = {name: tensor for name, tensor in read(FOLDER / "model.safetensors").items()
                if not name.startswith("head.fc.")}  # fmt: skip
        for name in ("angular", "labels"):
            write(cls.folder / f"{name}.safetensors",
                  {**body, **read(HEADS / f"{name}.safetensors")})  # fmt: skip
        cls.paths = [FOLDER / "pictures" / row["picture"] for row in ANSWERS]
        (cls.folder / "two.txt").write_text("round\nangular\n")
        (cls.folder / "three.txt").write_text("angular\nsolid\none axis\n")

    def told(self, command, name, *arguments):
        command = [command, MODEL, f"--weights={name}.safetensors", *map(str, arguments), "--json"]
        return json.loads(self.xnc(0, *command).stdout)

    def test_one_logit(self):
        answers = self.told("run", "angular", HEAD, "--labels=two.txt", *self.paths)
        for answer, row in zip(answers, ANSWERS):
            (best,) = answer["top"]
            self.assertEqual((best["class"], best["label"]), (1, "angular"))
            self.assertAlmostEqual(best["probability"], row["angular"][0], delta=NEAR)

    def test_without_the_head_the_message_proposes_it(self):
        run = self.xnc(3, "run", MODEL, "--weights=angular.safetensors", self.paths[0])
        self.assertIn("--head='linear 12, ?, norm, ?, linear 1'", run.stderr)

    def test_several_labels(self):
        answers = self.told("run", "labels", "--scores=sigmoid", "--labels=three.txt", *self.paths)
        for answer, row in zip(answers, ANSWERS):
            chances = {best["class"]: best["probability"] for best in answer["top"]}
            for label, chance in enumerate(row["labels"]):
                self.assertAlmostEqual(chances[label], chance, delta=NEAR)

    def test_eval_of_two_folders(self):
        for row, path in zip(ANSWERS, self.paths):
            place = self.folder / "two" / ("angular" if row["targets"][0] else "round")
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place / row["picture"].replace("/", "_"))
        found = self.told("eval", "angular", HEAD, "--labels=two.txt", "two")
        targets = [row["targets"][0] for row in ANSWERS]
        chances = [row["angular"][0] for row in ANSWERS]
        right = sum((chance > 0.5) == target for chance, target in zip(chances, targets))
        self.assertAlmostEqual(found["accuracy"], 100 * right / len(targets))
        self.assertAlmostEqual(found["auc"], auc(targets, chances))
        self.assertGreater(found["accuracy"], 90)

    def test_eval_of_a_table(self):
        rows = ["path,one axis,angular,solid"]
        rows += [",".join([str(path), *(str(row["targets"][at]) for at in (2, 0, 1))])
                 for row, path in zip(ANSWERS, self.paths)]  # fmt: skip
        (self.folder / "table.csv").write_text("\n".join(rows) + "\n")
        found = self.told("eval", "labels", "--scores=sigmoid", "--labels=three.txt", "table.csv")
        for at, label in enumerate(found["labels"]):
            targets = [row["targets"][at] for row in ANSWERS]
            chances = [row["labels"][at] for row in ANSWERS]
            self.assertAlmostEqual(label["auc"], auc(targets, chances))
        self.assertGreater(found["auc"], 0.9)

    def test_of_two_names_the_output_has_the_second(self):
        self.xnc(0, "compile", MODEL, "--weights=angular.safetensors", HEAD, "-o", "named",
                 "--target=scalar", "--with-labels", "--labels=two.txt")  # fmt: skip
        text = (self.folder / "named/xception_mini.h").read_text()
        self.assertRegex(text, r'LABELS\[XCEPTION_MINI_CLASSES\] = \{\s*"angular",\s*\};')

    def test_the_compiled_network_says_what_its_output_is(self):
        for name, options in (("angular", [HEAD]), ("labels", ["--scores=sigmoid"])):
            self.xnc(0, "compile", MODEL, f"--weights={name}.safetensors", *options, "-o", name,
                     "--target=scalar")  # fmt: skip
            text = (self.folder / name / "xception_mini.c").read_text()
            self.assertIn(".scores = XNC_SCORES_SIGMOID,", text)


if __name__ == "__main__":
    unittest.main()
