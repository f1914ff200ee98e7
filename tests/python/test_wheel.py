#!/usr/bin/env python3
"""Both wheels from nothing, and what a person meets who installs them.

Input: the source tree, the tool built from it, a work folder, which keeps built libraries for the
next time. Expectation: each function at the bottom passes. Needs PyPI, Debian's archive and root;
what is missing is said, and the test or a part of it skipped.
"""
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time
import venv

ROOT, TOOL, WORK = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
SKIPPED = 77
MOST_BYTES = 10 << 20
SHAPES = ROOT / "examples/shapes"
LIBC = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "libutil.so.1", "librt.so.1",
        "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# Debian 11 and 13: the oldest Python that is served, and a current one.
SUITES = ("bullseye", "trixie")
NUMPYS = ("==1.24.*", ">=2")
FIRST = ("share/xnc/shapes", "share/xnc/shapes/star.jpg")


def run(*command, **more):
    words = [str(word) for word in command]
    print("+", *words, flush=True)
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


def skip(why):
    print(f"skipped: {why}", flush=True)
    sys.exit(SKIPPED)


def environment():
    """A virtual environment with what builds and checks wheels."""
    folder = WORK / "venv"
    venv.create(folder, with_pip=True, clear=True)
    try:
        run(folder / "bin/pip", "install", "-q", "ziglang>=0.17", "auditwheel", "twine", "wheel",
            "setuptools", "numpy")
    except subprocess.CalledProcessError:
        skip("no packages from PyPI")
    return folder / "bin"


def build(programs):
    """The wheels by machine, built by the one script from the tree as it is."""
    words = [word for machine in ("x86_64", "aarch64") for word in ("--machine", machine)]
    for old in (WORK / "wheels").glob("*.whl"):
        old.unlink()
    run(programs / "python", ROOT / "python/wheel/build.py", "--work", WORK / "wheels", "--jobs=1",
        *words)
    return {path.stem.rsplit("manylinux_2_28_", 1)[1]: path
            for path in (WORK / "wheels").glob("*.whl")}


