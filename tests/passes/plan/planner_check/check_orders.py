#!/usr/bin/env python3
"""No order of execution needs less memory than the planner's, and no placement for its order a
smaller arena: every order and every placement is tried.

Input: seeded random graphs of at most eight 1x1 convolutions with residuals and several outputs,
planned by "xnc opt --pass=plan_memory". Expectation: the plan is sound (check_plan.py), and
arena_bound equals the least peak over all orders of execution, where a sum of two convolutions may
be finished by either of them and a result may stand in the place of its own residual; arena_bytes,
which may be more, is the least for the order that was chosen (check_plan.least_extent).
"""
import itertools
import pathlib
import random
import subprocess
import sys
import tempfile

import check_plan

GRAPHS, MOST_NODES, SEED = 200, 8, 3
CHANNELS = (16, 32, 48, 64, 80)
SIDE = 64  # pixels: large enough for placements that differ by less than a part of the bound
BYTES_PER_CHANNEL = SIDE * SIDE * 4


class Node:
    def __init__(self, name, channels, data, residual=None):
        self.name, self.channels, self.data, self.residual = name, channels, data, residual
        self.scratch = 0

    @property
    def reads(self):
        return [self.data] + ([self.residual] if self.residual else [])


def random_graph(chance):
    nodes = [Node("v0", chance.choice(CHANNELS), "input")]
    for index in range(1, chance.randint(3, MOST_NODES)):
        data = chance.choice(nodes[-3:])
        channels = chance.choice(CHANNELS)
        alike = [n for n in nodes if n.channels == channels]
        residual = chance.choice(alike).name if alike and chance.random() < 0.6 else None
        node = Node(f"v{index}", channels, data.name, residual)
        node.scratch = chance.choice((0, 0, 128, 1024, 70016, 200000))
        nodes.append(node)
    read = {name for n in nodes for name in n.reads}
    last = [n.name for n in nodes if n.name not in read]
    tapped = [n.name for n in nodes[1:-1] if n.name in read and chance.random() < 0.1]
    return nodes, last + tapped


def text_of(nodes, outputs):
    channels = {n.name: n.channels for n in nodes} | {"input": 3}
    lines = ["graph random stage=tiled target=scalar", f"input %input : f32[1,3,{SIDE},{SIDE}]"]
    for n in nodes:
        operands = ", ".join("%" + name for name in n.reads)
        extra = " residual" if n.residual else ""
        extra += f" tile.rows=1 tile.full_tiles={SIDE * SIDE} tile.tiles={SIDE * SIDE}"
        extra += " tile.vectors=16"
        extra += f" scratch_bytes={n.scratch}" if n.scratch else ""
        lines.append(f"%{n.name} = conv2d({operands}) weight=@{n.name}"
                     f"[{n.channels},{channels[n.data]},1,1]{extra}"
                     f" : f32[1,{n.channels},{SIDE},{SIDE}] nhwc pitch={n.channels}")
    for name in outputs:
        lines.append(f"%{name}.out = to_nchw(%{name}) : f32[1,{channels[name]},{SIDE},{SIDE}]")
    lines += [f"output %{name}.out" for name in outputs]
    return "\n".join(lines) + "\n"


def uses(nodes, outputs, name):
    return sum(n.reads.count(name) for n in nodes) + outputs.count(name)


def free_sums(nodes, outputs):
    """Pairs (adds, other) of which either may finish the sum."""
    by_name = {n.name: n for n in nodes}
    for n in nodes:
        other = by_name.get(n.residual)
        if (other and n.data != n.residual and not other.residual
                and uses(nodes, outputs, other.name) == 1):
            yield n.name, other.name


def swapped(nodes, outputs, pairs):
    """The graph in which the other partner of each pair adds."""
    renamed = {adds: other for adds, other in pairs}
    result = []
    for n in nodes:
        data, residual = renamed.get(n.data, n.data), renamed.get(n.residual, n.residual)
        if n.name in renamed:
            residual = None
        for adds, other in pairs:
            residual = adds if n.name == other else residual
        copy = Node(n.name, n.channels, data, residual)
        copy.scratch = n.scratch
        result.append(copy)
    return result, [renamed.get(name, name) for name in outputs]


def least_peak(nodes, outputs):
    """The least over all orders of the largest sum of live bytes, by trying them all. Copies to
    the caller run as soon as their value is there: they only shorten lives."""
    readers = {n.name: [r.name for r in nodes if n.name in r.reads] for n in nodes}
    best = [None]

    def live(done):
        return [n for n in nodes if n.name in done
                and any(reader not in done for reader in readers[n.name])]

    def walk(done, peak):
        if best[0] is not None and peak >= best[0]:
            return
        if len(done) == len(nodes):
            best[0] = peak
            return
        alive = live(done)
        total = sum(n.channels for n in alive) * BYTES_PER_CHANNEL
        for n in nodes:
            if n.name in done or any(r not in done and r != "input" for r in n.reads):
                continue
            in_place = n.residual and n.data != n.residual and all(
                reader in done or reader == n.name for reader in readers[n.residual])
            bytes_now = total + n.scratch + (0 if in_place else n.channels * BYTES_PER_CHANNEL)
            walk(done | {n.name}, max(peak, bytes_now))

    walk(frozenset(), 0)
    return best[0]


def expected(nodes, outputs):
    pairs = list(free_sums(nodes, outputs))
    choices = itertools.chain.from_iterable(
        itertools.combinations(pairs, count) for count in range(len(pairs) + 1))
    return min(least_peak(*swapped(nodes, outputs, chosen)) for chosen in choices)


def main():
    program, failures, gaps = sys.argv[1], 0, 0
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "random.ir"
        for number in range(GRAPHS):
            nodes, outputs = random_graph(chance)
            path.write_text(text_of(nodes, outputs))
            done = subprocess.run([program, "opt", "--pass=plan_memory", "--verify=each",
                                   "--target=scalar", path], capture_output=True, text=True,
                                  check=False)
            _, found, line = check_plan.judge(done.stdout, allow_gap=True)
            facts = dict(part.split("=") for part in line.split() if "=" in part)
            gaps += facts.get("arena") != facts.get("bound")
            want = expected(nodes, outputs)
            _, _, values, steps = check_plan.read_plan(done.stdout)
            least = check_plan.least_extent(values, steps)
            if found or int(facts["bound"]) != want or int(facts["arena"]) != least:
                failures += 1
                print(f"graph {number}: expected a bound of {want}, an arena of {least}", *found, line, path.read_text(),
                      done.stdout, done.stderr, sep="\n")
    print(f"{GRAPHS} graphs, {failures} failures, {gaps} with a gap between arena and bound")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
