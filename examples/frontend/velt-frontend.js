// Plays the Velt frontend on one document: it posts to the mounted routes what Velt's own script would post, in the
// same shapes, and shows what they answer. What people wrote is only ever set as text, never as HTML.

const VELT = "/velt";
const REFRESH = 1500; // milliseconds
const REACTION = "THUMBS_UP";

const page = document.querySelector("#document");
const list = document.querySelector("#threads");
const problem = document.querySelector("#problem");

const me = await (await fetch("/me")).json();
const metadata = { organizationId: me.organizationId, documentId: page.dataset.documentId };
const names = new Map(); // the names of people by their ids
const shown = new Map(); // what is on the page, by the ids of threads

// The routes

function headers() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
  return token ? { "X-CSRFToken": token[1] } : {};
}

async function answerOf(path, options) {
  const answer = await (await fetch(VELT + path, { method: "POST", ...options })).json();
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

async function deleteComment(thread, comment) {
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

function commentElement(thread, comment) {
  const made = element("div", "comment");
  made.dataset.commentId = comment.commentId;
  const author = comment.from?.userId;
  made.append(element("div", "author", names.get(author) ?? "Somebody"));
  made.append(element("div", "text", comment.commentText ?? ""));
  made.append(...Object.values(comment.attachments ?? {}).map(linkOf));
  if (author === me.userId) {
    made.append(button("delete-comment", "Delete comment", () => deleteComment(thread, comment)));
  }
  return made;
}

function newThreadElement() {
  const root = element("div", "thread");
  const form = element("form", "reply");
  const text = element("textarea", "reply-text");
  text.setAttribute("aria-label", "Reply");
  const file = element("input", "reply-file");
  file.type = "file";
  file.setAttribute("aria-label", "Attachment");
  form.append(text, file, element("button", "reply-send", "Reply"));
  const parts = { root, comments: element("div", "comments"), actions: element("div", "actions") };
  root.append(parts.comments, parts.actions, form);
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
  parts.comments.replaceChildren(...comments.map((comment) => commentElement(thread, comment)));
  parts.actions.replaceChildren(
    button("react", `Like (${reactions.length})`, () => react(thread, reactions)),
    button("resolve", resolver ? "Reopen" : "Resolve", () => resolve(thread)),
    button("delete-thread", "Delete thread", () => deleteThread(thread, reactions)),
    element("span", "status", resolver ? `Resolved by ${names.get(resolver) ?? "somebody"}` : "Open"),
  );
  if (!parts.root.isConnected) list.append(parts.root);
}

async function learnNames(threads) {
  const ids = threads.flatMap((thread) => [
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
    parts.root.remove();
    shown.delete(id);
  }
}

function complain(message) {
  problem.textContent = message;
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
  // After an error it waits for the next round: the message stays until something is tried again.
  await refresh().catch((error) => complain(error.message));
  setTimeout(keepFresh, REFRESH);
}

document.querySelector("#me").textContent = me.name;
document.querySelector("#sign-out").addEventListener("click", async () => {
  await fetch("/sign-out", { method: "POST", headers: headers() });
  location.assign("/");
});
document.querySelector("#new-thread").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  attempt(async () => {
    await startThread(form.elements.text.value);
    form.reset();
  });
});
if (me.organizationId) {
  keepFresh();
} else {
  document.querySelector("#new-thread").hidden = true;
  complain("You belong to no organization, so there are no comments for you.");
}
