"""`velt call`: any operation of Velt's REST API, from the table."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import Any, Dict, cast

from velt_py.api.catalogue import SERVICES, service_class
from velt_py.api.interpret import failed_entries
from velt_py.api.operation import Operation, operations_of
from velt_py.cli.call_fields import add_fields, read_fields, read_json
from velt_py.cli.config_arguments import CONFIG_OR_ENVIRONMENT, add_json
from velt_py.cli.credentials import lacking_credentials
from velt_py.cli.loading import config_or_environment
from velt_py.cli.logs import log_to_stderr
from velt_py.cli.parser import Parser, nearest
from velt_py.exceptions import VeltConfigurationError, VeltValidationError
from velt_py.models.request import facts_of
from velt_py.sdk import VeltSDK

__all__ = ["DESTRUCTIVE", "call"]

OK, FAILED, PARTIAL = 0, 1, 3
DESTRUCTIVE = ("delete", "remove", "reset", "cancel")
"""How operations begin that take something away: they need --yes, without it what would be sent is printed."""


def call(given: argparse.Namespace) -> int:
    """Call an operation and print its answer, or list what there is."""
    if given.service is None:
        return _list_services(given.json)
    operations = _operations(given.service)
    if given.operation is None:
        return _list_operations(given.service, operations, given)
    operation = operations.get(given.operation)
    if operation is None:
        raise VeltConfigurationError(
            f"{given.service} has no operation {given.operation}{nearest(given.operation, operations)}",
            field="OPERATION",
        )
    facts = {name: fact for name, fact in facts_of(operation.request).items() if fact.sent}
    parser = Parser(prog=f"velt call {operation.name.replace('.', ' ')}", description=operation.docs or None)
    _add_options(parser)
    add_fields(parser, facts)
    options = parser.parse_args(given.rest)
    whole: Any = read_json("--data", options.data) if options.data else {}
    if not isinstance(whole, dict):
        raise VeltValidationError("--data: a JSON object is needed", field="--data")
    fields = cast(Dict[str, Any], whole)
    fields.update(read_fields(options, facts))
    unknown = [name for name in fields if name not in facts]
    if unknown:
        raise VeltValidationError(
            f"--data: {operation.name} has no field {unknown[0]}{nearest(unknown[0], facts)}", field="--data"
        )
    as_json = options.json or given.json
    if options.dry_run or (operation.method.startswith(DESTRUCTIVE) and not options.yes):
        return _show(operation, fields, as_json, asked=options.dry_run)
    return _send(operation, fields, options, as_json)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="CONFIG", help=CONFIG_OR_ENVIRONMENT)
    parser.add_argument("--data", metavar="JSON|@FILE", help="the fields as one object; options go before it")
    parser.add_argument("--all", action="store_true", help="all pages of a list, one JSON line an entry")
    parser.add_argument("--dry-run", action="store_true", help="print what would be sent")
    parser.add_argument("--yes", action="store_true", help="really call what takes something away")
    parser.add_argument("--json", action="store_true", help="the answer on one line")


def _send(
    operation: Operation[Any, Any, Any], fields: Dict[str, Any], options: argparse.Namespace, as_json: bool
) -> int:
    if options.all and operation.paged is None:
        raise VeltConfigurationError(f"--all: {operation.name} has no pages", field="--all")
    log_to_stderr()
    settings = config_or_environment(options.config)
    request = _request(operation, fields)
    with VeltSDK(dataclasses.replace(settings, raiseOnError=False)) as sdk:
        bound: Any = getattr(getattr(sdk.api, operation.area), operation.method)
        if options.all:
            return _walk(bound, request)
        found = bound.raw(request)
    print(json.dumps(found.answer, ensure_ascii=False, indent=None if as_json else 2))
    if found.status >= 400 or (isinstance(found.answer, dict) and "error" in found.answer):
        # Velt decides what a call without credentials may do.
        for lacking in lacking_credentials(settings, operation.workspace):
            print(f"velt: {lacking}", file=sys.stderr)
        return FAILED
    return PARTIAL if failed_entries(found.answer) else OK


def _walk(bound: Any, request: Any) -> int:
    """Print every entry of every page; how many there were goes to stderr when a person looks there, not at them."""
    count, told = 0, sys.stderr.isatty() and not sys.stdout.isatty()
    for entry in bound.items(request):
        print(json.dumps(entry, ensure_ascii=False))
        count += 1
        if told and count % 100 == 0:
            sys.stderr.write(f"\r{count} entries")
    if told:
        sys.stderr.write(f"\r{count} entries\n")
    return OK


def _request(operation: Operation[Any, Any, Any], fields: Dict[str, Any]) -> Any:
    """The request; a name that Python keeps for itself ends in an underscore there."""
    attributes = {each.name for each in dataclasses.fields(operation.request)}
    return operation.request(
        **{name if name in attributes else f"{name}_": value for name, value in fields.items()}
    )


def _show(operation: Operation[Any, Any, Any], fields: Dict[str, Any], as_json: bool, asked: bool) -> int:
    body = fields if operation.bare else {"data": fields}
    if as_json:
        print(json.dumps({"dryRun": True, "method": "POST", "path": operation.path, "body": body}))
    else:
        print(f"POST {operation.path}\n{json.dumps(body, ensure_ascii=False, indent=2)}")
        if not asked:
            print("\nNothing was sent: this takes something away. Add --yes to do it.")
    return OK


def _operations(service: str) -> Dict[str, Operation[Any, Any, Any]]:
    if service not in SERVICES:
        raise VeltConfigurationError(
            f"there is no service {service}{nearest(service, SERVICES)}", field="SERVICE"
        )
    return {operation.method: operation for operation in operations_of(service_class(service))}


def _list_services(as_json: bool) -> int:
    found = {name: sorted(_operations(name)) for name in SERVICES}
    if as_json:
        print(json.dumps(found))
    else:
        for name, operations in found.items():
            print(f"{name} ({len(operations)})")
            for operation in operations:
                print(f"    {operation}")
    return OK


def _list_operations(
    service: str, operations: Dict[str, Operation[Any, Any, Any]], given: argparse.Namespace
) -> int:
    parser = Parser(
        prog=f"velt call {service}",
        usage=f"velt call {service} [--json] [OPERATION ...]",
        description=f"Its operations are {', '.join(operations)}.",
    )
    add_json(parser)
    as_json = parser.parse_args(given.rest).json or given.json
    facts = {
        name: [field for field, fact in facts_of(operation.request).items() if fact.required]
        for name, operation in operations.items()
    }
    if as_json:
        print(json.dumps(facts))
    else:
        for name, required in facts.items():
            print(" ".join([name, *[f"--{field} ..." for field in required]]))
    return OK
