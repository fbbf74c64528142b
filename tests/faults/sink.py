"""A mail service of the tests' own: it records what arrives, and can be asked by reference.

What it is handed counts from the moment it has read it, before it answers: whoever dies
in between has sent a mail and does not know.
"""

import json
import os
import re
import threading
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from accounts.transports import Transport

# Less than a third of the shortest lease that a test gives.
PATIENCE = 1.5


class Sink(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answers_after):
        super().__init__(("127.0.0.1", 0), Counting)
        self.answers_after = answers_after
        self.arrived = Counter()
        # How often each booking was told of, where whoever sends says of which a mail tells.
        self.told_of = Counter()
        self.in_hand = 0
        self.answers = True
        self.turn = threading.Condition()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def total(self):
        return sum(self.arrived.values())

    def wait_for(self, what, within=60):
        until = time.monotonic() + within
        while not what():
            assert time.monotonic() < until, f"only {self.total} mails arrived"
            time.sleep(0.002)

    @contextmanager
    def one_in_hand(self):
        """While this lasts a mail has arrived whose sender is not told so."""
        with self.turn:
            self.answers = False
        self.wait_for(lambda: self.in_hand)
        yield
        with self.turn:
            self.answers = True
            self.turn.notify_all()

    def handle_error(self, request, client_address):
        """Whoever asked was killed: that is what these tests are about."""


class Counting(BaseHTTPRequestHandler):
    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        reference, *told_of = sent.split()
        with self.server.turn:
            self.server.arrived[reference] += 1
            self.server.told_of.update(told_of)
            self.server.in_hand += 1
        time.sleep(self.server.answers_after)
        with self.server.turn:
            self.server.turn.wait_for(lambda: self.server.answers)
            self.server.in_hand -= 1
        self.answer("kept")

    def do_GET(self):
        self.answer(self.path.strip("/") in self.server.arrived)

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The test counts for itself."""


@contextmanager
def listening(answers_after=0.03):
    with Sink(answers_after) as sink:
        thread = threading.Thread(target=sink.serve_forever, daemon=True)
        thread.start()
        yield sink
        sink.shutdown()
        thread.join()


class Asked(Transport):
    """The transport to that service, named in the settings of the processes under test."""

    can_be_asked = True
    repeats_when_unsure = False
    refusals = ()

    def send(self, reference, mail):
        where = f"{os.environ['SINK']}/"
        with urllib.request.urlopen(where, reference.encode(), timeout=PATIENCE) as answer:
            return json.load(answer)

    def was_sent(self, reference):
        where = f"{os.environ['SINK']}/{reference}"
        with urllib.request.urlopen(where, timeout=PATIENCE) as answer:
            return json.load(answer)


class Telling(Asked):
    """The same, and it says of which bookings the mail tells."""

    def send(self, reference, mail):
        told_of = sorted(set(re.findall(r"/bookings/([0-9a-f-]{36})/", mail.text)))
        return super().send(" ".join([reference, *told_of]), mail)


class TellingNeverAsked(Telling):
    """Whoever wonders whether such a mail went is told nothing, and sends again."""

    can_be_asked = False
    repeats_when_unsure = True

    def was_sent(self, reference):
        return None


class NeverAsked(Asked):
    """The same, but whoever wonders whether a mail went is told nothing, and sends again."""

    can_be_asked = False
    repeats_when_unsure = True

    def was_sent(self, reference):
        return None


class LeftToAPerson(NeverAsked):
    """The same again, for those who would rather lose a mail than repeat it."""

    repeats_when_unsure = False
