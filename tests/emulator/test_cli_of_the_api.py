"""`velt call`, `velt config`, `velt doctor` and `velt completion` against an emulator behind a port."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import time
import urllib.request
from email.utils import formatdate
from pathlib import Path
from typing import Any, Iterator, List

import pytest

from tests.loopback import Loopback, reply
from tests.webserver import velt_server
from velt_py.api.backend import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.cli import main
from velt_py.cli.call_fields import option_of
from velt_py.emulator import Emulator
from velt_py.emulator.server import EmulatorServer
from velt_py.models.request import facts_of

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    emulator = Emulator()
    with EmulatorServer(emulator, port=0) as server:
        monkeypatch.setenv("VELT_API_URL", server.url)
        as_key(monkeypatch, "key")
        yield server.url
    emulator.close()


def as_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("VELT_API_KEY", key)
    monkeypatch.setenv("VELT_AUTH_TOKEN", f"token-of-{key}")


def said(capsys: Captured) -> Any:
    return json.loads(capsys.readouterr().out)


def add(*names: str) -> None:
    entries = [{"organizationId": name, "organizationName": name} for name in names]
    assert main(["call", "organizations", "addOrganizations", "--organizations", json.dumps(entries)]) == 0


def test_a_call_prints_the_answer_as_it_came(capsys: Captured) -> None:
    add("o")
    assert said(capsys)["result"]["data"]["o"]["success"] is True


def test_fields_may_come_from_a_file_and_options_go_before_them(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "data.json").write_text(json.dumps({"organizationIds": ["x"], "pageSize": 1}))
    words = ["call", "organizations", "getOrganizations", "--data", f"@{tmp_path / 'data.json'}"]
    assert main([*words, "--dry-run", "--json", "--organizationIds", "a", "--organizationIds", "b"]) == 0
    assert said(capsys)["body"] == {"data": {"organizationIds": ["a", "b"], "pageSize": 1}}


def test_all_pages_are_walked_one_line_an_entry(capsys: Captured) -> None:
    add("a", "b", "c")
    capsys.readouterr()
    assert main(["call", "organizations", "getOrganizations", "--all", "--pageSize", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", "b", "c"]


def test_what_takes_something_away_is_only_shown_without_yes(capsys: Captured) -> None:
    add("o")
    words = ["call", "organizations", "deleteOrganizations", "--organizationIds", "o"]
    assert main(words) == 0
    assert "--yes" in capsys.readouterr().out
    assert main(["call", "--json", "organizations", "getOrganizations"]) == 0
    assert len(said(capsys)["result"]["data"]) == 1
    assert main([*words, "--yes", "--dry-run"]) == 0
    assert main([*words, "--yes"]) == 0
    assert main([*words, "--yes"]) == 3  # that entry failed
    capsys.readouterr()
    assert main(["call", "organizations", "getOrganizations"]) == 0
    assert said(capsys)["result"]["data"] == []


def test_an_answer_that_says_no_is_printed_and_the_exit_code_tells(capsys: Captured) -> None:
    assert main(["call", "folders", "getFolders", "--organizationId", "nowhere"]) == 1
    assert said(capsys)["error"]["status"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["organisations"], "did you mean organizations"),
        (["folders", "getFolder"], "did you mean getFolders"),
        (["folders", "--jsn"], "did you mean --json"),
        (["folders", "getFolders", "--folderid", "x"], "did you mean --folderId"),
        (["folders", "getFolders", "--pageSize", "many"], "--pageSize"),
        (["folders", "getFolders", "--rootFoldersOnly", "maybe"], "--rootFoldersOnly"),
        (["folders", "getFolders", "--data", "{"], "--data"),
        (["folders", "getFolders", "--data", "[]"], "--data"),
        (["folders", "getFolders", "--data", '{"folderID": "f"}'], "did you mean folderId"),
        (["folders", "getFolders", "--data", "@missing.json"], "missing.json"),
        (["users", "addUsers", "--users", "x"], "--users"),
        (["accessControl", "generateToken", "--all", "--userId", "u"], "--all"),
    ],
    ids=[
        "service",
        "operation",
        "option",
        "spelling",
        "number",
        "boolean",
        "broken",
        "list",
        "field",
        "file",
        "objects",
        "pages",
    ],
)
def test_wrong_words_are_refused_and_named(words: List[str], told: str, capsys: Captured) -> None:
    assert main(["call", *words]) == 2
    assert told in capsys.readouterr().err


def test_the_help_of_every_operation_names_its_fields(capsys: Captured) -> None:
    for service in SERVICES:
        for operation in operations_of(service_class(service)):
            assert main(["call", service, operation.method, "--help"]) == 0
            shown = capsys.readouterr().out
            sent = [name for name, fact in facts_of(operation.request).items() if fact.sent]
            assert all(option_of(name) in shown for name in sent), operation.name


def test_the_list_has_every_operation(capsys: Captured) -> None:
    assert main(["call", "--json"]) == 0
    listed = said(capsys)
    assert {name: len(found) for name, found in listed.items()} == {
        name: len(list(operations_of(service_class(name)))) for name in SERVICES
    }


def test_the_operations_of_a_service_are_listed_as_json_wherever_that_is_said(capsys: Captured) -> None:
    for words in (["call", "folders", "--json"], ["call", "--json", "folders"]):
        assert main(words) == 0
        assert said(capsys)["getFolders"] == ["organizationId"]


def test_a_call_that_is_refused_without_credentials_says_which_to_set(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VELT_AUTH_TOKEN")
    assert main(["call", "folders", "getFolders", "--organizationId", "o", "--json"]) == 1
    captured = capsys.readouterr()
    assert "error" in json.loads(captured.out)
    assert captured.err == "velt: no authToken is configured; set VELT_AUTH_TOKEN, or name a --config\n"


def test_settings_are_pulled_compared_and_applied_to_another_key(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = {"permissionProviderUrl": "https://app.example/p", "authToken": "very-secret"}
    for words in (
        ["addDomains", "--domains", "app.example"],
        ["updatePermissionProviderConfig", "--permissionProviderConfig", json.dumps(provider)],
        ["updateApiKeyMetadata", "--requireJwtToken", "true", "--enablePrivateComments", "true"],
    ):
        assert main(["call", "workspace", *words]) == 0
    file = tmp_path / "key.json"
    assert main(["config", "pull", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["config", "diff", str(file)]) == 0

    as_key(monkeypatch, "other")
    capsys.readouterr()
    assert main(["config", "diff", str(file), "--json"]) == 1
    shown = capsys.readouterr().out
    assert "very-secret" not in shown
    differing = {(each["section"], each["name"]) for each in json.loads(shown)["settings"]}
    assert differing == {
        ("domains", "app.example"),
        ("permissionProvider", "permissionProviderConfig"),
        ("apiKey", "requireJwtToken"),
        ("apiKey", "enablePrivateComments"),
    }
    assert main(["config", "apply", str(file)]) == 0  # a dry run
    assert main(["config", "diff", str(file)]) == 1
    assert main(["config", "apply", str(file), "--yes"]) == 0
    assert main(["config", "diff", str(file)]) == 0


def test_a_file_that_others_could_read_is_for_its_owner_only_once_settings_are_in_it(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text("{}")
    file.chmod(0o644)
    assert main(["config", "pull", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_domains_that_the_file_does_not_have_go_only_when_asked(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps({"domains": []}))
    assert main(["call", "workspace", "addDomains", "--domains", "old.example"]) == 0
    capsys.readouterr()
    assert main(["config", "apply", str(file), "--json"]) == 0
    assert said(capsys) == {"dryRun": True, "settings": [], "failed": []}
    assert main(["config", "apply", str(file), "--prune", "--json"]) == 0
    assert said(capsys)["settings"] == [{"section": "domains", "name": "old.example"}]
    assert main(["config", "apply", str(file), "--yes"]) == 0
    assert main(["config", "diff", str(file)]) == 1
    assert main(["config", "apply", str(file), "--yes", "--prune"]) == 0
    assert main(["config", "diff", str(file)]) == 0


@pytest.mark.parametrize("text", ["[]", '{"nonsense": {}}', '{"email": []}', '{"domains": [1]}', "{"])
def test_a_file_that_holds_no_settings_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key.json"
    file.write_text(text)
    assert main(["config", "apply", str(file), "--yes"]) == 2


@pytest.mark.parametrize("action", ["pull", "diff", "apply"])
def test_settings_need_credentials_and_say_which(
    action: str, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VELT_API_KEY")
    assert main(["config", action, str(tmp_path / "key.json")]) == 2
    assert "VELT_API_KEY" in capsys.readouterr().err


def levels(capsys: Captured) -> Any:
    return {each["check"]: each["level"] for each in said(capsys)["findings"]}


def test_the_doctor_finds_credentials_store_and_files_well(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "files").mkdir()
    config = {
        "database": {"type": "sqlite", "path": str(tmp_path / "velt.db")},
        "files": {"type": "folder", "path": str(tmp_path / "files")},
    }
    (tmp_path / "velt.json").write_text(json.dumps(config))
    assert main(["schema", "apply", "--config", str(tmp_path / "velt.json")]) == 0
    capsys.readouterr()
    assert main(["doctor", "--config", str(tmp_path / "velt.json"), "--write", "--json"]) == 0
    found = levels(capsys)
    assert {found[name] for name in ("credentials", "clock", "database", "schema", "rights", "files")} == {
        "ok"
    }
    assert not any(path.is_file() for path in (tmp_path / "files").rglob("*"))


def test_the_doctor_tells_refused_credentials_and_a_wrong_secret(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("o")
    monkeypatch.setenv("VELT_AUTH_TOKEN", "wrong")
    monkeypatch.setenv("VELT_WEBHOOK_SECRET", "whsec_???")
    capsys.readouterr()
    assert main(["doctor", "--json", "--authorize", "json:nothing"]) == 1
    found = levels(capsys)
    assert [found[name] for name in ("credentials", "webhook secret", "hooks")] == ["error"] * 3


@pytest.mark.parametrize("body", [[], {}, {"error": "nothing here"}], ids=["list", "empty", "text"])
@pytest.mark.parametrize("status", [200, 404])
def test_the_doctor_tells_an_address_that_does_not_answer_as_velt_does(
    status: int, body: Any, address: str, capsys: Captured
) -> None:
    fault = {"match": "*/organizations/get", "status": status, "body": body}
    request = urllib.request.Request(f"{address}/__velt/faults", json.dumps(fault).encode())
    with urllib.request.urlopen(request, timeout=10) as added:
        assert added.status == 200
    assert main(["doctor", "--json"]) == 1
    findings = {each["check"]: each["message"] for each in said(capsys)["findings"]}
    assert "apiBaseUrl" in findings["credentials"]


def test_the_doctor_tells_an_address_that_does_not_answer(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VELT_API_URL", "http://127.0.0.1:9")
    (tmp_path / "velt.json").write_text(
        json.dumps({"database": {"type": "sqlite", "path": "/dev/null/velt.db"}})
    )
    assert (
        main(["doctor", "--json", "--config", str(tmp_path / "velt.json"), "--url", "http://127.0.0.1:9"])
        == 1
    )
    found = levels(capsys)
    assert [found[name] for name in ("credentials", "database", "routes")] == ["error"] * 3


@pytest.mark.parametrize(("ahead", "level"), [(0, "ok"), (-50, "ok"), (90, "error"), (-7200, "error")])
def test_the_doctor_compares_the_clock_with_the_date_of_velts_answer(
    ahead: int, level: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def velt(request: Any) -> Any:
        return reply(200, {"result": {"data": []}}, Date=formatdate(time.time() + ahead, usegmt=True))

    with Loopback(velt) as server:
        monkeypatch.setenv("VELT_API_URL", server.url)
        assert (main(["doctor", "--json"]) == 0) == (level == "ok")
    assert levels(capsys)["clock"] == level


def test_the_doctor_tells_a_running_application_without_hooks(tmp_path: Path, capsys: Captured) -> None:
    config = {"database": {"type": "sqlite", "path": str(tmp_path / "velt.db")}}
    with velt_server("wsgi", config, authenticate=None, authorize=None) as client:
        assert main(["doctor", "--json", "--url", f"http://127.0.0.1:{client.port}"]) == 1
    assert levels(capsys)["hooks"] == "error"


def test_the_completion_is_a_script_that_offers_services_operations_and_fields(
    tmp_path: Path, capsys: Captured
) -> None:
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out)
    shell = shutil.which("bash")
    assert shell is not None

    def offered(*words: str) -> List[str]:
        asked = f"source {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _velt; "
        ended = subprocess.run(
            [shell, "-c", asked + 'printf "%s\\n" "${COMPREPLY[@]}"'],
            capture_output=True,
            text=True,
            check=True,
        )
        return ended.stdout.split()

    assert offered("velt", "doc") == ["doctor"]
    assert offered("velt", "call", "fold") == ["folders"]
    assert "getFolders" in offered("velt", "call", "folders", "get")
    assert offered("velt", "call", "folders", "getFolders", "--org") == ["--organizationId"]
    assert offered("velt", "gdpr", "er") == ["erase"]
    assert offered("velt", "gdpr", "erase", "--user", "ana", "--y") == ["--yes"]
    assert offered("velt", "schema", "ch") == ["check"]
    assert offered("velt", "export", "--to", "") == [], "files are completed there"


@pytest.mark.parametrize(("everybody_in", "level"), [(True, "error"), (False, "ok")])
def test_the_doctor_asks_the_running_routes_as_a_stranger_and_as_a_page(
    everybody_in: bool, level: str, tmp_path: Path, capsys: Captured
) -> None:
    def authenticate(request: Any) -> Any:
        return "somebody" if everybody_in else None

    def authorize(principal: Any, access: Any) -> bool:
        return True

    config = {"database": {"type": "sqlite", "path": str(tmp_path / "velt.db")}}
    hooks = {"authenticate": authenticate, "authorize": authorize, "origins": ["https://app.example"]}
    with velt_server("wsgi", config, **hooks) as client:
        url = f"http://127.0.0.1:{client.port}"
        main(["doctor", "--json", "--url", url, "--origin", "https://app.example"])
        found = levels(capsys)
        assert (found["routes"], found["cors"]) == (level, "ok")
        assert main(["doctor", "--json", "--url", url, "--origin", "https://other.example"]) == 1
        assert levels(capsys)["cors"] == "error"
