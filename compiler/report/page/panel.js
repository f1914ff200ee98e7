// panel.js - the side panel: everything that is known about the selected node.
const listOf = (names) =>
  (names.length ? html("ul", {}, names.map((name) => html("li", {}, nameButton(name)))) : null);

function compiledRows(name) {
  const layer = (data.analysis.layers || []).find((row) => row.name === name);
  const timed = (data.bench ? data.bench.layers : []).find((row) => row.name === name);
  const checked = (data.check ? data.check.values : []).find((row) => row.name === name);
  const rows = [];
  if (layer && layer.bytes) {
    rows.push([
      "Memory",
      `${bytesText(layer.bytes)} at byte ${grouped(layer.offset)}` +
        `, steps ${layer.first_step} to ${layer.last_step}`
    ]);
  }
  if (timed)
    rows.push(["Time", `${msText(timed.ms)}, ${percent(timed.share_of_peak)} of the peak`]);
  if (checked) {
    rows.push([
      "Error",
      checked.different ?
        html(
          "span", {class: "bad"},
          `${grouped(checked.different)} elements differ, up to ${checked.ulp} ulp`) :
        html("span", {class: "good"}, "equal to the interpreter, bit by bit")
    ]);
  }
  return rows;
}

function workRows(node) {
  const fused = [
    node.prologue && `${node.prologue} as it reads`,
    node.mid_act && `${node.mid_act} between the stages`,
    node.residual && (node.residual === "scaled" ? "a scaled residual added" : "a residual added"),
    node.epilogue && `${node.epilogue} as it writes`
  ].filter(Boolean);
  return [
    ["Shape", node.shape.replace(/x/g, " × ")],
    [
      "Window",
      [
        node.kernel, node.stride && `stride ${node.stride}`,
        node.dilation && `dilation ${node.dilation}`
      ].filter(Boolean)
        .join(", ")
        .replace(/(\d)x(\d)/g, "$1 × $2")
    ],
    ["Function", node.act || node.pool],
    ["Fused in", fused.join("; ")],
    ["Multiply-adds", node.macs ? grouped(node.macs) : ""],
    ["Parameters", node.parameters ? grouped(node.parameters) : ""],
  ];
}

function sourceRow(node) {
  if (!node.line) return null;
  const text = data.description.lines[node.line];
  return html(
    "span", {}, `${data.description.path}:${node.line}`,
    text ? html("pre", {}, text.trim()) : null);
}

function showPanel(name) {
  const compiled = data.graphs.compiled.byName.get(name),
        described = data.graphs.described.byName.get(name);
  const here = data.graphs[view.which], node = here.byName.get(name);
  if (!node) return;
  const takes =
    data.graphs.described.nodes.filter((each) => each.taken_by === name && each.name !== name);
  const rows = [
    ...workRows(node), ...(view.which === "compiled" ? compiledRows(name) : []),
    ["Region", node.region ? `of ${node.region}: its rows stream` : ""],
    ["Source", sourceRow(node)], ["Reads", listOf(node.in.filter((each) => here.byName.has(each)))],
    ["Read by", listOf(here.readers.get(name) || [])],
    [
      "Took in", view.which === "compiled" && compiled ? listOf(takes.map((each) => each.name)) : ""
    ],
    [
      "Compiled into",
      view.which === "described" && described && described.taken_by && described.taken_by !== name ?
        nameButton(described.taken_by) :
        ""
    ]
  ];
  byId("panel").replaceChildren(
    html("h3", {}, name),
    html("p", {class: "what"}, `${node.op}: ${data.ops[node.op] || kindName(node.op)}`),
    html(
      "table", {},
      rows.filter(([, value]) => value)
        .map(([key,
               value]) => html("tr", {}, html("th", {scope: "row"}, key), html("td", {}, value)))));
}

function startPanel() {
  byId("panel").replaceChildren(
    html("p", {class: "what"}, "Select a node in the drawing, or a name anywhere on this page."));
  selection.watchers.push(showPanel);
}
