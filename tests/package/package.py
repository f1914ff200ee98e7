"""What the tests of the installed package share: the command line, and calls that say what failed."""
import pathlib
import shutil
import subprocess
import sys

import numpy

CMAKE, SOURCE, PREFIX, WORK = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
del sys.argv[1:5]
XNC = PREFIX / "bin" / "xnc"
HERE = pathlib.Path(__file__).resolve().parent


def run(*command, code=0, **settings):
    """The output of a command, both streams; the test fails with it when the exit code differs."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **settings)
    if (done.returncode != 0) != (code != 0):
        raise AssertionError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def fresh(name):
    """An empty folder for one test."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def logits(folder, *model):
    """What xnc itself computes for x.npy of the folder, as bytes."""
    run(XNC, "run", *model, folder / "x.npy", "--output", folder / "y.npy", "--no-cache")
    return numpy.load(folder / "y.npy").tobytes()


def make_input(folder):
    image = numpy.random.default_rng(7).standard_normal((1, 3, 64, 64)).astype("float32")
    numpy.save(folder / "x.npy", image)
    image.tofile(folder / "x.raw")
