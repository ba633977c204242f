"""The matrix of who may do what, as data: docs/reference/rights.md is drawn from it.

A right reaches everything, the actor's own stores, or the customer who asks; a dash is no right at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from regulars.core.text import marked as _


class Role(StrEnum):
    """What somebody is to the shop."""

    CASHIER = "cashier"
    MANAGER = "manager"
    MARKETER = "marketer"
    ANALYST = "analyst"
    OWNER = "owner"
    AUDITOR = "auditor"
    REGISTER = "register"
    CUSTOMER = "customer"


# Roles that people are given; a register is a token's, a customer is themself.
PEOPLE = tuple(role for role in Role if role not in (Role.REGISTER, Role.CUSTOMER))
# Those who may ruin a day: a password alone should not be enough.
SECOND_FACTOR_EXPECTED = (Role.MANAGER, Role.OWNER, Role.MARKETER, Role.ANALYST, Role.AUDITOR)


class Reach(StrEnum):
    """How far a right goes."""

    ALL = "all"
    OWN = "own"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Right:
    """Something one may do, and how far each role may; a role that is not named may not."""

    name: str
    meaning: str
    reach: Mapping[Role, Reach]


def _right(name: str, cells: str, meaning: str) -> Right:
    """A row of the matrix; cells in the order of Role."""
    told = zip(Role, cells.split(), strict=True)
    return Right(name, meaning, {role: Reach(cell) for role, cell in told if cell != "-"})


_ROWS = (
    #                                        cashier manager marketer analyst owner auditor register customer
    _right("customers.find",                "own     own     -        -       all   -       own      -",
           _("find and attach a customer: name, last digits of the phone, code")),
    _right("customers.see",                 "-       own     all      -       all   all     -        self",
           _("see a profile: contact, notes, timeline")),
    _right("customers.create",              "own     own     all      -       all   -       own      self",
           _("open a profile")),
    _right("customers.edit",                "-       own     all      -       all   -       -        self",
           _("change a profile, write notes, record consent, deactivate")),
    _right("sales.see",                     "own     own     all      -       all   all     own      self",
           _("see sales and receipts")),
    _right("sales.record",                  "own     own     -        -       all   -       own      -",
           _("record a sale, take back with a receipt")),
    _right("sales.return_without_receipt",  "-       own     -        -       all   -       -        -",
           _("take back without a receipt")),
    _right("sales.void",                    "-       own     -        -       all   -       -        -",
           _("void a sale")),
    _right("sales.reassign",                "-       own     -        -       all   -       -        -",
           _("give a sale to another customer")),
    _right("segments.see",                  "own     own     all      all     all   all     -        -",
           _("see segments, groups and tiers: names, rules, sizes, and which a customer is in")),
    _right("groups.fill",                   "-       own     all      -       all   -       -        -",
           _("put customers into groups and take them out, pin them in or out")),
    _right("segments.edit",                 "-       -       all      -       all   -       -        -",
           _("make, rename and delete segments, groups and tiers; save rules")),
    _right("offers.see",                    "own     own     all      all     all   all     own      -",
           _("see offers, price books and the loyalty policy, and what a basket costs")),
    _right("offers.edit",                   "-       own     all      -       all   -       -        -",
           _("make, change and end offers and price books")),
    _right("offers.manual_price",           "-       own     -        -       all   -       -        -",
           _("sell at a price of one's own")),
    _right("loyalty.edit",                  "-       -       -        -       all   -       -        -",
           _("change how points are earned, spent and expire")),
    _right("balances.see",                  "own     own     all      all     all   all     own      self",
           _("see the points, store credit and account of a customer")),
    _right("balances.adjust",               "-       own     -        -       all   -       -        -",
           _("give or take points and credit by hand, with a reason; set the limit of an account")),
    _right("balances.take_payment",         "own     own     -        -       all   -       -        -",
           _("take a payment towards a customer's account")),
    _right("balances.over_limit",           "-       own     -        -       all   -       -        -",
           _("sell on account over the limit")),
    _right("customers.export",              "-       -       all      -       all   -       -        -",
           _("take customers out of the house with names, codes, phones and e-mails")),
    _right("customers.export_facts",        "-       own     all      all     all   all     -        -",
           _("take customers out of the house by number, without anything that says who they are")),
    _right("privacy.request",               "-       own     -        -       all   -       -        self",
           _("ask for a person's data or for their erasure")),
    _right("privacy.see",                   "-       -       -        -       all   all     -        -",
           _("see who asked for their data or for erasure, and until when")),
    _right("privacy.answer",                "-       -       -        -       all   -       -        -",
           _("say what became of such a request")),
    _right("reports.see",                   "-       own     all      all     all   all     -        -",
           _("see totals: today and the reports")),
    _right("catalogue.see",                 "own     own     all      all     all   all     own      -",
           _("see stores, registers, products and stock")),
    _right("catalogue.count",               "-       own     -        -       all   -       own      -",
           _("tell how much of a product a store has")),
    _right("catalogue.edit",                "-       -       -        -       all   -       -        -",
           _("describe and price products")),
    _right("exchange.import",               "-       -       -        -       all   -       -        -",
           _("import files, and undo an import")),
    _right("business.see",                  "-       -       -        -       all   all     -        -",
           _("see people, roles, tokens and settings")),
    _right("business.edit",                 "-       -       -        -       all   -       -        -",
           _("change people, roles, tokens, stores and settings")),
    _right("audit.see",                     "-       -       -        -       all   all     -        -",
           _("read the audit log")),
)  # fmt: skip

RIGHTS: Mapping[str, Right] = {right.name: right for right in _ROWS}
