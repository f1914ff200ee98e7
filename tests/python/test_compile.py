"""xnc.compile(): the network that 'xnc compile' writes, loaded; once compiled, found again."""
import os
import pathlib
import pickle
import shutil
import subprocess

import numpy as np
import pytest

import xnc
from xnc import _compile

ROOT = pathlib.Path(os.environ["ROOT"])
WEIGHTS = ROOT / "examples/shapes/model.safetensors"


def copy_objects(source, to):
    for path in source.glob("*.obj"):
        if not (to / path.name).exists():
            shutil.copy2(path, to)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Without any network, but with the objects that tests before this one have compiled."""
    folders = (os.environ["XDG_CACHE_HOME"], tmp_path)
    known, own = (pathlib.Path(folder, "xnc") for folder in folders)
    for folder in (known, own):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy_objects(known, own)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    yield own / "models"
    copy_objects(own, known)


@pytest.fixture
def calls(monkeypatch):
    """The command lines that the tool is started with, but for --version."""
    seen = []
    said = _compile._said

    def note(command):
        seen.append(list(command)) if "--version" not in command else None
        return said(command)

    monkeypatch.setattr(_compile, "_said", note)
    return seen


def images(count=1, seed=1):
    return np.random.default_rng(seed).standard_normal((count, 3, 64, 64), np.float32)


def test_a_network_is_compiled_once(shapes, cache, calls):
    with xnc.compile(shapes) as first, xnc.compile(shapes, threads=2) as second:
        np.testing.assert_array_equal(first(images()), second(images()))
        assert second.threads == 2
    assert len(calls) == 1 and len(list(cache.iterdir())) == 1


def test_another_question_is_compiled_anew(shapes, cache, calls, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(shapes, own, ignore=shutil.ignore_patterns("pictures"))
    xnc.compile(own).close()
    xnc.compile(own, target="scalar").close()
    text = (own / "config.json").read_text()
    (own / "config.json").write_text(text + "\n")
    xnc.compile(own).close()
    subprocess.run([os.environ["XNC"], "seed-weights", "xception_mini", "-o", "w.safetensors"],
                   check=True)
    xnc.compile("xception_mini", "w.safetensors").close()
    before = len(calls)
    os.replace("w.safetensors", "other.safetensors")
    subprocess.run([os.environ["XNC"], "seed-weights", "xception_mini", "--seed=2", "-o",
                    "w.safetensors"], check=True)
    with xnc.compile("xception_mini", "w.safetensors") as new:
        assert len(calls) > before
        with xnc.compile("xception_mini", "other.safetensors") as old:
            assert not np.array_equal(new(images()), old(images()))


def test_arguments_are_the_tool_s_options(shapes, cache, answer, tmp_path):
    options = ["--output-stride=8", "--features"]
    with xnc.compile("xception_mini", WEIGHTS, target=["scalar", "x86-64-v3"], batch=2,
                     size=(64, 96), options=options) as model:
        assert model.input.shape == (2, 3, 64, 96)
        assert model.target in ("scalar", "x86-64-v3") and model.labels is None
        assert isinstance(model(np.zeros((3, 3, 64, 96), np.float32)), tuple)
    with xnc.compile(shapes, precision="bf16", labels=False) as model:
        assert model.precision == "bf16" and model.labels is None
        np.save(tmp_path / "x.npy", images())
        np.testing.assert_array_equal(
            model(images()), answer(shapes, tmp_path / "x.npy", "--precision=bf16"))
    names = tmp_path / "names.txt"
    names.write_text("\n".join("abcdefghij"))
    with xnc.compile(shapes, labels=names) as model:
        assert model.labels == tuple("abcdefghij")


def test_smaller_files_of_weights(shapes, cache, answer, tmp_path):
    np.save(tmp_path / "x.npy", images())
    subprocess.run([os.environ["XNC"], "calibrate", shapes, f"--images={shapes}/pictures", "-o",
                    tmp_path / "shapes.quant"], check=True)
    quant = tmp_path / "shapes.quant"
    with xnc.compile(shapes, precision="int8", quant=quant) as model:
        assert model.precision == "int8"
        np.testing.assert_array_equal(
            model(images()),
            answer(shapes, tmp_path / "x.npy", "--precision=int8", f"--quant={quant}"))
    with xnc.compile(shapes, weights_type="f16") as model:
        np.testing.assert_array_equal(
            model(images()), answer(shapes, tmp_path / "x.npy", "--weights-type=f16"))


def test_errors_have_the_tool_s_text(cache):
    with pytest.raises(xnc.CompileError, match="no network has the name 'xception14'") as caught:
        xnc.compile("xception14", WEIGHTS)
    assert caught.value.exit_code == 3
    with pytest.raises(xnc.CompileError, match="unknown target 'z80'") as caught:
        xnc.compile("xception_mini", WEIGHTS, options=["--target=z80", "--tune"])
    assert caught.value.exit_code == 2
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.exit_code, str(again)) == (2, str(caught.value))
    assert list(cache.iterdir()) == []


def test_without_a_cache_nothing_is_left(shapes, cache, monkeypatch):
    with xnc.compile(shapes, cache=False) as model:
        np.testing.assert_array_equal(model(images()), model(images()))
    assert not cache.exists()
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    xnc.compile(shapes).close()


def test_a_cache_that_others_may_write_to_is_not_used(shapes, cache, calls):
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    xnc.compile(shapes).close()
    assert list(cache.iterdir()) == []


def test_the_least_recently_used_go_first(cache):
    for age, name in enumerate(("new", "old", "oldest")):
        (cache / name).mkdir(parents=True)
        (cache / name / "file").write_bytes(bytes(100))
        os.utime(cache / name, (1e9 - age, 1e9 - age))
    _compile._trim(cache, cache / "new", 250)
    assert sorted(entry.name for entry in cache.iterdir()) == ["new", "old"]
    _compile._trim(cache, cache / "old", 10)
    assert [entry.name for entry in cache.iterdir()] == ["old"]


def test_what_another_version_compiled_is_refused(shapes, cache, monkeypatch):
    xnc.compile(shapes).close()
    (library,) = cache.glob("*/lib*.so")
    monkeypatch.setattr("xnc._library.__version__", "9.0.0")
    with pytest.raises(xnc.Error, match="this package is of 9.0.0: compile it again") as caught:
        xnc.Model(library)
    assert caught.value.status == xnc.Status.VERSION


def test_compiled_models_are_pickled(shapes, cache):
    with xnc.compile(shapes) as model:
        other = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(other(images()), model(images()))


def test_the_tool_is_found_and_has_to_be_of_this_version(tmp_path, monkeypatch, shapes):
    assert str(xnc.tool()) == os.environ["XNC"]
    stranger = tmp_path / "xnc"
    stranger.write_text("#!/bin/sh\necho xnc 0.0.1\n")
    stranger.chmod(0o755)
    monkeypatch.setenv("XNC", str(stranger))
    with pytest.raises(RuntimeError, match="is xnc 0.0.1, but this package"):
        xnc.compile(shapes)
    monkeypatch.setenv("XNC", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="no program xnc at .*none"):
        xnc.tool()
    monkeypatch.delenv("XNC")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert xnc.tool() == stranger
