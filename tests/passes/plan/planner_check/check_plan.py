#!/usr/bin/env python3
"""An independent judge of memory plans: reads the text of a planned graph, knows no planner code.

Input: a graph text of stage planned (a file, or standard input).
Expectation, for the order of execution that the text shows:
  * a value lives from the step that makes it to the last step that reads it; the caller's input and
    outputs (NCHW) take no place; a value takes pixels * pitch * 4 bytes, rounded up to 64;
  * a result may stand in the place of its own residual if that is the residual's last use and the
    step does not also read it as its data: then both count once;
  * a region is one step: what its body reads from outside, its result, its scratch. Each inner value
    has a ring in that scratch, of rows=N rows of one image (without rows=: of all), apart from the
    others and from the scratch of the body's nodes, which lies above;
  * no two values that live in one step overlap, nor a value and the step's scratch, whatever the
    number of threads;
  * every place is aligned to 64 bytes and inside the arena;
  * arena_bound is the largest sum of live bytes and one scratch over all steps, arena_bytes is
    where the highest place ends, and the two are equal (with --gap: may differ).
Prints "NAME arena bound threads=2:..." and exits 0, or the complaints and exits 1.
"""
import argparse
import math
import re
import sys

THREADS = (1, 2, 3, 4, 7, 8, 16)
NODE = re.compile(r"^\s*(%.+?) = (\w+)\((.*?)\)(.*)$")


