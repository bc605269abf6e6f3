// Who one is: anybody in the room, or a newcomer.

import { act } from "./api.js";
import { el, iconButton, initials, openDialog } from "./dom.js";
import { craft, store } from "./store.js";

const NAMES = ["Alex Reed", "Robin Hale", "Noor Aziz", "Jo Marsh", "Sasha Lind", "Ivo Petrov", "Mina Sato", "Toni Abara"];

/** Opens the list of people. `become(id)` makes this window theirs; `talk(id)` opens a direct conversation, where given. */
export function openPeople({ become, talk = null }) {
  const isFirst = !store.you;
  const search = el("input", { class: "entry", type: "search", placeholder: "Name, practice or place", "aria-label": "Find somebody", autocomplete: "off" });
  const list = el("ul", { class: "people" });
  const title = talk ? "Write to somebody" : isFirst ? "Who would you like to be?" : "Be somebody else";
  const words = "Every window is one person. Open a second one, and you can be two people who talk to each other.";
  const body = talk ? [search, list] : [el("p", { class: "soft" }, words), newcomer(choose), el("p", { class: "group-name" }, "Or somebody who is here already"), search, list];
  const dialog = openDialog(title, { body, closable: !isFirst });

  function choose(id) {
    dialog.close();
    (talk ?? become)(id);
  }
  const fill = () => list.replaceChildren(...rows(search.value, { choose, talk }));
  search.addEventListener("input", fill);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") list.querySelector(".person")?.click();
  });
  dialog.addEventListener("keydown", (event) => moveFocus(event, search, list));
  fill();
  if (isFirst) list.querySelector(".person")?.focus({ preventScroll: true });
  else search.focus({ preventScroll: true });
}

function rows(wanted, { choose, talk }) {
  const here = [...store.people.values()].filter((person) => !person.left);
  const others = talk ? [store.bot, ...here.filter(({ id }) => id !== store.you)] : here;
  const fitting = others.filter((person) => `${person.name} ${craft(person)}`.toLowerCase().includes(wanted.trim().toLowerCase()));
  if (!fitting.length) return [el("li", { class: "soft" }, "Nobody here fits that.")];
  return fitting.map((person) => el("li", { class: "person-row" }, row(person, choose), talk ? null : newWindow(person)));
}

function row(person, choose) {
  const says = person.bot ? "the bot" : craft(person) || "newcomer";
  return el("button", { type: "button", class: "person", "aria-current": person.id === store.you ? "true" : null, on: { click: () => choose(person.id) } },
    initials(person),
    el("span", { class: "person-words" }, el("span", {}, person.name, person.id === store.you ? " (you)" : ""), el("span", { class: "soft" }, says)));
}

function newWindow(person) {
  const label = `Be ${person.name} in a new window`;
  return iconButton("out", label, () => open(`?as=${encodeURIComponent(person.id)}`, "_blank", "noopener"));
}

function newcomer(choose) {
  const offered = NAMES.find((name) => ![...store.people.values()].some((person) => person.name === name)) ?? "";
  const name = el("input", { class: "entry", id: "newcomer-name", value: offered, maxlength: "60", autocomplete: "off" });
  const go = el("button", { type: "submit", class: "button primary" }, "Join as a newcomer");
  const form = el("form", { class: "newcomer", novalidate: true }, el("label", { for: "newcomer-name" }, "Somebody new, called"), name, go);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const joined = await act("join", { name: name.value, time_zone: zone });
    if (joined) choose(joined.id);
  });
  return form;
}

function moveFocus(event, search, list) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [search, ...list.querySelectorAll(".person")];
  const place = stops.indexOf(document.activeElement);
  if (place < 0) return;
  event.preventDefault();
  stops[Math.min(stops.length - 1, Math.max(0, place + (event.key === "ArrowDown" ? 1 : -1)))].focus();
}
