"""How the plugin comes into a run of pytest, what that costs, and how it stays out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from tests.testing.conftest import SOURCE

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]

LOADED = """
import json, sys
import pytest
before = set(sys.modules)
import velt_py.testing.plugin
print(json.dumps(sorted(set(sys.modules) - before)))
"""

USES = "def test_it(velt_sdk): assert velt_sdk.api.organizations.getOrganizations()['result']"


@pytest.fixture
def installed(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project in an environment where the package is installed with its entry point, and plugins are loaded.

    The other plugins of this environment are named and left out: to load them takes many seconds.
    """
    settings = (SOURCE.parent / "pyproject.toml").read_text()
    entry = re.search(r"\[project\.entry-points\.pytest11\]\n(.+)\n", settings)
    assert entry is not None
    facts = project.mkdir("installed") / "velt_py-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: velt-py\nVersion: 1\n")
    (facts / "entry_points.txt").write_text("[pytest11]\n" + entry.group(1).replace('"', "") + "\n")
    others = {
        entry.name
        for distribution in distributions()
        for entry in distribution.entry_points
        if entry.group == "pytest11" and entry.name != "velt"
    }
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in sorted(others)))
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(facts.parent), str(SOURCE)]))
    return project


def test_the_plugin_loads_nothing_beside_pytest_and_the_standard_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded: List[str] = json.loads(done.stdout)
    ours = {name for name in loaded if name.partition(".")[0] == "velt_py"}
    assert ours == {
        *("velt_py", "velt_py._lazy", "velt_py._version"),
        *("velt_py.testing", "velt_py.testing.plugin"),
    }
    assert set(loaded) == ours


def test_a_run_that_uses_no_fixture_loads_no_more_of_the_package(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makepyfile("""
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.partition(".")[0] == "velt_py"}
            assert not {name for name in ours if name.startswith(("velt_py.emulator", "velt_py.api", "velt_py.sdk"))}
            assert ours <= {"velt_py", "velt_py._lazy", "velt_py._version", "velt_py.testing",
                            "velt_py.testing.plugin"}
        """)
    project.runpytest_subprocess("-p", "velt_py.testing.plugin").assert_outcomes(passed=1)


def test_an_installed_package_gives_its_fixtures_to_every_project(installed: pytest.Pytester) -> None:
    installed.makepyfile(USES)
    installed.runpytest_subprocess("--strict-markers", "--strict-config").assert_outcomes(passed=1)


def test_the_plugin_is_switched_off_by_its_name(installed: pytest.Pytester) -> None:
    installed.makepyfile("def test_it(pytestconfig): assert not pytestconfig.pluginmanager.hasplugin('velt')")
    installed.runpytest_subprocess("-p", "no:velt").assert_outcomes(passed=1)
    installed.makepyfile(USES)
    done = installed.runpytest_subprocess("-p", "no:velt")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*fixture 'velt_sdk' not found*"])


def test_without_autoload_a_conftest_names_the_plugin(project: pytest.Pytester) -> None:
    project.makepyfile(USES)
    project.runpytest_subprocess().assert_outcomes(errors=1)
    project.makeconftest('pytest_plugins = ["velt_py.testing.plugin"]')
    project.runpytest_subprocess("--strict-markers").assert_outcomes(passed=1)


def test_the_marker_and_the_fixtures_are_described(run: Run) -> None:
    marks = run("", "--markers")
    marks.stdout.fnmatch_lines(["@pytest.mark.velt(faults, transport, *"])
    fixtures = run("", "--fixtures")
    listed = re.findall(r"^(velt_\w+)(?: \[session scope\])? -- ", fixtures.stdout.str(), re.M)
    assert set(listed) == {
        *("velt_running", "velt_config", "velt_emulator", "velt_tenant", "velt_sdk", "velt_async_sdk"),
        *("velt_clock", "velt_outbox", "velt_webhooks", "velt_environment"),
    }
    assert "no docstring available" not in fixtures.stdout.str().partition("velt_")[2]


def test_no_fixture_is_used_by_itself_and_every_name_says_whose_it_is() -> None:
    from velt_py.testing import plugin

    made = {name: value for name, value in vars(plugin).items() if "fixture" in type(value).__name__.lower()}
    if not made:  # before pytest 8.4 a fixture is a function that carries its definition
        made = {
            name: value for name, value in vars(plugin).items() if hasattr(value, "_pytestfixturefunction")
        }
    assert len(made) == 10
    for name, value in made.items():
        definition: Any = getattr(value, "_fixture_function_marker", None) or value._pytestfixturefunction
        assert name.startswith("velt_")
        assert not definition.autouse


def test_workers_of_xdist_have_an_emulator_each_and_every_test_a_key(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import os
        import pytest

        @pytest.mark.parametrize("number", range(12))
        def test_it(number, velt_sdk, velt_emulator, velt_environment, pytestconfig):
            assert velt_sdk.api.organizations.getOrganizations()["result"]["data"] == []
            velt_sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])
            with open(pytestconfig.rootpath / f"{number}.txt", "w") as file:
                print(os.environ["PYTEST_XDIST_WORKER"], velt_emulator.url, velt_emulator.tenant.api_key, file=file)
        """)
    arguments = ("-p", "xdist", "-p", "velt_py.testing.plugin", "-n", "2")
    project.runpytest_subprocess(*arguments).assert_outcomes(passed=12)
    told = [path.read_text().split() for path in Path(project.path).glob("*.txt")]
    urls: Dict[str, List[str]] = {}
    for worker, url, _ in told:
        urls.setdefault(worker, []).append(url)
    assert len({key for _, _, key in told}) == 12
    assert len(urls) == 2
    assert all(len(set(each)) == 1 for each in urls.values())
    assert len({url for _, url, _ in told}) == 2
