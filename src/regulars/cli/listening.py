"""Where the server listens and how people get there: what was typed, made sure of before anything starts."""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.conf import settings

from regulars.core.errors import Conflict, Invalid
from regulars.core.text import marked as _


class PortTaken(Conflict):
    code = "cli.port_taken"
    message = _("Another program already listens on port %(port)s of %(host)s; stop it, or choose another with --port.")


class AddressUnusable(Invalid):
    code = "cli.address_unusable"
    message = _("Port %(port)s of %(host)s cannot be used (%(reason)s); choose others with --host and --port.")


class InTheClear(Invalid):
    code = "cli.in_the_clear"
    message = _(
        "Over plain HTTP on %(host)s anybody on the way could read your customers' data; use --tls-cert and --tls-key, "
        "--tls-self-signed, --proxy for a proxy that encrypts, or --allow-plain-http to do it all the same."
    )


class SchemeDiffers(Invalid):
    code = "cli.scheme_differs"
    message = _(
        "REGULARS_URL says that people come by %(told)s, but this server would speak %(spoken)s; "
        "correct REGULARS_URL or the --tls options."
    )


class UrlNeeded(Invalid):
    code = "cli.url_needed"
    message = _("Behind a proxy people type its address; set it, such as REGULARS_URL=https://shop.example.org.")


class BadProxy(Invalid):
    code = "cli.bad_proxy"
    message = _('"%(value)s" is neither an address nor a network; write --proxy 127.0.0.1 or --proxy 10.0.0.0/8.')


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens (the host as typed, and its address), and what it speaks there."""

    host: str
    address: str
    port: int
    is_tls: bool
    proxies: tuple[str, ...]

    @property
    def to_try(self) -> str:
        """An address under which it can be reached from here."""
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (compared, not listened on)
        return here.get(self.address, self.address)


def place_checked(
    *, host: str, port: int, is_tls: bool, proxies: Iterable[str], is_plain_allowed: bool
) -> Place:  # fmt: skip
    """The place, which nobody has yet. Raises Invalid, PortTaken."""
    place = Place(host, _address(host, port), port, is_tls, tuple(_network(each) for each in proxies))
    is_open = not ip_address(place.address).is_loopback
    if is_open and not (is_tls or place.proxies or is_plain_allowed):
        raise InTheClear(host=host)
    _require_free(place)
    return place


def url_settled(place: Place) -> str:
    """The addresses people type, REGULARS_URL, set for this process and its children if nobody did. Raises Invalid."""
    told = os.environ.get("REGULARS_URL")
    if told is None:
        if place.proxies:
            raise UrlNeeded
        told = os.environ["REGULARS_URL"] = ",".join(_urls(place))
    elif not place.proxies:
        schemes = {origin.partition(":")[0] for origin in settings.ADDRESSES.origins}
        spoken = "https" if place.is_tls else "http"
        if schemes != {spoken}:
            raise SchemeDiffers(told=", ".join(sorted(schemes)), spoken=spoken)
    return told


def names_of(place: Place) -> list[str]:
    """The names a certificate for this place must bear."""
    told = [host.strip("[]") for host in settings.ADDRESSES.hosts] if "REGULARS_URL" in os.environ else []
    return [*told, *_hosts(place)]


def _urls(place: Place) -> list[str]:
    scheme, usual = ("https", 443) if place.is_tls else ("http", 80)
    port = "" if place.port == usual else f":{place.port}"
    return [f"{scheme}://{f'[{host}]' if ':' in host else host}{port}" for host in _hosts(place)]


def _hosts(place: Place) -> list[str]:
    address = ip_address(place.address)
    if address.is_loopback:
        return ["localhost"]
    if address.is_unspecified:
        return ["localhost", socket.gethostname()]
    return [place.host]


def _address(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise AddressUnusable(host=host, port=port, reason=error.strerror) from None
    # Of a name's addresses the first of version 4, which every till can reach.
    return str(min(found, key=lambda each: each[0] != socket.AF_INET)[4][0])


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise BadProxy(value=value) from None


def _require_free(place: Place) -> None:
    """Nobody listens there. Granian's workers would not notice: they share a port with whoever lets them."""
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.address, place.port))
            probe.listen(1)
        except OSError as error:
            if "in use" in str(error.strerror):
                raise PortTaken(host=place.host, port=place.port) from None
            raise AddressUnusable(host=place.host, port=place.port, reason=error.strerror) from None
