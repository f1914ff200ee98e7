// layout.js - a graph into places: columns of blocks, nodes in lanes and ranks, edges as corners.
//
// A column holds the nodes of one block (or of stem and head). In it the rank of a node is the
// longest way from the column's entry, lane 0 is the longest chain and other lanes hold what runs
// beside it. Columns stand side by side and wrap into rows, like lines of a text.
const NODE = {
  width: 168,
  height: 36,
  gap: 18
};
const COLUMN = {
  pad: 16,
  head: 34,
  gap: 34,
  lane: 14
};

function groupNodes(graph) {
  const groups = [], home = new Map();
  let seen = false;
  for (const node of graph.nodes) {
    const above = home.get(node.in[0]);
    seen = seen || node.block >= 0;
    // Layers behind the last block belong to the head; a conversion of an output to NCHW belongs to
    // the column of the node that it converts.
    const key = node.op === "to_nchw" && above ? above.key :
      node.block >= 0                          ? node.block :
      seen                                     ? "head" :
                                                 "stem";
    let group = groups.find((each) => each.key === key);
    if (!group) groups.push(group = {key, nodes: []});
    group.nodes.push(node);
    home.set(node.name, group);
  }
  return {groups, home};
}

// Names in a column without the name of the block: what all share, up to the part with its number.
function nameGroup(group) {
  const parts = group.nodes.map((node) => node.name.split("."));
  const longest = Math.min(...parts.map((part) => part.length));
  let shared = 0;
  while (shared < longest && parts.every((part) => part[shared] === parts[0][shared])) {
    shared++;
    if (/\d/.test(parts[0][shared - 1])) break;
  }
  const prefix = parts[0].slice(0, shared).join("."), isBlock = typeof group.key === "number";
  group.title = isBlock ? prefix || `block ${group.key}` : group.key;
  const drop = isBlock && prefix ? prefix.length + 1 : 0;
  for (const node of group.nodes) group.labels.set(node, node.name.slice(drop) || node.name);
}

// Gives each node off the main chain the first lane that is free from its own rank down to the rank
// of its last reader.
function spreadLanes(group, rank, lane) {
  const taken = new Set();
  for (const node of group.nodes) {
    const readers = group.nodes.filter((each) => each.in.includes(node.name));
    const last =
      Math.max(rank.get(node), ...readers.map((each) => rank.get(each) - (lane.get(each) ? 1 : 0)));
    const cells = (at) => {
      const list = [];
      for (let row = rank.get(node); row <= last; row++) list.push(`${at}:${row}`);
      return list;
    };
    while (lane.get(node) > 0 && cells(lane.get(node)).some((cell) => taken.has(cell))) {
      lane.set(node, lane.get(node) + 1);
    }
    if (lane.get(node) > 0) cells(lane.get(node)).forEach((cell) => taken.add(cell));
  }
}

function rankGroup(group) {
  const inside = new Map(group.nodes.map((node) => [node.name, node]));
  const rank = new Map(), above = new Map();
  for (const node of group.nodes) {
    rank.set(node, 0);
    for (const name of node.in) {
      const from = inside.get(name);
      if (from && rank.get(from) + 1 > rank.get(node)) {
        rank.set(node, rank.get(from) + 1);
        above.set(node, from);
      }
    }
  }
  const lane = new Map(group.nodes.map((node) => [node, 1]));
  let deepest = group.nodes.reduce((a, b) => (rank.get(b) >= rank.get(a) ? b : a));
  for (; deepest; deepest = above.get(deepest)) lane.set(deepest, 0);
  spreadLanes(group, rank, lane);
  Object.assign(group, {rank, lane, lanes: 1 + Math.max(...lane.values())});
}

// Size of a column; the track beside lane 0 is for edges that pass nodes by.
function sizeGroup(group) {
  const ranks = 1 + Math.max(...group.rank.values());
  group.width = 2 * COLUMN.pad + group.lanes * NODE.width + group.lanes * COLUMN.lane;
  group.height = COLUMN.head + ranks * (NODE.height + NODE.gap) + COLUMN.pad;
}

// Puts columns side by side, and into a further row where they would be wider than that.
function wrapGroups(groups, widest) {
  let x = 0, y = 0, tallest = 0, row = 0, width = 0;
  for (const group of groups) {
    if (x > 0 && x + group.width > widest) {
      x = 0;
      y += tallest + 62;
      tallest = 0;
      row++;
    }
    Object.assign(group, {x, y, row});
    x += group.width + COLUMN.gap;
    tallest = Math.max(tallest, group.height);
    width = Math.max(width, x - COLUMN.gap);
  }
  return {width, height: y + tallest};
}

