// The few ways in which the page is built: elements with properties and children, where every text stays a text.

const byId = (id) => document.getElementById(id);

/** An element. `attributes` are set as they are, `on…` as listeners; children are elements or texts, and null is left out. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, given] of Object.entries(attributes)) {
    if (given === null || given === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), given);
    else made.setAttribute(key, given === true ? "" : given);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== ""));
  return made;
}

/** Tells a screen reader, once what is being typed has come to rest. */
let telling = 0;
function tell(words) {
  clearTimeout(telling);
  telling = setTimeout(() => (byId("told").textContent = words), 400);
}

const SIGNS = { error: "✕", warning: "▲", note: "●" };

const levelMark = (level) =>
  element("span", { class: `level ${level}` }, element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[level]), ` ${level}`);

/** A path whose folders give way first where room is short: the name of the file is what tells it from others. */
function pathMark(path) {
  const cut = path.lastIndexOf("/") + 1;
  return element(
    "span",
    { class: "path", title: path },
    element("span", { class: "folders" }, path.slice(0, cut)),
    element("span", { class: "file" }, path.slice(cut)),
  );
}

/** A button that copies a text. Where the browser does not allow it, the text is selected instead, ready to be copied by hand. */
function copyButton(text, label, holder) {
  const button = element("button", { type: "button", class: "copy", "aria-label": label }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      tell("Copied");
    } catch {
      getSelection().selectAllChildren(holder);
      tell("Selected; copy it with the keyboard");
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  return button;
}

function copyable(text, label) {
  const code = element("code", {}, text);
  return element("span", { class: "copyable" }, code, copyButton(text, label, code));
}
