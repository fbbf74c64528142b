"""What a message is about, read once for each delivery.

Whether it still holds, whether it may go at night and what it says are asked one after the other
of the same record. Each delivery reads it anew, also within a handful: whoever changed it
meanwhile is heard. Outside of one, nothing is remembered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from accounts.models import Message

_Found = TypeVar("_Found")
_Read = dict[tuple[Callable[[Message], Any], UUID], Any]

_read: ContextVar[_Read | None] = ContextVar("read", default=None)


@contextmanager
def of_one_delivery() -> Iterator[None]:
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def once(read: Callable[[Message], _Found]) -> Callable[[Message], _Found]:
    @wraps(read)
    def found(message: Message) -> _Found:
        known = _read.get()
        if known is None:
            return read(message)
        asked = (read, message.pk)
        if asked not in known:
            known[asked] = read(message)
        answer: _Found = known[asked]
        return answer

    return found
