#!/usr/bin/env python3
"""The progress of real commands on a real (pseudo) terminal.

Usage: test_progress.py XNC. Input: commands on the small network, standard error on a terminal.
Expectation: the steps are shown while the command works; afterwards the screen holds only what a
pipe would hold; errors of the tool and of the C compiler stand in lines of their own.
"""
import fcntl
import os
import pathlib
import pty
import struct
import subprocess
import sys
import termios
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import XNC, ToolTest  # noqa: E402

MINI = "xception_mini"


def read_all(terminal):
    text = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            return text.decode()
        if not part:
            return text.decode()
        text += part


def screen(text):
    """The lines that are left on a terminal after such a text."""
    lines, column = [""], 0
    at = 0
    while at < len(text):
        if text.startswith("\x1b[K", at):
            lines[-1] = lines[-1][:column]
            at += 3
            continue
        letter = text[at]
        at += 1
        if letter == "\r":
            column = 0
        elif letter == "\n":
            lines.append("")
        else:
            line = lines[-1].ljust(column)
            lines[-1] = line[:column] + letter + line[column + 1:]
            column += 1
    return [line for line in lines if line.strip()]


class OnATerminal(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.environ["XDG_CACHE_HOME"] = str(cls.folder)  # an empty one: what is shown is that it builds
        cls.xnc(0, "seed-weights", MINI, "-o", "w.safetensors")

    def run_on_terminal(self, *arguments, terminal="xterm", columns=80):
        near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        done = subprocess.Popen([XNC, *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=far,
                                text=True, env={**os.environ, "TERM": terminal})
        os.close(far)
        errors = read_all(near)
        os.close(near)
        out = done.stdout.read()
        done.stdout.close()
        return done.wait(), out, errors

    def test_check_shows_its_steps_and_leaves_no_trace(self):
        arguments = ("check", MINI, "--weights", "w.safetensors", "--target=scalar")
        code, out, errors = self.run_on_terminal(*arguments)
        self.assertEqual(code, 0, errors)
        for step in ("interpreting the graph after all passes: 1 of ", "building xception_mini.c",
                     "packing the weights: 1 of ", "running the generated code",
                     "interpreting the graph as described: 1 of "):
            self.assertIn(f"\r\x1b[Kxnc check: {step}", errors)
        self.assertEqual(screen(errors), [])
        piped = subprocess.run([XNC, *arguments], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((piped.stdout, piped.stderr), (out, ""))

    def test_compile_bench_and_run_show_theirs(self):
        for step, *arguments in (
                ("packing the weights: ", "compile", MINI, "-o", "out", "--emit=obj"),
                ("timing 3 runs on 1 thread", "bench", MINI, "--runs=3"),
        ):
            code, _, errors = self.run_on_terminal(*arguments, "--weights", "w.safetensors",
                                                   "--target=scalar")
            self.assertEqual(code, 0, errors)
            self.assertIn(step, errors)
            # What compile says about the preprocessing and the scores stays.
            left = [line for line in screen(errors)
                    if not line.startswith(("note: assumes", "note: scores"))]
            self.assertEqual(left, [])

    def test_an_error_stands_in_a_line_of_its_own(self):
        _, _, errors = self.run_on_terminal("compile", MINI, "-o", "never", "--emit=obj",
                                            "--target=scalar", "--cc=cc --no-such-option-of-any-cc")
        self.assertIn("building", errors)
        lines = screen(errors)
        self.assertTrue(any(line.startswith("cc: error: ") for line in lines), lines)
        self.assertFalse(any("building" in line for line in lines), lines)

    def test_a_narrow_terminal_gets_a_short_line(self):
        _, _, errors = self.run_on_terminal("check", MINI, "--weights", "w.safetensors",
                                            "--target=scalar", columns=20)
        parts = errors.replace("\n", "\r").replace("\x1b[K", "").split("\r")
        self.assertEqual(max(len(part) for part in parts), 19)

    def test_a_dumb_terminal_gets_nothing(self):
        for terminal in ("dumb", ""):
            _, _, errors = self.run_on_terminal("check", MINI, "--weights", "w.safetensors",
                                                "--target=scalar", terminal=terminal)
            self.assertEqual(errors, "")


if __name__ == "__main__":
    unittest.main()
