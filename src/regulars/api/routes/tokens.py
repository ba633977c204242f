"""Tokens: listed, made, revoked."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.access.selectors import tokens_list
from regulars.access.tokens import token_create, token_revoke
from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.shapes.common import Made, refusals
from regulars.api.shapes.shop import TokenIn, TokenMadeOut, TokensOut, token_out
from regulars.sales.reaching import store_reached
from regulars.sales.selectors import stores_all

router = Router(tags=["Tokens"])


@router.get("", response={200: TokensOut, **refusals()}, **asks("tokens_list"))
def tokens_listed(request: HttpRequest) -> TokensOut:
    """List the tokens there were, the newest first; never their secrets, which nobody knows."""
    actor = actor_of(request)
    names = {store.id: store.name for store in stores_all(visible_to=actor)}
    found = tokens_list(visible_to=actor)
    return TokensOut(items=[token_out(token, store=names.get(token.store_id or 0)) for token in found])


@router.post("", response={201: TokenMadeOut, **refusals(400, 404, 409, 413, 415)}, **asks("token_create"))
def token_created(request: HttpRequest, body: TokenIn) -> HttpResponse:
    """Make a token. Its secret is in this answer and nowhere else: not even a replay holds it."""
    actor = actor_of(request)
    secrets: list[str] = []

    def work() -> Done:
        store = None if body.store is None else store_reached(body.store, right="business.edit", visible_to=actor)
        made = token_create(
            name=body.name, role=body.role, store_id=store.id if store else None, days=body.days, actor=actor, at=now()
        )
        secrets.append(made.secret)
        return Done(201, TokenMadeOut(id=made.id))

    response = written(request, work, location="/api/v1/tokens")
    for secret in secrets:
        # Put in after the answer was kept: what is kept holds no secret.
        told = TokenMadeOut.model_validate_json(response.content)
        response.content = told.model_copy(update={"secret": secret}).model_dump_json()
    return response


@router.post("/{int:token}/revoke", response={200: Made, **refusals(404, 409)}, **asks("token_revoke"))
def token_revoked(request: HttpRequest, token: int) -> HttpResponse:
    """Let a token open nothing from now on."""

    def work() -> Done:
        token_revoke(token, actor=actor_of(request), at=now())
        return Done(200, Made(id=token))

    return written(request, work)
