"""Compares what descriptions give with the text beside them.

Purpose: bad/*.yaml break one rule each, named in their first line; bad/*.err is what a person is
told. good/*.yaml use one part of the language each; good/*.ir is the graph, without the constants
(their names follow the nodes') and the list of tensors. `--write` writes the texts anew.
"""
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def run(describe, arguments):
    done = subprocess.run([describe, *arguments], cwd=HERE, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def diagnostics(describe, path):
    code, _, err = run(describe, [f"bad/{path.name}"])
    return f"exit code {code}\n{err}"


def graph(describe, path):
    first_lines = path.read_text().splitlines()[:2]
    options = first_lines[1][len("# options:"):].split()
    code, out, err = run(describe, [f"good/{path.name}", "--graph", *options])
    constants = r" (weight|bias|mean|var)=@\S+"
    lines = [re.sub(constants, "", line) for line in out.splitlines()
             if not line.startswith(("param", "preprocess"))]
    return "\n".join(lines) + "\n" if code == 0 else err


def check(paths, suffix, produce, describe, update):
    wrong = []
    for path in paths:
        text = produce(describe, path)
        golden = path.with_suffix(suffix)
        if update:
            golden.write_text(text)
        elif not golden.exists() or golden.read_text() != text:
            wrong.append(f"{path.relative_to(HERE)} gives\n{text}")
    return wrong


if __name__ == "__main__":
    tool, renew = os.path.abspath(sys.argv[1]), "--write" in sys.argv
    bad, good = sorted(HERE.glob("bad/*.yaml")), sorted(HERE.glob("good/*.yaml"))
    problems = check(bad, ".err", diagnostics, tool, renew)
    problems += check(good, ".ir", graph, tool, renew)
    print("\n".join(problems) or f"{len(bad)} mistakes and {len(good)} graphs as expected")
    sys.exit(bool(problems) or not bad or not good)
