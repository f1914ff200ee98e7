#!/usr/bin/env python3
"""The rows of arm64 that call SLEEF, with Debian's build of SLEEF for it.

    test_foreign_sleef.py XNC TARGET_ROWS ROOT

The packages of SLEEF for arm64 are downloaded by apt-get with lists and settings of their own; nothing is
installed. With SLEEF_FOLDER in the environment, include/ and lib/ there are taken instead.
Expectations: each spelling has the bits of its scalar meaning (run_target.py); networks with the
activations that call SLEEF, linked with softmax and -lsleef as docs/machines.md says, are equal to the
interpreter layer by layer. 77 (skipped), after a line that says why, where no packages, compilers or
emulator are to be had.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

XNC, ROWS, ROOT = sys.argv[1], sys.argv[2], Path(sys.argv[3])
del sys.argv[1:4]
sys.path.insert(0, str(Path(__file__).resolve().parent))
import run_target as target_tools  # noqa: E402

FAMILY, DEBIAN = "aarch64", "arm64"
TARGETS = ("aarch64", "aarch64-dotprod")
PACKAGES = ("libsleef3", "libsleef-dev")
SYSROOT = f"/usr/{FAMILY}-linux-gnu"


def release():
    """The name of this Debian: "bookworm"."""
    lines = Path("/etc/os-release").read_text().splitlines()
    return dict(line.partition("=")[::2] for line in lines)["VERSION_CODENAME"]


def download(folder):
    """The packages, by an apt-get that knows nothing of this machine's."""
    state = folder / "apt"
    for name in ("lists/partial", "cache/archives/partial"):
        (state / name).mkdir(parents=True)
    (state / "status").touch()
    (state / "sources.list").write_text(f"deb http://deb.debian.org/debian {release()} main\n")
    settings = {"APT::Architecture": DEBIAN, "APT::Architectures": DEBIAN, "Dir::State": state,
                "Dir::State::Lists": state / "lists", "Dir::State::status": state / "status",
                "Dir::Cache": state / "cache", "Dir::Etc::SourceList": state / "sources.list",
                "Dir::Etc::SourceParts": "-", "APT::Sandbox::User": "root"}
    apt = ["apt-get", "-qq", *(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))]
    subprocess.run([*apt, "update"], check=True, cwd=folder, timeout=300)
    subprocess.run([*apt, "download", *PACKAGES], check=True, cwd=folder, timeout=300)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder / "root"], check=True)


def sleef_folder(folder):
    """include/ and lib/ of SLEEF for the family; None, after a line, when there is none."""
    if "SLEEF_FOLDER" in os.environ:
        return Path(os.environ["SLEEF_FOLDER"])
    try:
        download(folder)
    except (OSError, KeyError, subprocess.SubprocessError) as why:
        print(f"skipped: no packages of SLEEF for {DEBIAN}: {why}")
        return None
    (folder / "include").symlink_to(folder / f"root/usr/include/{FAMILY}-linux-gnu")
    (folder / "lib").symlink_to(folder / f"root/usr/lib/{FAMILY}-linux-gnu")
    return folder


class ForeignSleef(unittest.TestCase):
    folder = sleef = None

    def test_each_row_has_the_bits_of_its_meaning(self):
        environment = {**os.environ, "SLEEF_FOLDER": str(self.sleef)}
        for target in TARGETS:
            with self.subTest(target):
                done = subprocess.run([sys.executable, target_tools.__file__, ROWS, target, "native"],
                                      env=environment, check=False)
                self.assertEqual(done.returncode, 0)

    def build(self, activation, compiler):
        """The golden program of a network with that activation, with all of the runtime."""
        out = self.folder / activation
        text = (ROOT / "models/xception_mini.yaml").read_text()
        (self.folder / "net.yaml").write_text(f"{text}activation: {activation}\n")
        weights = self.folder / "w.safetensors"
        subprocess.run([XNC, "seed-weights", self.folder / "net.yaml", "-o", weights], check=True)
        subprocess.run([XNC, "compile", self.folder / "net.yaml", f"--weights={weights}",
                        f"--target={FAMILY}", "--with-golden", "--with-runtime", "-o", out], check=True)
        subprocess.run([*compiler, "-O2", "-DXNC_PROFILE", f"-I{out}", f"-I{self.sleef}/include",
                        *out.glob("*.c"), f"-L{self.sleef}/lib", f"-Wl,-rpath,{self.sleef}/lib", "-lsleef",
                        "-lm", "-pthread", "-o", out / "golden"], check=True)
        return [out / "golden", next(out.glob("*.weights"))]

    def test_networks_that_call_it(self):
        for activation in ("silu", "gelu", "sigmoid"):
            for compiler in target_tools.compilers(FAMILY):
                with self.subTest(activation=activation, compiler=compiler[0]):
                    program = self.build(activation, compiler)
                    said = subprocess.run([f"qemu-{FAMILY}", "-L", SYSROOT, *program], check=False,
                                          capture_output=True, text=True)
                    self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
                    self.assertEqual(said.stdout.count("are equal"), 3, said.stdout)


if __name__ == "__main__":
    if not target_tools.compilers(FAMILY):
        print(f"skipped: no compilers or emulator for {FAMILY}")
        sys.exit(target_tools.SKIPPED)
    with tempfile.TemporaryDirectory() as name:
        ForeignSleef.folder = Path(name)
        ForeignSleef.sleef = sleef_folder(ForeignSleef.folder)
        if not ForeignSleef.sleef:
            sys.exit(target_tools.SKIPPED)
        unittest.main()
