#!/usr/bin/env python3
"""What is drawn covers the language, a seed means one network, and shrinking leaves what matters.

Usage: test_draw.py SCHEMA_ROWS XNC. The schema's rows tell the keys and words of a description, the
help of seed-weights the options of a network: a new one that is never drawn fails here.
"""
import json
import re
import subprocess
import sys
import unittest

from compiled import CROSS, EXPONENTIAL, draw_build
from draw import INPUTS, draw
from shrink import is_valid, shrink

XNC, ROWS = sys.argv.pop(), sys.argv.pop()
SEEDS = range(1, 2001)
NETWORKS = [draw(seed) for seed in SEEDS]
NO_NETWORK = {"output", "seed", "help"}  # options that say nothing about the network


def sections(name, description):
    """The sections of that name in a description."""
    if name == "network":
        return [description]
    if name == "block":
        return [*description["blocks"], description.get("block", {})]
    found = description.get(name, [])
    return found if isinstance(found, list) else [found]


def spelled(value, words):
    """The words that a value is made of, where it is made of words."""
    if not words:
        return {""}
    return {item.split()[0] for item in value} if isinstance(value, list) else {str(value).lower()}


def schema():
    """(section, key, words)"""
    section = None
    for line in subprocess.run([ROWS], check=True, capture_output=True, text=True).stdout.splitlines():
        if line.startswith("### "):
            section = line[4:]
        elif line.startswith("| `"):
            key, kind = (cell.strip() for cell in line.split("|")[1:3])
            listed = kind.startswith(("word", "flag", "list of layers"))
            words = kind.partition(":")[2].split(",") if listed else []
            yield section, key.strip("`"), [word.split()[0] for word in words]


class Drawn(unittest.TestCase):
    def test_every_key_and_word_is_drawn(self):
        for section, key, words in schema():
            places = [place for n in NETWORKS for place in sections(section, n.description)]
            found = {word for place in places if key in place for word in spelled(place[key], words)}
            self.assertTrue(found, f"{section}.{key} is never drawn")
            self.assertLessEqual(set(words), found, f"{section}.{key}")

    def test_every_option_of_a_network_is_drawn(self):
        text = subprocess.run([XNC, "seed-weights", "--help"], check=True, capture_output=True,
                              text=True).stdout  # fmt: skip
        options = set(re.findall(r"--([a-z-]+)", text)) - NO_NETWORK
        options |= {"precision", "weights-type"}  # of what is compiled; seeds have none
        self.assertEqual(options, {key for n in NETWORKS for key in n.options})

    def test_every_kind_of_run_is_drawn(self):
        self.assertEqual({n.input for n in NETWORKS}, set(INPUTS))
        self.assertEqual({len(n.targets) for n in NETWORKS}, {1, 2, 3})
        rows = json.loads(subprocess.run([XNC, "targets", "--json"], check=True,
                                         capture_output=True).stdout)  # fmt: skip
        self.assertEqual({target for n in NETWORKS for target in n.targets},
                         {row["name"] for row in rows})
        self.assertTrue(any(n.tuning for n in NETWORKS))

    def test_sizes_are_odd_and_widths_no_multiples(self):
        self.assertTrue(any(n.size()[0] % 2 and n.size()[0] != n.size()[1] for n in NETWORKS))
        self.assertTrue(any(min(n.size()) > 73 for n in NETWORKS), "no map that streams")

    def test_a_seed_is_one_network(self):
        for network in NETWORKS[:20]:
            self.assertEqual(draw(network.seed), network)

    def test_a_head_of_the_options_that_needs_sleef_is_not_built_for_arm(self):
        heads = [n for n in NETWORKS if any(w in n.options.get("head", "") for w in EXPONENTIAL)]
        self.assertTrue(heads)
        self.assertNotIn(CROSS, {draw_build(n).compiler for n in heads})

    def test_shrinking_keeps_what_fails(self):
        def fails(network):
            return any(block["kernel"] == 5 for block in network.walk().block_list())

        network = next(n for n in NETWORKS if fails(n) and len(n.description["blocks"]) > 2)
        small = shrink(network, fails, 60).description
        self.assertEqual((len(small["stem"]), len(small["blocks"])), (1, 1))
        self.assertLess(set(small), set(network.description))

    def test_one_number_for_all_channels_is_valid(self):
        network = draw(NETWORKS[0].seed)
        for mean in (1, [1] * min(network.description["input"].get("channels", 3), 4)):
            network.description["input"]["mean"] = mean
            self.assertTrue(is_valid(network))
        network.description["input"]["mean"] = [1] * 5
        self.assertFalse(is_valid(network))


if __name__ == "__main__":
    unittest.main()
