"""Purpose: what any file costs the tool has a bound, whoever made it.
Input: for each reader the most that its limits let through, and far more, chosen to be expensive.
Expectation: each ends, with the exit code that it should, within the work and the memory that
docs/security.md promises. The address space of each run has a limit: what the tool maps of the file
itself, its libraries and the promise.

The promise is 2 seconds of the processor. What is judged are basic blocks of our own code, counted
by tests/work, so that the numbers are the same on every machine, however busy: a core of 2023
executes 300 to 1,000 million of them in a second. Each case may take half as much again as it does
today, and none more than MOST; what libraries do with a file (zlib, Jansson, libpng) is bounded
by the bytes that they are given, of which each limit here is one.
"""

import os
import resource
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

import costs_keras

XNC = os.path.abspath(sys.argv[1])
TINY = os.path.abspath(sys.argv[2])
MOST = 1000  # million basic blocks: 2 seconds
MEGABYTES = 256
LIBRARIES = 64 << 20  # what the tool maps before it has read anything
TENSORS = 16384


def safetensors(header, data=b""):
    return struct.pack("<Q", len(header)) + header + data


def empty_tensors(count, name):
    """Tensors without elements, so that a header is all there is."""
    rows = (b'"%s":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}' % name(i) for i in range(count))
    return safetensors(b"{" + b",".join(rows) + b"}")


def long_name(i):
    """As long as hints compare, near to each other."""
    return b"blocks.%05d." % i + b"stack.conv.dw.conv.weight" * 2


def metadata(count):
    rows = b",".join(b'"%d":""' % i for i in range(count))
    return safetensors(b'{"__metadata__":{' + rows + b"}}")


def collide(i, letters):
    """Names of one hash where that is 33 * hash + letter: "bA" and "a" + chr(ord("A") + 33)."""
    return "".join("bA" if i >> bit & 1 else "ab" for bit in range(letters))


def archive(names, root=b"}", method=zipfile.ZIP_STORED):
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", method) as out:
            out.writestr("x/data.pkl", b"\x80\x02" + root + b".")
            for name in names:
                out.writestr("x/" + name, b"")
        file.seek(0)
        return file.read()


def ends_of_archive(count, entries):
    """An archive whose last 64 KB hold many records that look like its end."""
    whole = archive(collide(i, 14) for i in range(entries))
    return whole + whole[-22:] * count


def legacy(root, storages=0):
    """Of torch's first format: with one storage of one float or none, so that the root is all."""
    keys, data = b"]X\x01\0\0\x000a", struct.pack("<qf", 1, 0)
    magic = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
    return magic + b"\x80\x02M\xe9\x03." + b"\x80\x02}." + b"\x80\x02" + root + (
        b"\x80\x02" + keys + b"." + data if storages else b"\x80\x02].")


def shared_modules(levels, name):
    """A module that has the next one twice, which has the next one twice, and so on. The last one has
    a tensor, when names are long."""
    def text(value):
        return b"X" + struct.pack("<I", len(value)) + value

    storage = (b"(" + text(b"storage") + b"ctorch\nFloatStorage\n" + text(b"0") + text(b"cpu")
               + b"K\x01NtQ")
    weight = (text(b"w") + b"ctorch._utils\n_rebuild_tensor\n(" + storage
              + b"K\x00K\x01\x85K\x01\x85tRs") if name else b""

    def state(modules, tensors=b""):
        return (b"}(" + text(b"_parameters") + b"}" + tensors + text(b"_buffers") + b"}" + text(b"_modules")
                + b"}(" + modules + b"uub")
    parts = b"ca\nb\nq\x00)\x81" + state(b"", weight) + b"q\x01"
    for level in range(1, levels):
        below, memo = b"h" + bytes([level]), b"q" + bytes([level + 1])
        parts += b"h\x00)\x81" + state(
            text(b"a" + name) + below + text(b"b" + name) + below) + memo
    return b"(" + parts + b"t."


