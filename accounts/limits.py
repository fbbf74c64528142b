"""How often one may ask: by address and by network, for a while and never for good.

A limit that stays is a way to lock somebody else out. So failed passwords are counted
for an address and a network together, and whoever is held up can ask for a link.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest  # noqa: TID251 -- what is limited is a request.

RATES = {
    # Failed passwords for one account, wherever they come from.
    "password": "20/h/key",
    # Mails to one address, and from one network.
    "link": "5/15m/key,60/h/ip",
    # Mails that one member has parents sent, and those to one parent.
    "parents": "300/h/key",
    "parent": "5/15m/key",
    # Mails to assessors that one member has sent.
    "assessors": "20/h/key",
    "register": "5/h/key,30/h/ip",
    # Opening links: nobody guesses 256 bits, but nobody should try either.
    "open": "120/h/ip",
    # Codes from a sheet of paper that are none: many mistype behind one school's address.
    "reflect": "120/h/ip",
    "invite": "60/h/key",
    # Tokens for platforms: one lasts a quarter of an hour, and checking a secret is dear.
    "token": "300/m/ip",
}


def spend(request: HttpRequest, what: str, *, key: str = "") -> bool:
    """Count one attempt; False where there have been too many."""
    spent = ratelimit.consume(
        request, app="accounts", action=what, config=RATES, key=key.lower(), limit_get=True
    )
    return spent is not None


def any_left(request: HttpRequest, what: str, *, key: str = "") -> bool:
    """Whether another attempt would be counted; nothing is counted by asking."""
    left = ratelimit.consume(
        request,
        app="accounts",
        action=what,
        config=RATES,
        key=key.lower(),
        dry_run=True,
        limit_get=True,
    )
    return left is not None
