"""Customers: found, listed, looked at, opened, changed."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api.asking import actor_of, asks, now
from regulars.api.errors import SearchNeeded
from regulars.api.once import Done, written
from regulars.api.shapes.common import Made, refusals
from regulars.api.shapes.customers import (
    ConsentIn,
    CustomerChanged,
    CustomersOut,
    CustomersQuery,
    GlimpsesOut,
    NoteIn,
    ProfileIn,
    ProfileOut,
    TimelineOut,
    TimelineQuery,
    customer_out,
    glimpse_out,
    moment_out,
    profile_out,
)
from regulars.api.shapes.groups import belongings_out
from regulars.customers.details import CustomerDetails
from regulars.customers.selectors import customer_details
from regulars.customers.services import (
    customer_activate,
    customer_consent,
    customer_create,
    customer_deactivate,
    customer_edit,
    note_add,
)
from regulars.groups.history import customer_changes
from regulars.groups.selectors import groups_of_customer
from regulars.sales.finding import customers_find, customers_glimpsed
from regulars.sales.listing import BadCursor, customers_among, customers_page
from regulars.sales.looking import timeline_open
from regulars.sales.selectors import business_get, business_today
from regulars.sales.services import profile_open
from regulars.sales.timeline import MOMENT_KINDS
from regulars.storage.writing import alone

router = Router(tags=["Customers"])
_WRITE = refusals(400, 404, 409, 413, 415)


@router.get("", response={200: CustomersOut | GlimpsesOut, **refusals()}, **asks("customers_list", CustomersQuery))
def customers_listed(request: HttpRequest, wanted: Query[CustomersQuery]) -> CustomersOut | GlimpsesOut:
    """Find or list customers.

    A token that may only find them gets id, code, name and the end of the phone, and must say whom it searches.
    """
    actor, business = actor_of(request), business_get()
    if not actor.may("customers.see") and wanted.is_search_alone:
        if not wanted.search.strip():
            raise SearchNeeded
        found = customers_glimpsed(wanted.search, limit=wanted.limit, country=business.country, visible_to=actor)
        return GlimpsesOut(items=list(map(glimpse_out, found)), next=None)
    narrowed = wanted.filter(currency=business.currency, today=business_today(at=now()))
    if wanted.search.strip():
        if wanted.cursor is not None:
            # What a search finds is all in its first part.
            raise BadCursor
        ids = customers_find(wanted.search, limit=wanted.limit, country=business.country, visible_to=actor)
        rows = customers_among(ids, narrowed, visible_to=actor)
        return CustomersOut(items=[customer_out(row, currency=business.currency) for row in rows], next=None)
    page = customers_page(narrowed, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor, visible_to=actor)
    return CustomersOut(
        items=[customer_out(row, currency=business.currency) for row in page.rows], next=page.next_cursor
    )


@router.get("/{int:customer}", response={200: ProfileOut, **refusals(404)}, **asks("customer_get"))
def customer_shown(request: HttpRequest, customer: int) -> ProfileOut:
    """Read everything that is known of a customer, with the newest 20 moments. The look is in the audit log."""
    actor = actor_of(request)
    profile = profile_open(customer, actor=actor, at=now())
    changes = customer_changes(customer, visible_to=actor)
    groups = belongings_out(groups_of_customer(customer, visible_to=actor), changes)
    return profile_out(profile, groups=groups, currency=business_get().currency)


@router.get(
    "/{int:customer}/timeline",
    response={200: TimelineOut, **refusals(404)},
    **asks("customer_timeline", TimelineQuery),
)
def customer_moments(request: HttpRequest, customer: int, wanted: Query[TimelineQuery]) -> TimelineOut:
    """Read what happened with a customer, the newest first. The look is in the audit log."""
    kinds = MOMENT_KINDS if wanted.kind is None else (wanted.kind,)
    page = timeline_open(
        customer, kinds=kinds, limit=wanted.limit, cursor=wanted.cursor, actor=actor_of(request), at=now()
    )
    currency = business_get().currency
    return TimelineOut(items=[moment_out(each, currency=currency) for each in page.moments], next=page.next_cursor)


@router.post("", response={201: Made, **_WRITE}, **asks("customer_create"))
def customer_created(request: HttpRequest, body: ProfileIn) -> HttpResponse:
    """Open a profile."""

    def work() -> Done:
        at, country = now(), business_get().country
        made = customer_create(
            body.details(CustomerDetails()), source="api", country=country, actor=actor_of(request), at=at,
            today=business_today(at=at),
        )  # fmt: skip
        return Done(201, Made(id=made))

    return written(request, work, location="/api/v1/customers/{id}")


@router.patch("/{int:customer}", response={200: CustomerChanged, **_WRITE}, **asks("customer_edit"))
def customer_edited(request: HttpRequest, customer: int, body: ProfileIn) -> HttpResponse:
    """Change a profile: what is left out stays, and a list replaces the one that is there."""
    actor = actor_of(request)

    def work() -> Done:
        at, country = now(), business_get().country
        # Of two who change different details at once, both count.
        with alone():
            details = body.details(customer_details(customer, visible_to=actor).details)
            changed = customer_edit(customer, details, country=country, actor=actor, at=at, today=business_today(at=at))
        return Done(200, CustomerChanged(id=customer, changed=list(changed)))

    return written(request, work)


@router.post("/{int:customer}/notes", response={201: Made, **_WRITE}, **asks("customer_note"))
def customer_noted(request: HttpRequest, customer: int, body: NoteIn) -> HttpResponse:
    """Write a note that only the team sees. The answer holds the customer's id."""

    def work() -> Done:
        note_add(customer, body.text, actor=actor_of(request), at=now())
        return Done(201, Made(id=customer))

    return written(request, work, location="/api/v1/customers/{id}/timeline?kind=note")


@router.post("/{int:customer}/consents", response={201: Made, **_WRITE}, **asks("customer_consent"))
def customer_consented(request: HttpRequest, customer: int, body: ConsentIn) -> HttpResponse:
    """Record a yes or no to a channel. The answer holds the customer's id."""

    def work() -> Done:
        customer_consent(
            customer, channel=body.channel, is_given=body.given, wording=body.wording, place=body.place,
            actor=actor_of(request), at=now(),
        )  # fmt: skip
        return Done(201, Made(id=customer))

    return written(request, work, location="/api/v1/customers/{id}/timeline?kind=consent")


@router.post("/{int:customer}/deactivate", response={200: Made, **refusals(404, 409)}, **asks("customer_deactivate"))
def customer_deactivated(request: HttpRequest, customer: int) -> HttpResponse:
    """Hide a customer at the till; the history stays."""

    def work() -> Done:
        customer_deactivate(customer, actor=actor_of(request), at=now())
        return Done(200, Made(id=customer))

    return written(request, work)


@router.post("/{int:customer}/activate", response={200: Made, **refusals(404, 409)}, **asks("customer_activate"))
def customer_activated(request: HttpRequest, customer: int) -> HttpResponse:
    """Let the till find a customer again."""

    def work() -> Done:
        customer_activate(customer, actor=actor_of(request), at=now())
        return Done(200, Made(id=customer))

    return written(request, work)
