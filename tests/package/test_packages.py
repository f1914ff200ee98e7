#!/usr/bin/env python3
"""The Debian package and the source archive, made by cpack from the build that is tested.

Usage: test_packages.py CMAKE SOURCE PREFIX WORK BUILD. Expectation: the package opens into a scratch
root where the tool runs, pkg-config finds the runtime and a program is built with it; its documents
are where Debian wants them and it depends on the libraries that the tool links. The archive holds the
sources, all of them and nothing that a build made.
"""
import os
import subprocess
import sys
import tarfile
import unittest

BUILD = sys.argv.pop(5)

from package import CMAKE, SOURCE, fresh, run  # noqa: E402 (it takes the arguments before)

CPACK = str(CMAKE).replace("cmake", "cpack")


class DebianPackage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = fresh("debian package")
        run(CPACK, "-G", "DEB", "-B", cls.folder / "made", cwd=BUILD)
        cls.file = next((cls.folder / "made").glob("xnc_*.deb"))
        cls.usr = cls.folder / "root" / "usr"
        run("dpkg-deb", "--extract", cls.file, cls.folder / "root")

    def field(self, name):
        return run("dpkg-deb", "--field", self.file, name).strip()

    def test_it_says_what_it_needs(self):
        needed = self.field("Depends")
        for library in ("libc6", "libjansson4", "libsleef3", "libyaml-0-2", "zlib1g"):
            self.assertIn(library, needed)
        self.assertEqual(self.field("Package"), "xnc")
        self.assertEqual(self.field("Version"), run(self.usr / "bin" / "xnc", "--version").split()[1])

    def test_documents_are_as_debian_has_them(self):
        for name in ("share/doc/xnc/copyright", "share/doc/xnc/changelog.gz",
                     "share/man/man1/xnc.1.gz", "share/doc/xnc/examples/CMakeLists.txt"):
            self.assertTrue((self.usr / name).is_file(), name)
        self.assertFalse((self.usr / "share/doc/xnc/LICENSE").exists())

    def test_files_belong_to_root_and_only_root_writes(self):
        for line in run("dpkg-deb", "--contents", self.file).splitlines():
            self.assertRegex(line, r"^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) root/root ")

    def test_a_program_is_built_with_it_through_pkg_config(self):
        xnc, out = self.usr / "bin" / "xnc", self.folder / "out"
        run(xnc, "compile", "xception_mini", "--target=scalar", "--prefix=mini", "-o", out,
            "--with-golden", "--weights", SOURCE / "examples" / "shapes" / "model.safetensors")
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.usr / "lib" / "pkgconfig")}
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "xnc"], env=environment,
                               check=True, capture_output=True, text=True).stdout.strip()
        run("sh", "-euc", f"cc -O1 -Iout out/mini_golden.c out/mini.c {flags} -o program",
            cwd=self.folder)
        said = run(self.folder / "program", out / "mini.weights", "2")
        self.assertIn("extremes   1 output is equal\n", said)


class SourceArchive(unittest.TestCase):
    def test_it_holds_the_sources_and_nothing_else(self):
        folder = fresh("source archive")
        run(CPACK, "--config", "CPackSourceConfig.cmake", "-B", folder, cwd=BUILD)
        archive = next(folder.glob("xnc-*.tar.gz"))
        with tarfile.open(archive) as opened:
            names = {name.partition("/")[2] for name in opened.getnames()
                     if not opened.getmember(name).isdir()}
        needed = {"CMakeLists.txt", "LICENSE", "install.sh", "tests/package/test_packages.py"}
        self.assertEqual(needed - names, set())
        made = [name for name in names if name.endswith((".o", ".a", ".pyc", ".ninja"))
                or name.startswith(("build", ".git/"))]
        self.assertEqual(made, [])
        if (SOURCE / ".git").exists():
            tracked = run("git", "-C", SOURCE, "ls-files", "--cached", "--others",
                          "--exclude-standard", "-z").split("\0")
            expected = {name for name in tracked if name and (SOURCE / name).is_file()}
            self.assertEqual(names ^ expected, set())


if __name__ == "__main__":
    unittest.main()
