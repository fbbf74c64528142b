"""What a nation's listings say: words that schools search, as often as language has them.

The k-th word of a list comes about 1/k as often as the first (Zipf's law). A sector's own
words stand among those that every employer uses.
"""

import tomllib
from itertools import accumulate
from pathlib import Path
from random import Random

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SURNAMES: list[str] = _LISTS["surnames"].split()
BESIDE: list[str] = _LISTS["beside"].split()
# How many texts have a craft in them.
CRAFT_SHARE = 0.01


def _falling(words: list[str]) -> list[float]:
    return list(accumulate(1 / (place + 3) for place in range(len(words))))


def _voice(own: list[str]) -> list[str]:
    """A sector's words among everybody's, two of its own to three of theirs while they last."""
    theirs, ours, mixed = iter(_EVERYBODYS), iter(own), list[str]()
    while len(mixed) < len(_EVERYBODYS) + len(own):
        mixed += [word for _, word in zip(range(2), ours, strict=False)]
        mixed += [word for _, word in zip(range(3), theirs, strict=False)]
    return mixed


_EVERYBODYS: list[str] = _LISTS["everybodys"].split()
CRAFTS: list[str] = _LISTS["crafts"].split()
_CRAFTS_UP_TO = _falling(CRAFTS)
_TRADES: dict[str, list[str]] = {
    sector: own.split()[:16] for sector, own in _LISTS["sectors"].items()
}
_VOICES = {sector: _voice(own.split()) for sector, own in _LISTS["sectors"].items()}
_UP_TO = {sector: _falling(voice) for sector, voice in _VOICES.items()}


def said(dice: Random, sector: str, length: int) -> str:
    """So many words as somebody of that sector would use them."""
    words = dice.choices(_VOICES[sector], cum_weights=_UP_TO[sector], k=length)
    if dice.random() < CRAFT_SHARE:
        words += dice.choices(CRAFTS, cum_weights=_CRAFTS_UP_TO)
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def trade(dice: Random, sector: str) -> str:
    """What is done there, in one word, for a title or a name."""
    return dice.choice(_TRADES[sector])
