"""compile(): a description and weights -> a loaded Model, by the tool xnc, kept in a cache.

    CACHE/xnc/models/KEY/libNAME.so, NAME.weights, ...

KEY is a digest of all that the files depend on: the tool, the arguments, the contents of the files
that they name and the processor. An entry appears by a rename, so that two processes at once cannot
see half of it; the least recently used are removed when all of them exceed CACHE_BYTES.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Optional, Sequence, Union

from ._facts import PathLike
from ._model import Model
from ._version import __version__

CACHE_BYTES = 8 << 30


class CompileError(RuntimeError):
    """The tool refused: the message is what it said, exit_code what it ended with (1: the machine
    failed, 2: wrong use, 3: a bad model or weights file)."""

    def __init__(self, exit_code: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[object, ...]:
        return CompileError, (self.exit_code, str(self))


def _places() -> list[Path]:
    """Where pip puts programs: of this environment, of the user, of --target."""
    schemes = [sysconfig.get_path("scripts")]
    user = f"{os.name}_user"
    if user in sysconfig.get_scheme_names():
        schemes.append(sysconfig.get_path("scripts", user))
    beside = Path(__file__).resolve().parents[1] / "bin"
    return [*(Path(path) for path in schemes if path), beside]


def tool() -> Path:
    """The program xnc: the one that $XNC names, the one that was installed with this package, or
    the one on the PATH. FileNotFoundError when there is none."""
    given = os.environ.get("XNC")
    found = [Path(given)] if given else [place / "xnc" for place in _places()]
    for path in found:
        if os.access(path, os.X_OK) and path.is_file():
            return path
    on_path = None if given else shutil.which("xnc")
    if on_path is None:
        raise FileNotFoundError(
            f"no program xnc at {given}"
            if given
            else "no program xnc: this is the package without it (pip install xnc brings both);"
            " $XNC may name one"
        )
    return Path(on_path)


def _said(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )


def _checked_tool() -> Path:
    """The tool, which has to be of this package's version: structures of another may differ."""
    program = tool()
    said = _said([str(program), "--version"]).stdout.strip()
    if said != f"xnc {__version__}":
        raise RuntimeError(f"{program} is {said or 'no xnc'}, but this package {__version__}")
    return program


# ---- the key ----


def _add_file(digest: hashlib.blake2b, path: Path) -> None:
    digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)


def _add_word(digest: hashlib.blake2b, word: str) -> None:
    """An argument, and the contents of the file or folder that it names."""
    digest.update(word.encode(errors="surrogateescape") + b"\0")
    path = Path(word.split("=", 1)[1] if word.startswith("--") and "=" in word else word)
    try:
        if path.is_file():
            _add_file(digest, path)
        elif path.is_dir():
            for inside in sorted(path.iterdir()):
                if inside.is_file():
                    _add_file(digest, inside)
    except OSError:
        pass  # the tool says what is wrong with it


def _processor() -> str:
    """What --target=native depends on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    wanted = ("flags", "Features")
    return platform.machine() + next((line for line in lines if line.startswith(wanted)), "")


def _key(program: Path, words: Sequence[str]) -> str:
    status = program.stat()
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{__version__} {status.st_size} {status.st_mtime_ns} {_processor()}\0".encode())
    for word in words:
        _add_word(digest, word)
    return digest.hexdigest()


# ---- the cache ----


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can write to it: what lies there becomes code of this process."""
    info = folder.stat()
    return info.st_uid == os.geteuid() and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _cache_folder() -> Optional[Path]:
    """None when the environment names no folder, or one that others may write to."""
    given, home = os.environ.get("XDG_CACHE_HOME", ""), os.environ.get("HOME", "")
    parent = Path(given) if given.startswith("/") else Path(home) / ".cache"
    if not parent.is_absolute():
        return None
    folder = parent / "xnc" / "models"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK) and _is_ours(folder) and _is_ours(folder.parent)
    except OSError:
        return None
    return folder if usable else None


def _bytes_of(entry: Path) -> int:
    return sum(file.stat().st_size for file in entry.iterdir())


