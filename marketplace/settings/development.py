"""One person's machine: `dev.py run` and `dev.py manage`. Everything has a default."""

from marketplace.settings.base import *  # noqa: F403
from marketplace.settings.base import VAR, env

DEMONSTRATION = env.bool("DEMONSTRATION", True)
DEBUG = env.bool("DEBUG", False)
# The command makes a key of its own on each machine; this one only lets tools start.
SECRET_KEY = env.str("SECRET_KEY", "only-for-tools-that-never-serve-a-request")
# Whoever moves the clock of a demonstration is watching.
BOOKING_ROUND_SECONDS = env.int("BOOKING_ROUND_SECONDS", 10)
CLOCK_FILE = VAR / "clock.json"
MAIL_TRANSPORT = env.str("MAIL_TRANSPORT", "accounts.transports.DemonstrationTransport")
