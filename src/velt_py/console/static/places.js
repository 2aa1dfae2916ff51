// Where a person is: the views, and the addresses that lead to them.

export const TITLES = {
  organizations: "Organizations", documents: "Documents", threads: "Threads", files: "Files", activity: "Activity",
  notifications: "Notifications", people: "People", search: "Search", inbox: "Webhook inbox", deliveries: "Webhook log",
  mails: "Outbox", runs: "Executions", requests: "Requests",
};
export const IN_ORGANIZATION = ["documents", "activity", "files", "notifications", "people"];
export const ALONE = ["inbox", "deliveries", "mails", "runs", "requests"];

export const here = {
  start: { title: "", views: [], files: "" },
  route: { view: "organizations" },
  token: "", // pasted by a person; forgotten with the page
  names: new Map(), // what people call organizations and documents, by their address
};

const part = (text) => encodeURIComponent(text);
export const addressOf = (organization, view, ...more) => `#/o/${[organization, view, ...more].map(part).join("/")}`;

export function routeOf(hash) {
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
  if (found.view === "threads" && parts[3]) return { ...found, documentId: parts[3], threadId: parts[4] || "" };
  if (found.view === "search" && parts[3]) return { ...found, text: parts[3] };
  if (found.view === "activity" && parts[3]) return { ...found, documentId: parts[3] };
  return IN_ORGANIZATION.includes(found.view) ? found : null;
}

export function above(from) {
  if (from.threadId) return addressOf(from.organizationId, "threads", from.documentId);
  if (from.view === "threads" || from.view === "search") return addressOf(from.organizationId, "documents");
  if (from.view === "activity" && from.documentId) return addressOf(from.organizationId, "threads", from.documentId);
  return "#/";
}

// The emulator names an organization by its api key and its id.
export function organizationName(id) {
  const known = here.names.get(addressOf(id, "documents"));
  if (known) return known;
  try {
    const both = JSON.parse(id);
    if (Array.isArray(both) && both.length === 2) return `${both[1]} (${both[0]})`;
  } catch {
    return id;
  }
  return id;
}

export const documentName = (organization, id) => here.names.get(addressOf(organization, "threads", id)) || id;

// Keep the names that a page brings; whether any was new.
export function keepNames(named) {
  const { organizationId, documentId } = here.route;
  const given = [];
  if (named.organization) given.push([addressOf(organizationId, "documents"), named.organization]);
  if (named.document) given.push([addressOf(organizationId, "threads", documentId), named.document]);
  const fresh = given.filter(([address, name]) => here.names.get(address) !== name);
  for (const [address, name] of fresh) here.names.set(address, name);
  return fresh.length > 0;
}

export function fileOf(id) {
  if (!here.start.files || id === "." || id === "..") return "";
  return `${here.start.files}${part(id)}?organizationId=${part(here.route.organizationId)}`;
}