class Value:
    def __init__(self, name, text):
        self.name = name
        shape = re.search(r" : f32\[([\d,]+)\]", text)
        dims = [int(d) for d in shape.group(1).split(",")]
        pixels = dims[0] * (math.prod(dims[2:]) if len(dims) == 4 else 1)
        tail = text[shape.end():]
        self.in_arena = " nhwc" in tail
        pitch = re.search(r" pitch=(\d+)", tail)
        offset = re.search(r" offset=(\d+)", tail)
        self.offset = int(offset.group(1)) if offset else None
        self.bytes = -(-pixels * int(pitch.group(1)) * 4 // 64) * 64 if self.in_arena else 0
        rows = re.search(r" rows=(\d+)", tail)
        if rows:
            self.bytes = -(-int(rows.group(1)) * dims[3] * int(pitch.group(1)) * 4 // 64) * 64
        self.last = -1


class Step:
    def __init__(self, name, op, reads, attributes):
        self.name = name
        self.op = op
        self.reads = reads
        found = dict(re.findall(r" ([\w.]+)=([^ ]+)", attributes))
        self.has_residual = op == "add" or re.search(r" residual(?= |$)", attributes) is not None
        self.scratch = int(found.get("scratch_bytes", 0))
        self.scratch_offset = int(found.get("scratch_offset", 0))
        self.body = []  # steps of a region
        self.rings = []  # its inner values


def read_plan(text):
    head = re.search(r"^graph (\S+) (.*)$", text, re.M)
    facts = dict(re.findall(r"(\w+)=(\S+)", head.group(2)))
    if facts.get("stage") != "planned":
        sys.exit(f"{head.group(1)}: the graph is not planned")
    values, steps, region = {}, [], None
    for line in text.splitlines():
        found = NODE.match(line)
        if line.startswith("input %"):
            values[line.split()[1][1:]] = Value(line.split()[1][1:], line)
        if line.startswith("}"):
            region = None
        if not found:
            continue
        name = found.group(1)[1:]
        reads = [read.strip()[1:] for read in found.group(3).split(",")]
        attributes, _, _ = found.group(4).partition(" : f32")
        step = Step(name, found.group(2), reads, attributes)
        if step.op == "region":
            region = step
            steps.append(step)
            continue
        if region and name != region.name:
            region.rings.append(Value(name, found.group(4)))
        else:
            values[name] = Value(name, found.group(4))
        (region.body if region else steps).append(step)
    for position, step in enumerate(steps):
        for name in [step.name] + step.reads:
            values[name].last = position
    return head.group(1), facts, values, steps


def overlap(a, a_bytes, b, b_bytes):
    return a < b + b_bytes and b < a + a_bytes


def replaced_residual(step, position, values):
    """The residual in whose place the result may stand, or None."""
    if not step.has_residual or not values[step.name].in_arena:
        return None
    residual = values[step.reads[-1]]
    fits = (residual.in_arena and residual.last == position
            and step.reads.count(residual.name) == 1
            and residual.bytes == values[step.name].bytes)
    return residual if fits else None


def walk(values, steps):
    """For each step: the step, the values that live in it, and its replaced residual or None."""
    born = []
    for position, step in enumerate(steps):
        live = [v for v in born if v.last >= position]
        result = values[step.name]
        replaced = replaced_residual(step, position, values)
        yield step, live, result if result.in_arena else None, replaced
        if result.in_arena:
            born.append(result)


def ring_complaints(step):
    """What is wrong inside a region's scratch."""
    for i, a in enumerate(step.rings):
        if a.offset is None or a.offset % 64 or a.offset + a.bytes > step.scratch:
            yield f"{a.name}: no aligned place in the scratch of {step.name}"
            return
        for b in step.rings[:i]:
            if overlap(a.offset, a.bytes, b.offset, b.bytes):
                yield f"region {step.name}: {b.name} and {a.name} overlap"
        for node in step.body:
            if node.scratch and overlap(a.offset, a.bytes, node.scratch_offset, node.scratch):
                yield f"region {step.name}: scratch of {node.name} and {a.name} overlap"
    for node in step.body:
        if node.scratch and node.scratch_offset + node.scratch > step.scratch:
            yield f"region {step.name}: scratch of {node.name} exceeds it"


def complaints(values, steps):
    for step in steps:
        yield from ring_complaints(step)
    for step, live, result, replaced in walk(values, steps):
        places = live + ([result] if result else [])
        for i, a in enumerate(places):
            if a.offset is None or a.offset % 64:
                yield f"{a.name}: no aligned place"
                return
            for b in places[:i]:
                shared = {a, b} == {result, replaced} and a.offset == b.offset
                if not shared and overlap(a.offset, a.bytes, b.offset, b.bytes):
                    yield f"step {step.name}: {b.name} and {a.name} overlap"
            if step.scratch and overlap(a.offset, a.bytes, step.scratch_offset,
                                        max(THREADS) * step.scratch):
                yield f"step {step.name}: scratch and {a.name} overlap"
        if step.scratch % 64 or step.scratch_offset % 64:
            yield f"step {step.name}: scratch is not aligned"


def bound(values, steps, threads=1):
    largest = 0
    for step, live, result, replaced in walk(values, steps):
        total = sum(v.bytes for v in live) + step.scratch * threads
        total += result.bytes if result and not replaced else 0
        largest = max(largest, total)
    return largest


def extent(values, steps, threads=1):
    ends = [v.offset + v.bytes for v in values.values() if v.in_arena and v.offset is not None]
    ends += [s.scratch_offset + threads * s.scratch for s in steps if s.scratch]
    return max(ends, default=0)


def buffers(values, steps):
    """[bytes, first step, last step] of each stretch of the arena: of one value, or of several that
    stand in each other's places."""
    found, of_value = [], {}
    for position, (_, _, result, replaced) in enumerate(walk(values, steps)):
        if result is None:
            continue
        if replaced and replaced.offset == result.offset:
            buffer = of_value[replaced.name]
            buffer[2] = max(buffer[2], result.last)
        else:
            buffer = [result.bytes, position, result.last]
            found.append(buffer)
        of_value[result.name] = buffer
    return found


def least_extent(values, steps):
    """The smallest arena of any placement for this order, by trying them all: every packing can be
    pushed down until each buffer lies on the floor or on another one, and is built in the order of
    its offsets. For few values."""
    found, scratch = buffers(values, steps), [step.scratch for step in steps]
    floor, rest = [0] * len(steps), [0] * len(steps)
    for size, first, last in found:
        for step in range(first, last + 1):
            rest[step] += size
    best = [sum(size for size, _, _ in found) + max(scratch, default=0)]

    def stack(left, offset_before, before):
        least = max(max(floor[t], offset_before if rest[t] else 0) + rest[t] + scratch[t]
                    for t in range(len(steps)))  # fmt: skip
        if least > best[0] or (least == best[0] and left):
            return
        if not left:
            best[0] = least
            return
        for index in sorted(left):
            size, first, last = found[index]
            offset = max(floor[first:last + 1])
            if (offset, index) < (offset_before, before):
                continue
            saved = floor[first:last + 1]
            for step in range(first, last + 1):
                floor[step], rest[step] = offset + size, rest[step] - size
            stack(left - {index}, offset, index)
            floor[first:last + 1] = saved
            for step in range(first, last + 1):
                rest[step] += size

    stack(frozenset(range(len(found))), 0, -1)
    return best[0]


def judge(text, allow_gap=False):
    name, facts, values, steps = read_plan(text)
    found = list(complaints(values, steps))
    if found:
        return name, found, ""
    arena, stated = int(facts.get("arena_bytes", 0)), int(facts.get("arena_bound", 0))
    largest, end = bound(values, steps), extent(values, steps)
    if stated != largest:
        found.append(f"arena_bound is {stated}, the largest sum of live bytes {largest}")
    if arena != end:
        found.append(f"arena_bytes is {arena}, the highest place ends at {end}")
    if arena != largest and not allow_gap:
        found.append(f"arena_bytes is {arena}, the bound {largest}")
    more = " ".join(f"threads={t}:{extent(values, steps, t)}/{bound(values, steps, t)}"
                    for t in THREADS[1:])
    return name, found, f"arena={arena} bound={largest} {more}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", help="default: standard input")
    parser.add_argument("--gap", action="store_true", help="arena_bytes may exceed the bound")
    parser.add_argument("--most", type=int, help="largest arena allowed, in bytes")
    options = parser.parse_args()
    text = open(options.file, encoding="utf-8").read() if options.file else sys.stdin.read()
    name, found, line = judge(text, options.gap)
    arena = re.search(r"arena=(\d+)", line)
    if options.most is not None and arena and int(arena.group(1)) > options.most:
        found.append(f"the arena takes {arena.group(1)} bytes, more than {options.most}")
    print("\n".join(f"{name}: {what}" for what in found) if found else f"{name} {line}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
