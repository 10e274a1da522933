"use strict";
// What is shown: kinds switched on, the chosen thing, what is near it.
const DATA = JSON.parse(document.getElementById("data").textContent);
const KINDS = DATA.kinds;
const FOLDED = ["step", "file"];  // switched off, their neighbours are tied to each other
const NODES = DATA.nodes.map(([id, kind, name, path, line, facts]) => ({ id, kind, name, path, line, facts, x: 0, y: 0, hot: false }));
const BY_ID = new Map(NODES.map(node => [node.id, node]));
const TIES = DATA.ties.map(([from, to, what, path, line]) => ({ from: BY_ID.get(from), to: BY_ID.get(to), what, path, line }));
const state = { off: new Set(), chosen: null, close: new Set(), nodes: [], ties: [] };

function plural(kind) { return kind === "dataset" ? "data sets" : kind + "s"; }

function folded(ties) {
  let now = ties;
  for (const kind of FOLDED.filter(one => state.off.has(one))) {
    const into = new Map(), out = [];
    for (const tie of now) if (tie.to.kind === kind) { if (!into.has(tie.to)) into.set(tie.to, []); into.get(tie.to).push(tie); }
    for (const tie of now) {
      if (tie.from.kind === kind) for (const first of into.get(tie.from) || []) out.push({ ...tie, from: first.from, what: `${first.what} ${tie.what}` });
      else if (tie.to.kind !== kind) out.push(tie);
    }
    now = out;
  }
  return now;
}

function around(node, ties, hops) {
  const found = new Set([node]);
  for (let step = 0; step < hops; step++) {
    const edge = [...found];
    for (const tie of ties) {
      if (edge.includes(tie.from)) found.add(tie.to);
      if (edge.includes(tie.to)) found.add(tie.from);
    }
  }
  return found;
}

function refresh(refit) {
  const ties = folded(TIES).filter(tie => !state.off.has(tie.from.kind) && !state.off.has(tie.to.kind) && tie.from !== tie.to);
  const hops = Number(document.getElementById("hops").value);
  const only = hops && state.chosen ? around(state.chosen, ties, hops) : null;
  state.nodes = NODES.filter(node => !state.off.has(node.kind) && (!only || only.has(node)));
  const shown = new Set(state.nodes);
  state.ties = ties.filter(tie => shown.has(tie.from) && shown.has(tie.to));
  state.close = state.chosen ? around(state.chosen, state.ties, 1) : new Set();
  if (refit) arrange(state.nodes, state.ties, KINDS);
  document.getElementById("count").textContent = `${state.nodes.length} of ${NODES.length} things, ${state.ties.length} ties`;
  if (refit) fit(); else draw();
}

function choose(node, go) {
  state.chosen = node;
  if (node && state.off.has(node.kind)) { state.off.delete(node.kind); chips(); refresh(true); }
  refresh(Number(document.getElementById("hops").value) > 0);
  if (node) { showNode(node); history.replaceState(null, "", "#" + encodeURIComponent(node.id)); }
  else { showEstate(); history.replaceState(null, "", location.pathname + location.search); }
  if (node && go) centre(node);
}

function chips() {
  const bar = document.getElementById("kinds");
  bar.replaceChildren();
  for (const kind of KINDS) {
    const count = NODES.filter(node => node.kind === kind).length;
    if (!count) continue;
    bar.append(make("button", { "aria-pressed": String(!state.off.has(kind)), onclick: () => {
      if (state.off.has(kind)) state.off.delete(kind); else state.off.add(kind);
      chips(); refresh(true);
    } }, dot(kind), make("b", {}, plural(kind)), make("span", { class: "n" }, String(count))));
  }
}

function listenToSearch() {
  const input = document.getElementById("search"), list = document.getElementById("found");
  let now = 0;
  const hits = () => {
    const text = input.value.trim().toUpperCase();
    if (!text) return [];
    const rank = node => { const at = node.name.toUpperCase().indexOf(text); return at < 0 ? 99 : at === 0 ? 0 : 1; };
    return NODES.filter(node => rank(node) < 99).sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)).slice(0, 40);
  };
  const show = () => {
    list.replaceChildren(...hits().map((node, at) => make("li", { class: at === now ? "now" : "", onclick: () => pick(node) }, dot(node.kind), node.name, make("small", {}, node.kind))));
  };
  const pick = node => { input.value = ""; list.replaceChildren(); choose(node, true); };
  input.addEventListener("input", () => { now = 0; show(); });
  input.addEventListener("keydown", event => {
    const all = hits();
    if (event.key === "Enter" && all[now]) pick(all[now]);
    else if (event.key === "Escape") { input.value = ""; list.replaceChildren(); input.blur(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      now = Math.max(0, Math.min(all.length - 1, now + (event.key === "ArrowDown" ? 1 : -1))); show(); event.preventDefault();
    }
  });
  input.addEventListener("blur", () => setTimeout(() => list.replaceChildren(), 200));
}

function listenToKeys() {
  document.addEventListener("keydown", event => {
    if (["INPUT", "SELECT"].includes(document.activeElement.tagName)) return;
    if (event.key === "/") { document.getElementById("search").focus(); event.preventDefault(); }
    else if (event.key === "0") fit();
    else if (event.key === "+" || event.key === "=") zoomMiddle(1.25);
    else if (event.key === "-") zoomMiddle(0.8);
    else if (event.key === "Escape") choose(null);
  });
}

function themed(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  readColours(); draw();
}

function start() {
  const query = new URLSearchParams(location.search);
  const system = matchMedia("(prefers-color-scheme: dark)");
  themed(query.has("theme") ? query.get("theme") === "dark" : system.matches);
  document.getElementById("theme").onclick = () => themed(document.documentElement.dataset.theme !== "dark");
  document.getElementById("fit").onclick = fit;
  document.getElementById("zoom-in").onclick = () => zoomMiddle(1.3);
  document.getElementById("zoom-out").onclick = () => zoomMiddle(0.77);
  document.getElementById("hops").onchange = () => refresh(true);
  if (NODES.length > 120) FOLDED.forEach(kind => state.off.add(kind));
  for (const path of DATA.touched) NODES.forEach(node => { if (node.path === path && ["program", "copybook", "map"].includes(node.kind)) node.hot = true; });
  sized(); chips(); showEstate(); refresh(true);
  listenToCanvas(); listenToSearch(); listenToKeys();
  const named = decodeURIComponent(location.hash.slice(1));
  if (BY_ID.has(named)) choose(BY_ID.get(named), true);
  paint();
  document.body.dataset.ready = "yes";
}
start();
