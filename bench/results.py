"""Writes what bench/compare measured: a page with tables (RESULTS.md) and the rows themselves
(results.json). The page's charts are chart.py's.

A run is a dictionary:

    facts    {"CPU": "...", ...}, printed as they stand
    dates    {part: when} of the parts below
    times    rows {"model", "target", "threads", "engine", "milliseconds", "share", "peak"}: share of
             the FMA peak in f32, peak in GFLOP/s
    precision  such rows, with "calibrated" (pictures that int8 was calibrated with), "size" (MB) of the
             network's files, and those of the first number of threads with "error, calibration" and
             "error, others" in parts of the logits' spread
    accuracy   rows {"model", "engine", "pictures", "calibrated", "right", "same"}, right and same in
             0..1
    alone    rows {"model", "engine", "resident", "start", "deployed"} (MB, ms, MB), one thread
    python   rows {"model", "engine", "threads", "rate", "resident", "same"} (pictures a second, MB, in
             0..1)
    program  rows {"model", "way", "weights", "arena", "resident", "start"} (MB, ms), way map or read
    sweep    rows {"model", "option", "value", "share"}

The order of engines, networks and thread counts is that of the rows. Nothing here measures, so that
the test can write made-up numbers.
"""

import json

from rows import ALONE, HOME, PRECISIONS, TITLES, count_threads, distinct, is_home, pick, precision
from rows import short


def ratio_to_rivals(rows):
    """Our time in parts of that of the fastest other engine; None where there is no other."""
    ours = [row["milliseconds"] for row in rows if is_home(row["engine"])]
    others = [row["milliseconds"] for row in rows if not is_home(row["engine"])]
    return ours[0] / min(others) if ours and others else None


# --- tables -------------------------------------------------------------------------------------


def table(head, lines):
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *lines])


def scaling(all_rows, ours):
    """How many times as fast as one thread; empty for one thread, or where that was not timed."""
    one = pick(all_rows, model=ours["model"], target=ours["target"], engine=HOME, threads=1)
    return f"{one[0]['milliseconds'] / ours['milliseconds']:.2f}" if one else ""


def times_table(rows, all_rows):
    names, several = distinct(rows, "engine"), rows[0]["threads"] > 1
    lines = []
    for model in distinct(rows, "model"):
        found = {row["engine"]: row for row in pick(rows, model=model)}
        cells = [
            f"{short(found[n]['milliseconds'])} ms, {found[n]['share']:.1%}" if n in found else ""
            for n in names
        ]
        ratio = ratio_to_rivals(list(found.values()))
        cells.append(f"**{ratio:.2f}**" if ratio else "")
        if several:
            cells.append(scaling(all_rows, found[HOME]) if HOME in found else "")
        lines.append([model, *cells])
    last = [f"{HOME}, times one thread"] if several else []
    return table(["network", *names, f"{HOME} / fastest other", *last], lines)


def alone_table(rows, key, unit):
    names = distinct(rows, "engine")
    lines = []
    for model in distinct(rows, "model"):
        found = {row["engine"]: row[key] for row in pick(rows, model=model)}
        lines.append([model, *(f"{short(found[n])} {unit}" if n in found else "" for n in names)])
    return table(["network", *names], lines)


MEANING = {
    "resident": "What the engine adds to its process after four inferences; weights included.",
    "start": "From the bare host process to the first result (import, load, compile, first "
    "inference), less one inference.",
    "deployed": "The installed package of the engine without its dependencies, and the network; "
    "for xnc the shared object and the weights.",
    "errors": "Root mean square of the logits' differences from those in float64, in parts of the "
    "spread of these: on pictures of the calibration / on others. Seeded weights; int8 calibrated with "
    "{} pictures.",
    "files": "The network's own files; of xnc those of its weights.",
    "accuracy": "The network of examples/marks, which is trained, on {:,} pictures that neither it "
    "nor a calibration (of {} pictures) has seen: right answers, and answers that are those of {} in "
    "f32.",
    "program": "A C program with one network and mapped weights (start.c): resident memory after the "
    "first inference; start-up from exec to the first result, less one inference, with the weights "
    "mapped and with the weights read.",
    "python": "JPEG files of 640×480 pixels in, the five best classes out, decode included, each engine "
    "in a process of its own: pictures a second of the best round, the largest resident memory, and in "
    "how many pictures the first class is that of {}. Seeded weights.",
    "sweep": "The share of the peak that `xnc bench` finds, one thread, for other sizes of the input, "
    "batches and output strides.",
}


def rivals(rows):
    """Precisions in which we have another engine beside us."""
    names = distinct(rows, "engine")
    both = {(precision(name), is_home(name)) for name in names}
    return [p for p in PRECISIONS if {(p, True), (p, False)} <= both]


def ratio_to_f32(found, name):
    """Our time in a precision in parts of that in f32; empty where one is missing."""
    both = HOME in found and name in found
    return f"{found[name]['milliseconds'] / found[HOME]['milliseconds']:.2f}" if both else ""


def precision_table(rows):
    names, contests = distinct(rows, "engine"), rivals(rows)
    ours = [name for name in names if is_home(name) and name != HOME]
    lines = []
    for model in distinct(rows, "model"):
        found = {row["engine"]: row for row in pick(rows, model=model)}
        cells = [f"{short(found[n]['milliseconds'])} ms" if n in found else "" for n in names]
        for contest in contests:
            ratio = ratio_to_rivals([found[n] for n in found if precision(n) == contest])
            cells.append(f"**{ratio:.2f}**" if ratio else "")
        lines.append([model, *cells, *(ratio_to_f32(found, name) for name in ours)])
    heads = [f"{HOME} {contest} / fastest other {contest}" for contest in contests]
    return table(["network", *names, *heads, *(f"{name} / {HOME}" for name in ours)], lines)


