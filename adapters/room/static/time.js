// Times as the reader sees them: in the zone of the person at this window, else of the browser.

import { now, store, who } from "./store.js";

/** An hour and minute, such as 14:05. */
export const clockTime = (at) => format(at, { hour: "2-digit", minute: "2-digit" });

/** A whole moment, such as Tuesday 24 November 2026 at 14:05. */
export const fullTime = (at) => `${format(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" })}, ${clockTime(at)}`;

/** A day, such as Tuesday 24 November. */
export const longDay = (at) => format(at, { weekday: "long", day: "numeric", month: "long" });

/** A moment in a sentence, such as Tue 24 Nov, 14:05. */
export const moment = (at) => `${format(at, { weekday: "short", day: "numeric", month: "short" })}, ${clockTime(at)}`;

/** Whether two moments are on one day. */
export const sameDay = (one, other) => dayKey(one) === dayKey(other);

/** What to call a day in the list of messages. */
export function dayName(at) {
  if (sameDay(at, now())) return "Today";
  if (sameDay(at, new Date(now() - 86400000))) return "Yesterday";
  return longDay(at);
}

/** Shows every time inside `element` in the reader's zone. */
export function localise(element) {
  for (const time of element.querySelectorAll(".text time, dd time")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    time.textContent = moment(at);
    time.title = `${fullTime(at)} (${zone() ?? "your time"})`;
  }
}

const dayKey = (at) => format(at, { year: "numeric", month: "2-digit", day: "2-digit" });

function format(at, options) {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone() }).format(at);
}

function zone() {
  const chosen = who(store.you).time_zone;
  if (!chosen) return undefined;
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: chosen });
    return chosen;
  } catch {
    return undefined;
  }
}
