"""Reads .quant files and compares what is made of them with the text beside them.

Purpose: good/*.quant are understood, and written anew they are good/*.text (comments and detours of
a decimal are gone). bad/*.quant break one rule each, which the file's name says; bad/*.err is what
a person is told. `--write` writes the texts anew. A text that was written reads as itself.
"""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def run(tool, path):
    done = subprocess.run([tool, path], cwd=HERE, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def told(tool, path):
    code, out, err = run(tool, path)
    return f"exit code {code}\n{out}{err}"


def written(tool, path):
    code, out, err = run(tool, path)
    return out if code == 0 else f"exit code {code}\n{err}"


def check(tool, pattern, suffix, produce, renew):
    wrong = []
    for path in sorted(HERE.glob(pattern)):
        text = produce(tool, path.relative_to(HERE).as_posix())
        golden = path.with_suffix(suffix)
        if renew:
            golden.write_text(text)
        elif not golden.exists() or golden.read_text() != text:
            wrong.append(f"{path.relative_to(HERE)} gives\n{text}")
    return wrong


def main():
    tool, renew = os.path.abspath(sys.argv[1]), "--write" in sys.argv
    problems = check(tool, "bad/*.quant", ".err", told, renew)
    problems += check(tool, "good/*.quant", ".text", written, renew)
    problems += [f"{path} is not written as it stands" for path in HERE.glob("good/*.text")
                 if written(tool, path) != path.read_text()]
    print("\n".join(problems) or "all texts as expected")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
