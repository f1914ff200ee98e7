// error.js - errors: generated code against the interpreter, and fusing against the description.
const DRIFT = {
  left: 70,
  right: 24,
  top: 20,
  bottom: 46,
  height: 230
};

// Places of the chart: layers from left to right, decades of the error from bottom to top.
function driftScale(rows, width) {
  const seen =
    rows.flatMap((row) => [row.drift_relative, row.relative]).filter((v) => v > 0 && v < 1e300);
  const lo = Math.floor(Math.log10(Math.min(1e-7, ...seen))) - 1;
  const hi = Math.ceil(Math.log10(Math.max(2e-4, ...seen)));
  const bottom = DRIFT.top + DRIFT.height, right = width - DRIFT.right;
  const x = (at) => DRIFT.left + (right - DRIFT.left) * (at + 0.5) / rows.length;
  const y = (v) => {
    const inside = v > 0 ? Math.max(lo, Math.min(hi, Math.log10(v))) : lo;
    return DRIFT.top + DRIFT.height * (1 - (inside - lo) / (hi - lo));
  };
  return {lo, hi, bottom, right, x, y};
}

function driftAxes({lo, hi, bottom, right, y}) {
  const line = (v) => svg("line", {class: "grid", x1: DRIFT.left, x2: right, y1: y(v), y2: y(v)});
  const label = (v, text) =>
    svg("text", {x: DRIFT.left - 8, y: y(v) + 4, "text-anchor": "end"}, text);
  const marks = [line(0), label(0, "equal")];
  for (let power = lo + 1; power <= hi; power++) {
    marks.push(line(10 ** power), label(10 ** power, small(10 ** power).replace("1.0e", "1e")));
  }
  const centre = DRIFT.top + DRIFT.height / 2;
  const title = (place, text) =>
    svg("text", {class: "title", "text-anchor": "middle", ...place}, text);
  return svg(
    "g", {class: "axis"}, marks,
    title({x: (DRIFT.left + right) / 2, y: bottom + 34}, "layer, in order of execution"),
    title({x: 14, y: centre, transform: `rotate(-90 14 ${centre})`}, "largest error / spread"));
}

// Tooltip of a layer compared with the interpreter on the compiled graph: bits should be equal.
function errorTip(row) {
  return [
    row.name,
    row.different ? `${grouped(row.different)} elements differ, by up to ${row.ulp} ulp` :
                    "equal to the interpreter, bit by bit"
  ];
}

// Tooltip of a value of the compiled graph compared with the graph as described: folding and fusing
// round differently.
function driftTip(row) {
  return [
    row.name, `beside ${row.described_as} as described`,
    `${small(row.drift_relative)} of the spread`
  ];
}

function driftPoint(row, x, y, op, tip) {
  const point = svg("circle", {
    class: "point",
    "data-name": row.name,
    style: tone(op),
    r: 4.2,
    cx: x,
    cy: y,
    onclick: () => select(row.name)
  });
  tipOn(point, () => tip(row));
  return point;
}

// The line that outputs must stay below, in precisions that have one.
function driftBound({y, right}) {
  const {tolerance} = data.check;
  return tolerance === null ? [] : [
    svg("line", {class: "bound", x1: DRIFT.left, x2: right, y1: y(tolerance), y2: y(tolerance)}),
    svg(
      "text", {class: "bound-text", x: right - 4, y: y(tolerance) - 6, "text-anchor": "end"},
      `allowed for outputs: ${small(tolerance).replace(".0e", "e")}`)
  ];
}

