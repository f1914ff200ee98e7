#!/usr/bin/env python3
"""The charts of bench/chart.py, from the made-up numbers of test_results.py.

Expectation: a bar for each measurement of the first target, as long as the number says, and names of
every network and engine; bars by precision with their errors; a line for each network and option with
a point for each measurement, none outside its panel; the same bytes twice. Ends with 77, which ctest
shows as skipped, when there is no matplotlib (Debian: python3-matplotlib).
"""

import sys
import unittest
import xml.etree.ElementTree as ElementTree

try:
    import matplotlib
except ImportError:
    print("skipped: there is no matplotlib")
    sys.exit(77)
from test_results import RUN  # which finds bench/ too

import chart  # isort: skip


def panels(page):
    """Panels by title."""
    page.draw_without_rendering()
    return {axes.get_title("left"): axes for axes in page.axes if axes.get_title("left")}


class Bars(unittest.TestCase):
    def setUp(self):
        with matplotlib.rc_context(chart.STYLE):
            self.panels = panels(chart.bars_figure(RUN))

    def bars(self, title):
        tracks, bars = self.panels[title].containers
        return [bar.get_width() for bar in bars], [track.get_width() for track in tracks]

    def test_a_panel_for_each_network_and_number_of_threads(self):
        times = ["small, 1 thread", "small, 2 threads", "large, 1 thread", "large, 2 threads"]
        alone = ["resident memory, mean", "start-up, mean", "deployed size, mean"]
        self.assertEqual(sorted(self.panels), sorted([*times, "small by precision", *alone]))

    def test_length_follows_the_number(self):
        self.assertEqual(self.bars("small, 1 thread"), ([8, 10], [10, 10]))
        self.assertEqual(self.bars("large, 2 threads"), ([61.7], [61.7]))
        self.assertEqual(self.bars("start-up, mean"), ([9.5, 254], [254, 254]))

    def test_precisions_have_their_errors_on_unseen_pictures(self):
        axes, bars = self.panels["small by precision"], self.bars("small by precision")[0]
        self.assertEqual(bars, [8, 4, 5, 2, 4, 2.5])
        words = [text.get_text() for text in axes.texts]
        self.assertEqual(words[:2], ["8.00 ms · 0.00%", "4.00 ms · 0.41%"])

    def test_ours_have_our_colour_in_every_precision(self):
        colours = [bar.get_facecolor() for bar in self.panels["small by precision"].containers[1]]
        ours = [colour == colours[0] for colour in colours]
        self.assertEqual(ours, [True, True, False, True, False, False])

    def test_what_was_not_measured_has_no_panel(self):
        with matplotlib.rc_context(chart.STYLE):
            found = panels(chart.bars_figure(RUN | {"times": [], "alone": []}))
        self.assertEqual(list(found), ["small by precision"])

    def test_words(self):
        axes = self.panels["small, 2 threads"]
        names = [label.get_text() for label in axes.get_yticklabels()]
        self.assertEqual(names, ["xnc", "Rival & Sons"])
        self.assertEqual([text.get_text() for text in axes.texts], ["4.13 ms · 93%", "5.50 ms · 70%"])


class Lines(unittest.TestCase):
    def setUp(self):
        with matplotlib.rc_context(chart.STYLE):
            self.panels = panels(chart.lines_figure(RUN))

    def test_a_point_for_each_measurement(self):
        sizes, batches = self.panels["input size"], self.panels["batch"]
        self.assertEqual([label.get_text() for label in sizes.get_xticklabels()], ["160", "224", "640"])
        small, large = ([tuple(point) for point in line.get_xydata()] for line in sizes.lines)
        self.assertEqual(small, [(0, 0.9), (1, 0.91)])
        self.assertEqual(large, [(0, 0.2), (2, 0.97)])
        self.assertEqual([len(line.get_xdata()) for line in batches.lines], [1, 0])

    def test_a_network_has_one_colour_and_a_name(self):
        colours = {tuple(line.get_color() for line in axes.lines) for axes in self.panels.values()}
        self.assertEqual(len(colours), 1)
        legend = self.panels["input size"].get_legend()
        self.assertEqual([text.get_text() for text in legend.get_texts()], ["small", "large"])

    def test_nothing_leaves_its_panel(self):
        for axes in self.panels.values():
            low, high = axes.get_ylim()
            for line in axes.lines:
                self.assertTrue(all(low <= share <= high for share in line.get_ydata()))


class Files(unittest.TestCase):
    figures = [draw for _, draw, _ in chart.CHARTS]

    def draw(self, figure):
        with matplotlib.rc_context(chart.STYLE):
            return chart.svg(figure(RUN))

    def test_the_same_bytes_twice_without_a_date(self):
        for figure in self.figures:
            text = self.draw(figure)
            self.assertEqual(text, self.draw(figure))
            self.assertNotIn("date", text)

    def test_words_are_text(self):
        root = ElementTree.fromstring(self.draw(chart.bars_figure))
        words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
        for part in "Rival & Sons", "4.13 ms · 93%", "small by precision":
            self.assertIn(part, words)

    def test_every_colour_has_one_for_dark_pages(self):
        for figure in self.figures:
            _, drawn = self.draw(figure).split("</style>", 1)
            for light in chart.DARK:
                drawn = drawn.replace(light, "")
            self.assertNotRegex(drawn, "(fill|stroke): #")


if __name__ == "__main__":
    unittest.main()
