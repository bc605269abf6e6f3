// The room: begins as somebody, shows a channel and perhaps a thread, and keeps both as things change.

import { act, listen, readEarlier, readState, stopListening, whenWaiting } from "./api.js";
import { composer } from "./composer.js";
import { el, find, iconButton, sign, toast } from "./dom.js";
import { showForm } from "./forms.js";
import { foldLong, messageElement, whenThreadOpens } from "./messages.js";
import { openPeople } from "./people.js";
import { drawSide, drawTime, openHelp, prepareSide, showSide } from "./side.js";
import { begin, channelName, keep, markRead, readMark, replies, setNow, store, tops, unread, who } from "./store.js";
import { dayName, sameDay } from "./time.js";

const NEAR_END_PIXELS = 120;
const END_GAP_PIXELS = 6;
let mainBox = null;
let threadBox = null;
let news = { after: 0, upTo: 0 };

async function start() {
  prepareSide({ switchPerson: () => openPeople({ become }) });
  find("close-thread").append(sign("close"));
  find("close-thread").addEventListener("click", closeThread);
  mainBox = composer(find("compose"), "composer", () => ({ channel: store.channel, thread: "", label: `Write to ${placeName()}` }));
  threadBox = composer(find("thread-compose"), "thread-composer", () => ({ channel: store.channel, thread: store.thread, label: "Reply in the thread" }));
  whenThreadOpens((root) => openThread(root, true));
  whenWaiting((isWaiting) => [mainBox, threadBox].forEach((box) => box.setWorking(isWaiting)));
  addEventListener("hashchange", followAddress);
  addEventListener("keydown", useKey);
  for (const list of [find("messages"), find("thread-messages")]) {
    list.addEventListener("keydown", (event) => moveInMessages(event, list));
    list.addEventListener("stale", () => draw());
  }
  document.addEventListener("click", followOwnLink);
  const asked = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem("tacit.as") ?? "";
  await enter(asked);
}

async function enter(id) {
  stopListening();
  let state = null;
  try {
    state = await readState(id);
  } catch {
    toast("The room can't be reached just now. Is it still running?", true);
    return;
  }
  begin(state);
  document.title = state.title;
  find("title").textContent = state.title;
  if (!store.you) {
    find("frame").inert = true;
    openPeople({ become });
    return;
  }
  find("frame").inert = false;
  rememberPerson();
  if (!followAddress()) go(store.channels.has(store.channel) ? store.channel : store.channels.keys().next().value ?? "");
  showForm(store.form);
  listen(state.position, take);
}

function rememberPerson() {
  sessionStorage.setItem("tacit.as", store.you);
  const address = new URL(location.href);
  address.searchParams.set("as", store.you);
  history.replaceState(null, "", address);
}

function become(id) {
  showForm(null);
  store.channel = "";
  store.thread = "";
  showSide(false);
  const address = new URL(location.href);
  address.hash = "";
  history.replaceState(null, "", address);
  enter(id);
}

// One update from the server.
function take(update) {
  if (update.kind === "reset") enter(store.you);
  else if (update.kind === "message") takeMessage(update.message);
  else if (update.kind === "gone") forget(update.id);
  else if (update.kind === "form") showForm(update.form);
  else if (update.kind === "person") store.people.set(update.person.id, update.person);
  else if (update.kind === "channel") store.channels.set(update.channel.id, update.channel);
  else if (update.kind === "clock") {
    setNow(update.now);
    drawTime();
    draw();
  }
  if (update.kind === "person" || update.kind === "channel") drawRooms();
}

function takeMessage(message) {
  const isNew = !store.messages.has(message.id);
  keep(message);
  if (message.channel === store.channel) {
    if (isNew && message.author !== store.you) announce(message);
    draw(isNew && (message.author === store.you || message.only));
    if (document.hasFocus()) markRead(store.channel);
  }
  // An answer that nobody else sees comes where the thread is: show it rather than hide it.
  if (isNew && message.thread && store.thread !== message.thread && (message.only || isAnswer(message))) openThread(message.thread);
  drawRooms();
}

// The bot's answer to what one just asked here, unless one is busy with something else.
function isAnswer({ author, channel, thread }) {
  const isOwn = store.messages.get(thread)?.author === store.you;
  return author === store.bot.id && channel === store.channel && isOwn && !store.thread && !mainBox.area.value;
}

function forget(id) {
  store.messages.delete(id);
  draw();
  drawRooms();
}

function announce(message) {
  const words = message.said ? message.said.summary : messageElement(message).querySelector(".text")?.textContent ?? "";
  find("news").append(el("p", {}, `${who(message.author).name}: ${words.slice(0, 300)}`));
  while (find("news").children.length > 5) find("news").firstChild.remove();
}

