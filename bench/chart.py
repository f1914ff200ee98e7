#!/usr/bin/env python3
"""The charts of bench/compare, drawn by matplotlib: bars of engines side by side, and lines of sweeps.

    bench/chart.py [FOLDER]      draws anew what results.json in the folder says, here by default

The same rows give the same bytes from the same matplotlib.
"""

import io
import json
import sys
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter
from rows import ALONE, TITLES, count_threads, distinct, is_home, pick, short

TEXT, SOFT, GROUND, TRACK, BAR = "#1f2328", "#59636e", "#ffffff", "#eff2f5", "#9aa7b4"
LINES = ("#0a7d55", "#0969da", "#bc4c00", "#8250df", "#bf3989", "#6e7781")
OURS = LINES[0]
# What each colour becomes where the reader's page is dark.
DARK = {
    TEXT: "#f0f6fc", SOFT: "#9198a1", GROUND: "#0d1117", TRACK: "#1b222b", BAR: "#6b7785",
    LINES[0]: "#2fbf8a", LINES[1]: "#58a6ff", LINES[2]: "#f0883e", LINES[3]: "#bc8cff",
    LINES[4]: "#f778ba", LINES[5]: "#b1bac4",
}  # fmt: skip
STYLE = {
    "svg.hashsalt": "xnc",  # names of elements would be random
    "svg.fonttype": "none",
    "font.sans-serif": ["DejaVu Sans", "sans-serif"],
    "font.size": 11,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.facecolor": GROUND,
    "figure.facecolor": GROUND,
    "grid.color": TRACK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}
WIDTH, PANEL, PITCH, HEAD = 860, 40, 18, 70  # points: the page, a panel, a bar of it, both titles


def figure(height, title, subtitle):
    """An empty page and the part of it below its titles; the height is in points."""
    page = Figure(figsize=(WIDTH / 72, (height + HEAD) / 72), layout="constrained")
    page.get_layout_engine().set(w_pad=0.13, h_pad=0.09)
    page.suptitle(title, x=0.01, ha="left", fontsize=16, fontweight="bold")
    body = page.subfigures()
    body.suptitle(subtitle, x=0.01, ha="left", fontsize=11, color=SOFT)
    return page, body


def bare(axes):
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def svg(page):
    """The text of a page, with both sets of colours."""
    text = io.StringIO()
    whole = {"bbox_inches": "tight", "pad_inches": 0.25}
    page.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, **whole)
    rules = "".join(
        f'[style*="{kind}: {light}"] {{ {kind}: {dark} !important }}\n'
        for light, dark in DARK.items()
        for kind in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme: dark) {{\n{rules}}}</style>\n"
    return text.getvalue().replace(" <defs>", f" {style} <defs>", 1)


# --- bars ---------------------------------------------------------------------------------------


def time_bars(rows):
    return [
        (r["engine"], r["milliseconds"], f"{short(r['milliseconds'])} ms · {r['share']:.0%}")
        for r in rows
    ]


def precision_bars(rows):
    return [
        (r["engine"], r["milliseconds"], f"{short(r['milliseconds'])} ms · {r['error, others']:.2%}")
        for r in rows
    ]


def mean_bars(rows, key, unit):
    bars = []
    for engine in distinct(rows, "engine"):
        values = [row[key] for row in pick(rows, engine=engine)]
        mean = sum(values) / len(values)
        bars.append((engine, mean, f"{short(mean)} {unit}"))
    return bars


def bar_panel(axes, heading, bars):
    """A bar for each (engine, value, label), on a track as long as the longest."""
    names, values, labels = zip(*bars)
    colours = [OURS if is_home(name) else BAR for name in names]
    axes.set_title(heading)
    whole = {"height": 0.7, "clip_on": False}  # a clip's name has the layout's last digits, which vary
    axes.barh(names, [max(values)] * len(bars), color=TRACK, **whole)
    axes.barh(names, values, color=colours, **whole)
    axes.set(xticks=[], xlim=(0, max(values)), ylim=(len(bars) - 0.5, -0.5))
    bare(axes)
    for index, (tick, label) in enumerate(zip(axes.get_yticklabels(), labels)):
        ours = is_home(names[index])
        weight = "bold" if ours else "normal"
        tick.set(color=TEXT, fontweight=weight)
        place = {"xy": (1.02, index), "xycoords": axes.get_yaxis_transform(), "va": "center_baseline"}
        axes.annotate(label, **place, color=TEXT if ours else SOFT, fontweight=weight)


