"""What local authority districts are called, by their codes: those of England in April 2023.

From the Office for National Statistics, under the Open Government Licence v3.0. A district that
is newer has no name here, and is shown by its code.
"""

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "districts.csv"


def name_of(code: str) -> str:
    return _names().get(code, "")


@cache
def _names() -> dict[str, str]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}
