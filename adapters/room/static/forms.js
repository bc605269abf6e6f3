// The bot's forms as dialogs: labels, hints, what is needed, and what is to be mended under each field.

import { act } from "./api.js";
import { el, openDialog } from "./dom.js";
import { craft, store } from "./store.js";

const FEW_OPTIONS = 5;
let shown = null;

/** Shows, mends or closes the form that the server says stands open. */
export function showForm(form) {
  if (shown && shown.form.id !== form?.id) hide();
  if (!form) return;
  if (!shown) open(form);
  else showErrors(form.errors);
}

function hide() {
  const dialog = shown.dialog;
  shown = null;
  dialog.close();
}

function open(form) {
  const fields = form.fields.map((field, place) => fieldElement(field, `field-${place}`));
  const send = el("button", { type: "submit", form: "form", class: "button primary" }, form.submit);
  const cancel = el("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Not now");
  const body = el("form", { id: "form", novalidate: true }, ...fields);
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(send);
  });
  const foot = el("div", { class: "dialog-foot" }, cancel, send);
  const dialog = openDialog(form.title, { body: [body], foot, className: "form" });
  shown = { form, dialog, body };
  dialog.addEventListener("close", () => {
    if (shown?.dialog !== dialog) return;
    shown = null;
    act("close-form");
  });
  showErrors(form.errors);
  body.querySelector("input, textarea, select")?.focus();
}

async function submit(button) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const current = shown;
  const answer = await act("submit", { form: current.form.id, values: entered(current) });
  button.removeAttribute("aria-busy");
  if (answer && shown === current) {
    if (Object.keys(answer.errors).length) showErrors(answer.errors);
    else hide();
  }
}

function entered({ form, body }) {
  const data = new FormData(body);
  return Object.fromEntries(form.fields.map(({ name, many }) => [name, many ? data.getAll(name) : data.get(name) ?? ""]));
}

function showErrors(errors) {
  let first = null;
  for (const field of shown.body.querySelectorAll(".field")) {
    const sentence = errors[field.dataset.name] ?? "";
    const problem = field.querySelector(".problem");
    const controls = field.querySelectorAll("input, textarea, select");
    problem.textContent = sentence;
    problem.hidden = !sentence;
    for (const control of controls) {
      if (sentence) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    if (sentence) first ??= controls[0];
  }
  first?.focus();
}

function fieldElement(field, id) {
  const needed = field.required ? el("span", { class: "needed" }, " (needed)") : null;
  const note = field.hint ? el("span", { class: "note", id: `${id}-note` }, field.hint) : null;
  const problem = el("span", { class: "problem", id: `${id}-problem`, hidden: true });
  const describedBy = [note?.id, problem.id].filter(Boolean).join(" ");
  const choices = options(field);
  if (choices && (field.many || choices.length <= FEW_OPTIONS)) {
    const set = el("fieldset", { class: "field", "data-name": field.name, "aria-describedby": describedBy }, el("legend", {}, field.label, needed), note);
    set.append(picks(field, choices, describedBy), problem);
    return set;
  }
  const control = choices ? select(field, choices) : textControl(field);
  Object.entries({ id, name: field.name, "aria-describedby": describedBy }).forEach(([name, value]) => control.setAttribute(name, value));
  if (field.required) control.setAttribute("aria-required", "true");
  const group = el("div", { class: "field", "data-name": field.name }, el("label", { for: id }, field.label, needed), note, control);
  if (field.length > 200) group.append(counter(control, field.length));
  group.append(problem);
  return group;
}

function options(field) {
  if (field.kind === "choice") return field.options;
  if (field.kind !== "people") return null;
  const here = [...store.people.values()].filter((person) => !person.left);
  return here.map((person) => ({ value: person.id, label: [person.name, craft(person)].filter(Boolean).join(" · ") }));
}

function picks(field, choices, describedBy) {
  const isRadio = !field.many;
  const offered = isRadio && !field.required ? [...choices, { value: "", label: "None of these" }] : choices;
  const rows = offered.map(({ value, label }) => {
    const control = el("input", { type: isRadio ? "radio" : "checkbox", name: field.name, value, "aria-describedby": describedBy });
    control.checked = field.value.includes(value) || (isRadio && value === "" && !field.value.length);
    return el("label", { class: "pick" }, control, label);
  });
  return el("div", { class: "picks" }, ...rows);
}

function select(field, choices) {
  const control = el("select", { class: "entry" }, el("option", { value: "" }, field.required ? "Choose one" : "None"));
  control.append(...choices.map(({ value, label }) => el("option", { value }, label)));
  control.value = field.value[0] ?? "";
  return control;
}

function textControl(field) {
  const types = { line: "text", date: "date" };
  const control = field.kind === "paragraph" ? el("textarea", { class: "entry", rows: "4" }) : el("input", { class: "entry", type: types[field.kind], autocomplete: "off" });
  control.value = field.value;
  return control;
}

// Said only near the end: a number at every letter would be noise.
function counter(control, most) {
  const left = el("span", { class: "left", "aria-live": "polite" });
  const count = () => {
    const rest = most - [...control.value].length;
    left.textContent = rest < most * 0.1 ? (rest < 0 ? `${-rest} too many` : `${rest} left`) : "";
  };
  control.addEventListener("input", count);
  count();
  return left;
}
