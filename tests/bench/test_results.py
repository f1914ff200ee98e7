#!/usr/bin/env python3
"""The page of bench/results.py, from made-up numbers.

Input: two networks, two engines, one and two threads; the second network lacks the rival on two
threads; an older target with one thread; three precisions, of which two threads lack some; a trained
network; a loop in Python; a sweep over sizes and batches. Expectation: the tables
below to the letter; the rows survive being written and read, and a part measured again replaces its
rows alone.
"""

import contextlib
import importlib.machinery
import importlib.util
import json
import pathlib
import sys
import tempfile
import types
import unittest
import unittest.mock

sys.dont_write_bytecode = True
BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import results  # noqa: E402

def timed(model, threads, engine, milliseconds, share, target="wide"):
    names = ("model", "threads", "engine", "milliseconds", "share", "target", "peak")
    return dict(zip(names, (model, threads, engine, milliseconds, share, target, 200.0 * threads)))


def precise(model, threads, engine, milliseconds, error, others):
    row = timed(model, threads, engine, milliseconds, 1.0) | {"size": 12 * milliseconds, "calibrated": 300}
    return row | {"error, calibration": error, "error, others": others}


def alone(model, engine, resident, start, deployed):
    names = ("model", "engine", "resident", "start", "deployed")
    return dict(zip(names, (model, engine, resident, start, deployed)))


def program(model, way, weights, arena, resident, start):
    names = ("model", "way", "weights", "arena", "resident", "start")
    return dict(zip(names, (model, way, weights, arena, resident, start)))


def swept(model, option, **shares):
    names = ("model", "option", "value", "share")
    return [dict(zip(names, (model, option, int(v[1:]), share))) for v, share in shares.items()]


