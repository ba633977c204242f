"""The application as Granian calls it, over RSGI."""

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import cast

from django.conf import settings
from django.urls import get_resolver

from regulars.config.serving.bridge import Bridge
from regulars.config.wsgi import application
from regulars.storage.readiness import database_is_ready


def bridge_made(*, threads: int, proxies: Iterable[str]) -> Bridge:
    """The bridge to this shop, in so many threads; `proxies` are networks."""
    # Every page is imported now, not while somebody waits for the first one.
    _ = get_resolver().url_patterns
    return Bridge(
        cast("Callable[..., Iterable[bytes]]", application),
        is_ready=database_is_ready,
        folder=settings.DATA_FOLDER.path,
        threads=threads,
        proxies=[ip_network(each) for each in proxies],
    )
