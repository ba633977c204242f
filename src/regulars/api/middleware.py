"""The short way to the API."""

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

PLACE = "/api/v1/"


class ShortWayMiddleware:
    """Who shows a token goes straight to the route: sessions, forms and the policies of pages are nothing to a machine.

    They would cost a till a tenth of its sale. Everybody else takes the whole way, and is turned away at its end.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PLACE) or "HTTP_AUTHORIZATION" not in request.META:
            return self.get_response(request)
        # A name that is not ours is refused here too.
        request.get_host()
        try:
            match = _route(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.resolver_match = match
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer


# Tills ask at the same address again and again, and Django tries one pattern after the other each time.
@lru_cache(maxsize=64)
def _route(path: str) -> ResolverMatch:
    """What answers at this address. Raises Resolver404."""
    return resolve(path)
