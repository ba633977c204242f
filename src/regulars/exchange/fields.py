"""What a mapping can fill: every field a file may give, and what its text must be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum


class Form(Enum):
    """How the text of a field is read."""

    TEXT = "text"
    MOMENT = "date and time"
    DAY = "date"
    CLOCK = "time"
    QUANTITY = "quantity"
    PRICE = "price"
    AMOUNT = "amount"
    CODE = "code"
    PHONE = "phone"
    EMAIL = "e-mail"
    GENDER = "gender"
    COUNTRY = "country"
    KIND = "kind"
    STATUS = "status"
    CHANNEL = "channel"
    TAGS = "tags"


NUMBERS = frozenset({Form.QUANTITY, Form.PRICE, Form.AMOUNT})
DATES = frozenset({Form.MOMENT, Form.DAY})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a section of the mapping; `longest` is the most characters its column holds."""

    section: str
    name: str
    form: Form = Form.TEXT
    longest: int = 0

    @property
    def key(self) -> str:
        """The one name of the field in all of the import: "line_quantity"."""
        return f"{self.section}_{self.name}"


def _fields(section: str, **forms: Form | int) -> tuple[Field, ...]:
    return tuple(
        Field(section, name, longest=form) if isinstance(form, int) else Field(section, name, form)
        for name, form in forms.items()
    )


_PAYMENT: dict[str, Form | int] = {"method": 32, "amount": Form.AMOUNT, "reference": 100}

FIELDS: Mapping[str, Field] = {
    field.key: field
    for field in (
        *_fields(
            "sale", id=64, number=64, sold_at=Form.MOMENT, date=Form.MOMENT, time=Form.CLOCK, store=100, register=64,
            channel=Form.CHANNEL, kind=Form.KIND, status=Form.STATUS, returns=64, total=Form.AMOUNT, tip=Form.AMOUNT,
            note=500,
        ),
        *_fields(
            "customer", code=Form.CODE, name=200, first_name=100, last_name=100, phone=Form.PHONE, email=Form.EMAIL,
            gender=Form.GENDER, birth_date=Form.DAY, language=16, website=200, social=100, street=200, street2=200,
            postcode=20, city=100, region=100, country=Form.COUNTRY, tags=Form.TAGS, joined=Form.DAY,
        ),
        *_fields(
            "line", sku=64, name=200, category=100, brand=100, quantity=Form.QUANTITY, unit_price=Form.PRICE,
            total=Form.AMOUNT, discount=Form.AMOUNT, tax=Form.AMOUNT,
        ),
        *_fields("payment", **_PAYMENT),
        *_fields("payment2", **_PAYMENT),
    )
}  # fmt: skip

SECTIONS: Mapping[str, Mapping[str, Field]] = {
    section: {field.name: field for field in FIELDS.values() if field.section == section}
    for section in ("sale", "customer", "line", "payment", "payment2")
}

IDENTITIES = ("customer_code", "customer_phone", "customer_email")
# Of each group a mapping and a row fill at least one, or there is no sale to record.
NEEDED_OF_SALE = (("sale_sold_at",), ("line_sku", "line_name"), ("line_quantity",), ("line_unit_price", "line_total"))
# The same of a customer without sales.
NEEDED_OF_CUSTOMER = (IDENTITIES,)
# What a customer is, beside how to find them.
DETAILS = tuple(
    field.key for field in FIELDS.values() if field.section == "customer" and field.key not in IDENTITIES
)  # fmt: skip
# A sale has one of each of these; two on its rows contradict each other.
ONE_PER_SALE = (*IDENTITIES, "sale_store", "sale_kind", "sale_status", "sale_returns", "sale_channel", "sale_total")


def are_of_customers(keys: Collection[str]) -> bool:
    """Whether fields with these keys tell of customers alone, and of no sale."""
    return bool(keys) and all(FIELDS[key].section == "customer" for key in keys)