RUN = {
    "facts": {"CPU": "Abacus <9>"},
    "dates": {"times": "2001-02-03", "sweep": "2001-02-03", "alone": "2001-02-03"},
    "times": [
        timed("small", 1, "xnc", 8, 0.96),
        timed("small", 1, "Rival & Sons", 10, 0.768),
        timed("small", 2, "xnc", 4.126, 0.931),
        timed("small", 2, "Rival & Sons", 5.5, 0.698),
        timed("large", 1, "xnc", 123.4, 0.95),
        timed("large", 1, "Rival & Sons", 1234.5, 0.095),
        timed("large", 2, "xnc", 61.7, 0.95),
        timed("small", 1, "xnc", 16, 0.9, "narrow"),
        timed("small", 1, "Rival & Sons", 16, 0.9, "narrow"),
    ],
    "precision": [
        precise("small", 1, "xnc", 8, 1e-7, 1.25e-7),
        precise("small", 1, "xnc bf16", 4, 0.004, 0.0041),
        precise("small", 1, "Rival & Sons bf16", 5, 0.0039, 0.004),
        precise("small", 1, "xnc int8", 2, 0.01, 0.011),
        precise("small", 1, "Rival & Sons int8", 4, 0.02, 0.03),
        precise("small", 1, "Friend int8", 2.5, 0.5, 0.6),
        precise("small", 2, "xnc", 4, 1e-7, 1.25e-7),
        precise("small", 2, "Rival & Sons int8", 2, 0.02, 0.03),
    ],
    "accuracy": [
        {"model": "marks", "engine": "xnc", "pictures": 5000, "calibrated": 64, "right": 0.912, "same": 1.0},
        {"model": "marks", "engine": "Friend int8", "pictures": 5000, "calibrated": 64, "right": 0.8,
         "same": 0.8462},
    ],
    "alone": [
        alone("small", "xnc", 100, 9.5, 92.26),
        alone("small", "Rival & Sons", 376, 254, 167),
    ],
    "program": [
        program("small", "map", 91.7, 10, 105.2, 12.34),
        program("small", "read", 91.7, 10, 105.9, 41),
    ],
    "python": [
        {"model": "small", "engine": name, "threads": 2, "rate": rate, "resident": 123.4, "same": same}
        for name, rate, same in (("xnc", 20.126, 1.0), ("Rival & Sons", 7.5, 0.96875))
    ],
    "sweep": swept("small", "size", v224=0.91, v160=0.9)
    + swept("large", "size", v160=0.2, v640=0.97)
    + swept("small", "batch", v2=0.933),
}
ONE_THREAD = """\
| network | xnc | Rival & Sons | xnc / fastest other |
| --- | ---: | ---: | ---: |
| small | 8.00 ms, 96.0% | 10.0 ms, 76.8% | **0.80** |
| large | 123 ms, 95.0% | 1234 ms, 9.5% | **0.10** |
"""
TWO_THREADS = """\
(400 to 400 GFLOP/s).

| network | xnc | Rival & Sons | xnc / fastest other | xnc, times one thread |
| --- | ---: | ---: | ---: | ---: |
| small | 4.13 ms, 93.1% | 5.50 ms, 69.8% | **0.75** | 1.94 |
| large | 61.7 ms, 95.0% |  |  | 2.00 |
"""
PRECISION = """\
| network | xnc | xnc bf16 | Rival & Sons bf16 | xnc int8 | Rival & Sons int8 | Friend int8 | \
xnc bf16 / fastest other bf16 | xnc int8 / fastest other int8 | xnc bf16 / xnc | xnc int8 / xnc |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| small | 8.00 ms | 4.00 ms | 5.00 ms | 2.00 ms | 4.00 ms | 2.50 ms | **0.80** | **0.80** | 0.50 | 0.25 |

Best of all rounds, weights in memory, 2 threads:

| network | xnc | Rival & Sons int8 |
| --- | ---: | ---: |
| small | 4.00 ms | 2.00 ms |
"""
ERRORS = """\
| small | 1e-05% / 1.2e-05% | 0.4% / 0.41% | 0.39% / 0.4% | 1% / 1.1% | 2% / 3% | 50% / 60% |
"""
FILES = """\
| small | 96.0 MB | 48.0 MB | 60.0 MB | 24.0 MB | 48.0 MB | 30.0 MB |
"""
PYTHON = """\
| small | xnc | 2 | 20.13 | 123 MB | 100% |
| small | Rival & Sons | 2 | 7.50 | 123 MB | 97% |
"""
ACCURACY = """\
| engine | right | as xnc in f32 |
| --- | ---: | ---: |
| xnc | 91.20% | 100.00% |
| Friend int8 | 80.00% | 84.62% |
"""
HELD = """\
## Time of an inference, 1 thread, held to narrow
"""
PROGRAM = """\
| network | weights | arena | resident | beyond both | start-up | start-up, read |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| small | 91.7 MB | 10.0 MB | 105 MB | 3.50 MB | 12.3 ms | 41.0 ms |
"""
SIZES = """\
By input size:

| network | 160 | 224 | 640 |
| --- | ---: | ---: | ---: |
| small | 90.0% | 91.0% |  |
| large | 20.0% |  | 97.0% |
"""
START = """\
| network | xnc | Rival & Sons |
| --- | ---: | ---: |
| small | 9.50 ms | 254 ms |
"""


class Page(unittest.TestCase):
    def test_tables(self):
        text = results.page(RUN)
        precise = PRECISION, ERRORS, FILES, ACCURACY
        for part in (ONE_THREAD, TWO_THREADS, *precise, HELD, START, PROGRAM, PYTHON, SIZES):
            self.assertIn(part, text)
        self.assertEqual(text.count("held to"), 1)

    def test_dates_of_parts(self):
        run = RUN | {"dates": RUN["dates"] | {"sweep": "2001-02-04"}}
        self.assertIn("- date: 2001-02-03 (times, alone); 2001-02-04 (sweep)\n", results.page(run))

    def test_nothing_is_said_of_what_was_not_measured(self):
        measured = ("times", "precision", "accuracy", "alone", "program", "python")
        run = RUN | {part: [] for part in measured}
        text = results.page(run)
        for word in ("Time", "recision", "results.svg", "Right", "start-up", "memory", "program", "Python"):
            self.assertNotIn(word, text)
        self.assertIn(SIZES, text)

    def test_names_the_run_and_the_chart(self):
        text = results.page(RUN)
        for part in ("- CPU: Abacus <9>\n- date: 2001-02-03\n", "](results.svg)"):
            self.assertIn(part, text)


