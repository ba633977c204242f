"""The shop: stores, registers, products and stock, the day so far."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.access.rights import RIGHTS
from regulars.api.asking import actor_of, asks, now
from regulars.api.once import Done, written
from regulars.api.shapes.common import Made, refusals
from regulars.api.shapes.shop import (
    LiveOut,
    MeOut,
    ProductDone,
    ProductIn,
    ProductOut,
    ProductsOut,
    ProductsQuery,
    RegisterOut,
    RegistersOut,
    StockIn,
    StoreIn,
    StoreOut,
    StoresOut,
    live_out,
    newest_out,
    product_out,
)
from regulars.core.money import amount_milli, amount_minor, currency_places
from regulars.sales.paging import product_row, products_page
from regulars.sales.reaching import store_names, store_reached
from regulars.sales.selectors import business_get, product_get, registers_all, stores_all
from regulars.sales.services import product_set, stock_set, store_create
from regulars.sales.today import sales_newest, today_figures

shop = Router(tags=["Shop"])
products = Router(tags=["Products"])
_WRITE = refusals(400, 404, 409, 413, 415)
_NEWEST = 10


@shop.get("/me", response={200: MeOut, **refusals()}, **asks("me"))
def me_shown(request: HttpRequest) -> MeOut:
    """Say who the token is, and what it may do."""
    actor, business = actor_of(request), business_get()
    return MeOut(
        name=actor.name,
        role=actor.role.value,
        stores=None if actor.stores is None else store_names(actor.stores),
        rights={name: reach.value for name in RIGHTS if (reach := actor.reach(name)) is not None},
        business=business.name,
        currency=business.currency,
        country=business.country,
        timezone=business.timezone,
    )


@shop.get("/live", response={200: LiveOut, **refusals()}, **asks("live"))
def live_shown(request: HttpRequest) -> LiveOut:
    """Read the business day so far, store by store, and the newest sales."""
    actor, at, currency = actor_of(request), now(), business_get().currency
    newest = sales_newest(limit=_NEWEST, visible_to=actor) if actor.may("sales.see") else []
    shown = [newest_out(sale, currency=currency) for sale in newest]
    return live_out(today_figures(at=at, visible_to=actor), shown, currency=currency, at=at)


@shop.get("/stores", response={200: StoresOut, **refusals()}, **asks("stores_list"))
def stores_listed(request: HttpRequest) -> StoresOut:
    """List the stores within reach."""
    return StoresOut(
        items=[
            StoreOut(
                id=store.id,
                name=store.name,
                country=store.country,
                timezone=store.timezone,
                currency=store.currency,
                day_cutoff=f"{store.day_cutoff // 60:02}:{store.day_cutoff % 60:02}",
                city=store.city,
                region=store.region,
                is_active=store.is_active,
            )
            for store in stores_all(visible_to=actor_of(request))
        ]
    )


@shop.post("/stores", response={201: Made, **_WRITE}, **asks("store_create"))
def store_created(request: HttpRequest, body: StoreIn) -> HttpResponse:
    """Add a store."""

    def work() -> Done:
        made = store_create(business=business_get(), **body.model_dump(), actor=actor_of(request), at=now())
        return Done(201, Made(id=made.id))

    return written(request, work, location="/api/v1/stores")


@shop.get("/registers", response={200: RegistersOut, **refusals()}, **asks("registers_list"))
def registers_listed(request: HttpRequest) -> RegistersOut:
    """List the registers of the stores within reach. A register is made when it first sends a sale."""
    found = registers_all(visible_to=actor_of(request))
    return RegistersOut(items=[RegisterOut(id=each.id, name=each.name, store=each.store.name) for each in found])


@products.get("", response={200: ProductsOut, **refusals()}, **asks("products_list", ProductsQuery))
def products_listed(request: HttpRequest, wanted: Query[ProductsQuery]) -> ProductsOut:
    """List the products, by SKU."""
    page = products_page(limit=wanted.limit, cursor=wanted.cursor, visible_to=actor_of(request))
    currency = business_get().currency
    return ProductsOut(items=[product_out(row, currency=currency) for row in page.rows], next=page.next_cursor)


@products.get("/{sku}", response={200: ProductOut, **refusals(404)}, **asks("product_get"))
def product_shown(request: HttpRequest, sku: str) -> ProductOut:
    """Read a product, with the stock of the stores within reach."""
    return product_out(product_row(sku, visible_to=actor_of(request)), currency=business_get().currency)


@products.put("/{sku}", response={200: ProductDone, **_WRITE}, **asks("product_set"))
def product_described(request: HttpRequest, sku: str, body: ProductIn) -> HttpResponse:
    """Describe a product; what was sold before keeps the words it was sold under."""

    def work() -> Done:
        price = None if body.price is None else _minor(body.price)
        product_set(
            sku=sku, name=body.name, category=body.category, brand=body.brand, price=price, actor=actor_of(request),
            at=now(),
        )  # fmt: skip
        return Done(200, ProductDone(sku=sku))

    return written(request, work)


def _minor(price: object) -> int:
    return amount_minor(price, places=currency_places(business_get().currency))


@products.put("/{sku}/stock", response={200: ProductDone, **_WRITE}, **asks("stock_set"))
def stock_counted(request: HttpRequest, sku: str, body: StockIn) -> HttpResponse:
    """Say how much of a product a store has, as counted now."""
    actor, on_hand = actor_of(request), amount_milli(body.on_hand)

    def work() -> Done:
        store = store_reached(body.store, right="catalogue.count", visible_to=actor)
        product = product_get(sku, visible_to=actor)
        stock_set(product=product, store=store, on_hand_milli=on_hand, actor=actor, at=now())
        return Done(200, ProductDone(sku=sku))

    return written(request, work)
