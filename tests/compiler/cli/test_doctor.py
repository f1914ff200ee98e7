#!/usr/bin/env python3
"""xnc doctor on machines that lack something.

Usage: test_doctor.py XNC. Input: an environment without compilers, or without a folder to write to.
Expectation: exit 1 when what the tool writes cannot be built and run, else 0; each missing thing is
named with what it is for, and the last lines say how to get it.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

XNC = sys.argv.pop(1)
SHELL = ("sh", "mktemp", "rm", "echo")  # what doctor's own questions need


class Doctor(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "bin").mkdir()
        for program in SHELL:
            (self.folder / "bin" / program).symlink_to(shutil.which(program))

    def doctor(self, *arguments, **environment):
        done = subprocess.run([XNC, "doctor", *arguments], capture_output=True, text=True,
                              env={**os.environ, "XDG_CACHE_HOME": str(self.folder), **environment})
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def findings(self, **environment):
        code, out = self.doctor("--json", **environment)
        return code, {finding["name"]: finding for finding in json.loads(out)}

    def test_a_machine_that_has_what_is_required(self):
        code, findings = self.findings()
        self.assertEqual(code, 0)
        for finding in findings.values():
            self.assertTrue(finding["good"] or not finding["required"], finding)

    def test_without_compilers_nothing_can_be_built(self):
        path = str(self.folder / "bin")
        code, findings = self.findings(PATH=path)
        self.assertEqual(code, 1)
        self.assertFalse(findings["C compiler"]["good"])
        self.assertTrue(findings["C compiler"]["required"])
        self.assertEqual(findings["C compiler"]["packages"], "build-essential")
        code, out = self.doctor(PATH=path)
        self.assertEqual(code, 1)
        self.assertIn("xnc can write C, but not build or run it here.\n", out)
        self.assertRegex(out, r":  apt-get install build-essential .*libsleef-dev .*qemu-user .*\n")
        words = out.split("apt-get install")[1].split("\n")[0].split()
        self.assertEqual(len(words), len(set(words)))

    def test_a_compiler_that_builds_nothing_is_none(self):
        for name in ("clang", "gcc", "cc"):
            (self.folder / "bin" / name).write_text("#!/bin/sh\necho broken 1.0\nexit 1\n")
            (self.folder / "bin" / name).chmod(0o755)
        code, findings = self.findings(PATH=str(self.folder / "bin"))
        self.assertEqual(code, 1)
        self.assertTrue(findings["gcc"]["good"])
        self.assertFalse(findings["C compiler"]["good"])

    def test_no_cache_is_a_pity_and_no_temporary_folder_an_end(self):
        (self.folder / "xnc").touch()
        code, findings = self.findings()
        self.assertEqual(code, 0)
        self.assertFalse(findings["cache"]["good"])
        self.assertIn("XDG_CACHE_HOME", findings["cache"]["advice"])
        code, findings = self.findings(TMPDIR=str(self.folder / "nowhere"))
        self.assertEqual(code, 1)
        self.assertIn("nowhere cannot be written", findings["temporary"]["text"])
        self.assertIn("TMPDIR", findings["temporary"]["advice"])


if __name__ == "__main__":
    unittest.main()
