// The page: what is asked for, what is drawn, and what keys do.

import { at, clock, count, isolated, keepTimesRight, link, make } from "./elements.js";
import { counted, emptyWords, frame, goTo, signIn } from "./frame.js";
import { above, addressOf, here, keepNames, routeOf } from "./places.js";
import { ROWS, reactionOf } from "./rows.js";

const EVERY = 1500; // milliseconds between two looks
const SLOWEST = 30_000;
let pages = []; // of the view: {tag, after, items, next, ...}
let shown = new Map(); // by id: {text, node}
let turn = 0; // counts the views, so that an answer that comes late is dropped
let timer = 0;
let failures = 0;

// Drawing

function itemsOf() {
  const found = new Map();
  for (const page of pages) {
    for (const each of page.items) {
      const before = found.get(each.id);
      // A document may have threads in several windows.
      found.set(each.id, before && here.route.view === "documents" ? added(before, each) : each);
    }
  }
  const items = [...found.values()];
  // Stores answer by id; people look for what was written last.
  return here.route.view === "documents" ? items.sort((one, other) => (other.at || 0) - (one.at || 0)) : items;
}

const added = (one, other) => ({
  ...one,
  threads: one.threads + other.threads,
  open: one.open + other.open,
  comments: one.comments + other.comments,
  at: Math.max(one.at || 0, other.at || 0) || null,
});

function drawn(each, fresh) {
  const inside = ROWS[here.route.view](each);
  inside.dataset.row = each.id;
  if (fresh) inside.classList.add("fresh");
  return make("li", "", inside);
}

