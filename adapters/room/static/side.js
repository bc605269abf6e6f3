// The left side: who one is, the rooms, the room's time, light and dark, help.

import { act } from "./api.js";
import { el, find, iconButton, initials, openDialog, sign, toast } from "./dom.js";
import { openMenu } from "./menus.js";
import { channelName, craft, now, store, unread, who } from "./store.js";
import { clockTime, longDay, moment } from "./time.js";

const SPANS = [["An hour", 1], ["A day", 24], ["A week", 168]];
const THEMES = { auto: ["auto", "Light and dark as the system has it"], light: ["sun", "Light"], dark: ["moon", "Dark"] };

/** Draws the person, the rooms and the time. */
export function drawSide({ go, startDirect }) {
  drawYou();
  drawTime();
  const channels = [...store.channels.values()];
  const rooms = channels.filter(({ kind }) => kind === "channel");
  const direct = channels.filter(({ kind }) => kind !== "channel");
  const add = iconButton("plus", "Write to somebody", startDirect);
  const withBot = direct.some(({ members }) => members.includes(store.bot.id) && members.length === 2);
  const botLine = withBot ? null : el("li", {}, placeButton(store.bot.name, initials(store.bot, true), { press: () => startDirect(store.bot.id) }));
  const lines = (list) => list.map((channel) => el("li", {}, channelButton(channel, go)));
  find("lists").replaceChildren(
    el("h3", {}, "Rooms"), el("ul", {}, ...lines(rooms)),
    el("h3", {}, "Direct messages", add), el("ul", {}, botLine, ...lines(direct)));
}

/** Sets up the buttons at the foot. */
export function prepareSide({ switchPerson }) {
  find("you").addEventListener("click", switchPerson);
  find("help").append(sign("help"));
  find("help").addEventListener("click", openHelp);
  find("theme").addEventListener("click", nextTheme);
  find("moment").addEventListener("click", () => store.timePasses && openTime());
  find("open-side").append(sign("menu"));
  find("close-side").append(sign("close"));
  find("open-side").addEventListener("click", () => showSide(true));
  find("close-side").addEventListener("click", () => showSide(false));
  find("veil").addEventListener("click", () => showSide(false));
  find("side").addEventListener("keydown", moveFocus);
  drawTheme();
  setInterval(drawTime, 15000);
}

/** Opens or closes the drawer on a narrow screen. */
export function showSide(isOpen) {
  const side = find("side");
  if (side.classList.contains("open") === isOpen) return;
  side.classList.toggle("open", isOpen);
  find("veil").hidden = !isOpen;
  find(isOpen ? "close-side" : "open-side").focus();
}

/** Draws the room's time. */
export function drawTime() {
  if (!store.you) return;
  const words = el("span", {}, el("span", {}, moment(now())), el("span", { class: "soft" }, store.timePasses ? "Let time pass" : longDay(now())));
  find("moment").replaceChildren(sign("clock"), words);
  find("moment").setAttribute("aria-label", `${store.timePasses ? "Let time pass. " : ""}It is ${longDay(now())}, ${clockTime(now())}`);
  find("moment").title = store.timePasses ? "Let time pass" : "";
}

/** Opens the page about keys. */
export function openHelp() {
  const keys = [
    ["Enter", "send; Shift Enter begins a new line"],
    ["/", "commands; go on typing for their words and arguments"],
    ["@", "people; Tab or Enter takes the one that is marked"],
    ["Up, Down", "in the messages: move from one to the next (Up in an empty box goes to the last one)"],
    ["Enter or M", "on a message: everything that can be done with it"],
    ["E", "on a message: add a reaction"],
    ["R", "on a message: reply in its thread"],
    ["Alt Up, Alt Down", "the room above or below"],
    ["Ctrl K", "be somebody else"],
    ["Escape", "closes what is open, the thread too"],
    ["?", "this page, wherever you aren't writing"],
  ];
  const rows = keys.flatMap(([key, says]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, says)]);
  const about = `This room is in your own browser and on your own machine. Nobody else is here: the people are yours to play, and ${store.bot.name} is the bot that you came to try.`;
  const phone = "On a phone, press a message for half a second to see what can be done with it.";
  openDialog("Help and keys", { body: [el("p", {}, about), el("dl", { class: "keys-list" }, ...rows), el("p", { class: "soft" }, phone)] });
}

function drawYou() {
  const you = who(store.you);
  const words = el("span", { class: "you-words" }, el("span", { class: "you-name" }, you.name), el("span", { class: "you-craft" }, craft(you) || "newcomer"));
  find("you").replaceChildren(initials(you), words, sign("swap"));
  find("you").setAttribute("aria-label", `You are ${you.name}. Be somebody else`);
}

function channelButton(channel, go) {
  const name = channelName(channel);
  const other = channel.members.find((id) => id !== store.you) ?? store.you;
  const mark = channel.kind === "channel" ? sign("hash") : initials(who(other), true);
  return placeButton(name, mark, { press: () => go(channel.id), count: unread(channel.id), isHere: channel.id === store.channel, key: channel.id });
}

function placeButton(name, mark, { press, count = 0, isHere = false, key = "" }) {
  const isNew = count > 0 && !isHere;
  return el("button", { type: "button", class: isNew ? "place unread" : "place", "aria-current": isHere ? "page" : null, "data-place": key || null, on: { click: press } },
    mark, el("span", { class: "place-name" }, name),
    isNew ? el("span", { class: "count" }, String(count), el("span", { class: "unseen" }, " unread")) : null);
}

function openTime() {
  const items = SPANS.map(([label, hours]) => [label, () => passTime(label, hours)]);
  openMenu(find("moment"), { items, label: "Let time pass", note: "Let time pass" });
}

async function passTime(label, hours) {
  const passed = await act("pass-time", { hours });
  if (passed) toast(`${label} has passed. It is ${longDay(new Date(passed.now))}.`);
}

function nextTheme() {
  const names = Object.keys(THEMES);
  const next = names[(names.indexOf(theme()) + 1) % names.length];
  if (next === "auto") localStorage.removeItem("tacit.theme");
  else localStorage.setItem("tacit.theme", next);
  drawTheme();
}

function drawTheme() {
  const name = theme();
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  const [mark, label] = THEMES[name];
  find("theme").replaceChildren(sign(mark));
  find("theme").setAttribute("aria-label", `Colours: ${label}. Change them`);
  find("theme").title = label;
}

const theme = () => localStorage.getItem("tacit.theme") ?? "auto";

function moveFocus(event) {
  if (event.key === "Escape") showSide(false);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const places = [...find("lists").querySelectorAll(".place")];
  const place = places.indexOf(document.activeElement);
  if (place < 0) return;
  event.preventDefault();
  places[(place + (event.key === "ArrowDown" ? 1 : -1) + places.length) % places.length].focus();
}
