#!/usr/bin/env python3
"""release.sh tags what is ready and nothing else.

Usage: test_release.py ROOT. Input: a repository with the script, a version, a changelog and
stand-ins for the tests. Expectation: a tag after everything passed; a reason and no tag where
something is missing.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop())
WHEEL = "build-test/tests/python/wheel/wheels/xnc-1.2.3-py3-none-any.whl"
STANDINS = {
    "test.sh": f"mkdir -p {pathlib.Path(WHEEL).parent} && touch {WHEEL}",
    "bin/ctest": "echo ctest",
    "bin/cpack": "echo cpack",
}


class Release(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        (self.root / "bin").mkdir()
        (self.root / "python/xnc").mkdir(parents=True)
        shutil.copy(ROOT / "release.sh", self.root)
        for name, text in STANDINS.items():
            self.program(name, text)
        (self.root / "python/xnc/_version.py").write_text('__version__ = "1.2.3"\n')
        (self.root / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.3\n")
        (self.root / ".gitignore").write_text("/build*/\n")
        self.git("init", "-q")
        self.commit()

    def program(self, name, text):
        (self.root / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.root / name).chmod(0o755)

    def git(self, *words):
        command = ["git", "-c", "user.name=n", "-c", "user.email=e", *words]
        return subprocess.run(command, cwd=self.root, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "all")

    def release(self, *words):
        path = f"{self.root}/bin:{os.environ['PATH']}"
        person = {"GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "e"}
        return subprocess.run(["./release.sh", *words], cwd=self.root, text=True,
                              env={**os.environ, **person, "PATH": path}, capture_output=True)

    def refused(self, reason, *words):
        done = self.release(*words)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(reason, done.stderr)
        self.assertEqual(self.git("tag"), "")

    def test_what_is_ready_is_tagged(self):
        done = self.release("1.2.3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.git("tag").split(), ["v1.2.3"])
        self.assertTrue(list((self.root / "build-release").glob("*.whl")))
        again = self.release("1.2.3")
        self.assertIn("the tag v1.2.3 is there already", again.stderr)

    def test_version_and_changelog_have_to_agree(self):
        self.refused("another version: \"1.2.3\"", "1.2.4")
        (self.root / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.2\n")
        self.commit()
        self.refused("no heading '## 1.2.3'", "1.2.3")

    def test_changes_have_to_be_committed(self):
        (self.root / "new").touch()
        self.refused("changes that are not committed", "1.2.3")

    def test_all_tests_have_to_pass_and_to_have_run(self):
        self.program("test.sh", "exit 0")
        self.commit()
        self.refused("no wheels", "1.2.3")
        self.program("bin/ctest", "exit 8")
        self.commit()
        self.assertEqual(self.release("1.2.3").returncode, 8)
        self.assertEqual(self.git("tag"), "")


if __name__ == "__main__":
    unittest.main()
