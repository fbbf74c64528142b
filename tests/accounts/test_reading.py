import pytest

from accounts import reading
from accounts.models import Message


@pytest.fixture
def read():
    found = []

    @reading.once
    def read(message):
        found.append(message.subject)
        return message.subject or None

    read.found = found
    return read


def test_within_one_delivery_it_is_read_once(read):
    message = Message(subject="abc")

    with reading.of_one_delivery():
        assert [read(message), read(message)] == ["abc", "abc"]

    assert read.found == ["abc"]


def test_that_there_is_nothing_is_remembered_too(read):
    message = Message()

    with reading.of_one_delivery():
        assert [read(message), read(message)] == [None, None]

    assert read.found == [""]


def test_each_message_is_read_for_itself(read):
    with reading.of_one_delivery():
        assert [read(Message(subject=one)) for one in ("abc", "def")] == ["abc", "def"]


def test_the_next_delivery_reads_it_anew(read):
    message = Message(subject="abc")

    for _ in range(2):
        with reading.of_one_delivery():
            read(message)

    assert read.found == ["abc", "abc"]


def test_outside_of_a_delivery_nothing_is_remembered(read):
    message = Message(subject="abc")
    read(message)

    message.subject = "def"

    assert read(message) == "def"
