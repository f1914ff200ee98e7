"""A model called with everything that images come as gives the bits of 'xnc run'."""
import sys
import threading
import types

import numpy as np
import pytest
from PIL import Image

import xnc


@pytest.fixture(scope="module")
def model(shapes):
    with xnc.compile(shapes, threads=2) as compiled:
        yield compiled


@pytest.fixture(scope="module")
def files(shapes):
    return [shapes / "pictures" / name for name in ("star/0.jpg", "heart/1.png", "arrow/3.png")]


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"))


def test_paths_are_read_as_the_tool_reads_them(model, files, shapes, answer):
    right = answer(shapes, *files)
    np.testing.assert_array_equal(model(files), right)
    np.testing.assert_array_equal(model([str(path) for path in files]), right)
    np.testing.assert_array_equal(model(files[0]), right[:1])


def test_pictures_of_pillow_and_arrays_are_what_their_files_are(model, files):
    right = model(files)
    np.testing.assert_array_equal(model([Image.open(path) for path in files]), right)
    np.testing.assert_array_equal(model([pixels(path) for path in files]), right)
    np.testing.assert_array_equal(model([files[0], Image.open(files[1]), pixels(files[2])]), right)


def test_layouts_of_pictures(model, files):
    one = pixels(files[0])
    several = np.stack([one, one[::-1], one[:, ::-1]])
    right = model([*several])
    np.testing.assert_array_equal(model(several), right)
    np.testing.assert_array_equal(model(several, layout="NHWC"), right)
    first = np.ascontiguousarray(np.moveaxis(several, -1, 1))
    np.testing.assert_array_equal(model(first, layout="NCHW"), right)
    np.testing.assert_array_equal(model(first[0], layout="CHW"), right[:1])
    grey = one[:, :, 1]
    same = model(np.repeat(grey[..., None], 3, axis=2))
    np.testing.assert_array_equal(model(grey), same)
    np.testing.assert_array_equal(model(grey[..., None]), same)
    with pytest.raises(ValueError, match="HWC has 1 or 3 channels, not 113"):
        model(first[0])
    with pytest.raises(ValueError, match="layout is one of HW, HWC, CHW, NHWC, NCHW, not 'hwc'"):
        model(one, layout="hwc")
    with pytest.raises(ValueError, match=r"an array of layout NHWC is expected, not \[1"):
        model(one, layout="NHWC")


def test_layouts_of_floats(model):
    x = np.random.default_rng(1).standard_normal((3, 3, 64, 64), np.float32)
    right = model.run(x)
    np.testing.assert_array_equal(model(x), right)
    np.testing.assert_array_equal(model(list(x)), right)
    np.testing.assert_array_equal(model(x[0]), right[:1])
    last = np.ascontiguousarray(np.moveaxis(x, 1, -1))
    np.testing.assert_array_equal(model(last, layout="NHWC"), right)
    np.testing.assert_array_equal(model(last[0], layout="HWC"), right[:1])
    np.testing.assert_array_equal(model(x.astype(np.float64)), right)
    with pytest.raises(ValueError, match="floats in NCHW are .*look like NHWC: say layout='NHWC'"):
        model(last)
    with pytest.raises(ValueError, match="look like CHW: say layout='CHW'"):
        model(x[0], layout="HWC")
    with pytest.raises(ValueError, match=r"not \[1, 3, 64, 63\]$"):
        model(x[:1, :, :, 1:])


def test_input_in_place_is_not_copied(model):
    x = np.zeros((2, 3, 64, 64), np.float32)
    assert model.inputs(x) is x
    assert np.shares_memory(model.inputs(x[1]), x)