def load_compare():
    loader = importlib.machinery.SourceFileLoader("compare", str(BENCH / "compare"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("compare", loader))
    loader.exec_module(module)
    return module


class Again(unittest.TestCase):
    """Parts and networks that are measured again."""

    def setUp(self):
        self.compare = load_compare()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        run = json.loads(json.dumps(RUN).replace('"small"', '"xception"'))
        self.run_ = json.loads(json.dumps(run).replace('"large"', '"xception41"'))
        results.write(self.run_, self.folder)

    def known(self, whole=False, **facts):
        now = RUN["facts"] | facts
        return self.compare.known_before(self.folder / "results.json", now, whole)

    def test_rows_survive(self):
        self.assertEqual(self.known(), self.run_)
        self.assertEqual(self.known(whole=True)["times"], [])
        files = {"RESULTS.md", "results.json"}
        self.assertEqual({path.name for path in self.folder.iterdir()}, files)

    def test_another_machine_is_refused(self):
        with self.assertRaises(SystemExit):
            self.known(CPU="Slide rule")

    def test_only_what_was_measured_is_replaced(self):
        new = swept("xception", "size", v320=0.99)
        run = self.compare.merge(self.known(), {"sweep": new}, "later")
        self.assertEqual(run["sweep"], new + swept("xception41", "size", v160=0.2, v640=0.97))
        self.assertEqual(run["times"], self.run_["times"])
        self.assertEqual(run["dates"], RUN["dates"] | {"sweep": "later"})


class Interrupted(unittest.TestCase):
    """A comparison that ends between two parts goes on with the one that it was at."""

    def setUp(self):
        self.compare = load_compare()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "unfinished.json"
        self.measured = []

    def measure(self, broken=None, **subject):
        """The part that is broken ends the comparison."""

        def times(bench, model, files, targets):
            self.measured.append(model)
            if model == broken:
                raise KeyboardInterrupt
            yield timed(model, 1, "xnc", len(self.measured), 1.0)

        bench = types.SimpleNamespace(export=lambda *_: {}, forget=lambda _: None)
        parts = types.SimpleNamespace(PARTS={"times": times}, Bench=lambda *_: bench)
        arguments = types.SimpleNamespace(part=["times"], models=["xception", "xception41", "xception65"])
        unfinished = self.compare.Unfinished(self.path, subject)
        with unittest.mock.patch.dict(sys.modules, measure=parts), contextlib.redirect_stdout(None):
            self.compare.measure(arguments, ["wide"], "", unfinished)
        return [row["milliseconds"] for row in unfinished.rows("times")]

    def test_what_was_measured_is_not_measured_again(self):
        with self.assertRaises(KeyboardInterrupt):
            self.measure("xception41", tool="a")
        self.assertEqual(self.measure(tool="a"), [1, 3, 4])
        self.assertEqual(self.measured, ["xception", "xception41", "xception41", "xception65"])

    def test_another_tool_or_machine_begins_anew(self):
        with self.assertRaises(KeyboardInterrupt):
            self.measure("xception41", tool="a")
        self.assertEqual(self.measure(tool="b"), [3, 4, 5])


class Targets(unittest.TestCase):
    """The best for f32, whatever else doctor misses; then the one to compare with, if it runs."""

    def chosen(self, best, *good):
        rows = [{"subject": "target", "name": name, "good": True} for name in good]
        rows += [{"subject": "library", "name": "sleef", "good": False}]
        with tempfile.TemporaryDirectory() as folder:
            tool = pathlib.Path(folder, "xnc")
            analyze = f"echo 'xnc: target {best}' >&2; exit 0"
            doctor = f"echo '{json.dumps(rows)}'; exit 1"
            tool.write_text(f"#!/bin/sh\n[ $1 = doctor ] || {{ {analyze}; }}\n{doctor}\n")
            tool.chmod(0o755)
            arguments = types.SimpleNamespace(target=None, xnc=str(tool))
            return load_compare().choose_targets(arguments)

    def test_the_best_comes_first(self):
        wide = ("scalar", "x86-64-v3", "x86-64-v4", "x86-64-v4-more")
        self.assertEqual(self.chosen("x86-64-v4", *wide), ["x86-64-v4", "x86-64-v3"])
        self.assertEqual(self.chosen("x86-64-v3", *wide[:2]), ["x86-64-v3"])
        self.assertEqual(self.chosen("scalar", "scalar"), ["scalar"])


if __name__ == "__main__":
    unittest.main()
