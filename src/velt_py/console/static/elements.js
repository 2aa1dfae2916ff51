// Making elements. Everything that people wrote goes into the page as text, never as marks: the policy of the page
// forbids the rest.

const DAY = 86_400_000;
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

export const at = (id) => document.getElementById(id);
export const count = (number, one, many) => `${number.toLocaleString()} ${number === 1 ? one : many}`;
export const nameOf = (person) => person.name || person.id || "Somebody";
export const clock = (date) => clockTime.format(date);

export function make(tag, name, ...inside) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...inside.filter((each) => each !== null && each !== undefined && each !== ""));
  return node;
}

// A text whose direction does not turn that of its surroundings.
export function isolated(text) {
  const node = make("bdi");
  node.textContent = text;
  return node;
}

export function link(text, href, name) {
  const node = make("a", name, isolated(text));
  node.href = href;
  return node;
}

export const facts = (...texts) => {
  const given = texts.filter(Boolean);
  return given.length ? make("span", "facts", ...given.flatMap((each, number) => [number ? " · " : "", isolated(each)])) : null;
};
export const badge = (text, kind) => (text ? make("span", `badge ${kind || ""}`, isolated(text)) : null);

export function size(bytes) {
  if (typeof bytes !== "number") return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

// Times

function inWords(date) {
  const ago = Date.now() - date;
  // A clock that was set forward, as that of an emulator can be, is told by its date.
  if (ago < -60_000 || ago > 6 * DAY) return dateAndTime.format(date);
  if (ago < 45_000) return "just now";
  if (ago < 3_570_000) return relative.format(-Math.round(ago / 60_000), "minute");
  if (ago < DAY - 1_800_000) return relative.format(-Math.round(ago / 3_600_000), "hour");
  return relative.format(-Math.round(ago / DAY), "day");
}

function exactly(date) {
  const today = new Date().toDateString() === date.toDateString();
  return today ? clockTime.format(date) : dateAndTime.format(date);
}

// A time in words, which the page keeps right, or to the second where people compare times.
export function time(ms, precise) {
  const date = new Date(ms || NaN);
  if (isNaN(date)) return null;
  const node = make("time", "", precise ? exactly(date) : inWords(date));
  node.dateTime = date.toISOString();
  node.title = full.format(date);
  if (!precise) node.dataset.words = "";
  return node;
}

export function keepTimesRight() {
  for (const each of document.querySelectorAll("time[data-words]")) {
    const text = inWords(new Date(each.dateTime));
    if (each.textContent !== text) each.textContent = text;
  }
}

// Details

export function json(title, value) {
  const text = make("pre");
  text.textContent = JSON.stringify(value, null, 2);
  text.tabIndex = 0;
  return make("details", "", make("summary", "", title), text);
}

export function marked(text, wanted) {
  const node = make("bdi");
  const found = text.toLowerCase().indexOf(wanted.toLowerCase());
  if (found < 0) {
    node.textContent = text;
    return node;
  }
  const hit = make("mark");
  hit.textContent = text.slice(found, found + wanted.length);
  node.append(text.slice(0, found), hit, text.slice(found + wanted.length));
  return node;
}
