"""Files of --quant with random numbers, for networks whose products are to run in integers.

    write_quant(tool, model, path, seed, pairs="restricted", share=1.0, options=(), weights=None,
                extreme=(), maps=0.0)

Which products there are is read from the text of the graph behind fuse_separable; share of them are
int8, the others are bf16 or stay f32. Scales, zero points and corrections are drawn of all sizes that such a file
has, a few of them extreme: results are of no use, but each has one right value to the bit. extreme
are the zero points of a file whose scales are so small that integers are at their bounds. maps is
the share of maps that are kept in 8 bits. Half of the products have deltas, where pairs may be large.
"""
import math
import random
import re
import subprocess

NODE = re.compile(r"^ *%(\S+) = (conv2d|separable)\(%([^,)]+).*: f32\[(\d+),(\d+)")
MAP = re.compile(r"^ *%(\S+) = (?:conv2d|separable)\(.*: f32\[\d+,(\d+)")
VALUE = re.compile(r"^ *(?:input )?%(\S+)(?: = .*)? : f32\[(\d+),(\d+)")
MOST_WEIGHT = 3.3  # sqrt(3) of the seeds, 1.9 of the norms
INPUT = re.compile(r"^ *input %(\S+)")


WEIGHT = re.compile(r"^ *%(\S+) = .* weight=[^@]*@([^\s,()\[]+)")
PARAM = re.compile(r"^ *param @(\S+) : f32\[\d+,(\d+),(\d+),(\d+)\]")
LETTERS = "ABCDEFGHIJKLM.NOPQRSTUVWXYZ"  # 9 a + 3 b + c + 13 of three deltas


def fused(tool, model, options):
    """The lines of the graph in which products stand as they are in the end."""
    words = [tool, "analyze", model, "--dump-after=fuse_separable", *options]
    return subprocess.run(words, capture_output=True, text=True, check=True).stderr.splitlines()


def depths(tool, model, options=()):
    """Of each product, how many weights an output has."""
    lines = fused(tool, model, options)
    shapes = {match[1]: match.groups()[1:] for match in filter(None, map(PARAM.match, lines))}
    found = [match for match in filter(None, map(WEIGHT.match, lines)) if match[2] in shapes]
    return {match[1]: math.prod(map(int, shapes[match[2]])) for match in found}


def products(tool, model, options=()):
    """(name, inputs, outputs) of each product that may be int8."""
    channels, first, found = {}, None, []
    for line in fused(tool, model, options):
        if INPUT.match(line):
            first = INPUT.match(line).group(1)
        value = VALUE.match(line)
        node = NODE.match(line)
        if node and node.group(3) != first:
            found.append((node.group(1), channels[node.group(3)], int(node.group(5))))
        if value:
            channels[value.group(1)] = int(value.group(3))
    return found


def head(keys, pairs):
    lines = ["xnc-quant 1", *("%s %s" % pair for pair in keys.items()), "pictures none",
             "ranges norms", "pairs " + pairs]
    return "".join(line + "\n" for line in lines)


def number(drawn):
    return "%.9g" % drawn


def extreme_channels(draw, inputs, outputs, zeros):
    """So small scales and steps that nearly all integers are their bounds: 0 or 255, -127 or 127."""
    lines = ["in %s %d" % (number(draw.uniform(1e-6, 2e-6)), draw.choice(zeros))
             for _ in range(inputs)]  # fmt: skip
    return lines + ["out %s 0" % number(draw.uniform(1e-10, 2e-10)) for _ in range(outputs)]


def channels_of(draw, inputs, outputs, pairs):
    """Steps fill the eight bits of seeded weights, which are at most MOST_WEIGHT / sqrt(inputs) with
    a norm folded in, and let some of them go beyond; not in small pairs, where 64 is the most, nor in
    small fours (32)."""
    scale_most, most = 0.04, MOST_WEIGHT / inputs ** 0.5
    least = scale_most * most / {"free": 160, "restricted": 64, "fours": 32}[pairs]
    lines = []
    for _ in range(inputs):
        zero = draw.choice([0, 255, draw.randrange(256), draw.randrange(96, 160)])
        lines.append("in %s %d" % (number(draw.uniform(0.01, scale_most)), zero))
    for _ in range(outputs):
        step = draw.uniform(1, 2) * least
        lines.append("out %s %s" % (number(step), number(draw.uniform(-0.1, 0.1))))
    return lines


def delta_lines(draw, depth, outputs):
    """The letter of the last deltas stands for -1 or 1 of those that are there."""
    last = 3 ** (2 - (depth - 1) % 3)
    lines = []
    for _ in range(outputs):
        whole = "".join(draw.choice(LETTERS) for _ in range((depth - 1) // 3))
        lines.append("delta " + whole + LETTERS[13 + draw.choice((-last, last))])
    return lines


def digest(tool, model, path, key, options, weights):
    """What the file at path has to say of the network or of the weights, as the tool tells it."""
    words = [tool, "compile", model, "--precision=int8", f"--quant={path}", *options,
             "--target=scalar", "-o", path.with_suffix(".none")]
    words += [f"--weights={weights}"] if weights else []
    told = subprocess.run(words, capture_output=True, text=True, check=False).stderr
    found = re.search(r"%s: error: was made for .* is ([0-9a-f]{16})" % key, told)
    return found.group(1) if found else "0" * 16


def map_lines(draw, tool, model, options, share):
    """Maps that are kept in 8 bits, with numbers of the sizes that values have."""
    lines = []
    for found in filter(None, map(MAP.match, fused(tool, model, options))):
        if draw.random() < share:
            channels = int(found.group(2))
            lines.append("map %s channels %d" % (found.group(1), channels))
            lines += ["of %s %d" % (number(draw.uniform(0.01, 0.04)), draw.randrange(256))
                      for _ in range(channels)]  # fmt: skip
    return lines


def write_quant(tool, model, path, seed, pairs="restricted", share=1.0, options=(), weights=None,
                extreme=(), maps=0.0):
    draw = random.Random(seed)
    keys = {"network": "0" * 16, "checkpoint": "0" * 16}
    for key in keys:
        path.write_text(head(keys, pairs) + "end\n")
        keys[key] = digest(tool, model, path, key, options, weights)
    lines = head(keys, pairs).splitlines()
    turn, depth = random.Random(f"deltas {seed}"), depths(tool, model, options)
    for name, inputs, outputs in products(tool, model, options):
        if draw.random() < share:
            moved = pairs == "free" and turn.random() < 0.5
            deltas = " deltas %d" % depth[name] if moved else ""
            lines.append(f"node {name} int8 inputs {inputs} outputs {outputs}{deltas} error 0.01")
            lines += (extreme_channels(draw, inputs, outputs, extreme) if extreme
                      else channels_of(draw, inputs, outputs, pairs))  # fmt: skip
            lines += delta_lines(turn, depth[name], outputs) if moved else []
        else:
            pairs_out = inputs % 2 == 0 and draw.random() < 0.5
            lines.append("node %s %s error 0.01" % (name, "bf16" if pairs_out else "f32"))
    if maps:
        lines += map_lines(draw, tool, model, options, maps)
    path.write_text("\n".join(lines + ["end", ""]))
