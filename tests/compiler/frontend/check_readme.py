"""Demands that models/README.md documents the language that the compiler reads.

Purpose: no key without documentation, none documented that does not exist, types and defaults as
they are. Input: the tables that schema_rows prints, the README. Expectation: each table stands in
the README as printed, and the example in it is a description that builds.
"""
import pathlib
import re
import subprocess
import sys
import tempfile


def missing_tables(text, schema_rows):
    printed = subprocess.run([schema_rows], stdout=subprocess.PIPE, text=True, check=True).stdout
    sections = re.split(r"(?=^### )", printed, flags=re.M)[1:]
    wrong = [section for section in sections if section.strip() not in text]
    titles = re.findall(r"^### (.*)$", text, flags=re.M)
    known = [section.splitlines()[0][4:] for section in sections]
    wrong += [f"no such section: {title}" for title in titles if title not in known]
    return wrong


def failing_examples(text, describe):
    wrong = []
    for example in re.findall(r"^```yaml\n(.*?)^```", text, flags=re.M | re.S):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(example)
            file.flush()
            done = subprocess.run([describe, file.name], capture_output=True, text=True)
            if done.returncode:
                wrong.append(done.stderr)
    return wrong


if __name__ == "__main__":
    readme = pathlib.Path(sys.argv[3]).read_text()
    problems = missing_tables(readme, sys.argv[1]) + failing_examples(readme, sys.argv[2])
    print("\n".join(problems) or "models/README.md agrees with the schema")
    sys.exit(bool(problems))
