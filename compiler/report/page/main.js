// main.js - header, totals, theme, and the start of everything.
function card(title, big, ...lines) {
  const [number, unit] = typeof big === "string" ? big.split("\u202f") : [big];
  return html(
    "div", {}, html("dt", {}, title),
    html(
      "dd", {},
      html("div", {class: "big"}, number, unit ? html("span", {class: "unit"}, ` ${unit}`) : null),
      lines.filter(Boolean).map((line) => html("div", {class: "small"}, line))));
}

function startTotals() {
  const {analysis, bench, check, network} = data;
  byId("model").textContent = analysis.model;
  byId("title").textContent = network.title;
  byId("notice").textContent = data.notice || "";
  byId("notice").hidden = !data.notice;
  const wrong = check ? check.values.filter((row) => row.different || !row.compared).length : 0;
  byId("cards").replaceChildren(
    ...
      [card("Parameters", countText(analysis.parameters), grouped(analysis.parameters)),
       card("Multiply-adds", countText(analysis.macs), grouped(analysis.macs)),
       bench &&
         card(
           "Time", msText(bench.min_ms),
           `median ${msText(bench.median_ms)}, ${bench.runs} run${bench.runs === 1 ? "" : "s"}`,
           `${digits(bench.images_per_s, 1)} images/s`),
       bench &&
         card(
           "Speed", `${digits(bench.gflops, 1)}\u202fGFLOP/s`,
           `${percent(bench.share_of_peak)} of the measured peak`),
       card(
         "Arena", bytesText(analysis.arena_bytes),
         analysis.arena_bytes === analysis.arena_lower_bound_bytes ?
           "equal to its lower bound" :
           `bound of one thread ${bytesText(analysis.arena_lower_bound_bytes)}`),
       card(
         "Weights", bytesText(data.weights_bytes),
         network.weights || "no checkpoint: reproducible values"),
       check &&
         card(
           "Check",
           wrong ? html("span", {class: "bad"}, `${wrong} wrong`) :
                   html("span", {class: "good"}, "all equal"),
           `${check.values.length} values`,
           `output within ${
             small(Math.max(...check.outputs.map((o) => o.relative)))} of its spread`),
  ].filter(Boolean));
  byId("facts").querySelector("table").replaceChildren(
    ...Object.entries(data.facts)
      .map(
        ([key, value]) => html("tr", {}, html("th", {scope: "row"}, key), html("td", {}, value))));
  byId("footer").textContent =
    `Written by xnc ${data.facts.xnc}. This page needs nothing but itself.`;
}

// Replaces a section that has no numbers by a sentence that says so.
function leaveOut(section, ids) {
  byId(`${section}-lead`).textContent = data.notice;
  for (const id of ids) byId(id).hidden = true;
}

function startTheme() {
  const root = document.documentElement, button = byId("theme"), themes = ["auto", "light", "dark"];
  const set = (theme) => {
    if (theme === "auto")
      delete root.dataset.theme;
    else
      root.dataset.theme = theme;
    button.textContent = {auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark"}[theme];
    try {
      localStorage.setItem("xnc-theme", theme);
    } catch { /* storage is blocked: the choice lasts for this page */
    }
  };
  let kept = null;
  try {
    kept = localStorage.getItem("xnc-theme");
  } catch { /* storage is blocked: nothing is kept */
  }
  set(themes.includes(kept) ? kept : "auto");
  button.addEventListener("click", () => {
    set(themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length]);
  });
}

const asked = decodeURIComponent(location.hash).match(/^#node\/(.+)$/);
startTheme();
startTotals();
startGraph();
startPanel();
startMemory();
startTime();
startBeside();
startCurve();
startError();
if (
  asked &&
  (data.graphs.compiled.byName.has(asked[1]) || data.graphs.described.byName.has(asked[1]))) {
  select(asked[1]);
}
addEventListener("beforeprint", zoomFit);
