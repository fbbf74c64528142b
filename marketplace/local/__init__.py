"""Everything that `dev.py` does. Standard library only: it runs before there is
anything else to import, and the tests that kill servers start theirs with it."""
