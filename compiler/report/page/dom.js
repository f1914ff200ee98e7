// dom.js - making elements, numbers for people, the tooltip and the one selection of the page.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on"))
      element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}
const html = (name, attributes, ...children) =>
  fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) =>
  fill(document.createElementNS(SVG, name), attributes, children);

// Operations of one kind share a colour; a row is: variable of page.css, what people call it.
const KINDS = {
  conv2d: ["conv2d", "dense convolution"],
  separable: ["separable", "separable convolution"],
  depthwise: ["depthwise", "depthwise convolution"],
  linear: ["product", "classifier"],
  batch_norm: ["norm", "norm"],
  affine: ["norm", "norm"],
  activation: ["act", "activation"],
  add: ["sum", "sum"],
  max_pool: ["pool", "pooling"],
  global_pool: ["pool", "pooling"],
  softmax: ["act", "softmax"],
  region: ["conv2d", "region of streamed layers"],
  to_nchw: ["other", "copy for the caller"],
  to_nhwc: ["other", "copy for the caller"],
  wrong: ["bad", "difference"],
  input: ["other", "input"],
  scratch: ["norm", "scratch"],
};
const tone = (op) => `--tone: var(--${(KINDS[op] || ["other"])[0]})`;
const kindName = (op) => (KINDS[op] || [null, op])[1];

// Width in pixels of a drawing inside its frame; when printing, the frame's width may still be 0.
const chartWidth = (id) => Math.max(320, byId(id).clientWidth - 20);

function legend(list, ops) {
  const names = new Map(ops.map((op) => [kindName(op), op]));
  list.replaceChildren(
    ...[...names].map(([name, op]) => html("li", {}, html("i", {style: tone(op)}), name)));
}

// Replaces what is inside an element; children that are null are left out.
const put = (element, ...children) =>
  element.replaceChildren(...children.filter((child) => child !== null));

// ---- numbers ----
const grouped = (x) => x.toString().replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
const digits = (x, count) => x.toFixed(count);
function short(x, units) {
  let at = 0;
  while (Math.abs(x) >= 999.5 && at < units.length - 1) {
    x /= 1000;
    at++;
  }
  const places = at === 0 && Number.isInteger(x) ? 0 : x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2;
  return `${digits(x, places)}\u202f${units[at]}`.trim();
}
const bytesText = (x) => short(x, ["B", "kB", "MB", "GB", "TB"]);
const countText = (x) => short(x, ["", "k", "M", "G", "T"]);
const msText = (x) => `${digits(x, x >= 100 ? 1 : x >= 1 ? 2 : 3)}\u202fms`;
const percent = (x) => `${digits(100 * x, 1)}\u202f%`;
// The compiler writes infinity and NaN, which JSON does not have, as 1e300.
const small = (x) => (x === 0 ? "0" : x >= 1e300 ? "∞" : x.toExponential(1));

// ---- tooltip ----
function tipOn(element, text) {
  element.addEventListener("pointermove", (event) => {
    const tip = byId("tip"), [first, ...lines] = text();
    tip.replaceChildren(html("b", {}, first), ...lines.map((line) => html("span", {}, line)));
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, innerWidth - box.width - 8);
    const below = event.clientY + 16 + box.height < innerHeight;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${below ? event.clientY + 16 : event.clientY - box.height - 10}px`;
  });
  element.addEventListener("pointerleave", () => {
    byId("tip").hidden = true;
  });
}

// ---- selection: the name of a value, the same in every chart and table ----
const selection = {
  name: null,
  watchers: []
};
function select(name, options) {
  selection.name = name;
  for (const element of document.querySelectorAll("[data-name].selected")) {
    element.classList.remove("selected");
  }
  for (const element of document.querySelectorAll(`[data-name="${CSS.escape(name)}"]`)) {
    element.classList.add("selected");
  }
  for (const watcher of selection.watchers) watcher(name, options || {});
  try {
    history.replaceState(null, "", `#node/${encodeURIComponent(name)}`);
  } catch { /* a sandboxed frame has no history */
  }
}
const nameButton = (name, options) => html(
  "button", {type: "button", class: "link", onclick: () => select(name, options)},
  // A long name may be broken after a dot.
  name.split(/(?<=\.)/).flatMap((part, at) => (at ? [html("wbr"), part] : [part])));

// ---- tables that sort: a column is {title, text, value, class, hint} of a row ----
// The column of a row's name, which selects it.
const nameColumn = (title) => ({
  title,
  class: "text",
  text: (row) => nameButton(row.name, {scroll: true}),
  value: (row) => row.name
});
// The first columns of rows in order of execution: their index and name.
const namedRows = (title) =>
  [{
    title: "#",
    text: (row) => row.index,
    value: (row) => row.index,
    ascending: true,
    hint: "order of execution"
  },
   nameColumn(title)];
function sortable(place, caption, columns, rows) {
  const body = html("tbody");
  const show = (list) => body.replaceChildren(...list.map(
    (row) => html(
      "tr", {"data-name": row.name, class: row.name === selection.name ? "selected" : null},
      columns.map((column) => html("td", {class: column.class}, column.text(row))))));
  const heads = columns.map(
    (column) => html(
      "th", {class: column.class, scope: "col"},
      html(
        "button", {type: "button", title: column.hint, onclick: () => sort(column)},
        column.title)));
  function sort(column) {
    const head = heads[columns.indexOf(column)];
    const first =
      typeof column.value(rows[0]) === "string" || column.ascending ? "ascending" : "descending";
    const other = first === "ascending" ? "descending" : "ascending";
    const now = head.getAttribute("aria-sort") === first ? other : first;
    for (const each of heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", now);
    const sign = now === "ascending" ? 1 : -1;
    show([...rows].sort((a, b) => {
      const x = column.value(a), y = column.value(b);
      return sign * (x < y ? -1 : x > y ? 1 : 0);
    }));
  }
  show(rows);
  place.replaceChildren(html(
    "table", {class: "data"}, html("caption", {}, caption),
    html("thead", {}, html("tr", {}, heads)), body));
}
const barCell =
  (text, share, op) => [text, html("span", {class: "bar", style: op && tone(op)}, html("i", {
                                     style: `width: ${Math.min(100, 100 * share).toFixed(1)}%`
                                   }))];
