// What binds the parts: the view is in the address, each change of one changes the other.

let view = EMPTY;
let unknown = "";

function startColours() {
  const words = { auto: "as the system has them", light: "light", dark: "dark" };
  const next = { auto: "light", light: "dark", dark: "auto" };
  let colours = "auto";
  const set = (wanted) => {
    colours = wanted in words ? wanted : "auto";
    document.documentElement.dataset.theme = colours;
    byId("theme").textContent = `◐ ${colours[0].toUpperCase()}${colours.slice(1)}`;
    byId("theme").setAttribute("aria-label", `Colours: ${words[colours]}`);
  };
  // A browser may refuse any storage to a file from a disk; then the choice lasts as long as the page.
  const stored = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null;
    }
  };
  set(stored((storage) => storage.getItem("phasegate-colours")) ?? "auto");
  byId("theme").addEventListener("click", () => {
    set(next[colours]);
    stored((storage) => storage.setItem("phasegate-colours", colours));
  });
}

/** Arrow keys move through the map, of which Tab reaches one cell: hundreds of stops would bar the way to the list. */
function startMap() {
  const rows = [...document.querySelectorAll("#heat tbody tr")].map((row) => [...row.children].map((cell) => cell.querySelector("a")));
  const links = rows.flat().filter(Boolean);
  const reach = (link) => links.forEach((each) => each.setAttribute("tabindex", each === link ? "0" : "-1"));
  if (links.length) reach(links[0]);
  const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  byId("heat")?.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const row = rows.findIndex((each) => each.includes(event.target));
    if (!step || row < 0) return;
    event.preventDefault();
    let [down, right] = [row + step[0], rows[row].indexOf(event.target) + step[1]];
    while (rows[down] && right >= 0 && right < rows[down].length) {
      if (rows[down][right]) {
        reach(rows[down][right]);
        rows[down][right].focus();
        return;
      }
      [down, right] = [down + step[0], right + step[1]];
    }
  });
}

function write() {
  const address = `#${fragment(view)}`;
  if (location.hash === address || (address === "#" && !location.hash)) return;
  history.replaceState(null, "", address);
}

let typing = 0;
let waiting = () => {};

/** Brings the choices up to date that have been waiting for the end of the typing. */
function catchUp() {
  clearTimeout(typing);
  waiting();
  waiting = () => {};
}

/** Shows the view that a change makes of the one before. While somebody types, the numbers beside the choices can wait. */
function show(change, typed = false) {
  view = { ...view, ...change(view) };
  const { findings, facets } = select(view);
  clearTimeout(typing);
  waiting = () => showFilters(view, facets);
  if (typed) typing = setTimeout(catchUp, 250);
  else catchUp();
  byId("list").classList.toggle("one-status", view.status !== "all");
  byId("list").setAttribute("aria-colcount", view.status === "all" ? 5 : 4);
  showList(findings);
  tellOutcome(view, findings.length);
  write();
}

const acts = {
  close: () => {
    view = { ...view, f: "" };
    write();
    markChosen(-1);
    hideDetail();
    focusOn(list.cursor);
  },
  step: (by) => {
    moveTo(list.cursor + by);
    if (list.findings.length) open(list.findings[list.cursor], "keep");
  },
  clear: () => {
    show((before) => ({ ...EMPTY, status: "all", sort: before.sort }));
    open(list.chosen, "enter");
  },
};

function open(index, focus) {
  view = { ...view, f: addresses[index] };
  write();
  markChosen(index);
  showDetail(index, focus, { ...acts, hidden: !list.findings.includes(index) });
}

/** Brings the page to what its address says. `#clauses` and the like are places on the page, and no view. */
function follow() {
  if (location.hash && !location.hash.includes("=")) return;
  const wanted = parsed(location.hash);
  const index = addressed.get(wanted.f);
  unknown = wanted.f && index === undefined ? wanted.f : "";
  show(() => ({ ...wanted, f: index === undefined ? "" : wanted.f }));
  markChosen(-1);
  if (index === undefined) hideDetail();
  else {
    const place = list.findings.indexOf(index);
    open(index, "keep");
    if (place >= 0) moveTo(place);
  }
  if (location.hash || unknown) byId("findings").scrollIntoView({ behavior: "instant" });
  byId("unknown")?.remove();
  if (unknown) {
    const words = `This report holds no finding ${unknown}: it may be gone, or have changed.`;
    byId("explorer").prepend(element("p", { id: "unknown", class: "remark" }, words));
    tell(words);
  }
}

document.documentElement.classList.add("scripted");
startColours();
startMap();
if (data) {
  startList(open);
  startFilters(show, catchUp);
  startPrinting();
  addEventListener("hashchange", follow);
  byId("detail").addEventListener("cancel", (event) => {
    event.preventDefault();
    acts.close();
  });
  byId("split").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && byId("detail").open) acts.close();
  });
  roomy.addEventListener("change", () => byId("detail").open && open(list.chosen, "keep"));
  follow();
}
