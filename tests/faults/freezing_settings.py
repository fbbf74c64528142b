"""A stack of which one worker process freezes while it has a message in hand."""

from tests import stack_settings
from tests.stack_settings import *  # noqa: F403

INSTALLED_APPS = [*stack_settings.INSTALLED_APPS, "tests.faults.freezing.Freezing"]
