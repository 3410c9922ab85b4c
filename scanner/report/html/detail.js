// The details of one finding: beside the list where there is room, over it where there is not.

const roomy = matchMedia("(min-width: 1000px)");

const part = (title, ...children) => element("section", {}, element("h4", {}, title), ...children);

/** A text whose parts between backticks are code. */
const prose = (text) =>
  text
    .replace(/\s+/g, " ")
    .split("`")
    .map((each, place) => (place % 2 ? element("code", {}, each) : each));
const paragraphs = (text) =>
  text
    .split(/\n\s*\n/)
    .filter(Boolean)
    .map((each) => element("p", {}, ...prose(each)));

/** The line of a finding, what was recognised in it marked. */
function excerpt(index) {
  const line = value("snippet", index);
  if (!line) return null;
  const indent = Math.min(numbers.mark[index], line.length - line.trimStart().length);
  const text = line.slice(indent);
  const start = numbers.mark[index] - indent;
  const end = numbers.mark_end[index] - indent;
  const first = numbers.line[index];
  const further = numbers.end_line[index] - first;
  return element(
    "figure",
    {},
    element(
      "pre",
      { tabindex: "0", "aria-label": `Line ${first}` },
      element("span", { class: "gutter", "aria-hidden": "true" }, String(first)),
      element("code", {}, text.slice(0, start), element("mark", {}, text.slice(start, end)), text.slice(end)),
    ),
    further > 0 ? element("figcaption", {}, `and ${count(further, "further line")}, to line ${numbers.end_line[index]}`) : null,
  );
}

/** Whether a message says already, letter case aside, what the clause says. */
const repeats = (message, words) => message.toLowerCase().includes(words.toLowerCase());

function why(index) {
  const clause = clauseOf(value("clause", index));
  const lifted = value("lifted_by", index) || "a new phase, not yet named";
  const where = clause.where ? ` (${clause.where} of ${data.policy})` : "";
  const boundary = value("boundary", index);
  const evidence = value("evidence", index);
  return [
    part(
      "Why",
      element("p", {}, value("message", index)),
      evidence && !value("snippet", index).includes(evidence) ? element("p", {}, "Evidence: ", element("code", {}, evidence)) : null,
    ),
    repeats(value("message", index), clause.text)
      ? null
      : part(`${data.policy}, clause ${clause.id}`, element("blockquote", {}, clause.text)),
    part("Lifted by", element("p", {}, `${lifted}${where}`, boundary ? `; it stands at the boundary ${boundary}.` : ".")),
  ];
}

function standing(index) {
  const status = value("status", index);
  if (status === "open") return null;
  return element("p", { class: "remark" }, element("b", {}, `Not counted: ${status}. `), value("justification", index));
}

/** How a finding is excepted without a later phase: always with a reason that every report shows. */
function excepting(index) {
  const kind = value("kind", index);
  const path = value("path", index);
  const table = `[[allow]]\npaths = [${JSON.stringify(path)}]\nkinds = [${JSON.stringify(kind)}]\nreason = "…"`;
  const code = element("code", {}, table);
  return element(
    "details",
    {},
    element("summary", {}, "How to except it, with a reason"),
    element("p", {}, "In a comment on its line or the line above:"),
    copyable(`phasegate: allow ${kind} -- reason`, "Copy the comment"),
    element("p", {}, "For a format without comments, in phasegate.toml:"),
    element("span", { class: "copyable" }, element("pre", { tabindex: "0" }, code), copyButton(table, "Copy the table", code)),
    element(
      "p",
      {},
      "For all that stands today: ",
      element("code", {}, "phasegate baseline"),
      ". For what a later phase authorises: ",
      element("code", {}, "phasegate authorize"),
      ".",
    ),
  );
}

function about(index) {
  const name = value("kind", index);
  const kind = data.kinds[name];
  const link = (address) => element("li", {}, element("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, address));
  return element(
    "details",
    { open: true },
    element("summary", {}, `About this kind: ${kind.title}`),
    ...paragraphs(kind.explain),
    ...(kind.lookalikes.length
      ? [
          element("p", {}, "Looks like it and is not:"),
          element("ul", {}, ...kind.lookalikes.map((each) => element("li", {}, ...prose(each)))),
        ]
      : []),
    ...(kind.references.length ? [element("p", {}, "Read on:"), element("ul", {}, ...kind.references.map(link))] : []),
    element("p", {}, element("code", {}, `phasegate explain ${name}`)),
  );
}

function attributes(index) {
  const region = `${numbers.line[index]}:${numbers.column[index]} to ${numbers.end_line[index]}:${numbers.end_column[index]}`;
  const rows = [
    ["Kind", element("code", {}, value("kind", index))],
    ["Region", region],
    ["Confidence", value("confidence", index)],
    ["Family", value("family", index)],
    ["Vendor", value("vendor", index)],
    ["Embedded in", value("embedded_in", index)],
    ["Commit", value("commit", index) && copyable(value("commit", index), "Copy the commit")],
    ["Authored", value("authored", index)],
    ["Fingerprint", copyable(value("fingerprint", index), "Copy the fingerprint")],
  ];
  return element(
    "dl",
    {},
    ...rows.filter(([, given]) => given).map(([name, given]) => element("div", {}, element("dt", {}, name), element("dd", {}, given))),
  );
}

function filled(index, { hidden, close, step, clear }) {
  const place = `${value("path", index)}:${numbers.line[index]}`;
  const path = element("code", {}, value("path", index), `:${numbers.line[index]}:${numbers.column[index]}`);
  const button = (words, label, act, given = {}) =>
    element("button", { type: "button", "aria-label": label, onclick: act, ...given }, words);
  return [
    element(
      "div",
      { class: "tools" },
      button("↑", "Previous finding", () => step(-1)),
      button("↓", "Next finding", () => step(1)),
      button("✕", "Close the details", close, { class: "close" }),
    ),
    element("h3", { id: "detail-title", tabindex: "-1" }, value("headline", index)),
    element(
      "p",
      { class: "marks" },
      levelMark(value("level", index)),
      element("span", {}, `${value("clause", index)} ${clauseOf(value("clause", index)).title}`),
    ),
    element("p", { class: "copyable" }, path, copyButton(place, "Copy the path", path)),
    hidden
      ? element("p", { class: "remark" }, "The filters hide this finding from the list. ", button("Clear filters", null, clear))
      : null,
    standing(index),
    excerpt(index),
    ...why(index),
    excepting(index),
    about(index),
    attributes(index),
  ].filter((each) => each !== null);
}

/** Shows the details of a finding. The focus moves to them where a key asked for it, or where they cover the list. */
function showDetail(index, focus, acts) {
  const dialog = byId("detail");
  const modal = !roomy.matches;
  if (dialog.open && dialog.matches(":modal") !== modal) dialog.close();
  const held = dialog.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  dialog.replaceChildren(...filled(index, acts));
  dialog.scrollTop = 0;
  if (!dialog.open) {
    if (modal) dialog.showModal();
    else dialog.setAttribute("open", ""); // show() would take the focus, and scroll the page to it
  }
  byId("split").classList.add("parted");
  const again = held && [...dialog.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === held);
  if (again) again.focus({ preventScroll: true });
  else if (modal || focus === "enter") byId("detail-title").focus({ preventScroll: modal });
}

function hideDetail() {
  const dialog = byId("detail");
  if (dialog.open) dialog.close();
  dialog.replaceChildren();
  byId("split").classList.remove("parted");
}
