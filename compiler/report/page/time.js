// time.js - the roofline chart and the table of times.
const ROOF = {
  left: 70,
  right: 24,
  top: 22,
  bottom: 48,
  height: 400
};

const flops = (row) => 2 * row.macs;
const intensity = (row) => flops(row) / row.bytes;
const gflops = (row) => flops(row) / row.ms / 1e6;
const decades = (lo, hi) => {
  const marks = [];
  for (let power = Math.floor(Math.log10(lo)); power <= Math.ceil(Math.log10(hi)); power++) {
    for (const k of [1, 2, 5]) {
      const mark = k * 10 ** power;
      if (mark >= lo * 0.999 && mark <= hi * 1.001) marks.push(mark);
    }
  }
  return marks;
};
const plain = (x) => (x >= 1000 ? grouped(Math.round(x)) : String(Number(x.toPrecision(3))));

function roofAxes(x, y, xs, ys, width) {
  const bottom = ROOF.top + ROOF.height;
  return svg(
    "g", {class: "axis"},
    decades(...xs)
      .map(
        (mark) =>
          [svg("line", {class: "grid", x1: x(mark), x2: x(mark), y1: ROOF.top, y2: bottom}),
           svg("text", {x: x(mark), y: bottom + 17, "text-anchor": "middle"}, plain(mark))])
      .flat(),
    decades(...ys)
      .map(
        (mark) =>
          [svg(
             "line",
             {class: "grid", x1: ROOF.left, x2: width - ROOF.right, y1: y(mark), y2: y(mark)}),
           svg("text", {x: ROOF.left - 8, y: y(mark) + 4, "text-anchor": "end"}, plain(mark))])
      .flat(),
    svg(
      "text", {
        class: "title",
        x: (ROOF.left + width - ROOF.right) / 2,
        y: bottom + 38,
        "text-anchor": "middle"
      },
      "arithmetic intensity: FLOP per byte moved"),
    svg(
      "text", {
        class: "title",
        x: 14,
        y: ROOF.top + ROOF.height / 2,
        "text-anchor": "middle",
        transform: `rotate(-90 14 ${ROOF.top + ROOF.height / 2})`
      },
      "GFLOP/s"));
}

function drawPoint(row, x, y, slowest) {
  const radius = 3.5 + 11 * Math.sqrt(row.ms / slowest);
  const point = svg("circle", {
    class: "point",
    "data-name": row.name,
    style: tone(row.op),
    r: radius.toFixed(1),
    cx: x(intensity(row)).toFixed(1),
    cy: y(gflops(row)).toFixed(1),
    onclick: () => select(row.name)
  });
  tipOn(
    point,
    () =>
      [row.name, `${row.op}, ${msText(row.ms)}`,
       `${digits(gflops(row), 1)} GFLOP/s, ` +
         `${percent(row.share_of_peak)} of the peak`,
       `${digits(intensity(row), 1)} FLOP/byte ` +
         `(${countText(row.macs)} MACs, ${bytesText(row.bytes)})`]);
  return point;
}

function drawRoofline() {
  const {layers, peak_gflops: peak, memory_gb_per_s: memory} = data.bench;
  const rows = layers.filter((row) => row.macs > 0 && row.ms > 0);
  const width = chartWidth("roofline"), slowest = Math.max(...rows.map((row) => row.ms));
  const ridge = peak / memory;
  const xs = [
    Math.min(ridge / 2, ...rows.map(intensity)) * 0.8,
    Math.max(ridge * 2, ...rows.map(intensity)) * 1.3
  ];
  const ys =
    [Math.min(peak / 10, ...rows.map(gflops)) * 0.8, Math.max(peak, ...rows.map(gflops)) * 1.35];
  const scale = (range, from, to) => (v) =>
    from + (to - from) * Math.log(v / range[0]) / Math.log(range[1] / range[0]);
  const x = scale(xs, ROOF.left, width - ROOF.right),
        y = scale(ys, ROOF.top + ROOF.height, ROOF.top);
  const low = Math.max(xs[0], ys[0] / memory), slope = Math.sqrt(low * ridge),
        sorted = [...rows].sort((a, b) => b.ms - a.ms);
  const height = ROOF.top + ROOF.height + ROOF.bottom;
  byId("roofline")
    .replaceChildren(svg(
      "svg", {width, height, viewBox: `0 0 ${width} ${height}`}, roofAxes(x, y, xs, ys, width),
      svg("path", {
        class: "roof",
        d: `M${x(low)} ${y(low * memory)}L${x(ridge)} ${y(peak)}L${x(xs[1])} ${y(peak)}`
      }),
      sorted.map((row) => drawPoint(row, x, y, slowest)),
      svg(
        "text", {class: "roof-text", x: x(xs[1]) - 4, y: y(peak) - 8, "text-anchor": "end"},
        `measured peak of fused multiply-adds: ${digits(peak, 1)} GFLOP/s`),
      svg(
        "text", {class: "roof-text", x: x(slope) + 12, y: y(slope * memory) + 16},
        `memory: ${digits(memory, 1)} GB/s`)));
}

function startTime() {
  const {bench} = data;
  if (!bench) return leaveOut("time", ["roofline", "time-table"]);
  const rows = bench.layers.map((row, index) => ({...row, index}));
  const sum = rows.reduce((total, row) => total + row.ms, 0),
        slowest = Math.max(...rows.map((row) => row.ms));
  put(
    byId("time-lead"),
    "A circle is a layer, as large as its time. The level line is the measured peak, the slanted " +
      "one the speed of memory; maps that a cache still holds come faster. The layers sum up to ",
    html("b", {}, msText(sum)), ", the best whole run took ", html("b", {}, msText(bench.min_ms)),
    ". ",
    rows.some((row) => row.share_of_peak > 1.05) ?
      html("b", {class: "bad"}, "Layers above the peak: other work disturbed the measurement.") :
      null);
  byId("roofline")
    .setAttribute(
      "aria-label",
      `Roofline: ${rows.length} layers under a peak of ` +
        `${digits(bench.peak_gflops, 1)} gigaflops per second; the table below has the numbers`);
  drawRoofline();
  addEventListener("resize", drawRoofline);
  sortable(
    byId("time-table"), "Layers in order of execution; every heading sorts.",
    [
      ...namedRows("layer"),
      {title: "operation", class: "text", text: (row) => row.op, value: (row) => row.op},
      {
        title: "time",
        text: (row) => barCell(msText(row.ms), row.ms / slowest, row.op),
        value: (row) => row.ms
      },
      {
        title: "of all",
        text: (row) => percent(row.ms / sum),
        value: (row) => row.ms,
        hint: "share of the sum of all layers"
      },
      {title: "MACs", text: (row) => countText(row.macs), value: (row) => row.macs},
      {
        title: "moved",
        text: (row) => bytesText(row.bytes),
        value: (row) => row.bytes,
        hint: "maps and weights, each once"
      },
      {title: "FLOP/byte", text: (row) => digits(intensity(row), 1), value: intensity},
      {
        title: "GFLOP/s",
        text: (row) => digits(gflops(row) || 0, 1),
        value: (row) => gflops(row) || 0
      },
      {
        title: "of peak",
        text: (row) => barCell(percent(row.share_of_peak), row.share_of_peak),
        value: (row) => row.share_of_peak
      },
      {
        title: "of roof",
        text: (row) => percent(row.share_of_roof),
        value: (row) => row.share_of_roof,
        hint: "share of what peak and memory together allow"
      },
    ],
    rows);
}
