"""A common password is still one when it is said twice, or has a year behind it."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
TWICE = re.compile(r"(?P<word>.{4,}?)(?P=word)+")


class NotACommonPasswordDressedUp(CommonPasswordValidator):
    def validate(self, password: str, user: object = None) -> None:
        bare = EDGES.sub("", password.lower().strip())
        said_twice = TWICE.fullmatch(bare)
        if {bare, said_twice["word"] if said_twice else bare} & self.passwords:
            raise ValidationError(
                "This password is a common one with something added. Three words that"
                " have nothing to do with each other are better.",
                code="password_too_common",
            )
