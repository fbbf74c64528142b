"""Keeping a search, and its mails: what is new, once, until it lapses or is stopped."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts import clock, postman
from accounts.models import MemberState, Message, MessageState, SentMail
from placements import saved_searches, search_news, tasks
from placements.models import Frequency, News, SavedSearch
from placements.search import kept
from tests.factories import CareersLeaderFactory, PlacementFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def leader():
    return CareersLeaderFactory()


def saved(leader, query="sector=digital", *, frequency=Frequency.DAILY, name="Digital"):
    return saved_searches.keep(query, name=name, frequency=frequency, by=leader)


def published(moment, **facts):
    return PlacementFactory(**{"sector": "digital", "published_at": moment, **facts})


def news_mails():
    return list(SentMail.objects.filter(title__contains="new placement").order_by("pk"))


def look(moment):
    """The worker comes by at that moment, and the post goes out."""
    with clock.as_of(moment):
        search_news.look_for_all()
        postman.deliver_due()
    return news_mails()


# --- Keeping


def test_a_question_is_kept_in_one_spelling_however_it_was_asked():
    untidy = "sector=digital&q=&cursor=&limit=5&sector=construction&near=&sort=newest&colour=red"

    assert kept.as_kept(untidy) == "near=&sector=construction&sector=digital"


@pytest.mark.parametrize(
    "query", ["near=Atlantis", "sector=magic", "year_group=99", "&".join(["q=a"] * 200), "q=%00"]
)
def test_what_is_no_search_is_not_kept(leader, refused, query):
    with refused("search_invalid"):
        saved(leader, query)


def test_one_keeps_the_same_question_once(leader, refused):
    saved(leader, "sector=digital&near=SY1")

    with refused("already_saved"):
        saved(leader, "near=SY1&sector=digital")


def test_one_keeps_twenty_searches_and_no_more(leader, refused):
    for miles in range(1, saved_searches.MOST + 1):
        saved(leader, f"near=SY1&within={miles}")

    with refused("too_many"):
        saved(leader, "near=SY2")


def test_a_search_needs_a_name_and_a_length_that_can_be_kept(leader, refused):
    with pytest.raises(ValidationError):
        saved(leader, name="   ")
    with refused("search_invalid"):
        saved(leader, "&".join(f"badge=badge-number-{n:020}" for n in range(40)))


def test_whoever_left_keeps_no_search(leader):
    leader.state = MemberState.LEFT

    with pytest.raises(PermissionDenied):
        saved(leader)


def test_a_search_is_its_members_alone(leader):
    search = saved(leader)
    colleague = CareersLeaderFactory(organisation=leader.organisation)

    assert list(SavedSearch.objects.visible_to(colleague)) == []
    for verb in (
        lambda: saved_searches.change(search, name="Mine", frequency="never", by=colleague),
        lambda: saved_searches.renew(search, by=colleague),
        lambda: saved_searches.delete(search, by=colleague),
    ):
        with pytest.raises(PermissionDenied):
            verb()


# --- What is new


def test_what_came_out_since_is_told_once(leader):
    search = saved(leader, name="Computers")
    now = search.saved_at
    wanted = published(now + timedelta(hours=1), title="Two days as a tester")
    published(now + timedelta(hours=1), title="A kitchen", sector="catering_hospitality")
    published(now - DAY, title="An old one")

    first = look(now + 2 * DAY)
    second = look(now + 3 * DAY)

    assert [mail.title for mail in first] == ["1 new placement for a search you saved"]
    assert second == first
    text = first[0].text
    assert f"{wanted.title}, {wanted.provider.name}, Shrewsbury: http" in text
    assert "A kitchen" not in text
    assert "An old one" not in text
    assert first[0].to == leader.user.email


def test_nothing_new_is_no_mail(leader):
    search = saved(leader)

    assert look(search.saved_at + 2 * DAY) == []
    assert News.objects.count() == 0


def test_the_subject_tells_nothing_that_was_typed(leader):
    search = saved(leader, "q=tester", name="For Jordan Smith")
    published(search.saved_at + DAY, title="A tester")

    [mail] = look(search.saved_at + 3 * DAY)

    assert "Jordan" not in mail.title
    assert "tester" not in mail.title


def test_what_was_published_while_no_worker_ran_is_told_by_the_next_one(leader):
    search = saved(leader)
    for hours in (1, 30, 80):
        published(search.saved_at + timedelta(hours=hours))

    [mail] = look(search.saved_at + 5 * DAY)

    assert mail.title.startswith("3 new placements ")


def test_a_publication_that_commits_late_is_told_by_the_next_look(leader):
    search = saved(leader)
    at = search.saved_at + 2 * DAY
    look(at)
    # Its moment was taken just before that look, which could not see it yet.
    late = published(at - timedelta(minutes=2), title="Late by a breath")

    [mail] = look(at + DAY)

    assert late.title in mail.text


def test_ten_are_named_and_the_rest_are_a_link(leader):
    search = saved(leader)
    for minutes in range(13):
        published(search.saved_at + timedelta(minutes=minutes), title=f"Number {minutes}.")

    [mail] = look(search.saved_at + 2 * DAY)

    assert mail.title.startswith("13 new placements ")
    assert mail.text.count("- Number") == 10
    assert "- Number 12." in mail.text
    assert "And 3 more" in mail.text
    assert "/placements/?sector=digital" in mail.text


def test_a_weekly_search_is_looked_at_once_a_week(leader):
    search = saved(leader, frequency=Frequency.WEEKLY)
    for day in range(1, 15):
        published(search.saved_at + day * DAY)

    mails = [len(look(search.saved_at + day * DAY)) for day in range(1, 16)]

    assert mails[-1] == 2
    assert mails.index(1) >= 5


def test_a_search_that_wants_no_mail_is_never_looked_at(leader):
    search = saved(leader, frequency=Frequency.NEVER)
    published(search.saved_at + DAY)

    assert look(search.saved_at + 3 * DAY) == []


def test_turning_mail_on_again_does_not_bring_what_came_out_meanwhile(leader):
    search = saved(leader, frequency=Frequency.NEVER)
    published(search.saved_at + DAY)
    with clock.as_of(search.saved_at + 5 * DAY):
        saved_searches.change(search, name="Digital", frequency=Frequency.DAILY, by=leader)

    assert look(search.saved_at + 7 * DAY) == []


def test_what_can_no_longer_be_seen_when_the_mail_goes_is_not_told(leader):
    search = saved(leader)
    gone = published(search.saved_at + timedelta(hours=1))
    with clock.as_of(search.saved_at + 2 * DAY):
        search_news.look_for_all()
        gone.suspended_at = clock.now()
        gone.save(update_fields=["suspended_at"])
        postman.deliver_due()

    assert news_mails() == []
    assert Message.objects.get(kind="saved_search_news").state == MessageState.CANCELLED


def test_whoever_left_hears_nothing_more(leader):
    search = saved(leader)
    published(search.saved_at + timedelta(hours=1))
    leader.state = MemberState.LEFT
    leader.save(update_fields=["state"])

    assert look(search.saved_at + 2 * DAY) == []


def test_no_moment_can_be_told_twice_for_a_search(leader):
    search = saved(leader)
    now = clock.now()
    News.objects.create(search=search, during=DateTimeTZRange(now - DAY, now))

    with pytest.raises(IntegrityError), transaction.atomic():
        News.objects.create(search=search, during=DateTimeTZRange(now - timedelta(hours=1), now))
    News.objects.create(search=search, during=DateTimeTZRange(now, now + DAY))


def test_a_search_that_cannot_be_looked_at_holds_up_no_other(leader):
    broken, sound = saved(leader), saved(leader, "sector=digital&near=SY1")
    SavedSearch.objects.filter(pk=broken.pk).update(query="sector=abolished")
    published(broken.saved_at + timedelta(hours=1))

    assert len(look(broken.saved_at + 2 * DAY)) == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert broken.looked_until < sound.looked_until


def test_missed_turns_are_one_and_the_next_is_in_step(leader):
    search = saved(leader, frequency=Frequency.WEEKLY)
    weekday = search.look_at.weekday()

    look(search.look_at + 17 * DAY)

    search.refresh_from_db()
    assert search.look_at.weekday() == weekday
    assert (search.look_at - clock.now()) > 17 * DAY


def test_the_task_looks_and_running_it_twice_is_the_same_as_once(leader):
    search = saved(leader)
    published(search.saved_at + timedelta(hours=1))

    with clock.as_of(search.saved_at + 2 * DAY):
        tasks.look_for_news()
        tasks.look_for_news()

    assert Message.objects.filter(kind="saved_search_news").count() == 1


# --- Until it lapses


def ending_mails():
    return list(SentMail.objects.filter(title__contains="ends on"))


def test_a_fortnight_before_the_end_its_member_is_asked_once(leader):
    search = saved(leader)

    early, warned, again = (
        (look(search.saved_at + days * DAY), len(ending_mails()))[1] for days in (75, 77, 78)
    )

    assert (early, warned, again) == (0, 1, 1)


def test_nothing_is_told_after_the_end_and_all_is_forgotten_in_time(leader):
    search = saved(leader)
    published(search.lapses_at + DAY)

    assert look(search.lapses_at + 2 * DAY) == []
    with clock.as_of(search.lapses_at + 91 * DAY):
        tasks.forget_old_searches()
    assert not SavedSearch.objects.exists()


def test_a_search_without_mail_is_kept_for_good(leader):
    search = saved(leader, frequency=Frequency.NEVER)

    with clock.as_of(search.lapses_at + 91 * DAY):
        tasks.forget_old_searches()

    assert SavedSearch.objects.exists()


def test_renewing_goes_on_and_warns_again_in_its_time(leader):
    search = saved(leader)
    with clock.as_of(search.saved_at + 80 * DAY):
        postman.deliver_due()
        saved_searches.renew(search, by=leader)
    published(search.saved_at + 99 * DAY)

    assert len(look(search.saved_at + 101 * DAY)) == 1
    look(search.saved_at + 157 * DAY)
    assert len(ending_mails()) == 2


def test_renewed_before_the_warning_it_warns_of_the_new_end_alone(leader):
    search = saved(leader)
    with clock.as_of(search.saved_at + 30 * DAY):
        saved_searches.renew(search, by=leader)

    look(search.saved_at + 77 * DAY)

    assert ending_mails() == []


def test_deleting_ends_everything(leader):
    search = saved(leader)
    published(search.saved_at + timedelta(hours=1))
    with clock.as_of(search.saved_at + 2 * DAY):
        search_news.look_for_all()
        saved_searches.delete(search, by=leader)
        postman.deliver_due()

    assert news_mails() == []
    assert not SavedSearch.objects.exists()
    assert not Message.objects.owed().exists()
