// Small menus beside a button: message actions, emoji, letting time pass. Arrows move, Escape closes.

import { act } from "./api.js";
import { el, toast } from "./dom.js";
import { store } from "./store.js";

/** Emoji that are offered, by the names that the bot knows. */
export const EMOJI = [
  ["bulb", "💡"], ["white_check_mark", "✅"], ["thumbsup", "👍"], ["heart", "❤️"], ["eyes", "👀"], ["tada", "🎉"],
  ["pray", "🙏"], ["raised_hands", "🙌"], ["thinking", "🤔"], ["question", "❓"], ["wave", "👋"], ["smile", "😄"],
];

/** Opens a menu beside `anchor`; `items` are [label, action, class] or null for a line between. */
export function openMenu(anchor, { items, label, className = "", note = "" }) {
  const returnTo = document.activeElement;
  const menu = el("div", { class: `menu ${className}`, role: "menu", "aria-label": label, popover: "auto" });
  if (note) menu.append(el("p", {}, note));
  for (const item of items) menu.append(item ? menuItem(menu, item) : el("hr"));
  menu.addEventListener("keydown", (event) => moveFocus(event, menu));
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const wasInside = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    anchor.closest(".tools")?.classList.remove("open");
    if (wasInside && returnTo?.isConnected) returnTo.focus();
  });
  document.body.append(menu);
  menu.showPopover();
  putBeside(menu, anchor);
  anchor.closest(".tools")?.classList.add("open");
  menu.querySelector("[role=menuitem]")?.focus();
}

/** Opens the actions of one message. */
export function openMessageMenu(anchor, message, { reply, react, edit }) {
  const isOwn = message.author === store.you;
  const shortcuts = store.surface.shortcuts.map(({ id, label }) => [label, () => act("shortcut", { id: message.id, shortcut: id })]);
  const items = [
    ...(message.only ? [] : shortcuts),
    ...(message.only || !shortcuts.length ? [] : [null]),
    ...(message.only ? [["Put away", () => act("dismiss", { id: message.id })]] : [["Reply in thread", reply], ["Add a reaction", react]]),
    ["Copy link", () => copyLink(message)],
    ...(isOwn ? [null, ["Edit", edit], ["Delete", () => act("delete", { id: message.id }), "danger"]] : []),
  ];
  openMenu(anchor, { items, label: "Message actions" });
}

/** Opens the emoji for one message. */
export function openEmoji(anchor, message) {
  const items = EMOJI.map(([emoji, shown]) => [shown, () => act("react", { id: message.id, emoji, on: true }), "", emoji.replaceAll("_", " ")]);
  openMenu(anchor, { items, label: "Reactions", className: "emoji" });
}

function menuItem(menu, [label, action, className = "", name = ""]) {
  const press = () => {
    menu.hidePopover();
    action();
  };
  return el("button", { type: "button", role: "menuitem", tabindex: "-1", class: className, "aria-label": name || null, title: name || null, on: { click: press } }, label);
}

function moveFocus(event, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const place = items.indexOf(document.activeElement);
  const row = menu.classList.contains("emoji") ? 6 : 1;
  const steps = { ArrowDown: row, ArrowUp: -row, ArrowRight: 1, ArrowLeft: -1 };
  const end = { Home: 0, End: items.length - 1 };
  if (event.key === "Tab") return menu.hidePopover();
  if (!(event.key in steps) && !(event.key in end)) return undefined;
  event.preventDefault();
  const next = event.key in end ? end[event.key] : (place + steps[event.key] + items.length) % items.length;
  return items[next].focus();
}

function putBeside(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = box.bottom + 6;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, box.top - height - 6);
  const left = Math.min(Math.max(8, box.right - width), innerWidth - width - 8);
  menu.style.top = `${top}px`;
  menu.style.left = `${box.left < 280 ? Math.max(8, Math.min(box.left, innerWidth - width - 8)) : left}px`;
}

async function copyLink(message) {
  const address = new URL(location.href);
  address.search = "";
  address.hash = `${message.channel}/${message.id}`;
  try {
    await navigator.clipboard.writeText(address.href);
    toast("The link is copied.");
  } catch {
    toast(address.href);
  }
}
