"""The addresses of the API."""

from django.urls import URLPattern, path, re_path

from regulars.api.describing import openapi_shown
from regulars.api.door import entered, nothing_here
from regulars.api.making import api
from regulars.api.reference import reference_shown

# Without the root that ninja adds: there is nothing at it.
_ROUTES = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]

urlpatterns = [
    # What stands in rules.PUBLIC_ADDRESSES.
    path("openapi.json", entered(openapi_shown), name="api-openapi"),
    path("docs", entered(reference_shown), name="api-docs"),
    *(URLPattern(each.pattern, entered(each.callback), name=f"api-{each.name}") for each in _ROUTES),
    re_path("", entered(nothing_here)),
]
