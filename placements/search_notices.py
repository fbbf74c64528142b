"""The mails about a saved search: what is new for it, and that it is about to lapse.

Their subjects say nothing that anybody typed. Each carries a link that stops them without
signing in; opening it only shows a button.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts import clock, letters, links, outbox
from accounts.letters import Letter, Terms, link_to
from accounts.models import Message
from placements.models import News, SavedSearch
from placements.search import kept

# The purposes of the links in these mails.
STOP = "stop_saved_search"
RENEW = "renew_saved_search"
STOPS_FOR = timedelta(days=365)

ENDING = "saved_search_ending"
NEWS = "saved_search_news"
WARNING = timedelta(days=14)
SHOWN = 10


def there_is_news(news: News) -> None:
    outbox.post(NEWS, to=news.search.member.user, about=news)


def ending_planned(search: SavedSearch) -> None:
    """Warn a fortnight before the mails end, as things stand now."""
    outbox.unsay(ENDING, about=search)
    if not search.is_mailed:
        return
    outbox.post(
        ENDING,
        to=search.member.user,
        about=search,
        due_at=search.lapses_at - WARNING,
        expires_at=search.lapses_at,
        key=search.lapses_at.isoformat(),
    )


def nothing_more(search: SavedSearch) -> None:
    outbox.unsay(ENDING, about=search)


def register() -> None:
    """Make these letters known to the postman. Called at start-up."""
    terms = partial(Terms, "Saved searches", "whoever saved it", may_be_stopped=True)
    told = terms("placements come out that match", due="as often as they chose")
    ending = terms(
        "its term is about to end", due="a fortnight before", until="the end of the term"
    )
    letters.register(Letter(NEWS, _told, _is_still_new, "stop_link", told))
    letters.register(Letter(ENDING, _about_ending, _is_still_ending, "stop_link", ending))


def _told(message: Message) -> Mapping[str, Any]:
    """What came out and can still be seen, the newest first."""
    news = News.objects.select_related("search").get(pk=message.subject)
    found = kept.published_between(news.search.query, news.during.lower, news.during.upper)
    shown = list(found.select_related("provider", "workplace")[: SHOWN + 1])
    total = found.count() if len(shown) > SHOWN else len(shown)
    return {
        "search": news.search,
        "placements": shown[:SHOWN],
        "total": total,
        "results_link": _results_link(news.search),
        "stop_link": _stop_link(message, news.search),
    }


def _is_still_new(message: Message) -> bool:
    news = News.objects.filter(pk=message.subject).select_related("search").first()
    if news is None or not SavedSearch.objects.mailed().filter(pk=news.search_id).exists():
        return False
    found = kept.published_between(news.search.query, news.during.lower, news.during.upper)
    return found.exists()


def _about_ending(message: Message) -> Mapping[str, Any]:
    search = SavedSearch.objects.get(pk=message.subject)
    token = links.make(
        RENEW,
        email=message.email,
        subject=message.subject,
        user=message.recipient,
        lives=search.lapses_at - clock.now() + WARNING,
    )
    return {
        "search": search,
        "token": token,
        "results_link": _results_link(search),
        "stop_link": _stop_link(message, search),
    }


def _is_still_ending(message: Message) -> bool:
    now = clock.now()
    ending = SavedSearch.objects.mailed().filter(lapses_at__range=(now, now + WARNING))
    return ending.filter(pk=message.subject).exists()


def _results_link(search: SavedSearch) -> str:
    return f"{settings.SITE_ADDRESS}{reverse('placements:search')}?{search.query}"


def _stop_link(message: Message, search: SavedSearch) -> str:
    token = links.make(
        STOP, email=message.email, subject=str(search.pk), user=message.recipient, lives=STOPS_FOR
    )
    return link_to("placements:stop-search-link", token)
