"use strict";
// The picture: nodes and ties on a canvas that pans and zooms.
const canvas = document.getElementById("map"), pen = canvas.getContext("2d"), tip = document.getElementById("tip");
const view = { x: 0, y: 0, k: 1 };
let colours = {}, letters = 12;

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const get = name => style.getPropertyValue("--" + name).trim();
  colours = { ground: get("ground"), sheet: get("sheet"), ink: get("ink"), soft: get("soft"), line: get("line"), accent: get("accent"), hot: get("hot") };
  for (const kind of KINDS) colours[kind] = get(kind);
}

function sized() {
  const ratio = window.devicePixelRatio || 1, box = canvas.getBoundingClientRect();
  canvas.width = Math.max(1, Math.round(box.width * ratio));
  canvas.height = Math.max(1, Math.round(box.height * ratio));
}

function fit() {
  const shown = state.nodes;
  if (!shown.length) return;
  const box = canvas.getBoundingClientRect();
  const xs = shown.map(n => n.x), ys = shown.map(n => n.y);
  const left = Math.min(...xs), right = Math.max(...xs) + WIDE, top = Math.min(...ys), bottom = Math.max(...ys) + LEAST;
  view.k = Math.min(1.25, (box.width - 60) / (right - left), (box.height - 60) / (bottom - top));
  view.x = (box.width - (left + right) * view.k) / 2;
  view.y = (box.height - (top + bottom - 6) * view.k) / 2;
  draw();
}

function centre(node) {
  const box = canvas.getBoundingClientRect();
  if (view.k < 0.55) view.k = 0.8;
  view.x = box.width / 2 - (node.x + WIDE / 2) * view.k;
  view.y = box.height / 2 - (node.y + LEAST / 2) * view.k;
  draw();
}

function curve(tie) {
  const a = tie.from, b = tie.to, ay = a.y + 12, by = b.y + 12;
  if (Math.abs(a.x - b.x) < 1) {
    const bend = 34 + Math.min(70, Math.abs(ay - by) / 6);
    pen.moveTo(a.x + WIDE, ay);
    pen.bezierCurveTo(a.x + WIDE + bend, ay, b.x + WIDE + bend, by, b.x + WIDE, by);
    return;
  }
  const right = a.x < b.x, ax = right ? a.x + WIDE : a.x, bx = right ? b.x : b.x + WIDE, mid = (bx - ax) / 2;
  pen.moveTo(ax, ay);
  pen.bezierCurveTo(ax + mid, ay, bx - mid, by, bx, by);
}

function drawTies() {
  const busy = Math.min(1, 260 / Math.max(1, state.ties.length));
  for (const kind of KINDS) {
    pen.beginPath();
    for (const tie of state.ties) if (tie.to.kind === kind && !lit(tie)) curve(tie);
    pen.globalAlpha = (state.chosen ? 0.1 : 0.16 + 0.3 * busy);
    pen.strokeStyle = colours[kind];
    pen.lineWidth = Math.max(0.8, 1 / view.k * 0.8);
    pen.stroke();
  }
  for (const tie of state.ties) {
    if (!lit(tie)) continue;
    pen.beginPath(); curve(tie);
    pen.globalAlpha = 0.95; pen.strokeStyle = colours[tie.to === state.chosen ? tie.from.kind : tie.to.kind];
    pen.lineWidth = Math.max(1.6, 1.6 / view.k); pen.stroke();
  }
  pen.globalAlpha = 1;
}

function lit(tie) { return state.chosen && (tie.from === state.chosen || tie.to === state.chosen); }

function drawNode(node) {
  const dim = state.chosen && node !== state.chosen && !state.close.has(node);
  pen.globalAlpha = dim ? 0.32 : 1;
  const h = 24;
  if (view.k < 0.34) {
    pen.fillStyle = node.hot ? colours.accent : colours[node.kind];
    pen.fillRect(node.x, node.y, WIDE, h);
    return;
  }
  pen.beginPath(); pen.roundRect(node.x, node.y, WIDE, h, 6);
  pen.fillStyle = node.hot ? colours.hot : colours.sheet; pen.fill();
  pen.strokeStyle = node === state.chosen ? colours.accent : node.path ? colours.line : colours[node.kind];
  pen.setLineDash(node.path ? [] : [3, 3]);
  pen.lineWidth = node === state.chosen ? 2.5 : 1; pen.stroke(); pen.setLineDash([]);
  pen.beginPath(); pen.roundRect(node.x + 1, node.y + 1, Math.max(5, 4 / view.k), h - 2, [5, 0, 0, 5]);
  pen.fillStyle = colours[node.kind]; pen.fill();
  pen.fillStyle = colours.ink; pen.fillText(short(node), node.x + 8 + Math.max(5, 4 / view.k), node.y + h / 2 + 0.5);
}

