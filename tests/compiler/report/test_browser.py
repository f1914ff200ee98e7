#!/usr/bin/env python3
"""The page of xnc report in a headless Chromium: what it draws and what it does when it is used.

Usage: test_browser.py XNC FOLDER. Pictures of both themes are left in FOLDER to be looked at. Exits
with 77, which ctest shows as skipped, when there is no browser (Debian: chromium-headless-shell).
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import browser

FOLDER = pathlib.Path(sys.argv.pop(2))
XNC = sys.argv.pop(1)
CONTROL, SHIFT = 2, 8


def count(selector):
    return f"document.querySelectorAll({selector!r}).length"


class Browsing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        page = pathlib.Path(cls.temporary.name) / "report.html"
        os.environ["XDG_CACHE_HOME"] = cls.temporary.name
        subprocess.run([XNC, "report", "xception_mini", "--features", "--runs=2", "-o", str(page)], check=True,
                       capture_output=True)
        cls.address = page.as_uri()
        cls.browser = browser.Browser(browser.find())

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.temporary.cleanup()

    def setUp(self):
        self.browser.theme("light")
        self.browser.open(self.address)
        self.browser.run("localStorage.clear()")

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def run_js(self, script):
        return self.browser.run(script)

    def title(self):
        return self.run_js("document.querySelector('#panel h3').textContent")

    def scale(self):
        return self.run_js("new DOMMatrix(getComputedStyle(document.querySelector("
                           "'#view .layers > g')).transform).a")

    def background(self):
        return self.run_js("getComputedStyle(document.body).backgroundColor")

    def test_every_section_is_drawn(self):
        data = self.run_js("JSON.parse(document.getElementById('data').textContent)")
        self.assertEqual(self.run_js(count("#view .node")), len(data["graphs"]["compiled"]["nodes"]))
        self.assertEqual(self.run_js(count("#time-table tbody tr")), len(data["bench"]["layers"]))
        self.assertEqual(self.run_js(count("#error-table tbody tr")), len(data["check"]["values"]))
        placed = sum(row["bytes"] > 0 for row in data["analysis"]["layers"])
        self.assertGreaterEqual(self.run_js(count("#plan .place")), placed)
        self.assertEqual(self.run_js(count("#roofline .point")),
                         sum(row["macs"] > 0 for row in data["bench"]["layers"]))
        self.assertGreaterEqual(self.run_js(count("#cards > div")), 7)

    def test_another_precision_is_drawn_beside_f32(self):
        self.assertTrue(self.run_js("document.getElementById('beside').hidden"))
        page = pathlib.Path(self.temporary.name) / "bf16.html"
        subprocess.run([XNC, "report", "xception_mini", "--precision=bf16", "--size=32", "--runs=2",
                        "-o", str(page)], check=True, capture_output=True)  # fmt: skip
        self.browser.open(page.as_uri())
        data = self.run_js("JSON.parse(document.getElementById('data').textContent)")
        layers = len(data["bench"]["layers"])
        self.assertEqual(self.run_js(count("#beside-chart .place")), 2 * layers)
        self.assertEqual(self.run_js(count("#beside-chart .point")),
                         sum(row["described_as"] is not None for row in data["check"]["values"]))
        self.assertEqual(self.run_js(count("#beside-table tbody tr")), layers)
        self.assertIn("In bf16 a run takes", self.run_js("document.getElementById('beside').textContent"))
        self.browser.hover("#beside-chart .place:nth-of-type(4)")
        self.assertIn("in f32", self.run_js("document.getElementById('tip').textContent"))
        self.browser.click("#beside-chart .point")
        self.assertEqual(self.run_js(count("#beside-table tr.selected")), 1)
        self.browser.picture(FOLDER / "report-beside.png")

    def test_the_curve_of_a_calibration_is_drawn(self):
        self.assertTrue(self.run_js("document.getElementById('curve').hidden"))
        folder = pathlib.Path(self.temporary.name)
        words = ["xception_mini", "--size=32"]
        plan = folder / "mini.quant"
        subprocess.run([XNC, "calibrate", *words, "--no-images", "--pictures=4", "--agreement=1",
                        "-o", str(plan)], check=True, capture_output=True)  # fmt: skip
        text = plan.read_text()
        plan.write_text(re.sub(r"point 0 4 4\n", "point 0 2 4\npoint 7 3 4\npoint 9 4 4\n", text))
        page = folder / "curve.html"
        subprocess.run([XNC, "report", *words, "--precision=int8", f"--quant={plan}", "--runs=2",
                        "-o", str(page)], check=True, capture_output=True)  # fmt: skip
        self.browser.open(page.as_uri())
        self.assertEqual(self.run_js(count("#curve-chart .point")), 4)  # f32 is the last
        self.assertEqual(self.run_js(count("#curve-chart .point.selected")), 1)
        self.assertIn("At least 100.0", self.run_js("document.getElementById('curve').textContent"))
        self.browser.hover("#curve-chart .point:nth-of-type(2)")
        self.assertIn("of the cycles in f32", self.run_js("document.getElementById('tip').textContent"))
        self.browser.picture(FOLDER / "report-curve.png")

    def test_nothing_overlaps_in_the_graphs(self):
        for which in ("described", "compiled"):
            self.browser.click(f"#show-{which}")
            self.assertEqual(self.run_js("""(() => {
                const boxes = [...document.querySelectorAll("#view .node rect.box")]
                    .map((box) => box.getBoundingClientRect());
                return boxes.filter((a, i) => boxes.some((b, j) => i < j && a.left < b.right &&
                    b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length;
            })()"""), 0)

    def test_no_edge_runs_over_a_node(self):
        """Every edge is walked in small steps; only its own two nodes may be near."""
        for which in ("described", "compiled"):
            self.browser.click(f"#show-{which}")
            self.assertEqual(self.run_js("""(() => {
                const nodes = [...document.querySelectorAll("#view .node")].map((node) => {
                    const {e: x, f: y} = node.transform.baseVal.consolidate().matrix;
                    const box = node.querySelector(".box");
                    return {name: node.dataset.name, left: x + 2, top: y + 2,
                        right: x + box.width.baseVal.value - 2, low: y + box.height.baseVal.value - 2};
                });
                const crossed = [];
                for (const edge of document.querySelectorAll("#view .edge")) {
                    for (let at = 0; at < edge.getTotalLength(); at += 4) {
                        const {x, y} = edge.getPointAtLength(at);
                        const node = nodes.find((each) => each.left < x && x < each.right &&
                            each.top < y && y < each.low);
                        if (node) { crossed.push([edge.dataset.from, node.name]); break; }
                    }
                }
                return crossed;
            })()"""), [])

    def test_selecting_a_node_tells_what_it_is(self):
        self.browser.click("#view .node:nth-of-type(1)")
        name = self.run_js("document.querySelector('#view .node.selected').dataset.name")
        self.assertEqual(self.title(), name)
        panel = self.run_js("document.getElementById('panel').textContent")
        self.assertIn("xception_mini.yaml:", panel)
        self.assertIn("bit by bit", panel)
        self.assertTrue(self.run_js("location.hash").startswith("#node/"))

    def test_a_selection_follows_into_the_other_graph(self):
        self.browser.run("""(() => {
            const find = document.getElementById("find");
            find.value = "blocks.1.stack.conv2.bn_dw";
            find.dispatchEvent(new Event("change"));
        })()""")
        self.assertEqual(self.title(), "blocks.1.stack.conv2.bn_dw")
        self.assertEqual(self.run_js("document.getElementById('show-described').ariaChecked"), "true")
        self.browser.click("#show-compiled")
        self.assertEqual(self.title(), "blocks.1.stack.conv2.conv_pw")
        for chart in ("#plan", "#roofline", "#drift", "#time-table", "#error-table"):
            self.assertGreaterEqual(self.run_js(count(f"{chart} .selected")), 1, chart)

    def test_zoom_by_buttons_wheel_and_keys(self):
        fitting = self.scale()
        self.browser.click("#zoom-in")
        self.assertAlmostEqual(self.scale(), fitting * 1.25, places=4)
        x, y = self.browser.centre("#view")
        self.browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-100, modifiers=CONTROL)
        self.run_js("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
        self.assertGreater(self.scale(), fitting * 1.3)
        self.run_js("document.getElementById('view').focus()")
        self.browser.press("0")
        self.assertAlmostEqual(self.scale(), fitting, places=4)
        self.browser.press("-")
        self.assertAlmostEqual(self.scale(), fitting * 0.8, places=4)

    def test_dragging_moves_the_drawing(self):
        place = "document.querySelector('#view .node').getBoundingClientRect().left"
        x, y = self.browser.centre("#view")
        before = self.run_js(place)
        self.browser.mouse("mousePressed", x, y, button="left", clickCount=1)
        self.browser.mouse("mouseMoved", x + 80, y, button="left", buttons=1)
        self.browser.mouse("mouseReleased", x + 80, y, button="left")
        self.assertAlmostEqual(self.run_js(place), before + 80, delta=1)

    def test_the_graph_can_be_walked_by_keys(self):
        self.run_js("document.getElementById('view').focus()")
        names = []
        for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
            self.browser.press(key)
            names.append(self.title())
        self.assertEqual(names[0], names[2])
        self.assertNotEqual(names[0], names[1])
        self.browser.press("g")
        self.assertEqual(self.run_js("document.getElementById('show-described').ariaChecked"), "true")

    def test_headings_sort(self):
        column = "[...document.querySelectorAll('#time-table tbody tr')].map((row) => row.dataset.name)"
        executed = self.run_js(column)
        times = self.run_js("JSON.parse(document.getElementById('data').textContent).bench.layers"
                            ".map((row) => [row.ms, row.name])")
        self.browser.click("#time-table th:nth-child(4) button")
        self.assertEqual(self.run_js("document.querySelector('#time-table th:nth-child(4)').ariaSort"),
                         "descending")
        slowest = [ms for ms, _ in sorted(times, reverse=True)]
        by_name = {name: ms for ms, name in times}
        self.assertEqual([by_name[name] for name in self.run_js(column)], slowest)
        self.browser.click("#time-table th:nth-child(1) button")
        self.assertEqual(self.run_js(column), executed)

    def test_a_name_in_a_table_leads_to_the_node(self):
        self.browser.click("#error-table tbody tr:nth-child(5) button")
        self.assertEqual(self.title(), self.run_js(
            "document.querySelector('#error-table tbody tr:nth-child(5)').dataset.name"))

    def test_hovering_shows_numbers(self):
        for element, word in (("#view .node", "multiply-adds"), ("#plan .place", "bytes"),
                              ("#roofline .point", "GFLOP/s"), ("#drift .point", "interpreter")):
            self.browser.hover(element)
            self.assertFalse(self.run_js("document.getElementById('tip').hidden"), element)
            self.assertIn(word, self.run_js("document.getElementById('tip').textContent"))

    def test_steps_of_the_plan_get_wider(self):
        width = "document.querySelector('#plan svg').width.baseVal.value"
        before = self.run_js(width)
        self.run_js("(() => { const range = document.getElementById('step-width'); range.value = 90;"
                    " range.dispatchEvent(new Event('input')); })()")
        self.assertGreater(self.run_js(width), before)

    def test_themes(self):
        light = self.background()
        self.browser.theme("dark")
        dark = self.background()
        self.assertNotEqual(light, dark)
        for expected in (light, dark, dark):  # light, dark, and as the system has it
            self.browser.click("#theme")
            self.assertEqual(self.background(), expected)

    def test_pictures_of_both_themes_and_of_the_print(self):
        for theme in ("light", "dark"):
            self.browser.theme(theme)
            self.browser.open(self.address)
            self.browser.picture(FOLDER / f"report_{theme}.png", whole=True)
        self.browser.pdf(FOLDER / "report.pdf")
        self.assertTrue((FOLDER / "report.pdf").read_bytes().startswith(b"%PDF"))

    def test_narrow_screens_do_not_scroll_sideways(self):
        self.browser.resize(390, 800)
        self.browser.open(self.address)
        self.assertLessEqual(self.run_js("document.documentElement.scrollWidth"), 390)
        self.browser.resize(1400, 900)


if __name__ == "__main__":
    if not browser.find():
        print("there is no Chromium to drive: install chromium-headless-shell")
        sys.exit(77)
    unittest.main(verbosity=2)
