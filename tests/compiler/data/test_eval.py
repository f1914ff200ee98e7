#!/usr/bin/env python3
"""xnc eval, from outside: folders, lists, tables, threads, states.

  test_eval.py XNC
"""
import json
import os
import shutil
import unittest

import numpy as np

from tiny import DATA, HERE, TINY, TinyTest, ToolTest

FOLDERS = ["a2", "A9", "a10", "b", "b07", "b8"]  # in timm's order of names


class Eval(TinyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pictures = sorted(DATA.iterdir())
        cls.xnc(0, "run", TINY, "--weights", cls.weights, "--target=scalar", "--output=y.npy",
                *cls.pictures)
        cls.ranked = np.argsort(-np.load(cls.folder / "y.npy"), axis=1, kind="stable")
        for number, picture in enumerate(cls.pictures):
            place = cls.folder / "val" / FOLDERS[number % 6]
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, place)

    @classmethod
    def eval(cls, code, *arguments):
        return cls.xnc(code, "eval", TINY, "--weights", cls.weights, "--target=scalar", *arguments)

    def results(self, *arguments, code=0):
        return json.loads(self.eval(code, *arguments, "--json").stdout)

    def share(self, classes, best):
        """Percent of the pictures whose class is among the best, as xnc run ranks them."""
        hits = [c in row[:best] for c, row in zip(classes, self.ranked)]
        return 100 * sum(hits) / len(hits)

    def expect(self, found, classes):
        self.assertEqual(found["pictures"], len(classes))
        self.assertAlmostEqual(found["top1"], self.share(classes, 1), places=9)
        self.assertAlmostEqual(found["top5"], self.share(classes, 5), places=9)

    def test_folders_are_classes_in_timms_order(self):
        found = self.results("val")
        self.expect(found, [number % 6 for number in range(len(self.pictures))])
        self.assertEqual((found["published_top1"], found["published_top5"]), (55.5, 90.25))
        self.assertEqual((found["model"], found["tag"]), ("tiny", "first"))

    def test_threads_and_batches_change_nothing(self):
        alone = self.results("val")
        self.assertEqual(self.results("val", "--threads=3"), alone)
        self.assertEqual(self.results("val", "--threads=2", "--batch=4"), alone)

    def test_labels_name_the_folders(self):
        names = ["b", "b8", "a2", "a10", "b07", "A9"]
        (self.folder / "labels.txt").write_text("\n".join(names) + "\n")
        found = self.results("val", "--labels=labels.txt")
        self.expect(found, [names.index(FOLDERS[n % 6]) for n in range(len(self.pictures))])

    def test_a_list_names_pictures_and_classes(self):
        classes = [int(row[0]) if n % 3 else int(row[5]) for n, row in enumerate(self.ranked)]
        place = self.folder / "listed"
        place.mkdir()
        lines = ["# path and class", ""]
        for number, (picture, best) in enumerate(zip(self.pictures, classes)):
            name = f"a picture {picture.name}"
            shutil.copy(picture, place / name)
            lines.append(f"{name}{' ' if number % 2 else chr(9)}{best}{chr(13) * (number % 2)}")
        (place / "list.txt").write_text("\n".join(lines))
        found = self.results("listed/list.txt")
        self.expect(found, classes)
        self.assertGreater(found["top1"], 50)

    def test_wrong_lines_of_a_list(self):
        (self.folder / "wrong.txt").write_text("x.jpg 6\nonly\ny.png tench\n")
        run = self.eval(3, "wrong.txt")
        for text in ("wrong.txt:1:7: error: no class of the network", "wrong.txt:2:1: error: ",
                     "wrong.txt:3:7: error: no class", "classes are numbers from 0 to 5"):
            self.assertIn(text, run.stderr)

    def test_text_is_what_people_read_and_a_pipe_sees_no_progress(self):
        run = self.eval(0, "val")
        lines = run.stdout.splitlines()
        self.assertEqual(lines[0], f"tiny.first, 40 x 56: {len(self.pictures)} pictures")
        self.assertRegex(lines[1], r"^top-1 +\d+\.\d\d %   published  55\.50 %$")
        self.assertRegex(lines[2], r"^top-5 +\d+\.\d\d %   published  90\.25 %$")
        self.assertNotIn("\r", run.stderr)

    def test_unreadable_pictures_are_reported_and_skipped(self):
        shutil.copytree(self.folder / "val", self.folder / "torn")
        (self.folder / "torn/b/cut.jpg").write_bytes((DATA / "ycck.jpg").read_bytes()[:400])
        run = self.eval(0, "torn", "--json", "--batch=5")
        found = json.loads(run.stdout)
        self.assertEqual(found.pop("unreadable"), ["torn/b/cut.jpg"])
        self.assertIn("torn/b/cut.jpg: error: is cut short", run.stderr)
        whole = self.results("val")
        whole.pop("unreadable")
        self.assertEqual(found, whole)

    def test_only_unreadable_pictures(self):
        (self.folder / "bad.jpg").write_bytes(b"no picture")
        (self.folder / "bad.txt").write_text("bad.jpg 1\n")
        self.assertEqual(self.results("bad.txt", code=3)["pictures"], 0)

    def test_a_state_goes_on_where_it_was(self):
        state = self.folder / "state.json"
        whole = self.results("val", "--state=state.json")
        kept = json.loads(state.read_text())
        self.assertEqual(len(kept["results"]), len(self.pictures))
        # As after a kill: half is done. That the rest alone is computed shows in a lie about it.
        half = len(self.pictures) // 2
        kept["results"] = "1" * half + "." * (len(self.pictures) - half)
        state.write_text(json.dumps(kept))
        again = self.results("val", "--state=state.json")
        self.assertGreater(again["top1"], whole["top1"])
        after = json.loads(state.read_text())["results"]
        self.assertEqual(after[:half], "1" * half)
        self.assertNotIn(".", after)
        self.assertEqual(self.results("val", "--state=state.json"), again)

    def test_a_state_of_another_evaluation_is_refused(self):
        self.eval(0, "val", "--state=other.json")
        before = (self.folder / "other.json").read_bytes()
        (self.folder / "short.txt").write_text(f"{DATA}/cmyk.jpg 1\n")
        run = self.eval(3, "short.txt", "--state=other.json")
        self.assertIn("other.json: pictures: error: belongs to another evaluation", run.stderr)
        seeded = self.folder / "seeded.safetensors"
        self.xnc(0, "seed-weights", TINY, "--seed=5", "-o", seeded)
        run = self.xnc(3, "eval", TINY, "--weights", seeded, "--target=scalar", "val",
                       "--state=other.json")
        self.assertIn("other.json: weights: error: belongs to another evaluation", run.stderr)
        self.assertEqual((self.folder / "other.json").read_bytes(), before)

    def test_a_state_depends_on_each_file_of_the_weights(self):
        part, listed = self.folder / "part.safetensors", self.folder / "w.safetensors.index.json"
        listed.write_text('{"weight_map": {"head.fc.bias": "part.safetensors"}}')
        command = ("eval", TINY, "--weights", listed, "--target=scalar", "val", "--state=part.json")
        self.xnc(0, "seed-weights", TINY, "--seed=5", "-o", part)
        self.xnc(0, *command)
        self.xnc(0, "seed-weights", TINY, "--seed=6", "-o", part)
        self.assertIn("part.json: weights: error: belongs to another evaluation",
                      self.xnc(3, *command).stderr)

    def test_a_damaged_state_is_refused(self):
        self.eval(0, "val", "--state=damaged.json")
        state = self.folder / "damaged.json"
        text = state.read_text()
        for wrong in ("", "{}", text[:-9], text.replace('"results": "', '"results": "7')):
            state.write_text(wrong)
            self.assertIn("is no state of an evaluation",
                          self.eval(3, "val", "--state=damaged.json").stderr)

    def test_folders_that_are_no_classes(self):
        run = self.eval(3, HERE)
        self.assertIn("has pictures in 1 folders, the network has 6 classes", run.stderr)
        self.assertIn("lies in no folder of a class", self.eval(3, DATA).stderr)
        (self.folder / "empty").mkdir()
        self.assertIn("names no picture", self.eval(3, "empty").stderr)
        os.symlink(".", self.folder / "empty/again")
        self.assertIn("does a link lead back?", self.eval(3, "empty").stderr)

    def test_wrong_use(self):
        run = self.xnc(2, "eval", TINY, "val")
        self.assertIn("--weights FILE is needed", run.stderr)
        self.assertIn("no classes to rank", self.eval(2, "val", "--classes=0").stderr)
        self.assertIn("pictures have 3 channels or 1", self.eval(2, "val", "--in-chans=4").stderr)



