#!/usr/bin/env python3
"""The page and the chart of bench/results.py, from made-up numbers.

Input: two networks, two engines, one and two threads; the second network lacks the rival on two
threads. Expectation: the tables below to the letter; a chart that is well-formed, has one bar for
each measurement, none longer than its track, and speaks of every network and engine.
"""

import pathlib
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
import results  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def timed(model, threads, engine, milliseconds, share):
    names = ("model", "threads", "engine", "milliseconds", "share")
    return dict(zip(names, (model, threads, engine, milliseconds, share)))


def alone(model, engine, resident, start, deployed):
    names = ("model", "engine", "resident", "start", "deployed")
    return dict(zip(names, (model, engine, resident, start, deployed)))


RUN = {
    "facts": {"CPU": "Abacus <9>", "date": "2001-02-03"},
    "times": [
        timed("small", 1, "xnc", 8, 0.96),
        timed("small", 1, "Rival & Sons", 10, 0.768),
        timed("small", 2, "xnc", 4.126, 0.931),
        timed("small", 2, "Rival & Sons", 5.5, 0.698),
        timed("large", 1, "xnc", 123.4, 0.95),
        timed("large", 1, "Rival & Sons", 1234.5, 0.095),
        timed("large", 2, "xnc", 61.7, 0.95),
    ],
    "alone": [
        alone("small", "xnc", 100, 9.5, 92.26),
        alone("small", "Rival & Sons", 376, 254, 167),
    ],
}
ONE_THREAD = """\
| network | xnc | Rival & Sons | xnc / fastest other |
| --- | ---: | ---: | ---: |
| small | 8.00 ms, 96% | 10.0 ms, 77% | **0.80** |
| large | 123 ms, 95% | 1234 ms, 10% | **0.10** |
"""
TWO_THREADS = """\
| small | 4.13 ms, 93% | 5.50 ms, 70% | **0.75** |
| large | 61.7 ms, 95% |  |  |
"""
START = """\
| network | xnc | Rival & Sons |
| --- | ---: | ---: |
| small | 9.50 ms | 254 ms |
"""


class Page(unittest.TestCase):
    def test_tables(self):
        text = results.page(RUN)
        for part in (ONE_THREAD, TWO_THREADS, START):
            self.assertIn(part, text)

    def test_names_the_run_and_the_chart(self):
        text = results.page(RUN)
        for part in ("- CPU: Abacus <9>\n- date: 2001-02-03\n", "](results.svg)"):
            self.assertIn(part, text)


class Chart(unittest.TestCase):
    def setUp(self):
        self.root = ElementTree.fromstring(results.chart(RUN))

    def rectangles(self, *kinds):
        found = self.root.iter(f"{SVG}rect")
        return [rectangle for rectangle in found if rectangle.get("class") in kinds]

    def test_one_bar_for_each_measurement(self):
        measured = len(RUN["times"]) + len(results.ALONE) * 2
        self.assertEqual(len(self.rectangles("bar", "home")), measured)
        self.assertEqual(len(self.rectangles("track")), measured)

    def test_length_follows_the_number(self):
        ours, rival = self.rectangles("bar", "home")[:2]
        ratio = float(ours.get("width")) / float(rival.get("width"))
        self.assertAlmostEqual(ratio, 0.8, places=2)

    def test_nothing_leaves_its_track_or_the_card(self):
        bars, tracks = self.rectangles("bar", "home"), self.rectangles("track")
        for bar, track in zip(bars, tracks):
            self.assertEqual(bar.get("x"), track.get("x"))
            self.assertLessEqual(float(bar.get("width")), float(track.get("width")))
            self.assertLess(float(track.get("y")) + results.BAR, float(self.root.get("height")))

    def test_words(self):
        words = "\n".join(element.text for element in self.root.iter(f"{SVG}text"))
        for part in ("small, 1 thread\n", "large, 2 threads\n", "Rival & Sons\n", "4.13 ms · 93%"):
            self.assertIn(part, words)
        self.assertIn("Abacus <9>", words)


if __name__ == "__main__":
    unittest.main()
