"""getToken and verifyToken beside velt-py 0.3.0: one script, run by both packages against one server."""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path
from typing import Any, Dict, List, Tuple

import jwt
import pytest

from tests.compat import published
from tests.loopback import Action, Loopback, Request, reply

TOKENS = """
import warnings
from velt_py.services.api.token_service import TokenService

answer = []
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    unpatched, TokenService.VELT_API_URL = TokenService.VELT_API_URL, given["url"]
    try:
        for credentials, args, kwargs in given["calls"]:
            try:
                outcome = TokenService(*credentials).getToken(*args, **kwargs)
            except Exception as error:
                outcome = {"raised": type(error).__name__}
            if "error" in outcome:
                outcome["error"] = bool(outcome["error"])
            answer.append(outcome)
    finally:
        TokenService.VELT_API_URL = unpatched
"""

VERDICTS = """
from velt_py import VeltSDK

answer = []
for auth, kwargs in given["cases"]:
    if auth and auth.get("verify") is not None:
        outcome = auth["verify"]
        auth = {**auth, "verify": lambda token, headers: 1 / 0 if outcome == "raise" else outcome}
    result = VeltSDK.initialize({"resolver_auth": auth} if auth is not None else {}).selfHosting.verifyToken(**kwargs)
    answer.append([result.verified, result.errorCode, result.claims, bool(result.error)])
"""


def ours(script: str, given: Any) -> Any:
    scope: Dict[str, Any] = {"given": json.loads(json.dumps(given))}
    exec(compile(script, "ours", "exec"), scope)  # noqa: S102 - the script above
    return json.loads(json.dumps(scope["answer"]))


Call = Tuple[List[Any], List[Any], Dict[str, Any]]
BOTH = ["key-1", "auth-1"]


def asked(published_python: Path, calls: List[Call], answers: List[List[Action]]) -> None:
    """Both packages make the calls; what arrives and what comes out is the same."""
    arrived: List[List[Any]] = [[], []]
    outcomes: List[Any] = []
    for which in (0, 1):
        waiting = iter(answers)

        def answer(request: Request, which: int = which, waiting: Any = waiting) -> List[Action]:
            names = ("content-type", "x-velt-api-key", "x-velt-auth-token", "content-length")
            headers = {name: request.headers.get(name) for name in names}
            arrived[which].append((request.method, request.target, headers, request.body))
            return next(waiting)  # type: ignore[no-any-return]

        with Loopback(answer) as server:
            given = {"url": f"{server.url}/v2/auth/token/get", "calls": calls}
            outcomes.append(published.run(published_python, TOKENS, given) if which else ours(TOKENS, given))
    assert arrived[0] == arrived[1]
    assert outcomes[0] == outcomes[1]


GOOD = reply(200, {"result": {"status": "success", "message": "m", "data": {"token": "T"}}})


def test_token_requests_are_the_same_byte_for_byte(published_python: Path) -> None:
    permissions = {"resources": [{"type": "document", "id": "d", "accessRole": None, "expiresAt": 1.5}]}
    calls: List[Call] = [
        (BOTH, ["acme", "u-1"], {}),
        (BOTH, ["acme", "u-1", "a@x.example", True, "Ann", permissions], {}),
        (BOTH, [], {"organizationId": "acme", "userId": "u-1", "isAdmin": False, "name": 'Ä😀"\\'}),
        (BOTH, ["acme", "u-1"], {"email": "", "name": "", "permissions": {}}),
        (BOTH, ["acme", "u-1"], {"permissions": []}),
        (BOTH, ["acme", "u-1"], {"isAdmin": "yes"}),
        (BOTH, ["acme", "u-1"], {"isAdmin": 1}),
        (BOTH, ["acme", 5], {}),
        (BOTH, [" ", " "], {}),
    ]
    asked(published_python, calls, [GOOD] * len(calls))


