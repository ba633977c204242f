"""What a page is handed."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from regulars.access.rules import Actor


class Request(HttpRequest):
    """A request to a page: someone is signed in (ActorMiddleware turns others away); `htmx` is true for a fragment."""

    actor: Actor
    htmx: HtmxDetails
