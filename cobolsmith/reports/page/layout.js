"use strict";
// Where things stand: a column for each kind (programs further right the deeper they are called),
// in each column an order that keeps ties short, tall columns folded into several.
const LEAST = 30, WIDE = 158, GAP = 96, FOLD = 26;

function callDepths(nodes, ties) {
  const calls = new Map();
  for (const tie of ties) {
    if (tie.from.kind === "program" && tie.to.kind === "program") {
      if (!calls.has(tie.from)) calls.set(tie.from, []);
      calls.get(tie.from).push(tie.to);
    }
  }
  const depth = new Map(nodes.map(node => [node, 0]));
  for (let round = 0; round < 4; round++) {
    for (const [caller, called] of calls) {
      for (const one of called) depth.set(one, Math.max(depth.get(one) || 0, Math.min(3, (depth.get(caller) || 0) + 1)));
    }
  }
  return depth;
}

function columnsOf(nodes, ties, kinds) {
  const depth = callDepths(nodes, ties), columns = new Map();
  const reach = Math.max(0, ...nodes.filter(n => n.kind === "program").map(n => depth.get(n)));
  const cyclic = reach > 2;  // rings of calls have no depth worth a column
  for (const node of nodes) {
    const deeper = node.kind === "program" && !cyclic ? depth.get(node) / 10 : 0;
    const key = kinds.indexOf(node.kind) + deeper;
    if (!columns.has(key)) columns.set(key, []);
    columns.get(key).push(node);
  }
  return [...columns.entries()].sort((a, b) => a[0] - b[0]).map(entry => entry[1]);
}

function sweep(columns, near) {
  for (const column of columns) {
    column.sort((a, b) => (near.get(a).length ? 0 : 1) - (near.get(b).length ? 0 : 1) || (a.name < b.name ? -1 : 1));
    column.forEach((node, at) => { node.pos = (at + 0.5) / column.length; });
  }
  for (let round = 0; round < 10; round++) {
    const order = round % 2 ? [...columns].reverse() : columns;
    for (const column of order) {
      for (const node of column) {
        const others = near.get(node);
        node.want = others.length ? others.reduce((sum, one) => sum + one.pos, 0) / others.length : 2;
      }
      column.sort((a, b) => a.want - b.want || (a.name < b.name ? -1 : 1));
      column.forEach((node, at) => { node.pos = (at + 0.5) / column.length; });
    }
  }
}

function arrange(nodes, ties, kinds) {
  const near = new Map(nodes.map(node => [node, []]));
  for (const tie of ties) { near.get(tie.from).push(tie.to); near.get(tie.to).push(tie.from); }
  const columns = columnsOf(nodes, ties, kinds);
  sweep(columns, near);
  const tallest = Math.max(22, Math.ceil(Math.sqrt(nodes.length) * 1.9));
  let x = 0, most = 1;
  for (const column of columns) {
    const folds = Math.ceil(column.length / tallest), rows = Math.ceil(column.length / folds);
    column.forEach((node, at) => {
      node.x = x + Math.floor(at / rows) * (WIDE + FOLD);
      node.y = at % rows - (Math.min(rows, column.length) - 1) / 2;
    });
    most = Math.max(most, rows);
    x += folds * (WIDE + FOLD) - FOLD + GAP + Math.min(140, column.length * 2);
  }
  // Rows further apart where the map would be much wider than high.
  const gap = Math.min(3 * LEAST, Math.max(LEAST, x * 0.62 / most));
  for (const node of nodes) node.y *= gap;
}
