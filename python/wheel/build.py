#!/usr/bin/env python3
"""Builds the wheels: a checkout -> xnc-VERSION-py3-none-manylinux_2_28_MACHINE.whl

    python/wheel/build.py --work DIR [--machine x86_64|aarch64]... [--jobs N]

The tool is linked with nothing but the C library. What else it calls is built from Debian's source
packages, with PyPI's ziglang as the compiler for both machines and an old C library; of SLEEF it
has the few functions that it needs inside (ir/target/sleef). Needs ziglang in the Python that runs
this, and of Debian: build-essential cmake ninja-build nasm dpkg-dev python3-setuptools
python3-wheel. The wheels appear in DIR; libraries that are there already are not built again.
"""
from __future__ import annotations

import argparse
import importlib.util
import os
import pathlib
import platform
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GLIBC = "2.28"
MACHINES = ("x86_64", "aarch64")
SUITE = "bookworm"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Source package, folder of its CMakeLists.txt ("" for the top, None: a configure script), options.
LIBRARIES = (
    ("zlib", None, ()),
    ("libpng1.6", "", ("-DPNG_SHARED=OFF", "-DPNG_TESTS=OFF")),
    ("libyaml", "", ()),
    ("jansson", "", ("-DJANSSON_BUILD_DOCS=OFF", "-DJANSSON_WITHOUT_TESTS=ON",
                     "-DJANSSON_EXAMPLES=OFF")),
    ("xxhash", "cmake_unofficial", ("-DXXHASH_BUILD_XXHSUM=OFF",)),
    ("libjpeg-turbo", "", ("-DENABLE_SHARED=OFF", "-DWITH_TURBOJPEG=OFF", "-DREQUIRE_SIMD=ON")),
)


def run(*command: object, cwd: pathlib.Path | None = None, **environment: str) -> None:
    subprocess.run([str(word) for word in command], check=True, cwd=cwd,
                   env={**os.environ, **environment}, stdout=sys.stderr)


def find_zig() -> pathlib.Path:
    found = importlib.util.find_spec("ziglang")
    if found is None or found.origin is None:
        sys.exit(f"build.py: no ziglang in {sys.executable}: pip install 'ziglang>=0.17'")
    return pathlib.Path(found.origin).parent / "zig"


