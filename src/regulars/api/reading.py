"""JSON as it came in: every number with every digit, nothing that only some readers understand."""

import json
from decimal import Decimal
from typing import Any

from regulars.api.errors import NotJson


def document_parse(document: bytes) -> Any:
    """The value of a JSON document. Raises NotJson, with the place where reading ended."""
    try:
        return json.loads(document.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_constant_refuse)
    except UnicodeDecodeError as error:
        raise NotJson(reason=f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotJson(reason=f"it stops making sense at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise NotJson(reason="it is nested too deeply") from None
    except ValueError:
        raise NotJson(reason="a number in it is none") from None


def _constant_refuse(name: str) -> None:
    raise ValueError(name)


def body_told(shape: str) -> dict[str, Any]:
    """What the document says of the body of a route that reads it by itself: it is of this shape."""
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
