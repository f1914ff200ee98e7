#!/usr/bin/env python3
"""The page that xnc report writes, read without a browser.

Usage: test_page.py XNC ROOT. Works in a folder of its own, on the small networks. Each test says
in its name what holds.
"""
import html.parser
import json
import pathlib
import platform
import re
import sys
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from quant import write_quant  # noqa: E402
from tool import XNC, ToolTest  # noqa: E402

ROOT = pathlib.Path(sys.argv.pop(1))
MINI = "xception_mini"
MOST_BYTES = 250_000
VOID = {"meta", "link", "input", "br", "img", "wbr"}
# What a title might do to a page that forgets to escape it.
NASTY = "</script><!--<script><b>&amp; {{data}}"


class Page(html.parser.HTMLParser):
    """Elements, ids and links of a page; its open elements must end in order."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.open, self.texts, self.outside = [], [], [], {}, []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if "href" in attributes and tag == "a":
            self.links.append(attributes["href"])
        for key in ("src", "href", "action", "srcset", "poster", "background"):
            if not attributes.get(key, "#").startswith(("#", "data:")):
                self.outside.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes.get("id")))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if self.open:
            tag, name = self.open[-1]
            key = name or tag
            self.texts[key] = self.texts.get(key, "") + data


class Report(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MINI, "-o", "mini.safetensors")
        cls.text, cls.page, cls.data = cls.report("page.html", MINI, "--weights=mini.safetensors")

    @classmethod
    def report(cls, name, *arguments):
        """The text of a page, its elements and its data."""
        cls.xnc(0, "report", *arguments, "--runs=2", "-o", name)
        text = (cls.folder / name).read_text(encoding="utf-8")
        page = Page(text)
        return text, page, json.loads(page.texts["data"])

    # ---- the page ----

    def test_elements_end_in_order_and_links_have_targets(self):
        self.assertEqual(len(set(self.page.ids)), len(self.page.ids))
        for link in self.page.links:
            self.assertIn(link.lstrip("#"), self.page.ids)
        self.assertTrue({"graph", "memory", "time", "error", "totals"} <= set(self.page.ids))

    def test_nothing_outside_is_asked_for(self):
        self.assertEqual(self.page.outside, [])
        addresses = set(re.findall(r"https?://[^\s\"'`<)]+", self.text))
        self.assertEqual(addresses, {"http://www.w3.org/2000/svg"})  # the name of SVG, no address
        self.assertNotRegex(self.text, r"@import|url\(\s*[\"']?(?!#)|\bfetch\(|XMLHttpRequest|WebSocket")
        self.assertIn("default-src 'none'", self.text)

    def test_no_hole_is_left_and_the_page_is_small(self):
        self.assertNotIn("{{", re.sub(r"\$\{\{", "", self.text))
        self.assertLess(len(self.text), MOST_BYTES)

    def test_no_text_can_leave_its_place(self):
        mini = (ROOT / f"models/{MINI}.yaml").read_text()
        named = re.sub(r"(?m)^title: .*", f"title: '{NASTY}'", mini)
        path = self.folder / "<b>&.yaml"
        path.write_text(named)
        _, page, data = self.report("nasty.html", str(path), "--size=32")
        self.assertEqual(data["network"]["title"], NASTY)
        self.assertEqual(data["description"]["path"], "<b>&.yaml")
        self.assertEqual(page.ids, self.page.ids)

    # ---- the data ----

    def test_the_data_is_what_the_commands_say(self):
        weights = "--weights=mini.safetensors"
        analyzed = json.loads(self.xnc(0, "analyze", MINI, "--json").stdout)
        checked = json.loads(self.xnc(0, "check", MINI, weights, "--json").stdout)
        timed = json.loads(self.xnc(0, "bench", MINI, weights, "--json", "--layers", "--runs=2").stdout)
        self.assertEqual(self.data["analysis"], analyzed)
        for kind in ("values", "outputs"):
            for found, expected in zip(self.data["check"][kind], checked[kind], strict=True):
                self.assertEqual(found.keys(), expected.keys())
                for key, value in expected.items():
                    if isinstance(value, float):
                        self.assertAlmostEqual(found[key], value, delta=1e-8 * abs(value))
                    else:
                        self.assertEqual(found[key], value)
        bench = self.data["bench"]
        self.assertEqual(bench.keys(), timed.keys())
        self.assertEqual([(row["name"], row["macs"], row["bytes"]) for row in bench["layers"]],
                         [(row["name"], row["macs"], row["bytes"]) for row in timed["layers"]])

    def test_both_graphs_are_whole_and_know_each_other(self):
        graphs = self.data["graphs"]
        for graph in graphs.values():
            names = [node["name"] for node in graph["nodes"]]
            self.assertEqual(len(set(names)), len(names))
            seen = {graph["input"]["name"]}
            for node in graph["nodes"]:
                self.assertTrue(set(node["in"]) <= seen, node)
                seen.add(node["name"])
            self.assertTrue(set(graph["outputs"]) <= seen)
        compiled = {node["name"] for node in graphs["compiled"]["nodes"]}
        taken = {node["name"]: node["taken_by"] for node in graphs["described"]["nodes"]}
        self.assertTrue(set(taken.values()) <= compiled)
        self.assertEqual(sum(node["parameters"] for node in graphs["described"]["nodes"]),
                         self.data["analysis"]["parameters"])
        # An activation before a separable convolution, a norm behind it and the sum.
        self.assertEqual(taken["blocks.0.stack.conv1.bn_dw"], "blocks.0.stack.conv1.conv_pw")
        self.assertEqual(taken["blocks.0.stack.act3"], "blocks.0.stack.conv2.conv_pw")
        self.assertEqual(taken["blocks.1"], "blocks.1.shortcut.conv")

    def test_source_lines_are_those_of_the_description(self):
        lines = (ROOT / f"models/{MINI}.yaml").read_text().split("\n")
        for number, text in self.data["description"]["lines"].items():
            self.assertEqual(text, lines[int(number) - 1])
        for node in self.data["graphs"]["described"]["nodes"]:
            self.assertIn(str(node["line"]), self.data["description"]["lines"])

    def test_two_reports_differ_in_times_alone(self):
        def timeless(data):
            kept = dict(data, bench=None, facts=dict(data["facts"]))
            for key in ("Peak", "Memory", "Times"):
                del kept["facts"][key]
            return kept

        text, _, data = self.report("again.html", MINI, "--weights=mini.safetensors")
        self.assertEqual(timeless(data), timeless(self.data))
        blank = [re.sub(r'(?s)(id="data">).*?</script>', "", each) for each in (text, self.text)]
        self.assertEqual(*blank)

    def test_json_is_what_is_in_the_page(self):
        found = json.loads(self.xnc(0, "report", MINI, "--weights=mini.safetensors", "--runs=2",
                                    "--json").stdout)
        self.assertEqual(found.keys(), self.data.keys())
        self.assertEqual(found["graphs"], self.data["graphs"])

    def test_another_precision_stands_beside_f32(self):
        """With the options of check its numbers are those of check, in JSON and on the page alike."""
        np.save(self.folder / "x.npy", np.random.default_rng(1).uniform(-1, 1, (5, 3, 64, 64)).astype("f"))
        words = [MINI, "--weights=mini.safetensors", "--precision=bf16", "--images=x.npy"]
        data = self.report("bf16.html", *words)[2]
        found = json.loads(self.xnc(0, "check", *words, "--json").stdout)
        self.assertEqual(data["check"]["agreement"]["images"], 5)
        self.assertEqual(data["check"]["agreement"]["same_top1"], found["agreement"]["same_top1"])
        self.assertEqual((data["check"]["precision"], data["check"]["tolerance"]), ("bf16", 0.05))
        operands = {row["name"]: row["operands"] for row in data["check"]["values"]}
        self.assertEqual((operands["stem.0.conv"], operands["stem.1.conv"]), ("f32", "bf16"))
        self.assertTrue(all(row["drift_mean"] <= row["drift_relative"] for row in data["check"]["values"]))
        self.assertEqual((data["bench"]["precision"], data["bench_f32"]["precision"]), ("bf16", "f32"))
        names = [[row["name"] for row in data[key]["layers"]] for key in ("bench", "bench_f32")]
        self.assertEqual(*names)
        self.assertIsNone(self.data["bench_f32"])
        self.assertIsNone(self.data["check"]["agreement"])

    def test_the_curve_of_a_calibration_is_on_the_page(self):
        """With the points of the file, the times that calibrate prints, and the plan that was found; and how
        many products have weights that are rounded second-order."""
        values = np.random.default_rng(3).standard_normal((120, 3, 64, 64))[::3] * 0.6
        np.save(self.folder / "noise.npy", values.astype("f"))
        shapes = ROOT / "examples/shapes"
        told = self.xnc(0, "calibrate", shapes, "--images=noise.npy", "--batch=8", "--agreement=1",
                        "--rounding=second-order", "-o", "agreed.quant").stdout  # fmt: skip
        _, _, data = self.report("curve.html", shapes, "--precision=int8", "--quant=agreed.quant")
        curve = data["curve"]
        text = (self.folder / "agreed.quant").read_text()
        points = [tuple(map(int, line.split()[1:])) for line in text.splitlines()
                  if line.startswith("point ")]  # fmt: skip
        self.assertEqual([(p["returned"], p["same"], p["images"]) for p in curve["points"]], points)
        self.assertEqual((curve["nodes"], curve["images"]), (22, 40))
        self.assertEqual(curve["returned"], text.count(" f32 error "))
        shares = re.findall(r"(\S+) of f32\n", told)
        self.assertEqual(shares[:-1], ["%.3f" % (point["cycles"] / curve["cycles_f32"])
                                       for point in curve["points"]])  # fmt: skip
        by_returned = {point["returned"]: point["cycles"] for point in curve["points"]}
        self.assertEqual(curve["cycles"], by_returned[curve["returned"]])
        self.assertEqual(curve["cycles"], data["analysis"]["cycles"])
        self.assertIsNone(self.data["curve"])
        self.assertGreater(text.count(" deltas "), 0)
        self.assertEqual(data["check"]["second_order"], text.count(" deltas "))
        self.assertIsNone(self.data["check"]["second_order"])

    def test_maps_in_8_bits_take_a_quarter_of_the_memory(self):
        """So does the max_pool of one. Each is what the interpreter computes."""
        model = ["legacy_mini", "--size=32"]
        write_quant(XNC, model[0], self.folder / "maps.quant", 1, options=model[1:], maps=1)
        _, _, data = self.report("maps.html", *model, "--precision=int8", "--quant=maps.quant")
        plain = json.loads(self.xnc(0, "analyze", *model, "--json").stdout)
        in_f32 = {layer["name"]: layer["bytes"] for layer in plain["layers"]}
        in_u8 = {layer["name"]: layer["bytes"] for layer in data["analysis"]["layers"]}
        for name in ("conv1", "block1.rep.3.pointwise", "block1.rep.5", "block1.skip"):
            self.assertEqual(in_u8[name], (in_f32[name] // 4 + 63) // 64 * 64, name)  # whole lines
        self.assertEqual(in_f32["global_pool"], in_u8["global_pool"])
        self.assertEqual({value["different"] for value in data["check"]["values"]}, {0})

    # ---- what people may leave out or get wrong ----

    def test_without_weights_the_page_says_so(self):
        _, _, data = self.report("bare.html", "legacy_mini", "--size=48")
        self.assertIn("No weights were given", data["notice"])
        self.assertNotIn("weights", data["network"])
        self.assertIsNone(self.data["notice"])
        self.assertEqual(self.data["network"]["weights"], "mini.safetensors")

    def test_options_of_the_network_and_of_the_run_count(self):
        _, _, data = self.report("options.html", MINI, "--size=48x40", "--features", "--threads=2",
                                 "--batch=2", "--target=scalar")
        self.assertEqual(data["graphs"]["described"]["input"]["shape"], "2x3x48x40")
        self.assertEqual(len(data["graphs"]["compiled"]["outputs"]), 4)
        self.assertEqual((data["threads"], data["bench"]["threads"]), (2, 2))
        self.assertEqual(data["facts"]["Target"], "scalar")

    def test_code_that_cannot_run_here_has_no_times_and_no_errors(self):
        foreign = "x86-64-v3" if platform.machine() == "aarch64" else "aarch64"
        _, _, data = self.report("foreign.html", MINI, f"--target={foreign}")
        self.assertIsNone(data["bench"])
        self.assertIsNone(data["check"])
        self.assertIn(foreign, data["notice"])

    def test_a_difference_is_shown_and_exit_code_4_tells_it(self):
        """A compiler that computes a little more than was asked for."""
        wrong = self.folder / "wrong.h"
        wrong.write_text("#include <math.h>\n"
                         "#define fmaf(a, b, c) (fmaf((a), (b), (c)) * 1.001f)\n")
        self.xnc(4, "report", MINI, "--target=scalar", f"--cc=cc -include {wrong}", "--runs=1",
                 "--size=32", "-o", "wrong.html")
        data = json.loads(Page((self.folder / "wrong.html").read_text()).texts["data"])
        self.assertTrue(all(row["different"] for row in data["check"]["values"]
                            if row["op"] in ("conv2d", "separable")))
        self.assertFalse(data["check"]["outputs"][0]["good"])

    def test_each_operation_has_a_colour_and_a_name(self):
        script = (ROOT / "compiler/report/page/dom.js").read_text()
        kinds = re.findall(r"^  (\w+): \[", script[script.index("const KINDS"):script.index("const tone")], re.M)
        ops = json.loads(self.xnc(0, "ops", "--json").stdout)
        self.assertEqual([op["name"] for op in ops if op["name"] not in kinds], [])

    def test_wrong_use_and_bad_files_leave_no_page(self):
        (self.folder / "broken.safetensors").write_bytes(b"\0" * 100)
        never = ("-o", "never.html")
        self.assertIn("-o", self.xnc(2, "report", MINI).stderr)
        self.xnc(2, "report", MINI, "--target=no-such", *never)
        self.xnc(2, "report", MINI, "--size=32,64", *never)
        self.xnc(3, "report", "no_such_model", *never)
        self.xnc(3, "report", MINI, "--weights=broken.safetensors", *never)
        self.xnc(1, "report", MINI, "--cc=false", *never)
        self.xnc(1, "report", MINI, "--size=32", "--runs=1", "-o", "no/such/folder.html")
        self.assertFalse((self.folder / "never.html").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
