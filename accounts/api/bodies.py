"""What is sent to the API: one JSON object, in UTF-8, of a sensible size."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MOST_BYTES = 64 * 1024


class JsonObject(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        sent = stream.read(MOST_BYTES + 1)
        if len(sent) > MOST_BYTES:
            raise ParseError(f"Send {MOST_BYTES // 1024} kB or less.")
        try:
            read = json.loads(sent.decode(), parse_constant=_refuse)
            # Half a character may be written as an escape, and could not be said back.
            json.dumps(read, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as fault:
            raise ParseError("This is not JSON in UTF-8.") from fault
        if not isinstance(read, dict):
            raise ParseError("Send one JSON object.")
        return read


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
