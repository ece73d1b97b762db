"use strict";
// The flame graph: a box fills the width when it is clicked, on both sides alike; boxes are found by name and by keyboard.
dom.later(() => {
  const { byId } = dom;
  const root = byId("flames");
  if (!root) return;

  // Each box as it was drawn. A number names the same function, called alike, on both sides.
  const step = Number(root.dataset.row);
  const graphs = [...root.querySelectorAll(".flame")];
  const boxes = graphs.flatMap((graph, side) => [...graph.children].map((element) => {
    const y = Number(element.getAttribute("y"));
    const title = element.querySelector("title").textContent;
    const name = title.slice(0, title.lastIndexOf(": "));
    return {
      element, graph, side, title, name,
      number: Number(element.dataset.i),
      depth: (side ? y : graph.height.baseVal.value - step - y) / step,
      x: parseFloat(element.getAttribute("x")), width: parseFloat(element.getAttribute("width")),
    };
  }));
  const of = new Map(boxes.map((box) => [box.element, box]));
  const frames = new Map();
  boxes.forEach((box) => frames.set(box.number, [...(frames.get(box.number) ?? []), box]));
  const order = [...frames.keys()].sort((a, b) => a - b);
  const depthOf = (number) => frames.get(number)[0].depth;

  // Callers and called, from the order of reading.
  const within = (number) => {
    const found = new Set([number]);
    for (const next of order.slice(order.indexOf(number) + 1)) {
      if (depthOf(next) <= depthOf(number)) break;
      found.add(next);
    }
    return found;
  };
  const callers = (number) => {
    const found = new Set();
    let depth = depthOf(number);
    for (const before of order.slice(0, order.indexOf(number)).reverse()) {
      if (depthOf(before) >= depth) continue;
      depth = depthOf(before);
      found.add(before);
    }
    return found;
  };

  // Names stand where there is room for some letters.
  const letter = (box) => {
    let text = box.element.querySelector("text");
    const room = box.shown.width * box.graph.clientWidth / 100;
    if (!text && room > 24) {
      text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      text.textContent = box.name;
      box.element.querySelector("rect").after(text);
    }
    text?.setAttribute("visibility", room > 24 ? "visible" : "hidden");
  };
  const place = (box, x, width, isCaller) => {
    box.shown = { x, width };
    box.element.setAttribute("x", `${x}%`);
    box.element.setAttribute("width", `${width}%`);
    box.element.classList.toggle("caller", isCaller);
    box.element.removeAttribute("display");
    letter(box);
  };
  const hide = (box) => {
    box.shown = undefined;
    box.element.setAttribute("display", "none");
  };

  let zoomed;
  const zoom = (number) => {
    zoomed = number;
    byId("flame-reset").disabled = number === undefined;
    const inside = number === undefined ? undefined : within(number);
    const above = number === undefined ? undefined : callers(number);
    const most = inside && Math.max(...frames.get(number).map((box) => box.width));
    for (const box of boxes) {
      if (!inside) {
        place(box, box.x, box.width, false);
      } else if (above.has(box.number)) {
        place(box, 0, 100, true);
      } else if (inside.has(box.number)) {
        const first = frames.get(number).find((other) => other.side === box.side);
        place(box, (box.x - first.x) * 100 / most, box.width * 100 / most, false);
      } else {
        hide(box);
      }
    }
    const stop = boxes.find((box) => box.element.tabIndex === 0);
    if (stop && !stop.shown) move(frames.get(number)[0], false);
  };

  // One box is in the way of Tab; arrows go on from it.
  const move = (box, isFocused = true) => {
    boxes.forEach((other) => { if (other.element.tabIndex === 0) other.element.setAttribute("tabindex", -1); });
    box.element.setAttribute("tabindex", 0);
    if (isFocused) box.element.focus({ preventScroll: false });
  };
  const beside = (box, direction) => boxes
    .filter((other) => other.side === box.side && other.depth === box.depth && other.shown && Math.sign(other.shown.x - box.shown.x) === direction)
    .sort((a, b) => Math.abs(a.shown.x - box.shown.x) - Math.abs(b.shown.x - box.shown.x))[0];
  const called = (box) => boxes
    .filter((other) => other.side === box.side && other.depth === box.depth + 1 && other.shown && within(box.number).has(other.number))
    .sort((a, b) => b.shown.width - a.shown.width)[0];
  const caller = (box) => {
    const above = callers(box.number);
    return boxes.find((other) => other.side === box.side && other.depth === box.depth - 1 && above.has(other.number))
      ?? frames.get(box.number).find((other) => other.side !== box.side && other.shown);
  };
  const next = (box, key) => {
    if (key === "ArrowLeft") return beside(box, -1);
    if (key === "ArrowRight") return beside(box, 1);
    return (key === "ArrowUp") === (box.side === 0) ? called(box) : caller(box);
  };
  root.addEventListener("keydown", (event) => {
    const box = of.get(event.target);
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      zoom(undefined);
    } else if (event.key === "Enter" || event.key === " ") {
      zoom(zoomed === box.number ? undefined : box.number);
    } else if (event.key.startsWith("Arrow")) {
      const to = next(box, event.key);
      if (to) move(to);
    } else {
      return;
    }
    event.preventDefault();
  });
  root.addEventListener("click", (event) => {
    const box = of.get(event.target.closest(".flame > svg"));
    if (!box) return;
    zoom(zoomed === box.number ? undefined : box.number);
    move(box);
  });

  // What the pointer or the focus is on, here and on the other side.
  const tell = (event) => {
    const box = of.get(event.target.closest?.(".flame > svg"));
    boxes.forEach((other) => other.element.classList.toggle("on", other.number === box?.number));
    if (box) byId("flame-says").textContent = box.title;
  };
  root.addEventListener("pointerover", tell);
  root.addEventListener("focusin", tell);

  const rows = [...document.querySelectorAll(".functions tbody tr")];
  const find = byId("flame-find");
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
    root.classList.toggle("searching", words.length > 0);
    const found = new Set();
    boxes.forEach((box) => {
      const hit = words.length > 0 && fits(box.name);
      box.element.classList.toggle("hit", hit);
      if (hit) found.add(box.name.replace(/^[▲▼] /, ""));
    });
    rows.forEach((row) => { row.hidden = !fits(row.cells[0].textContent); });
    byId("flame-status").textContent = words.length ? `${found.size.toLocaleString("en")} function${found.size === 1 ? "" : "s"} found in the graph` : "";
  });
  byId("flame-reset").addEventListener("click", () => zoom(undefined));

  // Wire it up.
  graphs.forEach((graph) => graph.setAttribute("role", "group"));
  boxes.forEach((box) => {
    box.element.setAttribute("role", "button");
    box.element.setAttribute("aria-label", box.title);
    box.element.setAttribute("tabindex", -1);
  });
  byId("flame-tools").hidden = false;
  byId("flame-tools").addEventListener("submit", (event) => event.preventDefault());
  root.classList.add("ready");
  zoom(undefined);
  move(boxes[0], false);
  window.addEventListener("resize", () => boxes.forEach((box) => { if (box.shown) letter(box); }));
  window.addEventListener("beforeprint", () => zoom(undefined));
});
