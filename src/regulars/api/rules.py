"""Which right each operation of the API asks for, as data: one of those named is enough.

A route cannot be made without its line here (`asks`), and a test looks for lines without a route. How far the right
reaches is decided where the thing is read or written, by the room it lives in.
"""

from collections.abc import Mapping

Rule = tuple[str, ...]

# Any valid token; what it is told is its own.
SIGNED_IN: Rule = ()

RULES: Mapping[str, Rule] = {
    "me": SIGNED_IN,
    "live": ("reports.see",),
    "sale_record": ("sales.record",),
    "sales_record": ("sales.record",),
    "sales_list": ("sales.see",),
    "sale_get": ("sales.see",),
    "sale_return": ("sales.record",),
    "sale_void": ("sales.void",),
    "sale_reassign": ("sales.reassign",),
    "customers_list": ("customers.see", "customers.find"),
    "customer_get": ("customers.see",),
    "customer_timeline": ("customers.see",),
    "customer_create": ("customers.create",),
    "customer_edit": ("customers.edit",),
    "customer_note": ("customers.edit",),
    "customer_consent": ("customers.edit",),
    "customer_deactivate": ("customers.edit",),
    "customer_activate": ("customers.edit",),
    "stores_list": ("catalogue.see",),
    "store_create": ("business.edit",),
    "registers_list": ("catalogue.see",),
    "products_list": ("catalogue.see",),
    "product_get": ("catalogue.see",),
    "product_set": ("catalogue.edit",),
    "stock_set": ("catalogue.count",),
    "uploads_list": ("exchange.import",),
    "upload_begin": ("exchange.import",),
    "upload_get": ("exchange.import",),
    "upload_refused": ("exchange.import",),
    "upload_look": ("exchange.import",),
    "upload_run": ("exchange.import",),
    "upload_cancel": ("exchange.import",),
    "imports_list": ("exchange.import",),
    "import_get": ("exchange.import",),
    "import_refused": ("exchange.import",),
    "import_undo": ("exchange.import",),
    "tokens_list": ("business.see",),
    "token_create": ("business.edit",),
    "token_revoke": ("business.edit",),
}

# What needs no token: what the API looks like, which tells nothing of this shop.
PUBLIC_ADDRESSES = ("openapi.json", "docs")
