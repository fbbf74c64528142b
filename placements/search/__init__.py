"""Finding placements: one set of filters for the page and for the API.

Both hand over what was asked and get `Results` back. How the answer is found is known
to this package alone, so that another engine can take its place.
"""

from placements.search.filters import PlacementSearch
from placements.search.hints import Hint, hints
from placements.search.places import Located, located
from placements.search.results import Found, Results, as_found, every, results
from placements.search.suggestions import Suggestion

__all__ = [
    "Found",
    "Hint",
    "Located",
    "PlacementSearch",
    "Results",
    "Suggestion",
    "as_found",
    "every",
    "hints",
    "located",
    "results",
]
