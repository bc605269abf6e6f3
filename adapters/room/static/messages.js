// One message as an element, with what hangs on it.

import { act } from "./api.js";
import { el, iconButton, initials, sign } from "./dom.js";
import { openEmoji, openMessageMenu } from "./menus.js";
import { craft, replies, store, who } from "./store.js";
import { clockTime, fullTime, localise, moment, sameDay } from "./time.js";

const FOLD_PIXELS = 260;
const SAID_FOLD_PIXELS = 640;
const FACT_LETTERS = 60;
const TOGETHER_MINUTES = 6;
const LONG_PRESS_MILLISECONDS = 500;
const unfolded = new Set();
let openThread = () => {};

/** Says what opens a thread: `open(root message id)`. */
export function whenThreadOpens(open) {
  openThread = open;
}

/** Whether `message` is shown under `before` without a name of its own. */
export function follows(message, before) {
  if (!before || before.author !== message.author || before.only || message.only || before.deleted) return false;
  const apart = Date.parse(message.at) - Date.parse(before.at);
  return apart >= 0 && apart < TOGETHER_MINUTES * 60000 && sameDay(new Date(message.at), new Date(before.at));
}

/** Builds a message. `before` is the one shown above it; `inThread` leaves out the way into the thread. */
export function messageElement(message, { before = null, inThread = false } = {}) {
  const author = who(message.author);
  const isFollowing = follows(message, before);
  const isForYou = message.to?.includes(store.you);
  const kinds = ["message", isFollowing && "follows", message.only && "only", isForYou && "to-you"];
  const body = el("div", { class: "message-body" }, isFollowing ? null : head(message, author), message.only ? onlyYou(message) : null);
  body.append(...content(message));
  if (message.reactions.length) body.append(reactions(message));
  if (!inThread && !message.thread) body.append(...threadLine(message));
  const article = el("article", { class: kinds.filter(Boolean).join(" "), tabindex: "-1", "data-id": message.id, "aria-label": `${author.name}, ${moment(new Date(message.at))}` });
  article.append(side(message, author, isFollowing), body);
  if (!message.deleted) addTools(article, message, inThread);
  localise(article);
  return article;
}

/** Folds long texts in `container`; call it once they are on the page. */
export function foldLong(container) {
  for (const text of container.querySelectorAll(".text:not([data-measured])")) {
    text.dataset.measured = "";
    const key = text.dataset.key;
    // What the bot says ends with who it is from: that is not folded away.
    const most = text.closest(".section") ? SAID_FOLD_PIXELS : FOLD_PIXELS;
    if (text.scrollHeight <= most || unfolded.has(key)) continue;
    const button = el("button", { type: "button", class: "unfold", "aria-expanded": "false" }, "Show more");
    button.addEventListener("click", () => {
      const isFolded = text.classList.toggle("folded");
      button.textContent = isFolded ? "Show more" : "Show less";
      button.setAttribute("aria-expanded", String(!isFolded));
      if (isFolded) unfolded.delete(key);
      else unfolded.add(key);
    });
    text.classList.add("folded");
    text.after(button);
  }
}

function side(message, author, isFollowing) {
  const at = new Date(message.at);
  const shown = isFollowing ? el("time", { class: "slim", datetime: message.at, title: fullTime(at) }, clockTime(at)) : initials(author);
  return el("div", { class: "message-side" }, shown);
}

function head(message, author) {
  const at = new Date(message.at);
  const isBot = Boolean(author.bot);
  return el("div", { class: "message-head" },
    el("span", { class: "name" }, author.name),
    isBot ? el("span", { class: "badge" }, "BOT") : null,
    craft(author) ? el("span", { class: "craft" }, craft(author)) : null,
    el("time", { datetime: message.at, title: fullTime(at) }, clockTime(at)));
}

function onlyYou(message) {
  const putAway = el("button", { type: "button", on: { click: () => act("dismiss", { id: message.id }) } }, "Put away");
  return el("p", { class: "only-you" }, sign("eye"), "Only you can see this", putAway);
}

function content(message) {
  if (message.deleted) return [el("p", { class: "gone" }, "This message was deleted.")];
  if (!message.said) {
    const text = el("div", { class: "text", "data-key": message.id, html: message.html });
    if (message.edited) (text.querySelector(":scope > p:last-child") ?? text).append(" ", el("span", { class: "edited" }, "(edited)"));
    return [text];
  }
  const sections = message.said.sections.map((section, place) => sectionElement(message, section, place));
  return [...sections, ...message.said.files.map(fileElement)];
}

