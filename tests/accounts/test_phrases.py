from datetime import UTC, date, datetime, timedelta

import pytest

from accounts import clock, phrases


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2027, 6, 14), date(2027, 6, 14), "14 June 2027"),
        (date(2027, 6, 14), date(2027, 6, 18), "14 to 18 June 2027"),
        (date(2027, 6, 28), date(2027, 7, 2), "28 June to 2 July 2027"),
        (date(2027, 12, 30), date(2028, 1, 3), "30 December 2027 to 3 January 2028"),
    ],
)
def test_a_range_of_dates_says_month_and_year_once(start, end, said):
    assert phrases.date_range(start, end) == said


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(0, 5, "12:05am"), (9, 0, "9am"), (12, 0, "midday"), (12, 30, "12:30pm"), (14, 30, "2:30pm")],
)
def test_a_time_is_said_by_the_twelve_hour_clock(hour, minute, said):
    assert phrases.clock_time(datetime(2027, 6, 14, hour, minute, tzinfo=UTC)) == said


def test_an_instant_is_told_in_english_time():
    in_summer = datetime(2027, 6, 14, 23, 30, tzinfo=UTC)

    assert phrases.moment(in_summer) == "15 June 2027 at 12:30am"
    assert phrases.week_date(in_summer) == "Tuesday 15 June 2027"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3, hours=2), "3 days ago"),
    ],
)
def test_waiting_is_told_in_its_largest_unit(passed, said):
    assert phrases.ago(clock.now() - passed) == said


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (0.4, "under 1 mile"),
        (1, "1 mile"),
        (3.46, "3.5 miles"),
        (5.02, "5 miles"),
        (12.6, "13 miles"),
    ],
)
def test_a_distance_is_as_exact_as_it_is_useful(distance, said):
    assert phrases.miles(distance) == said


def test_counts_agree_with_their_noun():
    said = [
        phrases.plural(1, "place"),
        phrases.plural(2400, "place"),
        phrases.plural(2, "body", "bodies"),
    ]

    assert said == ["1 place", "2,400 places", "2 bodies"]


def test_a_list_is_joined_as_in_a_sentence():
    assert [phrases.joined(things) for things in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_typed_text_keeps_its_lines_and_loses_its_power():
    shown = phrases.paragraphs("Bring boots\r\nand lunch.\r\n\r\n<script>alert(1)</script>")

    assert shown == (
        '<p class="govuk-body">Bring boots<br>and lunch.</p>\n'
        '<p class="govuk-body">&lt;script&gt;alert(1)&lt;/script&gt;</p>'
    )