class Exported:
    """Whatever speaks DLPack."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **how):
        return self.array.__dlpack__(**how)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_dlpack_is_taken_and_given(model):
    x = np.random.default_rng(2).standard_normal((2, 3, 64, 64), np.float32)
    assert np.shares_memory(model.inputs(Exported(x)), x)
    given = model(Exported(x))
    np.testing.assert_array_equal(np.from_dlpack(given), model.run(x))


class FakeTensor:
    """As much of a torch.Tensor as the package uses: torch itself is not in this suite."""

    def __init__(self, array, device="cpu"):
        self.array, self.device = array, types.SimpleNamespace(type=device)

    def detach(self):
        return self

    def numpy(self):
        return self.array


def test_tensors_share_their_memory(model, monkeypatch):
    fake = types.SimpleNamespace(Tensor=FakeTensor, from_numpy=FakeTensor)
    monkeypatch.setitem(sys.modules, "torch", fake)
    x = np.random.default_rng(3).standard_normal((2, 3, 64, 64), np.float32)
    right = model.run(x)
    assert np.shares_memory(model.inputs(FakeTensor(x)), x)
    given = model(FakeTensor(x))
    assert isinstance(given, FakeTensor)
    np.testing.assert_array_equal(given.array, right)
    out = FakeTensor(np.zeros((2, 10), np.float32))
    assert model(FakeTensor(x), out=out) is out
    np.testing.assert_array_equal(out.array, right)
    with pytest.raises(TypeError, match="on the CPU"):
        model(FakeTensor(x, "cuda"))


def test_torch_itself(model):
    torch = pytest.importorskip("torch")
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1), requires_grad=True)
    given = model(x)
    assert isinstance(given, torch.Tensor)
    np.testing.assert_array_equal(given.numpy(), model.run(x.detach().numpy()))
    assert np.shares_memory(model.inputs(x), x.detach().numpy())
    out = torch.empty(2, 10)
    model(x, out=out)
    assert torch.equal(out, given)
    picture = torch.randint(0, 256, (3, 90, 80), dtype=torch.uint8)
    last = picture.permute(1, 2, 0).numpy()
    assert torch.equal(model(picture, layout="CHW"), torch.from_numpy(model(last)))


def test_results_go_to_out(model):
    x, out = np.ones((2, 3, 64, 64), np.float32), np.zeros((2, 10), np.float32)
    assert model(x, out=out) is out
    np.testing.assert_array_equal(out, model.run(x))
    with pytest.raises(ValueError, match="shapes"):
        model(x, out=out[:1])
    with pytest.raises(TypeError, match="out has arrays"):
        model(x, out="y")


@pytest.mark.parametrize("wrong, what", [
    (3, "not int"), ([], "there are no images"), (np.zeros((8, 8, 3), np.int32), "array of int32"),
    ([np.zeros((8, 8, 3), np.uint8), np.zeros((3, 64, 64), np.float32)], "either all pictures or"),
    (np.zeros((3, 64), np.float32), "with 3 or 4 dimensions"),
])
def test_other_things_are_refused(model, wrong, what):
    with pytest.raises((TypeError, ValueError), match=what):
        model(wrong)


def test_a_missing_file_is_named(model):
    with pytest.raises(FileNotFoundError, match="nowhere.jpg"):
        model("nowhere.jpg")


def test_classify_names_classes(model, files):
    best = model.classify(files[0])
    assert best[0].label == "star" and len(best) == 5
    assert [one.label for one in best] == [model.labels[one.class_id] for one in best]
    every = model.classify_all(files, 1)
    assert [[one.label for one in row] for row in every] == [["star"], ["heart"], ["arrow"]]
    assert every[0] == best[:1]
    assert model.classify(files[0], scores="sigmoid")[0].probability != best[0].probability
    with pytest.raises(ValueError, match="one image, classify_all.* the 3 of these"):
        model.classify(files)


def test_pictures_are_turned_where_the_network_wants_it(shapes, tmp_path):
    picture = Image.fromarray(np.random.default_rng(4).integers(0, 256, (80, 90, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.png", exif=exif)
    with xnc.compile(shapes, options=["--exif"]) as turns, xnc.compile(shapes) as plain:
        upright = np.ascontiguousarray(np.rot90(np.asarray(picture), -1))
        np.testing.assert_array_equal(turns(tmp_path / "turned.png"), plain(upright))
        np.testing.assert_array_equal(plain(tmp_path / "turned.png"), plain(picture))


def test_threads_call_one_model(model, files):
    right, wrong = model(files), []

    def work():
        for _ in range(5):
            if not np.array_equal(model(files), right):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
