"""The emulator: a request in, an answer out. No socket; see `server` and `transport` for those."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple

from velt_py.emulator.advanced_queries import need_advanced_queries
from velt_py.emulator.areas import RULES
from velt_py.emulator.call import Answer, Call, Received
from velt_py.emulator.checking import check_request, cut_short
from velt_py.emulator.choices import check_choices, choice_of
from velt_py.emulator.clock import Clock
from velt_py.emulator.courier import Courier
from velt_py.emulator.errands import Errands
from velt_py.emulator.exchange import Exchange, ended, fields_of, unknown
from velt_py.emulator.faults import LONGEST, Faults
from velt_py.emulator.limits import count_call, forget_limits, limits_of
from velt_py.emulator.marks import ERASURE, mark_of_error, marks_of, marks_of_fields
from velt_py.emulator.outgoing import Outgoing
from velt_py.emulator.recorded import Recorded
from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.replies import Reply, json_reply
from velt_py.emulator.routes import ASKED, Route, make_routes
from velt_py.emulator.settling import settle
from velt_py.emulator.signed_urls import FILES
from velt_py.emulator.state import State
from velt_py.emulator.tenants import API_KEY, Caller, Tenants
from velt_py.exceptions import VeltConfigurationError

if TYPE_CHECKING:
    from velt_py.emulator.frontend import Player

__all__ = ["Emulator", "coverage"]

logger = logging.getLogger("velt_py.emulator")

CONTROL = "/__velt/"
CONSOLE = "/__velt/console"
MARK = "x-velt-emulator"


class Emulator:
    """Velt's REST API on this machine.

    Args:
        data: a folder that keeps the state; None keeps it in memory.
        clock: its time; the machine's unless given.
        seed: of whatever is drawn by lot, such as faults, and of the tokens and secrets that it makes; the same calls
            with the same seed make the same.
        known_keys_only: refuse api keys and workspaces that were not made with `tenant` or by a workspace call,
            instead of making them at their first use; as `first-use` among the assumptions.
        courier: deliver webhooks in a thread of this process; without it `deliver_due` does, or an `EmulatorServer`.
        production_url_rules: refuse addresses of receivers that Velt's servers would refuse: http and private hosts.
        assume: what to assume instead, by the ids of assumptions, for example `{"organizations-again": "strict"}`.
        latency: seconds of the machine's clock that each answer of the API takes longer, up to 3600.

    Raises:
        VeltConfigurationError: the folder cannot be used, an assumption cannot be that, or the latency makes no sense.
    """

    def __init__(
        self,
        data: Optional[str] = None,
        *,
        clock: Optional[Clock] = None,
        seed: int = 0,
        known_keys_only: bool = False,
        courier: bool = False,
        production_url_rules: bool = False,
        assume: Optional[Mapping[str, str]] = None,
        latency: float = 0.0,
    ) -> None:
        if not 0 <= latency <= LONGEST:
            raise VeltConfigurationError(f"latency must be from 0 to {LONGEST} seconds", field="latency")
        self._latency = latency
        self.choices: Mapping[str, str] = dict(assume or {})
        """What was assumed instead of the defaults."""
        check_choices(self.choices)
        self.seed = seed
        self.clock = clock or Clock()
        self.state = State(data)
        self.faults = Faults(seed)
        self.recorded = Recorded()
        self.routes = make_routes()
        self._shared = self.state.of("")
        known_keys_only = known_keys_only or choice_of(self.choices, "first-use") == "refuse"
        self._tenants = Tenants(self._shared, known_keys_only)
        self._strict_urls = production_url_rules
        self.outgoing = Outgoing()
        self.errands = Errands(self.state, self.clock, self.outgoing)
        self.courier = Courier(self.state, self.clock, self.outgoing, self.errands.run, production_url_rules)
        self._player: Optional[Player] = None
        self._playing = threading.Lock()
        if courier:
            self.courier.start()

    @property
    def player(self) -> Player:
        """Plays browsers."""
        from velt_py.emulator.frontend import Player

        with self._playing:
            self._player = self._player or Player(self)
        return self._player

    def tenant(self, key: str, token: str) -> None:
        """Make an api key with a token."""
        with self.state.call():
            self._tenants.add(key, token)

    def forget_tenant(self, key: str, workspace: str = "") -> None:
        """Forget an api key, with its token and all that it has, and a workspace with the keys that it made."""
        with self.state.call():
            rows = self._shared.under("apiKey") if workspace else []
        for each in (key, *[row.ids[0] for row in rows if row.doc.get("workspace") == workspace]):
            self.reset(each)
            with self.state.call():
                self._shared.delete("apiKey", each)
        if workspace:
            with self.state.call():
                self._shared.delete("workspace", workspace)
                forget_limits(self._shared, workspace)
                self._shared.delete("counter", f"apiKey/{workspace}")

    def reset(self, key: Optional[str] = None) -> None:
        """Forget what an api key has, or everything, what its pages configured included. Other keys keep theirs."""
        if key is None:
            self.state.forget()
        elif key:
            self.state.forget(key)
        self.recorded.clear(key)
        self.courier.forget(key)
        if self._player is not None:
            self._player.forget(key)

    def close(self) -> None:
        """Deliver no more, and close the file of the state."""
        self.courier.stop()
        self.outgoing.close()
        self.state.close()

    def deliver_due(self) -> int:
        """Make one attempt for each webhook, and each call of a workflow, that is due by the emulator's clock; how many
        there were.

        Never call it inside `state.call`: a receiver may call the emulator back.
        """
        return self.courier.deliver_due()

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer a request. May be called from many threads.

        Args:
            method: the HTTP method.
            path: with a query or without one.
            headers: their names in any case.
            body: as received.

        Returns:
            The status, the headers and the body.

        Raises:
            Dropped: a fault says that the connection ends without an answer.
        """
        path, _, query = path.partition("?")
        lowered = {name.lower(): value for name, value in headers.items()}
        if path == CONSOLE or path.startswith(CONSOLE + "/"):
            from velt_py.emulator.console import answer as show

            return show(self, method, path[len(CONSOLE) :], query, lowered)
        if path.startswith(FILES):
            from velt_py.emulator.files import serve

            return serve(self, method, path[len(FILES) :], query, lowered, body)
        if path.startswith(CONTROL):
            from velt_py.emulator.control import control

            return control(self, method, path[len(CONTROL) :], body, query)
        return self._exchanged(Exchange(method, path, self.routes.get(path), Received(lowered, query, body)))

    def _exchanged(self, exchange: Exchange) -> Reply:
        """Answer a request to Velt's API, and remember it."""
        started = time.perf_counter()
        if self._latency:
            time.sleep(self._latency)
        fault = self.faults.striking(exchange.path, exchange.operation)
        if fault is not None:
            fault.hold_up(exchange.path)
        if fault is not None and fault.status is not None:
            status, answer = fault.status, fault.answer
        else:
            status, answer = self._outcome(exchange)
        guesses = ",".join(exchange.guesses)
        if guesses:
            logger.debug(
                "velt.emulator.guess",
                extra={"velt_operation": exchange.operation, "velt_assumptions": guesses},
            )
        self.recorded.add(
            exchange.word,
            method=exchange.method,
            path=exchange.path,
            at=self.clock.milliseconds(),
            operation=exchange.operation,
            apiKey=exchange.received.headers.get(API_KEY, ""),
            data=exchange.data,
            status=status,
            milliseconds=round((time.perf_counter() - started) * 1000, 3),
        )
        self.courier.notice()
        marks = {MARK: "guess", f"{MARK}-assumptions": guesses} if guesses else {}
        return json_reply(status, answer, {**marks, **(fault.headers if fault is not None else {})})

    def _outcome(self, exchange: Exchange) -> Tuple[int, Any]:
        """The status and the body of an answer."""
        try:
            answer = self._answer(exchange)
        except Refused as refusal:
            exchange.word = refusal.word
            exchange.guess(marks_of(refusal.status, refusal.word))
            exchange.guess(mark_of_error(exchange.operation, refusal.message))
            return refusal.status, refusal.body()
        return answer.status, answer.body

    def _answer(self, exchange: Exchange) -> Answer:
        route = exchange.route
        if route is None:
            raise unknown(exchange.path, self.routes)
        exchange.data = fields_of(route, exchange)
        if exchange.method != "POST":
            raise invalid(f"{route.path} takes POST, not {exchange.method}.")
        rule = RULES.get(route.name)
        if rule is None:
            raise Refused("UNIMPLEMENTED", f"{route.name} ({route.path}) is not emulated yet.")
        decisions = self._asked(route, exchange)
        with self.state.call():
            try:
                call = self._call(route, exchange, decisions)
                need_advanced_queries(call)
                settle(call)
                return ended(rule(call), route, exchange, self.seed)
            except Refused as refusal:
                if refusal.kept:
                    self.state.commit()
                raise

    def _asked(self, route: Route, exchange: Exchange) -> Optional[Mapping[str, Dict[str, Any]]]:
        """What the application's permission provider says, where it is asked; the state is not locked meanwhile."""
        if route.name not in ASKED:
            return None
        from velt_py.emulator import provider

        with self.state.call():
            call = self._call(route, exchange, None)
            question = provider.inquiry(call)
        if question is None:
            return None
        call.guess("permission-provider")
        return provider.ask(self.outgoing, question)

    def _count(self, route: Route, exchange: Exchange, caller: Caller) -> None:
        """Count a call where calls are limited; those that are refused for another reason count too."""
        if exchange.counted or route.public:
            return
        exchange.counted = True
        records = self.state.of(caller.key)
        limits = limits_of(records, self._shared, caller.workspace)
        if limits.get("rateLimit") is None:
            return
        try:
            count_call(records, limits, route.name, self.clock.milliseconds(), caller.workspace)
        except Refused:
            exchange.guess(["limits"])
            raise
        self.state.commit()

    def _call(
        self, route: Route, exchange: Exchange, decisions: Optional[Mapping[str, Dict[str, Any]]]
    ) -> Call:
        """A call that its caller may make, with fields that fit."""
        data = exchange.data
        caller = self._tenants.caller(route, exchange.received.headers, data)
        if caller.first:
            exchange.guess(["first-use"])
        self._count(route, exchange, caller)
        exchange.guess(marks_of_fields(route, data))
        if route.name == ERASURE and choice_of(self.choices, "erased-at-once") == "cut":
            data = cut_short(route.facts, data)
        check_request(route.name, route.facts, data)
        return Call(
            route.name,
            caller.key,
            data,
            self.state.of(caller.key),
            self._shared,
            self.clock,
            caller.workspace,
            exchange.guesses,
            received=exchange.received,
            strict_urls=self._strict_urls,
            decisions=decisions,
            seed=self.seed,
            choices=self.choices,
            recorded=self.recorded,
        )


def coverage(emulator: Emulator) -> Dict[str, Any]:
    """Which operations are emulated and which are not, which were called since the start, and which of Velt's words for
    errors each of those met: what is absent was never tried."""
    names = sorted(route.name for route in emulator.routes.values())
    touched = emulator.recorded.touched()
    return {
        "emulated": [name for name in names if name in RULES],
        "missing": [name for name in names if name not in RULES],
        "called": list(touched),
        "refused": {name: words for name, words in touched.items() if words},
    }