def check_wheels(programs, wheels):
    """Small, named for what they need, linked with nothing but the C library, licences inside."""
    for machine, path in wheels.items():
        assert path.stat().st_size <= MOST_BYTES, path.stat().st_size
        run(programs / "twine", "check", "--strict", path)
        tree = WORK / machine
        shutil.rmtree(tree, ignore_errors=True)
        run(programs / "python", "-m", "zipfile", "-e", path, tree)
        (tool,) = tree.glob("*.data/scripts/xnc")
        tool.chmod(0o755)
        needed = {line.split("[")[1].rstrip("]") for line in
                  run("readelf", "-dW", tool).splitlines() if "(NEEDED)" in line}
        assert needed and needed <= LIBC, needed
        licences = {one.name for one in tree.glob("*.dist-info/licenses/*")}
        assert licences >= {"xnc", "sleef", "zlib", "libpng1.6", "libyaml", "jansson", "xxhash",
                            "libjpeg-turbo"}, licences
    # auditwheel looks for shared libraries of Python's: it has nothing to say of a program.
    for path in wheels.values():
        print(subprocess.run([programs / "auditwheel", "show", path], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)


def check_bits(programs, wheel):
    """What the installed tool and package answer, with zig as the only compiler, is what the source
    build answers to the last bit."""
    run(programs / "pip", "install", "-q", "--force-reinstall", "--no-deps", wheel)
    pictures = sorted(str(path) for path in SHAPES.glob("pictures/star/*"))
    run(TOOL, "run", SHAPES, *pictures, "--output", WORK / "source.npy")
    alone = {**os.environ, "PATH": "/nowhere", "XDG_CACHE_HOME": str(WORK / "cache")}
    alone.pop("XNC", None)
    run(programs / "xnc", "run", SHAPES, *pictures, "--output", WORK / "wheel.npy", env=alone)
    left, right = (WORK / "source.npy").read_bytes(), (WORK / "wheel.npy").read_bytes()
    assert left == right
    program = ("import sys, numpy as np, xnc\n"
               "model = xnc.compile(sys.argv[1])\n"
               "x = np.ones((1, 3, 64, 64), np.float32)\n"
               "print(xnc.tool(), model(x)[0, :3], model.labels[0])\n")
    print(run(programs / "python", "-c", program, SHAPES, env=alone))
    for target in ("scalar", "x86-64-v3"):
        run(programs / "xnc", "compile", SHAPES, f"--target={target}", "--emit=lib", "-o",
            WORK / "lib", env=alone)


def check_numpy(wheel):
    """The package's tests with the oldest NumPy that is served and the newest there is."""
    for version in NUMPYS:
        folder = WORK / f"numpy{version}"
        venv.create(folder, with_pip=True, clear=True)
        run(folder / "bin/pip", "install", "-q", f"numpy{version}", "pillow", "pytest", wheel)
        tests = [ROOT / f"tests/python/test_{name}.py" for name in ("xnc", "images", "compile")]
        print(version, run(folder / "bin/python", "-I", "-m", "pytest", "-q", "-p",
                           "no:cacheprovider", "--rootdir", ROOT / "tests/python", *tests,
                           cwd=folder, env={**os.environ, "ROOT": str(ROOT), "XNC": str(TOOL)}))


def check_other_machine():
    """The tool for aarch64 says its version, inspects and compiles as this machine's does."""
    emulator, system = shutil.which("qemu-aarch64"), pathlib.Path("/usr/aarch64-linux-gnu")
    if platform.machine() != "x86_64" or emulator is None or not system.exists():
        print("skipped: no qemu-aarch64 with a C library for it")
        return
    (tool,) = (WORK / "aarch64").glob("*.data/scripts/xnc")
    emulated = [emulator, "-L", system, tool]
    assert run(*emulated, "--version") == run(TOOL, "--version")
    words = ["inspect", SHAPES / "model.safetensors", "--json"]
    assert run(*emulated, *words) == run(TOOL, *words)
    for name, command in (("there", emulated), ("here", [TOOL])):
        run(*command, "compile", SHAPES, "--target=scalar", "-o", WORK / name)
    for path in (WORK / "here").iterdir():
        assert path.read_bytes() == (WORK / "there" / path.name).read_bytes(), path.name


def empty_root(suite):
    """A system of that name with Python and pip and little else."""
    root, done = WORK / suite, WORK / f"{suite}.done"
    if not done.exists():
        for place in ("proc", "sys"):  # which a debootstrap that was ended leaves mounted
            subprocess.run(["umount", "-q", root / place])
        run("rm", "-rf", "--one-file-system", root)
        run("debootstrap", "--variant=minbase", "--include=python3-venv,ca-certificates", suite,
            root)
        done.touch()
    for name in ("etc/resolv.conf", "etc/hosts", "etc/pip.conf",
                 "etc/ssl/certs/ca-certificates.crt"):
        if pathlib.Path("/", name).exists():  # how this machine reaches PyPI
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(pathlib.Path("/", name), root / name)
    return root


def check_three_commands(wheel, suite):
    """venv, install, run: an answer, where there is no compiler and nothing is installed."""
    root = empty_root(suite)
    assert not any((root / "usr/bin" / name).exists() for name in ("cc", "gcc", "clang"))
    shutil.rmtree(root / "e", ignore_errors=True)
    shutil.copy(wheel, root / "tmp")
    inside = ["chroot", root, "/usr/bin/env", "HOME=/root", "PATH=/usr/bin:/bin"]
    run("mount", "-t", "proc", "proc", root / "proc")  # where programs find themselves
    try:
        run(*inside, "python3", "-m", "venv", "/e")
        run(*inside, "/e/bin/pip", "install", "-q", f"xnc[cc] @ file:///tmp/{wheel.name}")
        said = run(*inside, "/e/bin/xnc", "run", *(f"/e/{path}" for path in FIRST))
    finally:
        run("umount", root / "proc")
    print(suite, said)
    assert "star" in said.splitlines()[1], said


def least(*command, runs=15):
    """The shortest of several times, in ms."""
    words, times = [str(word) for word in command], []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


def tell_start(programs):
    """How long starting takes: measured, not judged, as machines differ."""
    python = programs / "python"
    print(f"start-up, least of 15: true {least('true'):.1f} ms,"
          f" xnc --version {least(programs / 'xnc', '--version'):.1f} ms,"
          f" import numpy {least(python, '-c', 'import numpy'):.1f} ms,"
          f" import xnc {least(python, '-c', 'import xnc'):.1f} ms")


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    programs = environment()
    wheels = build(programs)
    check_wheels(programs, wheels)
    native = wheels[platform.machine()]
    check_bits(programs, native)
    check_numpy(native)
    check_other_machine()
    tell_start(programs)
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        skip("the empty roots: they need root and debootstrap; all else passed")
    for suite in SUITES:
        check_three_commands(native, suite)


if __name__ == "__main__":
    main()
