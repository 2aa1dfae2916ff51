// What stands in a view: one row, or one thread, per item.

import { badge, count, facts, isolated, json, link, make, marked, nameOf, size, time } from "./elements.js";
import { addressOf, fileOf, here } from "./places.js";

const ICONS = {
  THUMBS_UP: "👍", THUMBS_DOWN: "👎", HEART: "❤️", SMILE: "🙂", LAUGH: "😄", TADA: "🎉", FIRE: "🔥", EYES: "👀",
  ROCKET: "🚀", CLAP: "👏", CHECK: "✅", WHITE_CHECK_MARK: "✅", RAISED_HANDS: "🙌", PARTY_POPPER: "🎉",
};
const LONG = 500; // characters of a comment that are shown at once
const GOOD = ["delivered", "handled", "completed", "passed", "done"];
const BAD = ["failed", "error", "breached", "cancelled", "dead"];

const rowLink = (href, ...inside) => {
  const node = make("a", "row", ...inside);
  node.href = href;
  return node;
};
// Keys lead to every row; the tabulator only to what can be used.
const row = (...inside) => {
  const node = make("div", "row plain", ...inside);
  node.tabIndex = -1;
  return node;
};
const name = (...texts) => make("span", "name", ...texts.flatMap((each) => [each, " "]));
const line = (text) => (text ? make("span", "more", isolated(text)) : null);
const kindOf = (state) => {
  const word = state.split(" ")[0]; // an event that is done has its day behind it
  return GOOD.includes(word) ? "good" : BAD.includes(word) ? "bad" : "";
};
const tone = (text) => [...text].reduce((sum, sign) => sum + sign.codePointAt(0), 0) % 6;

const documentLink = (each, organization) => {
  const owner = organization || here.route.organizationId;
  if (!each.documentId || !owner) return null;
  const address = each.threadId
    ? addressOf(owner, "threads", each.documentId, each.threadId)
    : addressOf(owner, "threads", each.documentId);
  return link(each.documentId, address, "to");
};

function face(person) {
  const who = nameOf(person);
  const node = make("span", `face tone-${tone(who)}`);
  const first = [...who].find((sign) => /[\p{L}\p{N}]/u.test(sign)) || [...who][0] || "?";
  node.textContent = first.toUpperCase();
  node.setAttribute("aria-hidden", "true");
  return node;
}

