// Small helpers for building the page. Text always goes in as text; HTML only from the server's own markup.

const SVG = "http://www.w3.org/2000/svg";

/** Builds an element. `html` takes the server's sanitised markup; `on` maps event names to handlers; null children are left out. */
export function el(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "html") element.innerHTML = value;
    else if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Finds an element by its id. */
export const find = (id) => document.getElementById(id);

/** Builds one of the signs in icons.svg. */
export function sign(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Builds a button that shows a sign and has a name for screen readers. */
export function iconButton(name, label, press) {
  return el("button", { type: "button", class: "icon", "aria-label": label, title: label, on: { click: press } }, sign(name));
}

/** Builds coloured initials for a person or the bot. */
export function initials(person, small = false) {
  const words = person.name.trim().split(/\s+/);
  const letters = (words[0]?.[0] ?? "?") + (words.length > 1 ? words.at(-1)[0] : "");
  const hue = [...person.id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % 8;
  const kind = person.bot ? "bot" : `hue-${hue}`;
  return el("span", { class: `initials ${kind}${small ? " small" : ""}`, "aria-hidden": "true" }, letters.toUpperCase());
}

/** Shows a short note for a few seconds. */
export function toast(words, isTrouble = false) {
  const note = el("div", { class: isTrouble ? "toast trouble" : "toast" }, words);
  find("toasts").append(note);
  setTimeout(() => note.remove(), isTrouble ? 7000 : 4000);
}

/** Opens a dialog with a title, that goes away when it is closed. */
export function openDialog(title, { body, foot = null, closable = true, className = "" }) {
  const returnTo = document.activeElement;
  const heading = el("h2", { id: `dialog-${++dialogs}` }, title);
  const dialog = el("dialog", { class: className, "aria-labelledby": heading.id });
  const close = closable ? iconButton("close", "Close", () => dialog.close()) : null;
  dialog.append(el("div", { class: "dialog-head" }, heading, close), el("div", { class: "dialog-body" }, ...body));
  if (foot) dialog.append(foot);
  dialog.addEventListener("cancel", (event) => !closable && event.preventDefault());
  dialog.addEventListener("close", () => {
    dialog.remove();
    // Chromium gives the focus back but leaves the caret in the removed dialog; blurring first moves it too.
    if (document.activeElement === returnTo) returnTo.blur();
    if (returnTo?.isConnected && document.activeElement === document.body) returnTo.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
let dialogs = 0;
