// Plays the Velt frontend on one document: it posts to the mounted routes what Velt's own script would post, in the
// same shapes, and shows what they answer. What people wrote is only ever set as text, never as HTML.

const VELT = "/velt";
const REFRESH = 1500; // milliseconds
const REACTION = "THUMBS_UP";

const page = document.querySelector("#document");
const list = document.querySelector("#threads");
const problem = document.querySelector("#problem");
const newThread = document.querySelector("#new-thread");

const me = await signedIn();
const metadata = { organizationId: me.organizationId, documentId: page.dataset.documentId };
const names = new Map(); // the names of people by their ids
const shown = new Map(); // what is on the page, by the ids of threads

// The routes

function headers() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
  return token ? { "X-CSRFToken": token[1] } : {};
}

async function asked(path, options) {
  const answer = await fetch(path, options).catch(() => {
    throw new Error("The server does not answer.");
  });
  // Somebody whose session has ended signs in again.
  if (answer.status === 401 || answer.redirected) {
    location.assign("/");
    return new Promise(() => {});
  }
  return answer.json().catch(() => {
    throw new Error("The server has a problem.");
  });
}

function signedIn() {
  return asked("/me").catch((error) => {
    complain(error.message);
    return new Promise(() => {});
  });
}

async function answerOf(path, options) {
  const answer = await asked(VELT + path, { method: "POST", ...options });
  if (!answer.success) throw new Error(answer.error);
  return answer.data ?? {};
}

function post(path, body) {
  return answerOf(path, {
    headers: { "Content-Type": "application/json", ...headers() },
    body: JSON.stringify(body),
  });
}

function saveThread(thread, event, comment) {
  const comments = { ...thread.comments, ...(comment && { [comment.commentId]: comment }) };
  return post("/comments/save", {
    commentAnnotation: { [thread.annotationId]: { ...thread, metadata, comments } },
    metadata,
    event,
    ...(comment && { commentId: String(comment.commentId), targetComment: comment }),
  });
}

async function upload(file, thread) {
  const attachment = { attachmentId: sixDigits(), name: file.name, mimeType: file.type };
  const form = new FormData();
  form.set("file", file);
  const about = { ...metadata, commentAnnotationId: thread.annotationId };
  form.set("request", JSON.stringify({ attachment, metadata: about, event: "attachment.add" }));
  const { url } = await answerOf("/attachments/save", { headers: headers(), body: form });
  return { attachmentId: attachment.attachmentId, name: file.name, url };
}

async function deleteAttachments(comments) {
  for (const comment of comments) {
    for (const { attachmentId } of Object.values(comment.attachments ?? {})) {
      await post("/attachments/delete", { attachmentId, metadata, event: "attachment.delete" });
    }
  }
}

// What people do

function sixDigits() {
  return 100000 + (crypto.getRandomValues(new Uint32Array(1))[0] % 900000);
}

function commentOf(text) {
  // Velt itself keeps when comments were made; here it goes along as a field of the application's own.
  const comment = { commentId: sixDigits(), from: { userId: me.userId }, createdAt: Date.now() };
  return text ? { ...comment, commentText: text } : comment;
}

async function startThread(text) {
  const thread = { annotationId: crypto.randomUUID(), from: { userId: me.userId }, comments: {} };
  await saveThread(thread, "comment_annotation.add", commentOf(text));
}

async function reply(thread, text, file) {
  const comment = commentOf(text);
  if (file) {
    const attachment = await upload(file, thread);
    comment.attachments = { [attachment.attachmentId]: attachment };
  }
  await saveThread(thread, "comment.add", comment);
}

