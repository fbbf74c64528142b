from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError


@pytest.fixture
def refused():
    """`with refused("slot_full"):` what follows is refused by a rule, with that code."""

    @contextmanager
    def by_rule(code):
        with pytest.raises(ValidationError) as refusal:
            yield refusal
        assert refusal.value.error_list[0].code == code

    return by_rule
