"""What a page costs: processor of the web and of the database together, for one request.

Requests go through the whole handler with every middleware, in this process, where the
clock of the processor is exact; kinds of page take turns, one request each.
"""

import io
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings

from accounts.models import School
from marketplace.bench import stopwatch
from marketplace.bench.search import urls
from marketplace.bench.search.questions import Mix
from placements.models import Placement
from placements.views import finding

WARM_UP = 5
OK = "200 OK"
Costs = dict[str, list[float]]


def costs(mix: Mix, schools: Sequence[School]) -> dict[str, Costs]:
    """For each kind of page: milliseconds of processor, all samples of each part."""
    taken: dict[str, Costs] = defaultdict(lambda: defaultdict(list))
    with _serving() as get:
        _remember(get, mix, schools[0])
        for turn, school in enumerate([*schools[:WARM_UP], *schools]):
            for kind, ask in _kinds(get, mix, school, turn):
                spent = stopwatch.processors(ask, 1)
                if turn >= WARM_UP:
                    for part, value in spent.items():
                        taken[kind][part].append(value)
    return taken


def statements_of_a_listing() -> int:
    """How many statements a listing's page asks, once a process is warm."""
    pk = Placement.objects.published().values_list("pk", flat=True)[0]
    with _serving() as get:
        get(f"/placements/{pk}/")
        with stopwatch.in_the_database() as spent:
            get(f"/placements/{pk}/")
    return spent.statements


def _kinds(
    get: Callable[[str], bytes], mix: Mix, school: School, turn: int
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    # Each is asked about a place a step from all others, so that none finds what another, or
    # the same school's turn to warm up, has left in a cache.
    step = 4 * (turn >= WARM_UP)
    here, beside, repeated = (mix.asked("q1", school, step=step + n).address for n in range(3))
    yield "hello", partial(get, "/bench/hello")
    yield "from_memory", partial(get, "/bench/from-memory")
    yield "uncached", partial(get, f"/placements/?{here}")
    get(f"/placements/?{repeated}")
    yield "repeated", partial(get, f"/placements/?{repeated}")
    yield "json", partial(get, f"/api/v1/placements?{beside}&facets=true")


def _remember(get: Callable[[str], bytes], mix: Mix, school: School) -> None:
    """Keep what the page is drawn from, by drawing it once and looking on."""
    names = vars(finding)
    usual = names["render"]

    def looking_on(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        urls.kept.update(context)
        drawn: HttpResponse = usual(request, template, context)
        return drawn

    names["render"] = looking_on
    try:
        get(f"/placements/?{mix.asked('q1', school, step=3).address}")
    finally:
        names["render"] = usual


@contextmanager
def _serving() -> Iterator[Callable[[str], bytes]]:
    """The project as it is served, with the benchmark's own addresses, and quiet."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    logging.disable(logging.WARNING)
    try:
        with override_settings(
            ROOT_URLCONF="marketplace.bench.search.urls",
            STORAGES={**settings.STORAGES, "staticfiles": plain},
            API_REQUESTS_A_MINUTE=1_000_000,
            DEBUG=False,
        ):
            yield partial(_get, WSGIHandler())
    finally:
        logging.disable(logging.NOTSET)


def _get(handler: WSGIHandler, address: str) -> bytes:
    path, _, query = address.partition("?")
    environment = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": settings.ALLOWED_HOSTS[0],
        "HTTP_USER_AGENT": "bench",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    told: list[str] = []

    def start(status: str, *_: Any) -> Callable[[bytes], object]:
        told.append(status)
        return told.append  # type: ignore[return-value]  # nobody writes so any more

    response = handler(environment, start)
    body = b"".join(response)
    response.close()
    if told != [OK]:
        raise ValueError(f"{address}: {told}")
    return body