async function react(thread, reactions) {
  const mine = reactions.find((reaction) => reaction.from?.userId === me.userId);
  if (mine) {
    const body = { reactionAnnotationId: mine.annotationId, metadata, event: "reaction.delete" };
    await post("/reactions/delete", body);
    return;
  }
  const annotationId = crypto.randomUUID();
  const reaction = { annotationId, icon: REACTION, from: { userId: me.userId } };
  reaction.commentAnnotationId = thread.annotationId;
  await post("/reactions/save", {
    reactionAnnotation: { [annotationId]: reaction },
    metadata,
    event: "reaction.add",
  });
}

async function resolve(thread) {
  const resolvedByUserId = thread.resolvedByUserId ? null : me.userId;
  await saveThread({ ...thread, resolvedByUserId }, "comment_annotation.status_change");
}

async function deleteComment(thread, comment, reactions) {
  // A thread in which nothing is left to read goes with its last comment.
  if (Object.keys(thread.comments).length === 1) return deleteThread(thread, reactions);
  await deleteAttachments([comment]);
  const comments = { ...thread.comments };
  delete comments[comment.commentId];
  await post("/comments/save", {
    commentAnnotation: { [thread.annotationId]: { ...thread, metadata, comments } },
    metadata,
    event: "comment.delete",
    commentId: String(comment.commentId),
  });
}

async function deleteThread(thread, reactions) {
  await deleteAttachments(Object.values(thread.comments ?? {}));
  for (const { annotationId } of reactions) {
    const body = { reactionAnnotationId: annotationId, metadata, event: "reaction.delete" };
    await post("/reactions/delete", body);
  }
  const event = "comment_annotation.delete";
  await post("/comments/delete", { commentAnnotationId: thread.annotationId, metadata, event });
}

// The page

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(className, text, act) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", () => attempt(act));
  return made;
}

function linkOf(attachment) {
  const link = element("a", "attachment", attachment.name);
  // Only addresses of the web: a link may hold a script as well.
  if (/^https?:\/\//i.test(attachment.url)) link.href = attachment.url;
  return link;
}

function timeOf(milliseconds) {
  const date = new Date(milliseconds);
  const options = { dateStyle: "medium", timeStyle: "short" };
  const made = element("time", "time", date.toLocaleString(undefined, options));
  made.dateTime = date.toISOString();
  return made;
}

function commentElement(thread, comment, reactions) {
  const made = element("div", "comment");
  made.dataset.commentId = comment.commentId;
  const author = comment.from?.userId;
  made.append(element("span", "author", names.get(author) ?? "Somebody"));
  if (comment.createdAt) made.append(timeOf(comment.createdAt));
  made.append(element("div", "text", comment.commentText ?? ""));
  made.append(...Object.values(comment.attachments ?? {}).map(linkOf));
  if (author === me.userId) {
    made.append(button("delete-comment", "Delete comment", () => deleteComment(thread, comment, reactions)));
  }
  return made;
}

function labelled(name, field) {
  const made = element("label", "", name);
  made.append(field);
  return made;
}

function newThreadElement() {
  const root = element("article", "thread");
  const form = element("form", "reply");
  const text = element("textarea", "reply-text");
  text.maxLength = 4000;
  const file = element("input", "reply-file");
  file.type = "file";
  form.append(labelled("Reply", text), labelled("Attachment", file), element("button", "reply-send", "Reply"));
  const parts = { root, status: element("p", "status"), comments: element("div", "comments") };
  parts.actions = element("div", "actions");
  root.append(parts.status, parts.comments, parts.actions, form);
  // The form stays as it is when the thread changes, with what somebody is writing in it.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!text.value && !file.files.length) return;
    attempt(async () => {
      await reply(parts.thread, text.value, file.files[0]);
      form.reset();
    });
  });
  return parts;
}