// Wraps the columns where the whole appears largest in a view of that width / height.
function placeGroups(groups, aspect) {
  const all = groups.reduce((sum, group) => sum + group.width + COLUMN.gap, 0);
  let best = {scale: 0};
  for (let rows = 1; rows <= groups.length; rows++) {
    for (const slack of [0, 0.06, 0.12, 0.2, 0.3]) {
      const widest = all / rows * (1 + slack);
      const {width, height} = wrapGroups(groups, widest);
      const scale = Math.min(aspect / width, 1 / height);
      if (scale > best.scale) best = {scale, widest};
    }
  }
  return wrapGroups(groups, best.widest);
}

function placeNodes(group, places) {
  for (const node of group.nodes) {
    const x = group.x + COLUMN.pad + group.lane.get(node) * (NODE.width + COLUMN.lane);
    const y = group.y + COLUMN.head + 10 + group.rank.get(node) * (NODE.height + NODE.gap);
    places.set(
      node.name, {node, group, x, y, lane: group.lane.get(node), label: group.labels.get(node)});
  }
}

const middle = (place) => place.x + NODE.width / 2;
const entryOf = (group) =>
  ({x: group.x + COLUMN.pad + NODE.width / 2, y: group.y + COLUMN.head - 2});

// Corners of an edge from the entry or a node of a column to another node of it.
function edgeInside(from, place, places) {
  const start = from.node ? {x: middle(from), y: from.y + NODE.height} : from;
  const end = {x: middle(place), y: place.y};
  const lane = from.node ? from.lane : 0;
  const free = ![...places.values()].some(
    (other) => other.group === place.group && other.lane === place.lane && other.y > start.y &&
      other.y < end.y);
  if (lane !== place.lane && lane === 0) {
    return [start, {x: start.x, y: start.y + 7}, {x: end.x, y: start.y + 7}, end];
  }
  if (lane === place.lane && free) return [start, end];
  const side = place.y + NODE.height / 2, right = {x: place.x + NODE.width, y: side};
  if (lane !== place.lane) return [start, {x: start.x, y: side}, right];
  const track = place.x + NODE.width + COLUMN.lane / 2 + 1;
  return from.node ?
    [
      {x: from.x + NODE.width, y: from.y + NODE.height / 2},
      {x: track, y: from.y + NODE.height / 2}, {x: track, y: side}, right
    ] :
    [start, {x: track, y: start.y}, {x: track, y: side}, right];
}

// Corners of an edge from a node to the entry of another column.
function edgeBetween(from, group) {
  const start = {x: middle(from), y: from.y + NODE.height}, to = entryOf(group);
  const low = from.group.y + from.group.height + 12;
  const gap = from.group.row === group.row ? group.x - COLUMN.gap / 2 : group.x - 18;
  const high = group.y - 14;
  const turn = from.group.row === group.row ? low : group.y - 36;
  return [
    start, {x: start.x, y: turn}, {x: gap, y: turn}, {x: gap, y: high}, {x: to.x, y: high}, to
  ];
}

function layoutGraph(graph, aspect) {
  const {groups, home} = groupNodes(graph);
  for (const group of groups) {
    group.labels = new Map();
    nameGroup(group);
    rankGroup(group);
    sizeGroup(group);
  }
  const size = placeGroups(groups, aspect), places = new Map(), edges = [], joined = new Set();
  for (const group of groups) placeNodes(group, places);
  for (const node of graph.nodes) {
    node.in.forEach((name, index) => {
             const from = places.get(name), place = places.get(node.name);
             const residual = index > 0 && index === node.in.length - 1;
             const add = (points) => edges.push({from: name, to: node.name, points, residual});
             if (from && from.group === place.group) return add(edgeInside(from, place, places));
             add(edgeInside(entryOf(place.group), place, places));
             const key = `${name} ${place.group.key}`;
             if (from && !joined.has(key)) {
               joined.add(key);
               edges.push(
                 {from: name, to: null, points: edgeBetween(from, place.group), residual: false});
             }
           });
  }
  return {groups, home, places, edges, ...size};
}

// Corners into a path that turns with a radius.
function roundedPath(points) {
  let path = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [a, b, c] = [points[i - 1], points[i], points[i + 1]];
    const before = Math.hypot(b.x - a.x, b.y - a.y), after = Math.hypot(c.x - b.x, c.y - b.y);
    const r = Math.min(6, before / 2, after / 2);
    const near = (to, length) => `${b.x + (length ? (to.x - b.x) * r / length : 0)} ` +
      `${b.y + (length ? (to.y - b.y) * r / length : 0)}`;
    path += `L${near(a, before)}Q${b.x} ${b.y} ${near(c, after)}`;
  }
  const last = points[points.length - 1];
  return `${path}L${last.x} ${last.y}`;
}
