// beside.js - a report in another precision than f32: times and errors of layers beside f32.
const BESIDE = {
  left: 70,
  right: 24,
  top: 20,
  times: 190,
  gap: 30,
  errors: 150,
  bottom: 46
};

// Of each layer its time in both and how far its value is from f32.
function besideRows() {
  const inF32 = new Map(data.bench_f32.layers.map((row) => [row.name, row.ms]));
  const values = new Map(data.check.values.map((row) => [row.name, row]));
  return data.bench.layers.map(({name, op, ms}, index) => {
    const value = values.get(name) || {};
    return {
      name,
      op,
      index,
      ms,
      f32: inF32.get(name) || 0,
      operands: value.operands || "",
      known: Boolean(value.described_as),
      largest: value.drift_relative || 0,
      mean: value.drift_mean || 0
    };
  });
}

// Places: layers from left to right, times from the line between both parts up, decades of the
// error below it.
function besideScale(rows, width) {
  const longest = Math.max(...rows.map((row) => Math.max(row.ms, row.f32)));
  const seen = rows.flatMap((row) => [row.mean, row.largest]).filter((v) => v > 0 && v < 1e300);
  const lo = Math.floor(Math.log10(Math.min(1e-3, ...seen)));
  const hi = Math.ceil(Math.log10(Math.max(1e-2, ...seen)));
  const right = width - BESIDE.right, line = BESIDE.top + BESIDE.times;
  const errors = line + BESIDE.gap, bottom = errors + BESIDE.errors;
  const step = (right - BESIDE.left) / rows.length;
  return {
    longest,
    lo,
    hi,
    right,
    line,
    errors,
    bottom,
    step,
    x: (at) => BESIDE.left + step * (at + 0.5),
    time: (ms) => line - BESIDE.times * ms / longest,
    error: (v) => {
      const inside = v > 0 ? Math.max(lo, Math.min(hi, Math.log10(v))) : lo;
      return errors + BESIDE.errors * (hi - inside) / (hi - lo);
    }
  };
}

function besideAxes({longest, lo, hi, right, line, errors, bottom, time, error}) {
  const mark = (y, text) =>
    [svg("line", {class: "grid", x1: BESIDE.left, x2: right, y1: y, y2: y}),
     svg("text", {x: BESIDE.left - 8, y: y + 4, "text-anchor": "end"}, text)];
  const title = (y, text) => svg(
    "text", {class: "title", "text-anchor": "middle", x: 14, y, transform: `rotate(-90 14 ${y})`},
    text);
  const marks = [0, 0.5, 1].map((part) => mark(time(part * longest), plain(part * longest)));
  for (let power = lo; power <= hi; power++) {
    marks.push(mark(error(10 ** power), small(10 ** power).replace("1.0e", "1e")));
  }
  return svg(
    "g", {class: "axis"}, marks.flat(), title((BESIDE.top + line) / 2, "time / ms"),
    title((errors + bottom) / 2, "error / spread"),
    svg(
      "text",
      {class: "title", "text-anchor": "middle", x: (BESIDE.left + right) / 2, y: bottom + 34},
      "layer, in order of execution"));
}

function besideTip(row) {
  const lines =
    [row.name, `${msText(row.ms)}, in f32 ${row.f32 ? msText(row.f32) : "no such layer"}`];
  return row.known ?
    [...lines, `off f32 by ${small(row.mean)} of the spread (rms), ${small(row.largest)} at most`] :
    lines;
}

// The two bars of a layer: f32 on the left.
function besideBars(row, {x, time, line, step}) {
  const width = Math.max(1, step * 0.4);
  const bar = (left, ms, op) => svg("rect", {
    class: "place",
    "data-name": row.name,
    style: tone(op),
    x: left,
    y: time(ms),
    width,
    height: line - time(ms),
    onclick: () => select(row.name)
  });
  const bars = [bar(x(row.index) - width, row.f32, "scratch"), bar(x(row.index), row.ms, row.op)];
  for (const each of bars) tipOn(each, () => besideTip(row));
  return bars;
}

