"use strict";
// All series: searched, filtered, sorted and drawn from the list in the page. Figures come printed; none is formatted here.
dom.later(() => {
  const { byId, make, button, svg } = dom;

  // The list, as wire.py writes it: a row is seven numbers, each of as many digits as its dictionary needs.
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const digit = new Uint8Array(128);
  [...DIGITS].forEach((character, value) => { digit[character.charCodeAt(0)] = value; });
  const number = (text, at, width) => {
    let value = 0;
    for (let place = at; place < at + width; place += 1) value = value * 64 + digit[text.charCodeAt(place)];
    return value;
  };
  const widthOf = (names) => {
    let width = 1;
    while (names.length > 64 ** width) width += 1;
    return width;
  };
  const data = JSON.parse(byId("series-data").textContent);
  const instances = [];  // each as its first digit says: so much of the one before, then its own
  data.instances.forEach((coded) => instances.push([...(instances.at(-1) ?? "")].slice(0, number(coded, 0, 1)).join("") + coded.slice(1)));
  const layout = [["metric", data.metrics], ["instance", instances], ["before", data.figures], ["after", data.figures],
    ["change", data.figures], ["ratio", data.ratios], ["verdict", data.verdicts]].map(([key, names]) => [key, widthOf(names)]);
  const wide = layout.reduce((sum, [, width]) => sum + width, 0);
  const total = data.rows.length / wide;
  const column = {};
  layout.reduce((start, [key, width]) => {
    column[key] = Int32Array.from({ length: total }, (_, row) => number(data.rows, row * wide + start, width));
    return start + width;
  }, 0);
  column.name = Float64Array.from(column.metric, (metric, row) => metric * instances.length + column.instance[row]);
  const metricText = data.metrics.map((metric) => metric[0].toLowerCase());
  const instanceText = instances.map((instance) => instance.toLowerCase());

  // What is asked for.
  const find = byId("find");
  const selects = [[byId("resource"), 1], [byId("role"), 2]];
  const status = byId("status");
  let sort = { key: "order", down: false };
  let shown = [];

  for (const [select, place] of selects) {
    const names = new Set(data.metrics.map((metric) => metric[place]));
    select.append(...[...names].sort().map((name) => new Option(name)));
  }
  const quiet = data.verdicts.every(([, tone]) => tone === "same");
  const boxes = new Map();
  data.verdicts.forEach(([name, tone]) => {
    if (boxes.has(name)) return;
    const box = make("input");
    box.type = "checkbox";
    box.checked = quiet || tone !== "same";
    boxes.set(name, box);
    const count = column.verdict.reduce((sum, verdict) => sum + (data.verdicts[verdict][0] === name), 0);
    const chip = make("label", "chip");
    chip.append(box, name, make("span", "count", count.toLocaleString("en")));
    byId("verdicts").append(chip);
  });

  const matches = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.map(([select]) => select.value);
    const fits = data.metrics.map((metric) => selects.every(([, place], index) => !wanted[index] || metric[place] === wanted[index]));
    const found = [];
    for (let row = 0; row < total; row += 1) {
      const metric = column.metric[row];
      if (!fits[metric]) continue;
      const instance = column.instance[row];
      if (words.every((text) => metricText[metric].includes(text) || instanceText[instance].includes(text))) found.push(row);
    }
    return found;
  };

  const choose = () => {
    const found = matches();
    shown = found.filter((row) => boxes.get(word(row)).checked);
    const keys = column[sort.key];
    if (keys) shown.sort((a, b) => keys[a] - keys[b] || a - b);
    if (sort.down) shown.reverse();
    const hidden = found.length - shown.length;
    status.textContent = `${shown.length.toLocaleString("en")} of ${total.toLocaleString("en")} series`;
    if (hidden) {
      status.append(`; ${hidden.toLocaleString("en")} more match with another verdict, `, button("", "show them", () => {
        boxes.forEach((box) => { box.checked = true; });
        choose();
        find.focus();
      }));
    }
    frame.scrollTop = 0;
    current = 0;
    drawn.clear();
    body.replaceChildren(...spacers);
    paint();
  };

  // Only the rows in sight are in the document, between two spacers.
  const frame = byId("window");
  const body = byId("rows");
  const flagged = body.rows.length;
  const spacers = [make("tr", "gap"), make("tr", "gap")];
  spacers.forEach((gap) => gap.append(make("td")));
  let height = 48;
  let current = 0;  // the row that Tab comes to; arrows go on from it

  // Path data of one side, a point a unit across; a point between two gaps is a dot.
  const trace = (text, step, tall) => [...text].map((character, index) => {
    if (character === " ") return "";
    const begins = index === 0 || text[index - 1] === " ";
    const end = `${Math.round(index * step)} ${Math.round(tall * (1 - digit[character.charCodeAt(0)] / 63))}`;
    return begins ? `M${end}h0` : `L${end}`;
  }).join("");
  const tone = (row) => data.verdicts[column.verdict[row]][1];
  const word = (row) => data.verdicts[column.verdict[row]][0];
  const lines = (row, width, tall, classes) => {
    const sides = data.sparks[row] ? data.sparks[row].split("|") : [];
    const slots = Math.max(1, ...sides.map((text) => text.length - 1));
    return sides.map((text, side) => svg("path", { class: classes[side], d: trace(text, width / slots, tall) }));
  };

  const line = (row, place) => {
    const [metric] = data.metrics[column.metric[row]];
    const instance = instances[column.instance[row]];
    const element = make("tr");
    element.setAttribute("aria-rowindex", place + 2);
    const head = make("th");
    head.scope = "row";
    head.title = instance ? `${metric}[${instance}]` : metric;
    const name = button("open", undefined, () => zoom(row));
    name.tabIndex = place === current ? 0 : -1;
    name.append(make("code", "", metric));
    head.append(name);
    if (instance) head.append(make("small", "", instance));
    const chart = make("td");
    if (data.sparks[row]) {
      const spark = svg("svg", { class: "spark", viewBox: "0 0 124 24", "aria-hidden": "true" });
      spark.append(...lines(row, 124, 24, ["before", tone(row)]));
      chart.append(spark);
    }
    const last = make("td");
    last.append(make("span", `word ${tone(row)}`, word(row)));
    const figures = ["before", "after", "change"].map((key) => data.figures[column[key][row]]);
    element.append(head, chart, ...[...figures, data.ratios[column.ratio[row]]].map((text) => make("td", "", text)), last);
    return element;
  };

  const drawn = new Map();
  const paint = (first, count) => {
    const rows = count ?? Math.ceil(frame.clientHeight / height) + 12;
    const top = first ?? Math.max(0, Math.min(shown.length - rows, Math.floor(frame.scrollTop / height) - 6));
    const bottom = Math.min(shown.length, top + rows);
    for (const [place, element] of drawn) {
      if (place >= top && place < bottom) continue;
      element.remove();
      drawn.delete(place);
    }
    // Rows that stay are left alone, for moving one would take the focus from it.
    let next = spacers[1];
    for (let place = bottom - 1; place >= top; place -= 1) {
      if (!drawn.has(place)) {
        drawn.set(place, line(shown[place], place));
        body.insertBefore(drawn.get(place), next);
      }
      next = drawn.get(place);
    }
    spacers[0].firstChild.style.height = `${top * height}px`;
    spacers[1].firstChild.style.height = `${count ? 0 : (shown.length - bottom) * height}px`;
    body.parentElement.setAttribute("aria-rowcount", shown.length + 1);
  };

  // One series, large.
  const zoom = (row) => {
    const [metric, resource, role, source] = data.metrics[column.metric[row]];
    const instance = instances[column.instance[row]];
    const figure = (key) => data.figures[column[key][row]];
    byId("zoom-title").textContent = instance ? `${metric}[${instance}]` : metric;
    byId("zoom-pair").replaceChildren(make("span", "was", figure("before")), make("span", "arrow", "→"), make("span", `now ${tone(row)}`, figure("after")));
    byId("zoom-delta").replaceChildren(make("b", tone(row), figure("change")), ` · ${data.ratios[column.ratio[row]]} · ${word(row)}`);
    const plot = byId("zoom-lines");
    plot.replaceChildren(plot.firstElementChild, ...lines(row, 600, 200, ["line before", `line after ${tone(row)}`]));
    plot.closest("figure").hidden = !data.sparks[row];
    byId("zoom-key").className = `key after ${tone(row)}`;
    const width = widthOf(data.figures);
    ["low", "high"].forEach((end, place) => {
      byId(`zoom-${end}`).textContent = data.figures[number(data.ends, (2 * row + place) * width, width)];
    });
    byId("zoom-trail").textContent = `${resource}, ${role}. Evidence: ${data.sides.map((side) => `snapper show ${side} ${source}`.trim()).join(", ")}`;
    byId("zoom").showModal();
  };

  // Wire it up.
  for (const head of document.querySelectorAll("#table [data-key]")) {
    const { key } = head.dataset;
    head.dataset.title = head.textContent;  // browsers repeat no button on the next sheet
    head.replaceChildren(button("", head.textContent, () => {
      const numeric = !["name", "order"].includes(key);
      sort = { key, down: sort.key === key ? !sort.down : numeric };
      document.querySelectorAll("#table [aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      choose();
    }));
  }
  byId("tools").hidden = false;
  byId("tools").addEventListener("submit", (event) => event.preventDefault());
  byId("tools").addEventListener("input", choose);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, dialog")) return;
    event.preventDefault();
    find.focus();
  });
  const focus = (place, on) => {
    const name = drawn.get(place)?.querySelector("button");
    if (!name) return;
    name.tabIndex = on ? 0 : -1;
    if (on) name.focus({ preventScroll: true });
  };
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    focus(current, false);
    current = Math.max(0, Math.min(shown.length - 1, current + step));
    frame.scrollTop = Math.min(current * height, Math.max(frame.scrollTop, (current + 2) * height - frame.clientHeight));
    paint();
    focus(current, true);
  });
  frame.classList.add("live");
  frame.addEventListener("scroll", () => paint(), { passive: true });
  const measure = () => {
    height = drawn.values().next().value?.getBoundingClientRect().height || height;
    paint();
  };
  window.addEventListener("resize", measure);
  choose();
  measure();

  // On paper it shows as many as the page holds without this script, and says so.
  window.addEventListener("beforeprint", () => {
    const most = Math.max(flagged, 40);
    paint(0, most);
    const rest = shown.length - most;
    byId("on-paper").textContent = rest > 0 ? `And ${rest.toLocaleString("en")} more of the ${total.toLocaleString("en")} series, in the file itself.` : "";
  });
  window.addEventListener("afterprint", () => paint());
});