export const ROWS = {
  organizations: (each) =>
    rowLink(addressOf(each.id, "documents"), name(isolated(each.name)), each.under ? facts(each.under) : null),

  documents: (each) =>
    rowLink(
      addressOf(here.route.organizationId, "threads", each.id),
      name(isolated(each.name)),
      facts(
        count(each.threads, "thread", "threads"),
        each.threads && each.open === each.threads ? "" : `${each.open.toLocaleString()} open`,
        count(each.comments, "comment", "comments"),
      ),
      time(each.at),
    ),

  threads: (each) => threadOf(each),

  files: (each) => {
    const href = each.file ? fileOf(each.id) : "";
    const title = href ? opening(each.name, href) : isolated(each.name);
    return row(
      name(title),
      facts(each.type, size(each.size), each.state === "stored" ? "" : each.state),
      documentLink(each),
      time(each.at),
    );
  },

  activity: (each) => {
    const changes = each.changes.map((one) =>
      make("span", "more", isolated(one.field), ": ", one.from ? isolated(one.from) : "", one.from ? " → " : "", isolated(one.to || "nothing")));
    const who = each.who.id || each.who.name ? make("strong", "", isolated(nameOf(each.who))) : "";
    const words = each.what || each.did || (changes.length ? "changed" : "did something");
    return row(
      name(each.what ? "" : who, isolated(words)),
      here.route.documentId ? null : documentLink(each),
      time(each.at),
      ...changes,
    );
  },

  notifications: (each) => {
    const who = each.who.id || each.who.name ? make("strong", "", isolated(nameOf(each.who))) : "";
    const title = each.headline ? [isolated(each.headline)] : [who, isolated(each.did || each.source || "Notification")];
    const told = (each.told || []).map(nameOf).join(", ");
    return row(
      name(...title),
      facts(each.source, each.read ? `read by ${each.read.toLocaleString()}` : ""),
      documentLink(each),
      time(each.at),
      line(each.text),
      told ? make("span", "more", "for ", isolated(told)) : null,
    );
  },

  people: (each) =>
    row(
      face(each),
      name(isolated(nameOf(each)), each.admin ? badge("admin", "quiet") : ""),
      facts(each.email, each.name ? each.id : ""),
    ),

  search: (each) => {
    const inside = [
      badge(each.kind, "quiet"),
      facts(each.author.id || each.author.name ? nameOf(each.author) : "", each.kind === "document" ? "" : each.documentId),
      time(each.at),
      make("span", "said", marked(each.text, here.route.text)),
      each.left ? make("span", "more", `and ${count(each.left, "more comment", "more comments")} of this thread`) : null,
    ];
    const href = hitAddress(each);
    return href ? rowLink(href, ...inside) : row(...inside);
  },

  inbox: (each) =>
    row(
      badge(each.state, kindOf(each.state)),
      name(isolated(each.event)),
      facts(count(each.attempts, "attempt", "attempts"), each.error),
      time(each.at, true),
      line(each.id),
    ),

  deliveries: (each) =>
    row(
      badge(each.state, each.state === "waiting" ? "" : kindOf(each.state) || "bad"),
      name(isolated(each.event)),
      facts(each.scheme, count(each.attempts.length, "attempt", "attempts"), each.under),
      time(each.at, true),
      line(each.url),
      json("What is sent", each.body),
      each.attempts.length ? json("Attempts", each.attempts) : null,
    ),

  mails: (each) =>
    row(
      name(isolated(each.subject || each.event || "A message")),
      facts(each.under),
      documentLink(each, each.organizationId),
      time(each.at),
      make("span", "more", "to ", isolated(each.to || "nobody"), each.from ? " from " : "", each.from ? isolated(each.from) : ""),
      each.text ? make("span", "said", isolated(each.text)) : null,
    ),

  runs: (each) =>
    row(
      badge(each.status, kindOf(each.status)),
      name(isolated(each.name)),
      facts(each.kind, typeof each.ms === "number" ? `${(each.ms / 1000).toLocaleString()} s` : "", each.under),
      documentLink(each, each.organizationId),
      time(each.at),
      line(each.said),
      each.steps.length ? make("ul", "chips", ...each.steps.map(stepOf)) : null,
    ),

  requests: (each) =>
    row(
      badge(String(each.status), each.status >= 400 ? "bad" : "good"),
      name(make("span", "facts", each.method), isolated(each.what)),
      facts(each.under, each.status >= 500 && each.correlation ? `correlation ${each.correlation}` : ""),
      make("span", "facts number", size(each.sent)),
      make("span", `facts number${each.ms >= 1000 ? " slow" : ""}`, `${each.ms.toLocaleString(undefined, { maximumFractionDigits: 1 })} ms`),
      time(each.at, true),
      each.data ? json("Fields", each.data) : null,
    ),
};

const stepOf = (step) => make("li", "", isolated(step.name), " ", badge(step.status, kindOf(step.status)));

function hitAddress(hit) {
  const owner = here.route.organizationId;
  if (hit.kind === "person") return addressOf(owner, "people");
  if (hit.kind === "mail") return "#/mails";
  if (hit.kind === "notification") return addressOf(owner, "notifications");
  if (hit.kind === "file" && !hit.documentId) return addressOf(owner, "files");
  if (hit.kind === "activity") return hit.documentId ? addressOf(owner, "activity", hit.documentId) : addressOf(owner, "activity");
  if (!hit.documentId) return "";
  return hit.threadId
    ? addressOf(owner, "threads", hit.documentId, hit.threadId)
    : addressOf(owner, "threads", hit.documentId);
}

// Threads

