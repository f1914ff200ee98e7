// graph.js - draws both graphs and lets people move in them.
const graphs = {};
const view = {
  which: "compiled",
  x: 0,
  y: 0,
  scale: 1
};
const FAR = 0.52;  // below this scale names are too small to read

function indexGraph(graph) {
  graph.byName = new Map(graph.nodes.map((node) => [node.name, node]));
  graph.readers = new Map();
  for (const node of graph.nodes) {
    for (const name of node.in) {
      if (!graph.readers.has(name)) graph.readers.set(name, []);
      graph.readers.get(name).push(node.name);
    }
  }
}

const fits = (text, most) => (text.length > most ? `…${text.slice(text.length - most + 1)}` : text);

function drawNode(place) {
  const {node} = place;
  const element = svg(
    "g", {
      class: "node",
      "data-name": node.name,
      style: tone(node.op),
      transform: `translate(${place.x} ${place.y})`,
      onclick: () => select(node.name, {stay: true})
    },
    svg("rect", {class: "box", width: NODE.width, height: NODE.height, rx: 5}),
    svg("rect", {class: "tone", x: 0, y: 4, width: 4, height: NODE.height - 8, rx: 2}),
    svg("text", {x: 11, y: 15}, fits(place.label, 23)),
    svg("text", {class: "more", x: 11, y: 28}, `${node.op} ${node.shape.replace(/x/g, "×")}`));
  tipOn(element, () => nodeTip(node));
  return element;
}

function nodeTip(node) {
  const lines = [`${kindName(node.op)}, ${node.shape.replace(/x/g, " × ")}`];
  if (node.macs) lines.push(`${countText(node.macs)} multiply-adds`);
  if (node.parameters) lines.push(`${grouped(node.parameters)} parameters`);
  if (node.line) lines.push(`line ${node.line} of ${data.description.path}`);
  return [node.name, ...lines];
}

function drawRegions(layout) {
  const boxes = new Map();
  for (const {node, group, x, y} of layout.places.values()) {
    if (!node.region) continue;
    const key = `${node.region} ${group.key}`;
    const box = boxes.get(key) || {left: x, right: x, top: y, low: y};
    boxes.set(key, {
      left: Math.min(box.left, x),
      right: Math.max(box.right, x),
      top: Math.min(box.top, y),
      low: Math.max(box.low, y)
    });
  }
  return [...boxes.values()].map(
    (box) =>
      [svg("rect", {
         class: "region",
         x: box.left - 9,
         y: box.top - 10,
         rx: 7,
         width: box.right - box.left + NODE.width + 18,
         height: box.low - box.top + NODE.height + 20
       }),
       svg(
         "text", {class: "region-title", x: box.left, y: box.low + NODE.height + 9},
         "streamed region")]);
}

function drawGraph(graph, aspect) {
  const layout = layoutGraph(graph, aspect);
  const columns = layout.groups.map(
    (group) =>
      [svg("rect", {
         class: "column",
         x: group.x,
         y: group.y,
         width: group.width,
         height: group.height,
         rx: 9
       }),
       svg("text", {class: "column-title", x: group.x + 12, y: group.y + 20}, group.title)]);
  const edges = layout.edges.map((edge) => svg("path", {
                                   d: roundedPath(edge.points),
                                   class: edge.residual ? "edge skip-edge" : "edge",
                                   "data-from": edge.from,
                                   "data-to": edge.to,
                                   "marker-end": edge.to ? "url(#arrow)" : null
                                 }));
  const nodes = [...layout.places.values()].map(drawNode);
  return {layout, layer: svg("g", {}, columns.flat(), drawRegions(layout).flat(), edges, nodes)};
}

function applyView() {
  const {layer} = graphs[view.which];
  layer.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  byId("view").classList.toggle("far", view.scale < FAR);
  byId("zoom").value = `${Math.round(view.scale * 100)}\u202f%`;
}

function zoomBy(factor, x, y) {
  const box = byId("view").getBoundingClientRect();
  const [cx, cy] = [x ?? box.width / 2, y ?? box.height / 2];
  const scale = Math.min(4, Math.max(0.05, view.scale * factor));
  view.x = cx - (cx - view.x) * scale / view.scale;
  view.y = cy - (cy - view.y) * scale / view.scale;
  view.scale = scale;
  applyView();
}

function zoomFit() {
  const box = byId("view").getBoundingClientRect(), {layout} = graphs[view.which];
  const scale =
    Math.min((box.width - 30) / (layout.width + 40), (box.height - 30) / (layout.height + 20), 1.6);
  view.scale = scale;
  view.x = (box.width - layout.width * scale) / 2;
  view.y = Math.max(15, (box.height - layout.height * scale) / 2);
  applyView();
}

// Moves until a node can be seen, at a scale at which it can be read.
function showNode(name) {
  const place = graphs[view.which].layout.places.get(name);
  const box = byId("view").getBoundingClientRect();
  if (!place) return;
  const scale = Math.max(view.scale, 0.8);
  const x = view.x + middle(place) * scale, y = view.y + place.y * scale;
  if (scale === view.scale && x > 90 && x < box.width - 90 && y > 20 && y < box.height - 60) return;
  view.scale = scale;
  view.x = box.width / 2 - middle(place) * scale;
  view.y = box.height / 2 - place.y * scale;
  applyView();
}

