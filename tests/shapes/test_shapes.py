#!/usr/bin/env python3
"""The trained network answers in compiled code as in torch, and it is right.

Usage: test_shapes.py XNC FOLDER (examples/shapes). The 1,000 pictures of the test set are drawn
here, by the script that drew those of training, with a seed that training does not use; what torch
answered for each stands in predictions.txt. Needs numpy and a C compiler; neither torch nor timm.
"""
import collections
import json
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
from tool import ToolTest  # noqa: E402

FOLDER = pathlib.Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(FOLDER))
import render  # noqa: E402

LEAST_RIGHT = 0.98


class Shapes(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paths = render.write_set(cls.folder / "pictures")

    def told(self, command, *arguments):
        return json.loads(self.xnc(0, command, FOLDER, *arguments, "--json").stdout)

    def names(self, paths):
        """The best class of each picture, by label."""
        return [answer["top"][0]["label"] for answer in self.told("run", *paths)]

    def test_labels_are_the_same_everywhere(self):
        config = json.loads((FOLDER / "config.json").read_text())
        self.assertEqual(config["label_names"], render.LABELS)
        self.assertEqual((FOLDER / "labels.txt").read_text().split(), render.LABELS)

    def test_unseen_pictures_are_named_rightly_and_as_torch_names_them(self):
        names = self.names(self.paths)
        torch = (FOLDER / "predictions.txt").read_text().split()
        self.assertEqual(len(torch), render.TEST_COUNT)
        differ = [(path.name, *pair) for path, *pair in zip(self.paths, names, torch)
                  if pair[0] != pair[1]]
        self.assertEqual(differ, [])
        right = sum(path.parent.name == name for path, name in zip(self.paths, names))
        self.assertGreaterEqual(right, LEAST_RIGHT * render.TEST_COUNT)

    def test_shipped_pictures_are_named_rightly(self):
        paths = sorted((FOLDER / "pictures").glob("*/*"))
        self.assertEqual(collections.Counter(path.parent.name for path in paths),
                         {label: 4 for label in render.LABELS})
        self.assertEqual(self.names(paths), [path.parent.name for path in paths])


if __name__ == "__main__":
    unittest.main()
