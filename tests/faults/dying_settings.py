"""A stack whose web processes die where a request tells them to."""

from tests import stack_settings
from tests.stack_settings import *  # noqa: F403

MIDDLEWARE = ["tests.faults.dying.DiesWhenTold", *stack_settings.MIDDLEWARE]
