"""Rows of measurements: dictionaries, whose order is that of networks, threads and engines."""

HOME = "xnc"  # the engine that others are compared with
# What is shown of each engine alone: key of the rows, title, unit.
ALONE = (
    ("resident", "resident memory", "MB"),
    ("start", "start-up", "ms"),
    ("deployed", "deployed size", "MB"),
)
TITLES = {"size": "input size", "batch": "batch", "output-stride": "output stride"}


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
