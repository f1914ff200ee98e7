"""Compares what descriptions give with the text beside them.

Purpose: bad/*.yaml break one rule each, named in their first line; bad/*.err is what a person is
told. good/*.yaml use one part of the language each; good/*.ir is the graph, without the constants
(their names follow the nodes') and the list of tensors. `--write` writes the texts anew.
"""
import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "common"))
from texts import differing, run  # noqa: E402

DESCRIBE = os.path.abspath(sys.argv[1])


def diagnostics(path):
    code, _, err = run(HERE, DESCRIBE, f"bad/{path.name}")
    return f"exit code {code}\n{err}"


def graph(path):
    first_lines = path.read_text().splitlines()[:2]
    options = first_lines[1][len("# options:"):].split()
    code, out, err = run(HERE, DESCRIBE, f"good/{path.name}", "--graph", *options)
    constants = r" (weight|bias|mean|var)=@\S+"
    lines = [re.sub(constants, "", line) for line in out.splitlines()
             if not line.startswith(("param", "preprocess"))]
    return "\n".join(lines) + "\n" if code == 0 else err


if __name__ == "__main__":
    renew = "--write" in sys.argv
    bad, good = sorted(HERE.glob("bad/*.yaml")), sorted(HERE.glob("good/*.yaml"))
    problems = differing(bad, ".err", diagnostics, renew)
    problems += differing(good, ".ir", graph, renew)
    print("\n".join(problems) or f"{len(bad)} mistakes and {len(good)} graphs as expected")
    sys.exit(bool(problems) or not bad or not good)
