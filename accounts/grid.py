"""From latitude and longitude to the national grid, in metres, and back.

Satellites speak of one ellipsoid (WGS84), maps of Great Britain of another (Airy 1830).
A Helmert shift between the two is right to about five metres, which is nearer than
anybody walks. The constants are Ordnance Survey's published ones.
"""

from math import asin, atan2, cos, hypot, radians, sin, sqrt, tan

# WGS84: semi-axes in metres.
WGS84 = (6378137.0, 6356752.3142)
# Airy 1830, and the grid that is drawn on it.
AIRY = (6377563.396, 6356256.909)
SCALE = 0.9996012717
TRUE_ORIGIN = (radians(49.0), radians(-2.0))
FALSE_ORIGIN = (400_000.0, -100_000.0)

Vector = tuple[float, float, float]


# The middle of England, and how many metres a degree is there, northwards.
A_BEGINNING = (52.5, -1.5)
METRES_IN_A_DEGREE = 111_260.0
# Each step leaves a twentieth of the fault: north on the grid is not quite true north.
STEPS = 8


def from_latitude(latitude: float, longitude: float) -> tuple[int, int]:
    """Easting and northing, to the metre."""
    easting, northing = _on_the_grid(latitude, longitude)
    return round(easting), round(northing)


def to_latitude(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude, found by going towards the point until one is there."""
    latitude, longitude = A_BEGINNING
    for _ in range(STEPS):
        east, north = _on_the_grid(latitude, longitude)
        longitude += (easting - east) / (METRES_IN_A_DEGREE * cos(radians(latitude)))
        latitude += (northing - north) / METRES_IN_A_DEGREE
    return latitude, longitude


def _on_the_grid(latitude: float, longitude: float) -> tuple[float, float]:
    there = _to_airy(_cartesian(radians(latitude), radians(longitude)))
    return _project(*_geodetic(there))


def _eccentricity_squared(axes: tuple[float, float]) -> float:
    a, b = axes
    return 1 - (b * b) / (a * a)


def _cartesian(phi: float, lam: float) -> Vector:
    e2 = _eccentricity_squared(WGS84)
    nu = WGS84[0] / sqrt(1 - e2 * sin(phi) ** 2)
    return nu * cos(phi) * cos(lam), nu * cos(phi) * sin(lam), nu * (1 - e2) * sin(phi)


def _to_airy(point: Vector) -> Vector:
    x, y, z = point
    shrink = 1 + 20.4894e-6
    rx, ry, rz = (radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
    return (
        -446.448 + x * shrink - rz * y + ry * z,
        125.157 + rz * x + y * shrink - rx * z,
        -542.060 - ry * x + rx * y + z * shrink,
    )


def _geodetic(point: Vector) -> tuple[float, float]:
    """Latitude and longitude on Airy's ellipsoid, in radians."""
    x, y, z = point
    a, b = AIRY
    e2 = _eccentricity_squared(AIRY)
    across = hypot(x, y)
    # Bowring's formula: no iteration, and exact to a millimetre on the ground.
    beta = atan2(z * a, across * b)
    second = e2 / (1 - e2)
    phi = atan2(z + second * b * sin(beta) ** 3, across - e2 * a * cos(beta) ** 3)
    return phi, asin(y / across)


def _meridional_arc(phi: float) -> float:
    a, b = AIRY
    n = (a - b) / (a + b)
    less, more = phi - TRUE_ORIGIN[0], phi + TRUE_ORIGIN[0]
    terms = (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less,
        -(3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more),
        (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more),
        -(35 / 24 * n**3) * sin(3 * less) * cos(3 * more),
    )
    return b * SCALE * sum(terms)


def _project(phi: float, lam: float) -> tuple[float, float]:
    """Transverse Mercator, as the series that Ordnance Survey gives."""
    e2 = _eccentricity_squared(AIRY)
    inside = 1 - e2 * sin(phi) ** 2
    nu = AIRY[0] * SCALE / sqrt(inside)
    eta2 = inside / (1 - e2) - 1
    t2, c, d = tan(phi) ** 2, cos(phi), lam - TRUE_ORIGIN[1]
    northing = (
        _meridional_arc(phi)
        + FALSE_ORIGIN[1]
        + nu / 2 * sin(phi) * c * d**2
        + nu / 24 * sin(phi) * c**3 * (5 - t2 + 9 * eta2) * d**4
        + nu / 720 * sin(phi) * c**5 * (61 - 58 * t2 + t2**2) * d**6
    )
    easting = (
        FALSE_ORIGIN[0]
        + nu * c * d
        + nu / 6 * c**3 * (1 + eta2 - t2) * d**3
        + nu / 120 * c**5 * (5 - 18 * t2 + t2**2 + 14 * eta2 - 58 * t2 * eta2) * d**5
    )
    return easting, northing
