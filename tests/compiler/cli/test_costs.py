"""Purpose: what any file costs the tool has a bound, whoever made it.
Input: for each reader the most that its limits let through, and far more, chosen to be expensive.
Expectation: each ends, with the exit code that it should, within the seconds of the processor and
the memory that docs/security.md promises. The address space of each run has a limit: what the tool
maps of the file itself, its libraries and the promise.
"""

import os
import resource
import struct
import subprocess
import sys
import tempfile
import zipfile

XNC = os.path.abspath(sys.argv[1])
SECONDS = 2.0
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


def archive(names):
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as out:
            out.writestr("x/data.pkl", b"\x80\x02}.")
            for name in names:
                out.writestr("x/" + name, b"")
        file.seek(0)
        return file.read()


def ends_of_archive(count, entries):
    """An archive whose last 64 KB hold many records that look like its end."""
    whole = archive(collide(i, 14) for i in range(entries))
    return whole + whole[-22:] * count


def legacy(body):
    magic = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
    return magic + b"\x80\x02M\xe9\x03." + b"\x80\x02}." + body


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
WEIGHTS = ["compile", "xception41", "-o", "out", "--weights"]
# Title, arguments of the tool, the file's ending, what it holds.
CASES = [
    ("as many tensors as fit", WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, lambda i: b"plain.name.%d" % i)),
    ("names that are near to all", WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, long_name)),
    ("names with as many readings as there are", WEIGHTS, ".safetensors",
     lambda: empty_tensors(TENSORS, lambda i: b"model." * 60 + b"last_linear.%d.weight" % i)),
    ("200,000 names", WEIGHTS, ".safetensors",
     lambda: empty_tensors(200000, lambda i: b"plain.name.%d" % i)),
    ("most metadata", WEIGHTS, ".safetensors", lambda: metadata(4096)),
    ("800,000 keys of metadata", WEIGHTS, ".safetensors", lambda: metadata(800000)),
    ("a header of one text", WEIGHTS, ".safetensors",
     lambda: safetensors(b'{"__metadata__":{"a":"' + b"\\n" * (8 * MB - 32) + b'"}}')),
    ("a header of empty objects", WEIGHTS, ".safetensors",
     lambda: safetensors(b'{"__metadata__":{"a":' + b"[{}" + b",{}" * TENSORS + b"]}}")),
    ("entries that collide", WEIGHTS, ".pth",
     lambda: archive(collide(i, 14) for i in range(TENSORS - 1))),
    ("too many entries that collide", WEIGHTS, ".pth",
     lambda: archive(collide(i, 15) for i in range(1 << 15))),
    ("many ends of one archive", WEIGHTS, ".pth", lambda: ends_of_archive(2000, 2000)),
    ("opcodes that take memory", WEIGHTS, ".pth",
     lambda: legacy(b"\x80\x02]" + b"K\x00\x85a" * 600000 + b".")),
    ("more opcodes than are run", WEIGHTS, ".pth",
     lambda: legacy(b"\x80\x02]" + b"}a" * 8 * MB + b".")),
    ("a memo that grows", WEIGHTS, ".pth",
     lambda: legacy(b"\x80\x02N" + b"".join(b"r" + struct.pack("<I", i) for i in range(1000000))
                    + b".")),
    ("entries that are no tensors", WEIGHTS, ".pth",
     lambda: legacy(b"\x80\x02}" + b"".join(
         b"X" + struct.pack("<I", 5) + b"%05d" % i + b"c%s\n%s\ns" % (b"\x1b" * 200, b"\x1b" * 200)
         for i in range(TENSORS)) + b".")),
    ("directives", ["analyze"], ".yaml",
     lambda: numbered(MB, b"", b"%%TAG !a%d! tag:x\n") + b"---\na: b\n"),
    ("directives behind the description", ["analyze"], ".yaml",
     lambda: numbered(MB, HEAD + b"blocks: [{widths: 8}]\n...\n", b"%%TAG !a%d! tag:x\n")),
    ("unknown keys", ["analyze"], ".yaml",
     lambda: numbered(MB, HEAD + b"blocks:\n", b" - {q%d: 1, r: 2, s: 3, t: 4, u: 5, v: 6}\n")),
    ("keys of one map", ["analyze"], ".yaml", lambda: numbered(MB, b"", b"k%d: 1\n")),
    ("lists in lists", ["analyze"], ".yaml",
     lambda: HEAD + b"blocks: [" + b",".join([b"[" + b",".join([b"[]"] * 500) + b"]"] * 600) + b"]"),
    ("brackets", ["analyze"], ".yaml", lambda: within(MB, b"a: ", b"[")),
    ("question marks", ["analyze"], ".yaml", lambda: within(MB, b"", b"? ")),
    ("one long word", ["analyze"], ".yaml", lambda: within(MB, b"a: ", b"x")),
    ("a text of nothing but errors", ["opt"], ".ir",
     lambda: within(4 * MB, b"graph a\n", b"q\n")),
    ("operands that nobody defines", ["opt"], ".ir",
     lambda: numbered(4 * MB, b"graph a\ninput %x : f32[1,1,1,1]\n", b"%%a%d = add(%%b, %%c)\n")),
    ("attributes that nobody knows", ["opt"], ".ir",
     lambda: within(4 * MB, b"graph a\ninput %x : f32[1,1,1,1]\n", b"%a = add(%x) zz=1\n")),
    ("layers of a module", ["opt"], ".ir",
     lambda: within(4 * MB, MODULE, b'layer "a" op "b" line 1 kernel $k in none residual none out '
                    b"none elements 1 pixels 1 channels 1 pitch 1 scratch 0 bytes 0 weights macs 0\n")),
    ("constants of a module", ["opt"], ".ir",
     lambda: within(4 * MB, MODULE, b'constant "a" at 0 bytes 4\n')),
    ("functions of a module", ["opt"], ".ir",
     lambda: numbered(4 * MB, MODULE, b"function $f%d() { }\n")),
    ("a function with much to say", ["opt"], ".ir",
     lambda: within(4 * MB, MODULE + b"function $f() {\n", b'doc "a"\n')),
    ("statements of a function", ["opt"], ".ir",
     lambda: numbered(4 * MB, MODULE + b"function $f() {\n", b"int a%d = 1\n") + b"}\n"),
]
MODULE = b'module "m" target "scalar" stage loops zeros 0 weights 0\n'


def limit_memory(size):
    most = size + LIBRARIES + (MEGABYTES << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def run(title, arguments, ending, data, folder):
    path = os.path.join(folder, "input" + ending)
    with open(path, "wb") as out:
        out.write(data)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run([XNC, *arguments, path], capture_output=True, cwd=folder, timeout=60,
                              preexec_fn=lambda: limit_memory(len(data)))
        code, text = done.returncode, done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired:
        code, text = -1, "not done after 60 s"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    good = code == 3 and seconds < SECONDS
    print(f"{'ok  ' if good else 'FAIL'} {seconds:6.2f} s {len(data) / MB:6.1f} MB  {title}")
    if not good or "-v" in sys.argv:
        print(f"exit code {code}\n" + "\n".join(text.splitlines()[:6]))
    return good


def main():
    wanted = [word for word in sys.argv[2:] if word != "-v"]
    with tempfile.TemporaryDirectory() as folder:
        results = [run(title, arguments, ending, make(), folder)
                   for title, arguments, ending, make in CASES
                   if not wanted or any(word in title for word in wanted)]
    sys.exit(0 if all(results) else 1)


main()