function besidePoint(row, {x, error}) {
  const point = svg("circle", {
    class: "point",
    "data-name": row.name,
    style: tone("activation"),
    r: 4.2,
    cx: x(row.index),
    cy: error(row.mean),
    onclick: () => select(row.name)
  });
  tipOn(point, () => besideTip(row));
  return point;
}

function drawBeside(rows) {
  const width = chartWidth("beside-chart"), scale = besideScale(rows, width);
  const height = scale.bottom + BESIDE.bottom, known = rows.filter((row) => row.known);
  byId("beside-chart")
    .replaceChildren(svg(
      "svg", {width, height, viewBox: `0 0 ${width} ${height}`}, besideAxes(scale),
      rows.flatMap((row) => besideBars(row, scale)), svg("polyline", {
        class: "trend",
        style: tone("activation"),
        points: known.map((row) => `${scale.x(row.index)},${scale.error(row.mean)}`).join(" ")
      }),
      known.map((row) => besidePoint(row, scale))));
}

function besideTable(rows) {
  const text = (title, value) => ({title, class: "text", text: value, value});
  const error = (title, key, hint) =>
    ({title, text: (row) => (row.known ? small(row[key]) : "—"), value: (row) => row[key], hint});
  const slowest = Math.max(...rows.map((row) => Math.max(row.ms, row.f32)));
  sortable(
    byId("beside-table"), "Layers in order of execution, beside those of the network in f32.",
    [
      ...namedRows("layer"),
      text("operation", (row) => row.op),
      {...text("operands", (row) => row.operands), hint: "of a product"},
      {
        title: "time",
        text: (row) => barCell(msText(row.ms), row.ms / slowest, row.op),
        value: (row) => row.ms
      },
      {
        title: "in f32",
        text: (row) => (row.f32 ? barCell(msText(row.f32), row.f32 / slowest, "scratch") : "—"),
        value: (row) => row.f32
      },
      {
        title: "of f32",
        text: (row) => (row.f32 ? digits(row.ms / row.f32, 2) : "—"),
        value: (row) => (row.f32 ? row.ms / row.f32 : 0),
        hint: "time, as a part of that in f32"
      },
      error("rms error", "mean", "root mean square of the differences from f32 / spread"),
      error("largest error", "largest", "largest difference from f32 / spread"),
    ],
    rows);
}

// What holds of the whole network.
function besideLead(name) {
  const {bench, bench_f32: inF32, check} = data, {agreement, second_order: nudged} = check;
  put(
    byId("beside-lead"), `In ${name} a run takes `, html("b", {}, msText(bench.min_ms)), ", ",
    html("b", {}, digits(bench.min_ms / inF32.min_ms, 2)),
    ` of the ${msText(inF32.min_ms)} in f32. Errors are distances from the network in f32 as ` +
      "described, as parts of the spread of each value. ",
    nudged ? `Weights of ${grouped(nudged)} products are rounded second-order. ` : null,
    agreement ? html(
                  "span", {}, "Of ", html("b", {}, grouped(agreement.images)), " images ",
                  html("b", {}, grouped(agreement.same_top1)),
                  ` have the top-1 of f32; outputs move by ${
                    digits(100 * agreement.moved, 2)}\u202f% of their spread.`) :
                null);
}

function startBeside() {
  if (!data.bench_f32 || !data.bench || !data.check) return;
  const rows = besideRows(), halves = data.bench.weights_type !== data.bench.precision;
  const name = halves ? `weights of ${data.bench.weights_type}` : data.bench.precision;
  byId("beside").hidden = byId("beside-link").hidden = false;
  besideLead(name);
  byId("beside-legend")
    .replaceChildren(
      html("li", {}, html("i", {style: tone("scratch")}), "time in f32"),
      html("li", {}, html("i", {style: tone("separable")}), `time in ${name}, by kind of layer`),
      html("li", {}, html("i", {style: tone("activation")}), "rms error"));
  byId("beside-chart")
    .setAttribute(
      "aria-label", `Times and errors of ${rows.length} layers; the table below has the numbers`);
  drawBeside(rows);
  addEventListener("resize", () => drawBeside(rows));
  besideTable(rows);
}
