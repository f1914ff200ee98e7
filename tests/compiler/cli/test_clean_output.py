"""Purpose: nothing from outside drives the terminal or makes a line read otherwise than it is written.
Input: paths, options and names in files that hold ESC, U+009B, U+202E and a byte that is no UTF-8,
in every command that prints them.
Expectation: such characters stand in no output but JSON, which has the path as it is where that is
text; what was printed without them still names the place.
"""

import json
import os
import subprocess
import sys
import tempfile

XNC = os.path.abspath(sys.argv[1])
TINY = os.path.abspath(sys.argv[2])
PICTURE = os.path.abspath(sys.argv[3])
BAD = "\x1b[31m\u009b\u202e".encode() + b"\xff"
TEXT = "\x1b[31m\u009b\u202e"
FAST = [b"--target=scalar", b"--cc=cc -O0"]
wrong = []


def is_clean(output):
    try:
        text = output.decode()
    except UnicodeDecodeError:
        return False
    return not any(ord(c) < 32 and c not in "\n" or 127 <= ord(c) < 160 or c in "\u202e\u2028\u2029"
                   for c in text)


def shows(title, code, *arguments):
    done = subprocess.run([XNC, *arguments], capture_output=True, cwd=folder)
    output = done.stdout + done.stderr
    if done.returncode != code or not is_clean(output) or b"?" not in output:
        wrong.append(f"{title}: exit code {done.returncode}, {output!r}")
    return done.stdout


def write(name, data):
    with open(os.path.join(folder.encode(), name), "wb") as out:
        out.write(data)
    return name


def copy(path, name):
    with open(path, "rb") as file:
        return write(name, file.read())


with tempfile.TemporaryDirectory() as folder:
    weights = b"--weights=w" + BAD
    picture = copy(PICTURE, BAD + b".png")
    tiny = copy(TINY, BAD + b".yaml")
    subprocess.run([XNC, "seed-weights", TINY, b"-o", b"w" + BAD], cwd=folder, check=True)
    shows("a picture", 0, "run", TINY, weights, picture, *FAST)
    shows("a picture that is none", 3, "run", TINY, weights, write(BAD + b".jpg", b"no"), *FAST)
    shows("a description", 0, "run", tiny, weights, picture, *FAST)
    shows("labels", 3, "run", TINY, weights, picture, b"--labels=" + write(b"l" + BAD, b"a\n"))
    shows("labels inside", 3, "run", TINY, weights, picture, b"--labels=" + write(b"l", BAD + b"\n"))
    shows("a list", 3, "eval", TINY, weights, write(b"list" + BAD, BAD + b" 77\n"), *FAST)
    shows("weights", 3, "compile", TINY, b"-o", b"out", b"--weights=" + write(b"v" + BAD, b"no"))
    shows("tuning", 3, "compile", TINY, b"-o", b"out", b"--tuning=" + write(b"t" + BAD, BAD))
    shows("a target in tuning", 3, "analyze", TINY, b"--tuning=" + write(
        b"u", 'cpu: "a"\ntarget: "\u009b\u202e"\n'.encode()))
    shows("no such file", 3, "analyze", b"./" + BAD)
    shows("a folder", 1, "compile", TINY, b"-o", BAD + b"/" + BAD)
    shows("an option", 2, "compile", TINY, b"--" + BAD)
    shows("a short option", 2, "compile", TINY, b"-" + BAD)
    shows("a value", 2, "compile", TINY, b"--size=" + BAD)
    shows("a command", 2, BAD)
    shows("a target", 2, "compile", TINY, b"-o", b"out", b"--target=" + BAD)
    shows("a pass", 2, "compile", TINY, b"-o", b"out", b"--dump-after=" + BAD)
    shows("a key", 3, "analyze", write(b"key.yaml", "\u009b\u202e: 1\n".encode()))
    shows("a text", 3, "opt", write(BAD + b".ir", b'graph "' + BAD + b'"\nq\n'))
    named = write(b"named.ir", b'graph "a?' + BAD.replace(b"\x1b", b"\\x1b") + b'"\n'
                  b'input %x : f32[1,1,1,1]\n%"b' + BAD[1:] + b'" = activation(%x) act=relu\n')
    first = shows("names in a text", 0, "opt", named, b"--target=scalar")
    write(b"again.ir", first)
    if first != shows("the names again", 0, "opt", b"again.ir", b"--target=scalar"):
        wrong.append("a printed name is another one when it is read")
    plain = copy(PICTURE, TEXT.encode() + b".png")
    done = subprocess.run([XNC, "run", TINY, weights, plain, "--json", *FAST], capture_output=True,
                          cwd=folder)
    if json.loads(done.stdout)[0]["input"] != TEXT + ".png":
        wrong.append(f"JSON has another path: {done.stdout!r}")
print("\n".join(wrong) or "all clean")
sys.exit(bool(wrong))