def test_what_cannot_be_asked_ends_the_same_way(published_python: Path) -> None:
    calls: List[Call] = [
        (BOTH, ["acme", ""], {}),
        (BOTH, ["acme", None], {}),
        (BOTH, ["", "u-1"], {}),
        (BOTH, [None, "u-1"], {}),
        (BOTH, [5, "u-1"], {}),
        (["key-1", ""], ["acme", "u-1"], {}),
        (["", "auth-1"], ["acme", "u-1"], {}),
        ([None, None], ["acme", "u-1"], {}),
        ([], ["acme", ""], {}),
        ([], ["", "u-1"], {}),
    ]
    asked(published_python, calls, [])


def test_answers_of_velt_are_read_the_same_way(published_python: Path) -> None:
    answers = [
        reply(201, {"result": {"data": {"token": "T"}}}),
        reply(200, {"result": {"status": "error", "data": {"token": "T"}}}),
        reply(200, {}),
        reply(200, {"data": {"token": "T"}}),
        reply(200, {"result": {"data": {"token": ""}}}),
        reply(200, {"error": {"message": "bad", "status": "INVALID_ARGUMENT"}}),
        reply(400, {"error": {"message": "bad", "status": "INVALID_ARGUMENT"}}),
        reply(401, {"message": "m"}),
        reply(404),
        reply(500, {"error": {"status": "X"}}),
        reply(500, b"<html>"),
        reply(200, b"<html>"),
        reply(200),
        reply(304),
    ]
    asked(published_python, [(BOTH, ["acme", "u-1"], {})] * len(answers), answers)


SECRET = "an-hmac-secret-that-is-long-enough"
HS = {"algorithms": ["HS256"], "secret": SECRET}


