"use strict";
// The side panel: what a thing is, its ties, its records byte by byte, its source.
const panel = document.getElementById("panel");

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "onclick") element.addEventListener("click", value);
    else if (key === "style") element.style.cssText = value;
    else element.setAttribute(key, value);
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}

function dot(kind) { return make("span", { class: "dot", style: `--c: var(--${kind})` }); }

function place(path, line) { return path ? `${path.split("/").pop()}:${line}` : ""; }

function excerpt(path, line, wide) {
  const text = DATA.sources[path];
  if (!text) return null;
  const box = make("pre", { "data-path": path });
  const numbers = Object.keys(text).map(Number).filter(n => Math.abs(n - line) <= wide).sort((a, b) => a - b);
  for (const number of numbers) {
    const said = text[number], row = make("div", { class: number === line ? "hot" : "" }, make("i", {}, String(number)));
    const comment = /^.{6}[*\/]|^\s*\*>|^\/\/\*/.test(said);
    if (comment) row.append(make("span", { class: "note" }, said));
    else for (const part of said.split(/('[^']*'|"[^"]*")/)) row.append(/^['"]/.test(part) ? make("span", { class: "text" }, part) : part);
    box.append(row);
  }
  requestAnimationFrame(() => {
    const hot = box.querySelector(".hot");
    if (hot) box.scrollTop = hot.offsetTop - box.offsetTop - 60;
  });
  return box.childElementCount ? box : null;
}

function showSource(path, line) {
  const old = panel.querySelector("#source");
  const box = excerpt(path, line, 400);
  if (!old || !box) return;
  old.replaceChildren(make("h3", {}, `Source: ${path}:${line}`), box);
  old.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function tieList(title, ties, other) {
  if (!ties.length) return [];
  const list = make("ul", { class: "ties" });
  for (const tie of ties) {
    const node = other(tie), at = make("span", { class: "at", title: `${tie.path}:${tie.line}` }, place(tie.path, tie.line));
    at.addEventListener("click", event => { event.stopPropagation(); showSource(tie.path, tie.line); });
    list.append(make("li", { onclick: () => choose(node, true) }, dot(node.kind), make("span", { class: "name" }, node.name), make("span", { class: "what" }, tie.what), at));
  }
  return [make("h3", {}, `${title} (${ties.length})`), list];
}

function lanes(items) {
  // Each nesting depth is a row; what redefines gets rows of its own below.
  const stack = [], placed = [];
  let rows = 1, extra = 0;
  for (const item of items) {
    while (stack.length && stack[stack.length - 1].level >= item.level) stack.pop();
    const above = stack.length ? stack[stack.length - 1] : null;
    const lane = { level: item.level, item, again: item.again || (above ? above.again : false), depth: above ? above.depth + 1 : 0, group: false };
    if (above) above.group = true;
    lane.base = item.again ? "new" : above ? above.base : 0;
    if (lane.base === "new") { lane.base = { start: lane.depth, id: ++extra }; }
    stack.push(lane); placed.push(lane);
    if (!lane.again) rows = Math.max(rows, lane.depth + 1);
  }
  // A redefinition takes the first rows below in which its bytes are free.
  const taken = [], offsets = new Map();
  let next = rows;
  for (const lane of placed) {
    if (!lane.again) { lane.row = lane.depth; continue; }
    if (!offsets.has(lane.base)) {
      const group = placed.filter(one => one.base === lane.base);
      const high = Math.max(...group.map(one => one.depth)) - lane.base.start + 1;
      const from = lane.item.byte, to = from + Math.max(1, lane.item.length);
      let row = rows;
      const clash = () => taken.some(t => t.from < to && from < t.to && t.row < row + high && row < t.row + t.high);
      while (clash()) row++;
      taken.push({ from, to, row, high });
      offsets.set(lane.base, row);
      next = Math.max(next, row + high);
    }
    lane.row = offsets.get(lane.base) + lane.depth - lane.base.start;
  }
  return { placed, rows: next };
}

function record(one) {
  const items = one.items.map(([level, name, picture, byte, length, times, line, again]) => ({ level, name, picture, byte, length, times, line, again }));
  const { placed, rows } = lanes(items), total = Math.max(1, one.length);
  const bytes = make("div", { class: "bytes", style: `height:${rows * 21 + 16}px;min-width:${Math.min(3600, Math.max(400, total * 9))}px` });
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20000].find(n => total / n <= 26) || total;
  for (let at = 0; at < total; at += step) bytes.append(make("span", { class: "tick", style: `left:${at / total * 100}%` }, String(at + 1)));
  for (const lane of placed) {
    const { item } = lane, said = `${item.level} ${item.name}  ${item.picture}  bytes ${item.byte + 1}-${item.byte + item.length}` + (item.times > 1 ? `, ${item.times} times` : "");
    bytes.append(make("span", { class: `box${lane.group ? " group" : ""}${lane.again ? " again" : ""}`, title: said,
      style: `--c:var(--${/COMP|BINARY|PACKED/.test(item.picture) ? "table" : /9/.test(item.picture) ? "program" : "dataset"});left:${item.byte / total * 100}%;width:max(2px, ${item.length / total * 100}%);top:${14 + lane.row * 21}px` }, item.name.replace(/^:[^:]*:-?/, "")));
  }
  const table = make("table", {}, make("tr", {}, make("th", {}, "item"), make("th", {}, "picture"), make("th", {}, "bytes")));
  for (const lane of placed) {
    const { item } = lane;
    table.append(make("tr", {}, make("td", { class: "name" }, " ".repeat(lane.depth * 2) + String(item.level).padStart(2, "0") + " " + item.name),
      make("td", {}, item.picture + (item.times > 1 ? ` ×${item.times}` : "") + (item.again ? " (redefines)" : "")),
      make("td", { class: "num" }, `${item.byte + 1}–${item.byte + item.length}`)));
  }
  return make("div", { class: "layout" }, make("p", {}, make("b", {}, one.name), ` · ${one.length} bytes`), make("div", { class: "record" }, bytes),
    make("details", {}, make("summary", {}, `${items.length} items as a table`), table));
}

function showNode(node) {
  const out = TIES.filter(tie => tie.from === node), into = TIES.filter(tie => tie.to === node);
  const records = DATA.records.filter(one => one.node === node.id);
  const facts = make("div", { class: "facts" });
  for (const [key, value] of node.facts) facts.append(make("div", {}, make("b", {}, String(value)), make("small", {}, key)));
  const where = node.path ? make("span", { class: "at", onclick: () => showSource(node.path, node.line) }, `${node.path}:${node.line}`) : "no source in the estate";
  panel.replaceChildren(make("h2", {}, dot(node.kind), node.name), make("p", { class: "soft" }, node.kind + " · ", where));
  if (node.facts.length) panel.append(facts);
  panel.append(...tieList("To", out, tie => tie.to), ...tieList("From", into, tie => tie.from));
  if (records.length) {
    panel.append(make("h3", {}, `Records (${records.length})`));
    records.slice(0, 40).forEach(one => panel.append(record(one)));
    if (records.length > 40) panel.append(make("p", { class: "soft" }, `and ${records.length - 40} more`));
  }
  const source = make("section", { id: "source" });
  panel.append(source);
  const box = node.path ? excerpt(node.path, node.line, 400) : null;
  if (box) source.append(make("h3", {}, `Source: ${node.path}:${node.line}`), box);
  panel.scrollTop = 0;
}

function cell(column, value) {
  if (column === "how sure" && value) return make("td", {}, make("span", { class: `sure ${String(value).split(";")[0]}` }, value));
  const at = column === "where" && /^(.*):(\d+)$/.exec(value || "");
  if (at) return make("td", {}, make("span", { class: "at", title: value, onclick: () => showSource(at[1], Number(at[2])) }, place(at[1], at[2])));
  return make("td", { class: typeof value === "number" ? "num" : "" }, value === null ? "" : String(value));
}

function showAnswer(answer) {
  panel.append(make("h2", {}, answer.question), make("p", {}, answer.summary));
  for (const note of answer.notes) panel.append(make("p", { class: "soft" }, note));
  for (const section of answer.sections) {
    if (!section.rows.length) continue;
    const table = make("table", {}, make("tr", {}, ...section.columns.map(name => make("th", {}, name))));
    for (const row of section.rows) table.append(make("tr", {}, ...row.map((value, at) => cell(section.columns[at], value))));
    panel.append(make("h3", {}, `${section.title} (${section.rows.length})`), table);
  }
}

function showEstate() {
  panel.replaceChildren();
  if (DATA.answer) showAnswer(DATA.answer);
  else {
    panel.append(make("h2", {}, "The estate"), make("p", { class: "soft" }, "Click something to see its ties, its records byte by byte and its source. Drag to pan, wheel to zoom, / to find."));
    const facts = make("div", { class: "facts" });
    for (const kind of KINDS) {
      const count = NODES.filter(node => node.kind === kind).length;
      if (count) facts.append(make("div", {}, make("b", {}, String(count)), make("small", {}, plural(kind))));
    }
    panel.append(facts);
  }
  const degree = new Map(NODES.map(node => [node, 0]));
  for (const tie of TIES) { degree.set(tie.from, degree.get(tie.from) + 1); degree.set(tie.to, degree.get(tie.to) + 1); }
  const hubs = [...NODES].sort((a, b) => degree.get(b) - degree.get(a)).slice(0, 12), list = make("ul", { class: "ties" });
  for (const node of hubs) list.append(make("li", { onclick: () => choose(node, true) }, dot(node.kind), make("span", { class: "name" }, node.name), make("span", { class: "what" }, node.kind), make("span", { class: "at" }, `${degree.get(node)} ties`)));
  panel.append(make("h3", {}, "Most tied"), list, make("section", { id: "source" }));
}