def png(width, height):
    """Black, and as small as that gets."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    pack = zlib.compressobj(1)
    row = bytes(1 + 3 * width)
    rows = b"".join(pack.compress(row) for _ in range(height)) + pack.flush()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


HEAD = b"name: a\ntitle: b\ninput: {size: 32}\nnorm_eps: 0.001\nstem:\n  - {width: 8}\n"


def within(size, text, unit):
    """The text and as many units as fit into the size."""
    return text + unit * ((size - len(text)) // len(unit))


def numbered(size, text, unit):
    rows, total, i = [text], len(text), 0
    while total < size - 64:
        rows.append(unit % i)
        total += len(rows[-1])
        i += 1
    return b"".join(rows)


MB = 1 << 20
MODULE = (b'module "m" target "scalar" stage loops zeros 0 weights 0\ninput "x" [1,1,1,1]\n'
          b'output "y" [1,1]\npreprocess { }\n')
GRAPH = b"graph a\ninput %x : f32[1,1,1,1]\n"
WEIGHTS = ["compile", "xception41", "-o", "out", "--weights"]
UNROLL = ["opt", "--pass=vectorize", "--pass=unroll", "--verify=each"]
EVAL = ["eval", TINY, "--weights=w"]
PICTURE = ["run", TINY, "--weights=w", "--target=scalar"]
BOXES = ["interp", TINY, "none.png", "--weights=w", "-o", "y.npy", "--box"]
HUB = b'{"architecture":"xception41","num_classes":10,'
# Title, the most million basic blocks, arguments of the tool, the file's ending, what it holds, what
# the tool says.
CASES = [
    ("as many tensors as fit", 70, WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, lambda i: b"plain.name.%d" % i), "16364 more unexpected"),
    ("names that are near to all", 120, WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, long_name), "16364 more unexpected"),
    ("names with as many readings as there are", 270, WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, lambda i: b"model." * 60 + b"last_linear.%d.weight" % i),
     "unexpected tensor"),
    ("names under as many prefixes as there are", 350, WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, lambda i: b"p%d." % i + b"stem.0.conv.weight." * 20
                           + b"stem.0.conv.weight"), "missing tensor"),
    ("names under prefixes that all networks are tried on", 690, WEIGHTS, ".safetensors",
     lambda: empty_tensors(4096, lambda i: b"p%d." % i + b"stem.0.conv.weight." * 20
                           + b"stem.0.conv.weight"), "missing tensor"),
    ("as many sets as there are", 110, WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, lambda i: b"s%d." % (i // 8) + (
         b"blocks.%d.stack.conv%d.bn_pw.bias" % (i % 8, i % 3 + 1))), "missing tensor"),
    ("as many linear layers as there are", 60, WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, lambda i: b"stem.0.conv.weight" if i == 0 else
                           b"a%d.weight" % i), "missing tensor"),
    ("200,000 names", 130, WEIGHTS, ".safetensors",
     lambda: empty_tensors(200000, lambda i: b"plain.name.%d" % i), "more than 16384 tensors"),
    ("most metadata", 55, WEIGHTS, ".safetensors", lambda: metadata(4096), "missing tensor"),
    ("800,000 keys of metadata", 85, WEIGHTS, ".safetensors", lambda: metadata(800000),
     "4096 entries of __metadata__"),
    ("a header of one text", 110, WEIGHTS, ".safetensors",
     lambda: safetensors(b'{"__metadata__":{"a":"' + b"\\n" * (8 * MB - 32) + b'"}}'),
     "missing tensor"),
    ("a header of empty objects", 2, WEIGHTS, ".safetensors",
     lambda: safetensors(b'{"__metadata__":{"a":' + b"[{}" + b",{}" * (TENSORS - 2) + b"]}}"),
     "is not a string"),
    ("entries that collide", 170, WEIGHTS, ".pth",
     lambda: archive(collide(i, 16) for i in range(65535)), "holds a dict without tensors"),
    ("too many entries that collide", 2, WEIGHTS, ".pth",
     lambda: archive(collide(i, 17) for i in range(1 << 17)), "131073 entries, more than 65536"),
    ("many ends of one archive", 6, WEIGHTS, ".pth", lambda: ends_of_archive(2000, 2000),
     "holds a dict without tensors"),
    ("a text that was deflated", 2, WEIGHTS, ".pth",
     lambda: archive([], b"X" + struct.pack("<I", 127 * MB) + b"a" * (127 * MB),
                     zipfile.ZIP_DEFLATED), "holds a string, not a dict"),
    ("a long text", 2, WEIGHTS, ".pth",
     lambda: archive([], b"X" + struct.pack("<I", 127 * MB) + b"a" * (127 * MB)),
     "holds a string, not a dict"),
    ("objects with state", 110, WEIGHTS, ".pth",
     lambda: legacy(b"ca\nb\nq\x000]" + b"h\x00)\x81}ba" * 330000 + b"."),
     "holds a list without tensors"),
    ("modules that are shared", 65, WEIGHTS, ".pth", lambda: legacy(shared_modules(60, b"")),
     "more than 262144 entries"),
    ("modules of long names that are shared", 580, WEIGHTS, ".pth",
     lambda: legacy(shared_modules(16, b"n" * 30), 1), "missing tensor"),
    ("a list of empty objects", 20, WEIGHTS, ".bin.index.json",
     lambda: within(2 * MB - 64, b'{"weight_map":{"a":"b"},"c":[{}', b",{}") + b"]}", "b: error"),
    ("a list of many tensors", 30, WEIGHTS, ".bin.index.json",
     lambda: numbered(2 * MB - 64, b'{"weight_map":{', b'"%d":"b",') + b'"a":"b"}}', "b: error"),
    ("opcodes that take memory", 140, WEIGHTS, ".pth",
     lambda: legacy(b"]" + b"K\x00\x85a" * 650000 + b"."), "holds a list without tensors"),
    ("more opcodes than are run", 95, WEIGHTS, ".pth", lambda: legacy(b"]" + b"}a" * 8 * MB + b"."),
     "more than 2000000 opcodes"),
    ("a memo that grows", 50, WEIGHTS, ".pth",
     lambda: legacy(b"N" + b"".join(b"r" + struct.pack("<I", i) for i in range(1000000)) + b"."),
     "holds None, not a dict"),
    ("entries that are no tensors", 5, WEIGHTS, ".pth",
     lambda: legacy(b"}" + b"".join(
         b"X" + struct.pack("<I", 5) + b"%05d" % i + b"c%s\n%s\ns" % (b"\x1b" * 200, b"\x1b" * 200)
         for i in range(TENSORS)) + b"."), "without tensors"),
    ("directives", 2, ["analyze"], ".yaml",
     lambda: numbered(MB, b"", b"%%TAG !a%d! tag:x\n") + b"---\na: b\n", "more than 8 lines"),
    ("directives behind the description", 2, ["analyze"], ".yaml",
     lambda: numbered(MB, HEAD + b"blocks: [{widths: 8}]\n...\n", b"%%TAG !a%d! tag:x\n"),
     "more than 8 lines"),
    ("unknown keys", 25, ["analyze"], ".yaml",
     lambda: HEAD + b"blocks:\n" + b"".join(
         b" - {%s}\n" % b", ".join(b"q%d: 1" % i for i in range(60)) for _ in range(1024)),
     "more errors in the description"),
    ("keys of one map", 2, ["analyze"], ".yaml", lambda: numbered(MB, b"", b"k%d: 1\n"),
     "more than 64 keys"),
    ("lists in lists", 20, ["analyze"], ".yaml",
     lambda: HEAD + b"blocks: [" + b",".join([b"[" + b",".join([b"[]"] * 500) + b"]"] * 600) + b"]",
     "takes a mapping"),
    ("brackets", 2, ["analyze"], ".yaml", lambda: within(MB, b"a: ", b"["), "more than 16 deep"),
    ("question marks", 2, ["analyze"], ".yaml", lambda: within(MB, b"", b"? "), "more than 16 deep"),
    ("one long word", 2, ["analyze"], ".yaml", lambda: within(MB, b"a: ", b"x"), "at most 256"),
    ("changes of the network that nobody knows", 15, ["analyze"], "/config.json",
     lambda: numbered(MB, HUB + b'"model_args":{', b'"a%d":0,') + b'"z":0}}',
     "more errors in the description"),
    ("a config of empty objects", 15, ["analyze"], "/config.json",
     lambda: within(MB - 64, HUB + b'"a":[{}', b",{}") + b'],"num_features":1}', "num_features"),
    ("names of classes", 6, ["analyze"], "/config.json",
     lambda: numbered(MB - 64, HUB + b'"label_names":{', b'"%d":"a",') + b'"x":"a"}}',
     "expected a class"),
    ("a list of pictures of no class", 5, EVAL, ".txt", lambda: within(64 * MB, b"", b"a z\n"),
     "980 more syntax errors"),
    ("a table of no targets", 5, [*EVAL, "--scores=sigmoid"], ".csv",
     lambda: within(64 * MB, b"", b"a,z\n"), "980 more syntax errors"),
    ("a list of more pictures than fit", 100, EVAL, ".txt", lambda: within(64 * MB, b"", b"a 0\n"),
     "more than 1048576 pictures"),
    ("boxes of no size", 95, BOXES, ".csv", lambda: within(64 * MB, b"", b"a,1,2,3,0\n"),
     "980 more syntax errors"),
    ("more boxes than fit", 280, BOXES, ".csv", lambda: numbered(64 * MB, b"", b"%d/a,1,2,3,4\n"),
     "there are more than 1048576 boxes"),
    ("boxes of one picture", 220, BOXES, ".csv", lambda: b"a,1,2,3,4\n" * 1000000, "more errors in values"),
    ("a large picture", 5, PICTURE, ".png", lambda: png(8192, 8193), "the most are 67108864 pixels"),
    ("a text of nothing but errors", 2, ["opt"], ".ir", lambda: within(6 * MB, GRAPH, b"q\n"),
     "980 more syntax errors"),
    ("operands that nobody defines", 2, ["opt"], ".ir",
     lambda: numbered(6 * MB, GRAPH, b"%%a%d = add(%%b, %%c)\n"), "980 more syntax errors"),
    ("attributes that nobody knows", 2, ["opt"], ".ir",
     lambda: within(6 * MB, GRAPH, b"%a = add(%x, %x) zz=1\n"), "980 more syntax errors"),
    ("a chain of as many nodes as fit", 45, ["opt"], ".ir",
     lambda: GRAPH + b"%a0 = activation(%x) act=relu\n" + b"".join(
         b"%%a%d = activation(%%a%d) act=relu\n" % (i, i - 1) for i in range(1, 19990))
     + b"output %a19989\n", ""),
    ("layers of a module", 80, ["opt"], ".ir",
     lambda: within(6 * MB, MODULE, b'layer "a" op conv2d line 1 kernel $k in none residual none out '
                    b"none elements 1 pixels 1 channels 1 pitch 1 scratch 0 bytes 0 weights macs 0\n"),
     "more than 20000 layers"),
    ("constants of a module", 20, ["opt"], ".ir",
     lambda: within(6 * MB, MODULE, b'constant "a" weight at 0 bytes 4\n'), "more than 20000 constants"),
    ("functions of a module", 4, ["opt"], ".ir",
     lambda: numbered(6 * MB, MODULE, b"function $f%d() { }\n"), "more than 4096 functions"),
    ("functions that call each other", 430, UNROLL, ".ir",
     lambda: MODULE + b"".join(
         b"function $f%d(int n) {\n%s}\n" % (i, b"call $f0(n)\n" * 30 * (i > 0))
         for i in range(4090)), ""),
    ("a function with much to say", 2, ["opt"], ".ir",
     lambda: within(6 * MB, MODULE + b"function $f() {\n", b'doc "a"\n'), "more than 4096 lines"),
    ("statements of a function", 30, ["opt"], ".ir",
     lambda: numbered(6 * MB, MODULE + b"function $f() {\n", b"int a%d = 1\n") + b"}\n",
     "more than 16384 statements"),
    ("variables in sight", 410, UNROLL, ".ir",
     lambda: MODULE + b"".join(
         b"function $f%d() {\n%s}\n" % (i, b"".join(b"int a%d = 1\n" % k for k in range(16380)))
         for i in range(8)), ""),
    ("loops to unroll in each other", 2, UNROLL, ".ir",
     lambda: MODULE + b"function $f() {\n" + b"".join(
         b"for i%d = 0 to 64 step 1 unroll {\n" % i for i in range(5)) + b"int b = i0\n" + b"}\n" * 6,
     "more than 262144 statements"),
    ("operators", 980, ["opt"], ".ir",
     lambda: within(6 * MB - 64, MODULE + b"function $f(int n) {\n",
                    b"int a = n" + b"+n" * 9990 + b"\n"), "more than 1048576 operators"),
    *((title, most, WEIGHTS, ending, make, says)
      for title, most, ending, make, says in costs_keras.CASES),
]


def limit_memory(size):
    most = size + LIBRARIES + (MEGABYTES << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def work_done(path):
    """Million basic blocks; none where the tool did not come to its end."""
    with open(path) as text:
        return int(text.read()) / 1e6


def run(title, most, arguments, ending, data, says, folder):
    path = os.path.join(folder, "input" + ending)
    given = path if ending[0] == "." else os.path.dirname(path)
    work = os.path.join(folder, "work")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)
    try:
        done = subprocess.run([XNC, *arguments, given], stdout=subprocess.DEVNULL, cwd=folder,
                              stderr=subprocess.PIPE, timeout=60, env={**os.environ, "XNC_WORK": work},
                              preexec_fn=lambda: limit_memory(len(data)))
        code, text, blocks = done.returncode, done.stderr.decode(errors="replace"), work_done(work)
    except (subprocess.TimeoutExpired, FileNotFoundError) as error:
        code, text, blocks = -1, f"not done: {error}", 0
    good = code == (3 if says else 0) and says in text and 0 < blocks <= most <= MOST
    print(f"{'ok  ' if good else 'FAIL'} {blocks:6.1f} of {most} million blocks"
          f" {len(data) / MB:6.1f} MB  {title}")
    if not good:
        print(f"exit code {code}, expected: {says}\n" + "\n".join(text.splitlines()[:6]))
    if os.path.exists(work):
        os.remove(work)
    return good


def main():
    wanted = sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([XNC, "seed-weights", TINY, "-o", "w"], cwd=folder, check=True)
        results = [run(title, most, arguments, ending, make(), says, folder)
                   for title, most, arguments, ending, make, says in CASES
                   if not wanted or any(word in title for word in wanted)]
    sys.exit(0 if all(results) else 1)


main()
