"""What tests of the tool from outside share: xnc in a folder of its own, with the cache of all tests.

The first argument of such a test is XNC; this takes it. What one test has compiled another does not
compile again: the cache knows an object by its text, compiler and flags.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

XNC = sys.argv.pop(1)
CACHE = pathlib.Path(XNC).resolve().parent / "tests" / "cache"


class ToolTest(unittest.TestCase):
    """The folder lives as long as the tests of the class."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        CACHE.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["XDG_CACHE_HOME"] = str(CACHE)

    @classmethod
    def run_any(cls, *arguments):
        """Runs the tool in the folder, however that ends."""
        return subprocess.run([XNC, *arguments], capture_output=True, text=True, cwd=cls.folder,
                              check=False)  # fmt: skip

    @classmethod
    def run_in(cls, code, *words):
        """Runs a command in the folder, expects an exit code, gives standard output and error."""
        done = subprocess.run(words, capture_output=True, text=True, cwd=cls.folder, check=False)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done

    @classmethod
    def xnc(cls, code, *arguments):
        return cls.run_in(code, XNC, *arguments)
