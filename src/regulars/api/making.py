"""The API put together from its routes."""

from ninja import NinjaAPI

from regulars.api.door import BodyParser, refusals_translate
from regulars.api.routes import (
    balances,
    customers,
    groups,
    imports,
    loyalty,
    offers,
    quote,
    reports,
    sales,
    segments,
    shop,
    tokens,
)

api = NinjaAPI(title="Regulars", version="1", openapi_url=None, docs_url=None, parser=BodyParser())
refusals_translate(api)
api.add_router("", quote.router)
api.add_router("/sales", sales.router)
api.add_router("/customers", customers.router)
api.add_router("/customers", balances.router)
api.add_router("/loyalty", loyalty.router)
api.add_router("/offers", offers.offers)
api.add_router("/price-books", offers.price_books)
api.add_router("/segments", segments.router)
api.add_router("/groups", groups.groups)
api.add_router("/tiers", groups.tiers)
api.add_router("", shop.shop)
api.add_router("/products", shop.products)
api.add_router("/reports", reports.router)
api.add_router("/tokens", tokens.router)
api.add_router("/uploads", imports.uploads)
api.add_router("/imports", imports.imports)
