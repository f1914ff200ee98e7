"""The charts of bench/compare, as SVG: bars of engines side by side, and lines of sweeps."""

from html import escape

from rows import HOME, count_threads, distinct, pick, short

# What the page shows of each engine alone: key of the rows, title, unit.
ALONE = (
    ("resident", "resident memory", "MB"),
    ("start", "start-up", "ms"),
    ("deployed", "deployed size", "MB"),
)

# A card of its own ground, so that it can be read wherever it is shown.
STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de }
  .bar { fill: #9aa7b4 } .home { fill: #0a7d55 } .track { fill: #eff2f5 }
  text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 } .head { font-weight: 600 } .soft { fill: #59636e }
  .line { fill: none; stroke-width: 2 }
  .line0 { stroke: #0a7d55 } .line1 { stroke: #0969da } .line2 { stroke: #bc4c00 }
  .line3 { stroke: #8250df } .line4 { stroke: #bf3989 } .line5 { stroke: #6e7781 }
  .dot0 { fill: #0a7d55 } .dot1 { fill: #0969da } .dot2 { fill: #bc4c00 }
  .dot3 { fill: #8250df } .dot4 { fill: #bf3989 } .dot5 { fill: #6e7781 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d }
    .bar { fill: #6b7785 } .home { fill: #2fbf8a } .track { fill: #1b222b }
    text { fill: #f0f6fc } .soft { fill: #9198a1 }
    .line0 { stroke: #2fbf8a } .line1 { stroke: #58a6ff } .line2 { stroke: #f0883e }
    .line3 { stroke: #bc8cff } .line4 { stroke: #f778ba } .line5 { stroke: #b1bac4 }
    .dot0 { fill: #2fbf8a } .dot1 { fill: #58a6ff } .dot2 { fill: #f0883e }
    .dot3 { fill: #bc8cff } .dot4 { fill: #f778ba } .dot5 { fill: #b1bac4 }
  }
"""
WIDTH, MARGIN, GAP = 880, 24, 28
BAR, PITCH, HEAD = 14, 20, 26  # heights in pixels: a bar, a bar and its gap, a panel's heading
NAME_WIDTH, LETTER = 98, 8
LINES = 6  # colours of lines
TITLES = {"size": "input size", "batch": "batch", "output-stride": "output stride"}


# --- bars ---------------------------------------------------------------------------------------


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


def first_target(run):
    return pick(run["times"], target=run["times"][0]["target"]) if run["times"] else []


def panels(run):
    """Rows of panels, each a list of (heading, bars)."""
    times = first_target(run)
    for model in distinct(times, "model"):
        counts = distinct(times, "threads")
        groups = [(count, pick(times, model=model, threads=count)) for count in counts]
        yield [(f"{model}, {count_threads(count)}", time_bars(rows)) for count, rows in groups]
    if run["alone"]:
        yield [(f"{title}, mean", mean_bars(run["alone"], k, unit)) for k, title, unit in ALONE]


def svg(width, height, title, drawn):
    """A card with what is drawn on it."""
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    card = rectangle(0.5, 0.5, width - 1, height - 1, "card", 8)
    parts = [head, f"<title>{title}</title>", f"<style>{STYLE}</style>", card, *drawn, "</svg>"]
    return "\n".join(parts) + "\n"


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
    return svg(WIDTH, y, "Time, memory, start-up and size of xnc beside other engines", drawn)


# --- lines --------------------------------------------------------------------------------------

LOWEST = 0.5  # share at the bottom of a panel; what lies below is drawn there
PANEL_HEIGHT, AXIS = 150, 34


def level(share, top):
    """Height of a share on the page."""
    inside = min(max(share, LOWEST), 1)
    return top + PANEL_HEIGHT * (1 - inside) / (1 - LOWEST)


def grid(x, top, room, values):
    for percent in range(int(100 * LOWEST), 101, 10):
        y = level(percent / 100, top)
        yield rectangle(x, y, room, 1, "track", 0)
        yield text(x - 6, y + 4, f"{percent}%", "soft", "end")
    for place, value in values.items():
        yield text(place, top + PANEL_HEIGHT + 18, f"{value}", "soft", "middle")


def line_panel(x, top, room, heading, rows):
    """Shares over the values of an option, evenly spaced; one line for each network."""
    values = sorted(distinct(rows, "value"))
    step = room / max(len(values), 2)
    places = {value: x + step * (index + 0.5) for index, value in enumerate(values)}
    yield text(x, top - 12, heading, "head")
    yield from grid(x, top, room, {places[value]: value for value in values})
    for index, model in enumerate(distinct(rows, "model")):
        found = sorted((row["value"], row["share"]) for row in pick(rows, model=model))
        points = [(places[value], level(share, top)) for value, share in found]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        yield f'<polyline points="{path}" class="line line{index % LINES}"/>'
        yield from (
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" class="dot{index % LINES}"/>'
            for px, py in points
        )


def legend(x, y, models):
    for index, model in enumerate(models):
        yield f'<circle cx="{x + 5}" cy="{y - 4}" r="4" class="dot{index % LINES}"/>'
        yield text(x + 14, y, model)
        x += 34 + LETTER * len(model)


def sweep_chart(run):
    """The text of sweep.svg: the share of the peak as sizes, batches and strides change."""
    rows, models = run["sweep"], distinct(run["sweep"], "model")
    options = distinct(rows, "option")
    drawn = [text(MARGIN, MARGIN + 14, "Share of the FMA peak that xnc reaches", "title")]
    drawn.append(text(MARGIN, MARGIN + 34, f"{run['facts'].get('CPU', '')} · one thread", "soft"))
    drawn += legend(MARGIN, MARGIN + 60, models)
    top, width = MARGIN + 104, (WIDTH - 2 * MARGIN) / max(len(options), 1)
    for index, option in enumerate(options):
        x, room = MARGIN + AXIS + index * width, width - AXIS - GAP / 2
        drawn += line_panel(x, top, room, TITLES[option], pick(rows, option=option))
    return svg(WIDTH, top + PANEL_HEIGHT + 44, "Share of the peak over sizes and batches", drawn)
