from hypothesis import given
from hypothesis import strategies as st

from accounts import grid


def test_ordnance_surveys_own_control_points_lie_where_it_says():
    # Published with the survey's transformation, for checking programs like this one.
    published = [
        (50.43885825610, -4.10864563561, 250359.811, 62016.569),
        (53.77911025760, -3.04045490691, 331534.564, 431920.794),
        (52.25529381630, -2.15458614387, 389544.190, 261912.153),
        (57.48625000720, -4.21926398555, 267056.768, 846176.972),
    ]

    for latitude, longitude, easting, northing in published:
        east, north = grid.from_latitude(latitude, longitude)

        assert abs(east - easting) < 5
        assert abs(north - northing) < 5


@given(st.floats(80_000, 660_000), st.floats(5_000, 1_200_000))
def test_there_and_back_is_the_same_place(easting, northing):
    east, north = grid.from_latitude(*grid.to_latitude(easting, northing))

    assert abs(east - easting) <= 1
    assert abs(north - northing) <= 1
