"""`dev.py test`: every check and every test, on throw-away servers.

All of them are run even when one has failed, so that one run tells everything.
"""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from marketplace.local import children, environments, styles, throwaway
from marketplace.local.environments import FOR_TESTING, ROOT
from marketplace.local.saying import CannotGoOn, complain, say

Env = Mapping[str, str]
Check = Callable[[Env], tuple[int, str]]
DOCUMENT = ROOT / "docs" / "openapi.json"
REMAKE = "python3 dev.py manage spectacular --format openapi-json --file docs/openapi.json"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: bool
    seconds: float


def test(words: Sequence[str]) -> int:
    full = "--full" in words
    rest = [word for word in words if word != "--full"]
    chromium_is_there()
    environments.prepare(FOR_TESTING)
    styles.prepare(FOR_TESTING)
    with throwaway.servers(FOR_TESTING.python) as started:
        env = {**started, "WEX_FULL": "1"} if full else started
        outcomes = [outcome_of(name, check, env) for name, check in CHECKS.items()]
        outcomes.append(pytest(rest, env))
    return tell(outcomes)


def chromium_is_there() -> None:
    if any(map(shutil.which, CHROMIUMS)):
        return
    if os.environ.get("CI"):
        raise CannotGoOn("There is no Chromium, and here every test must run: install it first.")
    complain("  There is no Chromium on this machine: the browser's tests will be SKIPPED.")


def outcome_of(name: str, check: Check, env: Env) -> Outcome:
    began = time.monotonic()
    code, told = check(env)
    seconds = time.monotonic() - began
    say(f"  {name}: {'passed' if code == 0 else 'FAILED'}, {seconds:.1f} s")
    if code:
        say(told.rstrip())
    return Outcome(name, code == 0, seconds)


def pytest(words: Sequence[str], env: Env) -> Outcome:
    """The tests themselves, on two processes, at this terminal."""
    began = time.monotonic()
    spread = [] if any(word.startswith(("-n", "-p")) for word in words) else ["-n", "2"]
    command: children.Words = [FOR_TESTING.python, "-m", "pytest", *spread, *words]
    code = children.run(command, env, cwd=ROOT)
    return Outcome("tests", code == 0, time.monotonic() - began)


def tell(outcomes: Sequence[Outcome]) -> int:
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    seconds = sum(outcome.seconds for outcome in outcomes)
    say()
    for outcome in outcomes:
        say(f"  {'passed' if outcome.passed else 'FAILED'}  {outcome.name}")
    say(f"  {len(outcomes) - len(failed)} of {len(outcomes)} passed in {seconds:.0f} s.")
    return 1 if failed else 0


def tool(name: str, *words: str) -> Check:
    return lambda env: children.ask([FOR_TESTING.program(name), *words], env)


def django(*words: str, settings: str = "test") -> Check:
    command: children.Words = [FOR_TESTING.python, ROOT / "manage.py", *words]
    chosen = {"DJANGO_SETTINGS_MODULE": f"marketplace.settings.{settings}"}
    return lambda env: children.ask(command, {**env, **chosen})


def deploy(env: Env) -> tuple[int, str]:
    """Django's own questions about production, with secrets that are nobody's."""
    given = {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "SITE_ADDRESS": "https://placements.example.org",
        "EMAIL_HOST": "mail.example.org",
        "DEFAULT_FROM_EMAIL": "placements@example.org",
        "SUPPORT_EMAIL": "help@example.org",
    }
    check = django("check", "--deploy", "--fail-level", "WARNING", settings="production")
    return check({**env, **given})


def api_document(env: Env) -> tuple[int, str]:
    """The API's document is valid, and the committed one is what the code says now."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / "openapi.json"
        words = ["--format", "openapi-json", "--file", str(made), "--validate", "--fail-on-warn"]
        code, told = django("spectacular", *words)(env)
        if code:
            return code, told
        if not DOCUMENT.exists() or DOCUMENT.read_bytes() != made.read_bytes():
            return 1, f"docs/openapi.json is not what the code says: {REMAKE}"
    return tool("openapi-spec-validator", str(DOCUMENT))(env)


CHECKS: dict[str, Check] = {
    "formatting": tool("ruff", "format", "--check", "."),
    "lint": tool("ruff", "check", "."),
    "types": tool("mypy"),
    "import contracts": tool("lint-imports"),
    "templates": tool("djlint", "templates", "--lint", "--quiet"),
    "ready to deploy": deploy,
    "migrations in step": django("makemigrations", "--check", "--dry-run"),
    "the API's document": api_document,
}
