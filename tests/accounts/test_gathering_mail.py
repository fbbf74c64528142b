import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import bounces, clock, letters, outbox, postman, transports
from accounts.letters import Letter, Terms
from accounts.models import Message, MessageState
from tests.accounts.test_postman import Recording, died_with_it
from tests.factories import NationalFactory, UserFactory

pytestmark = pytest.mark.django_db


class Keeping(Recording):
    """Keeps what it is sent, and knows it afterwards."""

    kept: list = []
    # A word that it takes in no mail.
    refuses = ""

    def send(self, reference, mail):
        if self.refuses and self.refuses in mail.title + mail.text:
            raise ConnectionRefusedError
        self.kept.append((reference, mail))
        return super().send(reference, mail)


@pytest.fixture
def transport(settings):
    settings.MAIL_TRANSPORT = f"{__name__}.Keeping"
    transports._named.cache_clear()
    chosen = transports.chosen()
    chosen.sent, chosen.asked, chosen.kept = [], [], []
    chosen.raises, chosen.answers, chosen.repeats_when_unsure = None, False, False
    chosen.refuses = ""
    return chosen


@pytest.fixture
def gathered(note):
    holds = note.setdefault("not", set())
    letters._letters["note"] = Letter(
        "note",
        letters.of_kind("note").words,
        still_holds=lambda message: message.subject not in holds,
        terms=Terms("Tests", "Sam", "something happens", together="notes"),
    )
    return holds


def owed(reader, count, **more):
    return [outbox.post("note", to=reader, about=str(number), **more) for number in range(count)]


def states():
    return sorted(Message.objects.values_list("state", flat=True))


def test_ten_of_a_kind_to_one_reader_are_one_mail_and_others_have_their_own(gathered, transport):
    owed(UserFactory(), 10)
    owed(UserFactory(), 1)

    postman.deliver_due()

    assert sorted(mail.title for _, mail in transport.kept) == ["10 notes", "Hello, Sam"]
    assert states() == [MessageState.SENT] * 11


def test_a_mail_of_several_has_the_words_of_each(gathered, transport):
    owed(UserFactory(), 2)

    postman.deliver_due()

    [(_, mail)] = transport.kept
    assert mail.text.count("bakery says hello.") == 2
    assert "1 of 2: Hello, Sam\n\n" in mail.text
    assert "2 of 2: Hello, Sam\n\n" in mail.text


def test_what_holds_no_longer_is_left_out_and_one_that_is_left_goes_as_itself(gathered, transport):
    messages = owed(UserFactory(), 3)
    gathered |= {"1", "2"}

    postman.deliver(str(messages[0].pk))

    assert [mail.title for _, mail in transport.kept] == ["Hello, Sam"]
    assert states() == [MessageState.CANCELLED] * 2 + [MessageState.SENT]


def in_hand_when_somebody_died(reader):
    """Three that were gathered, and whose sender died."""
    first, *along = owed(reader, 3)
    died_with_it(first)
    died_with_it(along[0], gathered_into=first.pk)
    died_with_it(along[1], gathered_into=first.pk)
    return first


def test_whoever_died_with_several_is_asked_about_once(gathered, transport):
    first = in_hand_when_somebody_died(UserFactory())
    transport.answers = True

    postman.deliver_due()

    assert (transport.asked, transport.sent) == ([str(first.pk)], [])
    assert states() == [MessageState.SENT] * 3


def test_of_what_did_not_go_each_goes_by_itself_and_by_its_own_name(gathered, transport):
    reader = UserFactory()
    first = in_hand_when_somebody_died(reader)

    postman.deliver(str(first.pk))
    outbox.post("note", to=reader, about="late")
    postman.deliver_due()

    # By its name it could be that an older mail is found, in which the late one was not.
    assert [mail.title for _, mail in transport.kept] == ["Hello, Sam"] * 4
    assert transport.sent[0] == str(first.pk)
    assert len(set(transport.sent)) == 4
    assert states() == [MessageState.SENT] * 4


