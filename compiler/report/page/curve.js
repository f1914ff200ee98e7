// curve.js - plans of calibrate --agreement: answers as in f32 against predicted time.
const CURVE = {
  left: 70,
  right: 24,
  top: 16,
  height: 240,
  bottom: 46
};

// Points from the fastest plan to the network in f32, whose answers are its own.
function curveRows({points, nodes, images, cycles_f32: whole, returned}) {
  const all = points.some((point) => point.returned === nodes) ?
    points :
    [...points, {returned: nodes, same: images, images, cycles: whole}];
  return all.map((point) => ({
                   ...point,
                   name: `${point.returned} of ${nodes} in f32`,
                   time: point.cycles / whole,
                   part: point.same / point.images,
                   chosen: point.returned === returned
                 }));
}

function curveScale(rows, agreement, width) {
  const least = Math.min(agreement, ...rows.map((row) => row.part));
  const fastest = Math.min(...rows.map((row) => row.time));
  const lo = least < 1 ? least - (1 - least) * 0.1 : 0.9, right = width - CURVE.right;
  const bottom = CURVE.top + CURVE.height, from = Math.min(0.95, fastest) * 0.9;
  return {
    lo,
    from,
    right,
    bottom,
    x: (time) => CURVE.left + (right - CURVE.left) * (time - from) / (1.02 - from),
    y: (part) => bottom - CURVE.height * (part - lo) / (1 - lo)
  };
}

function curveAxes({lo, from, right, bottom, x, y}) {
  const across = [0, 0.5, 1].map((part) => {
    const value = lo + part * (1 - lo), at = y(value);
    return [
      svg("line", {class: "grid", x1: CURVE.left, x2: right, y1: at, y2: at}),
      svg("text", {x: CURVE.left - 8, y: at + 4, "text-anchor": "end"}, percent(value))
    ];
  });
  const down = [from, (from + 1) / 2, 1].map(
    (time) => svg("text", {x: x(time), y: bottom + 16, "text-anchor": "middle"}, digits(time, 2)));
  const middle = (CURVE.top + bottom) / 2;
  return svg(
    "g", {class: "axis"}, across.flat(), down,
    svg(
      "text", {
        class: "title",
        "text-anchor": "middle",
        x: 14,
        y: middle,
        transform: `rotate(-90 14 ${middle})`
      },
      "answers as in f32"),
    svg(
      "text",
      {class: "title", "text-anchor": "middle", x: (CURVE.left + right) / 2, y: bottom + 36},
      "predicted time, as a part of that in f32"));
}

function curvePoint(row, {x, y}) {
  const point = svg("circle", {
    class: row.chosen ? "point selected" : "point",
    style: tone(row.chosen ? "separable" : "activation"),
    r: row.chosen ? 6 : 4.2,
    cx: x(row.time),
    cy: y(row.part)
  });
  tipOn(
    point,
    () =>
      [row.name, `${grouped(row.same)} of ${grouped(row.images)} answers are those of f32`,
       `${digits(row.time, 3)} of the cycles in f32`]);
  return point;
}

function drawCurve(rows, agreement) {
  const width = chartWidth("curve-chart"), scale = curveScale(rows, agreement, width);
  const height = scale.bottom + CURVE.bottom, wanted = scale.y(agreement);
  byId("curve-chart")
    .replaceChildren(svg(
      "svg", {width, height, viewBox: `0 0 ${width} ${height}`}, curveAxes(scale),
      svg("line", {class: "bound", x1: CURVE.left, x2: scale.right, y1: wanted, y2: wanted}),
      svg("polyline", {
        class: "trend",
        style: tone("activation"),
        points: rows.map((row) => `${scale.x(row.time)},${scale.y(row.part)}`).join(" ")
      }),
      rows.map((row) => curvePoint(row, scale))));
}

// The prediction beside what this machine took, where it ran both.
function curveLead({agreement, nodes, returned, cycles, cycles_f32: whole}) {
  const {bench, bench_f32: inF32} = data;
  put(
    byId("curve-lead"), `At least ${percent(agreement)} of the answers were to be those of f32: `,
    html("b", {}, `${returned} of ${nodes}`),
    " products returned to f32. A run is predicted to take ",
    html("b", {}, digits(cycles / whole, 2)), " of f32's time",
    bench && inF32 ? `, and takes ${digits(bench.min_ms / inF32.min_ms, 2)} on this machine.` :
                     ".");
}

function startCurve() {
  const {curve} = data;
  if (!curve) return;
  const rows = curveRows(curve), draw = () => drawCurve(rows, curve.agreement);
  byId("curve").hidden = byId("curve-link").hidden = false;
  curveLead(curve);
  byId("curve-chart")
    .setAttribute(
      "aria-label",
      rows.map((row) => `${row.name}: ${percent(row.part)} at ${digits(row.time, 2)}`).join("; "));
  draw();
  addEventListener("resize", draw);
}
