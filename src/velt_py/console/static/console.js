"use strict";

// Everything that people wrote goes into the page as text, never as marks: the policy of the page forbids the rest.

(() => {
  const EVERY = 3000; // milliseconds between two looks
  const SLOWEST = 30000;
  const TITLES = {
    organizations: "Organizations", documents: "Documents", threads: "Threads", files: "Files", activity: "Activity",
    search: "Search", inbox: "Webhook inbox", deliveries: "Webhook log", requests: "Requests",
  };
  const EMPTY = {
    organizations: "Nothing is stored yet, or nothing of it may be shown to you.",
    documents: "Nobody has commented on a document of this organization.",
    threads: "There is no thread on this document.",
    files: "No file is stored for this organization.",
    activity: "No activity is stored.",
    search: "Nothing was found.",
    inbox: "No webhook was received.",
    deliveries: "No webhook has left.",
    requests: "No request came in since this process started.",
  };
  const ICONS = {
    THUMBS_UP: "👍", THUMBS_DOWN: "👎", HEART: "❤️", SMILE: "🙂", LAUGH: "😄", TADA: "🎉", FIRE: "🔥", EYES: "👀",
    ROCKET: "🚀", CLAP: "👏", CHECK: "✅", WHITE_CHECK_MARK: "✅", RAISED_HANDS: "🙌", PARTY_POPPER: "🎉",
  };
  const IN_ORGANIZATION = ["documents", "activity", "files"];
  const ALONE = ["inbox", "deliveries", "requests"];

  const at = (id) => document.getElementById(id);
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

  let start = { title: "", views: [], files: "" };
  let route = { view: "organizations" };
  let pages = []; // of the view: {tag, items, next, ...}
  let shown = new Map(); // row by id: {text, node}
  let turn = 0; // counts the views, so that an answer that comes late is dropped
  let timer = 0;
  let failures = 0;
  let token = ""; // pasted by a person; forgotten with the page

  // Making elements

  function make(tag, name, ...inside) {
    const node = document.createElement(tag);
    if (name) node.className = name;
    node.append(...inside.filter((each) => each !== null && each !== undefined && each !== ""));
    return node;
  }

  function isolated(text) {
    const node = make("bdi");
    node.textContent = text;
    return node;
  }

  function time(ms) {
    if (!ms) return null;
    const moment = new Date(ms);
    if (isNaN(moment)) return null;
    const node = make("time", "", when.format(moment));
    node.dateTime = moment.toISOString();
    node.title = moment.toISOString();
    return node;
  }

  function link(text, href) {
    const node = make("a", "", isolated(text));
    node.href = href;
    return node;
  }

  const count = (number, one, many) => `${number.toLocaleString()} ${number === 1 ? one : many}`;
  const nameOf = (person) => person.name || person.id || "Somebody";

  function size(bytes) {
    if (typeof bytes !== "number") return "";
    if (bytes < 1000) return `${bytes} B`;
    return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  }

  // Addresses

  const part = (text) => encodeURIComponent(text);
  const addressOf = (organization, view, more) =>
    `#/o/${part(organization)}/${view}${more === undefined ? "" : `/${part(more)}`}`;

  function routeOf(hash) {
    let parts;
    try {
      parts = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    } catch {
      return null;
    }
    if (parts[0] === "") return { view: "organizations" };
    if (ALONE.includes(parts[0]) && parts.length === 1) return { view: parts[0] };
    if (parts[0] !== "o" || !parts[1]) return null;
    const found = { organizationId: parts[1], view: parts[2] || "documents" };
    if (found.view === "threads" && parts[3]) return { ...found, documentId: parts[3] };
    if (found.view === "search" && parts[3]) return { ...found, text: parts[3] };
    if (found.view === "activity" && parts[3]) return { ...found, documentId: parts[3] };
    return IN_ORGANIZATION.includes(found.view) ? found : null;
  }

  function above(from) {
    if (from.view === "threads" || from.view === "search") return addressOf(from.organizationId, "documents");
    if (from.view === "activity" && from.documentId) return addressOf(from.organizationId, "threads", from.documentId);
    return "#/";
  }

  function fileOf(id) {
    if (!start.files || id === "." || id === "..") return "";
    return `${start.files}${part(id)}?organizationId=${part(route.organizationId)}`;
  }

  // Rows, by view

  const rowLink = (href, ...inside) => {
    const node = make("a", "row", ...inside);
    node.href = href;
    return node;
  };
  const row = (...inside) => {
    const node = make("div", "row plain", ...inside);
    node.tabIndex = 0;
    return node;
  };
  const facts = (...texts) => make("span", "facts", isolated(texts.filter(Boolean).join(" · ")));
  const name = (text) => make("span", "name", isolated(text));
  const badge = (text, kind) => (text ? make("span", `badge ${kind || ""}`, isolated(text)) : null);

  const ROWS = {
    organizations: (each) =>
      rowLink(addressOf(each.id, "documents"), name(each.name), each.under ? facts(each.under) : null),

    documents: (each) =>
      rowLink(
        addressOf(route.organizationId, "threads", each.id),
        name(each.name),
        facts(
          count(each.threads, "thread", "threads"),
          each.open === each.threads ? "" : `${each.open.toLocaleString()} open`,
          count(each.comments, "comment", "comments"),
        ),
        time(each.at),
      ),

    threads: (each) => threadOf(each),

    files: (each) => {
      const href = each.file ? fileOf(each.id) : "";
      const inside = [name(each.name), facts(each.type, size(each.size), each.state === "stored" ? "" : each.state)];
      if (each.documentId) {
        inside.push(link(each.documentId, addressOf(route.organizationId, "threads", each.documentId)));
      }
      if (href) inside.push(opening("Open", href, each.name));
      inside.push(time(each.at));
      return row(...inside);
    },

    activity: (each) => {
      const changes = each.changes.map((one) => {
        const words = one.from ? `${one.field}: ${one.from} → ${one.to || "nothing"}` : `${one.field}: ${one.to || "nothing"}`;
        return make("span", "more", isolated(words));
      });
      const inside = [name([each.who.id ? nameOf(each.who) : "", each.what].filter(Boolean).join(" · ") || "Changed")];
      if (each.documentId && !route.documentId) {
        inside.push(link(each.documentId, addressOf(route.organizationId, "threads", each.documentId)));
      }
      return row(...inside, time(each.at), ...changes);
    },

    search: (each) => {
      const inside = [
        badge(each.kind, "quiet"),
        make("span", "facts", isolated(each.kind === "comment" ? nameOf(each.author) : "")),
        each.documentId ? make("span", "facts", isolated(each.documentId)) : null,
        time(each.at),
        make("span", "said", marked(each.text, route.text)),
      ];
      return each.documentId
        ? rowLink(addressOf(route.organizationId, "threads", each.documentId), ...inside)
        : row(...inside);
    },

    inbox: (each) =>
      row(
        badge(each.state, each.state === "failed" ? "bad" : each.state === "pending" ? "" : "good"),
        name(each.event),
        facts(count(each.attempts, "attempt", "attempts"), each.error),
        time(each.at),
        make("span", "more", isolated(each.id)),
      ),

    deliveries: (each) =>
      row(
        badge(each.state, { delivered: "good", waiting: "" }[each.state] ?? "bad"),
        name(each.event),
        facts(each.scheme, count(each.attempts.length, "attempt", "attempts"), each.under),
        time(each.at),
        make("span", "more", isolated(each.url)),
        json("What is sent", each.body),
        each.attempts.length ? json("Attempts", each.attempts) : null,
      ),

    requests: (each) =>
      row(
        badge(String(each.status), each.status >= 400 ? "bad" : "good"),
        name(`${each.method} ${each.what}`),
        make("span", "facts number", `${each.ms.toLocaleString()} ms`),
        facts(size(each.sent), each.under, each.status >= 500 && each.correlation ? `correlation ${each.correlation}` : ""),
        time(each.at),
        each.data ? json("Fields", each.data) : null,
      ),
  };

  function json(title, value) {
    const text = make("pre");
    text.textContent = JSON.stringify(value, null, 2);
    return make("details", "", make("summary", "", title), text);
  }

  function marked(text, wanted) {
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

  function opening(text, href, about) {
    const node = make("a", "", text, make("span", "unseen", " ", isolated(about)));
    node.href = href;
    node.target = "_blank";
    node.rel = "noopener noreferrer";
    // A link cannot send the token, so the file is fetched with it.
    if (token) node.addEventListener("click", (event) => { event.preventDefault(); fetchFile(href, about); });
    return node;
  }

  async function fetchFile(href, about) {
    const answer = await fetch(href, { headers: { Authorization: `Bearer ${token}` } });
    if (!answer.ok) return say(`The file cannot be read (${answer.status}).`, true);
    const node = make("a");
    node.href = URL.createObjectURL(await answer.blob());
    node.download = about;
    node.click();
    URL.revokeObjectURL(node.href);
  }

  function threadOf(thread) {
    const node = make("article", `thread${thread.resolved ? " resolved" : ""}`);
    node.tabIndex = 0;
    node.setAttribute("aria-label", `${thread.kind}, ${count(thread.comments.length, "comment", "comments")}`);
    const head = make(
      "header", "",
      thread.kind === "recording" ? badge("Recording", "quiet") : badge(thread.status, thread.resolved ? "good" : ""),
      badge(thread.priority, "quiet"),
      thread.assigned.id ? make("span", "", "assigned to ", isolated(nameOf(thread.assigned))) : null,
      thread.kind === "thread" ? make("span", "", count(thread.comments.length + thread.left, "comment", "comments")) : null,
    );
    node.append(head);
    if (thread.about) node.append(make("blockquote", "", isolated(thread.about)));
    if (thread.left) node.append(make("p", "facts", `${count(thread.left, "older comment is", "older comments are")} not shown.`));
    node.append(make("ol", "comments", ...thread.comments.map(commentOf)));
    return node;
  }

  function commentOf(comment) {
    const who = nameOf(comment.author);
    const text = make("p", comment.text ? "text" : "text none");
    text.dir = "auto";
    text.textContent = comment.text || "No text is stored here.";
    const author = make("strong", "", isolated(who));
    author.title = comment.author.id;
    const body = make("div", "", make("div", "who", author, time(comment.at)), text);
    const chips = make("ul", "chips");
    for (const each of comment.attachments) {
      const href = each.file ? fileOf(each.id) : "";
      chips.append(
        make("li", "", isolated(each.name), " ", size(each.size), " ", href ? opening("Open", href, each.name) : null),
      );
    }
    chips.append(...comment.reactions.map(reactionOf));
    if (chips.children.length) body.append(chips);
    const face = make("span", `face tone-${[...who].reduce((sum, sign) => sum + sign.codePointAt(0), 0) % 6}`);
    face.textContent = ([...who][0] || "?").toUpperCase();
    face.setAttribute("aria-hidden", "true");
    return make("li", "comment", face, body);
  }

  function reactionOf(reaction) {
    const people = reaction.people.map(nameOf).join(", ");
    const icon = Object.hasOwn(ICONS, reaction.icon) ? ICONS[reaction.icon] : reaction.icon;
    return make("li", "", isolated(icon), ` ${reaction.count > 1 ? reaction.count : ""} `, isolated(people));
  }

  // Drawing

  function itemsOf() {
    const found = new Map();
    for (const page of pages) {
      for (const each of page.items) {
        const before = found.get(each.id);
        // A document may have threads in several windows.
        found.set(each.id, before && route.view === "documents" ? added(before, each) : each);
      }
    }
    return [...found.values()];
  }

  const added = (one, other) => ({
    ...one,
    threads: one.threads + other.threads,
    open: one.open + other.open,
    comments: one.comments + other.comments,
    at: Math.max(one.at || 0, other.at || 0) || null,
  });

  function draw(fresh) {
    const items = itemsOf();
    const list = at("list");
    list.className = items.length ? (route.view === "threads" ? "threads" : "rows") : "";
    const focused = document.activeElement && document.activeElement.closest("[data-row]");
    const focusedId = focused && list.contains(focused) ? focused.dataset.row : null;
    const before = shown;
    shown = new Map();
    let place = list.firstChild;
    for (const each of items) {
      const text = JSON.stringify(each);
      const old = before.get(each.id);
      let node = old && old.text === text ? old.node : null;
      if (node === null) {
        node = ROWS[route.view](each);
        node.dataset.row = each.id;
        if (fresh) node.classList.add("fresh");
      }
      shown.set(each.id, { text, node });
      if (node === place) place = place.nextSibling;
      else list.insertBefore(node, place);
    }
    while (place) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
    if (!items.length) list.append(make("p", "empty", emptyWords()));
    const again = focusedId !== null && shown.get(focusedId);
    if (again && document.activeElement !== again.node && !again.node.contains(document.activeElement)) {
      again.node.focus({ preventScroll: true });
    }
    const last = pages[pages.length - 1];
    at("more").hidden = !last.next;
    at("extra").replaceChildren(...extraOf(pages[0]));
  }

  function emptyWords() {
    const more = pages[pages.length - 1].next;
    return more ? "Nothing yet; there is more to look through." : EMPTY[route.view];
  }

  function extraOf(page) {
    if (route.view === "organizations") return [goTo()];
    if (route.view !== "threads") return [];
    const chips = (page.reactions || []).map(reactionOf);
    const activity = make("p", "facts", link("Activity of this document", addressOf(route.organizationId, "activity", route.documentId)));
    if (!chips.length) return start.views.includes("activity") ? [activity] : [];
    return [activity, make("p", "facts", "Reactions on this document:"), make("ul", "chips", ...chips)];
  }

  function goTo() {
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

  function frame() {
    const words = {
      threads: route.documentId, search: `“${route.text}”`, documents: readable(route.organizationId),
      activity: route.documentId ? `Activity of ${route.documentId}` : "Activity",
    };
    const title = words[route.view] || TITLES[route.view];
    at("title").replaceChildren(isolated(title));
    document.title = `${title} · Velt console`;
    at("source").textContent = start.title;
    const trail = [link("Organizations", "#/")];
    if (route.organizationId) trail.push(link(readable(route.organizationId), addressOf(route.organizationId, "documents")));
    if (route.documentId) trail.push(link(route.documentId, addressOf(route.organizationId, "threads", route.documentId)));
    at("trail").replaceChildren(...trail.map((each, number) => make("span", number ? "to" : "", each)));
    at("trail").hidden = route.view === "organizations" || !route.organizationId;
    at("text").disabled = !(route.organizationId && start.views.includes("search"));
    if (route.view !== "search") at("text").value = "";
    else if (document.activeElement !== at("text")) at("text").value = route.text;
    at("views").replaceChildren(...tabs());
    const current = at("views").querySelector("[aria-current]");
    if (current) at("views").scrollLeft = current.offsetLeft - at("views").clientWidth / 2;
  }

  // The emulator names an organization by its api key and its id.
  function readable(id) {
    if (!id) return "";
    try {
      const both = JSON.parse(id);
      if (Array.isArray(both) && both.length === 2) return `${both[1]} (${both[0]})`;
    } catch {
      return id;
    }
    return id;
  }

  function tabs() {
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
    let first = true;
    for (const view of ALONE) {
      if (!start.views.includes(view)) continue;
      const node = tab(TITLES[view], `#/${view}`, view);
      if (first) node.classList.add("gap");
      first = false;
    }
    return found;
  }

  function say(text, bad) {
    const status = at("status");
    status.classList.toggle("bad", Boolean(bad));
    if (status.textContent !== text) status.textContent = text;
  }

  function summary() {
    const number = itemsOf().length;
    const one = {
      organizations: "organization", documents: "document", threads: "thread", files: "file", activity: "entry",
      search: "hit", inbox: "event", deliveries: "delivery", requests: "request",
    }[route.view];
    const many = { entry: "entries", delivery: "deliveries" }[one] || `${one}s`;
    const total = pages[0].total;
    const words = total > number ? `${number.toLocaleString()} of ${count(total, one, many)}` : count(number, one, many);
    return pages[pages.length - 1].next && !(total > number) ? `${words} so far` : words;
  }

  // Asking

  async function ask(view, query, tag) {
    const headers = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (tag) headers["If-None-Match"] = tag;
    const given = Object.entries(query).filter(([, value]) => value);
    const answer = await fetch(`api/${view}?${new URLSearchParams(given)}`, {
      headers, cache: "no-store", credentials: "same-origin", redirect: "error",
    });
    if (answer.status === 304) return null;
    const found = await answer.json();
    if (answer.status !== 200) {
      const problem = new Error(found.error || `The server answers ${answer.status}.`);
      problem.status = answer.status;
      throw problem;
    }
    return { ...found, tag: answer.headers.get("ETag") };
  }

  const queryOf = (after) => ({
    organizationId: route.organizationId, documentId: route.documentId, text: route.text, after,
  });

  async function load() {
    const mine = ++turn;
    clearTimeout(timer);
    pages = [];
    at("list").setAttribute("aria-busy", "true");
    at("more").hidden = true;
    say("Reading …");
    try {
      const page = await ask(route.view, queryOf());
      if (mine !== turn) return;
      pages = [page];
      shown = new Map();
      at("list").replaceChildren();
      draw(false);
      say(summary());
      failures = 0;
      if (route.view === "search") await further(mine);
      again(0);
    } catch (problem) {
      if (mine === turn) refuse(problem);
    } finally {
      if (mine === turn) at("list").removeAttribute("aria-busy");
    }
  }

  // A search looks through a window of records at a time; the first ones follow each other without being asked for.
  async function further(mine) {
    for (let round = 0; round < 20 && pages[pages.length - 1].next && itemsOf().length < 20; round += 1) {
      say(`${summary()}, looking further …`);
      const page = await ask(route.view, queryOf(pages[pages.length - 1].next));
      if (mine !== turn) return;
      pages.push(page);
      draw(false);
    }
    say(summary());
  }

  async function more() {
    const mine = turn;
    const button = at("more");
    const before = new Set(shown.keys());
    button.disabled = true;
    try {
      const page = await ask(route.view, queryOf(pages[pages.length - 1].next));
      if (mine !== turn) return;
      pages.push(page);
      draw(false);
      say(summary());
      const first = [...shown.entries()].find(([id]) => !before.has(id));
      if (first) first[1].node.focus();
    } catch (problem) {
      if (mine === turn) say(problem.message, true);
    } finally {
      button.disabled = false;
    }
  }

  function again(took) {
    clearTimeout(timer);
    // A server that takes long is asked less often.
    const pause = Math.min(SLOWEST, Math.max(EVERY, took * 10) * 2 ** Math.min(failures, 4));
    if (route.view !== "search" && route.view !== "organizations") timer = setTimeout(look, pause);
  }

  async function look() {
    // Further pages stay as they were read; a hidden page does not ask.
    if (document.hidden || pages.length !== 1) return again(0);
    const mine = turn;
    const began = performance.now();
    try {
      const page = await ask(route.view, queryOf(), pages[0].tag);
      if (mine !== turn) return;
      if (page && pages.length === 1) {
        pages = [page];
        draw(true);
        say(`${summary()}, changed ${clock.format(new Date())}`);
      } else if (failures) say(summary());
      failures = 0;
    } catch (problem) {
      if (mine !== turn) return;
      if (problem.status === 401 || problem.status === 403) return refuse(problem);
      failures += 1;
      say("The server does not answer; it is asked again.", true);
    }
    again(performance.now() - began);
  }

  function refuse(problem) {
    shown = new Map();
    at("extra").replaceChildren();
    at("more").hidden = true;
    at("list").className = "";
    say("");
    const words = problem instanceof TypeError ? "The server does not answer." : problem.message;
    const said = make("p", "refused", isolated(words));
    said.setAttribute("role", "alert");
    at("list").replaceChildren(said);
    if (problem.status === 401) at("list").append(signIn());
  }

  function signIn() {
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
      token = input.value.trim();
      begin();
    });
    return form;
  }

  // Beginning

  async function begin() {
    try {
      start = await ask("start", {});
    } catch (problem) {
      return refuse(problem);
    }
    return go();
  }

  function go() {
    if (location.hash && !location.hash.startsWith("#/")) return;
    const found = routeOf(location.hash);
    at("note").hidden = true;
    if (found === null || !(start.views.includes(found.view))) {
      turn += 1;
      clearTimeout(timer);
      route = { view: "organizations" };
      frame();
      refuse(new Error("There is nothing at this address."));
      return;
    }
    route = found;
    at("extra").replaceChildren();
    frame();
    window.scrollTo(0, 0);
    load();
  }

  function step(by) {
    const rows = [...at("list").querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const current = document.activeElement ? rows.indexOf(document.activeElement.closest("[data-row]")) : -1;
    const next = rows[current < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, current + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    u: () => { location.hash = above(route); },
    r: () => (start.views.length ? load() : begin()),
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
    if (Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });
  at("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at("text").value.trim();
    if (text.length >= 2 && route.organizationId) location.hash = addressOf(route.organizationId, "search", text);
  });
  at("skip").addEventListener("click", (event) => {
    event.preventDefault();
    at("main").focus();
  });
  at("help").addEventListener("click", KEYS["?"]);
  at("more").addEventListener("click", more);
  window.addEventListener("hashchange", go);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && timer) look(); });
  begin();
})();
