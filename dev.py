#!/usr/bin/env python3
"""The marketplace on one machine.

    python3 dev.py run [--port N] [--no-demo]   set up, start everything, print the address
    python3 dev.py test [--full] [...]          every check and every test; the rest goes to pytest
    python3 dev.py manage ...                   a Django command on the servers of `run`

Needs Python 3.11 or newer, and nothing else that is not fetched for it.
"""

import sys

if sys.version_info < (3, 11):  # Written so that an old Python can read as far as this.
    sys.exit(
        "The marketplace needs Python 3.11 or newer, and this is %d.%d:"
        " start it with a newer one, for example python3.12 dev.py run." % sys.version_info[:2]
    )

from marketplace.local import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
