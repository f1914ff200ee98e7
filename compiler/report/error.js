// error.js - errors: generated code against the interpreter, and fusing against the description.
const DRIFT = { left: 70, right: 24, top: 20, bottom: 46, height: 230 };

function drawDrift() {
  const rows = data.check.values, width = chartWidth("drift");
  const seen = rows.flatMap((row) => [row.drift_relative, row.relative]).filter((v) => v > 0 && v < 1e300);
  const lo = Math.floor(Math.log10(Math.min(1e-7, ...seen))) - 1, hi = Math.ceil(Math.log10(Math.max(2e-4, ...seen)));
  const x = (at) => DRIFT.left + (width - DRIFT.left - DRIFT.right) * (at + 0.5) / rows.length;
  const y = (v) => DRIFT.top + DRIFT.height * (1 - (Math.max(lo, Math.min(hi, Math.log10(v))) - lo) / (hi - lo));
  const bottom = DRIFT.top + DRIFT.height, marks = [];
  for (let power = lo + 1; power <= hi; power++) {
    marks.push(svg("line", { class: "grid", x1: DRIFT.left, x2: width - DRIFT.right, y1: y(10 ** power), y2: y(10 ** power) }),
      svg("text", { x: DRIFT.left - 8, y: y(10 ** power) + 4, "text-anchor": "end" },
        power === 0 ? "1" : `1e${power < 0 ? "−" : ""}${Math.abs(power)}`));
  }
  marks.push(svg("line", { class: "grid", x1: DRIFT.left, x2: width - DRIFT.right, y1: bottom, y2: bottom }),
    svg("text", { x: DRIFT.left - 8, y: bottom + 4, "text-anchor": "end" }, "equal"),
    svg("text", { class: "title", x: (DRIFT.left + width) / 2, y: bottom + 34, "text-anchor": "middle" },
      "layer, in order of execution"),
    svg("text", { class: "title", x: 14, y: DRIFT.top + DRIFT.height / 2, "text-anchor": "middle",
      transform: `rotate(-90 14 ${DRIFT.top + DRIFT.height / 2})` }, "largest error / spread"));
  const series = (key, style) => rows.map((row, at) => {
    if (key === "drift_relative" && !row.described_as) return null;
    const point = svg("circle", { class: "point", "data-name": row.name, style, r: 4.2, cx: x(at),
      cy: row[key] > 0 ? y(row[key]) : bottom, onclick: () => select(row.name) });
    tipOn(point, () => (key === "relative"
      ? [row.name, row.different ? `${grouped(row.different)} elements differ, by up to ${row.ulp} ulp` : "equal to the interpreter, bit by bit"]
      : [row.name, `beside ${row.described_as} as described`, `${small(row[key])} of the spread`]));
    return point;
  });
  const height = bottom + DRIFT.bottom, drifted = rows.map((row, at) => [row, at]).filter(([row]) => row.drift_relative > 0);
  byId("drift").replaceChildren(svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
    svg("g", { class: "axis" }, marks),
    svg("line", { class: "bound", x1: DRIFT.left, x2: width - DRIFT.right, y1: y(1e-4), y2: y(1e-4) }),
    svg("text", { class: "bound-text", x: width - DRIFT.right - 4, y: y(1e-4) - 6, "text-anchor": "end" }, "allowed for outputs: 1e−4"),
    svg("polyline", { class: "trend", style: tone("act_line"), points: drifted.map(([row, at]) => `${x(at)},${y(row.drift_relative)}`).join(" ") }),
    series("relative", tone("separable")), series("drift_relative", tone("activation"))));
}

function outputTable() {
  sortable(byId("output-table"), "Outputs of the generated code against the graph as described.", [
    { title: "output", class: "text", text: (row) => nameButton(row.name, { scroll: true }), value: (row) => row.name },
    { title: "error / spread", text: (row) => small(row.relative), value: (row) => row.relative },
    { title: "spread", text: (row) => Number(row.spread.toPrecision(4)), value: (row) => row.spread },
    { title: "ulp", text: (row) => grouped(row.ulp), value: (row) => row.ulp },
    { title: "cosine", text: (row) => digits(row.cosine, 9), value: (row) => row.cosine },
    { title: "same top-1", class: "text", text: (row) => (row.same_top1 === null ? "no classes" : row.same_top1 ? "yes" : "no"),
      value: (row) => String(row.same_top1) },
    { title: "verdict", class: "text", text: (row) => html("span", { class: row.good ? "good" : "bad" }, row.good ? "good" : "wrong"),
      value: (row) => String(row.good) },
  ], data.check.outputs);
}

function errorTable(rows) {
  sortable(byId("error-table"), "Values that the generated code writes, in order of execution.", [
    { title: "#", text: (row) => row.index, value: (row) => row.index, ascending: true, hint: "order of execution" },
    { title: "value", class: "text", text: (row) => nameButton(row.name, { scroll: true }), value: (row) => row.name },
    { title: "elements", text: (row) => grouped(row.elements), value: (row) => row.elements },
    { title: "different", text: (row) => (row.compared ? grouped(row.different) : "not compared"), value: (row) => row.different,
      hint: "elements whose bits differ from the interpreter's" },
    { title: "ulp", text: (row) => grouped(row.ulp), value: (row) => row.ulp, hint: "largest distance from the interpreter" },
    { title: "error / spread", text: (row) => small(row.relative), value: (row) => row.relative },
    { title: "padding", text: (row) => grouped(row.bad_padding), value: (row) => row.bad_padding, hint: "padding elements that are not +0" },
    { title: "as described", class: "text", text: (row) => (row.described_as ? nameButton(row.described_as, { scroll: true }) : "—"),
      value: (row) => row.described_as || "" },
    { title: "moved by fusing", text: (row) => (row.described_as ? small(row.drift_relative) : "—"), value: (row) => row.drift_relative,
      hint: "largest difference / spread" },
  ], rows);
}

function startError() {
  const { check } = data;
  if (!check) return leaveOut("error", ["output-table", "drift", "error-table"]);
  const rows = check.values.map((row, index) => ({ ...row, index }));
  const wrong = rows.filter((row) => !row.compared || row.different || row.bad_padding).length;
  byId("error-lead").replaceChildren(html("b", { class: wrong ? "bad" : "good" },
    `${rows.length - wrong} of ${rows.length} values equal the interpreter's, bit by bit.`),
    " The generated code must compute exactly what the interpreter computes on the compiled graph (green). Folding and " +
    "fusing round differently from the graph as described: how far that moves each value, as a share of its spread, is orange.");
  byId("drift").setAttribute("aria-label", `${rows.length - wrong} of ${rows.length} values are equal; the table below has the numbers`);
  drawDrift();
  addEventListener("resize", drawDrift);
  outputTable();
  errorTable(rows);
}
