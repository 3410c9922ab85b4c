// The list: only the rows in sight, and a few around them, are in the page, however many findings there are.

const TALLEST = 4_000_000; // browsers draw nothing beyond some millions of pixels
const AROUND = 8;

const list = {
  findings: new Int32Array(0),
  drawn: new Map(),
  cursor: 0, // the row that Tab reaches
  chosen: -1, // the finding whose details are open
  open: () => {},
};

const rowHeight = () => parseFloat(getComputedStyle(byId("viewport")).getPropertyValue("--row"));

/** The height of all rows, and the part of it that the page stands for: they differ once there are too many rows for a browser. */
function extent() {
  const whole = list.findings.length * rowHeight();
  const view = byId("viewport").clientHeight;
  const height = Math.min(whole, TALLEST);
  return { view, height, scale: height > view ? (whole - view) / (height - view) : 1 };
}

function showList(findings) {
  list.findings = findings;
  list.cursor = Math.max(0, findings.indexOf(list.chosen));
  for (const row of list.drawn.values()) row.remove();
  list.drawn.clear();
  byId("list").setAttribute("aria-rowcount", findings.length + 1);
  byId("viewport").hidden = findings.length === 0;
  byId("viewport").scrollTop = 0;
  measure();
}

/** Gives the list the height of its rows, up to what the style allows. */
function measure() {
  byId("viewport").style.height = `${list.findings.length * rowHeight()}px`;
  byId("rows").style.height = `${extent().height}px`;
  draw();
}

/** Draws the rows in sight, takes away those that are not, and leaves a row alone that holds the focus. */
function draw() {
  const { view, scale } = extent();
  const height = rowHeight();
  const top = byId("viewport").scrollTop;
  const first = Math.max(0, Math.floor((top * scale) / height) - AROUND);
  const last = Math.min(list.findings.length, Math.ceil((top * scale + view) / height) + AROUND);
  for (const [place, row] of list.drawn) {
    if ((place >= first && place < last) || row.contains(document.activeElement)) continue;
    row.remove();
    list.drawn.delete(place);
  }
  let before = null;
  for (let place = last - 1; place >= first; place--) {
    let row = list.drawn.get(place);
    if (!row) {
      row = drawnRow(place);
      list.drawn.set(place, row);
      byId("rows").insertBefore(row, before);
    }
    before = row;
  }
  for (const [place, row] of list.drawn) row.style.transform = `translateY(${place * height - top * scale + top}px)`;
}

function drawnRow(place) {
  const index = list.findings[place];
  const status = value("status", index);
  const line = numbers.line[index];
  const cell = (name, ...children) => element("div", { role: "gridcell", class: name }, ...children);
  const link = element(
    "a",
    { href: `#${fragment({ ...EMPTY, f: addresses[index] })}`, tabindex: place === list.cursor ? "0" : "-1" },
    value("headline", index),
  );
  return element(
    "div",
    {
      role: "row",
      class: `row ${status === "open" ? "" : "settled"}`,
      "aria-rowindex": place + 2,
      "aria-selected": String(index === list.chosen),
      "data-place": place,
    },
    cell("at-level", levelMark(value("level", index))),
    cell("at-clause", value("clause", index)),
    cell("at-what", link, " ", element("code", {}, value("evidence", index))),
    cell("at-place", pathMark(value("path", index)), element("span", { class: "line" }, `:${line}`)),
    cell("at-status", status),
  );
}

/** Brings a row into sight. */
function reveal(place) {
  const viewport = byId("viewport");
  const { view, scale } = extent();
  const height = rowHeight();
  const top = viewport.scrollTop * scale;
  if (place * height < top) viewport.scrollTop = (place * height) / scale;
  else if ((place + 1) * height > top + view) viewport.scrollTop = ((place + 1) * height - view) / scale;
  draw();
}

/** Makes a row the one that Tab reaches, and brings it into sight; gives its link, or null where there is no row. */
function moveTo(place) {
  const wanted = Math.min(Math.max(place, 0), list.findings.length - 1);
  if (wanted < 0) return null;
  list.drawn.get(list.cursor)?.querySelector("a").setAttribute("tabindex", "-1");
  list.cursor = wanted;
  reveal(wanted);
  const link = list.drawn.get(wanted).querySelector("a");
  link.setAttribute("tabindex", "0");
  return link;
}

function focusOn(place) {
  moveTo(place)?.focus({ preventScroll: true });
  draw();
}

/** Marks the finding whose details are open; -1 for none. */
function markChosen(index) {
  list.chosen = index;
  for (const [place, row] of list.drawn) row.setAttribute("aria-selected", String(list.findings[place] === index));
}

function steer(event) {
  const page = Math.max(1, Math.floor(extent().view / rowHeight()) - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  focusOn(list.cursor + steps[event.key]);
  if (byId("detail").open) list.open(list.findings[list.cursor], "keep");
}

function startList(open) {
  list.open = open;
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
  byId("viewport").addEventListener("scroll", soon, { passive: true });
  let width = 0;
  new ResizeObserver(() => {
    if (byId("list").clientWidth === width) return;
    width = byId("list").clientWidth;
    requestAnimationFrame(() => {
      measure();
      if (list.findings.length) reveal(list.cursor);
    });
  }).observe(byId("list"));
  byId("viewport").addEventListener("keydown", steer);
  byId("viewport").addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const place = Number(row.dataset.place);
    focusOn(place);
    open(list.findings[place], event.detail === 0 ? "enter" : "keep");
  });
}
