#!/usr/bin/env python
"""Django's commands, on whatever servers the environment names.

`python3 dev.py manage ...` is the same with servers of its own.
"""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.development")
    # A page may not keep the database for long; a person at a terminal may.
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")
    execute_from_command_line(sys.argv)