function threadOf(thread) {
  const number = thread.comments.length + thread.left;
  const first = thread.comments[0];
  const node = make("article", `thread${thread.resolved ? " resolved" : ""}`);
  node.tabIndex = -1;
  const by = first ? ` by ${nameOf(first.author)}` : "";
  node.setAttribute("aria-label", `${thread.status} ${thread.kind}${by}, ${count(number, "comment", "comments")}`.trim());
  const when = time(thread.at);
  const lasting = here.route.threadId || !when ? when : make("a", "when", when);
  if (lasting && lasting !== when) {
    lasting.href = addressOf(here.route.organizationId, "threads", here.route.documentId, thread.id);
    lasting.setAttribute("aria-label", `This ${thread.kind} alone, ${when.textContent}`);
  }
  const closer = thread.resolved && thread.closer.id ? make("span", "", "by ", isolated(nameOf(thread.closer))) : null;
  node.append(make(
    "header", "",
    thread.kind === "recording" ? badge("Recording", "quiet") : badge(thread.status, thread.resolved ? "good" : ""),
    closer,
    thread.priority ? badge(`Priority ${thread.priority}`, "quiet") : null,
    thread.assigned.id ? make("span", "", "assigned to ", isolated(nameOf(thread.assigned))) : null,
    thread.place ? make("span", "", "at ", isolated(thread.place)) : null,
    thread.kind === "thread" ? make("span", "", count(number, "comment", "comments")) : null,
    lasting ? make("span", "last", lasting) : null,
  ));
  if (thread.about) node.append(make("blockquote", "", isolated(thread.about)));
  if (thread.left) node.append(make("p", "facts", `${count(thread.left, "older comment is", "older comments are")} not shown.`));
  node.append(make("ol", "comments", ...thread.comments.map(commentOf)));
  if (!number) node.append(make("p", "text none", "Nobody has written here, or what was written is gone."));
  return node;
}

function commentOf(comment) {
  const author = make("strong", "", isolated(nameOf(comment.author)));
  author.title = comment.author.id;
  const who = make("div", "who", author, time(comment.at), comment.edited ? make("span", "facts", "edited") : null);
  const body = make("div", "", who, ...saidOf(comment.text));
  const chips = make("ul", "chips");
  for (const each of comment.attachments) {
    const href = each.file ? fileOf(each.id) : "";
    chips.append(make("li", "", href ? opening(each.name, href) : isolated(each.name), " ", facts(size(each.size), href ? "" : "not stored here")));
  }
  chips.append(...comment.reactions.map(reactionOf));
  if (chips.children.length) body.append(chips);
  return make("li", "comment", face(comment.author), body);
}

// What somebody said; of a long text the beginning, until it is asked for.
function saidOf(said) {
  const text = make("p", said ? "text" : "text none");
  text.dir = "auto";
  text.textContent = said || "No text is stored here.";
  if (said.length <= LONG) return [text];
  text.classList.add("long");
  const button = make("button", "quiet", "Show all of it");
  button.type = "button";
  button.addEventListener("click", () => {
    text.classList.remove("long");
    button.remove();
    text.tabIndex = -1;
    text.focus();
  });
  return [text, button];
}

export function reactionOf(reaction) {
  const people = reaction.people.map(nameOf).join(", ");
  const icon = Object.hasOwn(ICONS, reaction.icon) ? ICONS[reaction.icon] : reaction.icon;
  return make("li", "", isolated(icon), ` ${reaction.count > 1 ? reaction.count : ""} `, isolated(people));
}

// Files

function opening(text, href) {
  const node = link(text, href);
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  // A link cannot send the token, so the file is fetched with it.
  if (here.token) node.addEventListener("click", (event) => { event.preventDefault(); fetchFile(href, text); });
  return node;
}

async function fetchFile(href, about) {
  const answer = await fetch(href, { headers: { Authorization: `Bearer ${here.token}` } });
  if (!answer.ok) {
    document.dispatchEvent(new CustomEvent("trouble", { detail: `The file cannot be read (${answer.status}).` }));
    return;
  }
  const node = make("a");
  node.href = URL.createObjectURL(await answer.blob());
  node.download = about;
  node.click();
  setTimeout(() => URL.revokeObjectURL(node.href), 10_000);
}
