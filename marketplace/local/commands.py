"""`run`, `test`, `manage`: what each word on the command line does."""

import argparse
import errno
import signal
from collections.abc import Callable, Sequence
from types import FrameType

from marketplace.local import checking, managing, running
from marketplace.local.saying import CannotGoOn, complain

COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": running.run,
    "test": checking.test,
    "manage": managing.manage,
}


def main(words: Sequence[str]) -> int:
    """Do what is asked, and turn whatever stops it into one plain sentence."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description="The marketplace on one machine.", add_help=True
    )
    parser.add_argument("command", choices=COMMANDS)
    asked = parser.parse_args(words[:1])
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
    try:
        return COMMANDS[asked.command](words[1:])
    except CannotGoOn as why:
        complain(str(why))
    except KeyboardInterrupt:
        complain("Stopped.")
        return 130
    except OSError as why:
        complain(in_plain_words(why))
    return 1


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Being told to end is the same as Ctrl-C: everything is stopped on the way out."""
    raise KeyboardInterrupt


def in_plain_words(why: OSError) -> str:
    if why.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "The disk is full: make room for about 1 GB, and try again."
    return f"The machine refused: {why.strerror or why} ({why.filename})."