def test_one_that_kills_whoever_takes_it_brings_down_what_went_along_once(gathered, transport):
    reader = UserFactory()
    for about in (*map(str, range(7)), "poison"):
        outbox.post("note", to=reader, about=about)
    words = letters.of_kind("note").words

    def killing(message):
        if message.subject == "poison":
            raise KeyboardInterrupt
        return words(message)

    letters._letters["note"] = replace(letters.of_kind("note"), words=killing)
    for _ in range(5):
        with suppress(KeyboardInterrupt):
            postman.deliver_due()
        Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert [mail.title for _, mail in transport.kept] == ["Hello, Sam"] * 7
    assert Message.objects.exclude(state=MessageState.SENT).get().subject == "poison"


def in_doubt(reader, count):
    """Several that may have gone in one mail, since nobody answered."""
    messages = owed(reader, count)
    transports.chosen().raises = TimeoutError("nobody answered")
    postman.deliver_due()
    transports.chosen().raises = None
    assert states() == [MessageState.UNCERTAIN] * count
    return messages


def their_turn_comes():
    Message.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(("went", "mails"), [(True, 1), (False, 4)])
def test_what_may_have_gone_is_asked_about_once_for_all(gathered, transport, went, mails):
    in_doubt(UserFactory(), 3)
    their_turn_comes()
    transport.answers = went

    postman.deliver_due()

    assert len(set(transport.asked)) == 1
    assert len(transport.sent) == mails
    assert states() == [MessageState.SENT] * 3


def test_what_may_have_gone_goes_again_as_the_same_mail_where_nobody_can_be_asked(
    gathered, transport
):
    reader = UserFactory()
    transport.answers, transport.repeats_when_unsure = None, True
    in_doubt(reader, 3)
    outbox.post("note", to=reader, about="late")
    their_turn_comes()

    postman.deliver_due()

    titles = {reference: mail.title for reference, mail in transport.kept}
    assert sorted(titles.values()) == ["3 notes", "Hello, Sam"]
    assert states() == [MessageState.SENT] * 4
    assert len(transport.sent) == 3


def test_what_was_refused_is_gathered_anew_and_hangs_on_no_other(gathered, transport):
    messages = owed(UserFactory(), 3)
    transport.raises = ConnectionRefusedError()
    postman.deliver_due()
    waiting = states()
    outbox.unsay("note", about=messages[0].subject)
    their_turn_comes()
    transport.raises = None

    postman.deliver_due()

    assert waiting == [MessageState.PLANNED] * 3
    assert [mail.title for _, mail in transport.kept][1:] == ["2 notes"]
    assert states() == [MessageState.CANCELLED] + [MessageState.SENT] * 2


def refused(transport, reader, count):
    messages = owed(reader, count)
    transport.raises = ConnectionRefusedError()
    postman.deliver_due()
    transport.raises = None
    return messages


@pytest.mark.parametrize("its_turn_came", [False, True])
def test_what_was_refused_is_taken_along_by_none_that_is_new(gathered, transport, its_turn_came):
    reader = UserFactory()
    refused(transport, reader, 2)
    if its_turn_came:
        their_turn_comes()
    new = [outbox.post("note", to=reader, about=about) for about in ("new", "newer")]

    postman.deliver(str(new[0].pk))

    # Else each that is new, and is refused, would put it off once more.
    assert states() == [MessageState.PLANNED] * 2 + [MessageState.SENT] * 2
    assert set(Message.objects.filter(state="planned").values_list("attempts", flat=True)) == {1}


def test_what_was_refused_takes_what_is_new_along_when_its_turn_comes(gathered, transport):
    reader = UserFactory()
    refused(transport, reader, 2)
    their_turn_comes()
    outbox.post("note", to=reader, about="new")

    postman.deliver_due()

    assert [mail.title for _, mail in transport.kept][1:] == ["3 notes"]


