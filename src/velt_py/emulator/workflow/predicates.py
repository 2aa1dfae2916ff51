"""The conditions of edges: JSON expressions, checked when a definition is written and evaluated on a step."""

from __future__ import annotations

import json
import operator
from typing import Any, Callable, Dict, List, Mapping, Optional, cast

from velt_py.emulator.patterns import is_found, pattern_fault

__all__ = ["Ast", "compiled", "holds", "is_decision", "mentions", "value_at"]

Ast = Dict[str, Any]
DEEPEST = 20
ARITY: Mapping[str, int] = {
    "eq": 2,
    "ne": 2,
    "neq": 2,
    "gt": 2,
    "gte": 2,
    "lt": 2,
    "lte": 2,
    "not": 1,
    "regex": 2,
    "includes": 2,
    "startsWith": 2,
    "endsWith": 2,
    "length": 1,
    "isEmpty": 1,
}
"""How many arguments an operator takes; `and` and `or` take any number."""


def is_decision(decision: str) -> Ast:
    """The condition of an `approve` or `reject` edge."""
    return {"op": "eq", "args": [{"var": "output.decision"}, decision]}


def compiled(source: str) -> Optional[Ast]:
    """An expression from its text; None when it is none."""
    try:
        parsed: Any = json.loads(source)
    except (ValueError, RecursionError):
        return None
    return cast(Ast, parsed) if isinstance(parsed, dict) and _is_expression(parsed, 0) else None


def _is_expression(node: Any, depth: int) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(node, list):
        return all(not isinstance(each, (dict, list)) for each in cast(List[Any], node))
    if not isinstance(node, dict):
        return True
    found = cast(Dict[str, Any], node)
    if set(found) == {"var"}:
        return isinstance(found["var"], str)
    op, args = found.get("op"), found.get("args")
    if set(found) != {"op", "args"} or not isinstance(op, str) or not isinstance(args, list):
        return False
    given = cast(List[Any], args)
    if op not in ("and", "or") and ARITY.get(op) != len(given):
        return False
    if op == "regex" and pattern_fault(given[1]):
        return False
    return all(_is_expression(each, depth + 1) for each in given)


def holds(ast: Optional[Ast], roots: Mapping[str, Any]) -> bool:
    """Whether a condition holds; None always does.

    Args:
        ast: the expression.
        roots: what `output`, `step` and `execution` are.
    """
    return ast is None or bool(_value(ast, roots))


def mentions(ast: Any, word: str) -> bool:
    """Whether a text stands somewhere in an expression."""
    if isinstance(ast, dict):
        return any(mentions(each, word) for each in cast(Dict[str, Any], ast).values())
    if isinstance(ast, list):
        return any(mentions(each, word) for each in cast(List[Any], ast))
    return bool(ast == word)


def value_at(root: Any, path: str) -> Any:
    """What stands at a path of names and numbers with dots between; None when nothing does."""
    found = root
    for name in path.split("."):
        if isinstance(found, dict):
            found = cast(Dict[str, Any], found).get(name)
        elif isinstance(found, list) and name.isascii() and name.isdigit() and len(name) < 10:
            entries = cast(List[Any], found)
            found = entries[int(name)] if int(name) < len(entries) else None
        else:
            return None
    return found


def _value(node: Any, roots: Mapping[str, Any]) -> Any:
    if not isinstance(node, dict):
        return node
    found = cast(Dict[str, Any], node)
    if "var" in found:
        return value_at(dict(roots), found["var"])
    op, args = found.get("op"), cast(List[Any], found.get("args") or [])
    # A person who was erased is gone from the arguments too: nothing can be said about them any more.
    if op not in ("and", "or") and ARITY.get(str(op)) != len(args):
        return None
    if op == "and":
        return all(bool(_value(each, roots)) for each in args)
    if op == "or":
        return any(bool(_value(each, roots)) for each in args)
    return OPERATORS[str(op)](*[_value(each, roots) for each in args])


def _same(left: Any, right: Any) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        numbers = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in (left, right))
        return compare(left, right) if numbers or _texts(left, right) else False

    return compared


def _texts(left: Any, right: Any) -> bool:
    return isinstance(left, str) and isinstance(right, str)


def _regex(subject: Any, pattern: Any) -> bool:
    return is_found(pattern, subject)


def _includes(whole: Any, part: Any) -> bool:
    if isinstance(whole, list):
        return any(_same(each, part) for each in cast(List[Any], whole))
    return _texts(whole, part) and part in whole


def _starts(whole: Any, part: Any) -> bool:
    return _texts(whole, part) and str(whole).startswith(part)


def _ends(whole: Any, part: Any) -> bool:
    return _texts(whole, part) and str(whole).endswith(part)


def _differ(left: Any, right: Any) -> bool:
    return not _same(left, right)


def _not(value: Any) -> bool:
    return not value


def _length(value: Any) -> int:
    return len(cast(str, value)) if isinstance(value, (str, list, dict)) else 0


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


OPERATORS: Mapping[str, Callable[..., Any]] = {
    "eq": _same,
    "ne": _differ,
    "neq": _differ,
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
    "not": _not,
    "regex": _regex,
    "includes": _includes,
    "startsWith": _starts,
    "endsWith": _ends,
    "length": _length,
    "isEmpty": _empty,
}