function showThread(thread, reactions) {
  const state = JSON.stringify([thread, reactions]);
  const parts = shown.get(thread.annotationId) ?? newThreadElement();
  if (parts.state === state) return;
  Object.assign(parts, { state, thread });
  shown.set(thread.annotationId, parts);
  const resolver = thread.resolvedByUserId;
  parts.root.dataset.threadId = thread.annotationId;
  parts.root.classList.toggle("resolved", Boolean(resolver));
  const comments = Object.values(thread.comments ?? {}).sort((one, other) => one.createdAt - other.createdAt);
  parts.root.setAttribute("aria-label", `Thread of ${names.get(thread.from?.userId) ?? "somebody"}`);
  parts.status.textContent = resolver ? `Resolved by ${names.get(resolver) ?? "somebody"}` : "Open";
  const focused = placeOf(document.activeElement, parts.root);
  parts.comments.replaceChildren(...comments.map((comment) => commentElement(thread, comment, reactions)));
  const like = button("react", `Like (${reactions.length})`, () => react(thread, reactions));
  like.setAttribute("aria-pressed", reactions.some((reaction) => reaction.from?.userId === me.userId));
  parts.actions.replaceChildren(like, button("resolve", resolver ? "Reopen" : "Resolve", () => resolve(thread)));
  if (thread.from?.userId === me.userId) {
    parts.actions.append(button("delete-thread", "Delete thread", () => deleteThread(thread, reactions)));
  }
  if (!parts.root.isConnected) list.append(parts.root);
  if (focused) (parts.root.querySelector(focused) ?? parts.root.querySelector(".reply-text")).focus();
}

// Where the keyboard is in a thread, as a selector that finds the place again after the thread was drawn anew.
function placeOf(active, root) {
  if (!root.contains(active)) return null;
  const comment = active.closest(".comment");
  const place = `.${CSS.escape(active.className)}`;
  return comment ? `[data-comment-id="${CSS.escape(comment.dataset.commentId)}"] ${place}` : place;
}

async function learnNames(threads) {
  const ids = threads.flatMap((thread) => [
    thread.from?.userId,
    thread.resolvedByUserId,
    ...Object.values(thread.comments ?? {}).map((comment) => comment.from?.userId),
  ]);
  const userIds = [...new Set(ids)].filter((id) => id && !names.has(id));
  if (!userIds.length) return;
  const people = await post("/users/get", { organizationId: me.organizationId, userIds });
  for (const id of userIds) names.set(id, people[id]?.name ?? "Somebody");
}

async function refresh() {
  const which = { organizationId: me.organizationId, documentIds: [metadata.documentId] };
  const [found, reacted] = await Promise.all([post("/comments/get", which), post("/reactions/get", which)]);
  const threads = Object.values(found);
  await learnNames(threads);
  for (const thread of threads) {
    const of = (reaction) => reaction.commentAnnotationId === thread.annotationId;
    showThread(thread, Object.values(reacted).filter(of));
  }
  for (const [id, parts] of shown) {
    if (id in found) continue;
    if (parts.root.contains(document.activeElement)) newThread.elements.text.focus();
    parts.root.remove();
    shown.delete(id);
  }
}

function complain(message, passing = "") {
  problem.textContent = message;
  problem.dataset.passing = passing;
  problem.hidden = false;
}

async function attempt(act) {
  problem.hidden = true;
  try {
    await act();
    await refresh();
  } catch (error) {
    complain(error.message);
  }
}

async function keepFresh() {
  // A complaint of an earlier round ends with the first round that works; what somebody tried keeps its own.
  try {
    await refresh();
    if (problem.dataset.passing) problem.hidden = true;
  } catch (error) {
    complain(error.message, "yes");
  }
  setTimeout(keepFresh, REFRESH);
}

document.querySelector("#me").textContent = me.name;
document.querySelector("#sign-out").addEventListener("click", async () => {
  await fetch("/sign-out", { method: "POST", headers: headers() }).catch(() => null);
  location.assign("/");
});
newThread.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await startThread(newThread.elements.text.value);
    newThread.reset();
  });
});
if (me.organizationId) {
  keepFresh();
} else {
  newThread.hidden = true;
  complain("You belong to no organization, so there are no comments for you.");
}
