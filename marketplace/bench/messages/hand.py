"""What a mail service has in hand: mails that have arrived, and whose senders are not told so yet.

While somebody holds its answers every sender waits. Whoever is killed then has sent a mail and
has not written down that it went: the worst moment there is.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Hand:
    """One service's; mails that arrive while it is held stay in it until it is let go."""

    def __init__(self) -> None:
        self.turn = threading.Condition()
        self.answers = True
        # The ports of those who wait for their answer.
        self.senders: list[int] = []

    def take(self, answers_after: float, sender: int) -> None:
        """One mail has arrived: come back when its sender may be told."""
        time.sleep(answers_after)
        with self.turn:
            self.senders.append(sender)
            self.turn.wait_for(lambda: self.answers)
            self.senders.remove(sender)
            self.turn.notify_all()

    @contextmanager
    def held(self, within: float = 60) -> Iterator[int | None]:
        """Until somebody waits for an answer; tells whose port it is, if anybody's in that time."""
        with self.turn:
            self.answers = False
        try:
            wait_for(lambda: bool(self.senders), within)
            yield next(iter(self.senders), None)
        finally:
            with self.turn:
                self.answers = True
                self.turn.notify_all()
                # Nobody who is gone is met again, should the hand be held at once.
                self.turn.wait_for(lambda: not self.senders)


def wait_for(what: Callable[[], bool], within: float = 60) -> bool:
    until = time.monotonic() + within
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(0.002)
    return True
