// The filters: what stands in them is the view, and what a view would leave is told beside each choice.

const NAMES = {
  status: (text) => text,
  clause: (text) => `${text} ${clauseOf(text).title}`,
  kind: (text) => data.kinds[text].title,
  vendor: (text) => text,
  family: (text) => text,
  boundary: (text) => text,
};
const ALL = {
  status: "Any status",
  clause: "All clauses",
  kind: "All kinds",
  vendor: "Any vendor",
  family: "All families",
  boundary: "Any boundary",
};

/** Fills a choice with the values of its column, each with how many findings it would leave. */
function offer(name, facets, chosen) {
  const select = byId(name);
  const { values } = columns[name];
  const numbered = values.map((text, row) => [text, facets[name][row]]).filter(([text, number]) => text && (number > 0 || text === chosen));
  if (name === "status" && !values.includes("open")) numbered.push(["open", 0]);
  const place = RANKS[name] ?? NAMES[name];
  numbered.sort(([one], [two]) => (place(one) < place(two) ? -1 : 1));
  const none = name === "status" ? "all" : "";
  select.replaceChildren(
    element("option", { value: none }, ALL[name]),
    ...numbered.map(([text, number]) => element("option", { value: text }, `${NAMES[name](text)} (${digits.format(number)})`)),
  );
  select.value = chosen;
}

/** Puts a view into the controls. */
function showFilters(view, facets) {
  for (const name of FACETS) offer(name, facets, view[name]);
  for (const name of ["q", "folder"]) if (byId(name).value.trim() !== view[name]) byId(name).value = view[name];
  for (const box of byId("filters").querySelectorAll("input[type=checkbox]")) {
    box.checked = view.level.includes(box.value);
    const row = columns.level.values.indexOf(box.value);
    box.parentElement.querySelector(".number").textContent = row < 0 ? "0" : digits.format(facets.level[row]);
  }
  byId("sort").value = view.sort;
  for (const button of byId("list").querySelectorAll("[data-sort]")) {
    const here = view.sort.replace(/^-/, "") === button.dataset.sort;
    if (here) button.parentElement.setAttribute("aria-sort", view.sort.startsWith("-") ? "descending" : "ascending");
    else button.parentElement.removeAttribute("aria-sort");
  }
  const active =
    ["clause", "kind", "vendor", "family", "boundary", "folder"].filter((name) => view[name]).length + (view.status === "open" ? 0 : 1);
  byId("more").querySelector("summary").textContent = active ? `More filters (${active} in use)` : "More filters";
}

/** The view that stands in the controls; sort and details are kept from the `view` that was there before. */
function chosenView(view) {
  const chosen = { ...view, q: byId("q").value.trim(), folder: byId("folder").value.trim(), sort: byId("sort").value };
  for (const name of FACETS) chosen[name] = byId(name).value;
  chosen.level = [...byId("filters").querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value);
  return chosen;
}

/** Says how many findings are shown, and, where there are none, what would show some. */
function tellOutcome(view, shown) {
  const plain = fragment({ ...view, sort: EMPTY.sort, f: "" }) === "";
  const open = columns.status.values.indexOf("open");
  const counted = columns.status.rows.filter((row) => row === open).length;
  const words =
    plain && counted === data.total
      ? count(data.total, "finding")
      : plain
        ? `${count(counted, "open finding")}; ${digits.format(data.total - counted)} not counted`
        : `${digits.format(shown)} of ${count(data.total, "finding")}`;
  byId("shown").textContent = words;
  byId("clear").hidden = plain;
  byId("nothing").hidden = shown > 0;
  byId("nothing").textContent = plain
    ? "No finding counts. Those that do not count are shown under another status."
    : "No finding fits these filters.";
  tell(`${words} shown`);
}

function startFilters(changed, reached) {
  const wide = matchMedia("(min-width: 760px)");
  byId("more").open = wide.matches;
  wide.addEventListener("change", () => (byId("more").open = wide.matches));
  const folders = new Set([...document.querySelectorAll("#heat a")].map((link) => parsed(link.hash).folder).filter(Boolean));
  byId("folders").replaceChildren(...[...folders].map((folder) => element("option", { value: folder })));
  // A text counts with every key, a choice once it is made.
  const typed = (event) => event.target.matches("input:not([type=checkbox])");
  byId("filters").addEventListener("input", (event) => typed(event) && changed(chosenView, true));
  byId("filters").addEventListener("change", (event) => typed(event) || changed(chosenView));
  for (const name of FACETS) byId(name).addEventListener("focus", reached);
  byId("clear").addEventListener("click", () => {
    changed((view) => ({ ...EMPTY, sort: view.sort, f: view.f }));
    byId("q").focus();
  });
  for (const button of byId("list").querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () =>
      changed((view) => ({ ...view, sort: view.sort === button.dataset.sort ? `-${view.sort}` : button.dataset.sort })),
    );
  }
}
