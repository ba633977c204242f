"""A request of RSGI as WSGI has it (PEP 3333)."""

import sys
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import IO, Any, NamedTuple

from granian.rsgi import Scope

from regulars.config.serving.bodies import Refusal
from regulars.core.text import marked as _

Networks = Collection[IPv4Network | IPv6Network]


class Sender(NamedTuple):
    """The address that a request comes from, and the scheme it came by."""

    address: str
    scheme: str


def sender_of(scope: Scope, *, proxies: Networks) -> Sender:
    """Who sends the request; where there are proxies they alone may, and say it for others. Raises Refusal."""
    address = scope.client.rpartition(":")[0].strip("[]")
    if not proxies:
        return Sender(address, scope.scheme)
    if not any(ip_address(address) in network for network in proxies):
        raise Refusal(403, _("This server is reached through its proxy only."))
    return Sender(
        _last(scope, "x-forwarded-for") or address, "https" if _last(scope, "x-forwarded-proto") == "https" else "http"
    )


def _last(scope: Scope, name: str) -> str:
    """The last entry of the header: the proxy's own. What stands before it the client may have written."""
    return str(scope.headers.get(name, "")).rpartition(",")[2].strip()


def environ_of(scope: Scope, *, sender: Sender, body: IO[bytes]) -> dict[str, Any]:
    """The request for a WSGI application."""
    headers = _headers(scope)
    server, _colon, port = scope.server.rpartition(":")
    return {
        "CONTENT_TYPE": headers.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": headers.pop("HTTP_CONTENT_LENGTH", ""),
        **headers,
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": sender.address,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": sender.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _headers(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in scope.headers.items():
        # X_Real_IP would pass for X-Real-IP; and what proxies tell was read already.
        if "_" in name or name.startswith(("x-forwarded-", "forwarded")):
            continue
        key = f"HTTP_{name.upper().replace('-', '_')}"
        joint = "; " if name == "cookie" else ","
        headers[key] = f"{headers[key]}{joint}{value}" if key in headers else value
    return headers
