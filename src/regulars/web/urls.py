"""Every address of the pages."""

from regulars.web.pages import (
    account,
    audit,
    customer_edit,
    customers,
    imports,
    patterns,
    sales,
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
    *customer_edit.urlpatterns,
    *sales.urlpatterns,
    *imports.urlpatterns,
    *settings.urlpatterns,
    *team.urlpatterns,
    *audit.urlpatterns,
    *patterns.urlpatterns,
]
