// The findings as columns, what a view of them is, and which findings a view holds and in what order. Nothing here touches the page.

const data = JSON.parse(document.getElementById("data").textContent);
const LEVELS = ["error", "warning", "note"];
const STATUSES = ["open", "baselined", "suppressed", "authorized"];
const FACETS = ["clause", "kind", "vendor", "family", "boundary", "status"];
const SEARCHED = ["path", "headline", "message", "evidence", "kind"];
const SORTS = ["level", "clause", "headline", "path", "status"];
const EMPTY = Object.freeze({
  q: "",
  level: [...LEVELS],
  clause: "",
  kind: "",
  vendor: "",
  family: "",
  boundary: "",
  folder: "",
  status: "open",
  sort: "level",
  f: "",
});

const spread = (rows) => (Array.isArray(rows) ? Int32Array.from(rows) : new Int32Array(data.total).fill(rows));
const columns = {};
const numbers = {};
if (data) {
  for (const [name, column] of Object.entries(data.columns)) columns[name] = { values: column.values, rows: spread(column.rows) };
  for (const [name, rows] of Object.entries(data.numbers)) numbers[name] = spread(rows);
}

const value = (name, index) => columns[name].values[columns[name].rows[index]];
const clauseOf = (id) => data.clauses.find((clause) => clause.id === id);
const digits = new Intl.NumberFormat("en");
const count = (number, noun) => `${digits.format(number)} ${noun}${number === 1 ? "" : "s"}`;

/** The address of each finding within the page, and the finding of each address; one fingerprint may stand for several findings. */
const addresses = [];
const addressed = new Map();
const met = new Map();
for (let index = 0; data && index < data.total; index++) {
  const fingerprint = value("fingerprint", index);
  const number = (met.get(fingerprint) ?? 0) + 1;
  met.set(fingerprint, number);
  addresses.push(number === 1 ? fingerprint : `${fingerprint}.${number}`);
  if (!addressed.has(addresses[index])) addressed.set(addresses[index], index);
}

/** The view that a fragment of an address describes. What it names and the report does not have is left out. */
function parsed(fragment) {
  const asked = new URLSearchParams(fragment.replace(/^#/, ""));
  const view = { ...EMPTY, q: asked.get("q") ?? "", folder: asked.get("folder") ?? "", f: asked.get("f") ?? "" };
  for (const name of FACETS) {
    const wanted = asked.get(name);
    if (wanted && (columns[name].values.includes(wanted) || (name === "status" && wanted === "all"))) view[name] = wanted;
  }
  if (asked.has("level")) view.level = LEVELS.filter((level) => asked.get("level").split(",").includes(level));
  if (SORTS.includes(asked.get("sort")?.replace(/^-/, ""))) view.sort = asked.get("sort");
  return view;
}

/** The fragment that describes a view: only what differs from the view that everybody starts with. */
function fragment(view) {
  const asked = new URLSearchParams();
  for (const [name, chosen] of Object.entries(view)) if (String(chosen) !== String(EMPTY[name])) asked.set(name, chosen);
  return asked.toString().replace(/%2F/g, "/").replace(/%2C/g, ",");
}

/** For each distinct value of a column whether the test holds: it is asked once a value, not once a finding. */
const holds = (name, test) => Uint8Array.from(columns[name].values, (text) => (test(text) ? 1 : 0));

const lowered = {};
function contains(name, term) {
  lowered[name] ??= columns[name].values.map((text) => text.toLowerCase());
  return Uint8Array.from(lowered[name], (text) => (text.includes(term) ? 1 : 0));
}

/** Whether a path lies in a folder; `folder/.` are the files that lie directly in it. */
function within(folder) {
  const direct = folder === "." || folder.endsWith("/.");
  const prefix = folder
    .replace(/^\.?\/+/, "")
    .replace(/\.$/, (dot) => (direct ? "" : dot))
    .replace(/([^/])$/, "$1/");
  if (folder === ".") return (path) => !path.includes("/");
  return (path) => (path.startsWith(prefix) && !(direct && path.includes("/", prefix.length))) || `${path}/` === prefix;
}

/** The tests of a view, by the name of the filter that they stand for: each says of a finding whether it fits. */
function tests(view) {
  const made = {};
  for (const name of FACETS) {
    if (!view[name] || view[name] === "all") continue;
    const wanted = columns[name].values.indexOf(view[name]);
    made[name] = (index) => columns[name].rows[index] === wanted;
  }
  if (view.level.length < LEVELS.length) {
    const fit = holds("level", (level) => view.level.includes(level));
    made.level = (index) => fit[columns.level.rows[index]] === 1;
  }
  if (view.folder) {
    const fit = holds("path", within(view.folder));
    made.folder = (index) => fit[columns.path.rows[index]] === 1;
  }
  const terms = view.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (terms.length) {
    const hits = terms.map((term) => SEARCHED.map((name) => [columns[name].rows, contains(name, term)]));
    made.q = (index) => hits.every((term) => term.some(([rows, fit]) => fit[rows[index]] === 1));
  }
  return made;
}

/** The findings that a view holds, in its order, and how many there would be for each value of each facet, were it chosen. */
function select(view) {
  const made = Object.entries(tests(view));
  const facets = Object.fromEntries([...FACETS, "level"].map((name) => [name, new Int32Array(columns[name].values.length)]));
  const fitting = [];
  for (let index = 0; index < data.total; index++) {
    let failed = "";
    let failures = 0;
    for (const [name, test] of made) {
      if (test(index)) continue;
      failed = name;
      if (++failures > 1) break;
    }
    if (failures > 1) continue;
    if (failures === 0) {
      fitting.push(index);
      for (const name in facets) facets[name][columns[name].rows[index]]++;
    } else if (failed in facets) facets[failed][columns[failed].rows[index]]++;
  }
  return { findings: Int32Array.from(ordered(fitting, view.sort)), facets };
}

const RANKS = {
  level: (text) => LEVELS.indexOf(text),
  status: (text) => STATUSES.indexOf(text),
  clause: (text) => data.clauses.findIndex((clause) => clause.id === text),
};
const ranked = {};

/** The place of each value of a column in its order; paths and whatever else ties stand in the order of the report. */
function ranks(name) {
  if (ranked[name]) return ranked[name];
  const values = columns[name].values;
  if (RANKS[name]) return (ranked[name] = Int32Array.from(values, RANKS[name]));
  const order = values.map((_text, index) => index).sort((one, two) => (values[one] < values[two] ? -1 : 1));
  const places = new Int32Array(values.length);
  order.forEach((index, place) => (places[index] = place));
  return (ranked[name] = places);
}

function ordered(findings, sort) {
  const down = sort.startsWith("-");
  const name = sort.replace(/^-/, "");
  if (name === "path") return down ? findings.reverse() : findings;
  const places = ranks(name);
  const rows = columns[name].rows;
  const way = down ? -1 : 1;
  return findings.sort((one, two) => way * (places[rows[one]] - places[rows[two]]) || one - two);
}