def test_what_is_refused_twice_goes_by_itself_and_one_such_holds_up_no_other(gathered, transport):
    reader = UserFactory()
    letters._letters["note"] = replace(
        letters.of_kind("note"), words=lambda message: {"name": message.subject}
    )
    for about in ("0", "1", "poison", "2"):
        outbox.post("note", to=reader, about=about)
    transport.refuses = "poison"

    for _ in range(4):
        postman.deliver_due()
        their_turn_comes()

    sent = sorted(mail.title for _, mail in transport.kept)
    assert sent == ["Hello, 0", "Hello, 1", "Hello, 2"]
    assert states() == [MessageState.PLANNED] + [MessageState.SENT] * 3


def test_what_nobody_heard_the_words_of_is_gathered_anew(gathered, transport, monkeypatch):
    def is_away():
        raise TimeoutError

    owed(UserFactory(), 3)
    with monkeypatch.context() as away:
        away.setattr(transport, "get_ready", is_away)
        for _ in range(3):
            postman.deliver_due()
            their_turn_comes()

    postman.deliver_due()

    assert [mail.title for _, mail in transport.kept] == ["3 notes"]


@pytest.mark.parametrize("decided_on", [0, 2])
def test_one_decision_sends_again_what_was_in_one_mail(gathered, transport, decided_on):
    messages = in_doubt(UserFactory(), 3)
    transport.answers = None
    their_turn_comes()
    postman.deliver_due()
    assert Message.objects.for_a_person().count() == 3

    outbox.try_again(messages[decided_on], by=NationalFactory())
    postman.deliver_due()

    assert sorted(mail.title for _, mail in transport.kept[1:]) == ["2 notes", "Hello, Sam"]
    assert states() == [MessageState.SENT] * 3


def test_a_name_that_may_be_known_takes_nothing_new_along(gathered, transport):
    reader = UserFactory()
    [message] = in_doubt(reader, 1)
    transport.answers = None
    their_turn_comes()
    postman.deliver_due()
    outbox.try_again(message, by=NationalFactory())
    late = outbox.post("note", to=reader, about="late")

    # Whoever sends it again dies; the older mail of that name is found.
    transport.raises = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        postman.deliver(str(message.pk))
    transport.raises, transport.answers = None, True
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    postman.deliver_due()

    assert transport.sent[-1] == str(late.pk)
    assert states() == [MessageState.SENT] * 2


def test_one_decision_lets_be_what_was_in_one_mail(gathered, transport):
    messages = in_doubt(UserFactory(), 2)
    transport.answers = None
    their_turn_comes()
    postman.deliver_due()

    outbox.let_be(messages[1], by=NationalFactory(), reason="They rang us.")

    assert states() == [MessageState.CANCELLED] * 2
    assert not Message.objects.for_a_person().exists()


def test_what_came_back_is_held_and_goes_as_one_mail_once_the_address_works(gathered, transport):
    reader = UserFactory()
    messages = owed(reader, 3)
    transport.raises = transports.BouncedError("no mailbox")
    postman.deliver_due()
    held = states()
    transport.raises = None
    outbox.unsay("note", about=messages[0].subject)

    outbox.release(Message.objects.to_address(reader.email))
    postman.deliver_due()

    assert held == [MessageState.HELD] * 3
    assert [mail.title for _, mail in transport.kept][1:] == ["2 notes"]
    assert states() == [MessageState.CANCELLED] + [MessageState.SENT] * 2


@pytest.mark.parametrize(
    ("status", "become"),
    [("permanent-failure", MessageState.HELD), ("temporary-failure", MessageState.FAILED)],
)
def test_a_receipt_for_one_mail_is_for_all_that_it_said(gathered, transport, status, become):
    messages = owed(UserFactory(), 3)
    postman.deliver_due()

    bounces.receive(UUID(transport.sent[0]), known_as="known-as-7", status=status)

    assert transport.sent == [str(messages[0].pk)]
    assert states() == [become] * 3


def test_what_was_stopped_meanwhile_is_left_out_though_others_of_its_reader_go(gathered, transport):
    messages = owed(UserFactory(), 3)
    gathered |= {"1"}

    postman.deliver_due()

    assert [mail.title for _, mail in transport.kept] == ["2 notes"]
    messages[1].refresh_from_db()
    assert (messages[1].state, messages[1].gathered_into) == (MessageState.CANCELLED, None)


