"""The map beside the list: whether it is wanted, what it says, and where its marks lead.

It is a choice, kept in the address as `map=true`, and never instead of the list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from accounts import grid
from accounts.phrases import joined, plural
from placements.atlas.scene import Circle, Mark, Scene, drawn
from placements.models.distances import METRES_IN_A_MILE
from placements.search import Located, PlacementSearch, Results, located
from placements.search.filters import DISTANCES, MOST_MILES
from placements.search.places import MOST
from placements.words import Mode

Said = Mapping[str, list[str]]

NAME, WANTED = "map", "true"
ON: Said = {NAME: [WANTED]}
OFF: Said = {NAME: []}
# As near as one may look, in miles; what lies within so many metres stays one mark there.
NEAREST, ONE_SPOT = 0.2, 70.0
# An address has a place to the metre, more or less.
ROUNDING = 2.0
WITH_A_PLACE = (Mode.IN_PERSON, Mode.HYBRID)


@dataclass(frozen=True)
class MarkOnPage:
    """A mark that leads somewhere, and what it is called."""

    x: float
    y: float
    number: int
    words: str
    href: str


@dataclass(frozen=True)
class MapOnPage:
    """What the page shows of a map: how to have it or be rid of it, and what is on it."""

    is_wanted: bool
    show: str = ""
    hide: str = ""
    told: str = ""
    credit: str = ""
    scene: Scene | None = None
    marks: list[MarkOnPage] = field(default_factory=list)
    wider: list[tuple[str, str]] = field(default_factory=list)


def offered(searched: PlacementSearch, found: Results | None, asked: QueryDict) -> MapOnPage:
    is_wanted = asked.get(NAME) == WANTED
    if found is None or not found.total:
        return MapOnPage(is_wanted)
    if not is_wanted:
        return MapOnPage(is_wanted, show=_address(asked, ON, part="map"))
    things, circle = located(searched), _circle(searched)
    told = _told(searched, found, things)
    hide = _address(asked, OFF, part="results")
    wider = _wider(searched, asked)
    if not things:
        return MapOnPage(is_wanted, hide=hide, told=told, wider=wider)
    scene = drawn(things, circle, tiles_at=settings.MAP_TILES)
    return MapOnPage(
        is_wanted,
        hide=hide,
        told=f"{told} {_measured(scene)}".strip(),
        credit=settings.MAP_TILES_CREDIT if settings.MAP_TILES else "",
        scene=scene,
        marks=list(_leading(scene, circle, asked)),
        wider=wider,
    )


def _measured(scene: Scene) -> str:
    """How far out the rings are, for whoever cannot see, and where there was no room to write it."""
    if not scene.ring_miles:
        return ""
    out = joined([f"{miles:g}" for miles in scene.ring_miles])
    if len(scene.ring_miles) == 1:
        return f"The ring is at {out} miles."
    return f"The rings are at {out} miles."


def _circle(searched: PlacementSearch) -> Circle | None:
    place = searched.chosen["near"]
    if place is None:
        return None
    return Circle(place.easting, place.northing, searched.chosen["within"])


def _told(searched: PlacementSearch, found: Results, things: list[Located]) -> str:
    """How many are on the map, of how many, and how many can be on none."""
    if not things:
        return "Everything that was found is online, so there is nothing to show on a map."
    if len(things) < MOST:
        shown, online = plural(len(things), "placement"), max(0, found.total - len(things))
    else:
        online = _online(searched, found)
        shown = f"{MOST} of {max(MOST, found.total - online):,} placements, others each day"
    return f"The map shows {shown}. {_left_out(online)}".strip()


def _left_out(online: int) -> str:
    if not online:
        return ""
    return f"{online:,} {'is' if online == 1 else 'are'} online and not on the map."


def _online(searched: PlacementSearch, found: Results) -> int:
    """Counted without the filter of the mode, which may have left them all out."""
    if searched.question.leaves_out_virtual:
        return 0
    return (found.facets or {}).get("mode", {}).get(Mode.VIRTUAL, 0)


def _leading(scene: Scene, circle: Circle | None, asked: QueryDict) -> Iterator[MarkOnPage]:
    shown = sum(len(mark.things) for mark in scene.marks)
    for mark in scene.marks:
        words = _called(mark, "placements" if shown < MOST else f"of the {shown} placements shown")
        if circle is not None:
            words += f", {circle.way_to(mark.middle)}"
        yield MarkOnPage(mark.x, mark.y, len(mark.things), words, _leads_to(mark, circle, asked))


def _called(mark: Mark, placements: str) -> str:
    if len(mark.things) == 1:
        return f"{mark.things[0].title}, {mark.town}"
    alike = "at one spot " if mark.reach < ONE_SPOT else ""
    where = "in" if mark.is_in_one_town else "near"
    return f"{len(mark.things)} {placements} {alike}{where} {mark.town}"


def _leads_to(mark: Mark, circle: Circle | None, asked: QueryDict) -> str:
    if len(mark.things) == 1:
        return reverse("placements:placement", args=[mark.things[0].identifier])
    # Nearer than this no map goes.
    falls_apart = mark.reach >= ONE_SPOT and (circle is None or circle.miles > NEAREST)
    return _closer(mark, asked, falls_apart=falls_apart)


def _closer(mark: Mark, asked: QueryDict, *, falls_apart: bool) -> str:
    """The same search so near to the mark that it falls apart; or as a list, if it never would."""
    latitude, longitude = grid.to_latitude(*mark.middle)
    near = [f"{latitude:.5f},{longitude:.5f}"]
    if falls_apart:
        return _address(asked, {"near": near, "within": [_fitting(mark)], **ON}, part="map")
    mode = asked.getlist("mode") or list(WITH_A_PLACE)
    said = {"near": near, "within": [f"{NEAREST:g}"], "mode": mode, **OFF}
    return _address(asked, said, part="results")


def _fitting(mark: Mark) -> str:
    """The least distance of those that are offered which has all of it."""
    miles = (mark.reach + ROUNDING) / METRES_IN_A_MILE
    return f"{next(each for each in (NEAREST, *DISTANCES, MOST_MILES) if each >= miles):g}"


def _wider(searched: PlacementSearch, asked: QueryDict) -> list[tuple[str, str]]:
    """From a place outwards: the next larger circle, and the whole country."""
    if searched.chosen["near"] is None:
        return []
    larger = [miles for miles in DISTANCES if miles > searched.chosen["within"]][:1]
    steps: list[tuple[str, Said]] = [
        (f"within {plural(miles, 'mile')}", {"within": [str(miles)]}) for miles in larger
    ]
    # A place said and left empty is everywhere.
    steps.append(("all of England", {"near": [""], "within": []}))
    return [(words, _address(asked, {**said, **ON}, part="map")) for words, said in steps]


def _address(asked: QueryDict, said: Said, *, part: str) -> str:
    """The same search from its first page, but for what is said here, at a part of its page."""
    query = asked.copy()
    for name, values in {**said, "cursor": []}.items():
        query.setlist(name, values)
    return f"{reverse('placements:search')}?{query.urlencode()}#{part}"