class Sources:
    """Debian's source packages, unpacked: found by apt with lists of their own, as few machines
    have deb-src lines. Security updates come first; a mirror may lack their files."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        apt = folder / "apt"
        (apt / "lists/partial").mkdir(parents=True, exist_ok=True)
        places = (("debian", SUITE), ("debian-security", f"{SUITE}-security"))
        (apt / "sources.list").write_text("".join(
            f"deb-src [signed-by={KEYS}] http://deb.debian.org/{path} {suite} main\n"
            for path, suite in places))
        self.options = ["-o", f"Dir::Etc::SourceList={apt}/sources.list",
                        "-o", "Dir::Etc::SourceParts=/dev/null",
                        "-o", f"Dir::State::Lists={apt}/lists", "-o", "APT::Sandbox::User=root"]
        self.updated = False

    def apt(self, *words: str) -> None:
        run("apt-get", "-q", *self.options, *words, cwd=self.folder)

    def find(self, package: str) -> pathlib.Path:
        """The unpacked sources of a package."""
        unpacked = f"{package}-*/debian/copyright"
        if not list(self.folder.glob(unpacked)):
            if not self.updated:
                self.apt("update")
                self.updated = True
            try:
                self.apt("source", package)
            except subprocess.CalledProcessError:
                print(f"build.py: {package}: without its security update", file=sys.stderr)
                self.apt("source", f"{package}/{SUITE}")
        return max(self.folder.glob(unpacked)).parents[1]


class Build:
    """What is built for one machine, below one folder."""

    def __init__(self, work: pathlib.Path, machine: str, sources: Sources, jobs: int) -> None:
        self.machine, self.sources, self.jobs = machine, sources, f"-j{jobs}"
        self.folder = work / machine
        self.prefix, self.bin = self.folder / "prefix", self.folder / "bin"
        self.bin.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("ZIG_GLOBAL_CACHE_DIR", str(work / "zig-cache"))
        self.write_programs()

    def write_programs(self) -> None:
        """The compiler and its companions as programs of one word, which CMake wants."""
        zig = find_zig()
        for name, words in (("cc", f"cc -target {self.machine}-linux-gnu.{GLIBC}"), ("ar", "ar"),
                            ("ranlib", "ranlib")):
            program = self.bin / name
            program.write_text(f'#!/bin/sh\nexec "{zig}" {words} "$@"\n')
            program.chmod(0o755)
        facts = {"MACHINE": self.machine, "GLIBC": GLIBC, "BIN": self.bin, "PREFIX": self.prefix}
        text = (HERE / "toolchain.cmake.in").read_text()
        for name, value in facts.items():
            text = text.replace(f"@{name}@", str(value))
        self.toolchain = self.folder / "toolchain.cmake"
        self.toolchain.write_text(text)

    def cmake(self, source: pathlib.Path, name: str, *options: str,
              target: str = "all") -> pathlib.Path:
        build = self.folder / name
        run("cmake", "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_TOOLCHAIN_FILE={self.toolchain}", f"-DCMAKE_INSTALL_PREFIX={self.prefix}",
            "-DCMAKE_INSTALL_LIBDIR:STRING=lib", "-DBUILD_SHARED_LIBS=OFF", *options)
        run("cmake", "--build", build, "--target", target, self.jobs)
        return build

    def configure(self, source: pathlib.Path, name: str) -> None:
        build = self.folder / name
        shutil.rmtree(build, ignore_errors=True)
        shutil.copytree(source, build)
        run("./configure", "--static", f"--prefix={self.prefix}", cwd=build,
            CC=str(self.bin / "cc"), AR=str(self.bin / "ar"), RANLIB=str(self.bin / "ranlib"),
            CFLAGS="-O3")
        run("make", self.jobs, "install", cwd=build)

    def library(self, package: str, folder: str | None, options: tuple[str, ...]) -> None:
        done = self.folder / f"{package}.done"
        if done.exists():
            return
        source = self.sources.find(package)
        if folder is None:
            self.configure(source, package)
        else:
            run("cmake", "--install", self.cmake(source / folder, package, *options))
        done.touch()

    def tool(self) -> pathlib.Path:
        for package, folder, options in LIBRARIES:
            self.library(package, folder, options)
        build = self.cmake(ROOT, "tool", "-DXNC_TOOL=ON", "-DXNC_OWN_SLEEF=ON", "-DXNC_TESTS=OFF",
                           "-DCMAKE_EXE_LINKER_FLAGS_RELEASE=-s", target="xnc")
        return build / "xnc"

    def wheel(self, pure: pathlib.Path, to: pathlib.Path) -> None:
        """The pure wheel with the tool, the licences and the machine's tag."""
        tree = self.folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        run(sys.executable, "-m", "wheel", "unpack", "-d", tree, pure)
        (top,) = tree.iterdir()
        scripts = top / f"{top.name}.data/scripts"
        scripts.mkdir(parents=True)
        shutil.copy(self.tool(), scripts / "xnc")
        self.add_example(top / f"{top.name}.data/data/share/xnc/shapes")
        (info,) = top.glob("*.dist-info")
        self.add_licences(info / "licenses")
        wheel = info / "WHEEL"
        tag = f"py3-none-manylinux_{GLIBC.replace('.', '_')}_{self.machine}"
        wheel.write_text("".join(
            line for line in wheel.read_text().splitlines(True)
            if line.strip() and not line.startswith(("Tag:", "Root-Is-Purelib:"))
        ) + f"Root-Is-Purelib: false\nTag: {tag}\n")
        run(sys.executable, "-m", "wheel", "pack", "-d", to, top)

    def add_example(self, folder: pathlib.Path) -> None:
        """A small trained network and pictures, for the first thing that somebody runs."""
        source = ROOT / "examples/shapes"
        folder.mkdir(parents=True)
        for name in ("config.json", "labels.txt", "model.safetensors"):
            shutil.copy(source / name, folder)
        for name in ("star", "heart", "crescent"):
            shutil.copy(source / f"pictures/{name}/0.jpg", folder / f"{name}.jpg")

    def add_licences(self, folder: pathlib.Path) -> None:
        folder.mkdir(exist_ok=True)
        shutil.copy(ROOT / "LICENSE", folder / "xnc")
        shutil.copy(ROOT / "ir/target/sleef/LICENSE.txt", folder / "sleef")
        for package, _, _ in LIBRARIES:
            source = self.sources.find(package)
            shutil.copy(source / "debian/copyright", folder / package)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--work", type=pathlib.Path, required=True)
    words.add_argument("--machine", action="append", choices=MACHINES)
    words.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = words.parse_args()
    work: pathlib.Path = asked.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    os.environ["SOURCE_DATE_EPOCH"] = "315532800"  # equal sources make equal wheels
    pure = work / "pure"
    shutil.rmtree(pure, ignore_errors=True)
    shutil.copytree(ROOT / "python", pure / "source",
                    ignore=shutil.ignore_patterns("wheel", "build", "*.egg-info", "__pycache__"))
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "-w", pure,
        pure / "source")
    (wheel,) = pure.glob("*.whl")
    sources = Sources(work / "sources")
    for machine in asked.machine or [platform.machine()]:
        Build(work, machine, sources, asked.jobs).wheel(wheel, work)


if __name__ == "__main__":
    main()
