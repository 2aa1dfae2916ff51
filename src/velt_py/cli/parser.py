"""The parser of the command: what it cannot read is an error like any other, with the nearest name that there is."""

from __future__ import annotations

import argparse
import difflib
import math
import re
import sys
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, NoReturn, Sequence, cast

from velt_py.exceptions import VeltConfigurationError

__all__ = ["Parser", "base_url", "days", "milliseconds", "nearest", "port", "seconds"]

EXIT_CODES = (
    "exit codes: 0 all is well; 1 something was found, or failed; 2 the command or the configuration is wrong; "
    "3 only a part was done; 130 interrupted"
)


class Parser(argparse.ArgumentParser):
    """Raises instead of ending the process, and takes no abbreviations: an option that is added later would change
    what they mean."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("epilog", EXIT_CODES)
        super().__init__(*arguments, **options)
        self.register("action", "parsers", Commands)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What is left over is told by the parser of the command that it was given to."""
        given, left = super().parse_known_args(args, namespace)
        if left:
            self.error(self._unknown(left))
        return given, left

    def error(self, message: str) -> NoReturn:
        """
        Raises:
            VeltConfigurationError: always.
        """
        self.print_usage(sys.stderr)
        command = self.prog.partition(" ")[2]
        raise VeltConfigurationError(f"{command}: {message}" if command else message, code="USAGE")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            raise argparse.ArgumentError(action, f"there is no {value}{nearest(str(value), known)}")

    def below(self) -> Dict[str, Parser]:
        """The parsers of its commands, by their names."""
        for action in self._actions:
            if isinstance(action.choices, dict):
                return cast("Dict[str, Parser]", action.choices)
        return {}

    def words(self) -> List[str]:
        """What may be written behind the command, beside values."""
        found: List[str] = []
        for action in self._actions:
            long = [name for name in action.option_strings if name.startswith("--")]
            found += long or ([] if action.option_strings else map(str, action.choices or ()))
        return found

    def _unknown(self, words: Sequence[str]) -> str:
        """Names options only: a word behind one that there is not is its value, and may be a secret."""
        known = [name for action in self._actions for name in action.option_strings if name.startswith("--")]
        options = [word.partition("=")[0] for word in words if word.startswith("-")]
        if not options:
            return f"there is nothing that {words[0]} could be here"
        return f"there is no option {options[0]}{nearest(options[0], known, all_of_them=False)}"


if TYPE_CHECKING:
    SubParsers = argparse._SubParsersAction[Parser]
else:
    SubParsers = argparse._SubParsersAction


class Commands(SubParsers):
    """Commands whose own help begins with what the list of commands says of them."""

    def add_parser(self, name: str, **options: Any) -> Parser:
        about = str(options.get("help", ""))
        options.setdefault("description", f"{about[:1].upper()}{about[1:]}." if about else None)
        return super().add_parser(name, **options)


def nearest(name: str, known: Iterable[str], all_of_them: bool = True) -> str:
    """The end of a message about a name that there is not.

    Args:
        name: what was given.
        known: the names that there are.
        all_of_them: list them where none is near.
    """
    names = list(known)
    spelled = {each.lower(): each for each in names}
    near = difflib.get_close_matches(name.lower(), list(spelled), n=1)
    if near:
        return f"; did you mean {spelled[near[0]]}?"
    return f"; there are: {', '.join(names)}" if all_of_them else ""


def seconds(text: str) -> float:
    """A number of seconds, 0 or more."""
    return _number(text, math.inf, "a number of seconds is needed, 0 or more")


def milliseconds(text: str) -> float:
    """A number of milliseconds, an hour at most."""
    return _number(text, 3_600_001, "a number of milliseconds is needed, 0 to 3600000")


def _number(text: str, end: float, wanted: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found < end:
        raise argparse.ArgumentTypeError(wanted)
    return found


def days(text: str) -> int:
    """A whole number of days, 0 or more."""
    if not re.fullmatch("[0-9]{1,6}", text):
        raise argparse.ArgumentTypeError("a whole number of days is needed, 0 or more")
    return int(text)


def base_url(text: str) -> str:
    """Where browsers reach something: an address, or a path on the page's own host."""
    if not re.fullmatch(r"https?://[^/\s]\S*|/([^/\s]\S*)?", text):
        raise argparse.ArgumentTypeError("an address that starts with http://, https:// or / is needed")
    return text


def port(text: str) -> int:
    """The number of a port."""
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)
