"""Throw-away servers for a run of pytest by itself; `dev.py test` has started them already.

A plugin rather than a conftest, because the settings are read before any conftest
is. Processes that pytest starts find the servers in their environment.
"""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from marketplace.local import throwaway
from marketplace.local.saying import CannotGoOn


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    if throwaway.STARTED in os.environ:
        return
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    try:
        os.environ |= stack.enter_context(throwaway.servers(Path(sys.executable)))
    except CannotGoOn as why:
        raise pytest.UsageError(str(why)) from why
