// memory.js - the memory plan: when each value lives, left to right, and where, bottom to top.
const PLAN = {
  left: 64,
  right: 16,
  top: 18,
  bottom: 46,
  height: 400
};

// A region takes as many columns as it has nodes, so that its rings can be told apart.
function planColumns(rows) {
  const starts = [];
  let at = 0;
  for (const row of rows) {
    if (starts[row.first_step] === undefined) starts[row.first_step] = at;
    at++;
  }
  starts.push(at);
  return starts;
}

// Rectangles: values, and the scratch of the steps (once for each thread).
function planPlaces(rows, starts, threads) {
  const places = [];
  for (const row of rows) {
    const begin = starts[row.first_step], end = starts[row.last_step + 1];
    if (row.bytes) {
      places.push({
        name: row.name,
        op: row.op,
        text: row.name,
        row,
        begin,
        end,
        offset: row.offset,
        bytes: row.bytes
      });
    }
    if (row.scratch_bytes && !row.region) {
      places.push({
        name: row.name,
        op: "scratch",
        text: `scratch of ${row.name}`,
        row,
        begin,
        end: starts[row.first_step + 1],
        offset: row.scratch_offset,
        bytes: row.scratch_bytes * threads
      });
    }
  }
  // A result may take the place of its residual: there the step is shared, half and half.
  for (const taker of places) {
    const giver = places.find(
      (other) => other !== taker && other.offset === taker.offset && other.op !== "scratch" &&
        other.row.last_step === taker.row.first_step && other.begin < taker.begin);
    if (!giver || taker.op === "scratch") continue;
    const half = (starts[taker.row.first_step] + starts[taker.row.first_step + 1]) / 2;
    giver.end = taker.begin = half;
  }
  return places;
}

function niceStep(most, count) {
  const raw = most / count, power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((k) => k * power).find((s) => s >= raw);
}

function planAxes(width, y, columns, x, arena, threads) {
  const marks = [];
  for (let b = 0, stride = niceStep(arena, 6); b <= arena; b += stride) {
    marks.push(
      svg("line", {class: "grid", x1: PLAN.left, x2: width - PLAN.right, y1: y(b), y2: y(b)}),
      svg("text", {x: PLAN.left - 8, y: y(b) + 4, "text-anchor": "end"}, b ? bytesText(b) : "0"));
  }
  let last = -99;
  columns.slice(0, -1).forEach((at, index) => {
    if (x(at) - last < 30) return;
    last = x(at);
    marks.push(svg("text", {x: last + 2, y: PLAN.top + PLAN.height + 16}, index));
  });
  marks.push(svg(
    "text", {class: "title", x: PLAN.left, y: PLAN.top + PLAN.height + 36},
    `step of the execution${threads > 1 ? `; ${threads} threads` : ""}`));
  return svg("g", {class: "axis"}, marks);
}

// Labels for a value from the longest to the shortest, of which the first that fits is drawn:
// "blocks.3.stack.conv1.conv_pw", the same without its last part, "3.conv1", "conv1".
function names(place) {
  if (place.op === "scratch") return [place.text, "scratch"];
  const parts = place.name.split("."), inner = parts.slice(0, -1);
  if (parts.length < 3) return [place.name];
  const number = parts.find((part) => /^\d+$/.test(part)), last = inner[inner.length - 1];
  return [place.name, inner.join("."), number ? `${number}.${last}` : last, last].filter(
    (name) => name !== number && name !== `${number}.${number}`);
}

function drawPlace(place, x, y) {
  const left = x(place.begin) + 0.5, width = x(place.end) - x(place.begin) - 1;
  const top = y(place.offset + place.bytes), height = Math.max(1.5, y(place.offset) - top - 0.5);
  const rect = svg("rect", {
    class: "place",
    "data-name": place.name,
    style: tone(place.op),
    rx: 2,
    x: left,
    y: top,
    width,
    height,
    onclick: () => select(place.name, {scroll: false})
  });
  tipOn(
    rect,
    () => [place.text,
           `bytes ${grouped(place.offset)} to ${grouped(place.offset + place.bytes)}` +
             ` (${bytesText(place.bytes)})`,
           `steps ${place.row.first_step} to ${
             place.op === "scratch" ? place.row.first_step : place.row.last_step}`,
           place.row.region ? `ring of rows, in ${place.row.region}` : ""]
            .filter(Boolean));
  const text = height >= 12 ? names(place).find((each) => each.length * 6.1 + 6 <= width) : null;
  return [
    rect,
    text ?
      svg(
        "text", {class: "place-text", x: left + 4, y: top + Math.min(height / 2 + 3.5, 14)}, text) :
      null
  ];
}

function drawPlan() {
  const {layers, arena_bytes: arena, arena_lower_bound_bytes: bound} = data.analysis;
  const columns = planColumns(layers), count = columns[columns.length - 1];
  const each = Number(byId("step-width").value), width = PLAN.left + PLAN.right + count * each;
  const top = Math.max(arena, bound) * 1.06;
  const x = (at) => PLAN.left + at * each;
  const y = (b) => PLAN.top + PLAN.height * (1 - b / top);
  const places = planPlaces(layers, columns, data.threads);
  const line = (b, text, below) =>
    [svg("line", {class: "bound", x1: PLAN.left, x2: width - PLAN.right, y1: y(b), y2: y(b)}),
     svg(
       "text", {
         class: "bound-text",
         x: width - PLAN.right - 4,
         y: y(b) + (below ? 15 : -6),
         "text-anchor": "end"
       },
       text)];
  const height = PLAN.top + PLAN.height + PLAN.bottom;
  const lines = arena === bound ? line(arena, `arena = lower bound: ${bytesText(arena)}`) : [
    ...line(arena, `arena: ${bytesText(arena)}`),
    ...line(bound, `lower bound of one thread: ${bytesText(bound)}`, true)
  ];
  byId("plan").replaceChildren(svg(
    "svg", {width, height, viewBox: `0 0 ${width} ${height}`},
    planAxes(width, y, columns, x, arena, data.threads),
    places.map((place) => drawPlace(place, x, y)).flat(), lines));
  if (selection.name) {
    for (const element of byId("plan").querySelectorAll(
           `[data-name="${CSS.escape(selection.name)}"]`)) {
      element.classList.add("selected");
    }
  }
}

function startMemory() {
  const {layers, arena_bytes: arena, arena_lower_bound_bytes: bound} = data.analysis;
  const columns = planColumns(layers), count = columns[columns.length - 1];
  const values = layers.reduce((sum, row) => sum + row.bytes, 0);
  byId("memory-lead")
    .replaceChildren(
      "A rectangle is a value: as wide as it lives, as high as it is large, where it stands in " +
        "the arena. ",
      `All values together are ${bytesText(values)}; they share `, html("b", {}, bytesText(arena)),
      arena === bound ? ", which no plan can undercut: so much is alive at once in some step." :
                        `. The proven lower bound of one thread is ${bytesText(bound)}.`);
  byId("step-width").value =
    Math.max(8, (byId("plan").clientWidth - 21 - PLAN.left - PLAN.right) / count - 0.05);
  byId("step-width").addEventListener("input", drawPlan);
  byId("plan").setAttribute(
    "aria-label",
    `Memory plan: ${layers.length} values in ${columns.length - 1} steps, arena of ${
      bytesText(arena)}`);
  legend(
    byId("plan-legend"), [...layers.filter((row) => row.bytes).map((row) => row.op), "scratch"]);
  drawPlan();
}
