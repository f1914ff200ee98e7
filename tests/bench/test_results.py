#!/usr/bin/env python3
"""The page of bench/results.py, from made-up numbers.

Input: two networks, two engines, one and two threads; the second network lacks the rival on two
threads; an older target with one thread; a sweep over sizes and batches. Expectation: the tables
below to the letter; the rows survive being written and read, and a part measured again replaces its
rows alone.
"""

import importlib.machinery
import importlib.util
import json
import pathlib
import sys
import tempfile
import types
import unittest

sys.dont_write_bytecode = True
BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import results  # noqa: E402

def timed(model, threads, engine, milliseconds, share, target="wide"):
    names = ("model", "threads", "engine", "milliseconds", "share", "target", "peak")
    return dict(zip(names, (model, threads, engine, milliseconds, share, target, 200.0 * threads)))


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
    "alone": [
        alone("small", "xnc", 100, 9.5, 92.26),
        alone("small", "Rival & Sons", 376, 254, 167),
    ],
    "program": [
        program("small", "map", 91.7, 10, 105.2, 12.34),
        program("small", "read", 91.7, 10, 105.9, 41),
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
        for part in (ONE_THREAD, TWO_THREADS, HELD, START, PROGRAM, SIZES):
            self.assertIn(part, text)
        self.assertEqual(text.count("held to"), 1)

    def test_dates_of_parts(self):
        run = RUN | {"dates": RUN["dates"] | {"sweep": "2001-02-04"}}
        self.assertIn("- date: 2001-02-03 (times, alone); 2001-02-04 (sweep)\n", results.page(run))

    def test_nothing_is_said_of_what_was_not_measured(self):
        run = RUN | {"times": [], "alone": [], "program": []}
        text = results.page(run)
        for word in ("Time of", "results.svg", "start-up", "memory", "program"):
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
        run = self.compare.merge(self.known(), {"sweep": new}, ["xception"], "later")
        self.assertEqual(run["sweep"], new + swept("xception41", "size", v160=0.2, v640=0.97))
        self.assertEqual(run["times"], self.run_["times"])
        self.assertEqual(run["dates"], RUN["dates"] | {"sweep": "later"})


class Targets(unittest.TestCase):
    """The best that the machine runs, whatever else doctor misses; then the one to compare with."""

    def chosen(self, *good):
        rows = [{"subject": "target", "name": name, "good": True} for name in good]
        rows += [{"subject": "library", "name": "sleef", "good": False}]
        with tempfile.TemporaryDirectory() as folder:
            doctor = pathlib.Path(folder, "xnc")
            doctor.write_text(f"#!/bin/sh\necho '{json.dumps(rows)}'\nexit 1\n")
            doctor.chmod(0o755)
            arguments = types.SimpleNamespace(target=None, xnc=str(doctor))
            return load_compare().choose_targets(arguments)

    def test_the_best_comes_first(self):
        wide = ("scalar", "x86-64-v3", "x86-64-v4")
        self.assertEqual(self.chosen(*wide), ["x86-64-v4", "x86-64-v3"])
        self.assertEqual(self.chosen(*wide[:2]), ["x86-64-v3"])
        self.assertEqual(self.chosen("scalar"), ["scalar"])


if __name__ == "__main__":
    unittest.main()
