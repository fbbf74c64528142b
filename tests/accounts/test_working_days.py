from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import working_days

# As the government published them for England and Wales.
PUBLISHED = {
    2023: ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"],
    2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
}


@pytest.mark.parametrize("year", list(PUBLISHED))
def test_the_bank_holidays_are_those_that_were_published(year):
    expected = {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year]}

    assert working_days.bank_holidays(year) == expected


def test_christmas_on_a_sunday_moves_to_the_tuesday():
    assert {date(2033, 12, 26), date(2033, 12, 27)} <= working_days.bank_holidays(2033)


@pytest.mark.parametrize(
    ("year", "month", "day"), [(1818, 3, 22), (1943, 4, 25), (2019, 4, 21), (2038, 4, 25)]
)
def test_easter_falls_where_the_tables_of_the_church_put_it(year, month, day):
    assert working_days.easter_sunday(year) == date(year, month, day)


def test_ten_working_days_pass_over_weekends_and_easter():
    maundy_thursday = date(2027, 3, 25)

    assert working_days.after(maundy_thursday, 10) == date(2027, 4, 12)


def test_a_weekend_counts_from_its_monday():
    assert working_days.after(date(2027, 6, 12), 1) == date(2027, 6, 14)


def test_two_working_days_before_a_tuesday_after_a_bank_holiday_is_the_thursday():
    assert working_days.before(date(2027, 6, 1), 2) == date(2027, 5, 27)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 30))
def test_counting_forth_and_back_again_ends_on_a_working_day_not_after_the_first(day, count):
    there = working_days.after(day, count)

    assert working_days.is_working_day(there)
    assert working_days.before(there + timedelta(days=1), count) > day
    assert working_days.before(there, count) <= day
