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
    "segments_list": ("segments.see",),
    "segment_create": ("segments.edit",),
    "segment_get": ("segments.see",),
    "segment_set": ("segments.edit",),
    "segment_delete": ("segments.edit",),
    "segment_members": ("customers.see",),
    "segment_history": ("segments.see",),
    "segment_changes": ("customers.see",),
    "segment_explain": ("customers.see",),
    "rule_preview": ("segments.see",),
    "rule_check": ("segments.see",),
    "rule_count": ("segments.see",),
    "rule_explain": ("customers.see",),
    "export_preview": ("customers.export", "customers.export_facts"),
    "export_take": ("customers.export", "customers.export_facts"),
    "groups_list": ("segments.see",),
    "group_create": ("segments.edit",),
    "group_get": ("segments.see",),
    "group_edit": ("segments.edit",),
    "group_delete": ("segments.edit",),
    "group_members": ("customers.see",),
    "group_history": ("segments.see",),
    "group_add": ("groups.fill",),
    "group_remove": ("groups.fill",),
    "group_import": ("groups.fill",),
    "group_pin": ("groups.fill",),
    "group_unpin": ("groups.fill",),
    "tiers_list": ("segments.see",),
    "tiers_set": ("segments.edit",),
    "tiers_check": ("segments.see",),
    "tiers_delete": ("segments.edit",),
    "tiers_flows": ("reports.see",),
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

# What is asked with a body, because a rule does not fit into an address, and is answered anew each time: nothing is
# changed, or what is in the answer is not to be kept, so that no Idempotency-Key is taken.
ASKED_WITH_A_BODY = (
    "rule_preview", "rule_check", "rule_count", "rule_explain", "tiers_check", "export_preview", "export_take",
)  # fmt: skip

# What needs no token: what the API looks like, which tells nothing of this shop.
PUBLIC_ADDRESSES = ("openapi.json", "docs")