def test_in_quiet_hours_all_wait_and_go_as_one_mail_in_the_morning(gathered, transport, settings):
    settings.MAIL_QUIET_HOURS = True
    night = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    with clock.as_of(night):
        owed(UserFactory(), 3)
        postman.deliver_due()
        at_night = list(transport.sent)
    with clock.as_of(night + timedelta(hours=10)):
        Message.objects.update(next_attempt_at=None)
        postman.deliver_due()

    assert at_night == []
    assert [mail.title for _, mail in transport.kept] == ["3 notes"]


def test_a_mail_that_takes_others_along_is_planned_by_nobody(gathered, transport):
    first, along = owed(UserFactory(), 2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=along.pk).update(gathered_into=first.pk)


def test_the_next_waits_a_while_after_a_mail_of_its_family(gathered, transport, settings):
    settings.MAIL_GATHERED_FOR_MINUTES = 10
    reader = UserFactory()
    owed(reader, 1)
    postman.deliver_due()
    outbox.post("note", to=reader, about="later")
    outbox.post("note", to=reader, about="still later")

    postman.deliver_due()
    before = [mail.title for _, mail in transport.kept]
    Message.objects.filter(state="planned").update(next_attempt_at=None)
    with clock.as_of(clock.now() + timedelta(minutes=11)):
        postman.deliver_due()

    assert before == ["Hello, Sam"]
    assert [mail.title for _, mail in transport.kept] == ["Hello, Sam", "2 notes"]


def test_nothing_waits_longer_than_that_though_others_of_its_family_go(
    gathered, transport, settings
):
    settings.MAIL_GATHERED_FOR_MINUTES = 10
    reader = UserFactory()
    [before] = owed(reader, 1)
    postman.deliver_due()
    waits = outbox.post("note", to=reader, about="later")
    postman.deliver_due()
    at_first = states()
    Message.objects.filter(pk=waits.pk).update(next_attempt_at=None)

    with clock.as_of(clock.now() + timedelta(minutes=11)):
        # As if one had gone that may not wait.
        Message.objects.filter(pk=before.pk).update(sent_at=clock.now() - timedelta(minutes=2))
        postman.deliver_due()

    assert at_first == [MessageState.PLANNED, MessageState.SENT]
    assert states() == [MessageState.SENT] * 2


def test_nothing_waits_for_its_like_until_it_is_quiet(gathered, transport, settings):
    settings.MAIL_GATHERED_FOR_MINUTES, settings.MAIL_QUIET_HOURS = 10, True
    reader = UserFactory()
    friday = datetime(2026, 11, 27, 18, 52, tzinfo=UTC)

    for number in range(2):
        with clock.as_of(friday + timedelta(minutes=4 * number)):
            outbox.post("note", to=reader, about=str(number))
            postman.deliver_due()

    # It would be Monday.
    assert states() == [MessageState.SENT] * 2


def test_what_cannot_be_written_holds_up_no_other(gathered, transport):
    reader = UserFactory()
    owed(reader, 2)
    poison = outbox.post("note", to=reader, about="poison")
    words = letters.of_kind("note").words

    def failing(message):
        if message.subject == "poison":
            raise LookupError
        return words(message)

    letters._letters["note"] = Letter("note", failing, terms=letters.of_kind("note").terms)

    for _ in range(3):
        postman.deliver_due()
        Message.objects.update(next_attempt_at=None)

    poison.refresh_from_db()
    assert poison.state == MessageState.PLANNED
    assert states() == [MessageState.PLANNED] + [MessageState.SENT] * 2


def test_of_which_nobody_can_say_whether_it_holds_holds_up_no_other(gathered, transport):
    reader = UserFactory()
    owed(reader, 2)
    outbox.post("note", to=reader, about="poison")

    def holds(message):
        if message.subject == "poison":
            raise LookupError
        return True

    letters._letters["note"] = replace(letters.of_kind("note"), still_holds=holds)
    for _ in range(2):
        postman.deliver_due()
        their_turn_comes()

    assert [mail.title for _, mail in transport.kept] == ["Hello, Sam"] * 2
    assert states() == [MessageState.PLANNED] + [MessageState.SENT] * 2


