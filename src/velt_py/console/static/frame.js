// What stands around a view: its title, the way to it, the tabs, and words for what is not there.

import { at, count, link, isolated, make } from "./elements.js";
import { ALONE, IN_ORGANIZATION, TITLES, addressOf, documentName, here, organizationName } from "./places.js";

const EMPTY = {
  organizations: "Nothing is stored yet, or nothing of it may be shown to you.",
  documents: "Nobody has commented on a document of this organization.",
  threads: "There is no thread on this document.",
  files: "No file is stored for this organization.",
  activity: "No activity is stored.",
  notifications: "No notification is stored for this organization.",
  people: "No person of this organization is stored.",
  search: "Nothing was found.",
  inbox: "No webhook was received.",
  deliveries: "No webhook has left.",
  mails: "No mail was written.",
  runs: "No agent and no workflow has run.",
  requests: "No request came in since this process started.",
};
const ITEM = {
  organizations: ["organization"], documents: ["document"], threads: ["thread"], files: ["file"],
  activity: ["entry", "entries"], notifications: ["notification"], people: ["person", "people"], search: ["hit"],
  inbox: ["event"], deliveries: ["delivery", "deliveries"], mails: ["mail"], runs: ["execution"], requests: ["request"],
};

export const emptyWords = () => (here.route.threadId ? "This thread is not there any more." : EMPTY[here.route.view]);

// How many items there are, in words.
export function counted(number, total) {
  const [one, many] = ITEM[here.route.view];
  return total > number
    ? `${number.toLocaleString()} of ${count(total, one, many || `${one}s`)}`
    : count(number, one, many || `${one}s`);
}

export function goTo() {
  const there = at("go");
  if (there) return there; // what somebody is writing stays
  const label = make("label", "", make("span", "unseen", "The id of an organization"));
  const input = make("input");
  input.placeholder = "Go to an organization by its id";
  input.autocomplete = "off";
  label.append(input);
  const form = make("form", "go", label, make("button", "", "Go"));
  form.id = "go";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value) location.hash = addressOf(input.value, "documents");
  });
  return form;
}

function titleOf(route) {
  const document = route.documentId ? documentName(route.organizationId, route.documentId) : "";
  if (route.view === "threads") return route.threadId ? `Thread of ${document}` : document;
  if (route.view === "search") return `“${route.text}”`;
  if (route.view === "documents") return organizationName(route.organizationId);
  return route.view === "activity" && route.documentId ? `Activity of ${document}` : TITLES[route.view];
}

export function frame() {
  const { route, start } = here;
  const title = titleOf(route);
  at("title").replaceChildren(isolated(title));
  document.title = `${title} · Velt console`;
  at("source").textContent = start.title;
  const trail = [link("Organizations", "#/")];
  if (route.organizationId) trail.push(link(organizationName(route.organizationId), addressOf(route.organizationId, "documents")));
  if (route.documentId) trail.push(link(documentName(route.organizationId, route.documentId), addressOf(route.organizationId, "threads", route.documentId)));
  at("trail").replaceChildren(...trail.map((each, number) => make("span", number ? "to" : "", each)));
  at("trail").hidden = route.view === "organizations" || !route.organizationId;
  const searchable = Boolean(route.organizationId) && start.views.includes("search");
  at("text").disabled = !searchable;
  at("text").placeholder = searchable ? "Search this organization" : "Search, inside an organization";
  if (route.view !== "search") at("text").value = "";
  else if (document.activeElement !== at("text")) at("text").value = route.text;
  const used = at("views").contains(document.activeElement);
  at("views").replaceChildren(...tabs());
  const current = at("views").querySelector("[aria-current]");
  if (!current) return;
  at("views").scrollLeft = current.offsetLeft - at("views").clientWidth / 2;
  if (used) current.focus();
}

function tabs() {
  const { route, start } = here;
  const found = [];
  const tab = (text, href, view) => {
    const node = link(text, href);
    const under = view === "documents" ? ["documents", "threads"] : [view];
    if (under.includes(route.view)) node.setAttribute("aria-current", "page");
    found.push(node);
    return node;
  };
  tab("Organizations", "#/", "organizations");
  if (route.organizationId) {
    for (const view of IN_ORGANIZATION) {
      if (start.views.includes(view)) tab(TITLES[view], addressOf(route.organizationId, view), view);
    }
  }
  const alone = ALONE.filter((view) => start.views.includes(view)).map((view) => tab(TITLES[view], `#/${view}`, view));
  if (alone.length) alone[0].classList.add("gap");
  return found;
}

// Asks for a token, and hands it on.
export function signIn(begin) {
  const input = make("input");
  input.type = "password";
  input.autocomplete = "off";
  const form = make(
    "form", "sign-in",
    make("p", "", "Sign in to the application in this browser and read again (r), or paste a token that its routes take. It is forgotten when this page is closed."),
    make("label", "", "Token", input),
    make("button", "", "Use this token"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    here.token = input.value.trim();
    begin();
  });
  return form;
}
