"""What is installed is pinned and hashed, and the locks name no place to get it from."""

import re
from pathlib import Path

import pytest
from tree import ROOT

LOCKS = sorted((ROOT / "config").glob("*.lock"))
NORMAL = re.compile(r"[-_.]+")


def pins(path: Path) -> list[str]:
    """The pinned lines of a lock, each with its continued lines."""
    whole = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in whole.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def names(path: Path) -> set[str]:
    """The packages of a lock, written the one way."""
    return {NORMAL.sub("-", line.split("==")[0].strip().lower()) for line in pins(path)}


def test_the_three_locks_are_there() -> None:
    assert [path.name for path in LOCKS] == ["dev.lock", "model.lock", "run.lock"]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert [line for line in text.splitlines() if re.match(r"\s*-(?!-hash=)", line)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_a_hash(path: Path) -> None:
    found = pins(path)
    assert found
    for line in found:
        assert re.match(r"[A-Za-z0-9][\w.\-\[\]]*==\S+", line), line[:80]
        hashes = re.findall(r"--hash=\S+", line)
        assert hashes and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), line[:80]


def test_a_host_finds_what_to_install_and_what_to_run() -> None:
    assert (ROOT / "requirements.txt").read_text(encoding="utf-8") == "-r config/run.lock\n"
    processes = dict(line.split(": ") for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines())
    assert processes == {
        "release": "python -m bot migrate",
        "web": "python -m bot run",
        "worker": "python -m bot run --no-web",
    }


def test_the_model_is_one_line() -> None:
    assert len((ROOT / "config" / "model.lock").read_text(encoding="utf-8").splitlines()) == 1


def test_the_tests_run_with_what_people_run() -> None:
    run, dev = ROOT / "config" / "run.lock", ROOT / "config" / "dev.lock"
    versions = {line.split(" ")[0] for line in pins(run)}
    assert versions <= {line.split(" ")[0] for line in pins(dev)}


def test_what_the_project_needs_is_in_its_locks() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needs = {"run.lock": project["project"]["dependencies"], "dev.lock": project["dependency-groups"]["dev"]}
    for lock, wanted in needs.items():
        plain = {NORMAL.sub("-", re.split(r"[\[<>=!~; ]", each)[0].lower()) for each in wanted}
        assert plain - names(ROOT / "config" / lock) == set()
