from marketplace import toolkit
from placements.words import Kind


def test_every_kind_on_the_ladder_has_its_line():
    assert [counted.label for counted in toolkit.kinds()] == [kind.label for kind in Kind]


def test_working_begins_in_year_10_and_meeting_in_year_7():
    begins = {counted.label: counted.from_year for counted in toolkit.kinds()}

    assert begins[Kind.VISIT.label] == begins[Kind.SHADOWING.label] == 7
    assert begins[Kind.SHORT_PLACEMENT.label] == begins[Kind.T_LEVEL.label] == 10


def test_a_talk_is_a_meeting_and_a_week_is_experience():
    counts_as = {counted.label: counted.counts_as for counted in toolkit.kinds()}

    assert counts_as[Kind.TALK.label] == toolkit.MEETING
    assert counts_as[Kind.WEEK_PLACEMENT.label] == toolkit.WORKPLACE
