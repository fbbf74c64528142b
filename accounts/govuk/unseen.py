"""Characters that nobody sees, and that nobody who means well types.

A terminal or a spreadsheet acts on control characters, and the marks that turn the
direction of writing make words read differently from what they are. Line breaks and tabs
are neither.
"""

import re

from django.core.exceptions import ValidationError

# Django itself refuses the null character, and once is enough.
UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def refuse_unseen(words: str) -> None:
    if UNSEEN.search(str(words)):
        # Worded for each question, with Django's own null character, in `wording`.
        raise ValidationError(
            "It must not include hidden characters", code="null_characters_not_allowed"
        )
