// What the server told this window, who is at it, and what they have read.

export const store = {
  you: "",
  bot: { id: "", name: "", bot: true },
  people: new Map(),
  channels: new Map(),
  messages: new Map(),
  earlier: {},
  surface: { commands: [], shortcuts: [] },
  form: null,
  channel: "",
  thread: "",
  timePasses: false,
  ahead: 0,
};

let read = {};

/** Takes in the server's first answer. */
export function begin(state) {
  store.you = state.you;
  store.bot = { ...state.bot, bot: true, practice: "", place: "" };
  store.people = new Map(state.people.map((person) => [person.id, person]));
  store.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
  store.messages = new Map();
  state.messages.sort((one, other) => one.number - other.number).forEach(keep);
  store.earlier = state.earlier;
  store.surface = state.surface;
  store.form = state.form;
  store.timePasses = state.pass_time;
  setNow(state.now);
  read = readMarks();
}

/** Keeps a message, new or changed. */
export function keep(message) {
  store.messages.set(message.id, message);
}

/** Sets the room's time. */
export function setNow(now) {
  store.ahead = Date.parse(now) - Date.now();
}

/** The room's time. */
export const now = () => new Date(Date.now() + store.ahead);

/** A person or the bot by id. */
export function who(id) {
  if (id === store.bot.id) return store.bot;
  return store.people.get(id) ?? { id, name: id, practice: "", place: "" };
}

/** A person's practice and place in one line. */
export const craft = (person) => [person.practice, person.place].filter(Boolean).join("\u00a0· ");

/** What to call a channel: its name, or who else is in it. */
export function channelName(channel) {
  if (channel.kind === "channel") return channel.name;
  const others = channel.members.filter((id) => id !== store.you).map((id) => who(id).name);
  return others.join(", ") || who(store.you).name;
}

/** The messages of a channel that begin something, in order. */
export const tops = (channel) => inOrder((message) => message.channel === channel && !message.thread && !isBlank(message));

/** The messages of a thread after its first one, in order. */
export const replies = (root) => inOrder((message) => message.thread === root && !isBlank(message));

function inOrder(fits) {
  return [...store.messages.values()].filter(fits).sort((one, other) => one.number - other.number);
}

// What the bot takes back leaves nothing behind, unless somebody answered it.
function isBlank(message) {
  const answered = () => [...store.messages.values()].some((other) => other.thread === message.id);
  return message.deleted && message.author === store.bot.id && !answered();
}

/** How many messages of a channel have not been read. */
export function unread(channel) {
  const mark = read[channel] ?? 0;
  return [...store.messages.values()].filter(
    (message) => message.channel === channel && message.number > mark && message.author !== store.you && !message.deleted,
  ).length;
}

/** The number of the last message that was read in a channel. */
export const readMark = (channel) => read[channel] ?? 0;

/** Marks all of a channel as read. */
export function markRead(channel) {
  read[channel] = latest(channel);
  localStorage.setItem(markKey(), JSON.stringify(read));
}

const markKey = () => `tacit.read.${store.you}`;

function latest(channel) {
  return Math.max(0, ...[...store.messages.values()].filter((message) => message.channel === channel).map((message) => message.number));
}

// Somebody's first look: what was said in the rooms is history, what was said to them is new.
function readMarks() {
  const kept = JSON.parse(localStorage.getItem(markKey()) ?? "null");
  const highest = Math.max(0, ...[...store.messages.values()].map((message) => message.number));
  if (kept && Object.values(kept).every((number) => number <= highest)) return kept;
  const rooms = [...store.channels.values()].filter((channel) => channel.kind === "channel");
  const marks = Object.fromEntries(rooms.map((channel) => [channel.id, latest(channel.id)]));
  localStorage.setItem(markKey(), JSON.stringify(marks));
  return marks;
}
