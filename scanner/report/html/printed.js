// Paper has no scroll bar: before the page is printed, the findings in view become a plain table, and after it they go.

const MOST_PRINTED = 2_000;

function printedTable() {
  const printed = list.findings.subarray(0, MOST_PRINTED);
  const left = list.findings.length - printed.length;
  const row = (index) =>
    element(
      "tr",
      {},
      element("td", {}, levelMark(value("level", index))),
      element("td", {}, value("clause", index)),
      element(
        "td",
        {},
        value("headline", index),
        " ",
        element("code", {}, value("evidence", index)),
        value("status", index) === "open" ? null : ` (${value("status", index)})`,
      ),
      element("td", {}, element("code", {}, `${value("path", index)}:${numbers.line[index]}`)),
    );
  const head = element("tr", {}, ...["Level", "Clause", "Finding", "Place"].map((name) => element("th", { scope: "col" }, name)));
  const words =
    left > 0
      ? `The first ${count(printed.length, "finding")} of ${digits.format(list.findings.length)} in view are printed; the JSON report lists all.`
      : `${count(printed.length, "finding")} in view.`;
  return element(
    "div",
    { id: "printed" },
    element("p", { class: "lead" }, words),
    element("table", { class: "plain" }, element("thead", {}, head), element("tbody", {}, ...Array.from(printed, row))),
  );
}

function startPrinting() {
  addEventListener("beforeprint", () => {
    byId("printed")?.remove();
    byId("findings").append(printedTable());
  });
  addEventListener("afterprint", () => byId("printed")?.remove());
}
