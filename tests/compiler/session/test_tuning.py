#!/usr/bin/env python3
"""xnc compile --tune, and --tuning with the file that it writes.

Usage: test_tuning.py XNC. On the smallest network, for the scalar target, which every machine runs.
Which numbers win depends on the machine and is not looked at; that they are used, that they change
no bit of the results, and what is said about bad files, is.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402
from tuning import tuning  # noqa: E402

MODEL = str(pathlib.Path(__file__).resolve().parents[1] / "data/tiny.yaml")
NAME = "tiny"
FIELDS = ("cpu", "target", "pw_rows", "pw_vectors", "pw_unroll", "pw_near", "dw_columns",
          "block_bytes", "l1_bytes", "l2_bytes")
GOOD = tuning("scalar")


class Tuning(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "good.tuning").write_text(GOOD)

    def refused(self, text, target="scalar", code=3):
        (self.folder / "bad.tuning").write_text(text)
        done = self.xnc(code, "compile", MODEL, f"--target={target}", "--tuning=bad.tuning", "-o",
                        "never")
        self.assertFalse((self.folder / "never").exists())
        return done.stderr

    def test_tune_writes_what_tuning_takes(self):
        done = self.xnc(0, "compile", MODEL, "--target=scalar", "--tune", "-o", "out")
        self.assertIn(" ms beside ", done.stdout)
        lines = (self.folder / f"out/{NAME}.tuning").read_text().splitlines()
        self.assertEqual([line.split(":")[0] for line in lines[1:]], list(FIELDS))
        self.xnc(0, "compile", MODEL, "--target=scalar", f"--tuning=out/{NAME}.tuning", "-o",
                 "again")
        for name in (f"{NAME}.c", f"{NAME}.h"):
            self.assertEqual((self.folder / "out" / name).read_bytes(),
                             (self.folder / "again" / name).read_bytes())

    def test_the_numbers_cut_the_work_and_keep_the_bits(self):
        for out, more in (("plain", []), ("tuned", ["--tuning=good.tuning"])):
            self.xnc(0, "compile", MODEL, "--target=scalar", "-o", out, *more)
        self.assertTrue("product_3x3" in (self.folder / f"tuned/{NAME}.c").read_text())
        self.assertFalse("product_3x3" in (self.folder / f"plain/{NAME}.c").read_text())
        done = self.xnc(0, "check", MODEL, "--target=scalar", "--tuning=good.tuning")
        self.assertIn("bit by bit", done.stdout)

    def test_a_file_is_for_its_target(self):
        said = self.refused(GOOD, "x86-64-v3", code=2)
        self.assertIn("bad.tuning is for the target scalar: add --target=scalar", said)

    def test_of_several_targets_the_named_one_is_tuned(self):
        self.xnc(0, "compile", MODEL, "--target=scalar,x86-64-v3", "--tuning=good.tuning", "-o",
                 "both")
        self.assertTrue("product_3x" in (self.folder / f"both/{NAME}_scalar.c").read_text())

    def test_mistakes_are_shown_in_their_place(self):
        said = self.refused(GOOD.replace("pw_rows: 3", "pw_rows: 65"))
        self.assertIn("bad.tuning:3:10: error: 'pw_rows' has to be a number from 0 to 64", said)
        said = self.refused(GOOD.replace("l1_bytes: 16384\n", ""))
        self.assertIn("'l1_bytes' has to be a number", said)
        said = self.refused(GOOD.replace("dw_columns", "dw_colums"))
        self.assertIn("unknown key 'dw_colums'", said)
        self.assertIn("dw_columns", said.split("unknown key", 1)[1])
        said = self.refused(GOOD.replace("pw_vectors: 3", "pw_vectors: 0"))
        self.assertIn("'pw_rows' and 'pw_vectors' have to be both 0 or both not", said)
        self.assertIn("expected lines 'name: number'", self.refused("- 1\n"))

    def test_every_command_calls_it_a_bad_input(self):
        (self.folder / "bad.tuning").write_text("- 1\n")
        for command in (["compile", "-o", "never"], ["check"], ["bench"], ["analyze"]):
            done = self.xnc(3, *command, MODEL, "--target=scalar", "--tuning=bad.tuning")
            self.assertIn("bad.tuning:1:1: error", done.stderr)
            done = self.xnc(3, *command, MODEL, "--target=scalar", "--tuning=none.tuning")
            self.assertIn("none.tuning", done.stderr)

    def test_tune_measures_one_target(self):
        done = self.xnc(2, "compile", MODEL, "--target=scalar,x86-64-v3", "--tune", "-o", "out2")
        self.assertIn("--tune measures one target", done.stderr)


if __name__ == "__main__":
    unittest.main()
