"""Building a nation: everything in one transaction, in batches that memory does not feel."""

from collections.abc import Callable, Iterator
from random import Random

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts import clock
from accounts.models import Organisation, School, Workplace
from marketplace.nation import employers, kinds, marks
from marketplace.nation.books import Books
from marketplace.nation.employers import Employer, Scheme
from marketplace.nation.offers import Market
from marketplace.nation.schools import schools
from placements.models import Booking, Placement, Slot
from placements.words import Mode
from ratings.models import Award

BATCH = 1_000
# A listing's dates are different days of one year.
MOST_DATES = 60
NATIONAL_PROVIDERS, OF_NATIONAL_PROVIDERS = 30, 0.6
ANALYSED = (School, Organisation, Award, Workplace, Placement, Slot, Booking)

Progress = Callable[[int], None]


def is_there() -> bool:
    return Organisation.objects.filter(pk__range=(marks.FIRST, marks.LAST)).exists()


def build(placements: int, slots: int, *, seed: int, progress: Progress) -> None:
    """Add a nation beside what is there, all of it or nothing; the same seed, the same nation.

    `progress` is told how many placements have been written so far.
    """
    _refuse(placements, slots)
    with transaction.atomic(durable=True):
        _take_the_time_it_needs()
        dice, books = Random(seed), Books(clock.now())
        vouched = employers.scheme(dice)
        market = Market(dice, books, schools(dice, placements, books))
        nationals = [
            employers.national_provider(dice, books, vouched) for _ in range(NATIONAL_PROVIDERS)
        ]
        hosts = _hosts(dice, books, vouched)
        for number, dates in enumerate(_dates(dice, placements, slots), start=1):
            mode, host = Mode(kinds.MODES.one(dice)), next(hosts)
            if mode == Mode.VIRTUAL and dice.random() < OF_NATIONAL_PROVIDERS:
                host = dice.choice(nationals)
            market.offer(host, mode, dates)
            if number % BATCH == 0:
                books.write()
                progress(number)
        books.write()
    _look_at_what_is_there()


def _refuse(placements: int, slots: int) -> None:
    if is_there():
        raise ValidationError("There is a nation here already. Remove it first.", code="is_there")
    if placements < 1 or not placements <= slots <= MOST_DATES * placements:
        raise ValidationError(
            "Every placement has from 1 to %(most)d slots.",
            code="invalid",
            params={"most": MOST_DATES},
        )


def _take_the_time_it_needs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Search rows are made all at once afterwards: `rebuild_search`.
        cursor.execute("SET LOCAL marketplace.loading = 'on'")
        # Kept until the end, a million references would have to be remembered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _hosts(dice: Random, books: Books, vouched: Scheme) -> Iterator[Employer]:
    """Each employer as often as it has listings, and then the next."""
    while True:
        menu: int = employers.MENUS.one(dice)
        host = employers.employer(dice, menu, books, vouched)
        for _ in range(menu):
            yield host


def _dates(dice: Random, placements: int, slots: int) -> Iterator[int]:
    """How many dates each listing has: one at least, and all of them together `slots`."""
    for first in range(0, placements, BATCH):
        last = min(first + BATCH, placements)
        here = slots * last // placements - slots * first // placements
        yield from _shared_out(dice, here, last - first)


def _shared_out(dice: Random, slots: int, listings: int) -> list[int]:
    shares = [1] * listings
    left = slots - listings
    while left:
        lucky, more = dice.randrange(listings), min(left, dice.choice((1, 1, 2, 3)))
        if shares[lucky] + more <= MOST_DATES:
            shares[lucky] += more
            left -= more
    return shares


def _look_at_what_is_there() -> None:
    """Tell the planner of what it would find out by itself within minutes."""
    with connection.cursor() as cursor:
        for model in ANALYSED:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
