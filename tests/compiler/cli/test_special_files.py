"""Purpose: no path makes the tool wait for what never comes, and pipes that bring something work.
Input: a named pipe that nobody writes to, and a folder, in the place of each kind of file; a
description, a text and labels through /dev/stdin.
Expectation: an error that names the path, at once; the same result as from a file.
"""

import os
import subprocess
import sys
import tempfile

XNC = os.path.abspath(sys.argv[1])
TINY = os.path.abspath(sys.argv[2])
# Title, the exit code, arguments with {} for the path.
PLACES = [
    ("a description", 3, ["analyze", "{}.yaml"]),
    ("a file of --tuning", 3, ["compile", TINY, "-o", "out", "--tuning={}"]),
    ("weights", 3, ["compile", TINY, "-o", "out", "--weights={}"]),
    ("labels", 3, ["run", TINY, "x.npy", "--weights=w", "--labels={}"]),
    ("an array", 3, ["interp", TINY, "{}.npy", "-o", "y.npy"]),
    ("a picture", 3, ["interp", TINY, "{}.png", "-o", "y.npy"]),
    ("an array of check", 3, ["check", TINY, "--input={}.npy"]),
    ("boxes", 3, ["interp", TINY, "none.png", "--weights=w", "-o", "y.npy", "--box={}.csv"]),
    ("a list of pictures", 3, ["eval", TINY, "{}", "--weights=w"]),
    ("a text", 3, ["opt", "{}"]),
]
wrong = []


def xnc(arguments, folder, **more):
    return subprocess.run([XNC, *arguments], capture_output=True, text=True, cwd=folder, timeout=60,
                          **more)


def refuses(title, code, arguments, make, folder):
    arguments = [word.format("special") for word in arguments]
    path = next(word for word in arguments if "special" in word).split("=")[-1]
    make(os.path.join(folder, path))
    try:
        done = xnc(arguments, folder, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        wrong.append(f"{title} as {make.__name__}: waits")
        return
    finally:
        (os.rmdir if make is os.mkdir else os.remove)(os.path.join(folder, path))
    if done.returncode != code or path not in done.stderr:
        wrong.append(f"{title} as {make.__name__}: exit code {done.returncode}\n{done.stderr}")


def same(title, arguments, text, folder):
    with open(os.path.join(folder, "file.yaml"), "w") as out:
        out.write(text)
    plain = xnc([word.format("file.yaml") for word in arguments], folder)
    piped = xnc([word.format("/dev/stdin") for word in arguments], folder, input=text)
    if plain.returncode or piped.returncode or plain.stdout != piped.stdout.replace(
            "/dev/stdin", "file.yaml"):
        wrong.append(f"{title}: {piped.returncode} {piped.stderr} {piped.stdout[:200]}")


with tempfile.TemporaryDirectory() as folder:
    xnc(["seed-weights", TINY, "-o", "w"], folder)
    for make in (os.mkfifo, os.mkdir):
        for title, code, arguments in PLACES:
            refuses(title, code, arguments, make, folder)
    with open(TINY) as file:
        same("a description", ["analyze", "{}"], file.read(), folder)
    same("a text", ["opt", "{}", "--target=scalar"],
         "graph g\ninput %x : f32[1,3,8,8]\n%a = activation(%x) act=relu\noutput %a\n", folder)
print("\n".join(wrong) or "nothing waits")
sys.exit(bool(wrong))
