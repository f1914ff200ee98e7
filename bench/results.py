"""Writes what bench/compare measured: a page with tables (RESULTS.md) and a chart (results.svg).

A run is a dictionary:

    facts   {"CPU": "...", "date": "...", ...}, printed as they stand
    times   rows {"model", "threads", "engine", "milliseconds", "share"} (share of the FMA peak)
    alone   rows {"model", "engine", "resident", "start", "deployed"} (MB, ms, MB), one thread

The order of engines, models and thread counts is that of the rows. Nothing here measures, so that
the test can draw made-up numbers.
"""

from html import escape

HOME = "xnc"  # the engine that others are compared with
ALONE = (
    ("resident", "resident memory", "MB"),
    ("start", "start-up", "ms"),
    ("deployed", "deployed size", "MB"),
)

# The chart: a card of its own ground, so that it can be read wherever it is shown.
STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de }
  .bar { fill: #9aa7b4 } .home { fill: #0a7d55 } .track { fill: #eff2f5 }
  text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 } .head { font-weight: 600 } .soft { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d }
    .bar { fill: #6b7785 } .home { fill: #2fbf8a } .track { fill: #1b222b }
    text { fill: #f0f6fc } .soft { fill: #9198a1 }
  }
"""
WIDTH, MARGIN, GAP = 880, 24, 28
BAR, PITCH, HEAD = 14, 20, 26  # heights in pixels: a bar, a bar and its gap, a panel's heading
NAME_WIDTH, LETTER = 98, 8


def distinct(rows, key):
    return list(dict.fromkeys(row[key] for row in rows))


def pick(rows, **wanted):
    """The rows with these values."""
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def short(value):
    """Three digits that count: 1234, 123, 12.3, 1.23."""
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"


def ratio_to_rivals(rows):
    """Our time in parts of that of the fastest other engine; None where there is no other."""
    ours = [row["milliseconds"] for row in rows if row["engine"] == HOME]
    others = [row["milliseconds"] for row in rows if row["engine"] != HOME]
    return ours[0] / min(others) if ours and others else None


# --- tables -------------------------------------------------------------------------------------


def table(head, lines):
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *lines])


def times_table(rows):
    names = distinct(rows, "engine")
    lines = []
    for model in distinct(rows, "model"):
        found = {row["engine"]: row for row in pick(rows, model=model)}
        cells = [
            f"{short(found[n]['milliseconds'])} ms, {found[n]['share']:.0%}" if n in found else ""
            for n in names
        ]
        ratio = ratio_to_rivals(list(found.values()))
        lines.append([model, *cells, f"**{ratio:.2f}**" if ratio else ""])
    return table(["network", *names, f"{HOME} / fastest other"], lines)


def alone_table(rows, key, unit):
    names = distinct(rows, "engine")
    lines = []
    for model in distinct(rows, "model"):
        found = {row["engine"]: row[key] for row in pick(rows, model=model)}
        lines.append([model, *(f"{short(found[n])} {unit}" if n in found else "" for n in names)])
    return table(["network", *names], lines)


def count_threads(count):
    return f"{count} thread" if count == 1 else f"{count} threads"


MEANING = {
    "resident": "What the engine adds to its process after four inferences; weights included.",
    "start": "From the bare host process to the first result (import, load, compile, first "
    "inference), less one inference.",
    "deployed": "The installed package of the engine without its dependencies, and the network; "
    "for xnc the shared object and the weights.",
}


def page(run):
    """The text of RESULTS.md."""
    parts = ["# Results"]
    parts.append("Written by `bench/compare`; [README.md](README.md) says how it measures.")
    parts.append("![The same as bars](results.svg)")
    parts.append("\n".join(f"- {name}: {value}" for name, value in run["facts"].items()))
    for count in distinct(run["times"], "threads"):
        parts.append(f"## Time of an inference, {count_threads(count)}")
        parts.append("Best of all rounds, and its share of the peak of fused multiply-adds.")
        parts.append(times_table(pick(run["times"], threads=count)))
    for key, title, unit in ALONE:
        parts.append(f"## {title.capitalize()}\n\n{MEANING[key]}")
        parts.append(alone_table(run["alone"], key, unit))
    return "\n\n".join(parts) + "\n"


# --- chart --------------------------------------------------------------------------------------


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def rectangle(x, y, width, height, kind, radius=2):
    size = f'width="{width:.4g}" height="{height:g}"'
    return f'<rect x="{x:g}" y="{y:g}" {size} rx="{radius}" class="{kind}"/>'


def panel(x, y, room, heading, bars):
    """A heading and one bar for each (engine, value, label); the longest fills the room."""
    most = max(value for _, value, _ in bars)
    yield text(x, y + 12, heading, "head")
    for index, (engine, value, label) in enumerate(bars):
        top, left = y + HEAD + index * PITCH, x + NAME_WIDTH
        ours = engine == HOME
        yield text(left - 8, top + 11, engine, "head" if ours else "", "end")
        yield rectangle(left, top, room, BAR, "track")
        yield rectangle(left, top, max(room * value / most, 1), BAR, "home" if ours else "bar")
        yield text(left + room + 8, top + 11, label, "head" if ours else "soft")


def time_bars(rows):
    return [
        (r["engine"], r["milliseconds"], f"{short(r['milliseconds'])} ms · {r['share']:.0%}")
        for r in rows
    ]


def mean_bars(rows, key, unit):
    bars = []
    for engine in distinct(rows, "engine"):
        values = [row[key] for row in pick(rows, engine=engine)]
        mean = sum(values) / len(values)
        bars.append((engine, mean, f"{short(mean)} {unit}"))
    return bars


def panels(run):
    """Rows of panels, each a list of (heading, bars)."""
    for model in distinct(run["times"], "model"):
        counts = distinct(run["times"], "threads")
        groups = [(count, pick(run["times"], model=model, threads=count)) for count in counts]
        yield [(f"{model}, {count_threads(count)}", time_bars(rows)) for count, rows in groups]
    if run["alone"]:
        yield [(f"{title}, mean", mean_bars(run["alone"], k, unit)) for k, title, unit in ALONE]


def chart(run):
    """The text of results.svg."""
    y, drawn = MARGIN, []
    drawn.append(text(MARGIN, y + 14, "Time of an inference and share of the FMA peak", "title"))
    cpu = f"{run['facts'].get('CPU', '')} · shorter is better"
    drawn.append(text(MARGIN, y + 34, cpu, "soft"))
    y += 54
    for row in panels(run):
        width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
        letters = max(len(label) for _, bars in row for *_, label in bars)
        room = width - NAME_WIDTH - LETTER * (letters + 1)
        for index, (heading, bars) in enumerate(row):
            drawn += panel(MARGIN + index * (width + GAP), y, room, heading, bars)
        y += HEAD + PITCH * max(len(bars) for _, bars in row) + 14
    size = f'width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}"'
    card = rectangle(0.5, 0.5, WIDTH - 1, y - 1, "card", 8)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    title = "<title>Time, memory, start-up and size of xnc beside other engines</title>"
    return "\n".join([head, title, f"<style>{STYLE}</style>", card, *drawn, "</svg>"]) + "\n"


def write(run, folder):
    for name, content in (("RESULTS.md", page(run)), ("results.svg", chart(run))):
        (folder / name).write_text(content, encoding="utf-8")