class Told(ToolTest):
    """One output, and several labels at once: accuracy and ROC AUC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pictures = sorted(DATA.iterdir())
        cls.logits = {}
        for outputs in (1, 3):
            cls.xnc(0, "seed-weights", TINY, f"--classes={outputs}", "-o", f"{outputs}.safetensors")
            cls.xnc(0, "run", TINY, "--weights", f"{outputs}.safetensors", "--target=scalar",
                    "--output=y.npy", *cls.pictures)
            cls.logits[outputs] = np.load(cls.folder / "y.npy")

    @classmethod
    def eval(cls, code, outputs, *arguments):
        return cls.xnc(code, "eval", TINY, "--weights", f"{outputs}.safetensors",
                       "--target=scalar", *arguments)

    def results(self, outputs, *arguments):
        return json.loads(self.eval(0, outputs, *arguments, "--json").stdout)

    def expect(self, found, targets, logits, threshold=0.0):
        """Compares one label with a count of pairs; targets of -1 are not known."""
        known = np.array(targets) >= 0
        there, logits = np.array(targets)[known] == 1, np.asarray(logits)[known]
        pairs = [(a > b) + 0.5 * (a == b) for a in logits[there] for b in logits[~there]]
        self.assertEqual((found["positive"], found["negative"]), (there.sum(), (~there).sum()))
        self.assertAlmostEqual(found["accuracy"], 100 * np.mean((logits > threshold) == there))
        self.assertAlmostEqual(found["auc"], np.mean(pairs))

    def folders(self):
        for number, picture in enumerate(self.pictures):
            place = self.folder / "two" / ("b10" if number % 3 else "a")
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, place)
        return [int(number % 3 > 0) for number in range(len(self.pictures))]

    def table(self, name, header, targets, columns=(0, 1, 2)):
        """A table with the targets in the order of the columns; None: not known."""
        words = {1: "1", 0: "0.0", -1: ""}
        lines = [header] if header else []
        for number, (picture, row) in enumerate(zip(self.pictures, targets)):
            path = f'"{picture}"' if number % 2 else str(picture)
            lines.append(",".join([path, *(words[row[column]] for column in columns)]))
        (self.folder / name).write_text("\r\n".join(lines) + "\n")

    def test_a_folder_of_two_classes_is_one_label(self):
        targets = self.folders()
        found = self.results(1, "two")
        (label,) = found["labels"]
        self.expect(label, targets, self.logits[1][:, 0])
        self.assertEqual((label["class"], found["auc"], found["accuracy"]),
                         (1, label["auc"], label["accuracy"]))
        self.assertNotIn("top1", found)
        self.assertEqual(self.results(1, "two", "--threads=3", "--batch=2"), found)

    def test_two_labels_name_the_folders(self):
        self.folders()
        (self.folder / "two.txt").write_text("b10\na\n")
        (label,) = self.results(1, "two", "--labels=two.txt")["labels"]
        self.assertEqual((label["label"], label["positive"]),
                         ("a", len(range(0, len(self.pictures), 3))))

    def test_text_of_one_label(self):
        self.folders()
        lines = self.eval(0, 1, "two").stdout.splitlines()
        self.assertEqual(lines[0], f"tiny.first, 40 x 56: {len(self.pictures)} pictures")
        self.assertRegex(lines[1], r"^label +pictures +with it  accuracy  ROC AUC$")
        self.assertRegex(lines[2], r"^class 1 +\d+ +\d+ +\d+\.\d\d % +[01]\.\d{4}$")
        self.assertEqual(len(lines), 3)

    def test_a_table_has_a_target_for_each_output(self):
        targets = [[n % 2, n % 3 - 1, int(n < 4)] for n in range(len(self.pictures))]
        self.table("plain.csv", None, targets)
        found = self.results(3, "plain.csv", "--scores=sigmoid")
        for index, label in enumerate(found["labels"]):
            self.expect(label, [row[index] for row in targets], self.logits[3][:, index])
        self.assertAlmostEqual(found["auc"], np.mean([one["auc"] for one in found["labels"]]))
        (self.folder / "labels.txt").write_text("sun\nsea\nsky\n")
        self.table("named.csv", "path,sky,sun,sea", targets, (2, 0, 1))
        again = self.results(3, "named.csv", "--scores=sigmoid", "--labels=labels.txt")
        self.assertEqual([one.pop("label") for one in again["labels"]], ["sun", "sea", "sky"])
        for one in found["labels"]:
            one.pop("label")
        self.assertEqual(again, found)

    def test_outputs_that_are_probabilities_are_cut_at_one_half(self):
        targets = [[n % 2] * 3 for n in range(len(self.pictures))]
        self.table("half.csv", "path,x,y,z", targets)
        found = self.results(3, "half.csv", "--scores=none")
        self.expect(found["labels"][2], [n % 2 for n in range(len(targets))],
                    self.logits[3][:, 2], 0.5)

    def test_a_table_needs_scores_for_labels(self):
        self.table("soft.csv", None, [[1, 0, 1]] * len(self.pictures))
        self.assertIn("--scores=sigmoid", self.eval(2, 3, "soft.csv").stderr)

    def test_wrong_lines_of_a_table(self):
        (self.folder / "wrong.csv").write_text(
            "path,a,b,c\nx.png,1,2,0\ny.png,1,0\nz.png,1,0,1,1\n,1,0,1\n")
        run = self.eval(3, 3, "wrong.csv", "--scores=sigmoid")
        for text in ("wrong.csv:2:9: error: this is no target", "wrong.csv:3:1: error: another numb",
                     "wrong.csv:4:1: error: another number", "wrong.csv:5:1: error: expected a path"):
            self.assertIn(text, run.stderr)

    def test_a_state_keeps_the_outputs(self):
        self.folders()
        whole = self.results(1, "two", "--state=state.json")
        state = self.folder / "state.json"
        kept = json.loads(state.read_text())
        self.assertEqual(kept["results"], "k" * len(self.pictures))
        kept["results"] = "." + kept["results"][1:]
        state.write_text(json.dumps(kept))
        self.assertEqual(self.results(1, "two", "--state=state.json"), whole)
        kept["outputs"] = kept["outputs"][8:]
        state.write_text(json.dumps(kept))
        run = self.eval(3, 1, "two", "--state=state.json")
        self.assertIn("outputs: error: is no state of an evaluation", run.stderr)


if __name__ == "__main__":
    unittest.main()