@pytest.mark.parametrize(
    ("over", "mails", "become"),
    [
        ({"0"}, ["2 notes"], [MessageState.SENT] * 3),
        ({"0", "1"}, ["Hello, Sam"], [MessageState.CANCELLED] + [MessageState.SENT] * 2),
        ({"0", "1", "2"}, [], [MessageState.CANCELLED] * 3),
    ],
)
def test_what_may_have_gone_keeps_its_name_though_its_first_holds_no_longer(
    gathered, transport, over, mails, become
):
    transport.answers, transport.repeats_when_unsure = None, True
    first = in_hand_when_somebody_died(UserFactory())
    gathered |= over

    postman.deliver_due()

    # By another name its reader would have what the others say twice.
    assert [mail.title for _, mail in transport.kept] == mails
    assert set(transport.sent) <= {str(first.pk)}
    assert states() == become


def test_where_the_first_holds_no_longer_the_others_go_by_another_name(gathered, transport):
    first = in_hand_when_somebody_died(UserFactory())
    gathered |= {"0"}

    postman.deliver_due()

    first.refresh_from_db()
    assert [mail.title for _, mail in transport.kept] == ["Hello, Sam"] * 2
    assert first.state == MessageState.CANCELLED
    assert str(first.pk) not in transport.sent
    assert states() == [MessageState.CANCELLED] + [MessageState.SENT] * 2


def test_what_goes_along_is_nobodys_to_deliver_by_itself(gathered, transport):
    first = in_hand_when_somebody_died(UserFactory())
    along = Message.objects.filter(gathered_into=first.pk)

    assert [postman.deliver(str(one.pk)) for one in along] == [False, False]


def test_what_is_owed_again_after_it_was_left_out_goes_by_itself(gathered, transport):
    reader = UserFactory()
    owed(reader, 3)
    gathered |= {"1"}
    postman.deliver_due()
    gathered.clear()

    outbox.post("note", to=reader, about="1")
    postman.deliver_due()

    assert [mail.title for _, mail in transport.kept] == ["2 notes", "Hello, Sam"]
    assert states() == [MessageState.SENT] * 3


def test_one_that_may_go_at_night_takes_none_along_that_has_to_wait(gathered, transport, settings):
    settings.MAIL_QUIET_HOURS = True
    of_notes = letters.of_kind("note")
    terms = replace(of_notes.terms, urgent="it is", is_urgent=lambda one: one.subject == "1")
    letters._letters["note"] = replace(of_notes, terms=terms)

    with clock.as_of(datetime(2026, 11, 24, 22, 0, tzinfo=UTC)):
        owed(UserFactory(), 3)
        postman.deliver_due()

    assert [mail.title for _, mail in transport.kept] == ["Hello, Sam"]
    assert states() == [MessageState.PLANNED] * 2 + [MessageState.SENT]


def test_a_mail_of_several_that_may_be_stopped_has_one_link_that_stops_them(gathered, transport):
    of_notes = letters.of_kind("note")
    terms = replace(of_notes.terms, may_be_stopped=True)
    letters._letters["note"] = replace(of_notes, terms=terms)
    owed(UserFactory(), 3)

    postman.deliver_due()

    [(_, mail)] = transport.kept
    [link] = re.findall(r"Stop such emails, without signing in: (\S+)", mail.text)
    assert mail.headers["List-Unsubscribe"] == f"<{link}>"


def test_two_occasions_of_one_thing_are_two_mails(gathered, transport):
    reader = UserFactory()
    for about, occasion in (("1", "a"), ("1", "b"), ("2", "a"), ("2", "b")):
        outbox.post("note", to=reader, about=about, key=occasion)

    postman.deliver_due()

    assert [mail.title for _, mail in transport.kept] == ["2 notes", "2 notes"]
    assert states() == [MessageState.SENT] * 4


def test_what_may_go_several_in_one_mail_has_no_way_of_its_own_to_be_stopped():
    kinds = [one for one in letters.registered() if one.together]

    assert kinds
    assert [one.kind for one in kinds if one.stops_at] == []