function go(channel) {
  if (!store.channels.has(channel)) return;
  if (store.channel !== channel) closeThread(false);
  store.channel = channel;
  const isNew = unread(channel) > 0;
  news = { after: readMark(channel), upTo: isNew ? Math.max(...tops(channel).map(({ number }) => number), 0) : 0 };
  history.replaceState(null, "", `#${channel}`);
  showSide(false);
  markRead(channel);
  draw(true);
  drawRooms();
  mainBox.refresh();
  if (matchMedia("(hover: hover)").matches) mainBox.area.focus();
}

// An address such as #general or #general/m7; gives whether it led somewhere.
function followAddress() {
  const [channel, id] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (!store.channels.has(channel)) return false;
  go(channel);
  const message = store.messages.get(id);
  if (message?.thread) openThread(message.thread);
  if (message) point(message.id);
  return true;
}

function point(id) {
  const shown = document.querySelector(`#thread-messages [data-id="${id}"], #messages [data-id="${id}"]`);
  shown?.scrollIntoView({ block: "center" });
  shown?.classList.add("found");
}

// A link of the bot to a message of this very room stays in this window.
function followOwnLink(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const address = new URL(link.href);
  const isHere = address.origin === location.origin && address.pathname === location.pathname;
  if (!isHere || !address.hash.includes("/") || link.classList.contains("skip")) return;
  event.preventDefault();
  history.replaceState(null, "", address.hash);
  followAddress();
}

function openThread(root, isAsked = false) {
  if (!store.messages.has(root)) return;
  store.thread = root;
  keepingEnd(() => {
    find("thread").hidden = false;
    find("frame").classList.add("with-thread");
  });
  drawThread();
  scrollToEnd(find("thread-scroll"));
  threadBox.refresh();
  if (isAsked) threadBox.area.focus();
}

function closeThread(isAsked = true) {
  if (find("thread").hidden) return;
  const root = store.thread;
  store.thread = "";
  keepingEnd(() => {
    find("thread").hidden = true;
    find("frame").classList.remove("with-thread");
  });
  if (isAsked) (document.querySelector(`#messages [data-id="${root}"] .replies`) ?? mainBox.area).focus();
}

function drawRooms() {
  const held = document.activeElement?.dataset?.place;
  drawSide({ go, startDirect });
  if (held) document.querySelector(`[data-place="${held}"]`)?.focus();
  const waiting = [...document.querySelectorAll(".place .count")].length;
  find("open-side").classList.toggle("has-news", waiting > 0);
  find("open-side").setAttribute("aria-label", waiting ? `Rooms and people, ${waiting} with something new` : "Rooms and people");
  document.title = `${waiting ? `(${waiting}) ` : ""}${placeName()} · ${find("title").textContent}`;
}

async function startDirect(id = "") {
  if (typeof id !== "string" || !id) {
    openPeople({ become, talk: startDirect });
    return;
  }
  const opened = await act("open-direct", { other: id });
  if (!opened) return;
  if (!store.channels.has(opened.channel)) {
    store.channels.set(opened.channel, { id: opened.channel, name: "", topic: "", kind: "direct", members: [store.you, id] });
  }
  go(opened.channel);
}

function placeName() {
  const channel = store.channels.get(store.channel);
  if (!channel) return "";
  return channel.kind === "channel" ? `#${channelName(channel)}` : channelName(channel);
}

function draw(toEnd = false) {
  const channel = store.channels.get(store.channel);
  if (!channel) return;
  find("channel-name").textContent = placeName();
  find("channel-topic").textContent = channel.topic || topicOf(channel);
  drawHint();
  const list = tops(channel.id);
  fill(find("messages"), find("scroll"), { list, toEnd, empty: emptyWords(channel) });
  if (store.earlier[channel.id]) {
    find("messages").prepend(el("button", { type: "button", class: "earlier", on: { click: () => loadEarlier(channel.id, list[0].id) } }, "Earlier messages"));
  }
  if (store.thread) drawThread(toEnd);
}

function drawThread(toEnd = false) {
  const root = store.messages.get(store.thread);
  find("thread-where").textContent = placeName();
  fill(find("thread-messages"), find("thread-scroll"), { list: [root, ...replies(root.id)], toEnd, inThread: true });
}

function topicOf(channel) {
  if (channel.kind === "channel") return channel.members.length ? "Only its members can see this" : "Everybody here can see this";
  if (channel.kind === "group") return "Only the people in here can see this";
  const other = channel.members.find((id) => id !== store.you);
  return other === store.bot.id ? "Only you and the bot can see this" : "Only the two of you can see this";
}

function emptyWords(channel) {
  const isBot = channel.members.includes(store.bot.id);
  const words = isBot ? "Ask it something, in your own words." : "Whoever writes first sets the tone.";
  return el("div", { class: "empty" }, el("strong", {}, "Nothing here yet"), words);
}

