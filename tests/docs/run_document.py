#!/usr/bin/env python3
"""Does what a document tells its reader to do.

Usage: run_document.py ROOT BUILD DOCUMENT. Input: one Markdown file. Its blocks are taken in order,
in a scratch folder that looks like a fresh clone with the tool built: files are saved, commands are
run. Expectation: every command exits with 0; every C or C++ file is named by a later command, so
that it has been compiled. blocks.py says which blocks count.

Placeholders that a reader has and a test has not (a published checkpoint) are made here.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import blocks

# The folders that commands write into are copied, the others are linked.
COPIED = ("examples", "docs", "bench")


def published_checkpoint(model):
    """A file in torch's format with the tensors of that model, reproducible values in them."""
    def make(root, xnc, path):
        seeded = path.with_suffix(".seeded.safetensors")
        subprocess.run([xnc, "seed-weights", model, "-o", seeded], check=True)
        subprocess.run([sys.executable, root / "tests/alloc/to_legacy.py", seeded, path], check=True)
        seeded.unlink()
    return make


def checkpoints_of_others(root, xnc, path):
    """The folder of the path has a checkpoint of each origin."""
    subprocess.run([sys.executable, root / "tests/wild/origins.py", xnc, path.parent], check=True)


PLACEHOLDERS = {
    "tf_xception_41-e6439c97.pth": published_checkpoint("xception41"),
    "origins/mine.pth": checkpoints_of_others,
}


def make_clone(root, build, folder):
    """The reader's folder: the sources, and build/ with the tool in it."""
    for entry in root.iterdir():
        if entry.name.startswith((".", "build")):
            continue
        if entry.name in COPIED:
            shutil.copytree(entry, folder / entry.name, symlinks=True)
        else:
            (folder / entry.name).symlink_to(entry)
    (folder / "build").mkdir()
    for name in ("xnc", "reference"):
        (folder / "build" / name).symlink_to(build / name)


def environment(build, folder):
    cache = build / "tests" / "cache"  # of all tests (common/tool.py)
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = folder / "home"
    (home / "bin").mkdir(parents=True)
    (home / "bin/python3").symlink_to(sys.executable)  # the one that has numpy
    return {**os.environ, "PATH": f"{home}/bin:{build}:{os.environ['PATH']}", "HOME": str(home),
            "XDG_CACHE_HOME": str(cache)}


def run(block, folder, env):
    done = subprocess.run(["sh", "-euc", block.text], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace")
    return done.returncode == 0 or done.stdout + f"exit {done.returncode}"


def save(block, folder):
    path = folder / block.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text)


def unused_files(found):
    """C and C++ that no later command names."""
    for at, block in enumerate(found):
        later = "".join(b.text for b in found[at + 1:] if b.language in blocks.SHELL and not b.reason)
        name = pathlib.PurePath(block.file).name if block.file else None
        if block.language in ("c", "cpp") and not block.reason and name not in later:
            if not (block.file and "cmake" in later):
                yield f"{block.line}: no later command builds {block.file}"


def main():
    root, build, document = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    found = blocks.blocks_of((root / document).read_text())
    wrong = list(blocks.complaints(found)) + list(unused_files(found))
    with tempfile.TemporaryDirectory(prefix="xnc docs ") as name:
        folder = pathlib.Path(name)
        env = environment(build, folder)
        if any(block.language in blocks.SHELL and not block.reason for block in found):
            make_clone(root, build, folder)
        text = "".join(block.text for block in found)
        for placeholder, make in PLACEHOLDERS.items():
            if placeholder in text:
                make(root, build / "xnc", folder / placeholder)
        for block in found:
            if block.reason or wrong:
                continue
            if block.file:
                save(block, folder)
            elif block.language in blocks.SHELL:
                result = run(block, folder, env)
                if result is not True:
                    wrong.append(f"{block.line}: {block.text}{result}")
    for complaint in wrong:
        print(f"{document}:{complaint}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