function showGraph(which) {
  view.which = which;
  const frame = byId("view").firstChild;
  frame.querySelector(".layers").replaceChildren(graphs[which].layer);
  for (const each of ["described", "compiled"]) {
    byId(`show-${each}`).setAttribute("aria-checked", String(each === which));
    byId(`show-${each}`).tabIndex = each === which ? 0 : -1;
  }
  legend(byId("legend"), data.graphs[which].nodes.map((node) => node.op));
  zoomFit();
}

// The node of a graph for a selected name: of that name, or the one that it was fused into.
function counterpart(name, which) {
  if (data.graphs[which].byName.has(name)) return name;
  const node = data.graphs.described.byName.get(name);
  return which === "compiled" && node ? node.taken_by : null;
}

function toggleGraph(which) {
  if (which === view.which) return;
  const kept = selection.name && counterpart(selection.name, which);
  showGraph(which);
  if (kept) select(kept);
}

function markSelection(name, options) {
  if (!data.graphs[view.which].byName.has(name)) {
    showGraph(view.which === "compiled" ? "described" : "compiled");
  }
  const {layer} = graphs[view.which], graph = data.graphs[view.which];
  for (const element of layer.querySelectorAll(".node")) {
    const node = graph.byName.get(element.dataset.name);
    element.classList.toggle("selected", node.name === name);
    element.classList.toggle(
      "kin",
      view.which === "described" && node.name !== name &&
        node.taken_by === graph.byName.get(name).taken_by);
  }
  for (const edge of layer.querySelectorAll(".edge")) {
    edge.classList.toggle("near", edge.dataset.from === name || edge.dataset.to === name);
  }
  if (!options.stay) showNode(name);
  if (options.scroll) byId("graph").scrollIntoView();
}

function step(by) {
  const nodes = data.graphs[view.which].nodes;
  const at = nodes.findIndex((node) => node.name === selection.name);
  select(nodes[Math.min(nodes.length - 1, Math.max(0, at + by))].name);
}

function onKey(event) {
  const move = {ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [
                  0, -60
                ]}[event.key];
  const action = {
    "+": () => zoomBy(1.25),
    "=": () => zoomBy(1.25),
    "-": () => zoomBy(0.8),
    "0": zoomFit,
    g: () => toggleGraph(view.which === "compiled" ? "described" : "compiled"),
    ArrowUp: () => step(-1),
    ArrowDown: () => step(1),
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (event.shiftKey && move) {
    view.x += move[0];
    view.y += move[1];
    applyView();
  } else
    action();
}

function listenToView(place) {
  let drag = null;
  place.addEventListener("pointerdown", (event) => {
    if (event.button === 0)
      drag = {x: event.clientX - view.x, y: event.clientY - view.y, moved: false};
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.moved = drag.moved || Math.hypot(x - view.x, y - view.y) > 3;
    if (!drag.moved) return;
    place.classList.add("dragging");
    Object.assign(view, {x, y});
    applyView();
  });
  addEventListener("pointerup", () => {
    drag = null;
    place.classList.remove("dragging");
  });
  place.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = place.getBoundingClientRect();
    zoomBy(Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top);
  }, {passive: false});
  place.addEventListener("dblclick", (event) => {
    const box = place.getBoundingClientRect();
    zoomBy(1.6, event.clientX - box.left, event.clientY - box.top);
  });
  place.addEventListener("keydown", onKey);
}

function startGraph() {
  const place = byId("view"), box = place.getBoundingClientRect();
  const arrow = svg(
    "marker", {
      id: "arrow",
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      markerUnits: "userSpaceOnUse",
      orient: "auto"
    },
    svg("path", {class: "arrow", d: "M0 0L8 4L0 8z"}));
  place.append(svg("svg", {}, svg("defs", {}, arrow), svg("g", {class: "layers"})));
  for (const which of ["described", "compiled"]) {
    indexGraph(data.graphs[which]);
    graphs[which] = drawGraph(data.graphs[which], box.width / box.height);
    const button = byId(`show-${which}`), count = data.graphs[which].nodes.length;
    button.textContent = `${which === "described" ? "As described" : "Compiled"} (${count})`;
    button.addEventListener("click", () => toggleGraph(which));
    button.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      const other = which === "described" ? "compiled" : "described";
      toggleGraph(other);
      byId(`show-${other}`).focus();
    });
  }
  byId("names").append(
    ...data.graphs.described.nodes.map((node) => html("option", {value: node.name})));
  byId("find").addEventListener("change", (event) => find(event.target.value.trim()));
  byId("zoom-in").addEventListener("click", () => zoomBy(1.25));
  byId("zoom-out").addEventListener("click", () => zoomBy(0.8));
  byId("zoom-fit").addEventListener("click", zoomFit);
  listenToView(place);
  selection.watchers.push(markSelection);
  showGraph("compiled");
  let width = box.width;
  new ResizeObserver(() => {
    if (place.clientWidth !== width) zoomFit();
    width = place.clientWidth;
  }).observe(place);
}

function find(text) {
  const graph = data.graphs[view.which];
  const name = graph.byName.has(text) || data.graphs.described.byName.has(text) ?
    text :
    (graph.nodes.find((node) => node.name.includes(text)) || {}).name;
  if (text && name) select(name);
}