// Draws a list of messages anew, keeping the place, the focus and a message that is being edited.
function fill(container, scroller, { list, toEnd = false, inThread = false, empty = null }) {
  if (container.querySelector(".edit-box textarea:focus")) return;
  const wasNearEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PIXELS;
  const top = scroller.scrollTop;
  const focused = heldFocus(container);
  const elements = [];
  let before = null;
  let isMarked = false;
  for (const message of list) {
    const at = new Date(message.at);
    if (!inThread && (!before || !sameDay(at, new Date(before.at)))) elements.push(el("h3", { class: "day" }, dayName(at)));
    if (!inThread && !isMarked && message.number > news.after && message.number <= news.upTo && message.author !== store.you) {
      isMarked = true;
      if (before) elements.push(el("div", { class: "new-mark" }, "New"));
      before = null;
    }
    elements.push(messageElement(message, { before, inThread }));
    before = message;
  }
  container.replaceChildren(...(elements.length || !empty ? elements : [empty]));
  foldLong(container);
  const last = [...container.querySelectorAll(".message")].at(-1);
  if (last) last.tabIndex = 0;
  if (toEnd || wasNearEnd) scrollToEnd(scroller);
  else scroller.scrollTop = top;
  focused?.();
}

// To the end, but no further than to the beginning of the last message: a long one is read from its top.
function scrollToEnd(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
  const last = [...scroller.querySelectorAll(".message")].at(-1);
  const hidden = last ? scroller.getBoundingClientRect().top + END_GAP_PIXELS - last.getBoundingClientRect().top : 0;
  if (hidden > 0) scroller.scrollTop -= hidden;
}

// Keeps the end of the room in sight when its width changes.
function keepingEnd(change) {
  const scroller = find("scroll");
  const wasNearEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PIXELS;
  change();
  if (wasNearEnd) scrollToEnd(scroller);
}

function heldFocus(container) {
  const held = container.contains(document.activeElement) ? document.activeElement : null;
  const id = held?.closest(".message")?.dataset.id;
  if (!id) return null;
  const key = held.dataset.focus;
  return () => {
    const message = container.querySelector(`[data-id="${id}"]`);
    const target = key ? [...(message?.querySelectorAll("[data-focus]") ?? [])].find((each) => each.dataset.focus === key) : null;
    (target ?? message)?.focus({ preventScroll: true });
  };
}

async function loadEarlier(channel, before) {
  const scroller = find("scroll");
  const height = scroller.scrollHeight;
  const page = await readEarlier(channel, before).catch(() => null);
  if (!page) return;
  page.messages.forEach(keep);
  store.earlier[channel] = page.earlier;
  draw();
  scroller.scrollTop += scroller.scrollHeight - height;
}

function drawHint() {
  find("hint").hidden = store.channels.get(store.channel).kind !== "channel";
  if (localStorage.getItem("tacit.hint") === "done" || find("hint").firstChild) return;
  const shortcut = store.surface.shortcuts[0]?.label;
  const command = store.surface.commands[0]?.name;
  const close = iconButton("close", "Put this away", () => {
    localStorage.setItem("tacit.hint", "done");
    find("hint").replaceChildren();
  });
  const steps = [
    `Ask something: write @${store.bot.name} and your question${command ? ", or type / to see what it can do" : ""}.`,
    shortcut ? `Keep something: point at a message, open its menu, and choose “${shortcut}”.` : "Point at a message to see what can be done with it.",
    `Be somebody else: press your name${store.timePasses ? ", or press the date and let a week pass" : ""}.`,
  ];
  find("hint").append(el("section", { class: "hint", "aria-label": "Three things to try" }, close,
    el("h3", {}, "New here? Three things to try"), el("ol", {}, ...steps.map((step) => el("li", {}, step)))));
}

function useKey(event) {
  const isWriting = event.target.closest?.("input, textarea, select, dialog, .menu");
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault();
    if (store.you && !document.querySelector("dialog")) openPeople({ become });
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown") && !document.querySelector("dialog")) {
    event.preventDefault();
    nextRoom(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "?" && !isWriting) {
    openHelp();
  } else if (event.key === "Escape" && !document.querySelector("dialog")) {
    if (find("side").classList.contains("open")) showSide(false);
    else if (store.thread && !event.defaultPrevented) closeThread();
  } else if (event.key === "ArrowUp" && event.target === mainBox.area && !mainBox.area.value) {
    event.preventDefault();
    [...find("messages").querySelectorAll(".message")].at(-1)?.focus();
  }
}

function nextRoom(step) {
  const places = [...document.querySelectorAll("[data-place]")].map((button) => button.dataset.place);
  go(places[(places.indexOf(store.channel) + step + places.length) % places.length]);
}

function moveInMessages(event, list) {
  const messages = [...list.querySelectorAll(".message")];
  const place = messages.indexOf(event.target);
  const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: messages.length - 1 }[event.key];
  if (place < 0 || to === undefined || event.altKey) return;
  event.preventDefault();
  if (to >= messages.length) (list.id === "messages" ? mainBox : threadBox).area.focus();
  else if (to >= 0) messages[to].focus();
}

addEventListener("focus", () => {
  if (!store.channel) return;
  markRead(store.channel);
  drawRooms();
});

start();
