"""Reads .quant files and compares what is made of them with the text beside them.

Purpose: good/*.quant are understood, and written anew they are good/*.text (comments and detours of
a decimal are gone). bad/*.quant break one rule each, which the file's name says; bad/*.err is what
a person is told. `--write` writes the texts anew. A text that was written reads as itself.
"""
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "common"))
from texts import differing, run  # noqa: E402

TOOL = os.path.abspath(sys.argv[1])


def told(path):
    code, out, err = run(HERE, TOOL, path.relative_to(HERE))
    return f"exit code {code}\n{out}{err}"


def written(path):
    code, out, err = run(HERE, TOOL, path.relative_to(HERE))
    return out if code == 0 else f"exit code {code}\n{err}"


def main():
    renew = "--write" in sys.argv
    problems = differing(sorted(HERE.glob("bad/*.quant")), ".err", told, renew)
    problems += differing(sorted(HERE.glob("good/*.quant")), ".text", written, renew)
    problems += [f"{path} is not written as it stands" for path in HERE.glob("good/*.text")
                 if written(path) != path.read_text()]
    print("\n".join(problems) or "all texts as expected")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
