"""Maps before there is markup: the outline, the sheet, marks, words, rings and tiles."""

from math import cos, dist, hypot, log, pi, radians, tan
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import gazetteer, grid
from placements.atlas import england, frames, tiles
from placements.atlas.clusters import clustered
from placements.atlas.labels import Lettering, _box, _touch
from placements.atlas.scene import APART, RADIUS, Circle, drawn
from placements.models.distances import METRES_IN_A_MILE
from placements.search import Located

SHREWSBURY = (349_200, 312_500)
NEAR_ENOUGH = 3_000
NOT_IN_ENGLAND = {
    "Cardiff": (51.481, -3.179),
    "Newport": (51.588, -2.998),
    "Wrexham": (53.046, -2.993),
    "Welshpool": (52.660, -3.147),
    "Brecon": (51.947, -3.391),
    "Abergavenny": (51.824, -3.017),
    "Newtown": (52.513, -3.314),
    "Holywell": (53.274, -3.223),
    "Dumfries": (55.070, -3.605),
    "Hawick": (55.426, -2.787),
    "Kelso": (55.598, -2.433),
    "Jedburgh": (55.478, -2.555),
    "Douglas": (54.150, -4.482),
}
EASTINGS, NORTHINGS = st.integers(90_000, 650_000), st.integers(10_000, 655_000)
POINTS = st.lists(st.tuples(st.floats(0, 288), st.floats(0, 340)), max_size=120)
MILES = st.sampled_from((0.2, 1, 3, 10, 12.5, 25, 100, 500))


def at(easting, northing, *, town="Shrewsbury", number=1):
    return Located(UUID(int=number), f"A day, number {number}", town, easting, northing)


THINGS = st.lists(st.builds(at, EASTINGS, NORTHINGS), max_size=60)


def is_inside(point, outline):
    """By counting how often a line to the east crosses it."""
    (x, y), crossings = point, 0
    for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings += 1
    return crossings % 2 == 1


def is_in_england(point):
    return any(is_inside(point, outline) for outline in england.england())


def is_near_england(point):
    about = frames.circle(point, NEAR_ENOUGH)
    return is_in_england(point) or any(map(is_in_england, about))


def english_places():
    for town, (east, north, authority) in gazetteer.TOWNS.items():
        if authority.startswith("E"):
            yield town, (east * 100, north * 100)
    for outcode, (_town, east, north, authority) in gazetteer.OUTCODES.items():
        if authority.startswith("E"):
            yield outcode, (east * 100, north * 100)
    for area, (_town, east, north, country) in gazetteer.POSTCODE_AREAS.items():
        if country == "E":
            yield area, (east * 1000, north * 1000)
    yield from england.towns().items()


@pytest.mark.parametrize(("name", "point"), list(english_places()))
def test_what_is_in_england_lies_within_the_outline(name, point):
    assert is_near_england(point)


@pytest.mark.parametrize("name", NOT_IN_ENGLAND)
def test_what_is_next_to_england_does_not(name):
    assert not is_in_england(grid.from_latitude(*NOT_IN_ENGLAND[name]))


def test_towns_that_two_tables_know_are_at_the_same_place_in_both():
    closely = {
        name: (east * 100, north * 100) for name, (east, north, _) in gazetteer.TOWNS.items()
    }
    for name in ("Shrewsbury", "Hereford"):
        assert dist(england.towns()[name], closely[name]) < NEAR_ENOUGH


@given(POINTS, st.sampled_from((10.0, 28.0, 60.0)))
def test_marks_keep_their_distance_and_each_point_has_one(points, least):
    clusters = clustered(points, least=least)

    assert sorted(number for mark in clusters for number in mark.members) == [*range(len(points))]
    assert all(mark.members for mark in clusters)
    marks = [mark.at for mark in clusters]
    apart = [dist(one, other) for i, one in enumerate(marks) for other in marks[:i]]
    assert min(apart, default=least) >= least


@given(POINTS)
def test_each_point_goes_to_the_mark_that_is_nearest(points):
    clusters = clustered(points, least=28.0)

    for mark in clusters:
        for number in mark.members:
            nearest = min(dist(points[number], other.at) for other in clusters)
            assert dist(points[number], mark.at) == nearest


@given(THINGS, st.booleans(), MILES, st.sampled_from(("", "/tiles/{z}/{x}/{y}.png")))
def test_everything_that_is_found_is_on_the_map_once_and_no_mark_is_cut_off(
    things, is_near, miles, tiles_at
):
    scene = drawn(things, Circle(*SHREWSBURY, miles) if is_near else None, tiles_at=tiles_at)

    shown = [thing for mark in scene.marks for thing in mark.things]
    assert sorted(map(id, shown)) == sorted(map(id, things))
    for mark in scene.marks:
        assert RADIUS <= mark.x <= scene.width - RADIUS
        assert RADIUS <= mark.y <= scene.height - RADIUS
    pairs = [(a, b) for i, a in enumerate(scene.marks) for b in scene.marks[:i]]
    assert all(hypot(a.x - b.x, a.y - b.y) >= APART for a, b in pairs)


