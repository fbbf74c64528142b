"""A recording mail server on this machine: it takes any mail, and counts each by its Message-ID.

A mail has arrived when its last line was read, before that is acknowledged: whoever dies in
between has sent a mail and does not know, and can ask nobody.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from marketplace.bench.messages.hand import Hand

MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
TAKEN = (b"EHLO", b"HELO", b"MAIL", b"RCPT", b"RSET", b"NOOP")


class MailServer(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answers_after: float) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.answers_after = answers_after
        self.hand = Hand()
        self.turn = threading.Lock()
        self._arrived: Counter[str] = Counter()

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be told to send by this server."""
        return {
            "MAIL_TRANSPORT": "accounts.transports.SmtpTransport",
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.server_address[1]),
        }

    @property
    def arrived(self) -> Counter[str]:
        """How often each reference arrived: what a Message-ID has before its host."""
        with self.turn:
            return Counter(self._arrived)

    @property
    def total(self) -> int:
        with self.turn:
            return self._arrived.total()

    def keep(self, words: bytes) -> None:
        found = MESSAGE_ID.search(words)
        with self.turn:
            self._arrived[found[1].decode() if found else ""] += 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever spoke was killed: that is what this is for."""


class Conversation(StreamRequestHandler):
    server: MailServer
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.wfile.write(b"220 A mail server of a benchmark\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._take()
            elif word == b"QUIT":
                self.wfile.write(b"221 Bye\r\n")
                return
            else:
                self.wfile.write(b"250 Yes\r\n" if word in TAKEN else b"502 Not here\r\n")

    def _take(self) -> None:
        self.wfile.write(b"354 Go on\r\n")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                # The sender died before the end: nothing has arrived.
                return
            lines.append(line)
        self.server.keep(b"".join(lines))
        self.server.hand.take(self.server.answers_after, self.client_address[1])
        self.wfile.write(b"250 Kept\r\n")


@contextmanager
def listening(answers_after: float = 0.0) -> Iterator[MailServer]:
    with MailServer(answers_after) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
