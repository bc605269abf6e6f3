// Writing: a box that grows, with completion for /commands, their arguments, and @people.

import { act } from "./api.js";
import { el, initials, sign, toast } from "./dom.js";
import { craft, store } from "./store.js";

const ASK_AFTER_MILLISECONDS = 140;
const drafts = new Map();

/** Builds the place to write in; `where()` gives {channel, thread, label}. */
export function composer(container, id, where) {
  const area = el("textarea", { id: `${id}-text`, rows: "1", "aria-autocomplete": "list", "aria-controls": `${id}-choices` });
  const list = el("ul", { id: `${id}-choices`, class: "choices", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const send = el("button", { type: "button", class: "send", "aria-label": "Send", title: "Send" }, sign("send"));
  const keys = el("span", { class: "keys" }, el("kbd", {}, "/"), " for commands, ", el("kbd", {}, "@"), " for people, ", el("kbd", {}, "Shift Enter"), " for a new line");
  const said = el("span", { class: "unseen", role: "status" });
  const working = el("span", { class: "working", hidden: true });
  container.append(list, el("div", { class: "box" }, area, send), el("div", { class: "under" }, working, keys), said);
  const box = { area, list, send, said, where, options: [], chosen: -1, id, asked: 0 };

  area.addEventListener("input", () => changed(box));
  area.addEventListener("keydown", (event) => useKey(event, box));
  area.addEventListener("blur", () => setTimeout(() => document.activeElement === area || hideChoices(box), 150));
  send.addEventListener("click", () => post(box));
  return {
    area,
    refresh: () => refresh(box),
    setWorking(isWorking) {
      working.textContent = `${store.bot.name} is on it`;
      working.hidden = !isWorking;
    },
  };
}

function refresh(box) {
  const { channel, thread, label } = box.where();
  box.key = `${store.you} ${channel} ${thread}`;
  box.area.value = drafts.get(box.key) ?? "";
  box.area.placeholder = label;
  box.area.setAttribute("aria-label", label);
  box.send.disabled = !box.area.value.trim();
  hideChoices(box);
}

function changed(box) {
  drafts.set(box.key, box.area.value);
  box.send.disabled = !box.area.value.trim();
  suggest(box);
}

async function post(box) {
  const text = box.area.value.trim();
  if (!text) return;
  const { channel, thread } = box.where();
  const command = text.match(/^\/([\w-]*)(?=\s|$)/);
  const isKnown = command && store.surface.commands.some(({ name }) => name === command[1].toLowerCase());
  if (command && !isKnown) {
    toast(`There is no command /${command[1]}. Type / to see what there is.`, true);
    return;
  }
  const key = box.key;
  box.area.value = "";
  changed(box);
  const done = await act(command ? "command" : "say", { channel, thread, text });
  if (done || drafts.get(key)) return;
  drafts.set(key, text);
  if (box.key === key) refresh(box);
}

function useKey(event, box) {
  const isOpen = !box.list.hidden;
  if (event.isComposing) return;
  if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const count = box.options.length;
    choose(box, (box.chosen + (event.key === "ArrowDown" ? 1 : count - (box.chosen < 0 ? 0 : 1))) % count);
  } else if (isOpen && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    hideChoices(box);
  } else if (isOpen && event.key === "Tab" && !event.shiftKey) {
    event.preventDefault();
    take(box, Math.max(0, box.chosen));
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    const option = isOpen ? box.options[box.chosen] : null;
    if (option && option.result(box).trim() !== box.area.value.trim()) take(box, box.chosen);
    else post(box);
  }
}

function suggest(box) {
  const text = box.area.value.slice(0, box.area.selectionStart);
  const asked = ++box.asked;
  const mention = text.match(/(?<![\w@.])@([\p{L}\p{N}_.-]*(?: [\p{L}\p{N}_.-]*)?)$/u);
  if (/^\/[\w-]*$/.test(text)) suggestCommand(box, text.slice(1));
  else if (text.startsWith("/") && !text.includes("\n")) suggestArgument(box, text, asked);
  else if (mention) showChoices(box, peopleFor(mention[1], text.length - mention[1].length), 0);
  else hideChoices(box);
}

function suggestCommand(box, start) {
  const fitting = store.surface.commands.filter(({ name }) => name.startsWith(start.toLowerCase()));
  const typed = fitting.findIndex(({ name, word }) => name === start.toLowerCase() && !word);
  showChoices(box, fitting.map(commandOption), Math.max(0, typed));
}

function commandOption(command) {
  const word = command.word === "*" ? "" : command.word;
  const typed = ["/" + command.name, word].filter(Boolean).join(" ");
  const shown = el("span", { class: "what" }, typed, command.argument ? el("span", { class: "argument" }, ` ${command.argument}`) : "");
  return { shown: [shown, el("span", { class: "says" }, command.description)], result: () => typed + (command.argument ? " " : "") };
}

function suggestArgument(box, text, asked) {
  const [, name, rest] = text.match(/^\/([\w-]+)\s+(.*)$/) ?? [null, "", ""];
  const uses = store.surface.commands.filter((command) => command.name === name.toLowerCase());
  const typed = rest.split(/\s+/)[0].toLowerCase();
  const isWordDone = /\s/.test(rest);
  const use = uses.find(({ word }) => word && word !== "*" && word === typed && isWordDone) ?? uses.find(({ word }) => word === "*") ?? uses.find(({ word }) => !word);
  const words = isWordDone ? [] : uses.filter(({ word }) => word && word !== "*" && word.startsWith(typed) && (word !== typed || rest));
  const given = words.map(commandOption);
  showChoices(box, given, typed && given.length ? 0 : -1);
  if (!use?.completes) return;
  const stem = ["/" + use.name, use.word === "*" ? "" : use.word].filter(Boolean).join(" ");
  setTimeout(async () => {
    if (asked !== box.asked) return;
    const found = await act("complete", { channel: box.where().channel, text }, true);
    if (asked !== box.asked || !found || document.activeElement !== box.area) return;
    const offered = found.options.map(({ value, label }) => ({ shown: [el("span", { class: "what" }, label)], result: () => `${stem} ${value}` }));
    showChoices(box, [...given, ...offered], given.length && typed ? 0 : -1);
  }, ASK_AFTER_MILLISECONDS);
}

function peopleFor(start, from) {
  const wanted = start.toLowerCase();
  const here = [store.bot, ...store.people.values()].filter((person) => !person.left && person.id !== store.you);
  const fits = ({ name, id }) => name.toLowerCase().startsWith(wanted) || id.startsWith(wanted) || name.toLowerCase().split(" ").some((word) => wanted && word.startsWith(wanted));
  return here.filter(fits).slice(0, 8).map((person) => {
    const isUnique = here.filter(({ name }) => name.toLowerCase() === person.name.toLowerCase()).length === 1;
    const typed = isUnique ? person.name : person.id;
    const says = person.bot ? "the bot" : craft(person);
    return {
      shown: [initials(person, true), el("span", { class: "what" }, person.name), el("span", { class: "says" }, says)],
      result: ({ area }) => area.value.slice(0, from) + typed + " " + area.value.slice(area.selectionStart).trimStart(),
      caret: from + typed.length + 1,
    };
  });
}

function showChoices(box, options, chosen) {
  if (!options.length) {
    hideChoices(box);
    return;
  }
  box.options = options;
  box.list.replaceChildren(...options.map((option, place) => {
    const item = el("li", { role: "option", id: `${box.id}-choice-${place}` }, ...option.shown);
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(box, place);
    });
    return item;
  }));
  box.list.hidden = false;
  box.said.textContent = options.length === 1 ? "1 suggestion" : `${options.length} suggestions`;
  choose(box, chosen);
}

function choose(box, place) {
  box.chosen = place;
  [...box.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
  box.list.children[place]?.scrollIntoView({ block: "nearest" });
  if (place >= 0) box.area.setAttribute("aria-activedescendant", `${box.id}-choice-${place}`);
  else box.area.removeAttribute("aria-activedescendant");
}

function hideChoices(box) {
  box.list.hidden = true;
  box.options = [];
  box.chosen = -1;
  box.said.textContent = "";
  box.area.removeAttribute("aria-activedescendant");
}

function take(box, place) {
  const option = box.options[place];
  if (!option) return;
  const caret = option.caret;
  box.area.value = option.result(box);
  if (caret) box.area.setSelectionRange(caret, caret);
  box.area.focus();
  changed(box);
}