function sectionElement(message, section, place) {
  const isBare = !section.title && !section.facts.length;
  const element = el("div", { class: isBare ? "section bare" : "section" });
  if (section.title) element.append(el("h3", {}, section.title));
  if (section.html) element.append(el("div", { class: "text", "data-key": `${message.id}.${place}`, html: section.html }));
  if (section.facts.length) {
    const pairs = section.facts.map((fact) => el("div", {}, el("dt", {}, fact.name), el("dd", { class: "text", "data-measured": "", html: fact.html })));
    const isLong = pairs.some((pair) => pair.lastChild.textContent.length > FACT_LETTERS);
    element.append(el("dl", { class: isLong ? "facts long" : "facts" }, ...pairs));
  }
  if (section.buttons.length) element.append(el("div", { class: "buttons" }, ...section.buttons.map((button) => buttonElement(message, button))));
  return element;
}

function buttonElement(message, button) {
  if (button.url) {
    return el("a", { class: "button", href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.label, sign("out"));
  }
  const element = el("button", { type: "button", class: `button ${button.weight}`, "data-focus": button.id }, button.label);
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    await act("press", { id: message.id, button: button.id });
    element.removeAttribute("aria-busy");
  });
  return element;
}

function fileElement(file) {
  const address = `${file.path}?as=${encodeURIComponent(store.you)}`;
  if (file.picture) {
    const picture = el("img", { src: address, alt: file.alternative, loading: "lazy" });
    return el("a", { class: "picture", href: address, target: "_blank", rel: "noopener" }, picture);
  }
  return el("a", { class: "file", href: address, download: file.name }, sign("file"), file.name);
}

function reactions(message) {
  const bar = el("div", { class: "reactions" });
  for (const reaction of message.reactions) {
    const label = `${reaction.emoji.replaceAll("_", " ")}: ${reaction.names.join(", ")}`;
    const toggle = () => act("react", { id: message.id, emoji: reaction.emoji, on: !reaction.mine });
    bar.append(el("button", { type: "button", class: "reaction", title: label, "aria-label": label, "aria-pressed": String(reaction.mine), "data-focus": `emoji ${reaction.emoji}`, on: { click: toggle } },
      reaction.sign, el("span", {}, String(reaction.names.length))));
  }
  return bar;
}

function threadLine(message) {
  const answers = replies(message.id).filter((reply) => !reply.deleted && !reply.only);
  if (!answers.length) return [];
  const authors = [...new Set(answers.map((reply) => reply.author))].slice(0, 3);
  const count = answers.length === 1 ? "1 reply" : `${answers.length} replies`;
  const faces = el("span", { class: "faces", "aria-hidden": "true" }, ...authors.map((id) => initials(who(id), true)));
  const last = el("span", { class: "soft" }, `last ${moment(new Date(answers.at(-1).at))}`);
  return [el("button", { type: "button", class: "replies", "data-focus": "replies", on: { click: () => openThread(message.id) } }, faces, count, last)];
}

function addTools(article, message, inThread) {
  const root = message.thread || message.id;
  const actions = {
    reply: () => openThread(root),
    react: () => openEmoji(article.querySelector(".tools"), message),
    edit: () => startEditing(article, message),
  };
  const more = iconButton("more", "More actions", () => openMessageMenu(more, message, actions));
  more.setAttribute("aria-haspopup", "menu");
  const tools = el("div", { class: "tools" });
  if (!message.only) {
    const react = iconButton("smile", "Add a reaction", () => openEmoji(react, message));
    tools.append(react);
    if (!inThread) tools.append(iconButton("reply", "Reply in thread", actions.reply));
  }
  tools.append(more);
  for (const button of tools.children) button.tabIndex = -1;
  article.append(tools);
  article.openActions = () => openMessageMenu(tools, message, actions);
  article.addEventListener("keydown", (event) => useKey(event, article, message, actions));
  watchLongPress(article);
}

function useKey(event, article, message, actions) {
  if (event.target !== article || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = { Enter: article.openActions, m: article.openActions, ContextMenu: article.openActions };
  if (!message.only) Object.assign(keys, { r: actions.reply, e: actions.react });
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
}

function watchLongPress(article) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  article.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || event.target.closest("a, button, textarea")) return;
    timer = setTimeout(() => article.openActions(), LONG_PRESS_MILLISECONDS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove", "pointerleave"]) article.addEventListener(name, stop);
}

function startEditing(article, message) {
  const body = article.querySelector(".message-body");
  const area = el("textarea", { "aria-label": "Your message" });
  area.value = message.text;
  const stop = () => {
    area.blur();
    article.dispatchEvent(new CustomEvent("stale", { bubbles: true }));
  };
  const save = async () => {
    if (!(await act("edit", { id: message.id, text: area.value }))) return;
    area.blur();
    article.dispatchEvent(new CustomEvent("stale", { bubbles: true }));
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
    event.stopPropagation();
  });
  const cancel = el("button", { type: "button", class: "button", on: { click: stop } }, "Leave as it was");
  const keepButton = el("button", { type: "button", class: "button primary", on: { click: save } }, "Save");
  body.replaceChildren(el("div", { class: "edit-box" }, area, el("div", { class: "buttons" }, keepButton, cancel)));
  article.querySelector(".tools")?.remove();
  area.focus();
}
