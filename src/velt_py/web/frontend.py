"""What points a Velt frontend at a resolver server."""

from __future__ import annotations

import json

__all__ = ["BEARER", "frontend_block"]

BEARER = """\
// Sent with every request, for example { Authorization: `Bearer ${token}` }.
const headers = async () => ({});"""

BLOCK = """\
const velt = BASE_URL;
HEADERS
const endpoint = (path) => ({ url: velt + path, headers });

// Before Velt.identify().
await Velt.setDataProviders({
  comment: {
    config: {
      getConfig: endpoint("/comments/get"),
      saveConfig: endpoint("/comments/save"),
      deleteConfig: endpoint("/comments/delete"),
    },
  },
  reaction: {
    config: {
      getConfig: endpoint("/reactions/get"),
      saveConfig: endpoint("/reactions/save"),
      deleteConfig: endpoint("/reactions/delete"),
    },
  },
  recorder: {
    config: {
      getConfig: endpoint("/recordings/get"),
      saveConfig: endpoint("/recordings/save"),
      deleteConfig: endpoint("/recordings/delete"),
    },
    storage: {
      config: {
        saveConfig: endpoint("/recordings/files/save"),
        deleteConfig: endpoint("/recordings/files/delete"),
      },
    },
  },
  attachment: {
    config: {
      saveConfig: endpoint("/attachments/save"),
      deleteConfig: endpoint("/attachments/delete"),
    },
  },
  user: {
    config: { getConfig: endpoint("/users/get") },
  },
  notification: {
    config: {
      getConfig: endpoint("/notifications/get"),
      deleteConfig: endpoint("/notifications/delete"),
    },
  },
  activity: {
    config: {
      getConfig: endpoint("/activities/get"),
      saveConfig: endpoint("/activities/save"),
    },
  },
  anonymousUser: {
    resolveUserIdsByEmail: async (request) => {
      const answer = await fetch(velt + "/users/resolve", {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(await headers()) },
        body: JSON.stringify(request),
      });
      return answer.json();
    },
  },
});"""


def frontend_block(base_url: str, headers: str = BEARER) -> str:
    """The JavaScript that makes a Velt frontend use the resolver server at `base_url`.

    Args:
        base_url: where the routes are reached, without a slash at its end.
        headers: the JavaScript that defines `headers`, what is sent with every request.

    See https://docs.velt.dev/self-host-data/overview
    """
    address = json.dumps(base_url.rstrip("/")).replace("</", "<\\/")
    return BLOCK.replace("BASE_URL", address).replace("HEADERS", headers, 1)
