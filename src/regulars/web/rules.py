"""Which right each page asks for, as data: one of those named is enough.

A page without a line here is not served. How far a right reaches is decided where the thing is read or written, by the
room it lives in; this is the door saying no before anything is drawn.
"""

from collections.abc import Mapping

from regulars.access.rules import Actor

Rule = tuple[str, ...]

# Whoever is signed in, whatever their role; what they are shown is their own.
SIGNED_IN: Rule = ()
_FINDS: Rule = ("customers.find", "customers.see")

# Pages that need nobody to be signed in tell nothing of the shop.
PUBLIC = frozenset({"sign-in", "sign-in-code", "sign-out", "chart-script", "chart-spec"})

# The customers' own pages: they let in by a session of their own (web/card/door.py), which is nothing here, and whoever
# is signed in here is nobody there. The first ones are before the sign-in and tell nothing of anybody.
CARD_PUBLIC = frozenset(
    {"card-sign-in", "card-join", "card-code", "card-choose", "card-sign-out", "card-manifest", "card-icon",
     "card-worker", "card-offline"}
)  # fmt: skip
CARD = frozenset(
    {"card", "card-receipts", "card-receipt", "card-points", "card-redeem", "card-offers", "card-me", "card-details",
     "card-contact-add", "card-contact-remove", "card-consents", "card-data", "card-request-withdraw"}
)  # fmt: skip

RULES: Mapping[str, Rule] = {
    "today": SIGNED_IN,
    "find": _FINDS,
    "account": SIGNED_IN,
    "password": SIGNED_IN,
    "second-factor": SIGNED_IN,
    "theme": SIGNED_IN,
    "patterns": SIGNED_IN,
    "customers": _FINDS,
    "customers-count": ("customers.see",),
    "customer": ("customers.see",),
    "customer-timeline": ("customers.see",),
    "customer-why": ("customers.see",),
    "customers-to-group": ("groups.fill",),
    "customer-card": _FINDS,
    "customer-new": ("customers.create",),
    "customer-doubles": ("customers.create",),
    "customer-edit": ("customers.edit",),
    "customer-note": ("customers.edit",),
    "customer-consent": ("customers.edit",),
    "customer-deactivate": ("customers.edit",),
    "customer-activate": ("customers.edit",),
    "segments": ("segments.see",),
    "segment": ("segments.see",),
    "segment-new": ("segments.edit",),
    "segment-edit": ("segments.edit",),
    "segment-export": ("customers.export_facts", "customers.export"),
    "segment-rule": ("segments.edit",),
    "segment-preview": ("segments.edit",),
    "segment-complete": ("segments.edit",),
    "groups": ("segments.see",),
    "group": ("segments.see",),
    "group-new": ("segments.edit",),
    "group-find": ("groups.fill",),
    "group-members": ("groups.fill",),
    "group-import": ("groups.fill",),
    "group-rename": ("segments.edit",),
    "group-delete": ("segments.edit",),
    "tiers": ("segments.see",),
    "tier-set": ("segments.see",),
    "tier-set-new": ("segments.edit",),
    "tier-set-look": ("segments.edit",),
    "tier-set-edit": ("segments.edit",),
    "tier-set-delete": ("segments.edit",),
    "customer-balances": _FINDS,
    "customer-statement": _FINDS,
    "customer-adjust": ("balances.adjust",),
    "customer-pay": ("balances.take_payment",),
    "customer-limit": ("balances.adjust",),
    "liability": ("reports.see",),
    "accounts": _FINDS,
    "offers": ("offers.see",),
    "offer": ("offers.see",),
    "offer-new": ("offers.edit",),
    "offer-edit": ("offers.edit",),
    "offer-look": ("offers.edit",),
    "offer-start": ("offers.edit",),
    "offer-end": ("offers.edit",),
    "offer-give": ("offers.edit",),
    "offer-codes": ("offers.edit",),
    "offer-codes-sheet": ("offers.edit",),
    "offer-result": ("reports.see",),
    "offer-backtest": ("reports.see",),
    "offers-calendar": ("offers.see",),
    "offers-entering": ("offers.see",),
    "offers-entering-delete": ("offers.edit",),
    "price-books": ("offers.see",),
    "price-book": ("offers.see",),
    "price-book-new": ("offers.edit",),
    "price-book-edit": ("offers.edit",),
    "price-book-end": ("offers.edit",),
    "price-book-delete": ("offers.edit",),
    "loyalty": ("offers.see",),
    "loyalty-new": ("loyalty.edit",),
    "loyalty-look": ("loyalty.edit",),
    "loyalty-limit": ("loyalty.edit",),
    "sales": ("sales.see",),
    "sale": ("sales.see",),
    "sale-return": ("sales.record",),
    "sale-void": ("sales.void",),
    "sale-customer": ("sales.reassign",),
    "register": ("sales.record",),
    "register-place": ("sales.record",),
    "register-waiting": ("sales.record",),
    "register-basket": ("sales.record",),
    "register-look": ("sales.record",),
    "register-put": ("sales.record",),
    "register-line": ("sales.record",),
    "register-gift-card": ("sales.record",),
    "register-code": ("sales.record",),
    "register-found": ("sales.record",),
    "register-customer": ("sales.record",),
    "register-park": ("sales.record",),
    "register-take": ("sales.record",),
    "register-drop": ("sales.record",),
    "register-points": ("sales.record",),
    "register-card-code": ("sales.record",),
    "register-pay": ("sales.record",),
    "register-finish": ("sales.record",),
    "register-done": ("sales.record",),
    "register-return-find": ("sales.record",),
    "register-return": ("sales.record",),
    "register-newcomer": ("customers.create",),
    "data": ("exchange.import",),
    "data-upload": ("exchange.import",),
    "upload": ("exchange.import",),
    "upload-look": ("exchange.import",),
    "upload-answer": ("exchange.import",),
    "upload-run": ("exchange.import",),
    "upload-cancel": ("exchange.import",),
    "upload-discard": ("exchange.import",),
    "upload-samples": ("exchange.import",),
    "upload-mapping": ("exchange.import",),
    "upload-refused": ("exchange.import",),
    "import": ("exchange.import",),
    "import-undo": ("exchange.import",),
    "import-refused": ("exchange.import",),
    "settings": ("business.see",),
    "stores": ("business.see",),
    "store": ("business.see",),
    "store-close": ("business.edit",),
    "store-open": ("business.edit",),
    "fields": ("business.see",),
    "people": ("business.see",),
    "person-new": ("business.edit",),
    "person": ("business.see",),
    "person-password": ("business.edit",),
    "person-second-factor": ("business.edit",),
    "person-deactivate": ("business.edit",),
    "person-activate": ("business.edit",),
    "tokens": ("business.see",),
    "token-revoke": ("business.edit",),
    "audit": ("audit.see",),
    "privacy": ("privacy.see",),
    "privacy-answer": ("privacy.answer",),
    "join-code": ("customers.create",),
}


def is_allowed(name: str, actor: Actor) -> bool:
    """Whether the actor may open the page of that name."""
    return not RULES[name] or any(actor.may(right) for right in RULES[name])