def time_panels(part, rows):
    models, counts = distinct(rows, "model"), distinct(rows, "threads")
    grid = part.subplots(len(models), len(counts), squeeze=False)
    for i, model in enumerate(models):
        for axes, count in zip(grid[i], counts):
            found = pick(rows, model=model, threads=count)
            if found:
                bar_panel(axes, f"{model}, {count_threads(count)}", time_bars(found))
            else:
                axes.set_axis_off()


def precision_panels(part, rows):
    """Two networks side by side."""
    models = distinct(rows, "model")
    grid = part.subplots((len(models) + 1) // 2, 2, squeeze=False).flatten()
    for axes, model in zip(grid, models):
        bar_panel(axes, f"{model} by precision", precision_bars(pick(rows, model=model)))
    for axes in grid[len(models) :]:
        axes.set_axis_off()


def alone_panels(part, rows):
    for axes, (key, title, unit) in zip(part.subplots(1, len(ALONE)), ALONE):
        bar_panel(axes, f"{title}, mean", mean_bars(rows, key, unit))


def sections(run):
    """What was measured: rows, what draws them, and how many panels that has one below the other."""
    times, precise = run["times"], run["precision"]
    if times:
        rows = pick(times, target=times[0]["target"])
        yield rows, time_panels, len(distinct(rows, "model"))
    if precise:
        rows = pick(precise, threads=precise[0]["threads"])
        yield rows, precision_panels, (len(distinct(rows, "model")) + 1) // 2
    if run["alone"]:
        yield run["alone"], alone_panels, 1


def bars_figure(run):
    """The first target's times; times by precision with their errors; of each engine alone the means."""
    drawn = list(sections(run))
    heights = [n * (PANEL + PITCH * len(distinct(rows, "engine"))) for rows, _, n in drawn]
    words = "share of the FMA peak (by precision: error on unseen pictures, one thread)"
    subtitle = f"{run['facts'].get('CPU', '')} · {words} · shorter is better"
    page, body = figure(sum(heights), "Time of an inference", subtitle)
    parts = body.subfigures(len(drawn), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, (rows, draw, _) in zip(parts, drawn):
        draw(part, rows)
    return page


# --- lines --------------------------------------------------------------------------------------


def line_panel(axes, option, rows, models):
    """Shares over the values of an option, evenly spaced; one line for each network."""
    values = sorted(distinct(rows, "value"))
    for model, colour in zip(models, LINES * len(models)):
        points = sorted((row["value"], row["share"]) for row in pick(rows, model=model))
        places = [values.index(value) for value, _ in points]
        axes.plot(places, [share for _, share in points], "o-", color=colour, label=model)
    axes.set_title(TITLES[option])
    axes.set(xticks=range(len(values)), xticklabels=values, xlim=(-0.5, len(values) - 0.5))
    axes.set_ylim(min(0.5, *(row["share"] for row in rows)), 1)
    axes.yaxis.set_major_locator(MultipleLocator(0.1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="y")
    bare(axes)


def lines_figure(run):
    """The share of the peak as sizes, batches and strides change."""
    rows = run["sweep"]
    options, models = distinct(rows, "option"), distinct(rows, "model")
    subtitle = f"{run['facts'].get('CPU', '')} · one thread"
    page, body = figure(240, "Share of the FMA peak that xnc reaches", subtitle)
    panels = body.subplots(1, len(options), squeeze=False)[0]
    for axes, option in zip(panels, options):
        line_panel(axes, option, pick(rows, option=option), models)
    panels[0].legend(loc="lower left", frameon=False)
    return page


# Name, what draws it, and the parts that it shows.
CHARTS = (
    ("results.svg", bars_figure, ("times", "precision", "alone")),
    ("sweep.svg", lines_figure, ("sweep",)),
)


def write(run, folder):
    """The charts of which something was measured."""
    with matplotlib.rc_context(STYLE):
        for name, draw, parts in CHARTS:
            if any(run[part] for part in parts):
                (folder / name).write_text(svg(draw(run)), encoding="utf-8")


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent
    write(json.loads((chosen / "results.json").read_text(encoding="utf-8")), chosen)