function draw(fresh) {
  const items = itemsOf();
  const list = at("list");
  list.className = items.length ? (here.route.view === "threads" ? "threads" : `rows ${here.route.view}`) : "";
  const focused = document.activeElement && document.activeElement.closest("[data-row]");
  const focusedId = focused && list.contains(focused) ? focused.dataset.row : null;
  const before = shown;
  shown = new Map();
  let place = list.firstChild;
  for (const each of items) {
    const text = JSON.stringify(each);
    const old = before.get(each.id);
    const node = old && old.text === text ? old.node : drawn(each, fresh);
    shown.set(each.id, { text, node });
    if (node === place) place = place.nextSibling;
    else list.insertBefore(node, place);
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
  if (!items.length) list.append(make("li", "empty", pages[pages.length - 1].next ? "Nothing yet; there is more to look through." : emptyWords()));
  if (focusedId !== null && shown.has(focusedId) && !list.contains(document.activeElement)) focusOn(focusedId);
  at("more").hidden = !pages[pages.length - 1].next;
  at("extra").replaceChildren(...extraOf(pages[0]));
  if (pages[0].named && keepNames(pages[0].named)) frame();
  noteDamage();
}

function focusOn(id) {
  const entry = shown.get(id);
  if (entry) entry.node.querySelector("[data-row]").focus({ preventScroll: true });
}

function noteDamage() {
  const ids = [...new Set(pages.flatMap((page) => page.unreadable || []))];
  at("note").hidden = !ids.length;
  const words = `${count(ids.length, "record", "records")} cannot be read and ${ids.length === 1 ? "is" : "are"} left out: `;
  at("note").replaceChildren(...(ids.length ? [words, isolated(ids.join(", "))] : []));
}

function extraOf(page) {
  const { route, start } = here;
  if (route.view === "organizations") return start.views.includes("documents") ? [goTo()] : [];
  if (route.view !== "threads") return [];
  const links = make("p", "facts");
  if (route.threadId) links.append(link("All threads of this document", addressOf(route.organizationId, "threads", route.documentId)));
  if (start.views.includes("activity")) links.append(link("Activity of this document", addressOf(route.organizationId, "activity", route.documentId)));
  const chips = route.threadId ? [] : (page.reactions || []).map(reactionOf);
  return [links, ...(chips.length ? [make("div", "loose", make("span", "facts", "Reactions on this document"), make("ul", "chips", ...chips))] : [])];
}

function say(text, bad) {
  const status = at("status");
  status.classList.toggle("bad", Boolean(bad));
  if (status.textContent !== text) status.textContent = text;
}

// Apart from the status, which is read out: that something changed every second would drown everything else.
function live(text) {
  at("live").hidden = !text;
  if (text && at("live").textContent !== text) at("live").textContent = text;
}

function summary() {
  const number = itemsOf().length;
  const total = pages[0].total;
  const words = counted(number, total);
  return pages[pages.length - 1].next && !(total > number) ? `${words} so far` : words;
}

// Asking

async function ask(view, query, tag) {
  const headers = { Accept: "application/json" };
  if (here.token) headers.Authorization = `Bearer ${here.token}`;
  if (tag) headers["If-None-Match"] = tag;
  const given = Object.entries(query).filter(([, value]) => value);
  const answer = await fetch(`api/${view}?${new URLSearchParams(given)}`, {
    headers, cache: "no-store", credentials: "same-origin", redirect: "error",
  });
  const seen = answer.headers.get("ETag");
  if (answer.status === 304) return { same: true, tag: seen || tag };
  const found = await answer.json();
  if (answer.status !== 200) {
    const problem = new Error(found.error || `The server answers ${answer.status}.`);
    problem.status = answer.status;
    throw problem;
  }
  return { ...found, tag: seen };
}

async function page(after, known) {
  const { organizationId, documentId, threadId, text } = here.route;
  const query = { organizationId, documentId, threadId, text, after };
  const found = await ask(here.route.view, query, known && known.after === after ? known.tag : undefined);
  return found.same ? { ...known, tag: found.tag } : { ...found, after };
}

async function load(quiet) {
  const mine = ++turn;
  clearTimeout(timer);
  live("");
  if (!quiet) {
    pages = [];
    at("list").setAttribute("aria-busy", "true");
    at("more").hidden = true;
    say("Reading …");
  }
  try {
    const first = await page("");
    if (mine !== turn) return;
    pages = [first];
    shown = new Map();
    at("list").replaceChildren();
    draw(false);
    failures = 0;
    await further(mine);
    if (mine !== turn) return;
    say(summary());
    comeBack();
    again(0);
  } catch (problem) {
    if (mine === turn) refuse(problem, () => load(true));
  } finally {
    if (mine === turn) at("list").removeAttribute("aria-busy");
  }
}

// A window of records is looked through at a time. The first ones of a search follow each other without being asked
// for, and those that a document may be counted in.
async function further(mine) {
  const rounds = { search: 20, documents: 10 }[here.route.view] || 0;
  const enough = here.route.view === "search" ? 20 : Infinity;
  for (let round = 0; round < rounds && pages[pages.length - 1].next && itemsOf().length < enough; round += 1) {
    say(`${summary()}, looking further …`);
    const next = await page(pages[pages.length - 1].next);
    if (mine !== turn) return;
    pages = [...pages, next];
    draw(false);
  }
}

async function more() {
  const mine = turn;
  const button = at("more");
  const before = new Set(shown.keys());
  button.disabled = true;
  try {
    const next = await page(pages[pages.length - 1].next);
    if (mine !== turn) return;
    pages = [...pages, next];
    draw(false);
    say(summary());
    const first = [...shown.keys()].find((id) => !before.has(id));
    if (first !== undefined) focusOn(first);
  } catch (problem) {
    if (mine === turn) say(problem.message, true);
  } finally {
    button.disabled = false;
  }
}

function again(took) {
  clearTimeout(timer);
  // A server that takes long is asked less often, and one that is away still often enough to be met when it is back.
  const pause = Math.min(SLOWEST, Math.max(EVERY, took * 10) * 2 ** Math.min(failures, 2));
  if (here.route.view !== "search") timer = setTimeout(look, pause);
}

// The pages that are shown, read again: each says where the next one begins now.
async function pagesNow() {
  const found = [];
  let after = "";
  for (const known of pages) {
    const now = await page(after, known);
    found.push(now);
    after = now.next;
    if (!after) break;
  }
  return found;
}

async function look() {
  if (document.hidden) return; // coming back looks again
  const mine = turn;
  const before = pages;
  const began = performance.now();
  try {
    const found = await pagesNow();
    if (mine !== turn) return;
    if (pages !== before) return again(0); // more was asked for meanwhile
    const changed = found.length !== before.length || found.some((each, number) => each.items !== before[number].items);
    pages = found;
    if (changed) draw(true);
    if (changed || failures) say(summary());
    live(changed ? `Live · changed ${clock(new Date())}` : at("live").hidden || failures ? "Live" : at("live").textContent);
    failures = 0;
  } catch (problem) {
    if (mine !== turn) return;
    if (problem.status === 401 || problem.status === 403) return refuse(problem);
    failures += 1;
    live("");
    say(`${wordsOf(problem)} What stands here is from before; it is asked again.`, true);
  }
  again(performance.now() - began);
}

const wordsOf = (problem) => (problem instanceof TypeError ? "The server does not answer." : `${problem.message}`.replace(/([^.…])$/, "$1."));

function refuse(problem, retry) {
  shown = new Map();
  at("extra").replaceChildren();
  at("more").hidden = true;
  at("note").hidden = true;
  at("list").className = "";
  say("");
  live("");
  const passing = retry && (problem instanceof TypeError || problem.status >= 500);
  const said = make("div", "refused", isolated(wordsOf(problem)), passing ? " It is asked again every few seconds." : "");
  said.setAttribute("role", "alert");
  const stands = at("list").querySelector(".refused");
  if (!stands || stands.textContent !== said.textContent) at("list").replaceChildren(make("li", "", said));
  if (problem.status === 401) at("list").append(make("li", "", signIn(begin)));
  clearTimeout(timer);
  if (passing) timer = setTimeout(() => (document.hidden ? refuse(problem, retry) : retry()), EVERY * 2);
}

// Beginning

async function begin() {
  try {
    here.start = await ask("start", {});
  } catch (problem) {
    return refuse(problem, begin);
  }
  return go();
}

function go() {
  if (location.hash && !location.hash.startsWith("#/")) return;
  const found = routeOf(location.hash);
  if (found === null || !here.start.views.includes(found.view)) {
    turn += 1;
    clearTimeout(timer);
    here.route = { view: "organizations" };
    frame();
    refuse(new Error("There is nothing at this address."));
    return;
  }
  const moved = document.activeElement && at("main").contains(document.activeElement);
  here.route = found;
  at("extra").replaceChildren();
  frame();
  window.scrollTo(0, 0);
  // What was activated is gone; who reads by ear or by keys goes on at the title.
  if (moved) at("title").focus({ preventScroll: true });
  load();
}

// Going back leads to where a person was: the browser cannot know, since the page was not there yet.
history.scrollRestoration = "manual";

function comeBack() {
  const left = history.state;
  if (!left) return;
  if (left.row !== undefined && shown.has(left.row)) focusOn(left.row);
  window.scrollTo(0, left.top);
}

function remember() {
  const focused = document.activeElement && document.activeElement.closest("[data-row]");
  history.replaceState({ top: window.scrollY, row: focused ? focused.dataset.row : undefined }, "");
}

function step(by) {
  const rows = [...at("list").querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const current = document.activeElement ? rows.indexOf(document.activeElement.closest("[data-row]")) : -1;
  const next = rows[current < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, current + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

// What opens a row that is no link itself: its first link, or its details.
function openRow(event) {
  const entry = event.target.closest("[data-row]");
  if (entry === null || entry !== event.target || entry.href) return;
  const inside = entry.querySelector("a, summary");
  if (inside) inside.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  u: () => { location.hash = above(here.route); },
  r: () => (here.start.views.length ? load() : begin()),
  "/": () => { if (!at("text").disabled) at("text").select(); },
  "?": () => at("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
  const writing = event.target.closest("input, textarea");
  if (writing) {
    if (event.key === "Escape") writing.blur();
    return;
  }
  if (event.key === "Enter") openRow(event);
  if (Object.hasOwn(KEYS, event.key)) {
    event.preventDefault();
    KEYS[event.key]();
  }
});
document.addEventListener("click", (event) => { if (event.target.closest("a")) remember(); }, true);
document.addEventListener("trouble", (event) => say(event.detail, true));
at("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("text").value.trim();
  if (text.length < 2) say("At least two characters are needed.", true);
  else if (here.route.organizationId) location.hash = addressOf(here.route.organizationId, "search", text);
});
at("skip").addEventListener("click", (event) => {
  event.preventDefault();
  at("main").focus();
});
at("help").addEventListener("click", KEYS["?"]);
at("more").addEventListener("click", more);
window.addEventListener("hashchange", go);
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !pages.length || here.route.view === "search") return;
  clearTimeout(timer);
  look();
});
setInterval(keepTimesRight, 20_000);
begin();
