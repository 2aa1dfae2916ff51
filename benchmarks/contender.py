"""A contender: a process of its own that saves and reads when it is told to, and says what that cost.

One JSON command a line on stdin, one JSON answer a line on stdout, so that the benchmark can have several take
turns within one run:

    {"do": "save", "key": "k", "count": 100, "second": false}    save new threads, or save them again with one more
    {"do": "get", "key": "k", "count": 100}                      comment each; read them by their ids
    {"do": "get_json", "key": "k", "count": 100}                 the same, as the bytes of an HTTP answer
    {"do": "document", "organization": "o", "document": "d"}     read a document's threads
    {"do": "memory", "key": "k", "count": 100}                   the peak of memory that get_json takes
    {"do": "attach", "id": 1, "path": "/a/file"}                 upload a file to S3
    {"do": "grow", "from": 0, "to": 1000}                        save the threads of the store that grows

    python contender.py ours|ours-async|bare postgresql|mongodb|sqlite|s3 ADDRESS DATABASE|BUCKET
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import tracemalloc
from typing import Any, Callable, Dict, TextIO

from peak import Peak
from threads import COMMENTS, GROWING, get_body, growing, save_body

__all__ = ["Contender", "serve"]

Body = Dict[str, Any]
Facts = Dict[str, Any]


class Contender:
    """What is measured: each method takes the parsed request that a browser would post."""

    def save(self, body: Body) -> None:
        """Save; raises unless that succeeded."""
        raise TypeError(f"{type(self).__name__} saves nothing")

    def get(self, body: Body) -> Dict[str, Any]:
        """The threads by id, parsed."""
        raise TypeError(f"{type(self).__name__} reads nothing")

    def get_json(self, body: Body) -> bytes:
        """The threads as JSON text, ready to be sent."""
        raise TypeError(f"{type(self).__name__} reads nothing")

    def attach(self, id: int, path: str) -> None:
        """Upload the file as an attachment."""
        raise TypeError(f"{type(self).__name__} uploads nothing")

    def close(self) -> None:
        """Close what was opened; the process ends anyway."""


def timed(call: Callable[[], Any]) -> Any:
    """The result of `call`, and the seconds of wall clock and of this process's CPU that it took."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    result = call()
    return result, {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def save(contender: Contender, command: Body) -> Facts:
    key, count, second = command["key"], command["count"], command["second"]
    body = save_body(key, count, first=1 if second else 0)
    return dict(timed(lambda: contender.save(body))[1])


def get(contender: Contender, command: Body) -> Facts:
    body = get_body(command["key"], command["count"])
    found, facts = timed(lambda: contender.get(body))
    return {**facts, **checked(found, command["count"])}


def get_json(contender: Contender, command: Body) -> Facts:
    body = get_body(command["key"], command["count"])
    text, facts = timed(lambda: contender.get_json(body))
    answer = json.loads(text)
    return {**facts, **checked(answer.get("data", answer), command["count"])}


def grow(contender: Contender, command: Body) -> Facts:
    threads = [growing(number) for number in range(command["from"], command["to"])]
    for start in range(0, len(threads), 1000):
        some = {each["annotationId"]: each for each in threads[start : start + 1000]}
        contender.save({"commentAnnotation": some, "metadata": {"organizationId": GROWING}})
    return {"records": len(threads)}


def document(contender: Contender, command: Body) -> Facts:
    body = {"organizationId": command["organization"], "documentIds": [command["document"]]}
    found, facts = timed(lambda: contender.get(body))
    return {**facts, "records": len(found)}


def memory(contender: Contender, command: Body) -> Facts:
    body = get_body(command["key"], command["count"])
    contender.get_json(body)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        contender.get_json(body)
        return {"peak": tracemalloc.get_traced_memory()[1] - before}
    finally:
        tracemalloc.stop()


def attach(contender: Contender, command: Body) -> Facts:
    peak = Peak()
    facts = timed(lambda: contender.attach(command["id"], command["path"]))[1]
    return {**facts, "peak": peak.extra()}


def checked(found: Dict[str, Any], count: int) -> Facts:
    """How much was read. A contender that is fast because it reads less must not win."""
    if len(found) != count:
        raise ValueError(f"{count} threads were saved, {len(found)} are read")
    sizes = [len(each["comments"]) for each in found.values()]
    if min(sizes) < COMMENTS:
        raise ValueError(f"every thread has {COMMENTS} comments, one is read with {min(sizes)}")
    return {"records": len(found), "comments": min(sizes)}


COMMANDS: Dict[str, Callable[[Contender, Body], Facts]] = {
    "save": save,
    "get": get,
    "get_json": get_json,
    "document": document,
    "grow": grow,
    "memory": memory,
    "attach": attach,
}


def serve(make: Callable[[], Contender]) -> None:
    """Answer commands until stdin ends. What else is printed goes to stderr, whoever prints it."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    contender = make()
    say(answers, {"ready": True})
    for line in sys.stdin:
        command = json.loads(line)
        say(answers, COMMANDS[command["do"]](contender, command))
    contender.close()


def say(answers: TextIO, facts: Facts) -> None:
    answers.write(json.dumps(facts) + "\n")
    answers.flush()


def main() -> None:
    who, store, address, database = sys.argv[1:]
    if who == "bare":
        from bare import bare

        serve(lambda: bare(store, address, database))
    else:
        from ours import ours

        serve(lambda: ours(who, store, address, database))


if __name__ == "__main__":
    main()