function drawDrift() {
  const rows = data.check.values, width = chartWidth("drift"), scale = driftScale(rows, width);
  const {x, y, right} = scale, height = scale.bottom + DRIFT.bottom;
  const known = rows.map((row, at) => [row, at]).filter(([row]) => row.described_as);
  byId("drift").replaceChildren(svg(
    "svg", {width, height, viewBox: `0 0 ${width} ${height}`}, driftAxes(scale), driftBound(scale),
    svg("polyline", {
      class: "trend",
      style: tone("activation"),
      points: known.map(([row, at]) => `${x(at)},${y(row.drift_relative)}`).join(" ")
    }),
    rows.map(
      (row, at) =>
        driftPoint(row, x(at), y(row.relative), row.different ? "wrong" : "separable", errorTip)),
    known.map(
      ([row, at]) => driftPoint(row, x(at), y(row.drift_relative), "activation", driftTip))));
}

// Outputs of int8 have no bound; whether the code computes its bits is in the table of values.
function verdict(row) {
  return !row.good ? "wrong" : data.check.tolerance === null ? "no bound" : "good";
}

function outputTable() {
  sortable(
    byId("output-table"), "Outputs of the generated code against the graph as described.",
    [
      nameColumn("output"),
      {title: "error / spread", text: (row) => small(row.relative), value: (row) => row.relative},
      {
        title: "spread",
        text: (row) => Number(row.spread.toPrecision(4)),
        value: (row) => row.spread
      },
      {title: "ulp", text: (row) => grouped(row.ulp), value: (row) => row.ulp},
      {title: "cosine", text: (row) => digits(row.cosine, 9), value: (row) => row.cosine},
      {
        title: "same top-1",
        class: "text",
        text: (row) =>
          (row.same_top1 === null ? "no classes" :
             row.same_top1        ? "yes" :
                                    "no"),
        value: (row) => String(row.same_top1)
      },
      {
        title: "verdict",
        class: "text",
        text: (row) => html("span", {class: row.good ? "good" : "bad"}, verdict(row)),
        value: (row) => String(row.good)
      },
    ],
    data.check.outputs);
}

function errorTable(rows) {
  sortable(
    byId("error-table"), "Values that the generated code writes, in order of execution.",
    [
      ...namedRows("value"),
      {title: "elements", text: (row) => grouped(row.elements), value: (row) => row.elements},
      {
        title: "different",
        text: (row) => (row.compared ? grouped(row.different) : "not compared"),
        value: (row) => row.different,
        hint: "elements whose bits differ from the interpreter's"
      },
      {
        title: "ulp",
        text: (row) => grouped(row.ulp),
        value: (row) => row.ulp,
        hint: "largest distance from the interpreter"
      },
      {title: "error / spread", text: (row) => small(row.relative), value: (row) => row.relative},
      {
        title: "as described",
        class: "text",
        text: (row) => (row.described_as ? nameButton(row.described_as, {scroll: true}) : "—"),
        value: (row) => row.described_as || ""
      },
      {
        title: data.check.precision === "f32" ? "moved by fusing" : "moved in all",
        text: (row) => (row.described_as ? small(row.drift_relative) : "—"),
        value: (row) => row.drift_relative,
        hint: "largest difference / spread"
      },
    ],
    rows);
}

function startError() {
  const {check} = data;
  if (!check) return leaveOut("error", ["output-table", "drift", "error-table"]);
  const rows = check.values.map((row, index) => ({...row, index}));
  const wrong = rows.filter((row) => !row.compared || row.different).length;
  byId("error-lead")
    .replaceChildren(
      html(
        "b", {class: wrong ? "bad" : "good"},
        `${rows.length - wrong} of ${rows.length} values equal the interpreter's, bit by bit.`),
      " The generated code must compute exactly what the interpreter computes on the compiled " +
        "graph (green). " +
        (check.precision === "f32" ? "Folding and fusing" :
                                     `Folding, fusing and ${check.precision}`) +
        " round differently from the graph as described: how far that moves each value, as a share " +
        "of its spread, is orange.");
  byId("drift").setAttribute(
    "aria-label",
    `${rows.length - wrong} of ${rows.length} values are equal; the table below has the numbers`);
  drawDrift();
  addEventListener("resize", drawDrift);
  outputTable();
  errorTable(rows);
}
