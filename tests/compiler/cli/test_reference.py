#!/usr/bin/env python3
"""The manual page is sound, and the shells complete what the tool accepts.

Usage: test_reference.py XNC FOLDER, the folder that xnc_reference wrote into. Input: lines as a
person types them before the tab key. Expectation: the words that bash or zsh then offers. A program
that is not installed (mandoc, zsh) skips its tests.
"""
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

FOLDER = pathlib.Path(sys.argv.pop())
XNC = sys.argv.pop()

# Sets the variables that bash gives to a completion function, calls it, prints its answers.
BASH = r"""
source "$1"
read -r -a COMP_WORDS <<<"$2"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_xnc 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
"""


def helps(command):
    """The long options that --help of a command lists."""
    text = subprocess.run([XNC, command, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"--([a-z-]+)", text.split("\n\n", 2)[2]))


def commands():
    text = subprocess.run([XNC, "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  ([a-z-]+) ", text, re.M)


class Folder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "my weights.pth").touch()
        (self.folder / "my.yaml").touch()
        (self.folder / "pictures").mkdir()


class Bash(Folder):
    def complete(self, line):
        line = line.replace("=", " = ").rstrip(" ") if line.endswith("=") else line.replace("=", " = ")
        done = subprocess.run(["bash", "-c", BASH, "bash", FOLDER / "xnc.bash", line],
                              capture_output=True, text=True, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split("\n")[:-1] if done.stdout.strip() else []

    def test_commands(self):
        self.assertEqual(self.complete("xnc "), commands() + ["--help", "--version"])
        self.assertEqual(self.complete("xnc comp"), ["compile"])
        self.assertEqual(self.complete("xnc no_such"), [])

    def test_each_command_offers_the_options_that_its_help_lists(self):
        for command in commands():
            offered = {word.strip("-=") for word in self.complete(f"xnc {command} --")}
            self.assertEqual(offered, helps(command) | {"help"}, command)

    def test_an_option_with_a_value_ends_in_its_sign(self):
        self.assertEqual(self.complete("xnc compile xception --we"),
                         ["--weights=", "--weights-type=", "--weights-as="])  # fmt: skip
        self.assertEqual(self.complete("xnc bench xception --js"), ["--json"])

    def test_words_behind_the_sign_and_in_the_next_word(self):
        targets = subprocess.run([XNC, "targets"], capture_output=True, text=True).stdout
        names = ["native"] + [line.split()[0] for line in targets.splitlines()]
        for line in ("xnc compile xception --target ", "xnc compile xception --target="):
            self.assertEqual(self.complete(line), names)
        self.assertEqual(self.complete("xnc compile xception --pool=cat"),
                         ["catavgmax", "catmaxavg"])
        self.assertEqual(self.complete("xnc compile xception --output-stride="), ["8", "16", "32"])
        self.assertEqual(self.complete("xnc compile xception --size="), [])

    def test_passes(self):
        passes = subprocess.run([XNC, "passes"], capture_output=True, text=True).stdout
        names = [line.split()[0] for line in passes.splitlines()]
        for line in ("xnc opt --pass=", "xnc interp xception x.npy --after ",
                     "xnc compile xception --dump-after="):
            self.assertEqual(self.complete(line), names)

    def test_files_folders_and_models(self):
        for line in ("xnc compile xception --weights my", "xnc compile xception --weights=my"):
            self.assertEqual(sorted(self.complete(line)), ["my weights.pth", "my.yaml"])
        self.assertEqual(self.complete("xnc check xception4"), ["xception41", "xception41p"])
        self.assertEqual(self.complete("xnc check my.y"), ["my.yaml"])
        self.assertEqual(self.complete("xnc opt my.y"), ["my.yaml"])

    def test_the_tool_knows_every_model_that_is_offered(self):
        for model in self.complete("xnc analyze x"):
            subprocess.run([XNC, "analyze", model], capture_output=True, check=True)


@unittest.skipUnless(shutil.which("zsh"), "no zsh")
class Zsh(Folder):
    """A real shell on a pseudo terminal: a line, tab, and a key that writes what stands there now."""

    SETUP = """
        PROMPT= RPROMPT= ; unsetopt beep prompt_cr prompt_sp
        fpath=(%s $fpath); autoload -U compinit; compinit -u -D
        show() { print -r -- "$BUFFER" >>lines; BUFFER= }; zle -N show; bindkey '^X' show
        touch ready
        """

    def setUp(self):
        super().setUp()
        (self.folder / "setup").write_text(self.SETUP % FOLDER)
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(self.folder)
            os.environ["TERM"] = "dumb"
            os.execvp("zsh", ["zsh", "-f", "-i"])
        os.set_blocking(self.terminal, False)
        self.keys("source ./setup\r")
        self.wait(lambda: (self.folder / "ready").exists())

    def tearDown(self):
        self.keys("\x15exit\r")
        os.close(self.terminal)
        os.waitpid(self.child, 0)

    def keys(self, text):
        os.write(self.terminal, text.encode())

    def wait(self, done):
        """Until it is so; what the shell draws is thrown away, so that it never waits for us."""
        end = time.monotonic() + 60
        while not done():
            self.assertLess(time.monotonic(), end, "zsh does not answer")
            try:
                os.read(self.terminal, 65536)
            except BlockingIOError:
                time.sleep(0.01)

    def complete(self, line):
        lines = self.folder / "lines"
        before = len(lines.read_text().splitlines()) if lines.exists() else 0
        self.keys(line + "\t\x18")
        self.wait(lambda: lines.exists() and len(lines.read_text().splitlines()) > before)
        return lines.read_text().splitlines()[-1]

    def test_lines(self):
        for line, completed in (
                ("xnc comp", "xnc compile "),
                ("xnc compile xception7", "xnc compile xception71 "),
                ("xnc compile xception71 --targ", "xnc compile xception71 --target="),
                ("xnc compile xception71 --target=nat", "xnc compile xception71 --target=native "),
                ("xnc run xception --weights=my\\ w", "xnc run xception --weights=my\\ weights.pth "),
                ("xnc check my.y", "xnc check my.yaml "),
                ("xnc opt --pass=fold", "xnc opt --pass=fold_bn "),
                ("xnc compile xception -o pic", "xnc compile xception -o pictures"),
                ("xnc list --js", "xnc list --json "),
        ):
            self.assertEqual(self.complete(line).rstrip("/"), completed.rstrip("/"))


class Manual(unittest.TestCase):
    PAGE = FOLDER / "xnc.1"

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc")
    def test_mandoc_has_nothing_to_say(self):
        # The page has no date, so that the same source gives the same page.
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", self.PAGE], capture_output=True, text=True)
        lines = [line for line in done.stdout.splitlines() if "missing date" not in line]
        self.assertEqual(lines, [])

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc")
    def test_every_command_and_option_is_in_it(self):
        text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=1000", self.PAGE], capture_output=True,
                              text=True, check=True).stdout
        text = re.sub(".\b", "", text)
        for command in commands():
            self.assertRegex(text, rf"(?m)^     *{command}\b")
            for option in helps(command):
                self.assertRegex(text, rf"(?m)^     *(-\w, )?--{option}\b")


if __name__ == "__main__":
    unittest.main()
