from decimal import Decimal

import pytest

from accounts import clock
from placements import verdicts
from ratings import scores
from ratings.models import Side
from tests.factories import PlacementFactory, RatingFactory, ReplyFactory, SlotFactory, days_ahead

pytestmark = pytest.mark.django_db


@pytest.fixture
def placement():
    return PlacementFactory()


def rated(placement, **facts):
    slot = SlotFactory(placement=placement, starts_on=days_ahead(-14))
    return RatingFactory(booking__slot=slot, **facts)


def test_two_ratings_are_read_and_give_no_score(placement):
    for _ in range(2):
        rated(placement)

    published = verdicts.published_for(placement)

    assert published.count == len(published.ratings) == 2
    assert published.average is None
    assert published.dimensions == {}
    assert scores.shown_for(placement) is None


def test_three_ratings_give_a_score_for_each_question(placement):
    for mark in (3, 4, 4):
        rated(placement, support=mark, would_use_again=mark > 3)

    published = verdicts.published_for(placement)

    assert published.average == scores.shown_for(placement) == Decimal("3.93")
    assert published.dimensions["Support for students' needs"] == Decimal("3.67")
    assert published.would_use_again == 2


def test_what_is_hidden_is_neither_read_nor_counted(placement):
    kept = [rated(placement) for _ in range(3)]
    hidden = kept.pop()
    hidden.hidden_at, hidden.hidden_because, hidden.hidden_by = clock.now(), "Untrue.", hidden.by
    hidden.save()

    published = verdicts.published_for(placement)

    assert published.count == 2
    assert published.average is None


def test_the_private_note_and_the_names_are_not_published(placement):
    rating = rated(placement, private_note="The lift was broken.", side=Side.BROKER)

    said = verdicts.published_for(placement).ratings[0]

    assert said.said_by == "The Careers Hub"
    assert said.comment == rating.comment
    assert "lift" not in repr(said)
    assert rating.by.organisation.name not in repr(said)


def test_the_answer_stands_beside_it_unless_it_was_hidden(placement):
    shown, hidden = ReplyFactory(rating=rated(placement)), ReplyFactory(rating=rated(placement))
    hidden.hidden_at = clock.now()
    hidden.save()

    said = {each.id: each.reply for each in verdicts.published_for(placement).ratings}

    assert said[str(shown.rating_id)] == "Thank you for coming."
    assert said[str(hidden.rating_id)] == ""


def test_what_was_said_of_another_placement_is_not_read_here(placement):
    RatingFactory()

    assert verdicts.published_for(placement).count == 0


@pytest.mark.parametrize("ratings", [1, 3])
def test_reading_costs_one_question_however_many(placement, ratings, django_assert_num_queries):
    for _ in range(ratings):
        ReplyFactory(rating=rated(placement))

    with django_assert_num_queries(1):
        verdicts.published_for(placement)