function short(node) {
  if (node.cut !== letters) {
    let text = node.name;
    // What tells data sets and tables apart stands at the end of their names.
    const front = ["dataset", "table", "map"].includes(node.kind) && !/^&&|^CICS/.test(text);
    while (text.length > 3 && pen.measureText(text + "…").width > WIDE - 24) text = front ? text.slice(1) : text.slice(0, -1);
    node.short = text === node.name ? text : front ? "…" + text : text + "…";
    node.cut = letters;
  }
  return node.short;
}

let asked = false;
function draw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(paint);
}

function paint() {
  asked = false;
  const ratio = window.devicePixelRatio || 1;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = colours.ground; pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio);
  letters = Math.round(Math.min(17, Math.max(12, 9 / view.k)));  // larger letters where it is small
  pen.font = letters + "px system-ui, 'Segoe UI', Roboto, Arial, sans-serif"; pen.textBaseline = "middle";
  drawTies();
  const box = canvas.getBoundingClientRect();
  const left = -view.x / view.k - WIDE, top = -view.y / view.k - LEAST;
  const right = left + box.width / view.k + WIDE, bottom = top + box.height / view.k + LEAST;
  for (const node of state.nodes) {
    if (node.x > left && node.x < right && node.y > top && node.y < bottom) drawNode(node);
  }
  pen.globalAlpha = 1;
  canvas.dataset.painted = String(state.nodes.length);
}

function nodeAt(event) {
  const box = canvas.getBoundingClientRect();
  const x = (event.clientX - box.left - view.x) / view.k, y = (event.clientY - box.top - view.y) / view.k;
  return state.nodes.find(n => x >= n.x && x <= n.x + WIDE && y >= n.y && y <= n.y + 24) || null;
}

function zoom(factor, x, y) {
  const k = Math.min(3, Math.max(0.03, view.k * factor));
  view.x = x - (x - view.x) * k / view.k;
  view.y = y - (y - view.y) * k / view.k;
  view.k = k;
  draw();
}

function zoomMiddle(factor) {
  const box = canvas.getBoundingClientRect();
  zoom(factor, box.width / 2, box.height / 2);
}

function listenToCanvas() {
  let grip = null;
  canvas.addEventListener("pointerdown", event => {
    grip = { x: event.clientX, y: event.clientY, moved: false };
    canvas.setPointerCapture(event.pointerId); canvas.classList.add("drag");
  });
  canvas.addEventListener("pointermove", event => {
    if (grip) {
      const dx = event.clientX - grip.x, dy = event.clientY - grip.y;
      if (grip.moved || Math.hypot(dx, dy) > 3) {
        view.x += dx; view.y += dy;
        grip = { x: event.clientX, y: event.clientY, moved: true };
        draw();
      }
      return;
    }
    const node = nodeAt(event), box = canvas.getBoundingClientRect();
    tip.hidden = !node; canvas.style.cursor = node ? "pointer" : "";
    if (node) {
      tip.textContent = node.kind + " " + node.name + (node.path ? "" : " (no source)");
      tip.style.left = Math.min(event.clientX - box.left + 14, box.width - 200) + "px"; tip.style.top = event.clientY - box.top + 16 + "px";
    }
  });
  canvas.addEventListener("pointerup", event => {
    canvas.classList.remove("drag");
    if (grip && !grip.moved) choose(nodeAt(event));
    grip = null;
  });
  canvas.addEventListener("wheel", event => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0014), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  canvas.addEventListener("keydown", event => {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step) { view.x += step[0]; view.y += step[1]; draw(); event.preventDefault(); }
  });
  new ResizeObserver(() => { sized(); paint(); }).observe(canvas);
}
