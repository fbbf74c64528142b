"""Everything that is wrong to write into a field of a form, by what kind of field it is."""

import os
import random
import re
from dataclasses import dataclass
from uuid import UUID, uuid4

ALL = bool(os.environ.get("WEX_FULL"))
AT_A_TIME = 3
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MARKER = "zq7marker"
MARKUP = f"<script>{MARKER}</script><img src=x onerror={MARKER}>'\"&amp;{{{{7*7}}}}"
TOO_LONG = "x" * 100_000
NUL = "a\0b"
# A bell, an escape, and the mark that turns the direction of the words after it.
CONTROL = "a\x07\x1b[31mb\u202e"
NOT_UTF8 = b"caf\xe9 \xff\xfe \xed\xa0\x80"
SURROGATE = "a\ud800b"


@dataclass(frozen=True)
class Wrong:
    """One wrong thing to send: `pairs` in place of the field's own, and whether it may pass."""

    kind: str
    pairs: tuple
    may_pass: bool = False

    @property
    def is_empty(self):
        return not any(as_text(value).strip() for _, value in self.pairs)


def some_of(wrongs, seed):
    """A few of them, always the same for that seed; with WEX_FULL=1 all."""
    if ALL or len(wrongs) <= AT_A_TIME:
        return wrongs
    # A key in a field's name is another in each run.
    return random.Random(KEY.sub("", seed)).sample(wrongs, AT_A_TIME)


def as_text(value):
    """As a page shows what a browser sent."""
    sent = value if isinstance(value, bytes) else value.encode(errors="surrogatepass")
    return sent.decode(errors="replace")


def wrong_for(field, others):
    """All that can be wrong with it; `others` are identifiers of other organisations' rows."""
    if field.kind == "date":
        return list(_dates(field.name))
    if field.kind in ("hidden", "file"):
        # Words in place of a file are no file.
        return [Wrong(one.kind, one.pairs, may_pass=True) for one in _words(field, "text")]
    if field.kind in ("radio", "select", "checkbox"):
        return list(_choices(field, others))
    return list(_words(field, field.kind))


def _one(field, kind, value, *, may_pass=False):
    return Wrong(kind, ((field.name, value),), may_pass)


# What each kind of box takes for itself, and what it must not.
NOT_A_NUMBER = {
    "words": "six",
    "a fraction": "1.5",
    "below nought": "-1",
    "a million": "1000000",
    "beyond every number": str(10**30),
    "digits without end": "9" * 5000,
    "not a number": "NaN",
    "infinity": "Infinity",
    "an exponent": "1e3",
    "hexadecimal": "0x10",
}
NOT_AN_ADDRESS = {"words": "nobody", "no domain": "sam@", "two of them": "a@b.org, c@d.org"}
NOT_A_SITE = {"a script": "javascript:alert(1)", "no host": "http://", "a file": "file:///etc/x"}
NOT_THAT_TYPE = {"number": NOT_A_NUMBER, "email": NOT_AN_ADDRESS, "url": NOT_A_SITE}
# Free text may be anything readable, and is escaped wherever it is shown.
FREE = ("text", "textarea", "tel", "password", "search")


def _words(field, kind):
    free = kind in FREE
    yield _one(field, "far too long", TOO_LONG)
    yield _one(field, "a null character", NUL)
    yield _one(field, "control characters", CONTROL)
    yield _one(field, "markup", MARKUP, may_pass=free)
    yield _one(field, "bytes that are no text", NOT_UTF8, may_pass=free)
    yield _one(field, "half a character", SURROGATE, may_pass=free)
    yield Wrong("sent twice", ((field.name, "x"), (field.name, TOO_LONG)))
    yield Wrong("left out", (), may_pass=field.is_optional)
    yield _one(field, "nothing but spaces", " \t ", may_pass=field.is_optional)
    for name, value in NOT_THAT_TYPE.get(kind, {}).items():
        yield _one(field, name, value)
    if kind == "number":
        yield _one(field, "nought", "0", may_pass=True)


def _choices(field, others):
    alone = field.kind == "checkbox" and len(field.choices) == 1
    values = {
        "no such choice": "nothing-of-the-kind",
        "a number": "999999999",
        "a huge number": str(10**30),
        "an identifier of nobody": str(uuid4()),
        "far too long": TOO_LONG,
        "a null character": NUL,
        "markup": MARKUP,
        "bytes that are no text": NOT_UTF8,
        "half a character": SURROGATE,
    }
    for name, value in values.items():
        # A single box is ticked by whatever comes with its name.
        yield _one(field, name, value, may_pass=alone)
    known = next((one for one in field.choices if one), "")
    if known.isdigit() or _is_uuid(known):
        for whose, identifier in others.items():
            # Numbers of one table may be numbers of another.
            if str(identifier) in field.choices or isinstance(identifier, int) == _is_uuid(known):
                continue
            yield _one(field, f"another organisation's {whose}", str(identifier))
    yield Wrong("sent twice", ((field.name, known), (field.name, "nothing-of-the-kind")), alone)
    yield Wrong("left out", (), may_pass=field.is_optional or field.kind != "radio")


def _is_uuid(value):
    try:
        return bool(UUID(value))
    except ValueError:
        return False


DAYS = {
    "no such day": ("31", "2", "2027"),
    "nought": ("0", "0", "0"),
    "words": ("first", "of", "June"),
    "a year of five figures": ("1", "1", "99999"),
    "a year without end": ("1", "1", str(10**30)),
    "below nought": ("-1", "-1", "-1"),
    "not a number": ("NaN", "1", "2027"),
    "half of it": ("1", "", "2027"),
    "a null character": ("1", NUL, "2027"),
    "markup": (MARKUP, "1", "2027"),
    "far too long": (TOO_LONG, "1", "2027"),
    "long ago": ("1", "1", "2001"),
    "before all calendars": ("1", "1", "0001"),
    "in the far future": ("31", "12", "9999"),
    "other digits": ("\u00b2", "1", "2027"),
}


def _dates(name):
    for kind, boxes in DAYS.items():
        pairs = zip((f"{name}_day", f"{name}_month", f"{name}_year"), boxes, strict=True)
        yield Wrong(kind, tuple(pairs))
    yield Wrong("a whole day that is none", ((name, "2027-02-31"),))
    yield Wrong("a whole day of bytes", ((name, NOT_UTF8),))