def _trim(folder: Path, keep: Path, most: int = CACHE_BYTES) -> None:
    """Removes the entries that were used longest ago until no more than most bytes are left."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: -entry.stat().st_mtime)
        left = most
        for entry in [keep, *(entry for entry in entries if entry != keep)]:
            left -= _bytes_of(entry)
            if left < 0 and entry != keep:
                shutil.rmtree(entry, ignore_errors=True)
    except OSError:
        pass  # another process trims too


# ---- the call ----


def _run_tool(program: Path, words: Sequence[str], folder: str, labels: bool) -> None:
    """Compiles into the folder. With labels=True, names of the classes are compiled in where the
    tool knows them."""
    command = [str(program), "compile", *words, "--emit=so", "-o", folder]
    done = _said([*command, "--with-labels"] if labels else command)
    if labels and done.returncode == 2 and "--with-labels: " in done.stderr:
        done = _said(command)
    if done.returncode != 0:
        raise CompileError(done.returncode, done.stderr.strip() or f"{program} failed")


def _entry(program: Path, words: Sequence[str], labels: bool, cache: bool) -> Path:
    """The folder of what was compiled, now or once before."""
    folder = _cache_folder() if cache else None
    if folder is None:
        once = tempfile.mkdtemp(prefix="xnc-model-")
        atexit.register(shutil.rmtree, once, ignore_errors=True)
        _run_tool(program, words, once, labels)
        return Path(once)
    entry = folder / _key(program, [*words, str(labels)])
    if entry.is_dir():
        os.utime(entry)
        return entry
    made = tempfile.mkdtemp(prefix="new-", dir=folder)
    try:
        _run_tool(program, words, made, labels)
        os.rename(made, entry)
    except OSError:
        if not entry.is_dir():  # unless another process was first
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _trim(folder, entry)
    return entry


def _option(name: str, value: object) -> list[str]:
    return [] if value is None else [f"--{name}={value}"]


def _path_option(name: str, path: Optional[PathLike]) -> list[str]:
    return _option(name, None if path is None else os.fspath(path))


def compile(
    model: PathLike,
    weights: Optional[PathLike] = None,
    *,
    target: Union[str, Sequence[str], None] = None,
    precision: Optional[str] = None,
    quant: Optional[PathLike] = None,
    weights_type: Optional[str] = None,
    batch: Optional[int] = None,
    size: Union[int, tuple[int, int], None] = None,
    labels: Union[PathLike, bool] = True,
    threads: int = 1,
    cc: Optional[str] = None,
    options: Sequence[str] = (),
    cache: bool = True,
) -> Model:
    """Compiles a network and loads it. What was compiled once with the same files and arguments is
    loaded from the user's cache folder.

    model         a name ("xception41"), a description (.yaml), or a folder of the hub with its
                  weights
    weights       the checkpoint, of any kind that 'xnc inspect' reads
    target        instruction set ("x86-64-v3"), or several: the best that the processor has is run;
                  None: that of this machine
    precision     of the products: "f32" (None), "bf16", or "int8", which needs quant
    quant         the file that 'xnc calibrate' wrote for this network
    weights_type  of the file of weights: "f32" (None), or "f16" for half of its size
    batch         images of one run; any number goes through the model, in runs of so many
    size          height and width of the input in pixels, or one number for both
    labels        names of the classes: True takes those that are known, a path those of a file,
                  False none
    threads       of each run, and of preparing pictures
    cc            the C compiler with its own flags; None: clang, gcc, cc or the zig of xnc[cc]
    options       further options as 'xnc compile' takes them: ["--output-stride=16", "--features"]
    cache         False compiles anew into a temporary folder, which is removed at exit

    Raises CompileError with the tool's text when it refuses, FileNotFoundError when there is no
    tool, and what Model() raises.
    """
    words = [os.fspath(model)] + _path_option("weights", weights) + _path_option("quant", quant)
    names = [target] if isinstance(target, str) else target
    words += _option("target", ",".join(names) if names is not None else None)
    words += _option("precision", precision) + _option("weights-type", weights_type)
    words += _option("batch", batch) + _option("cc", cc)
    words += _option("size", size if size is None or isinstance(size, int) else "%dx%d" % size)
    if not isinstance(labels, bool):
        words += ["--with-labels", f"--labels={os.fspath(labels)}"]
    entry = _entry(_checked_tool(), [*words, *options], labels is True, cache)
    (library,) = entry.glob("lib*.so")
    return Model(library, threads=threads)
