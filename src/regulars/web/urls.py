"""Every address of the pages."""

from regulars.web.pages import (
    account,
    audit,
    belonging,
    customer_edit,
    customers,
    imports,
    patterns,
    sales,
    segments,
    settings,
    signing_in,
    team,
    today,
)

urlpatterns = [
    *today.urlpatterns,
    *signing_in.urlpatterns,
    *account.urlpatterns,
    *customers.urlpatterns,
    *belonging.urlpatterns,
    *customer_edit.urlpatterns,
    *sales.urlpatterns,
    *segments.urlpatterns,
    *imports.urlpatterns,
    *settings.urlpatterns,
    *team.urlpatterns,
    *audit.urlpatterns,
    *patterns.urlpatterns,
]
