"""Whom else a page may ask for something, as the content security policy names them."""

from urllib.parse import urlsplit


def hosts_of(address: str) -> list[str]:
    """The one host that an address belongs to; none, where it is empty or our own."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