def error_table(rows):
    names, lines = distinct(rows, "engine"), []
    for model in distinct(rows, "model"):
        cells = []
        for name in names:
            found = pick(rows, model=model, engine=name)
            errors = [row[f"error, {kind}"] for row in found for kind in ("calibration", "others")]
            cells.append(" / ".join(f"{100 * error:.2g}%" for error in errors))
        lines.append([model, *cells])
    return table(["network", *names], lines)


def accuracy_table(rows):
    lines = [[row["engine"], f"{row['right']:.2%}", f"{row['same']:.2%}"] for row in rows]
    return table(["engine", "right", f"as {HOME} in f32"], lines)


def program_table(rows):
    head = ["network", "weights", "arena", "resident", "beyond both", "start-up", "start-up, read"]
    lines = []
    for model in distinct(rows, "model"):
        mapped, read = (pick(rows, model=model, way=way)[0] for way in ("map", "read"))
        sizes = [mapped[key] for key in ("weights", "arena", "resident")]
        cells = [f"{short(size)} MB" for size in (*sizes, sizes[2] - sizes[0] - sizes[1])]
        lines.append([model, *cells, *(f"{short(row['start'])} ms" for row in (mapped, read))])
    return table(head, lines)


def python_table(rows):
    lines = [
        [row["model"], row["engine"], str(row["threads"]), f"{row['rate']:.2f}"]
        + [f"{short(row['resident'])} MB", f"{row['same']:.0%}"]
        for row in rows
    ]
    head = ["network", "engine", "threads", "pictures a second", "memory", f"as {HOME}"]
    return table(head, lines)


def sweep_table(rows):
    values = sorted(distinct(rows, "value"))
    lines = []
    for model in distinct(rows, "model"):
        found = {row["value"]: f"{row['share']:.1%}" for row in pick(rows, model=model)}
        lines.append([model, *(found.get(value, "") for value in values)])
    return table(["network", *map(str, values)], lines)


def dates(run):
    """One date, or for parts that were measured again their own."""
    days = distinct(run["dates"].items(), 1)
    if len(days) < 2:
        return ", ".join(days)
    parts = {day: [part for part, other in run["dates"].items() if other == day] for day in days}
    return "; ".join(f"{day} ({', '.join(names)})" for day, names in parts.items())


def times_sections(rows):
    for target in distinct(rows, "target"):
        held = "" if target == rows[0]["target"] else f", held to {target}"
        for count in distinct(rows, "threads"):
            found = pick(rows, target=target, threads=count)
            if found:
                low, high = (f(row["peak"] for row in found) for f in (min, max))
                yield f"## Time of an inference, {count_threads(count)}{held}"
                yield (
                    "Best of all rounds, weights in memory, and its share of the peak of fused "
                    f"multiply-adds ({short(low)} to {short(high)} GFLOP/s)."
                )
                yield times_table(found, rows)


def precision_sections(run):
    rows, judged = run["precision"], run["accuracy"]
    if rows:
        yield "## Time by precision"
    for count in distinct(rows, "threads"):
        yield f"Best of all rounds, weights in memory, {count_threads(count)}:"
        yield precision_table(pick(rows, threads=count))
    if rows:
        first = pick(rows, threads=rows[0]["threads"])
        counts = ", ".join(map(str, distinct(first, "calibrated")))
        yield f"### Errors\n\n{MEANING['errors'].format(counts)}"
        yield error_table(first)
        yield f"### Size by precision\n\n{MEANING['files']}"
        yield alone_table(first, "size", "MB")
    if judged:
        counts = judged[0]["pictures"], judged[0]["calibrated"]
        yield f"### Right answers\n\n{MEANING['accuracy'].format(*counts, HOME)}"
        yield accuracy_table(judged)


def sweep_sections(rows):
    if rows:
        yield f"## Cost follows work\n\n{MEANING['sweep']}"
        yield "![The shares as lines](sweep.svg)"
    for option in distinct(rows, "option"):
        yield f"By {TITLES[option]}:"
        yield sweep_table(pick(rows, option=option))


def page(run):
    """The text of RESULTS.md."""
    parts = ["# Results"]
    parts.append("Written by `bench/compare`; [README.md](README.md) says how it measures.")
    if run["times"] or run["precision"]:
        parts.append("![The same as bars](results.svg)")
    facts = run["facts"] | {"date": dates(run)}
    parts.append("\n".join(f"- {name}: {value}" for name, value in facts.items()))
    parts += times_sections(run["times"])
    parts += precision_sections(run)
    parts += sweep_sections(run["sweep"])
    for key, title, unit in ALONE if run["alone"] else ():
        parts.append(f"## {title.capitalize()}\n\n{MEANING[key]}")
        parts.append(alone_table(run["alone"], key, unit))
    if run["program"]:
        parts.append(f"## A program that links the code\n\n{MEANING['program']}")
        parts.append(program_table(run["program"]))
    if run["python"]:
        parts.append(f"## A loop in Python\n\n{MEANING['python'].format(HOME)}")
        parts.append(python_table(run["python"]))
    return "\n\n".join(parts) + "\n"


def write(run, folder):
    texts = {"RESULTS.md": page(run), "results.json": json.dumps(run, indent=1) + "\n"}
    for name, content in texts.items():
        (folder / name).write_text(content, encoding="utf-8")
