"""Every address of the shop: pages for people, the API for machines."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("regulars.api.urls")),
    path("", include("regulars.web.urls")),
]
