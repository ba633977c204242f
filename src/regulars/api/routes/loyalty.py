"""The loyalty policy, and what the shop owes and is owed."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.reading import body_told, document_parse
from regulars.api.shapes.balances import (
    AccountLimitIn,
    AllowanceIn,
    AllowanceOut,
    AllowanceQuery,
    LiabilitiesOut,
    OwingsOut,
    PoliciesOut,
    PolicyMade,
    allowance_out,
    liability_out,
    owing_out,
    policy_out,
)
from regulars.api.shapes.common import Made, refusals
from regulars.api.shapes.segments import DaysQuery
from regulars.balances.allowances import allowance_get, allowance_make
from regulars.balances.errors import NoAllowance
from regulars.balances.selectors import accounts_ageing, liability, policies_all
from regulars.balances.services import account_limit_set, policy_set
from regulars.checkout.loyalty import policy_shown, policy_told
from regulars.core.money import amount_minor, currency_places
from regulars.sales.selectors import business_get, business_today

router = Router(tags=["Loyalty"])
_WRITE = refusals(400, 404, 409, 413, 415)


@router.get("", response={200: PoliciesOut, **refusals()}, by_alias=True, **asks("loyalty_list"))
def policies_listed(request: HttpRequest) -> PoliciesOut:
    """List the versions of the loyalty policy; the latest that has started is in force."""
    places = currency_places(business_get().currency)
    found = policies_all(visible_to=actor_of(request))
    return PoliciesOut(items=[policy_out(policy_shown(each, places=places)) for each in found])


@router.post("", response={201: PolicyMade, **_WRITE}, openapi_extra=body_told("PolicyIn"), **asks("loyalty_set"))
def policy_made(request: HttpRequest) -> HttpResponse:
    """Make a new version of the loyalty policy; what was earned before stays as it was earned."""
    payload = document_parse(request.body)

    def work() -> Done:
        told = policy_told(payload, places=currency_places(business_get().currency))
        starts_on = told.starts_on or business_today(at=now())
        return Done(201, PolicyMade(id=policy_set(told.terms, starts_on=starts_on, actor=actor_of(request), at=now())))

    return written(request, work)


@router.get("/liability", response={200: LiabilitiesOut, **refusals()}, **asks("loyalty_liability", DaysQuery))
def liability_shown(request: HttpRequest, wanted: Query[DaysQuery]) -> LiabilitiesOut:
    """Read what the shop owes in points and store credit, and is owed on account."""
    first, last = wanted.days(today=business_today(at=now()))
    currency = business_get().currency
    found = liability(first=first, last=last, visible_to=actor_of(request))
    return LiabilitiesOut(first=first, last=last, items=[liability_out(each, currency=currency) for each in found])


@router.get("/accounts", response={200: OwingsOut, **refusals()}, **asks("accounts_list"))
def accounts_listed(request: HttpRequest) -> OwingsOut:
    """List who owes on account, and for how long."""
    currency = business_get().currency
    found = accounts_ageing(today=business_today(at=now()), visible_to=actor_of(request))
    return OwingsOut(items=[owing_out(each, currency=currency) for each in found])


@router.put("/account-limit", response={200: Made, **_WRITE}, **asks("account_limit_set"))
def account_limited(request: HttpRequest, body: AccountLimitIn) -> HttpResponse:
    """Say how much a customer, or everybody, may owe. The answer holds the customer's id; 0: everybody."""

    def work() -> Done:
        amount = amount_minor(body.amount, places=currency_places(business_get().currency))
        account_limit_set(body.customer, amount, actor=actor_of(request), at=now())
        return Done(200, Made(id=body.customer or 0))

    return written(request, work)


@router.post("/allowances", response={201: AllowanceOut, **_WRITE}, **asks("allowance_make"))
def allowance_made(request: HttpRequest, body: AllowanceIn) -> HttpResponse:
    """Let a register spend points while it is offline; an allowance it had before ends now."""

    def work() -> Done:
        made = allowance_make(
            body.store, body.register_name, points=body.points, hours=body.hours, actor=actor_of(request), at=now()
        )
        return Done(201, allowance_out(made))

    return written(request, work)


@router.get("/allowances", response={200: AllowanceOut, **refusals(404)}, **asks("allowance_get", AllowanceQuery))
def allowance_shown(request: HttpRequest, wanted: Query[AllowanceQuery]) -> AllowanceOut:
    """Read the allowance a register may spend under now."""
    found = allowance_get(wanted.store, wanted.register_name, visible_to=actor_of(request), at=now())
    if found is None:
        raise NoAllowance(register=wanted.register_name, store=wanted.store)
    return allowance_out(found)