@given(THINGS, st.booleans(), MILES)
def test_no_words_are_written_over_a_mark_or_over_others(things, is_near, miles):
    scene = drawn(things, Circle(*SHREWSBURY, miles) if is_near else None)

    boxes = [_box(label) for label in [*scene.towns, *scene.distances]]
    marks = [(m.x - RADIUS, m.y - RADIUS, m.x + RADIUS, m.y + RADIUS) for m in scene.marks]
    for number, box in enumerate(boxes):
        assert not any(_touch(box, other) for other in [*boxes[:number], *marks])
        assert 0 <= box[0] <= box[2] <= scene.width


def test_words_find_another_side_where_one_is_taken_and_give_up_where_all_are():
    lettering = Lettering(frames.around([(0, 0), (1000, 1000)], frames.on_the_grid))

    assert lettering.write("Wem", (100, 100)).anchor == "start"
    assert lettering.write("Wem", (100, 100)).anchor == "end"
    lettering.keep_free((200, 200), 60)
    assert lettering.write("Wem", (200, 200)) is None


def test_near_a_place_the_map_shows_how_far_things_are():
    scene = drawn([at(352_000, 314_000)], Circle(*SHREWSBURY, 10))

    assert [label.words for label in scene.distances] == ["5 miles", "10 miles"]
    assert len(scene.rings) == 2
    assert "Shrewsbury" in {label.words for label in scene.towns}
    assert scene.home == pytest.approx((scene.width / 2, scene.height / 2))
    assert (scene.width, scene.height) == pytest.approx((288, 288))


def test_north_is_up_and_east_is_right():
    frame = frames.around(frames.circle(SHREWSBURY, 10_000), frames.on_the_grid)
    x, y = frame.place(*SHREWSBURY)

    assert frame.place(SHREWSBURY[0] + 1000, SHREWSBURY[1])[0] > x
    assert frame.place(SHREWSBURY[0], SHREWSBURY[1] + 1000)[1] < y


@pytest.mark.parametrize(
    ("east", "north", "words"),
    [
        (0, 8_047, "5 miles north"),
        (8_047, 8_047, "7.1 miles north-east"),
        (1_610, -100, "1 mile east"),
        (0, -32_187, "20 miles south"),
        (-20_000, 2_000, "12 miles west"),
        (300, -300, "under 1 mile"),
    ],
)
def test_the_way_to_a_mark_is_said_in_words(east, north, words):
    there = (SHREWSBURY[0] + east, SHREWSBURY[1] + north)

    assert Circle(*SHREWSBURY, 25).way_to(there) == words


def test_the_whole_country_shows_no_rings_and_its_largest_towns():
    scene = drawn([])

    assert scene.rings == []
    assert scene.home is None
    assert {"London", "Birmingham", "Newcastle upon Tyne"} <= {town.words for town in scene.towns}


def test_a_circle_wider_than_england_is_drawn_as_far_as_something_is_there():
    scene = drawn([at(500_000, 200_000)], Circle(*SHREWSBURY, 500))

    assert [label.words for label in scene.distances] == ["50 miles", "100 miles"]


def test_a_mark_is_named_after_the_town_that_most_of_its_things_are_in():
    things = [at(*SHREWSBURY, town=town) for town in ("Bayston Hill", "Shrewsbury", "Shrewsbury")]
    [mark] = drawn(things, Circle(*SHREWSBURY, 10)).marks

    assert mark.town == "Shrewsbury"
    assert not mark.is_in_one_town
    assert mark.reach == 0


def test_tiles_cover_the_sheet_and_lie_where_their_publisher_says():
    frame = frames.around(frames.circle(SHREWSBURY, 16_000), frames.in_mercator)
    laid = tiles.beneath(frame, "https://tiles.example/{z}/{x}/{y}.png")

    assert min(tile.x for tile in laid) <= 0
    assert min(tile.y for tile in laid) <= 0
    assert max(tile.x + tile.size for tile in laid) >= frame.width
    assert max(tile.y + tile.size for tile in laid) >= frame.height
    # By the rule that publishers of tiles give, Shrewsbury lies in this one of zoom 11.
    named = {tile.href: tile for tile in laid}
    column, row = tile_of(52.708, -2.754, zoom=11)
    tile = named[f"https://tiles.example/11/{column}/{row}.png"]
    x, y = frame.place(*SHREWSBURY)
    assert tile.x <= x <= tile.x + tile.size
    assert tile.y <= y <= tile.y + tile.size


def tile_of(latitude, longitude, *, zoom):
    phi = radians(latitude)
    down = (1 - log(tan(phi) + 1 / cos(phi)) / pi) / 2
    return int((longitude + 180) / 360 * 2**zoom), int(down * 2**zoom)


@given(EASTINGS, NORTHINGS, MILES)
def test_a_map_upon_tiles_needs_few_of_them(easting, northing, miles):
    scene = drawn([], Circle(easting, northing, miles), tiles_at="/{z}/{x}/{y}")

    assert 4 <= len(scene.tiles) <= 36
    assert all(tile.size >= 72 for tile in scene.tiles)
    assert scene.england == ""


def test_a_circle_on_the_ground_is_as_far_off_on_every_side():
    corners = frames.circle(SHREWSBURY, 5 * METRES_IN_A_MILE)

    assert {round(dist(corner, SHREWSBURY)) for corner in corners} == {8047}
