"""`velt config`: the settings of an api key at Velt, into a file, compared with it, and from it into another key."""

from __future__ import annotations

import argparse
import json
import os
import stat
from dataclasses import replace
from typing import Any, Dict, List, Mapping, NamedTuple, Tuple, cast

from velt_py.cli.credentials import lacking_credentials
from velt_py.cli.loading import config_or_environment
from velt_py.cli.logs import log_to_stderr
from velt_py.exceptions import (
    VeltConfigurationError,
    VeltResponseError,
    VeltStorageError,
    VeltValidationError,
)
from velt_py.models.request import facts_of
from velt_py.sdk import VeltSDK

__all__ = ["key_settings"]

OK, DIFFERENT, PARTIAL = 0, 1, 3

SECTIONS: Mapping[str, Tuple[str, str]] = {
    "apiKey": ("getApiKeyMetadata", "updateApiKeyMetadata"),
    "email": ("getEmailConfig", "updateEmailConfig"),
    "webhook": ("getWebhookConfig", "updateWebhookConfig"),
    "notification": ("getNotificationConfig", "updateNotificationConfig"),
    "permissionProvider": ("getPermissionProviderConfig", "updatePermissionProviderConfig"),
    "activity": ("getActivityConfig", "updateActivityConfig"),
    "advancedWebhook": ("getAdvancedWebhookConfig", "updateAdvancedWebhookConfig"),
}
"""Sections of the file, and the operations of `sdk.api.workspace` that read and write each."""
DOMAINS = "domains"
OTHER_NAMES = {"isPrivateCommentsEnabled": "enablePrivateComments"}
"""What an answer calls a field that the update has another name for."""
UNREADABLE = ("aiModelApiKey",)
"""What Velt never tells: it stays as it is in the other key."""

Document = Dict[str, Any]


class Difference(NamedTuple):
    """A setting that the file and the key do not agree on. Values stay out of messages: some are credentials."""

    section: str
    name: str


def key_settings(given: argparse.Namespace) -> int:
    """Run one of the actions: 1 when a comparison found something, 3 when not all could be applied."""
    settings = config_or_environment(given.config)
    for lacking in lacking_credentials(settings):
        raise VeltConfigurationError(lacking, field="--config")
    log_to_stderr()
    with VeltSDK(replace(settings, raiseOnError=True)) as sdk:
        workspace: Any = sdk.api.workspace
        here = read(workspace)
        if given.action == "pull":
            return pull(here, given)
        wanted = of_file(given.file)
        found = differences(wanted, here)
        if given.action == "diff":
            show(found, given.json, "differs", "the key has the settings of the file")
            return DIFFERENT if found else OK
        if not given.prune:
            found = [each for each in found if not is_removal(each, here)]
        if not given.yes:
            show(found, given.json, "would be changed", "nothing is to be changed", dryRun=True)
            return OK
        return apply(workspace, wanted, here, found, given.json)


def read(workspace: Any) -> Document:
    """The settings that updates take, by section."""
    found: Document = {}
    for section, (getter, updater) in SECTIONS.items():
        answer = _data(getattr(workspace, getter)())
        named = {OTHER_NAMES.get(name, name): value for name, value in answer.items()}
        facts = facts_of(getattr(workspace, updater).operation.request)
        found[section] = {
            name: named[name] for name in facts if name not in UNREADABLE and named.get(name) is not None
        }
    found[DOMAINS] = sorted(_data(workspace.getDomains()).get("allowedDomains") or [])
    return found


def _data(answer: Any) -> Document:
    data = answer["result"].get("data")
    return cast(Document, data) if isinstance(data, dict) else {}


def pull(here: Document, given: argparse.Namespace) -> int:
    """Write the settings into a file that only its owner may read: tokens of receivers are among them."""
    text = json.dumps(here, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        handle = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                os.chmod(given.file, 0o600)  # a file that was there keeps its own mode otherwise
            file.write(text)
    except OSError as error:
        raise VeltStorageError(f"{given.file}: {error.strerror}", field="FILE") from None
    count = sum(len(section) for section in here.values())
    if given.json:
        print(json.dumps({"file": given.file, "settings": count}))
    else:
        print(f"{count} settings written to {given.file}; it holds tokens, keep it as you keep those")
    return OK


def of_file(path: str) -> Document:
    """The settings in a file that `pull` wrote.

    Raises:
        VeltConfigurationError: it cannot be read.
        VeltValidationError: it is none.
    """
    try:
        with open(path, encoding="utf-8") as file:
            found: Any = json.load(file)
    except OSError as error:
        raise VeltConfigurationError(f"{path}: {error.strerror}", field="FILE") from None
    except (ValueError, RecursionError):
        raise VeltValidationError(f"{path}: this is no JSON", field="FILE") from None
    if not isinstance(found, dict):
        raise VeltValidationError(f"{path}: this is no object of sections, as pull writes it", field="FILE")
    wanted = cast(Document, found)
    for name, section in wanted.items():
        right = (
            isinstance(section, list) and all(isinstance(each, str) for each in cast("List[Any]", section))
            if name == DOMAINS
            else name in SECTIONS and isinstance(section, dict)
        )
        if not right:
            raise VeltValidationError(
                f"{path}: {name} is no section; there are: {', '.join([*SECTIONS, DOMAINS])}", field="FILE"
            )
    return wanted


def differences(wanted: Document, here: Document) -> List[Difference]:
    """What differs in the sections that the file has. A setting that the file does not have is left alone."""
    found: List[Difference] = []
    for section, values in wanted.items():
        if section == DOMAINS:
            found.extend(Difference(section, each) for each in sorted(set(values) ^ set(here[DOMAINS])))
        else:
            found.extend(
                Difference(section, name)
                for name, value in values.items()
                if here[section].get(name) != value
            )
    return found


def is_removal(difference: Difference, here: Document) -> bool:
    """Whether the key has a domain that the file does not have."""
    return difference.section == DOMAINS and difference.name in here[DOMAINS]


def apply(workspace: Any, wanted: Document, here: Document, found: List[Difference], as_json: bool) -> int:
    """Write what differs, section by section."""
    failed: Dict[str, str] = {}
    for section, (_, updater) in SECTIONS.items():
        changes = {each.name: wanted[section][each.name] for each in found if each.section == section}
        if changes:
            _tried(failed, section, getattr(workspace, updater), **changes)
    removed = [each.name for each in found if is_removal(each, here)]
    added = [each.name for each in found if each.section == DOMAINS and each.name not in removed]
    if added:
        _tried(failed, DOMAINS, workspace.addDomains, domains=added)
    if removed:
        _tried(failed, DOMAINS, workspace.deleteDomains, domains=removed)
    done = [each for each in found if each.section not in failed]
    show(done, as_json, "changed", "nothing was to be changed", failed, dryRun=False)
    return PARTIAL if failed else OK


def _tried(failed: Dict[str, str], section: str, update: Any, **fields: Any) -> None:
    try:
        update(**fields)
    except VeltResponseError as error:
        failed[section] = error.message


def show(
    found: List[Difference],
    as_json: bool,
    word: str,
    nothing: str,
    failed: Mapping[str, str] = {},
    **more: bool,
) -> None:
    """Names only: values may be tokens."""
    if as_json:
        print(json.dumps({**more, "settings": [each._asdict() for each in found], "failed": list(failed)}))
        return
    for each in found:
        print(f"{each.section}.{each.name} {word}")
    for section, reason in failed.items():
        print(f"{section}: Velt refused the change: {reason}")
    if not found and not failed:
        print(nothing)
