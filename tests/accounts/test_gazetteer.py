import math

from accounts import gazetteer
from accounts.postcodes import area_of


def test_every_outcode_lies_within_reach_of_its_postcode_area():
    for outcode, (_town, east, north, _authority) in gazetteer.OUTCODES.items():
        _post_town, area_east, area_north, _country = gazetteer.POSTCODE_AREAS[area_of(outcode)]
        kilometres = math.hypot(east / 10 - area_east, north / 10 - area_north)

        assert kilometres < 60, outcode


def test_every_postcode_area_of_the_united_kingdom_but_none_off_the_grid_is_there():
    assert len(gazetteer.POSTCODE_AREAS) == 122
    assert not {"JE", "GY"} & set(gazetteer.POSTCODE_AREAS)


def test_every_place_lies_on_the_grid():
    areas = [(east * 10, north * 10) for _, east, north, _ in gazetteer.POSTCODE_AREAS.values()]
    outcodes = [(east, north) for _, east, north, _ in gazetteer.OUTCODES.values()]
    towns = [(east, north) for east, north, _ in gazetteer.TOWNS.values()]

    for east, north in areas + outcodes + towns:
        assert 0 < east < 7_000
        assert 0 < north < 13_000