def verdicts() -> Dict[str, Tuple[Any, Dict[str, Any]]]:
    def token(**claims: Any) -> str:
        return jwt.encode({"sub": "u", "exp": int(time.time()) + 3600, **claims}, SECRET, algorithm="HS256")

    def with_jwt(**more: Any) -> Dict[str, Any]:
        return {"jwt": {**HS, **more}}

    good, public = {"token": token()}, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
    bearer = f"Bearer {token()}"
    unsigned = jwt.encode({"sub": "u"}, "", algorithm="none")
    return {
        "good": (with_jwt(), good),
        "header": (with_jwt(), {"headers": {"AUTHORIZATION": bearer}}),
        "header with spaces": (with_jwt(), {"headers": {"authorization": f"  bearer   {token()} "}}),
        "token first": (with_jwt(), {"headers": {"Authorization": "Bearer bad"}, **good}),
        "empty token": (with_jwt(), {"headers": {"Authorization": bearer}, "token": ""}),
        "no header": (with_jwt(), {"headers": {}}),
        "nothing": (with_jwt(), {}),
        "wrong scheme": (with_jwt(), {"headers": {"Authorization": f"Basic {token()}"}}),
        "no scheme": (with_jwt(), {"headers": {"Authorization": token()}}),
        "scheme alone": (with_jwt(), {"headers": {"Authorization": "Bearer"}}),
        "tab": (with_jwt(), {"headers": {"Authorization": f"Bearer\t{token()}"}}),
        "two words": (with_jwt(), {"headers": {"Authorization": "Bearer a b"}}),
        "raw header": ({**with_jwt(), "header": "X-T", "scheme": ""}, {"headers": {"x-t": token()}}),
        "own scheme": ({**with_jwt(), "scheme": "JWT"}, {"headers": {"Authorization": f"jwt {token()}"}}),
        "not configured": (None, good),
        "empty block": ({}, good),
        "nothing configured, no token": (None, {}),
        "no algorithms": ({"jwt": {"secret": SECRET}}, good),
        "empty algorithms": (with_jwt(algorithms=[]), good),
        "text of algorithms": (with_jwt(algorithms="HS256"), good),
        "none only": (with_jwt(algorithms=["none"]), good),
        "unsigned": (with_jwt(), {"token": unsigned}),
        "mixed": (with_jwt(algorithms=["HS256", "RS256"]), good),
        "not listed": (with_jwt(algorithms=["HS512"]), good),
        "unknown": (with_jwt(algorithms=["XX"]), good),
        "no secret": ({"jwt": {"algorithms": ["HS256"]}}, good),
        "empty secret": (with_jwt(secret=""), good),
        "PEM as secret": (with_jwt(secret=public), good),
        "public key for HS256": ({"jwt": {"algorithms": ["HS256"], "public_key": public}}, good),
        "RS256 against an HS256 token": ({"jwt": {"algorithms": ["RS256"], "public_key": public}}, good),
        "HS256 with jwks": ({"jwt": {"algorithms": ["HS256"], "jwks_url": "https://127.0.0.1:1/"}}, good),
        "wrong secret": (with_jwt(secret="another-secret-that-is-long-enough"), good),
        "no token at all": (with_jwt(), {"token": "abc"}),
        "three parts": (with_jwt(), {"token": "a.b.c"}),
        "cut off": (with_jwt(), {"token": token()[:-4]}),
        "not a text": (with_jwt(), {"token": 5}),
        "expired": (with_jwt(), {"token": token(exp=1)}),
        "leeway": (with_jwt(leeway=60), {"token": token(exp=int(time.time()) - 10)}),
        "not yet": (with_jwt(), {"token": token(nbf=int(time.time()) + 600)}),
        "issuer": (with_jwt(issuer="me"), {"token": token(iss="me")}),
        "issuer missing": (with_jwt(issuer="me"), good),
        "issuer differs": (with_jwt(issuer="me"), {"token": token(iss="you")}),
        "audience": (with_jwt(audience="me"), {"token": token(aud=["me", "x"])}),
        "audiences": (with_jwt(audience=["me", "x"]), {"token": token(aud="me")}),
        "audience missing": (with_jwt(audience="me"), good),
        "audience differs": (with_jwt(audience="me"), {"token": token(aud="you")}),
        "audience not asked for": (with_jwt(), {"token": token(aud="you")}),
        "required": (with_jwt(require=["sub"]), good),
        "required missing": (with_jwt(require=["tenant"]), good),
        "function with claims": ({"verify": {"a": 1}}, {"token": "t"}),
        "function says yes": ({"verify": True}, {"token": "t"}),
        "function says no": ({"verify": False}, {"token": "t"}),
        "function says nothing": ({"verify": ""}, {"token": "t"}),
        "function without claims": ({"verify": {}}, {"token": "t"}),
        "function fails": ({"verify": "raise"}, {"token": "t"}),
        "function without token": ({"verify": True}, {"headers": {}}),
        "function before jwt": ({**with_jwt(), "verify": {"by": "function"}}, good),
        "override": (None, {**good, "jwt": HS}),
        "override replaces": (with_jwt(), {**good, "jwt": {"secret": SECRET}}),
    }


def test_verdicts_and_their_codes_are_the_same(published_python: Path) -> None:
    cases = verdicts()
    given = {"cases": list(cases.values())}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mine = ours(VERDICTS, given)
    theirs = published.run(published_python, VERDICTS, given)
    assert dict(zip(cases, mine)) == dict(zip(cases, theirs))


def test_the_signatures_are_the_same(published_python: Path) -> None:
    script = """
import inspect
from velt_py import VerifyTokenResult
from velt_py.services.api import TokenService
from velt_py.services.self_hosting import ResolverAuthService

def names(function):
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, str(p.kind), p.default is p.empty or p.default) for p in parameters]

positional = [entry for entry in names(TokenService.__init__) if entry[1] != "KEYWORD_ONLY"]
answer = [
    positional,
    names(TokenService.getToken),
    names(ResolverAuthService.__init__)[:2],
    names(ResolverAuthService.verify_token),
    names(VerifyTokenResult),
    TokenService.VELT_API_URL,
]
"""
    assert ours(script, None) == published.run(published_python, script)


RESULTS = [
    {"verified": True},
    {"verified": True, "claims": {}},
    {"verified": False, "error": "e", "errorCode": "C"},
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_results_have_the_same_dict(published_python: Path, result: Dict[str, Any]) -> None:
    script = "from velt_py import VerifyTokenResult\nanswer = VerifyTokenResult(**given).to_dict()\n"
    assert ours(script, result) == published.run(published_python, script, result) == result
