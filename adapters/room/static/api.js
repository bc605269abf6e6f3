// Talking to the server: deeds go out by POST, updates come in as server-sent events.

import { toast } from "./dom.js";
import { store } from "./store.js";

const SLOW_MILLISECONDS = 600;
const BOT_DEEDS = new Set(["say", "command", "press", "shortcut", "submit"]);
let source = null;
let waiting = 0;
let onWaiting = () => {};

/** Calls `handler(isWaiting)` when the bot takes its time, and when it is done. */
export function whenWaiting(handler) {
  onWaiting = handler;
}

/** Reads all that the person at this window may see. */
export async function readState(as) {
  return answer(await fetch(`api/state?as=${encodeURIComponent(as)}`));
}

/** Reads earlier messages of a channel. */
export async function readEarlier(channel, before) {
  const query = new URLSearchParams({ as: store.you, channel, before });
  return answer(await fetch(`api/earlier?${query}`));
}

/** Does something as the person at this window. Gives the answer, or null after showing why it was not possible. */
export async function act(deed, body = {}, isQuiet = false) {
  const done = BOT_DEEDS.has(deed) ? startWaiting() : () => {};
  try {
    const response = await fetch(`api/do/${deed}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: store.you, ...body }),
    });
    return await answer(response);
  } catch (error) {
    if (!isQuiet) toast(error.isKind ? error.message : "The room can't be reached just now. Is it still running?", true);
    return null;
  } finally {
    done();
  }
}

/** Listens to what changes, from `position` on; the browser takes up a broken connection by itself. */
export function listen(position, take) {
  source?.close();
  const query = new URLSearchParams({ as: store.you, after: position });
  source = new EventSource(`api/events?${query}`);
  source.onmessage = (event) => take(JSON.parse(event.data));
}

/** Stops listening. */
export const stopListening = () => source?.close();

async function answer(response) {
  const value = await response.json();
  if (!response.ok) throw Object.assign(new Error(value.error), { isKind: true });
  return value;
}

function startWaiting() {
  waiting += 1;
  const timer = setTimeout(() => onWaiting(true), SLOW_MILLISECONDS);
  return () => {
    waiting -= 1;
    clearTimeout(timer);
    if (!waiting) onWaiting(false);
  };
}
