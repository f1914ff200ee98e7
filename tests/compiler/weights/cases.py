"""What the tests of checkpoints share: files built in memory, read by tensor_dump.

A test is a list of calls:

    cases.accepts("shape with 8 dimensions", data)      must be read
    cases.refuses("shape with 9 dimensions", data)      must be refused, with the text that
                                                        golden/TEST.txt has under that heading
    cases.shows("a file of Keras", data)                must be read, with the text there

Both sides of each boundary stand next to each other. After a wanted change of a text, run the test
once with --write and read the diff of the golden file.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


class Cases:
    def __init__(self, name, home=HERE):
        arguments = [word for word in sys.argv[1:] if word != "--write"]
        self.update = "--write" in sys.argv
        self.tool = arguments[0]
        self.golden_path = os.path.join(home, "golden", name + ".txt")
        self.golden = {} if self.update else read_sections(self.golden_path)
        self.seen = {}
        self.count = 0
        self.hidden = {}  # texts that differ from run to run, to the words that stand for them
        self.failures = []

    def run(self, data, *options):
        """Exit code and text of the tool on these bytes (or on a path), as FILE."""
        if isinstance(data, str):
            return self.run_path(data, *options)
        with tempfile.NamedTemporaryFile(suffix=".checkpoint") as file:
            file.write(data)
            file.flush()
            return self.run_path(file.name, *options)

    def run_path(self, path, *options):
        lead = [word for word in options if word.startswith("--")]
        rest = [word for word in options if not word.startswith("--")]
        done = subprocess.run([self.tool, *lead, path, *rest], capture_output=True, text=True,
                              errors="replace", timeout=120)
        shown = done.stdout.replace(path, "FILE") + done.stderr
        for text, word in self.hidden.items():
            shown = shown.replace(text, word)
        return done.returncode, shown

    def check(self, title, good, text):
        self.count += 1
        if not good:
            self.failures.append(title)
            print(f"FAILED: {title}\n{text}")

    def accepts(self, title, data, *options, shows=None):
        code, text = self.run(data, *options)
        self.check(title, code == 0 and (shows is None or shows in text),
                   f"exit code {code}, expected {shows or 'to be read'}\n{text}")

    def refuses(self, title, data, *options):
        self.expect(title, 3, data, *options)

    def expect(self, title, wanted, data, *options):
        code, text = self.run(data, *options)
        assert title not in self.seen, title
        self.seen[title] = text
        good = code == wanted and (self.update or self.golden.get(title) == text)
        self.check(title, good, f"exit code {code}\n{text}expected\n{self.golden.get(title)}")

    def shows(self, title, data, *options):
        """Read, with the text that the golden file has under the title."""
        self.expect(title, 0, data, *options)

    def finish(self):
        unused = set(self.golden) - set(self.seen)
        self.check("every golden text has its case", not unused, f"{unused}")
        if self.update:
            with open(self.golden_path, "w") as out:
                for title, text in self.seen.items():
                    out.write(f"== {title}\n{text}")
        print(f"{self.count} checks, {len(self.failures)} failures")
        sys.exit(1 if self.failures else 0)


def read_sections(path):
    """{"title": "text\\n"} of a file with == title lines."""
    sections, title = {}, None
    with open(path) as lines:
        for line in lines:
            if line.startswith("== "):
                title = line[3:].rstrip("\n")
                sections[title] = ""
            else:
                sections[title] += line
    return sections
