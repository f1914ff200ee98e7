"""Rows of measurements: dictionaries, whose order is that of networks, threads and engines."""

HOME = "xnc"  # the engine that others are compared with
KERAS = "keras_xception"  # the network that Keras alone has; it is timed, no more
TRAINED = "marks"  # the one that knows something: its answers are counted
PRECISIONS = ("f32", "bf16", "int8")
# What is shown of each engine alone: key of the rows, title, unit.
ALONE = (
    ("resident", "resident memory", "MB"),
    ("start", "start-up", "ms"),
    ("deployed", "deployed size", "MB"),
)
TITLES = {"size": "input size", "batch": "batch", "output-stride": "output stride"}


def is_home(engine):
    """True for our own engine, whatever its precision."""
    return engine.split()[0] == HOME


def precision(engine):
    """Of "ENGINE PRECISION"; f32 where the name says nothing."""
    last = engine.split()[-1]
    return last if last in PRECISIONS else "f32"


def distinct(rows, key):
    return list(dict.fromkeys(row[key] for row in rows))


def pick(rows, **wanted):
    """The rows with these values."""
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def short(value):
    """Three digits that count: 1234, 123, 12.3, 1.23."""
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"


def count_threads(count):
    return f"{count} thread" if count == 1 else f"{count} threads"
